#include "world.hpp"

#include "litellm/core/password.hpp"
#include "litellm/management/caretaker.hpp"
#include "litellm/management/onboarding.hpp"
#include "litellm/management/own_keys.hpp"
#include "litellm/management/sessions.hpp"
#include "litellm/store/key_reveals.hpp"
#include "litellm/store/passwords.hpp"

#include <gmock/gmock.h>

namespace litellm::management {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class GettingIn : public ManagementTest {
protected:
    GettingIn() { settings.litellm.store_audit_logs = true; }

    Sessions& sessions()
    {
        if (!sessions_)
            sessions_ = std::make_unique<Sessions>(
                context(), sign_in_settings(settings, settings.general.master_key)
            );
        return *sessions_;
    }
    Onboarding onboarding() { return Onboarding(context(), sessions()); }
    OwnKeys own_keys() { return OwnKeys(context(), box); }

    Result<NewSession>
    sign_in(const std::string& name, const std::string& password, const std::string& address = "192.0.2.1")
    {
        return run(sessions().sign_in({name, Secret(password), address}));
    }
    std::optional<Session> find(const NewSession& session)
    {
        return run(sessions().find(session.token)).value();
    }
    void add_user(
        const std::string& id,
        std::optional<std::string> password = {},
        const std::string& role = "internal_user"
    )
    {
        NewUser wanted;
        wanted.user_id = id;
        wanted.user_email = id + "@example.org";
        wanted.user_role = role;
        wanted.auto_create_key = false;
        if (password)
            wanted.password = Secret(*password);
        run(services().users.create(admin(), wanted)).value();
    }
    std::string invite(const std::string& user_id)
    {
        return run(services().invitations.create(admin(), user_id)).value().id;
    }
    Result<NewSession>
    claim(const std::string& id, const std::string& password, const std::function<void(Claim&)>& change = {})
    {
        Claim wanted;
        wanted.invitation_id = id;
        wanted.password = Secret(password);
        wanted.address = "192.0.2.1";
        if (change)
            change(wanted);
        return run(onboarding().claim(std::move(wanted)));
    }
    std::optional<std::string> kept_password(const std::string& user_id)
    {
        return in_transaction([&](db::Transaction& tx) { return store::find_password(tx, user_id); }).value();
    }
    void keep_password(const std::string& user_id, const std::string& text)
    {
        in_transaction([&](db::Transaction& tx) -> Result<bool> {
            return store::set_password(tx, user_id, text, clock.now()).has_value();
        }).value();
    }
    /// All that the audit log holds.
    std::string audit()
    {
        const auto rows = in_transaction([](db::Transaction& tx) {
                              return tx.query(R"(SELECT * FROM "LiteLLM_AuditLog")", {});
                          }).value();
        std::string text;
        for (const auto& row : rows)
            for (std::size_t i = 0; i < row.size(); ++i)
                text += row.text(i) + "|";
        return text;
    }

    RevealBox box{TextSeal(Secret("sk-salt")), clock, random};

private:
    std::unique_ptr<Sessions> sessions_;
};

TEST_F(GettingIn, BeginsASessionThatLastsForADay)
{
    add_user("ada", "correct horse");
    const auto session = sign_in("ADA@example.org", "correct horse").value();
    EXPECT_EQ(session.user.user_id, "ada");
    EXPECT_EQ(session.token.reveal().size(), 43U);
    ASSERT_TRUE(find(session));
    EXPECT_TRUE(find(session)->has_password);
    clock.advance(std::chrono::hours(24) - std::chrono::seconds(1));
    EXPECT_TRUE(find(session));
    clock.advance(std::chrono::seconds(1));
    EXPECT_FALSE(find(session));
}

TEST_F(GettingIn, KeepsOnlyTheHashOfASession)
{
    add_user("ada", "correct horse");
    const auto session = sign_in("ada@example.org", "correct horse").value();
    const auto rows = in_transaction([](db::Transaction& tx) {
                          return tx.query("SELECT token_hash FROM ui_sessions", {});
                      }).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].text(0), sha256_hex(session.token.reveal()));
    EXPECT_FALSE(run(sessions().find(Secret(rows[0].text(0)))).value());
}

