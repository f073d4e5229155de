#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::ElementsAre;

TEST(References, AreReplacedAtAnyDepth)
{
    const Config config = load_valid(
        R"(
guardrails:
  - litellm_params: {api_key: os.environ/KEY, nested: [[os.environ/KEY], {deep: os.environ/KEY}]}
    plain: not os.environ/KEY
litellm_settings: {callbacks: [os.environ/CALLBACK]}
)",
        {{"KEY", "secret"}, {"CALLBACK", "smtp_email"}}
    );
    EXPECT_EQ(
        to_text(config.raw["guardrails"]),
        R"([{"litellm_params":{"api_key":"secret","nested":[["secret"],{"deep":"secret"}]},)"
        R"("plain":"not os.environ/KEY"}])"
    );
    EXPECT_EQ(config.litellm.raw["callbacks"][0], "smtp_email");
}

TEST(References, ForgiveSpaces)
{
    const Config config =
        load_valid("general_settings: {completion_model: 'os.environ/MODEL '}", {{"MODEL", "m"}});
    EXPECT_EQ(config.general.completion_model, "m");
}

TEST(References, WarnAboutMissingVariablesAndBecomeNull)
{
    const Loaded loaded =
        load_text(row_with("      api_key: os.environ/NOBODY_SET_THIS\n      api_base: os.environ/\n"));
    ASSERT_TRUE(loaded.config);
    EXPECT_THAT(
        texts_of(loaded.findings),
        ElementsAre(
            "config.yaml:5: warning: model_list[0].litellm_params.api_key: the environment variable "
            "NOBODY_SET_THIS is not set, so this "
            "is blank. Set it, or remove the line.",
            "config.yaml:6: warning: model_list[0].litellm_params.api_base: names no variable and counts as "
            "blank; write "
            "os.environ/NAME."
        )
    );
    EXPECT_TRUE(loaded.config->model_list[0].params["api_key"].is_null());
}

TEST(References, AreNotReadTwice)
{
    const Config config =
        load_valid("general_settings: {completion_model: os.environ/A}", {{"A", "os.environ/B"}, {"B", "b"}});
    EXPECT_EQ(config.general.completion_model, "os.environ/B");
}

TEST(References, GiveTypedValues)
{
    const Config config = load_valid(
        "litellm_settings: {drop_params: os.environ/DROP, request_timeout: os.environ/SECONDS}\n" +
            row_with("      rpm: os.environ/RPM\n"),
        {{"DROP", "True"}, {"SECONDS", "12.5"}, {"RPM", "60"}}
    );
    EXPECT_TRUE(config.litellm.drop_params);
    EXPECT_EQ(config.litellm.request_timeout_seconds, 12.5);
    EXPECT_EQ(config.model_list[0].rpm, 60);
    EXPECT_EQ(config.model_list[0].params["rpm"], 60);
}

TEST(References, WorkForModelsFromElsewhere)
{
    const Json params = {{"api_key", "os.environ/KEY"}, {"list", {"os.environ/NONE", 1}}};
    EXPECT_EQ(
        to_text(resolve_references(params, environment_of({{"KEY", "k"}}))),
        R"({"api_key":"k","list":[null,1]})"
    );
}

TEST(EnvironmentVariables, AreVisibleToEverythingThatFollows)
{
    const Config config = load_valid(
        R"(
model_list:
  - model_name: a
    litellm_params: {model: openai/a, api_key: os.environ/FROM_FILE}
environment_variables:
  FROM_FILE: os.environ/FROM_PROCESS
  SECOND: os.environ/FROM_FILE
  PORT: 8080
  SMTP_TLS: True
  MODE: 0755
)",
        {{"FROM_PROCESS", "value"}, {"PORT", "1"}, {"OTHER", "other"}}
    );
    EXPECT_EQ(config.model_list[0].params["api_key"], "value");
    EXPECT_EQ(config.server.port, 8080);
    EXPECT_EQ(config.environment("SECOND"), "value");
    EXPECT_EQ(config.environment("SMTP_TLS"), "True");
    EXPECT_EQ(config.environment("MODE"), "0755");
    EXPECT_EQ(config.environment("OTHER"), "other");
    EXPECT_EQ(config.environment("NONE"), std::nullopt);
}

TEST(EnvironmentVariables, ReportWhatIsNoValue)
{
    EXPECT_EQ(
        findings_of("environment_variables:\n  A: [b]\n  B: os.environ/NONE\n  C:\n"),
        "config.yaml:2: error: environment_variables.A: is a list; write one text or number.\n"
        "config.yaml:3: warning: environment_variables.B: the environment variable NONE is not set, so this "
        "is blank. Set it, or remove "
        "the line.\n"
    );
    EXPECT_EQ(
        findings_of("environment_variables: [A]"),
        "config.yaml:1: error: environment_variables: is a list; write one 'NAME: value' a line.\n"
    );
}

} // namespace
} // namespace litellm::config::testing
