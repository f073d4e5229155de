#include "samples.hpp"

#include <gmock/gmock.h>

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

} // namespace
} // namespace litellm::store
