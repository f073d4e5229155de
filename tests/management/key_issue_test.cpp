#include "world.hpp"

namespace litellm::management {

class KeyIssue : public ManagementTest {};

TEST_F(KeyIssue, MakesAKeyThatAuthenticates)
{
    NewKey wanted;
    wanted.key_alias = "ci-bot";
    wanted.models = {"gpt-4"};
    const auto issued = issue(wanted).value();

    const std::string& text = issued.secret.reveal();
    EXPECT_TRUE(text.starts_with("sk-"));
    EXPECT_EQ(text.size(), 3U + 22U);
    EXPECT_EQ(issued.row.token, sha256_hex(text));
    EXPECT_EQ(issued.row.key_name, "sk-..." + text.substr(text.size() - 4));
    EXPECT_EQ(issued.row.created_by, "default_user_id");
    EXPECT_EQ(issued.row.created_at, clock.now());
    const auto principal = authenticate(text).value();
    EXPECT_EQ(principal->key_hash, issued.row.token);
    EXPECT_EQ(principal->key()->models, wanted.models);
}

TEST_F(KeyIssue, ForgetsThatTheKeyWasUnknown)
{
    EXPECT_FALSE(authenticate("sk-chosen-by-hand"));

    NewKey wanted;
    wanted.key = Secret("sk-chosen-by-hand");
    ASSERT_TRUE(issue(wanted));

    EXPECT_TRUE(authenticate("sk-chosen-by-hand"));
}

TEST_F(KeyIssue, StoresManagedFieldsInMetadata)
{
    NewKey wanted;
    wanted.metadata = json("{'owner': 'ishaan', 'tags': ['old']}");
    wanted.managed = json("{'tags': ['ci'], 'model_rpm_limit': {'gpt-4': 3}}");
    const auto row = stored(issue(wanted).value().row.token);

    EXPECT_EQ(row.metadata, json("{'owner': 'ishaan', 'tags': ['ci'], 'model_rpm_limit': {'gpt-4': 3}}"));
}

TEST_F(KeyIssue, ComputesExpiryAndBudgetReset)
{
    NewKey wanted;
    wanted.duration = "30min";
    wanted.budget_duration = "30d";
    wanted.max_budget = 10;
    const auto row = stored(issue(wanted).value().row.token);

    EXPECT_EQ(row.expires, at("2026-02-18T11:07:21.500Z"));
    EXPECT_EQ(row.budget_reset_at, at("2026-03-01"));
}

TEST_F(KeyIssue, NamesTheDurationThatIsNone)
{
    NewKey wanted;
    wanted.duration = "soon";
    expect_error(issue(wanted), ErrorKind::invalid_input, "soon", "duration");

    wanted.duration.reset();
    wanted.budget_duration = "10";
    expect_error(issue(wanted), ErrorKind::invalid_input, "10", "budget_duration");
}

TEST_F(KeyIssue, TakesEmptyDurationsAndMinusOneForNone)
{
    for (const char* text : {"", "none", "null", "-1"}) {
        NewKey wanted;
        wanted.duration = text;
        EXPECT_FALSE(issue(wanted).value().row.expires) << text;
    }
}

TEST_F(KeyIssue, RefusesNegativeBudgets)
{
    NewKey wanted;
    wanted.max_budget = -1.5;
    expect_error(
        issue(wanted), ErrorKind::invalid_input, "max_budget cannot be negative. Received: -1.5", "max_budget"
    );

    NewKey soft;
    soft.soft_budget = -2;
    expect_error(issue(soft), ErrorKind::invalid_input, "soft_budget cannot be negative", "soft_budget");
}

TEST_F(KeyIssue, RefusesBudgetsBeyondCounting)
{
    NewKey wanted;
    wanted.max_budget = 1e18;
    expect_error(issue(wanted), ErrorKind::invalid_input, "more than can be counted", "max_budget");
}

TEST_F(KeyIssue, RefusesModelBudgetsThatAreNone)
{
    NewKey wanted;
    wanted.model_max_budget = json("{'gpt-4': {'max_budget': 'lots'}}");
    expect_error(issue(wanted), ErrorKind::invalid_input, "Invalid model_max_budget", "model_max_budget");
}

TEST_F(KeyIssue, MakesABudgetRowForASoftBudget)
{
    NewKey wanted;
    wanted.soft_budget = 5;
    const auto issued = issue(wanted).value();

    ASSERT_TRUE(issued.row.budget_id);
    ASSERT_TRUE(issued.budget);
    EXPECT_EQ(issued.budget->soft_budget, 5);
    EXPECT_EQ(stored(issued.row.token).budget_id, issued.budget->budget_id);
}

TEST_F(KeyIssue, SetsRoutesByKeyType)
{
    NewKey wanted;
    wanted.key_type = KeyType::llm_api;
    EXPECT_EQ(issue(wanted).value().row.allowed_routes, std::vector<std::string>{"llm_api_routes"});
    wanted.key_type = KeyType::management;
    EXPECT_EQ(issue(wanted).value().row.allowed_routes, std::vector<std::string>{"management_routes"});
    wanted.key_type = KeyType::read_only;
    EXPECT_EQ(issue(wanted).value().row.allowed_routes, std::vector<std::string>{"info_routes"});
}

TEST_F(KeyIssue, RotatesOnlyWithAnInterval)
{
    NewKey wanted;
    wanted.auto_rotate = true;
    EXPECT_FALSE(issue(wanted).value().row.auto_rotate);

    wanted.rotation_interval = "30d";
    const auto row = stored(issue(wanted).value().row.token);
    EXPECT_EQ(row.auto_rotate, true);
    EXPECT_EQ(row.key_rotation_at, at("2026-03-20T10:37:21.500Z"));
}

TEST_F(KeyIssue, RefusesATakenAlias)
{
    NewKey wanted;
    wanted.key_alias = "ci-bot";
    ASSERT_TRUE(issue(wanted));

    const auto again = issue(wanted);
    expect_error(again, ErrorKind::invalid_input, "'ci-bot' already exists", "key_alias");
    EXPECT_EQ(again.error().type, "bad_request_error");
    EXPECT_EQ(again.error().status, 400);
}

TEST_F(KeyIssue, ShowsLittleOfAKeyWithTheWrongPrefix)
{
    NewKey wanted;
    wanted.key = Secret("my-very-own-key");
    const auto refused = issue(wanted);
    expect_error(refused, ErrorKind::invalid_input, "my-v****-key", "key");
    EXPECT_EQ(refused.error().message.find("very-own"), std::string::npos);

    wanted.key = Secret("short");
    expect_error(issue(wanted), ErrorKind::invalid_input, "Received: ****", "key");
}

TEST_F(KeyIssue, RefusesAKeyThatExists)
{
    NewKey wanted;
    wanted.key = Secret("sk-mine-alone");
    ASSERT_TRUE(issue(wanted));
    EXPECT_EQ(issue(wanted).error().kind, ErrorKind::conflict);

    wanted.key = Secret("sk-master-key");
    EXPECT_EQ(issue(wanted).error().kind, ErrorKind::conflict);
}

TEST_F(KeyIssue, RefusesLinksToNothing)
{
    NewKey wanted;
    wanted.organization_id = "nowhere";
    expect_error(issue(wanted), ErrorKind::invalid_input, "nowhere", "organization_id");

    NewKey budget;
    budget.budget_id = "no-such-budget";
    expect_error(issue(budget), ErrorKind::invalid_input, "no-such-budget", "budget_id");
}

TEST_F(KeyIssue, ObeysTheEnvironmentOnKeysAndNames)
{
    environment["LENGTH_OF_LITELLM_GENERATED_KEY"] = "32";
    environment["DISABLE_KEY_NAME"] = "true";
    const auto issued = issue({}).value();
    EXPECT_EQ(issued.secret.reveal().size(), 3U + 43U);
    EXPECT_FALSE(issued.row.key_name);

    environment["LENGTH_OF_LITELLM_GENERATED_KEY"] = "1";
    EXPECT_EQ(issue({}).value().secret.reveal().size(), 3U + 22U);
}

TEST_F(KeyIssue, FillsInDefaultsForOtherFieldsToo)
{
    settings.litellm.default_key_generate_params =
        json("{'tags': ['ops'], 'allowed_routes': ['/chat/completions'], 'aliases': {'a': 'b'}, "
             "'auto_rotate': true, "
             "'rotation_interval': '30d', 'duration': null, 'soft_budget': 5}");
    const auto issued = issue(NewKey()).value();
    EXPECT_EQ(issued.row.metadata, json("{'tags': ['ops']}"));
    EXPECT_EQ(issued.row.allowed_routes, std::vector<std::string>{"/chat/completions"});
    EXPECT_EQ(issued.row.aliases, json("{'a': 'b'}"));
    EXPECT_EQ(issued.row.auto_rotate, true);
    EXPECT_EQ(issued.row.expires, std::nullopt);
    EXPECT_EQ(issued.budget->soft_budget, 5);
    NewKey own;
    own.managed = json("{'tags': ['mine']}");
    EXPECT_EQ(issue(own).value().row.metadata, json("{'tags': ['mine']}"));
}

TEST_F(KeyIssue, FillsInDefaults)
{
    settings.litellm.default_key_generate_params =
        json("{'max_budget': 1.5, 'models': ['azure-gpt-3.5'], 'duration': null, 'metadata': {'setting': "
             "'default'}, "
             "'team_id': 'core-infra'}");
    const auto row = issue({}).value().row;
    EXPECT_EQ(row.max_budget, 1.5);
    EXPECT_EQ(row.models, std::vector<std::string>{"azure-gpt-3.5"});
    EXPECT_FALSE(row.expires);
    EXPECT_EQ(row.metadata, json("{'setting': 'default'}"));
    EXPECT_EQ(row.team_id, "core-infra");

    NewKey wanted;
    wanted.max_budget = 3;
    EXPECT_EQ(issue(wanted).value().row.max_budget, 3);
}

TEST_F(KeyIssue, ClampsToTheUpperBound)
{
    settings.litellm.upperbound_key_generate_params =
        json("{'max_budget': 100, 'duration': '30d', 'tpm_limit': '1000', 'max_parallel_requests': 5}");
    NewKey wanted;
    wanted.max_budget = 200;
    wanted.duration = "60d";
    wanted.tpm_limit = 10;
    const auto row = issue(wanted).value().row;

    EXPECT_EQ(row.max_budget, 100);
    EXPECT_EQ(row.expires, at("2026-03-20T10:37:21.500Z"));
    EXPECT_EQ(row.tpm_limit, 10);
    EXPECT_EQ(row.max_parallel_requests, 5);

    wanted.duration = "-1";
    EXPECT_EQ(issue(wanted).value().row.expires, at("2026-03-20T10:37:21.500Z"));
}

TEST_F(KeyIssue, RefusesAboveTheUpperBoundWhenStrict)
{
    settings.litellm.upperbound_key_generate_params = json("{'max_budget': 100, 'duration': '30d'}");
    settings.litellm.upperbound_key_generate_params_strict = true;
    NewKey wanted;
    wanted.max_budget = 200;
    expect_error(
        issue(wanted),
        ErrorKind::invalid_input,
        "max_budget is over max limit set in config - user_value=200; max_value=100",
        "max_budget"
    );

    wanted.max_budget = 50;
    wanted.duration = "31d";
    expect_error(issue(wanted), ErrorKind::invalid_input, "user_value=31d; max_value=30d", "duration");
}

TEST_F(KeyIssue, TakesTheTeamsDurationForMembersKeys)
{
    NewTeam wanted;
    wanted.managed = json("{'team_member_key_duration': '1d'}");
    user("u-1");
    team("t-1", {{"u-1", "admin"}}, wanted);
    NewKey key;
    key.team_id = "t-1";
    key.user_id = "u-1";
    EXPECT_EQ(issue(key).value().row.expires, at("2026-02-19T10:37:21.500Z"));
}

TEST_F(KeyIssue, KeepsThePromiseOfGuaranteedThroughput)
{
    NewTeam wanted;
    wanted.tpm_limit = 100;
    team("t-1", {}, wanted);
    NewKey key;
    key.team_id = "t-1";
    key.tpm_limit = 60;
    key.managed = json("{'tpm_limit_type': 'guaranteed_throughput'}");
    ASSERT_TRUE(issue(key));

    expect_error(
        issue(key),
        ErrorKind::invalid_input,
        "Allocated TPM limit=60 + Key TPM limit=60 is greater than team TPM limit=100",
        ""
    );
}

TEST_F(KeyIssue, SaysThatThereIsNoDatabase)
{
    const auto by = admin();
    ManagementServices without(Context{nullptr, clock, random, settings, *authenticator});
    const auto refused = run(without.keys.issue(by, {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, "no_db_connection");
    EXPECT_EQ(refused.error().status, 500);
}

} // namespace litellm::management
