#include "world.hpp"

#include "litellm/store/teams.hpp"

namespace litellm::management {

class KeyUpdate : public ManagementTest {
protected:
    /// A key of `user_id` in `team_id`; returns its text.
    std::string key(const std::string& user_id = {}, const std::string& team_id = {}, NewKey wanted = {})
    {
        if (!user_id.empty())
            wanted.user_id = user_id;
        if (!team_id.empty())
            wanted.team_id = team_id;
        return issue(std::move(wanted)).value().secret.reveal();
    }
    static KeyChange change(const std::string& key)
    {
        KeyChange change;
        change.key = key;
        return change;
    }
    Result<KeyView> update(const Caller& by, KeyChange change)
    {
        return run(services().keys.update(by, std::move(change)));
    }
    store::Key row(const std::string& key) { return stored(sha256_hex(key)); }
    /// What the accounts let the key spend: asks the authenticator, as a call does.
    std::optional<Money> budget_of(const std::string& key)
    {
        return authenticate(key).value()->payers.front().account->limits.max_budget;
    }
};

TEST_F(KeyUpdate, ChangesWhatIsSentAndClearsWhatIsNull)
{
    NewKey wanted;
    wanted.key_alias = "old";
    wanted.max_budget = 5;
    wanted.tpm_limit = 10;
    wanted.models = {"a"};
    wanted.metadata = json("{'kept': 1}");
    wanted.managed = json("{'tags': ['t']}");
    const auto text = key({}, {}, wanted);

    auto wish = change(text);
    wish.max_budget = 7.5;
    wish.tpm_limit = std::nullopt;
    wish.models = std::nullopt;
    wish.key_alias = std::string("new");
    const auto view = update(admin(), wish).value();
    const auto after = row(text);
    EXPECT_EQ(after.max_budget, 7.5);
    EXPECT_EQ(after.tpm_limit, std::nullopt);
    EXPECT_TRUE(after.models.empty());
    EXPECT_EQ(after.key_alias, "new");
    EXPECT_EQ(after.metadata, json("{'kept': 1, 'tags': ['t']}"));
    EXPECT_EQ(view.row.key_alias, "new");
    EXPECT_EQ(after.updated_by, "default_user_id");
}

TEST_F(KeyUpdate, ReplacesMetadataAndWritesManagedFieldsIntoIt)
{
    NewKey wanted;
    wanted.metadata = json("{'a': 1}");
    wanted.managed = json("{'tags': ['t']}");
    const auto text = key({}, {}, wanted);
    auto wish = change(text);
    wish.managed = json("{'model_rpm_limit': {'m': 3}}");
    update(admin(), wish).value();
    EXPECT_EQ(row(text).metadata, json("{'a': 1, 'tags': ['t'], 'model_rpm_limit': {'m': 3}}"));
    wish = change(text);
    wish.metadata = json("{'b': 2}");
    update(admin(), wish).value();
    EXPECT_EQ(row(text).metadata, json("{'b': 2}"));
}

TEST_F(KeyUpdate, CountsADurationFromNowAndTakesMinusOneForNever)
{
    NewKey wanted;
    wanted.duration = "1d";
    const auto text = key({}, {}, wanted);
    auto wish = change(text);
    wish.duration = "30min";
    update(admin(), wish).value();
    EXPECT_EQ(row(text).expires, at("2026-02-18T11:07:21.500Z"));
    wish.duration = "";
    update(admin(), wish).value();
    EXPECT_EQ(row(text).expires, at("2026-02-18T11:07:21.500Z"));
    wish.duration = "-1";
    update(admin(), wish).value();
    EXPECT_EQ(row(text).expires, std::nullopt);
    wish.duration = "soon";
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "soon", "duration");
}

TEST_F(KeyUpdate, SetsTheNextResetWithTheBudgetDuration)
{
    const auto text = key();
    auto wish = change(text);
    wish.budget_duration = "30d";
    update(admin(), wish).value();
    EXPECT_EQ(row(text).budget_reset_at, at("2026-03-01T00:00:00Z"));
}

