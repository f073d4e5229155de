#include "litellm/mail/post_office.hpp"

#include "support/database_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <map>

namespace litellm::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Says what it is told to say, and remembers what it was given.
class ScriptedTransport final : public Transport {
public:
    explicit ScriptedTransport(
        std::vector<Delivery>& script, std::vector<Letter>& sent, std::vector<std::string>& ids
    )
        : script_(script), sent_(sent), ids_(ids)
    {
    }
    [[nodiscard]] std::string_view name() const override { return "smtp_email"; }
    [[nodiscard]] Delivery send(const Letter& letter, const std::string& id, Timestamp) override
    {
        sent_.push_back(letter);
        ids_.push_back(id);
        if (script_.empty())
            return {};
        const Delivery next = script_.front();
        script_.erase(script_.begin());
        return next;
    }

private:
    std::vector<Delivery>& script_;
    std::vector<Letter>& sent_;
    std::vector<std::string>& ids_;
};

class PostOffices : public testing::DatabaseTest {
protected:
    PostOffice& office()
    {
        if (!office_) {
            Transports transports;
            transports.all.push_back(std::make_unique<ScriptedTransport>(script_, sent_, ids_));
            office_ = std::make_unique<PostOffice>(
                std::move(transports), Branding(), TextSeal(Secret("sk-salt")), clock_, random_
            );
        }
        return *office_;
    }
    template <class Work>
    auto in_transaction(Work work)
    {
        using Value = typename decltype(work(std::declval<db::Transaction&>()))::value_type;
        return database().transact_now<Value>(work);
    }
    bool post(const std::string& to = "ada@example.org", const std::string& occasion = "key:1")
    {
        KeyFacts facts;
        facts.to = to;
        facts.key = "sk-very-secret";
        return in_transaction([&](db::Transaction& transaction) {
                   return office().post(transaction, {Event::key_created, to, occasion}, to_json(facts));
               }
        ).value();
    }
    std::size_t deliver()
    {
        boost::asio::io_context loop;
        const auto work = boost::asio::make_work_guard(loop);
        std::optional<Result<std::size_t>> outcome;
        boost::asio::co_spawn(
            loop,
            office().deliver_due(database()),
            [&](std::exception_ptr, Result<std::size_t> done) {
                outcome.emplace(std::move(done));
                loop.stop();
            }
        );
        loop.run();
        return outcome->value();
    }
    std::vector<OutboxEntry> entries()
    {
        return in_transaction(
                   [](db::Transaction& transaction) { return PostOffice::list(transaction, 100, 0); }
        ).value();
    }
    /// The whole table as text: what a thief of the database would read.
    std::string dump()
    {
        const auto rows =
            in_transaction([](db::Transaction& transaction) {
                return transaction.query(
                    "SELECT COALESCE(payload, ''), recipient, COALESCE(last_error, '') FROM email_outbox", {}
                );
            }).value();
        std::string text;
        for (const auto& row : rows)
            text += row.text(0) + "|" + row.text(1) + "|" + row.text(2) + "\n";
        return text;
    }
    static Delivery failing(Delivery::Outcome outcome, std::string error)
    {
        Delivery delivery;
        delivery.outcome = outcome;
        delivery.error = std::move(error);
        return delivery;
    }

    std::vector<Delivery> script_;
    std::vector<Letter> sent_;
    std::vector<std::string> ids_;
    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    SeededRandom random_{7};
    std::unique_ptr<PostOffice> office_;
};

TEST_P(PostOffices, SendEachLetterOnce)
{
    EXPECT_TRUE(post());
    EXPECT_TRUE(post());
    EXPECT_EQ(deliver(), 1U);
    EXPECT_EQ(deliver(), 0U);
    ASSERT_THAT(sent_, SizeIs(1));
    EXPECT_EQ(sent_[0].to, "ada@example.org");
    EXPECT_THAT(sent_[0].text, HasSubstr("sk-very-secret"));
    EXPECT_EQ(entries()[0].state, "sent");
    EXPECT_TRUE(entries()[0].sent_at);
}

TEST_P(PostOffices, KeepNoSecretThatCanBeRead)
{
    post();
    EXPECT_THAT(dump(), Not(HasSubstr("sk-very-secret")));
    deliver();
    EXPECT_EQ(dump(), "|ada@example.org|\n");
}

TEST_P(PostOffices, WriteNothingWhenTheChangeIsUndone)
{
    const auto undone = in_transaction([&](db::Transaction& transaction) -> Result<bool> {
        KeyFacts facts;
        facts.to = "ada@example.org";
        office().post(transaction, {Event::key_created, facts.to, "key:2"}, to_json(facts)).value();
        return invalid_input("undone");
    });
    EXPECT_FALSE(undone);
    EXPECT_THAT(entries(), IsEmpty());
}

