#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace litellm::config::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ConfigLoader, GivesDefaultsWithoutAFile)
{
    const Loaded loaded = load("", environment_of({}));
    ASSERT_TRUE(loaded.config);
    EXPECT_THAT(loaded.findings, IsEmpty());
    EXPECT_TRUE(loaded.config->file.empty());
    EXPECT_FALSE(loaded.config->general.master_key);
    EXPECT_FALSE(loaded.config->general.database_url);
    EXPECT_EQ(loaded.config->server.port, 4000);
    EXPECT_EQ(loaded.config->server.host, "0.0.0.0");
    EXPECT_EQ(loaded.config->litellm.request_timeout_seconds, 6000);
    EXPECT_EQ(loaded.config->router.routing_strategy, "simple-shuffle");
    EXPECT_TRUE(loaded.config->general.raw.is_object());
    EXPECT_TRUE(loaded.config->litellm.raw.is_object());
    EXPECT_TRUE(loaded.config->router.raw.is_object());
    EXPECT_TRUE(loaded.config->raw.is_object());
    EXPECT_TRUE(loaded.config->litellm.default_key_generate_params.is_null());
}

TEST(ConfigLoader, ReportsEveryErrorAtOnce)
{
    const std::string findings = findings_of(R"(model_list:
  - litellm_params: {model: openai/a}
  - model_name: b
general_settings:
  master_key: 1234
  database_connection_pool_limit: 0
litellm_settings:
  drop_params: maybe
router_settings:
  routing_strategy: simple-shufle
)");
    EXPECT_EQ(
        findings,
        "config.yaml:2: error: model_list[0].model_name: is missing; write the name that clients send, e.g. "
        "'model_name: gpt-4o'.\n"
        "config.yaml:3: error: model_list[1].litellm_params: is missing; write 'litellm_params: {model: "
        "provider/name}'.\n"
        "config.yaml:5: error: general_settings.master_key: is a number; write text; a word that looks like "
        "a number or like true "
        "needs quotes.\n"
        "config.yaml:6: error: general_settings.database_connection_pool_limit: is out of range; write a "
        "whole number from 1 to "
        "10000.\n"
        "config.yaml:8: error: litellm_settings.drop_params: is text; write true or false.\n"
        "config.yaml:10: error: router_settings.routing_strategy: is not a known choice; write "
        "simple-shuffle, least-busy, "
        "latency-based-routing, cost-based-routing, usage-based-routing, usage-based-routing-v2 or "
        "provider-budget-routing. Did you "
        "mean simple-shuffle?\n"
    );
}

TEST(ConfigLoader, ReturnsNoConfigWithErrorsAndOneWithWarnings)
{
    EXPECT_FALSE(load_text("litellm_settings: {drop_params: maybe}").config);
    const Loaded loaded = load_text("litellm_setings: {drop_params: true}");
    EXPECT_TRUE(loaded.config);
    EXPECT_THAT(
        texts_of(loaded.findings),
        ElementsAre(
            "config.yaml:1: warning: litellm_setings: unknown key, ignored. Did you mean litellm_settings?"
        )
    );
}

TEST(ConfigLoader, SuggestsNamesAndSectionsForUnknownKeys)
{
    EXPECT_EQ(
        findings_of(R"(model_lst: []
master_key: sk-x
general_settings:
  drop_params: true
  databse_url: x
  fallbacks: []
litellm_settings:
  drop_parms: true
  something_else_entirely: 1
router_settings:
  num_retires: 3
  enable_pre_call_check: true
)"),
        "config.yaml:1: warning: model_lst: unknown key, ignored. Did you mean model_list?\n"
        "config.yaml:2: warning: master_key: unknown key, ignored. It belongs in general_settings.\n"
        "config.yaml:4: warning: general_settings.drop_params: unknown key, ignored. It belongs in "
        "litellm_settings.\n"
        "config.yaml:5: warning: general_settings.databse_url: unknown key, ignored. Did you mean "
        "database_url?\n"
        "config.yaml:6: warning: general_settings.fallbacks: unknown key, ignored. It belongs in "
        "litellm_settings.\n"
        "config.yaml:8: warning: litellm_settings.drop_parms: unknown key, ignored. Did you mean "
        "drop_params?\n"
        "config.yaml:9: warning: litellm_settings.something_else_entirely: unknown key, ignored.\n"
        "config.yaml:11: warning: router_settings.num_retires: unknown key, ignored. Did you mean "
        "num_retries?\n"
        "config.yaml:12: warning: router_settings.enable_pre_call_check: unknown key, ignored. Did you mean "
        "enable_pre_call_checks?\n"
    );
}

