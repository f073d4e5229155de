#include "samples.hpp"

namespace litellm::store {
namespace {

class KeyContextStore : public StoreTest {
protected:
    std::optional<KeyContext> find(const std::string& token, Timestamp now = at())
    {
        return call(find_key_context, token, now).value();
    }
    void deprecate(const std::string& old_token, const std::string& active, Timestamp revoke_at)
    {
        execute(
            R"(INSERT INTO "LiteLLM_DeprecatedVerificationToken" (id, token, active_token_id, revoke_at) VALUES ($1, $1, $2, $3))",
            {old_token, active, revoke_at}
        );
    }
};

TEST_P(KeyContextStore, IsTheKeyAloneWhereNothingElseExists)
{
    Key key = make_key("a");
    key.user_id = "nobody";
    key.team_id = "none";
    insert(key);
    const auto context = find("a");
    ASSERT_TRUE(context);
    EXPECT_EQ(context->key.token, "a");
    EXPECT_EQ(context->key.user_id, "nobody");
    EXPECT_FALSE(context->user);
    EXPECT_FALSE(context->team);
    EXPECT_FALSE(context->member);
    EXPECT_FALSE(context->organization);
    EXPECT_FALSE(find("b"));
}

TEST_P(KeyContextStore, GathersEverybodyWhoPays)
{
    Budget budget = make_budget("org-budget");
    budget.max_budget = 1000;
    insert(budget);
    budget = make_budget("member-budget");
    budget.max_budget = 5;
    budget.rpm_limit = 6;
    insert(budget);
    insert_organization("o1", "org-budget");
    User user = make_user("u1");
    user.user_role = "internal_user";
    user.user_email = "u@example.org";
    user.max_budget = 50;
    user.models = {"gpt-4o"};
    user.max_parallel_requests = 4;
    insert(user);
    Team team = make_team("t1");
    team.team_alias = "Team";
    team.organization_id = "o1";
    team.soft_budget = 80;
    team.max_budget = 100;
    team.blocked = true;
    team.members_with_roles = Json::parse(R"([{"user_id": "u1", "role": "admin"}])");
    team.metadata = Json{{"tags", {"x"}}};
    team.model_id =
        call(insert_team_model_aliases, Json{{"fast", "gpt-4o-mini"}}, std::string("admin"), at()).value();
    insert(team);
    insert_membership("u1", "t1", "member-budget");
    Key key = make_key("a");
    key.user_id = "u1";
    key.team_id = "t1";
    insert(key);

    const auto context = find("a");
    ASSERT_TRUE(context);
    ASSERT_TRUE(context->user && context->team && context->member && context->organization);
    EXPECT_EQ(context->user->role, "internal_user");
    EXPECT_EQ(context->user->email, "u@example.org");
    EXPECT_EQ(context->user->max_budget, 50);
    EXPECT_EQ(context->user->models, user.models);
    EXPECT_EQ(context->user->max_parallel_requests, 4);
    EXPECT_EQ(context->team->alias, "Team");
    EXPECT_TRUE(context->team->blocked);
    EXPECT_EQ(context->team->soft_budget, 80);
    EXPECT_EQ(context->team->max_budget, 100);
    EXPECT_EQ(context->team->model_aliases["fast"], "gpt-4o-mini");
    EXPECT_EQ(context->team->members_with_roles[0]["role"], "admin");
    EXPECT_EQ(context->team->metadata["tags"][0], "x");
    EXPECT_EQ(context->member->max_budget, 5);
    EXPECT_EQ(context->member->rpm_limit, 6);
    // The key names no organization: its team's counts.
    EXPECT_EQ(context->organization->organization_id, "o1");
    EXPECT_EQ(context->organization->max_budget, 1000);
    EXPECT_EQ(context->organization->models, std::vector<std::string>{"gpt-4o"});
}

TEST_P(KeyContextStore, FillsLimitsFromTheBudgetRow)
{
    Budget budget = make_budget("b");
    budget.max_budget = 3;
    budget.soft_budget = 2;
    budget.tpm_limit = 100;
    budget.rpm_limit = 10;
    budget.model_max_budget = Json{{"gpt-4o", {{"budget_limit", 1}}}};
    insert(budget);
    Key key = make_key("a");
    key.budget_id = "b";
    key.rpm_limit = 99;
    insert(key);
    const auto context = find("a");
    ASSERT_TRUE(context);
    EXPECT_EQ(context->key.max_budget, 3);
    EXPECT_EQ(context->soft_budget, 2);
    EXPECT_EQ(context->key.tpm_limit, 100);
    EXPECT_EQ(context->key.rpm_limit, 99);
    EXPECT_EQ(context->key.model_max_budget, *budget.model_max_budget);
    EXPECT_EQ(this->key("a").max_budget, std::nullopt);
}

TEST_P(KeyContextStore, FollowsARotatedKeyThroughItsGracePeriod)
{
    insert(make_key("new"));
    deprecate("old", "new", at(60));
    ASSERT_TRUE(find("old", at(59)));
    EXPECT_EQ(find("old", at(59))->key.token, "new");
    EXPECT_FALSE(find("old", at(60)));
    EXPECT_EQ(find("new", at(999))->key.token, "new");
}

TEST_P(KeyContextStore, PrefersTheKeyItselfToTheOneItStandsFor)
{
    insert(make_key("new"));
    insert(make_key("old"));
    deprecate("old", "new", at(60));
    EXPECT_EQ(find("old")->key.token, "old");
}

TEST_P(KeyContextStore, UsesTheIndexes)
{
    if (!is_postgres())
        GTEST_SKIP() << "the plan is read from Postgres";
    execute(
        R"(INSERT INTO "LiteLLM_VerificationToken" (token) SELECT md5(CAST(i AS text)) FROM generate_series(1, 3000) AS i)"
    );
    execute(R"(ANALYZE "LiteLLM_VerificationToken")");
    const db::Rows plan = query(
        R"(EXPLAIN SELECT 1 FROM "LiteLLM_VerificationToken" v WHERE v.token IN ('x', (
           SELECT d.active_token_id FROM "LiteLLM_DeprecatedVerificationToken" d WHERE d.token = 'x'))
           ORDER BY v.token <> 'x' LIMIT 1)"
    );
    std::string text;
    for (const db::Row& row : plan)
        text += row.text(0) + "\n";
    EXPECT_EQ(text.find("Seq Scan on \"LiteLLM_VerificationToken\""), std::string::npos) << text;
}

TEST_P(KeyContextStore, NamesTheModelsOfItsAccessGroups)
{
    execute(
        R"(INSERT INTO "LiteLLM_AccessGroupTable" (access_group_id, access_group_name, access_model_names, updated_at)
           VALUES ('g1', 'One', $1, $2), ('g2', 'Two', $1, $2))",
        {db::Texts{"gpt-4o", "o3"}, at()}
    );
    Key key = make_key("a");
    key.access_group_ids = {"g1", "none"};
    insert(key);
    insert(make_key("b"));
    EXPECT_EQ(find("a")->access_group_models, (std::vector<std::string>{"gpt-4o", "o3"}));
    EXPECT_TRUE(find("b")->access_group_models.empty());
}

INSTANTIATE_ON_BOTH_DIALECTS(KeyContextStore);

} // namespace
} // namespace litellm::store