TEST_P(PostOffices, TryAgainLaterWithTheSameId)
{
    script_ = {
        failing(Delivery::Outcome::again, "451 later"), failing(Delivery::Outcome::misconfigured, "535 no")};
    post();
    deliver();
    EXPECT_EQ(deliver(), 0U);
    EXPECT_EQ(entries()[0].state, "pending");
    EXPECT_EQ(entries()[0].last_error, "451 later");
    clock_.advance(std::chrono::seconds(15));
    deliver();
    clock_.advance(std::chrono::minutes(1));
    deliver();
    EXPECT_THAT(sent_, SizeIs(3));
    EXPECT_EQ(ids_[0], ids_[2]);
    EXPECT_EQ(entries()[0].state, "sent");
    EXPECT_EQ(entries()[0].attempts, 3);
}

TEST_P(PostOffices, GiveUpWhatIsRefusedOrTooOld)
{
    script_ = {failing(Delivery::Outcome::refused, "550 no such user")};
    post();
    deliver();
    EXPECT_EQ(entries()[0].state, "dead");
    post("bob@example.org", "key:3");
    script_ = {failing(Delivery::Outcome::again, "down"), failing(Delivery::Outcome::again, "down")};
    deliver();
    clock_.advance(std::chrono::hours(73));
    deliver();
    for (const auto& entry : entries())
        EXPECT_EQ(entry.state, "dead") << entry.recipient;
    // What they said is gone.
    EXPECT_THAT(dump(), Not(HasSubstr("=|")));
    EXPECT_THAT(dump(), HasSubstr("|ada@example.org|550 no such user"));
}

TEST_P(PostOffices, TakeOverWhatADeadProcessWasSending)
{
    post();
    const auto leased = in_transaction([&](db::Transaction& transaction) {
        return transaction.execute(
            "UPDATE email_outbox SET state = 'sending', lease_until = $1",
            {clock_.now() + std::chrono::minutes(2)}
        );
    });
    ASSERT_TRUE(leased);
    EXPECT_EQ(deliver(), 0U);
    clock_.advance(std::chrono::minutes(3));
    EXPECT_EQ(deliver(), 1U);
    EXPECT_EQ(entries()[0].state, "sent");
}

TEST_P(PostOffices, HonourTheSwitches)
{
    in_transaction([](db::Transaction& transaction) {
        return PostOffice::save_event_settings(transaction, Json{{"Virtual Key Created", false}});
    }).value();
    EXPECT_FALSE(post());
    EXPECT_THAT(entries(), IsEmpty());
    const Json switches = in_transaction([](db::Transaction& transaction) {
                              return PostOffice::load_event_settings(transaction);
                          }).value();
    EXPECT_EQ(
        switches,
        (Json{
            {"Virtual Key Created", false},
            {"New User Invitation", true},
            {"Virtual Key Rotated", true},
            {"Soft Budget Crossed", true},
            {"Max Budget Alert", true}})
    );
}

TEST_P(PostOffices, DoNotWriteToWhatIsNoAddress)
{
    EXPECT_FALSE(post("nobody"));
    EXPECT_THAT(entries(), IsEmpty());
}

