// A database that LiteLLM made in April 2025 works, and nothing of it is changed.

#include "samples.hpp"

#include <fstream>
#include <iterator>

namespace litellm::store {
namespace {

class OldDatabase : public StoreTest {
protected:
    bool wants_migrations() const override { return false; }
    void prepare(const testing::ScratchDatabase& scratch) override
    {
        const std::string dialect = is_postgres() ? "postgres" : "sqlite";
        std::ifstream file(std::string(LITELLM_SOURCE_DIR) + "/tests/store/old_litellm." + dialect + ".sql");
        scratch.administrate(std::string(std::istreambuf_iterator<char>(file), {}));
    }

    /// Columns and indexes of the tables that were there from the start, as text.
    std::string describe(const db::Rows& tables)
    {
        std::string text;
        for (const db::Row& table : tables) {
            const auto shape = transact([&](db::Transaction& transaction) -> Result<db::TableShape> {
                return *transaction.shape_of(table.text(0));
            });
            text += fmt::format("{}: {}\n", table.text(0), fmt::join(shape.value().columns, " "));
        }
        for (const db::Row& index :
             query("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef")) {
            for (const db::Row& table : tables) {
                if (index.text(0).find("\"" + table.text(0) + "\"") != std::string::npos)
                    text += index.text(0) + "\n";
            }
        }
        return text;
    }
    db::Rows list_tables()
    {
        return query("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                     "'public'::regnamespace ORDER BY 1");
    }

    void use_keys()
    {
        insert(make_budget("b"));
        Key key = make_key("k1");
        key.user_id = "u1";
        key.team_id = "t1";
        key.budget_id = "b";
        key.auto_rotate = true;
        key.allowed_routes = {"/x"};
        key.models = {"gpt-4o"};
        insert(key);
        insert(make_key("k2"));
        const auto context = call(find_key_context, std::string("k1"), at()).value();
        ASSERT_TRUE(context);
        EXPECT_EQ(context->key.models, key.models);
        EXPECT_EQ(context->key.auto_rotate, std::nullopt);
        EXPECT_TRUE(context->key.allowed_routes.empty());
        EXPECT_TRUE(context->user && context->team && context->member);
        ASSERT_TRUE(call(update_key, key));
        EXPECT_TRUE(call(set_key_blocked, std::string("k1"), true, std::string("admin"), at())
                        .value()
                        ->blocked.value());
        EXPECT_EQ(call(list_keys, KeyFilter()).value().total_count, 2);
        EXPECT_EQ(call(list_keys_of_user, std::string("u1")).value().size(), 1u);
        EXPECT_EQ(call(remove_keys, std::vector<Key>{make_key("k2")}, Deletion()).value(), 1);
    }
    void use_people()
    {
        insert(make_user("u1"));
        Team team = make_team("t1");
        team.soft_budget = 5;
        team.model_id = call(insert_team_model_aliases, Json::object(), std::string("admin"), at()).value();
        insert(team);
        insert_membership("u1", "t1");
        ASSERT_TRUE(call(add_user_to_team, std::string("u1"), std::string("t1"), at()));
        EXPECT_EQ(call(find_team, std::string("t1")).value()->soft_budget, std::nullopt);
        EXPECT_EQ(call(list_users, std::int64_t{5}, std::int64_t{0}).value().front().teams.size(), 1u);
        EXPECT_EQ(call(list_teams).value().size(), 1u);
        EXPECT_EQ(call(list_memberships_of_team, std::string("t1")).value().size(), 1u);
    }
    void use_spend()
    {
        SpendLog log = make_log("r1");
        log.session_id = "s";
        log.organization_id = "o";
        EXPECT_EQ(call(insert_spend_logs, std::vector<SpendLog>{log, make_log("r2")}).value().size(), 2u);
        const auto logs = call(list_spend_logs, SpendLogFilter()).value();
        ASSERT_EQ(logs.size(), 2u);
        EXPECT_EQ(logs[0].status, "success");
        EXPECT_EQ(call(summarize_spend, SpendLogFilter()).value().size(), 1u);
        SpendIncrements increments;
        increments.keys = {{"k1", nano(5)}};
        increments.users = {{"u1", nano(5)}};
        increments.end_users = {{"e1", nano(5)}};
        increments.tags = {{"tag", nano(5)}};
        increments.members = {{"t1", "u1", nano(5)}};
        ASSERT_TRUE(call(apply_spend, increments));
        EXPECT_DOUBLE_EQ(spend_of("LiteLLM_VerificationToken", "token", "k1"), 5e-9);
    }
    void use_daily_tables()
    {
        int ids = 0;
        const std::function<std::string()> new_id = [&] { return std::to_string(++ids); };
        std::vector<DailySpend> rows;
        for (const char* endpoint : {"/chat/completions", "/embeddings"}) {
            for (const auto entity :
                 {DailySpend::Entity::user, DailySpend::Entity::team, DailySpend::Entity::tag}) {
                DailySpend row;
                row.entity = entity;
                row.entity_id = "e";
                row.date = "2026-02-18";
                row.endpoint = endpoint;
                row.api_requests = 1;
                row.cache_read_input_tokens = 7;
                rows.push_back(row);
            }
        }
        ASSERT_TRUE(call(apply_daily_spend, rows, at(), new_id));
        ASSERT_TRUE(call(apply_daily_spend, rows, at(), new_id));
        EXPECT_EQ(query(R"(SELECT api_requests FROM "LiteLLM_DailyUserSpend")").at(0).integer(0), 4);
        EXPECT_EQ(query(R"(SELECT api_requests FROM "LiteLLM_DailyTeamSpend")").size(), 1u);
    }
};

TEST_P(OldDatabase, WorksAsItIs)
{
    use_people();
    use_keys();
    use_spend();
    use_daily_tables();
    const auto permission = call(insert_object_permission, std::string("p"), Json::object());
    EXPECT_EQ(permission.error().kind, ErrorKind::invalid_input);
}

TEST_P(OldDatabase, WorksAfterMigrationsThatChangeNothingOfIt)
{
    if (!is_postgres())
        GTEST_SKIP() << "LiteLLM itself runs on Postgres only";
    const db::Rows tables = list_tables();
    const std::string before = describe(tables);
    const auto migrated = db::migrate(database());
    ASSERT_TRUE(migrated) << migrated.error().message;
    EXPECT_TRUE(describe(tables) == before);
    EXPECT_GT(list_tables().size(), tables.size());
    use_people();
    use_keys();
    use_spend();
    use_daily_tables();
    EXPECT_EQ(call(load_checkpoint, std::string("j")).value(), 0);
    EXPECT_EQ(query(R"(SELECT count(*) FROM "LiteLLM_DeletedVerificationToken")").front().integer(0), 1);
    ASSERT_TRUE(call(insert_object_permission, std::string("p"), Json::object()));
}

TEST_P(OldDatabase, SaysWhatItLacks)
{
    if (is_postgres()) {
        ASSERT_TRUE(db::migrate(database()));
    }
    const auto missing = db::find_missing_columns(database()).value();
    EXPECT_TRUE(missing.has("LiteLLM_VerificationToken", "rotation_count"));
    EXPECT_TRUE(missing.has("LiteLLM_TeamTable", "soft_budget"));
    EXPECT_TRUE(missing.has("LiteLLM_DailyUserSpend", "endpoint"));
    EXPECT_FALSE(missing.has("LiteLLM_VerificationToken", "token"));
    EXPECT_EQ(missing.has("LiteLLM_DeprecatedVerificationToken", "token"), !is_postgres());
    EXPECT_TRUE(std::is_sorted(missing.names.begin(), missing.names.end()));
}

INSTANTIATE_ON_BOTH_DIALECTS(OldDatabase);

} // namespace
} // namespace litellm::store
