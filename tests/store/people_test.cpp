#include "samples.hpp"

#include <gmock/gmock.h>

namespace litellm::store {
namespace {

class UserStore : public StoreTest {
protected:
    User user(const std::string& id) { return call(find_user, id).value().value(); }
};

TEST_P(UserStore, KeepsEveryColumn)
{
    User written = make_user("u1");
    written.user_alias = "Anna";
    written.user_role = "proxy_admin";
    written.user_email = "Anna@Example.org";
    written.teams = {"t1", "t2"};
    written.models = {"no-default-models"};
    written.max_budget = 12.5;
    written.spend = 0.1;
    written.metadata = Json{{"a", 1}};
    written.max_parallel_requests = 2;
    written.tpm_limit = 3;
    written.rpm_limit = 4;
    written.budget_duration = "1mo";
    written.budget_reset_at = at(5);
    written.allowed_cache_controls = {"no-store"};
    written.policies = {"p"};
    insert(written);
    const User read = user("u1");
    EXPECT_EQ(read.user_alias, written.user_alias);
    EXPECT_EQ(read.user_role, written.user_role);
    EXPECT_EQ(read.teams, written.teams);
    EXPECT_EQ(read.models, written.models);
    EXPECT_EQ(read.max_budget, written.max_budget);
    EXPECT_EQ(read.spend, written.spend);
    EXPECT_EQ(read.metadata, written.metadata);
    EXPECT_EQ(read.max_parallel_requests, written.max_parallel_requests);
    EXPECT_EQ(read.budget_reset_at, written.budget_reset_at);
    EXPECT_EQ(read.policies, written.policies);
    EXPECT_EQ(read.created_at, at());
}

TEST_P(UserStore, RefusesATakenId)
{
    insert(make_user("u1"));
    EXPECT_EQ(call(insert_user, make_user("u1")).error().kind, ErrorKind::conflict);
}

TEST_P(UserStore, FindsAddressesInAnyCase)
{
    User user = make_user("u1");
    user.user_email = "Anna@Example.org";
    insert(user);
    EXPECT_EQ(call(find_user_by_email, std::string("anna@example.ORG")).value()->user_id, "u1");
    EXPECT_FALSE(call(find_user_by_email, std::string("anna@example.or_")).value());
}

TEST_P(UserStore, ListsNewestFirst)
{
    for (int i = 0; i < 3; ++i) {
        User user = make_user("u" + std::to_string(i));
        user.created_at = at(i);
        insert(user);
    }
    const auto page = call(list_users, std::int64_t{2}, std::int64_t{1}).value();
    ASSERT_EQ(page.size(), 2u);
    EXPECT_EQ(page[0].user_id, "u1");
    EXPECT_EQ(page[1].user_id, "u0");
}

TEST_P(UserStore, JoinsATeamOnce)
{
    insert(make_user("u1"));
    execute(R"(UPDATE "LiteLLM_UserTable" SET teams = NULL)");
    for (const char* team : {"t1", "it's", "t1"})
        ASSERT_TRUE(call(add_user_to_team, std::string("u1"), std::string(team), at(9)));
    EXPECT_EQ(user("u1").teams, (std::vector<std::string>{"t1", "it's"}));
    EXPECT_EQ(user("u1").updated_at, at(9));
    EXPECT_TRUE(call(add_user_to_team, std::string("nobody"), std::string("t1"), at()));
}

INSTANTIATE_ON_BOTH_DIALECTS(UserStore);

class TeamStore : public StoreTest {
protected:
    Team team(const std::string& id) { return call(find_team, id).value().value(); }
};

TEST_P(TeamStore, KeepsEveryColumn)
{
    Team written = make_team("t1");
    written.team_alias = "Ärzte";
    written.admins = {"a"};
    written.members = {"a", "b"};
    written.members_with_roles = Json::parse(R"([{"user_id":"a","role":"admin"}])");
    written.metadata = Json{{"model_rpm_limit", {{"gpt-4o", 5}}}};
    written.max_budget = 1;
    written.soft_budget = 0.5;
    written.models = {"gpt-4o"};
    written.budget_duration = "7d";
    written.budget_reset_at = at(1);
    written.blocked = true;
    written.team_member_permissions = {"/key/generate"};
    written.router_settings = Json{{"x", 1}};
    written.policies = {"p"};
    written.allow_team_guardrail_config = true;
    written.access_group_ids = {"g"};
    written.created_at = at();
    written.updated_at = at();
    insert(written);
    const Team read = team("t1");
    EXPECT_EQ(read.team_alias, written.team_alias);
    EXPECT_EQ(read.admins, written.admins);
    EXPECT_EQ(read.members, written.members);
    EXPECT_EQ(read.members_with_roles[0]["user_id"], "a");
    EXPECT_EQ(read.metadata, written.metadata);
    EXPECT_EQ(read.soft_budget, written.soft_budget);
    EXPECT_TRUE(read.blocked);
    EXPECT_EQ(read.team_member_permissions, written.team_member_permissions);
    EXPECT_EQ(read.router_settings, written.router_settings);
    EXPECT_TRUE(read.allow_team_guardrail_config);
    EXPECT_EQ(read.access_group_ids, written.access_group_ids);
    EXPECT_EQ(read.created_at, at());
}

TEST_P(TeamStore, RefusesATakenId)
{
    insert(make_team("t1"));
    EXPECT_EQ(call(insert_team, make_team("t1")).error().kind, ErrorKind::conflict);
}

TEST_P(TeamStore, ReadsAnEmptyObjectAsNoMembers)
{
    execute(R"(INSERT INTO "LiteLLM_TeamTable" (team_id, members) VALUES ('t1', NULL))");
    EXPECT_EQ(team("t1").members_with_roles, Json::array());
    EXPECT_TRUE(team("t1").members.empty());
    EXPECT_TRUE(team("t1").created_at);
}

TEST_P(TeamStore, ListsByAliasAndById)
{
    Team beta = make_team("1");
    beta.team_alias = "beta";
    insert(beta);
    insert(make_team("2"));
    Team alpha = make_team("3");
    alpha.team_alias = "alpha";
    insert(alpha);
    std::vector<std::string> ids;
    for (const Team& team : call(list_teams).value())
        ids.push_back(team.team_id);
    EXPECT_EQ(ids, (std::vector<std::string>{"3", "1", "2"}));
    EXPECT_EQ(call(list_teams_by_id, std::vector<std::string>{"2", "x", "1"}).value().size(), 2u);
    EXPECT_TRUE(call(list_teams_by_id, std::vector<std::string>{}).value().empty());
}

TEST_P(TeamStore, KeepsModelAliases)
{
    const std::int64_t first =
        call(insert_team_model_aliases, Json{{"a", "b"}}, std::string("admin"), at()).value();
    const std::int64_t second =
        call(insert_team_model_aliases, Json::object(), std::string("admin"), at()).value();
    EXPECT_NE(first, second);
    EXPECT_EQ(call(find_team_model_aliases, first).value()->at("a"), "b");
    EXPECT_FALSE(call(find_team_model_aliases, second + 100).value());
    execute(R"(UPDATE "LiteLLM_ModelTable" SET aliases = $1)", {db::JsonText{R"("{\"old\": \"client\"}")"}});
    EXPECT_EQ(call(find_team_model_aliases, first).value()->at("old"), "client");
}

TEST_P(TeamStore, ListsMemberships)
{
    insert(make_budget("b"));
    insert_membership("u2", "t1");
    insert_membership("u1", "t1", "b");
    insert_membership("u1", "t2");
    const auto members = call(list_memberships_of_team, std::string("t1")).value();
    ASSERT_EQ(members.size(), 2u);
    EXPECT_EQ(members[0].user_id, "u1");
    EXPECT_EQ(members[0].budget_id, "b");
    EXPECT_EQ(members[1].budget_id, std::nullopt);
}

INSTANTIATE_ON_BOTH_DIALECTS(TeamStore);

class BudgetStore : public StoreTest {};

TEST_P(BudgetStore, KeepsEveryColumn)
{
    Budget written = make_budget("b");
    written.max_budget = 0.1;
    written.model_max_budget = Json{{"m", 1}};
    written.budget_duration = "30d";
    written.budget_reset_at = at(3);
    insert(written);
    const auto read = call(find_budget, std::string("b")).value();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->max_budget, 0.1);
    EXPECT_EQ(read->model_max_budget, written.model_max_budget);
    EXPECT_EQ(read->budget_reset_at, at(3));
    EXPECT_EQ(read->created_by, "admin");
    EXPECT_EQ(read->tpm_limit, std::nullopt);
    EXPECT_FALSE(call(find_budget, std::string("c")).value());
    EXPECT_EQ(call(insert_budget, written).error().kind, ErrorKind::conflict);
}

TEST_P(BudgetStore, KeepsNoModelBudgetAsNull)
{
    insert(make_budget("b"));
    EXPECT_EQ(call(find_budget, std::string("b")).value()->model_max_budget, std::nullopt);
}

TEST_P(BudgetStore, KeepsObjectPermissions)
{
    const Json permission = Json::parse(
        R"({"mcp_servers": ["a", "b"], "vector_stores": [], "mcp_tool_permissions": {"a": ["t"]}, "agents": null, "future": ["x"]})"
    );
    ASSERT_TRUE(call(insert_object_permission, std::string("p"), permission));
    const db::Rows rows = query(
        R"(SELECT mcp_servers, vector_stores, mcp_tool_permissions, agents FROM "LiteLLM_ObjectPermissionTable")"
    );
    EXPECT_EQ(rows.front().texts(0), (db::Texts{"a", "b"}));
    EXPECT_EQ(Json::parse(rows.front().json_text(2)), permission["mcp_tool_permissions"]);
    const Json bad = Json::parse(R"({"mcp_servers": [1]})");
    EXPECT_EQ(call(insert_object_permission, std::string("q"), bad).error().kind, ErrorKind::invalid_input);
}

INSTANTIATE_ON_BOTH_DIALECTS(BudgetStore);

} // namespace
} // namespace litellm::store