TEST_F(GettingIn, SaysTheSameOfWhateverIsWrong)
{
    add_user("ada", "correct horse");
    add_user("bob");
    const auto wrong = sign_in("ada@example.org", "wrong");
    for (const auto& other :
         {sign_in("nobody@example.org", "correct horse"),
          sign_in("bob@example.org", ""),
          sign_in("admin", "wrong"),
          sign_in("", "")}) {
        ASSERT_FALSE(other);
        EXPECT_EQ(other.error().kind, ErrorKind::unauthorized);
        EXPECT_EQ(other.error().message, wrong.error().message);
        EXPECT_EQ(other.error().parameter, "invalid_credentials");
    }
}

TEST_F(GettingIn, LocksAfterFiveFailuresWhetherTheUserExistsOrNot)
{
    add_user("ada", "correct horse");
    for (const std::string name : {"ada@example.org", "nobody@example.org"}) {
        for (int i = 0; i < 5; ++i)
            EXPECT_EQ(sign_in(name, "wrong").error().kind, ErrorKind::unauthorized);
        EXPECT_EQ(sign_in(name, "correct horse").error().kind, ErrorKind::rate_limited);
    }
    clock.advance(std::chrono::seconds(61));
    EXPECT_TRUE(sign_in("ada@example.org", "correct horse"));
}

TEST_F(GettingIn, LetsTheOperatorInAsProxyAdmin)
{
    const auto session = sign_in("admin", "sk-master-key").value();
    EXPECT_EQ(session.user.user_id, "default_user_id");
    EXPECT_EQ(session.user.user_role, "proxy_admin");
    EXPECT_FALSE(find(session)->has_password);
    EXPECT_TRUE(sign_in("admin", "sk-master-key")) << "his row is there now";
}

TEST_F(GettingIn, TakesTheOperatorsNameAndPasswordFromTheEnvironment)
{
    environment = {{"UI_USERNAME", "root"}, {"UI_PASSWORD", "hunter2"}, {"PROXY_ADMIN_ID", "boss"}};
    EXPECT_FALSE(sign_in("root", "sk-master-key"));
    EXPECT_FALSE(sign_in("admin", "hunter2"));
    EXPECT_EQ(sign_in("root", "hunter2").value().user.user_id, "boss");
}

TEST_F(GettingIn, KnowsNoEmptyPasswordOfTheOperator)
{
    environment = {{"UI_PASSWORD", ""}};
    settings.general.master_key.reset();
    EXPECT_FALSE(sign_in("admin", ""));
}

TEST_F(GettingIn, FollowsTheSettings)
{
    settings.general.raw = json("{'disable_env_credential_login': true, 'ui_access_mode': 'admin_only'}");
    environment = {{"LITELLM_UI_SESSION_DURATION", "30m"}};
    add_user("ada", "correct horse");
    add_user("eve", "correct horse", "proxy_admin");
    EXPECT_FALSE(sign_in("admin", "sk-master-key"));
    EXPECT_EQ(sign_in("ada@example.org", "correct horse").error().kind, ErrorKind::forbidden);
    EXPECT_EQ(
        sign_in("eve@example.org", "correct horse").value().expires_at,
        context().now() + std::chrono::minutes(30)
    );
}

TEST_F(GettingIn, TakesOldPasswordsOverAndNoHashes)
{
    add_user("ada");
    keep_password("ada", sha256_hex("correct horse"));
    EXPECT_FALSE(sign_in("ada@example.org", sha256_hex("correct horse")));
    EXPECT_TRUE(sign_in("ada@example.org", "correct horse"));
    EXPECT_THAT(kept_password("ada").value(), HasSubstr("scrypt:"));
    EXPECT_TRUE(sign_in("ada@example.org", "correct horse"));
    add_user("bob");
    keep_password("bob", "plain text");
    EXPECT_TRUE(sign_in("bob@example.org", "plain text"));
    EXPECT_THAT(kept_password("bob").value(), HasSubstr("scrypt:"));
}

