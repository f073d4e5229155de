#include "litellm/management/budget_alerts.hpp"
#include "world.hpp"

#include "litellm/store/budgets.hpp"
#include "litellm/store/spend_logs.hpp"

#include <gmock/gmock.h>

namespace litellm::management {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SilentTransport final : public mail::Transport {
public:
    [[nodiscard]] std::string_view name() const override { return "smtp_email"; }
    [[nodiscard]] mail::Delivery send(const mail::Letter&, const std::string&, Timestamp) override
    {
        return {};
    }
};

class BudgetLetters : public ManagementTest {
protected:
    BudgetLetters()
    {
        mail::Transports transports;
        transports.all.push_back(std::make_unique<SilentTransport>());
        office = std::make_unique<mail::PostOffice>(
            std::move(transports), mail::Branding(), TextSeal(Secret("sk-salt")), clock, random
        );
        NewUser ada;
        ada.user_id = "ada";
        ada.user_email = "ada@example.org";
        ada.auto_create_key = false;
        run(services().users.create(admin(), ada)).value();
    }

    BudgetAlerts& alerts()
    {
        if (!alerts_)
            alerts_ = std::make_unique<BudgetAlerts>(context(), *office, budget_alert_settings(settings));
        return *alerts_;
    }
    std::string key(const std::function<void(NewKey&)>& change)
    {
        NewKey wanted;
        wanted.user_id = "ada";
        wanted.key_alias = "reports";
        change(wanted);
        return issue(wanted).value().row.token;
    }
    void change(const std::string& sql, std::initializer_list<db::Value> values)
    {
        in_transaction([&](db::Transaction& tx) { return tx.execute(sql, values); }).value();
    }
    /// As a batch of the ledger writes it: the entity's column, and the row of the day.
    void spend(
        const std::string& token,
        double total,
        store::DailySpend::Entity entity = store::DailySpend::Entity::user,
        const std::string& id = "ada"
    )
    {
        change(R"(UPDATE "LiteLLM_VerificationToken" SET spend = $2 WHERE token = $1)", {token, total});
        in_transaction([&](db::Transaction& tx) -> Result<bool> {
            store::DailySpend row;
            row.entity = entity;
            row.entity_id = id;
            row.date = to_day(clock.now());
            row.api_key = token;
            const auto done =
                store::apply_daily_spend(tx, {row}, context().now(), [&] { return new_uuid(random); });
            if (!done)
                return done.error();
            return true;
        }).value();
    }
    /// `event to` of every letter that is written.
    std::vector<std::string> letters()
    {
        run(alerts().look()).value();
        const auto entries =
            in_transaction([](db::Transaction& tx) { return mail::PostOffice::list(tx, 100, 0); }).value();
        std::vector<std::string> written;
        for (const auto& each : entries)
            written.push_back(each.event + " " + each.recipient);
        return written;
    }