TEST_F(KeyUpdate, SaysThatAKeyIsUnknown)
{
    const auto refused = update(admin(), change("sk-unknown"));
    expect_error(refused, ErrorKind::not_found, "not found", "key");
    EXPECT_EQ(refused.error().status, 404);
}

TEST_F(KeyUpdate, RefusesAmountsAndAliasesThatCannotBe)
{
    NewKey named;
    named.key_alias = "taken";
    key({}, {}, named);
    const auto text = key();
    auto wish = change(text);
    wish.max_budget = -1.0;
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "negative", "max_budget");
    wish = change(text);
    wish.key_alias = std::string("taken");
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "already exists", "key_alias");
    wish = change(text);
    wish.budget_id = std::string("none");
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "does not exist", "budget_id");
    wish = change(text);
    wish.team_id = std::string("none");
    expect_error(update(admin(), wish), ErrorKind::not_found, "Team not found", "team_id");
}

TEST_F(KeyUpdate, TellsTheRunningProxyAtOnce)
{
    const auto text = key();
    EXPECT_EQ(budget_of(text), std::nullopt);
    auto wish = change(sha256_hex(text));
    wish.max_budget = 2.0;
    wish.spend = 1.0;
    update(admin(), wish).value();
    EXPECT_EQ(budget_of(text), Money::parse("2").value());
    EXPECT_EQ(accounts.spent(*authenticate(text).value()->payers.front().account), Money::parse("1").value());
    wish.blocked = true;
    update(admin(), wish).value();
    EXPECT_FALSE(authenticate(text));
}

TEST_F(KeyUpdate, IncreasesABudgetForAWhile)
{
    NewKey wanted;
    wanted.max_budget = 5;
    const auto text = key({}, {}, wanted);
    auto wish = change(text);
    wish.temp_budget_increase = 100.0;
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "together", "temp_budget_increase");
    wish.temp_budget_expiry = std::string("10d");
    update(admin(), wish).value();
    EXPECT_EQ(row(text).metadata.at("temp_budget_expiry"), "2026-02-28T10:37:21.500000Z");
    EXPECT_EQ(row(text).max_budget, 5);
    EXPECT_EQ(budget_of(text), Money::parse("105").value());

    clock.advance(std::chrono::hours(24 * 10) - std::chrono::seconds(30));
    EXPECT_EQ(budget_of(text), Money::parse("105").value());
    clock.advance(std::chrono::seconds(31));
    EXPECT_EQ(budget_of(text), Money::parse("5").value()) << "the cache does not outlive the increase";

    wish.temp_budget_expiry = std::string("2027-01-15");
    update(admin(), wish).value();
    EXPECT_EQ(budget_of(text), Money::parse("105").value());
    wish.temp_budget_increase = std::nullopt;
    wish.temp_budget_expiry = std::nullopt;
    update(admin(), wish).value();
    EXPECT_EQ(budget_of(text), Money::parse("5").value());
    EXPECT_TRUE(row(text).metadata.empty());
    wish.temp_budget_increase = 1.0;
    wish.temp_budget_expiry = std::string("whenever");
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "neither a duration", "temp_budget_expiry");
}

TEST_F(KeyUpdate, SwitchesRotationOnAndOff)
{
    const auto text = key();
    auto wish = change(text);
    wish.auto_rotate = true;
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "rotation_interval", "rotation_interval");
    wish.rotation_interval = std::string("90d");
    update(admin(), wish).value();
    EXPECT_EQ(row(text).key_rotation_at, at("2026-05-19T10:37:21.500Z"));
    wish = change(text);
    wish.rotation_interval = std::string("1d");
    update(admin(), wish).value();
    EXPECT_EQ(row(text).rotation_interval, "1d");
    EXPECT_EQ(row(text).key_rotation_at, at("2026-05-19T10:37:21.500Z")) << "the date stands";
    wish = change(text);
    wish.auto_rotate = false;
    update(admin(), wish).value();
    EXPECT_EQ(row(text).auto_rotate, false);
}

