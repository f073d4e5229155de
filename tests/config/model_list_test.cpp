#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ModelList, ReadsWhatTheRouterNeeds)
{
    const Deployment deployment = load_valid(R"(
model_list:
  - model_name: gpt-4o
    litellm_params:
      model: azure/my-dep
      api_key: secret
      base_url: http://base
      rpm: "600"
      weight: 2
      order: -1
      request_timeout: 9
      timeout: 8.5
      stream_timeout: 7
      max_parallel_requests: 3
      drop_params: "True"
      my_own: {a: [1, x]}
    model_info: {id: azure-1, access_groups: [beta], base_model: azure/gpt-4o, anything: 1}
    tpm: 1000
    rpm: 10
)")
                                      .model_list.at(0);
    EXPECT_EQ(deployment.model_name, "gpt-4o");
    EXPECT_EQ(deployment.id, "azure-1");
    EXPECT_EQ(deployment.model, "azure/my-dep");
    EXPECT_EQ(deployment.rpm, 600); // litellm_params stands above the old place
    EXPECT_EQ(deployment.tpm, 1000);
    EXPECT_EQ(deployment.params["tpm"], 1000);
    EXPECT_EQ(deployment.weight, 2);
    EXPECT_EQ(deployment.order, -1);
    EXPECT_EQ(deployment.timeout_seconds, 8.5);
    EXPECT_EQ(deployment.stream_timeout_seconds, 7);
    EXPECT_EQ(deployment.max_parallel_requests, 3);
    EXPECT_THAT(deployment.access_groups, ElementsAre("beta"));
    EXPECT_EQ(deployment.params["api_base"], "http://base");
    EXPECT_FALSE(deployment.params.contains("base_url"));
    EXPECT_EQ(deployment.params["drop_params"], true);
    EXPECT_EQ(to_text(deployment.params["my_own"]), R"({"a":[1,"x"]})");
    EXPECT_EQ(deployment.model_info["anything"], 1);
    EXPECT_EQ(deployment.place.line, 3);
}

TEST(ModelList, MakesOneDeploymentPerOrganization)
{
    const Config config = load_valid(R"(
model_list:
  - model_name: a
    litellm_params: {model: openai/a, organization: [org-1, org-2]}
  - model_name: b
    litellm_params: {model: openai/b, organization: [org-1, org-2]}
    model_info: {id: 7}
  - model_name: c
    litellm_params: {model: openai/c, organization: org-3}
)");
    ASSERT_EQ(config.model_list.size(), 5U);
    EXPECT_EQ(config.model_list[0].params["organization"], "org-1");
    EXPECT_EQ(config.model_list[1].params["organization"], "org-2");
    EXPECT_NE(config.model_list[0].id, config.model_list[1].id);
    EXPECT_EQ(config.model_list[2].id, "7-org-1");
    EXPECT_EQ(config.model_list[3].id, "7-org-2");
    EXPECT_EQ(config.model_list[4].params["organization"], "org-3");
}

TEST(ModelList, LoadsRowsOnlyInTheirEnvironments)
{
    const std::string yaml = R"(model_list:
  - model_name: a
    litellm_params: {model: openai/a}
    model_info: {supported_environments: [production]}
  - model_name: b
    litellm_params: {model: openai/b}
    model_info: {supported_environments: [development, staging]}
  - model_name: c
    litellm_params: {model: openai/c}
)";
    const Config config = load_valid(yaml, {{"LITELLM_ENVIRONMENT", "staging"}});
    ASSERT_EQ(config.model_list.size(), 2U);
    EXPECT_EQ(config.model_list[0].model_name, "b");
    const std::string missing = "model_list[0].model_info.supported_environments: needs the environment "
                                "variable LITELLM_ENVIRONMENT; set it to "
                                "development, staging or production.";
    EXPECT_THAT(findings_of(yaml), HasSubstr("config.yaml:4: error: " + missing));
    EXPECT_THAT(findings_of(yaml, {{"LITELLM_ENVIRONMENT", "test"}}), HasSubstr(missing));
    EXPECT_THAT(
        findings_of(row_with("    model_info: {supported_environments: [prod]}\n")),
        HasSubstr("config.yaml:5: error: model_list[0].model_info.supported_environments: write a list of "
                  "development, staging or production.")
    );
}

TEST(ModelList, RefusesTheSameIdTwice)
{
    const std::string yaml = R"(model_list:
  - model_name: a
    litellm_params: {model: openai/a}
    model_info: {id: 1}
  - model_name: b
    litellm_params: {model: openai/b}
    model_info: {id: "1"}
)";
    EXPECT_THAT(
        findings_of(yaml),
        HasSubstr("config.yaml:5: error: model_list[1].model_info.id: is taken by the row at ")
    );
    EXPECT_THAT(findings_of(yaml), HasSubstr("config.yaml:2; give each row its own."));
}