    std::unique_ptr<mail::PostOffice> office;

private:
    std::unique_ptr<BudgetAlerts> alerts_;
};

TEST_F(BudgetLetters, TellTheOwnerAtFourFifthsOnce)
{
    const auto token = key([](NewKey& wanted) { wanted.max_budget = 10; });
    spend(token, 7.99);
    EXPECT_THAT(letters(), IsEmpty());
    spend(token, 8);
    EXPECT_THAT(letters(), UnorderedElementsAre("Max Budget Alert ada@example.org"));
    spend(token, 9);
    EXPECT_THAT(letters(), UnorderedElementsAre("Max Budget Alert ada@example.org"));
}

TEST_F(BudgetLetters, AreWrittenAnewWhenTheBudgetBeginsAnew)
{
    const auto token = key([](NewKey& wanted) {
        wanted.max_budget = 10;
        wanted.budget_duration = "30d";
    });
    spend(token, 9);
    EXPECT_EQ(letters().size(), 1U);
    change(
        R"(UPDATE "LiteLLM_VerificationToken" SET budget_reset_at = $2 WHERE token = $1)",
        {token, at("2026-04-01T00:00:00Z")}
    );
    spend(token, 9);
    EXPECT_EQ(letters().size(), 2U);
}

TEST_F(BudgetLetters, GoToThoseWhomTheThresholdsName)
{
    settings.litellm.raw = json("{'default_key_max_budget_alert_emails': {'50': 'boss@example.org, "
                                "ada@example.org', 'x': 'no', '0': 'no', '101': 'no'}}");
    const auto token = key([](NewKey& wanted) {
        wanted.max_budget = 100;
        wanted.metadata = json("{'max_budget_alert_emails': {'75': ['cfo@example.org'], '100': "
                               "['all@example.org', 'no address']}}");
    });
    spend(token, 49);
    EXPECT_THAT(letters(), IsEmpty());
    spend(token, 50);
    EXPECT_THAT(
        letters(),
        UnorderedElementsAre("Max Budget Alert ada@example.org", "Max Budget Alert boss@example.org")
    );
    spend(token, 80);
    EXPECT_EQ(letters().size(), 4U);
    spend(token, 101);
    EXPECT_EQ(letters().size(), 6U);
}

TEST_F(BudgetLetters, TellOfASoftBudgetOfAKey)
{
    const auto token = key([](NewKey& wanted) { wanted.soft_budget = 5; });
    spend(token, 4.5);
    EXPECT_THAT(letters(), IsEmpty());
    spend(token, 5);
    EXPECT_THAT(letters(), UnorderedElementsAre("Soft Budget Crossed ada@example.org"));
}

TEST_F(BudgetLetters, TellTheTeamsOwnListOfItsSoftBudget)
{
    team("t-1", {{"ada", "admin"}});
    const auto token = key([](NewKey& wanted) { wanted.team_id = "t-1"; });
    change(
        R"(UPDATE "LiteLLM_TeamTable" SET spend = 7, soft_budget = 5, metadata = $1 WHERE team_id = 't-1')",
        {db::JsonText{R"({"soft_budget_alerting_emails": ["team@example.org"]})"}}
    );
    spend(token, 1, store::DailySpend::Entity::team, "t-1");
    EXPECT_THAT(letters(), UnorderedElementsAre("Soft Budget Crossed team@example.org"));
}

TEST_F(BudgetLetters, AreRepeatedWhenTheOperatorWantsThat)
{
    environment = {
        {"EMAIL_BUDGET_ALERT_TTL", "3600"}, {"EMAIL_BUDGET_ALERT_MAX_SPEND_ALERT_PERCENTAGE", "0.5"}};
    const auto token = key([](NewKey& wanted) { wanted.max_budget = 10; });
    spend(token, 5);
    EXPECT_EQ(letters().size(), 1U);
    spend(token, 5.1);
    EXPECT_EQ(letters().size(), 1U);
    clock.advance(std::chrono::hours(1));
    spend(token, 5.2);
    EXPECT_EQ(letters().size(), 2U);
}

TEST_F(BudgetLetters, AreWrittenToNobodyWhoHasNoAddressOrWhereTheEventIsOff)
{
    in_transaction([](db::Transaction& tx) -> Result<bool> {
        return mail::PostOffice::save_event_settings(tx, Json{{"Max Budget Alert", false}}).has_value();
    }).value();
    const auto token = key([](NewKey& wanted) { wanted.max_budget = 10; });
    spend(token, 9);
    EXPECT_THAT(letters(), IsEmpty());
    const auto nobodys = key([](NewKey& wanted) {
        wanted.user_id.reset();
        wanted.key_alias = "nobody's";
        wanted.soft_budget = 1;
    });
    spend(nobodys, 2, store::DailySpend::Entity::user, "");
    EXPECT_THAT(letters(), IsEmpty());
}

} // namespace
} // namespace litellm::management