TEST_F(GettingIn, EndsWithTheSessionTheUserOrTheRole)
{
    add_user("ada", "correct horse");
    const auto first = sign_in("ada@example.org", "correct horse").value();
    const auto second = sign_in("ada@example.org", "correct horse").value();
    EXPECT_TRUE(run(sessions().sign_out(first.token)).value());
    EXPECT_FALSE(run(sessions().sign_out(first.token)).value());
    EXPECT_FALSE(find(first));
    EXPECT_TRUE(find(second));
    run(services().users.remove(admin(), {"ada"})).value();
    EXPECT_FALSE(find(second));
    add_user("ada", "correct horse");
    EXPECT_FALSE(find(second)) << "another one of that name is somebody else";
    const auto third = sign_in("ada@example.org", "correct horse").value();
    in_transaction([](db::Transaction& tx) {
        return tx.execute(
            R"(UPDATE "LiteLLM_UserTable" SET user_role = 'customer' WHERE user_id = 'ada')", {}
        );
    }).value();
    EXPECT_FALSE(find(third));
}

TEST_F(GettingIn, OpensAnInvitationAsOftenAsSomebodyLooks)
{
    add_user("ada");
    const std::string id = invite("ada");
    for (int i = 0; i < 3; ++i) {
        const auto open = run(onboarding().open(id)).value();
        EXPECT_EQ(open.user.user_email, "ada@example.org");
        EXPECT_FALSE(open.is_reset);
    }
    const auto session = claim(id, "correct horse").value();
    EXPECT_TRUE(find(session));
    EXPECT_TRUE(sign_in("ada@example.org", "correct horse"));
    expect_error(run(onboarding().open(id)), ErrorKind::unauthorized, "already been used", "invitation_link");
    expect_error(claim(id, "another horse"), ErrorKind::unauthorized, "already been used", "invitation_link");
}

TEST_F(GettingIn, GivesOutAnOpenInvitationAgainUntilItsLastDay)
{
    add_user("ada");
    add_user("bob");
    const std::string id = invite("ada");
    EXPECT_NE(invite("bob"), id);
    clock.advance(std::chrono::hours(6 * 24) - std::chrono::seconds(1));
    EXPECT_EQ(invite("ada"), id);
    clock.advance(std::chrono::seconds(1));
    const std::string next = invite("ada");
    EXPECT_NE(next, id);
    EXPECT_EQ(invite("ada"), next) << "the one that lasts longer";
    EXPECT_TRUE(claim(next, "correct horse"));
    EXPECT_NE(invite("ada"), next) << "it is used";
}

TEST_F(GettingIn, RefusesLinksThatAreUnknownOrTooOld)
{
    add_user("ada");
    expect_error(
        run(onboarding().open("no such")), ErrorKind::unauthorized, "does not exist in db", "invitation_link"
    );
    const std::string id = invite("ada");
    clock.advance(std::chrono::hours(7 * 24));
    expect_error(claim(id, "correct horse"), ErrorKind::unauthorized, "has expired", "invitation_link");
    EXPECT_FALSE(kept_password("ada"));
}