TEST_F(KeyUpdate, ClampsToTheUpperBounds)
{
    settings.litellm.upperbound_key_generate_params =
        json("{'max_budget': 100, 'duration': '30d', 'tpm_limit': 5}");
    NewKey wanted;
    wanted.tpm_limit = 3;
    const auto text = key({}, {}, wanted);
    auto wish = change(text);
    wish.max_budget = 200.0;
    wish.duration = "-1";
    update(admin(), wish).value();
    EXPECT_EQ(row(text).max_budget, 100);
    EXPECT_EQ(row(text).expires, at("2026-03-20T10:37:21.500Z"));
    EXPECT_EQ(row(text).tpm_limit, 3) << "was not sent";
    wish = change(text);
    wish.tpm_limit = std::nullopt;
    update(admin(), wish).value();
    EXPECT_EQ(row(text).tpm_limit, 5);
    settings.litellm.upperbound_key_generate_params_strict = true;
    wish.tpm_limit = std::int64_t{6};
    expect_error(update(admin(), wish), ErrorKind::invalid_input, "over max limit", "tpm_limit");
}

TEST_F(KeyUpdate, LetsUsersChangeTheirOwnKeysOnly)
{
    const auto owner = user("u-1");
    const auto stranger = user("u-2");
    const auto text = key("u-1");
    const auto nobodys = key();
    auto wish = change(text);
    wish.key_alias = std::string("mine");
    EXPECT_TRUE(update(owner, wish));
    EXPECT_EQ(update(stranger, wish).error().kind, ErrorKind::forbidden);
    wish.key = nobodys;
    EXPECT_EQ(update(owner, wish).error().kind, ErrorKind::forbidden) << "no owner is nobody's owner";
    wish = change(text);
    wish.user_id = std::string("u-2");
    expect_error(update(owner, wish), ErrorKind::forbidden, "another user", "user_id");
    wish = change(text);
    wish.spend = 0.5;
    expect_error(update(owner, wish), ErrorKind::forbidden, "spend", "spend");
    wish = change(text);
    wish.blocked = true;
    expect_error(update(owner, wish), ErrorKind::forbidden, "block", "blocked");
}

TEST_F(KeyUpdate, KeepsAChangeWithinTheCallersOwnKey)
{
    NewKey limited;
    limited.max_budget = 10;
    limited.models = {"a"};
    const auto owner = user("u-1", limited);
    NewKey large;
    large.max_budget = 50;
    const auto text = key("u-1", {}, large);
    auto wish = change(text);
    wish.max_budget = 11.0;
    expect_error(update(owner, wish), ErrorKind::forbidden, "max_budget", "max_budget");
    wish = change(text);
    wish.models = std::vector<std::string>{"b"};
    expect_error(update(owner, wish), ErrorKind::forbidden, "models", "models");
    wish = change(text);
    wish.key_alias = std::string("renamed");
    update(owner, wish).value();
    EXPECT_EQ(row(text).max_budget, 50) << "what the admin gave stays";
    wish = change(text);
    wish.max_budget = std::nullopt;
    update(owner, wish).value();
    EXPECT_EQ(row(text).max_budget, 10) << "unlimited is the caller's limit";
    wish = change(text);
    wish.temp_budget_increase = 100.0;
    wish.temp_budget_expiry = std::string("1d");
    expect_error(update(owner, wish), ErrorKind::forbidden, "temp_budget", "temp_budget_increase");
}

