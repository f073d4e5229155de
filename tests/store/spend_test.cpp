#include "samples.hpp"

#include <gmock/gmock.h>

#include <future>
#include <random>

namespace litellm::store {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class SpendLogStore : public StoreTest {
protected:
    std::vector<SpendLog> list(const SpendLogFilter& filter = {})
    {
        return call(list_spend_logs, filter).value();
    }
    SpendLog round_trip(const SpendLog& log)
    {
        EXPECT_THAT(call(insert_spend_logs, std::vector<SpendLog>{log}).value(), ElementsAre(log.request_id));
        SpendLogFilter filter;
        filter.api_key = log.api_key;
        return list(filter).at(0);
    }
};

TEST_P(SpendLogStore, KeepsEveryColumn)
{
    SpendLog log = make_log("chatcmpl-1");
    log.total_tokens = 30;
    log.prompt_tokens = 10;
    log.completion_tokens = 20;
    log.completion_start_time = at(1) - milliseconds(1);
    log.model_id = "m";
    log.model_group = "g";
    log.custom_llm_provider = "openai";
    log.api_base = "https://api.openai.com";
    log.user = "u1";
    log.metadata_json = R"({"user_api_key_alias":"x"})";
    log.cache_hit = "False";
    log.cache_key = "ck";
    log.request_tags_json = R"(["a","b"])";
    log.team_id = "t";
    log.organization_id = "o";
    log.end_user = "e";
    log.requester_ip_address = "::1";
    log.messages_json = R"([{"role":"user"}])";
    log.session_id = "s";
    log.status = "failure";
    const SpendLog read = round_trip(log);
    EXPECT_EQ(read.request_id, log.request_id);
    EXPECT_EQ(read.call_type, log.call_type);
    EXPECT_EQ(read.spend, log.spend);
    EXPECT_EQ(read.total_tokens, 30);
    EXPECT_EQ(read.start_time, log.start_time);
    EXPECT_EQ(read.end_time, log.end_time);
    EXPECT_EQ(read.completion_start_time, log.completion_start_time);
    EXPECT_EQ(read.model_group, "g");
    EXPECT_EQ(read.user, "u1");
    EXPECT_EQ(Json::parse(read.metadata_json), Json::parse(log.metadata_json));
    EXPECT_EQ(Json::parse(read.request_tags_json), Json::parse(log.request_tags_json));
    EXPECT_EQ(Json::parse(read.messages_json), Json::parse(log.messages_json));
    EXPECT_EQ(read.team_id, log.team_id);
    EXPECT_EQ(read.organization_id, log.organization_id);
    EXPECT_EQ(read.end_user, log.end_user);
    EXPECT_EQ(read.session_id, log.session_id);
    EXPECT_EQ(read.status, "failure");
}

TEST_P(SpendLogStore, SkipsRequestsThatAreThere)
{
    EXPECT_THAT(
        call(insert_spend_logs, std::vector<SpendLog>{make_log("a"), make_log("b")}).value(),
        UnorderedElementsAre("a", "b")
    );
    SpendLog changed = make_log("a");
    changed.spend = nano(9);
    EXPECT_THAT(
        call(insert_spend_logs, std::vector<SpendLog>{changed, make_log("c"), make_log("c")}).value(),
        ElementsAre("c")
    );
    EXPECT_EQ(list().size(), 3u);
    SpendLogFilter filter;
    filter.request_id = "a";
    EXPECT_EQ(list(filter).at(0).spend, nano(1'500));
    EXPECT_TRUE(call(insert_spend_logs, std::vector<SpendLog>{}).value().empty());
}

TEST_P(SpendLogStore, InsertsManyAtOnce)
{
    std::vector<SpendLog> logs;
    for (int i = 0; i < 213; ++i)
        logs.push_back(make_log("r" + std::to_string(i)));
    EXPECT_EQ(call(insert_spend_logs, logs).value().size(), 213u);
    EXPECT_EQ(query(R"(SELECT count(*) FROM "LiteLLM_SpendLogs")").front().integer(0), 213);
}

TEST_P(SpendLogStore, NeverRefusesWhatOthersWrote)
{
    SpendLog log = make_log(std::string("id\0\xFF", 4));
    log.model = "\xC3\x28 model";
    log.end_user = std::string("e\0", 2);
    log.messages_json =
        R"({"zero":"a\u0000b","half":"\ud83d","pair":"\ud83d\ude00","slash":"\\u0000","q":"\""})";
    log.response_json = R"({"huge": 1e999999})";
    log.total_tokens = std::int64_t{1} << 40;
    const SpendLog read = round_trip(log);
    EXPECT_EQ(read.request_id, "id\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(read.total_tokens, std::numeric_limits<std::int32_t>::max());
    const Json messages = Json::parse(read.messages_json);
    EXPECT_EQ(
        messages["zero"],
        "a\xEF\xBF\xBD"
        "b"
    );
    EXPECT_EQ(messages["half"], "\xEF\xBF\xBD");
    EXPECT_EQ(messages["pair"], "😀");
    EXPECT_EQ(messages["slash"], "\\u0000");
    EXPECT_TRUE(Json::parse(read.response_json).contains("litellm_cpp"));
}

TEST_P(SpendLogStore, FiltersAndCutsPages)
{
    std::vector<SpendLog> logs;
    for (int i = 0; i < 6; ++i) {
        SpendLog log = make_log("r" + std::to_string(i));
        log.start_time = at(i * 10);
        log.user = i % 2 == 0 ? "even" : "odd";
        logs.push_back(log);
    }
    ASSERT_TRUE(call(insert_spend_logs, logs));
    const auto ids = [this](const SpendLogFilter& filter) {
        std::vector<std::string> found;
        for (const SpendLog& log : list(filter))
            found.push_back(log.request_id);
        return found;
    };
    SpendLogFilter filter;
    filter.from = at(10);
    filter.until = at(50);
    EXPECT_THAT(ids(filter), ElementsAre("r4", "r3", "r2", "r1"));
    filter.user_id = "odd";
    EXPECT_THAT(ids(filter), ElementsAre("r3", "r1"));
    SpendLogFilter page;
    page.limit = 2;
    page.offset = 1;
    EXPECT_THAT(ids(page), ElementsAre("r4", "r3"));
}

TEST_P(SpendLogStore, SumsUpByDayKeyUserAndModel)
{
    std::vector<SpendLog> logs{make_log("a"), make_log("b"), make_log("c"), make_log("d")};
    logs[1].model = "other";
    logs[2].start_time = at(86'400);
    logs[2].user = "u";
    ASSERT_TRUE(call(insert_spend_logs, logs));
    const auto summary = call(summarize_spend, SpendLogFilter()).value();
    ASSERT_EQ(summary.size(), 3u);
    EXPECT_EQ(summary[0].day, "2026-02-18");
    EXPECT_EQ(summary[0].model, "gpt-4o");
    EXPECT_DOUBLE_EQ(summary[0].spend, 3e-6);
    EXPECT_EQ(summary[1].model, "other");
    EXPECT_EQ(summary[2].day, "2026-02-19");
    EXPECT_EQ(summary[2].user, "u");
}

INSTANTIATE_ON_BOTH_DIALECTS(SpendLogStore);

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
