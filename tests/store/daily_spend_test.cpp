#include "samples.hpp"

#include <future>

namespace litellm::store {
namespace {

class DailySpendStore : public StoreTest {
protected:
    DailySpend
    row(DailySpend::Entity entity, std::string model = "gpt-4o", std::string endpoint = "/chat/completions")
    {
        DailySpend made;
        made.entity = entity;
        made.entity_id = "e1";
        made.date = "2026-02-18";
        made.api_key = "hash";
        made.model = std::move(model);
        made.endpoint = std::move(endpoint);
        made.prompt_tokens = 3'000'000'000;
        made.completion_tokens = 2;
        made.spend = nano(10);
        made.api_requests = 1;
        made.successful_requests = 1;
        return made;
    }
    void apply(const std::vector<DailySpend>& rows, Timestamp now = at())
    {
        const std::function<std::string()> new_id = [this] { return "id" + std::to_string(++ids_); };
        call(apply_daily_spend, rows, now, new_id).value();
    }
    db::Rows read(std::string_view table)
    {
        return query(fmt::format(
            "SELECT model, endpoint, prompt_tokens, spend, api_requests, successful_requests, "
            "failed_requests, "
            "updated_at, created_at, custom_llm_provider, mcp_namespaced_tool_name FROM \"{}\" ORDER BY "
            "model, endpoint",
            table
        ));
    }

private:
    int ids_ = 0;
};

TEST_P(DailySpendStore, CreatesRowsAndAddsToThem)
{
    using Entity = DailySpend::Entity;
    apply({row(Entity::user), row(Entity::user, "other"), row(Entity::user)}, at());
    apply({row(Entity::user)}, at(60));
    const db::Rows rows = read("LiteLLM_DailyUserSpend");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].integer(2), 9'000'000'000);
    EXPECT_DOUBLE_EQ(rows[0].real(3), 3e-8);
    EXPECT_EQ(rows[0].integer(4), 3);
    EXPECT_EQ(rows[0].integer(6), 0);
    EXPECT_EQ(rows[0].timestamp(7), at(60));
    EXPECT_EQ(rows[0].timestamp(8), at());
    EXPECT_EQ(rows[0].optional_text(9), "");
    EXPECT_EQ(rows[0].optional_text(10), "");
    EXPECT_EQ(rows[1].integer(4), 1);
}

TEST_P(DailySpendStore, KnowsTheTableOfEveryEntity)
{
    using Entity = DailySpend::Entity;
    apply(
        {row(Entity::tag),
         row(Entity::end_user),
         row(Entity::organization),
         row(Entity::team),
         row(Entity::user)}
    );
    for (const char* entity : {"User", "Team", "Organization", "EndUser", "Tag"})
        EXPECT_EQ(read(fmt::format("LiteLLM_Daily{}Spend", entity)).size(), 1u) << entity;
    EXPECT_EQ(query(R"(SELECT end_user_id FROM "LiteLLM_DailyEndUserSpend")").front().text(0), "e1");
}

TEST_P(DailySpendStore, TellsEndpointsApart)
{
    apply({row(DailySpend::Entity::user), row(DailySpend::Entity::user, "gpt-4o", "/embeddings")});
    EXPECT_EQ(read("LiteLLM_DailyUserSpend").size(), 2u);
}

TEST_P(DailySpendStore, GoesByTheUniqueKeyThatExists)
{
    execute(R"(DROP INDEX "LiteLLM_DailyUserSpend_user_id_date_api_key_model_custom_ll_key")");
    execute(
        R"(CREATE UNIQUE INDEX five ON "LiteLLM_DailyUserSpend" (user_id, date, api_key, model, custom_llm_provider))"
    );
    apply({row(DailySpend::Entity::user), row(DailySpend::Entity::user, "gpt-4o", "/embeddings")});
    apply({row(DailySpend::Entity::user, "gpt-4o", "/embeddings")});
    const db::Rows rows = read("LiteLLM_DailyUserSpend");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].integer(4), 3);
}

INSTANTIATE_ON_BOTH_DIALECTS(DailySpendStore);

class CheckpointStore : public StoreTest {};

TEST_P(CheckpointStore, StartsAtZeroAndRemembers)
{
    const std::string journal = "host-1";
    EXPECT_EQ(call(load_checkpoint, journal).value(), 0);
    ASSERT_TRUE(call(save_checkpoint, journal, std::int64_t{41}, at()));
    ASSERT_TRUE(call(save_checkpoint, journal, std::int64_t{42}, at(1)));
    EXPECT_EQ(call(load_checkpoint, journal).value(), 42);
    EXPECT_EQ(call(load_checkpoint, std::string("host-2")).value(), 0);
}

TEST_P(CheckpointStore, IsAppliedOnceByWritersAtOnce)
{
    const std::string journal = "shared";
    const auto advance = [&] {
        for (int i = 0; i < 20; ++i) {
            transact([&](db::Transaction& transaction) -> Result<void> {
                const std::int64_t sequence = load_checkpoint(transaction, journal).value();
                return save_checkpoint(transaction, journal, sequence + 1, at());
            }).value();
        }
    };
    std::future<void> other = std::async(std::launch::async, advance);
    advance();
    other.get();
    EXPECT_EQ(call(load_checkpoint, journal).value(), 40);
}

INSTANTIATE_ON_BOTH_DIALECTS(CheckpointStore);

} // namespace
} // namespace litellm::store
