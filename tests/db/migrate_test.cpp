#include "support/database_fixture.hpp"

#include <algorithm>

namespace litellm::db {
namespace {

class Migrate : public testing::DatabaseTest {
protected:
    bool wants_migrations() const override { return false; }
};

TEST_P(Migrate, RunsEveryMigrationOnce)
{
    const auto first = migrate(database());
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->front(), "0001_budgets_users_teams");
    EXPECT_EQ(first->back(), "0017_provider_objects");

    const auto second = migrate(database());
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->empty());
    EXPECT_EQ(
        query("SELECT count(*) FROM schema_migrations").front().integer(0),
        static_cast<std::int64_t>(first->size())
    );
}

TEST_P(Migrate, LacksNothingAfterwards)
{
    ASSERT_TRUE(migrate(database()));
    const auto missing = find_missing_columns(database());
    ASSERT_TRUE(missing);
    EXPECT_TRUE(missing->names.empty());
}

INSTANTIATE_ON_BOTH_DIALECTS(Migrate);

/// What LiteLLM's own migrations make, read back from the catalog in the same words (version 1.81.13).
class LitellmSchema : public testing::DatabaseTest {
protected:
    std::vector<std::string> lines(std::string_view sql, const std::string& table)
    {
        std::vector<std::string> texts;
        for (const Row& row : query(sql, {table}))
            texts.push_back(row.text(0));
        return texts;
    }
    std::vector<std::string> columns(const std::string& table)
    {
        return lines(
            R"(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                   || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                   || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
               FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               WHERE a.attrelid = to_regclass(quote_ident($1)) AND a.attnum > 0 ORDER BY a.attnum)",
            table
        );
    }
    std::vector<std::string> indexes(const std::string& table)
    {
        return lines("SELECT indexdef FROM pg_indexes WHERE tablename = $1 ORDER BY indexname", table);
    }
    std::vector<std::string> foreign_keys(const std::string& table)
    {
        return lines(
            R"(SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
               WHERE contype = 'f' AND conrelid = to_regclass(quote_ident($1)) ORDER BY conname)",
            table
        );
    }
};

TEST_P(LitellmSchema, HasMembershipsAsLitellmMakesThem)
{
    EXPECT_EQ(
        columns("LiteLLM_TeamMembership"),
        (std::vector<std::string>{
            "user_id text NOT NULL",
            "team_id text NOT NULL",
            "spend double precision NOT NULL DEFAULT 0.0",
            "budget_id text",
        })
    );
    EXPECT_EQ(
        indexes("LiteLLM_TeamMembership"),
        (std::vector<std::string>{
            R"(CREATE UNIQUE INDEX "LiteLLM_TeamMembership_pkey" ON public."LiteLLM_TeamMembership" USING btree (user_id, team_id))",
        })
    );
    EXPECT_EQ(
        foreign_keys("LiteLLM_TeamMembership"),
        (std::vector<std::string>{
            R"(LiteLLM_TeamMembership_budget_id_fkey FOREIGN KEY (budget_id) REFERENCES "LiteLLM_BudgetTable"(budget_id) ON UPDATE CASCADE ON DELETE SET NULL)",
        })
    );
}

TEST_P(LitellmSchema, HasDeprecatedKeysAsLitellmMakesThem)
{
    EXPECT_EQ(
        columns("LiteLLM_DeprecatedVerificationToken"),
        (std::vector<std::string>{
            "id text NOT NULL",
            "token text NOT NULL",
            "active_token_id text NOT NULL",
            "revoke_at timestamp(3) without time zone NOT NULL",
            "created_at timestamp(3) without time zone NOT NULL DEFAULT CURRENT_TIMESTAMP",
        })
    );
    const std::string on = R"( ON public."LiteLLM_DeprecatedVerificationToken" USING btree )";
    EXPECT_EQ(
        indexes("LiteLLM_DeprecatedVerificationToken"),
        (std::vector<std::string>{
            R"(CREATE UNIQUE INDEX "LiteLLM_DeprecatedVerificationToken_pkey")" + on + "(id)",
            R"(CREATE INDEX "LiteLLM_DeprecatedVerificationToken_revoke_at_idx")" + on + "(revoke_at)",
            R"(CREATE UNIQUE INDEX "LiteLLM_DeprecatedVerificationToken_token_key")" + on + "(token)",
            R"(CREATE INDEX "LiteLLM_DeprecatedVerificationToken_token_revoke_at_idx")" + on +
                "(token, revoke_at)",
        })
    );
}

TEST_P(LitellmSchema, HasKeysAsLitellmMakesThem)
{
    const std::vector<std::string> found = columns("LiteLLM_VerificationToken");
    EXPECT_EQ(found.size(), 39u);
    for (const char* column :
         {"token text NOT NULL",
          "spend double precision NOT NULL DEFAULT 0.0",
          "models text[]",
          "metadata jsonb NOT NULL DEFAULT '{}'::jsonb",
          "max_parallel_requests integer",
          "tpm_limit bigint",
          "blocked boolean",
          "auto_rotate boolean DEFAULT false",
          "rotation_count integer DEFAULT 0",
          "router_settings jsonb DEFAULT '{}'::jsonb",
          "allowed_routes text[] DEFAULT ARRAY[]::text[]",
          "created_at timestamp(3) without time zone DEFAULT CURRENT_TIMESTAMP"})
        EXPECT_NE(std::find(found.begin(), found.end(), column), found.end()) << column;
    EXPECT_EQ(indexes("LiteLLM_VerificationToken").size(), 7u) << "LiteLLM's four, and three for pages of keys";
    EXPECT_EQ(foreign_keys("LiteLLM_VerificationToken").size(), 3u);
}

TEST_P(LitellmSchema, HasDailyTablesWithSevenColumnsInTheirKey)
{
    const std::vector<std::string> found = indexes("LiteLLM_DailyEndUserSpend");
    const std::string key =
        R"(CREATE UNIQUE INDEX "LiteLLM_DailyEndUserSpend_end_user_id_date_api_key_model_cu_key" ON public."LiteLLM_DailyEndUserSpend" USING btree (end_user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint))";
    EXPECT_NE(std::find(found.begin(), found.end(), key), found.end());
    EXPECT_EQ(found.size(), 8u);
}

TEST_P(LitellmSchema, HasEveryTableIndexEnumAndSequence)
{
    EXPECT_EQ(query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").front().integer(0), 47);
    EXPECT_EQ(query("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'").front().integer(0), 139);
    EXPECT_EQ(
        query(R"(SELECT CAST(enum_range(NULL::"JobStatus") AS text))").front().text(0), "{ACTIVE,INACTIVE}"
    );
    EXPECT_EQ(query("SELECT sequencename FROM pg_sequences").front().text(0), "LiteLLM_ModelTable_id_seq");
}

INSTANTIATE_TEST_SUITE_P(Only, LitellmSchema, ::testing::Values(Dialect::postgres), testing::dialect_name);

} // namespace
} // namespace litellm::db
