#include "samples.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <random>

namespace litellm::store {
namespace {

class SpendIncrementStore : public StoreTest {
protected:
    db::Options options() const override
    {
        db::Options options;
        options.pool_size = 8;
        return options;
    }
};

TEST_P(SpendIncrementStore, AddsToEveryKindOfRow)
{
    insert(make_key("k1"));
    insert(make_key("k2"));
    insert(make_user("u1"));
    insert(make_team("t1"));
    insert(make_budget("b"));
    insert_organization("o1", "b");
    insert_membership("u1", "t1");
    execute(R"(INSERT INTO "LiteLLM_TagTable" (tag_name) VALUES ('tag'))");
    SpendIncrements increments;
    increments.keys = {{"k2", nano(1)}, {"k1", nano(500'000'000)}, {"k2", nano(2)}, {"none", nano(9)}};
    increments.users = {{"u1", nano(1'000'000'000)}};
    increments.teams = {{"t1", nano(-5)}};
    increments.organizations = {{"o1", nano(7)}};
    increments.end_users = {{"e'1", nano(3)}, {"e'1", nano(4)}};
    increments.tags = {{"tag", nano(8)}};
    increments.members = {{"t1", "u1", nano(6)}, {"t1", "u2", nano(6)}, {"t1", "u1", nano(1)}};
    ASSERT_TRUE(call(apply_spend, increments));
    ASSERT_TRUE(call(apply_spend, increments));
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_VerificationToken", "token", "k1"), 1.0);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_VerificationToken", "token", "k2"), 6e-9);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_UserTable", "user_id", "u1"), 2.0);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_TeamTable", "team_id", "t1"), -1e-8);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_OrganizationTable", "organization_id", "o1"), 1.4e-8);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_EndUserTable", "user_id", "e'1"), 1.4e-8);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_TagTable", "tag_name", "tag"), 1.6e-8);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_TeamMembership", "user_id", "u1"), 1.4e-8);
    EXPECT_TRUE(call(apply_spend, SpendIncrements()));
}

/// Increments in an order of its own.
SpendIncrements shuffled(unsigned seed)
{
    std::mt19937 random(seed);
    SpendIncrements increments;
    for (int i = 0; i < 50; ++i) {
        increments.keys.push_back({"k" + std::to_string(i), nano(1)});
        increments.users.push_back({"u" + std::to_string(i), nano(1)});
        increments.end_users.push_back({"e" + std::to_string(i), nano(1)});
        increments.members.push_back({"t" + std::to_string(i % 7), "u" + std::to_string(i), nano(1)});
    }
    std::shuffle(increments.keys.begin(), increments.keys.end(), random);
    std::shuffle(increments.users.begin(), increments.users.end(), random);
    std::shuffle(increments.end_users.begin(), increments.end_users.end(), random);
    std::shuffle(increments.members.begin(), increments.members.end(), random);
    return increments;
}

std::vector<DailySpend> shuffled_days(unsigned seed)
{
    std::vector<DailySpend> rows;
    for (int i = 0; i < 20; ++i) {
        DailySpend row;
        row.entity = i % 2 == 0 ? DailySpend::Entity::user : DailySpend::Entity::tag;
        row.entity_id = "e" + std::to_string(i);
        row.date = "2026-02-18";
        row.api_requests = 1;
        rows.push_back(row);
    }
    std::shuffle(rows.begin(), rows.end(), std::mt19937(seed));
    return rows;
}

TEST_P(SpendIncrementStore, LetsEightWritersWorkAtOnce)
{
    for (int i = 0; i < 50; ++i) {
        insert(make_key("k" + std::to_string(i)));
        insert(make_user("u" + std::to_string(i)));
        insert_membership("u" + std::to_string(i), "t" + std::to_string(i % 7));
    }
    std::atomic<int> ids = 0;
    const auto write = [&](unsigned writer) {
        for (unsigned round = 0; round < 10; ++round) {
            const Result<void> done = transact([&](db::Transaction& transaction) -> Result<void> {
                std::vector<SpendLog> logs;
                for (unsigned i = 0; i < 5; ++i)
                    logs.push_back(make_log("r" + std::to_string((writer + i * 3) % 5 + round * 5)));
                insert_spend_logs(transaction, logs).value();
                apply_spend(transaction, shuffled(writer * 100 + round)).value();
                const std::function<std::string()> new_id = [&] { return std::to_string(ids++); };
                return apply_daily_spend(transaction, shuffled_days(writer * 7 + round), at(), new_id);
            });
            if (!done)
                return done.error().message;
        }
        return std::string();
    };
    std::vector<std::future<std::string>> writers;
    for (unsigned writer = 0; writer < 8; ++writer)
        writers.push_back(std::async(std::launch::async, write, writer));
    for (std::future<std::string>& writer : writers)
        EXPECT_EQ(writer.get(), "");
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_VerificationToken", "token", "k17"), 80e-9);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_UserTable", "user_id", "u49"), 80e-9);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_EndUserTable", "user_id", "e0"), 80e-9);
    EXPECT_DOUBLE_EQ(spend_of("LiteLLM_TeamMembership", "user_id", "u3"), 80e-9);
    EXPECT_EQ(query(R"(SELECT sum(api_requests) FROM "LiteLLM_DailyUserSpend")").front().integer(0), 800);
    EXPECT_EQ(query(R"(SELECT count(*) FROM "LiteLLM_SpendLogs")").front().integer(0), 50);
}

INSTANTIATE_ON_BOTH_DIALECTS(SpendIncrementStore);

} // namespace
} // namespace litellm::store