TEST(ModelList, DropsARowThatIsWrittenTwice)
{
    const Loaded loaded =
        load_text("model_list:\n  - &row {model_name: a, litellm_params: {model: openai/a}}\n  - *row\n");
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->model_list.size(), 1U);
    EXPECT_THAT(
        texts_of(loaded.findings), ElementsAre(HasSubstr("warning: model_list[1]: repeats the row at "))
    );
}

TEST(ModelList, SharesParametersThroughAnchors)
{
    const Config config = load_valid(R"(
model_list:
  - model_name: a
    litellm_params: &shared {model: openai/a, api_key: k, rpm: 5}
  - model_name: b
    litellm_params: {<<: *shared, model: openai/b}
)");
    EXPECT_EQ(to_text(config.model_list[1].params), R"({"model":"openai/b","api_key":"k","rpm":5})");
}

TEST(ModelList, AcceptsPricesInEveryNotation)
{
    const Json params =
        load_valid(
            row_with(
                "      input_cost_per_token: 1e-7\n      output_cost_per_token: \"0.0000025\"\n      "
                "input_cost_per_second: 0\n"
                "      cache_read_input_token_cost: 3.75e-08\n      search_context_cost_per_query: {low: 1}\n"
            )
        )
            .model_list[0]
            .params;
    EXPECT_EQ(to_text(params["input_cost_per_token"]), "1e-07");
    EXPECT_EQ(to_text(params["output_cost_per_token"]), "2.5e-06");
    EXPECT_EQ(to_text(params["input_cost_per_second"]), "0");
    EXPECT_EQ(to_text(params["cache_read_input_token_cost"]), "3.75e-08");
}

TEST(ModelList, ReportsWrongRows)
{
    EXPECT_EQ(
        findings_of(R"(model_list:
  - model_name: a
    litellm_params:
      model: ''
      rpm: -5
      timeout: soon
      max_parallel_requests: 0
      order: 1.5
      input_cost_per_token: cheap
      output_cost_per_token: -1
      tags: x
      extra_headers: [a]
      api_version: 2024
      budget_duration: 1 moon
    model_info:
      access_groups: beta
      id: [x]
      input_cost_per_token: .inf
    api_key: misplaced
  - just text
  - model_name: 4
    litellm_params: {model: openai/a}
  - model_name: c
    litellm_params: [model]
    model_info: text
)"),
        "config.yaml:4: error: model_list[0].litellm_params.model: is missing; write 'model: provider/name', "
        "e.g. openai/gpt-4o.\n"
        "config.yaml:5: error: model_list[0].litellm_params.rpm: is a number out of range; write a whole "
        "number, 0 or more.\n"
        "config.yaml:6: error: model_list[0].litellm_params.timeout: is text; write a number greater than "
        "0.\n"
        "config.yaml:7: error: model_list[0].litellm_params.max_parallel_requests: is a number out of range; "
        "write a whole number, 1 or "
        "more.\n"
        "config.yaml:8: error: model_list[0].litellm_params.order: is a number; write a whole number.\n"
        "config.yaml:9: error: model_list[0].litellm_params.input_cost_per_token: is text; write a number, 0 "
        "or more.\n"
        "config.yaml:10: error: model_list[0].litellm_params.output_cost_per_token: is a number out of "
        "range; write a number, 0 or "
        "more.\n"
        "config.yaml:11: error: model_list[0].litellm_params.tags: is text; write a list, e.g. [a, b].\n"
        "config.yaml:12: error: model_list[0].litellm_params.extra_headers: is a list; write a map of 'name: "
        "value' lines.\n"
        "config.yaml:13: error: model_list[0].litellm_params.api_version: is a number; write text in "
        "quotes.\n"
        "config.yaml:14: error: model_list[0].litellm_params.budget_duration: is text; write a number and a "
        "unit, e.g. 30s, 30m, 12h, 7d, "
        "1w or 1mo.\n"
        "config.yaml:16: error: model_list[0].model_info.access_groups: is text; write a list, e.g. "
        "'access_groups: [\"one\", \"two\"]'.\n"
        "config.yaml:17: error: model_list[0].model_info.id: is not a name; write text, e.g. 'id: azure-1', "
        "or remove the line.\n"
        "config.yaml:18: error: model_list[0].model_info.input_cost_per_token: is a number; write a number, "
        "0 or more.\n"
        "config.yaml:19: warning: model_list[0].api_key: unknown key, ignored. It belongs in "
        "litellm_params.\n"
        "config.yaml:20: error: model_list[1]: is text; write a map of 'name: value' lines.\n"
        "config.yaml:21: error: model_list[2].model_name: is a number; write text; a word that looks like a "
        "number or like true needs "
        "quotes.\n"
        "config.yaml:24: error: model_list[3].litellm_params: is a list; write a map with at least 'model: "
        "provider/name'.\n"
        "config.yaml:25: error: model_list[3].model_info: is text; write a map of 'name: value' lines.\n"
    );
    EXPECT_EQ(
        findings_of("model_list: {a: b}"),
        "config.yaml:1: error: model_list: is a map; write a list, each row starting with '- model_name:'.\n"
    );
}

} // namespace
} // namespace litellm::config::testing