TEST_F(KeyUpdate, AsksTheTeamForPermission)
{
    const auto admin_of_team = user("u-admin");
    const auto member = user("u-member");
    const auto other = user("u-other");
    user("u-owner");
    team("t-1", {{"u-admin", "admin"}, {"u-member", "user"}, {"u-owner", "user"}});
    const auto text = key("u-owner", "t-1");
    const auto own = key("u-member", "t-1");
    const auto service = key({}, "t-1");
    auto wish = change(text);
    wish.key_alias = std::string("x");
    EXPECT_TRUE(update(admin_of_team, wish));
    const auto refused = update(member, wish);
    EXPECT_EQ(refused.error().type, "team_member_permission_error");
    EXPECT_EQ(refused.error().parameter, "/key/update");
    EXPECT_EQ(update(other, wish).error().kind, ErrorKind::forbidden);

    in_transaction([](db::Transaction& tx) -> Result<int> {
        tx.execute(
              R"(UPDATE "LiteLLM_TeamTable" SET team_member_permissions = $1)", {db::Texts{"/key/update"}}
        ).value();
        return 0;
    }).value();
    EXPECT_EQ(update(member, wish).error().kind, ErrorKind::forbidden) << "another member's key";
    wish = change(own);
    wish.key_alias = std::string("y");
    EXPECT_TRUE(update(member, wish));
    wish = change(service);
    wish.key_alias = std::string("z");
    EXPECT_TRUE(update(member, wish));
    wish = change(own);
    wish.team_id = std::nullopt;
    expect_error(update(member, wish), ErrorKind::forbidden, "team", "team_id");
}

TEST_F(KeyUpdate, MovesAKeyIntoATeamThatHasRoomForIt)
{
    user("u-1");
    user("u-2");
    NewTeam wanted;
    wanted.models = {"a"};
    wanted.tpm_limit = 100;
    wanted.rpm_limit = 10;
    team("t-1", {{"u-1", "user"}}, wanted);
    const auto move = [&](NewKey key_wish, const std::string& user_id) {
        auto wish = change(key(user_id, {}, std::move(key_wish)));
        wish.team_id = std::string("t-1");
        return update(admin(), wish);
    };
    NewKey fitting;
    fitting.models = {"a", "all-team-models"};
    EXPECT_TRUE(move(fitting, "u-1"));
    expect_error(move(fitting, "u-2"), ErrorKind::forbidden, "not a member", "team_id");
    NewKey wrong_model;
    wrong_model.models = {"b"};
    EXPECT_EQ(move(wrong_model, "u-1").error().type, "team_model_access_denied");
    NewKey too_fast;
    too_fast.rpm_limit = 11;
    expect_error(move(too_fast, "u-1"), ErrorKind::forbidden, "rpm_limit", "rpm_limit");
}

TEST_F(KeyUpdate, MergesObjectPermissions)
{
    NewKey wanted;
    wanted.object_permission = json("{'mcp_servers': ['m'], 'agents': ['a']}");
    const auto text = key({}, {}, wanted);
    auto wish = change(text);
    wish.object_permission = json("{'agents': ['b']}");
    const auto view = update(admin(), wish).value();
    ASSERT_TRUE(view.row.object_permission_id);
    const std::string id = *row(text).object_permission_id;
    const auto rows =
        in_transaction([&](db::Transaction& tx) {
            return tx.query(
                R"(SELECT mcp_servers, agents FROM "LiteLLM_ObjectPermissionTable" WHERE object_permission_id = $1)",
                {id}
            );
        }).value();
    EXPECT_EQ(rows.front().texts(0), std::vector<std::string>{"m"});
    EXPECT_EQ(rows.front().texts(1), std::vector<std::string>{"b"});
}

TEST_F(KeyUpdate, KeepsASoftBudgetInARowOfItsOwn)
{
    NewKey wanted;
    wanted.soft_budget = 3;
    const auto text = key({}, {}, wanted);
    const auto shared = row(text).budget_id;
    ASSERT_TRUE(shared);
    NewKey other;
    other.budget_id = shared;
    const auto neighbour = key({}, {}, other);

    auto wish = change(text);
    wish.soft_budget = 5.0;
    EXPECT_EQ(update(admin(), wish).value().budget->soft_budget, 5);
    EXPECT_NE(row(text).budget_id, shared);
    EXPECT_EQ(row(neighbour).budget_id, shared) << "the neighbour's budget stays as it was";
    const auto own = row(text).budget_id;
    EXPECT_EQ(update(admin(), wish).value().row.budget_id, own) << "nothing changed, so nothing is made";
    wish.soft_budget = std::nullopt;
    EXPECT_EQ(update(admin(), wish).value().budget->soft_budget, std::nullopt);
    wish.soft_budget = -1.0;
    EXPECT_EQ(update(admin(), wish).error().parameter, "soft_budget");
}

} // namespace litellm::management
