#include "loading.hpp"

#include "litellm/core/encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::ElementsAre;

TEST(DeploymentId, IsTheOneThatLiteLlmDerives)
{
    const Config config =
        load_valid(row_with("      rpm: 5\n      timeout: 1.5\n      drop_params: true\n      api_key:\n     "
                            " tags: [x, \"it's\"]\n      extra_headers: {A: b, N: 1}\n"));
    const std::string text = "amodelopenai/arpm5timeout1.5drop_paramsTrueapi_keyNonetags['x', "
                             "\"it's\"]extra_headers{\"A\": \"b\", \"N\": 1}";
    EXPECT_EQ(config.model_list[0].id, sha256_hex(text));
    EXPECT_EQ(config.model_list[0].model_info["id"], sha256_hex(text));
}

TEST(DeploymentId, HashesTheRowAsWritten)
{
    const Config config = load_valid(R"(
credential_list: [{credential_name: c, credential_values: {api_key: k}}]
model_list:
  - model_name: a
    litellm_params: {model: m, litellm_credential_name: c, base_url: http://b}
    rpm: 5
)");
    EXPECT_EQ(config.model_list[0].id, sha256_hex("amodelmlitellm_credential_namecbase_urlhttp://b"));
}

TEST(Credentials, FillWhatTheRowLacks)
{
    const Config config = load_valid(
        R"(
credential_list:
  - credential_name: shared
    credential_values: {api_key: os.environ/KEY, api_base: http://list, base_only: 1}
    credential_info: {description: d}
model_list:
  - model_name: a
    litellm_params: {model: openai/a, litellm_credential_name: shared, api_base: http://row}
)",
        {{"KEY", "k"}}
    );
    EXPECT_EQ(
        to_text(config.model_list[0].params),
        R"({"model":"openai/a","litellm_credential_name":"shared","api_base":"http://row","api_key":"k","base_only":1})"
    );
    EXPECT_EQ(config.credentials.at("shared").info["description"], "d");
    EXPECT_FALSE(with_credentials(Json{{"litellm_credential_name", "none"}}, config.credentials));
    EXPECT_EQ(
        with_credentials(Json{{"litellm_credential_name", "shared"}}, config.credentials).value()["api_key"],
        "k"
    );
    EXPECT_EQ(
        to_text(with_credentials(Json{{"model", "m"}}, config.credentials).value()), R"({"model":"m"})"
    );
}

TEST(Credentials, ReportWhatIsWrong)
{
    EXPECT_EQ(
        findings_of(R"(credential_list:
  - credential_values: {a: b}
  - credential_name: c
  - {credential_name: c}
  - {credential_name: d, credential_values: [x]}
  - credential_name: ""
model_list:
  - model_name: a
    litellm_params:
      model: openai/a
      litellm_credential_name: nobody
)"),
        "config.yaml:2: error: credential_list[0]: has no credential_name; write 'credential_name: "
        "some-name'.\n"
        "config.yaml:4: error: credential_list[2]: is the second credential named c; give it another name.\n"
        "config.yaml:5: error: credential_list[3].credential_values: is a list; write a map of 'name: value' "
        "lines.\n"
        "config.yaml:6: error: credential_list[4]: has no credential_name; write 'credential_name: "
        "some-name'.\n"
        "config.yaml:11: error: model_list[0].litellm_params.litellm_credential_name: names no entry of "
        "credential_list; add it there or "
        "correct the name.\n"
    );
}

TEST(MakeDeployment, ReadsModelsFromTheDatabase)
{
    const Json params = {
        {"model", "openai/gpt-4o"}, {"rpm", "60"}, {"base_url", "http://b"}, {"unknown", true}};
    const Result<Deployment> deployment =
        make_deployment("gpt-4o", params, Json{{"id", "uuid"}, {"access_groups", {"g"}}});
    ASSERT_TRUE(deployment);
    EXPECT_EQ(deployment->id, "uuid");
    EXPECT_EQ(deployment->rpm, 60);
    EXPECT_EQ(deployment->params["api_base"], "http://b");
    EXPECT_EQ(deployment->params["unknown"], true);
    EXPECT_THAT(deployment->access_groups, ElementsAre("g"));
    EXPECT_EQ(make_deployment("m", Json{{"model", "m"}}, nullptr)->id, sha256_hex("mmodelm"));
}

TEST(MakeDeployment, NamesTheWrongParameter)
{
    const Result<Deployment> deployment =
        make_deployment("a", Json{{"model", "m"}, {"timeout", "soon"}}, Json::object());
    ASSERT_FALSE(deployment);
    EXPECT_EQ(deployment.error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(deployment.error().parameter, "litellm_params.timeout");
    EXPECT_EQ(deployment.error().message, "litellm_params.timeout is text; write a number greater than 0.");
    EXPECT_EQ(make_deployment("", Json{{"model", "m"}}, Json::object()).error().parameter, "model_name");
    EXPECT_EQ(make_deployment("a", Json::object(), Json::object()).error().parameter, "litellm_params.model");
    EXPECT_EQ(make_deployment("a", nullptr, nullptr).error().parameter, "litellm_params.model");
    EXPECT_EQ(make_deployment("a", Json::array(), Json::object()).error().parameter, "litellm_params");
}

} // namespace
} // namespace litellm::config::testing