TEST_F(GettingIn, ChecksWhatComesWithAClaim)
{
    add_user("ada");
    add_user("bob");
    const std::string id = invite("ada");
    const std::string other = invite("bob");
    const auto open = run(onboarding().open(id)).value();
    const auto others = run(onboarding().open(other)).value();
    expect_error(
        claim(id, "correct horse", [](Claim& c) { c.user_id = "bob"; }),
        ErrorKind::unauthorized,
        "Got=bob",
        "invitation_link"
    );
    for (const std::string& token : {others.token, std::string("sk-1234"), open.token + "x"})
        expect_error(
            claim(id, "correct horse", [&](Claim& c) { c.token = token; }),
            ErrorKind::unauthorized,
            "onboarding session",
            "invitation_link"
        );
    expect_error(claim(id, "short"), ErrorKind::invalid_input, "8 to 128", "password");
    EXPECT_FALSE(claim(id, std::string(129, 'x')));
    clock.advance(std::chrono::minutes(16));
    EXPECT_FALSE(claim(id, "correct horse", [&](Claim& c) { c.token = open.token; }))
        << "the token is a quarter of an hour old";
    const auto fresh = run(onboarding().open(id)).value();
    const auto with_token = [&](Claim& c) {
        c.token = fresh.token;
        c.user_id = "ada";
    };
    EXPECT_TRUE(claim(id, "correct horse", with_token));
}

TEST_F(GettingIn, LetsAnAdminHandOutALinkForANewPassword)
{
    add_user("ada", "forgotten horse");
    const std::string older = invite("ada");
    clock.advance(std::chrono::hours(6 * 24));
    const auto before = sign_in("ada@example.org", "forgotten horse").value();
    const std::string id = invite("ada");
    EXPECT_NE(id, older);
    EXPECT_TRUE(run(onboarding().open(id)).value().is_reset);
    EXPECT_TRUE(claim(id, "new horse battery"));
    EXPECT_FALSE(find(before)) << "a new password ends old sessions";
    EXPECT_FALSE(claim(older, "stolen horse")) << "and older links";
    EXPECT_FALSE(sign_in("ada@example.org", "forgotten horse"));
    EXPECT_TRUE(sign_in("ada@example.org", "new horse battery"));
}

TEST_F(GettingIn, ChangesAPasswordForWhoeverKnowsTheOldOne)
{
    add_user("ada", "correct horse");
    const auto here = sign_in("ada@example.org", "correct horse").value();
    const auto elsewhere = sign_in("ada@example.org", "correct horse").value();
    const auto change = [&](const std::string& current, const std::string& wanted) {
        return run(sessions().change_password(here.token, Secret(current), Secret(wanted), "192.0.2.1"));
    };
    expect_error(
        change("wrong", "new horse battery"), ErrorKind::unauthorized, "another one", "current_password"
    );
    expect_error(change("correct horse", "short"), ErrorKind::invalid_input, "8 to 128", "password");
    const auto after = change("correct horse", "new horse battery").value();
    EXPECT_FALSE(find(here));
    EXPECT_FALSE(find(elsewhere));
    EXPECT_TRUE(find(after));
    EXPECT_TRUE(sign_in("ada@example.org", "new horse battery"));
    EXPECT_FALSE(run(sessions().change_password(Secret("none"), Secret("x"), Secret("new horse battery"), ""))
    );
}

TEST_F(GettingIn, SetsPasswordsForAdminsAndForThoseWhoKnowTheirs)
{
    const Caller ada = user("ada");
    UserChange change;
    change.user_id = "ada";
    change.password = Secret("stolen horse");
    expect_error(
        run(services().users.update(ada, change)),
        ErrorKind::forbidden,
        "current_password",
        "current_password"
    );
    change.password = Secret("correct horse");
    EXPECT_TRUE(run(services().users.update(admin(), change)));
    EXPECT_TRUE(check_password(Secret("correct horse"), kept_password("ada")).is_right);
    change.password = Secret("new horse battery");
    EXPECT_FALSE(run(services().users.update(ada, change)));
    change.current_password = Secret("wrong");
    EXPECT_FALSE(run(services().users.update(ada, change)));
    change.current_password = Secret("correct horse");
    EXPECT_TRUE(run(services().users.update(ada, change)));
    EXPECT_TRUE(check_password(Secret("new horse battery"), kept_password("ada")).is_right);
    const Caller bob = user("bob");
    EXPECT_FALSE(run(services().users.update(bob, change))) << "somebody else's";
    change.password = Secret("short");
    EXPECT_FALSE(run(services().users.update(admin(), change)));
}