TEST_P(PostOffices, CancelAndRetryWhatWaits)
{
    post();
    const std::string id = entries()[0].id;
    in_transaction([&](db::Transaction& transaction) { return office().cancel(transaction, id); }).value();
    EXPECT_EQ(deliver(), 0U);
    EXPECT_EQ(entries()[0].state, "cancelled");
    const auto again =
        in_transaction([&](db::Transaction& transaction) { return office().retry(transaction, id); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::not_found);
}

TEST_P(PostOffices, CannotReadLettersSealedUnderAnotherKey)
{
    post();
    office_.reset();
    Transports transports;
    transports.all.push_back(std::make_unique<ScriptedTransport>(script_, sent_, ids_));
    office_ = std::make_unique<PostOffice>(
        std::move(transports), Branding(), TextSeal(Secret("another")), clock_, random_
    );
    deliver();
    EXPECT_THAT(sent_, IsEmpty());
    EXPECT_THAT(entries()[0].last_error.value_or(""), HasSubstr("another key"));
}

TEST_P(PostOffices, CancelWhatIsAboutAKeyOrAUserThatIsGone)
{
    const auto post_about =
        [&](const std::string& key_token, const std::string& user_id, const std::string& name) {
            in_transaction([&](db::Transaction& transaction) {
                KeyFacts facts;
                facts.to = "ada@example.org";
                Occasion occasion{Event::key_created, facts.to, name};
                occasion.key_token = key_token;
                occasion.user_id = user_id;
                return office().post(transaction, occasion, to_json(facts));
            }).value();
        };
    execute(R"(INSERT INTO "LiteLLM_VerificationToken" (token) VALUES ('there'))");
    execute(R"(INSERT INTO "LiteLLM_UserTable" (user_id) VALUES ('ada'))");
    post_about("there", "no row of a user", "1");
    post_about("", "ada", "2");
    post_about("gone", "ada", "3");
    post_about("", "gone", "4");
    while (deliver() > 0) {
    }
    EXPECT_THAT(sent_, SizeIs(2));
    std::map<std::string, int> states;
    for (const auto& entry : entries())
        ++states[entry.state];
    EXPECT_EQ(states, (std::map<std::string, int>{{"sent", 2}, {"cancelled", 2}}));
    EXPECT_EQ(query("SELECT count(*) FROM email_outbox WHERE payload IS NOT NULL").front().integer(0), 0);
}

TEST_P(PostOffices, GiveUpWhenALetterHasNoPointAnyMore)
{
    in_transaction([&](db::Transaction& transaction) {
        InvitationFacts facts;
        facts.to = "ada@example.org";
        Occasion occasion{Event::user_invited, facts.to, "1"};
        occasion.give_up_at = clock_.now() + std::chrono::hours(1);
        return office().post(transaction, occasion, to_json(facts));
    }).value();
    script_ = {failing(Delivery::Outcome::again, "down")};
    deliver();
    EXPECT_EQ(entries()[0].state, "pending");
    clock_.advance(std::chrono::hours(1));
    EXPECT_EQ(deliver(), 0U);
    EXPECT_EQ(entries()[0].state, "dead");
}

TEST_P(PostOffices, LeaveATransportAloneThatIsMisconfigured)
{
    post("ada@example.org", "1");
    post("bob@example.org", "2");
    script_ = {failing(Delivery::Outcome::misconfigured, "535 no")};
    EXPECT_EQ(deliver(), 1U);
    EXPECT_EQ(deliver(), 0U) << "the other letter waits too";
    clock_.advance(std::chrono::seconds(70));
    EXPECT_EQ(deliver() + deliver(), 2U);
    EXPECT_THAT(sent_, SizeIs(3));
}

TEST_P(PostOffices, CountWhatBecomesOfLetters)
{
    script_ = {failing(Delivery::Outcome::refused, "550 no")};
    post("ada@example.org", "1");
    post("bob@example.org", "2");
    const auto report = [&] {
        return in_transaction([&](db::Transaction& transaction) { return office().report(transaction); }
        ).value();
    };
    EXPECT_EQ(report().waiting, 2);
    EXPECT_EQ(report().oldest, std::chrono::floor<std::chrono::milliseconds>(clock_.now()));
    deliver();
    deliver();
    EXPECT_EQ(report().waiting, 0);
    EXPECT_FALSE(report().oldest);
    std::map<std::string, std::uint64_t> counts;
    for (const auto& each : report().counts)
        counts[each.event + "/" + each.transport + "/" + each.outcome] = each.count;
    EXPECT_EQ(
        counts,
        (std::map<std::string, std::uint64_t>{
            {"Virtual Key Created/smtp_email/refused", 1}, {"Virtual Key Created/smtp_email/sent", 1}})
    );
}

INSTANTIATE_ON_BOTH_DIALECTS(PostOffices);

TEST(PostOfficeSettings, ComeFromTheEnvironment)
{
    const auto options = [](const std::string& rate, const std::string& age) {
        return post_office_options([&](const std::string& name) -> std::optional<std::string> {
            return name == "EMAIL_RATE_PER_SECOND" ? rate : age;
        });
    };
    EXPECT_EQ(options("", "").letters_per_second, 2);
    EXPECT_EQ(options("", "").longest_age, std::chrono::hours(72));
    EXPECT_EQ(options("0.5", "1").letters_per_second, 0.5);
    EXPECT_EQ(options("x", "1").longest_age, std::chrono::hours(1));
    EXPECT_EQ(options("-1", "x").letters_per_second, 2);
}

TEST(TransportChoice, SaysWhatIsMissing)
{
    const auto none = [](const std::string&) { return std::optional<std::string>(); };
    const auto made = make_transports({"smtp_email", "resend_email"}, {}, none);
    EXPECT_THAT(made.all, IsEmpty());
    EXPECT_THAT(made.problems, ElementsAre(HasSubstr("SMTP_HOST"), HasSubstr("RESEND_API_KEY")));
}

TEST(TransportChoice, FollowsCallbacksAndAlerting)
{
    const auto set = [](const std::string& name) -> std::optional<std::string> {
        if (name == "SMTP_HOST")
            return "localhost";
        if (name == "SMTP_SENDER_EMAIL")
            return "notifications@example.org";
        if (name == "RESEND_API_KEY")
            return "re_1234";
        return std::nullopt;
    };
    EXPECT_THAT(make_transports({}, {}, set).all, IsEmpty());
    EXPECT_EQ(make_transports({}, {"email"}, set).all.at(0)->name(), "smtp_email");
    EXPECT_THAT(make_transports({"smtp_email", "resend_email", "langfuse"}, {"email"}, set).all, SizeIs(2));
}

} // namespace
} // namespace litellm::mail