TEST(ConfigLoader, KeepsWhatLiteLlmKnowsWithoutAWord)
{
    const Loaded loaded = load_text(R"(
guardrails: [{guardrail_name: pii}]
callback_settings: {otel: {message_logging: false}}
general_settings: {alerting: [slack], maximum_spend_logs_retention_period: 30d, mcp_anything: 1, queue_size: 2}
litellm_settings: {callbacks: [smtp_email], cache: "True", fallbacks: [{a: [b]}], langfuse_default_tags: [x]}
router_settings: {cooldown_time: "30", retry_policy: {TimeoutErrorRetries: 2}, redis_host: localhost}
)");
    EXPECT_THAT(loaded.findings, IsEmpty());
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(
        to_text(loaded.config->raw),
        R"({"guardrails":[{"guardrail_name":"pii"}],"callback_settings":{"otel":{"message_logging":false}}})"
    );
    EXPECT_EQ(loaded.config->general.raw["alerting"][0], "slack");
    EXPECT_EQ(loaded.config->litellm.raw["callbacks"][0], "smtp_email");
    EXPECT_EQ(loaded.config->litellm.raw["cache"], true);
    EXPECT_EQ(loaded.config->router.raw["cooldown_time"], 30);
}

TEST(ConfigLoader, ChecksTheShapesOfKeptKeys)
{
    EXPECT_EQ(
        findings_of("router_settings: {cooldown_time: soon, fallbacks: {a: b}, allowed_fails: "
                    "-1}\nlitellm_settings: {cache: 7}\n"),
        "config.yaml:1: error: router_settings.allowed_fails: is a number out of range; write a whole "
        "number, 0 or more.\n"
        "config.yaml:1: error: router_settings.cooldown_time: is text; write a number, 0 or more.\n"
        "config.yaml:1: error: router_settings.fallbacks: is a map; write a list, e.g. [a, b].\n"
        "config.yaml:2: error: litellm_settings.cache: is a number; write true or false.\n"
    );
}

TEST(ConfigLoader, RefusesAnEmptyFileAndAFileWithoutSections)
{
    EXPECT_EQ(findings_of(""), "config.yaml: error: is empty; write at least a model_list.\n");
    EXPECT_EQ(findings_of("# nothing\n"), "config.yaml: error: is empty; write at least a model_list.\n");
    EXPECT_EQ(
        findings_of("- a\n"), "config.yaml:1: error: is a list; write a map of sections such as model_list.\n"
    );
}

TEST(ConfigLoader, AcceptsBlankSections)
{
    EXPECT_EQ(
        findings_of("model_list:\ngeneral_settings:\nlitellm_settings:\nrouter_settings:\nenvironment_"
                    "variables:\ninclude:\n"),
        ""
    );
}

TEST(ConfigLoader, ReadsNumbersAndBooleansWrittenAsText)
{
    const Config config = load_valid(R"(
general_settings: {database_connection_pool_limit: "25", disable_spend_logs: "True", proxy_batch_write_at: "2.5"}
litellm_settings: {drop_params: "False", request_timeout: "1e2", num_retries: "3"}
)");
    EXPECT_EQ(config.general.database_connection_pool_limit, 25);
    EXPECT_TRUE(config.general.disable_spend_logs);
    EXPECT_EQ(config.general.proxy_batch_write_at_seconds, 2.5);
    EXPECT_FALSE(config.litellm.drop_params);
    EXPECT_EQ(config.litellm.request_timeout_seconds, 100);
    EXPECT_EQ(config.litellm.num_retries, 3);
}

TEST(ConfigLoader, NeverPrintsValues)
{
    const std::string canary = "sk-canary-0123456789";
    const std::string findings = findings_of(
        "general_settings: {master_key: [" + canary + "], database_url: " + canary +
            ", proxy_batch_write_at: " + canary + ", spend_durability: " + canary +
            ", litellm_key_header_name: '" + canary + " '}\n" +
            "model_list: [{model_name: a, litellm_params: {model: [" + canary + "], rpm: " + canary + "}}, " +
            canary + "]\n" + "environment_variables: {A: [" + canary +
            "]}\nrouter_settings: {model_group_alias: {a: {model: [" + canary + "]}}}\n",
        {{"PORT", canary}}
    );
    EXPECT_THAT(findings, HasSubstr("proxy_batch_write_at"));
    EXPECT_THAT(findings, Not(HasSubstr("canary")));
}

TEST(ConfigLoader, AppendsDeploymentsFromTheCommandLine)
{
    Config config = load_valid(
        "credential_list: [{credential_name: c, credential_values: {api_key: from-list}}]",
        {{"BASE", "http://b"}}
    );
    add_deployment(
        config,
        "x",
        Json{{"model", "openai/x"}, {"api_base", "os.environ/BASE"}, {"litellm_credential_name", "c"}}
    );
    ASSERT_EQ(config.model_list.size(), 1U);
    EXPECT_EQ(config.model_list[0].model, "openai/x");
    EXPECT_EQ(config.model_list[0].params["api_base"], "http://b");
    EXPECT_EQ(config.model_list[0].params["api_key"], "from-list");
    EXPECT_THROW(add_deployment(config, "x", Json::object()), Failure);
}

} // namespace
} // namespace litellm::config::testing