TEST_F(GettingIn, TellsTheAuditLogWithoutSecrets)
{
    add_user("ada");
    const std::string id = invite("ada");
    const auto session = claim(id, "correct horse").value();
    const std::string text = audit();
    EXPECT_THAT(text, HasSubstr("LiteLLM_InvitationLink"));
    EXPECT_THAT(text, HasSubstr("is_accepted"));
    for (const std::string& secret :
         {id, std::string("correct horse"), kept_password("ada").value(), session.token.reveal()})
        EXPECT_THAT(text, Not(HasSubstr(secret)));
}

class Reveals : public GettingIn {
protected:
    IssuedKey key_of(const std::string& user_id, const std::string& alias)
    {
        NewKey wanted;
        wanted.user_id = user_id;
        wanted.key_alias = alias;
        const auto issued = issue(wanted).value();
        in_transaction([&](db::Transaction& tx) -> Result<bool> {
            return box.keep(tx, issued.row, issued.secret).has_value();
        }).value();
        return issued;
    }
    store::User row(const std::string& user_id)
    {
        return in_transaction([&](db::Transaction& tx) { return store::find_user(tx, user_id); })
            .value()
            .value();
    }
};

TEST_F(Reveals, ShowAKeyToItsOwnerOnce)
{
    add_user("ada");
    add_user("eve", {}, "proxy_admin");
    const auto issued = key_of("ada", "reports");
    const auto keys = run(own_keys().list(row("ada"))).value();
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_TRUE(keys[0].is_waiting);
    expect_error(
        run(own_keys().reveal(row("eve"), issued.row.token)), ErrorKind::not_found, "waiting", "key"
    );
    EXPECT_EQ(
        run(own_keys().reveal(row("ada"), issued.row.token)).value().secret.reveal(), issued.secret.reveal()
    );
    expect_error(
        run(own_keys().reveal(row("ada"), issued.row.token)), ErrorKind::not_found, "waiting", "key"
    );
    EXPECT_FALSE(run(own_keys().list(row("ada"))).value()[0].is_waiting);
    EXPECT_THAT(audit(), HasSubstr("shown_to"));
    EXPECT_THAT(audit(), Not(HasSubstr(issued.secret.reveal())));
}

TEST_F(Reveals, KeepNothingThatCanBeReadOrMoved)
{
    add_user("ada");
    const auto first = key_of("ada", "first");
    const auto second = key_of("ada", "second");
    const auto rows = in_transaction([](db::Transaction& tx) {
                          return tx.query("SELECT sealed FROM key_reveals", {});
                      }).value();
    for (const auto& each : rows)
        EXPECT_THAT(each.text(0), Not(HasSubstr("sk-")));
    in_transaction([&](db::Transaction& tx) {
        return tx.execute(
            "UPDATE key_reveals SET sealed = (SELECT sealed FROM key_reveals WHERE token = $1) WHERE token = "
            "$2",
            {first.row.token, second.row.token}
        );
    }).value();
    EXPECT_FALSE(run(own_keys().reveal(row("ada"), second.row.token)));
}

TEST_F(Reveals, EndAfterTwoWeeksOrWithTheKey)
{
    add_user("ada");
    const auto issued = key_of("ada", "reports");
    const auto deleted = key_of("ada", "deleted");
    KeySelection selection;
    selection.keys = {deleted.secret.reveal()};
    run(services().keys.remove(admin(), selection)).value();
    EXPECT_FALSE(run(own_keys().reveal(row("ada"), deleted.row.token)));
    clock.advance(std::chrono::hours(14 * 24));
    EXPECT_FALSE(run(own_keys().reveal(row("ada"), issued.row.token)));
    Caretaker caretaker(context());
    EXPECT_EQ(run(caretaker.remove_what_expired()).value(), 2);
}

} // namespace
} // namespace litellm::management
