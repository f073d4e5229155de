// The shapes of the configurations that the product documents print: users paste them, so they load.

#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::ElementsAre;

TEST(ProductDocuments, QuickStartWithADatabase)
{
    const Loaded loaded = load_text(R"(model_list:
  - model_name: gpt-4
    litellm_params:
        model: ollama/llama2
  - model_name: gpt-3.5-turbo
    litellm_params:
        model: ollama/llama2

general_settings: 
  master_key: sk-1234 
  database_url: "postgresql://<user>:<password>@<host>:<port>/<dbname>" # 👈 KEY CHANGE
)");
    ASSERT_TRUE(loaded.config);
    EXPECT_TRUE(loaded.findings.empty());
    EXPECT_EQ(loaded.config->model_list.size(), 2U);
    EXPECT_EQ(loaded.config->model_list[1].model_name, "gpt-3.5-turbo");
    EXPECT_EQ(loaded.config->general.master_key->reveal(), "sk-1234");
    EXPECT_EQ(loaded.config->general.database_url, "postgresql://<user>:<password>@<host>:<port>/<dbname>");
}

TEST(ProductDocuments, ModelGroupsForAliases)
{
    const Config config = load_valid(R"(model_list:
  - model_name: my-free-tier
    litellm_params:
        model: huggingface/HuggingFaceH4/zephyr-7b-beta
        api_base: http://0.0.0.0:8001
  - model_name: my-free-tier
    litellm_params:
        model: huggingface/HuggingFaceH4/zephyr-7b-beta
        api_base: http://0.0.0.0:8002
  - model_name: my-free-tier
    litellm_params:
        model: huggingface/HuggingFaceH4/zephyr-7b-beta
        api_base: http://0.0.0.0:8003
  - model_name: my-paid-tier
    litellm_params:
        model: gpt-4
        api_key: my-api-key
)");
    ASSERT_EQ(config.model_list.size(), 4U);
    EXPECT_NE(config.model_list[0].id, config.model_list[1].id);
    EXPECT_EQ(config.model_list[2].params["api_base"], "http://0.0.0.0:8003");
}

TEST(ProductDocuments, CustomKeyHeader)
{
    const Loaded loaded = load_text(R"(model_list:
  - model_name: fake-openai-endpoint
    litellm_params:
      model: openai/fake
      api_key: fake-key
      api_base: https://exampleopenaiendpoint-production.up.railway.app/

general_settings: 
  master_key: sk-1234 
  litellm_key_header_name: "X-Litellm-Key" # 👈 Key Change

)");
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->general.litellm_key_header_name, "X-Litellm-Key");
}

TEST(ProductDocuments, CustomKeyGenerate)
{
    const Loaded loaded = load_text(R"(model_list: 
  - model_name: "openai-model"
    litellm_params: 
      model: "gpt-3.5-turbo"

litellm_settings:
  drop_params: True
  set_verbose: True

general_settings:
  custom_key_generate: custom_auth.custom_generate_key_fn
)");
    ASSERT_TRUE(loaded.config);
    EXPECT_TRUE(loaded.findings.empty());
    EXPECT_TRUE(loaded.config->litellm.drop_params);
    EXPECT_EQ(loaded.config->general.raw["custom_key_generate"], "custom_auth.custom_generate_key_fn");
}

TEST(ProductDocuments, UpperBounds)
{
    const Config config = load_valid(R"(litellm_settings:
  upperbound_key_generate_params:
    max_budget: 100 # Optional[float], optional): upperbound of $100, for all /key/generate requests
    budget_duration: "10d" # Optional[str], optional): upperbound of 10 days for budget_duration values
    duration: "30d" # Optional[str], optional): upperbound of 30 days for all /key/generate requests
    max_parallel_requests: 1000 # (Optional[int], optional): Max number of requests made in parallel.
    tpm_limit: 1000 #(Optional[int], optional): Tpm limit. Defaults to None.
    rpm_limit: 1000 #(Optional[int], optional): Rpm limit. Defaults to None.
)");
    EXPECT_EQ(
        to_text(config.litellm.upperbound_key_generate_params),
        R"({"max_budget":100,"budget_duration":"10d","duration":"30d","max_parallel_requests":1000,)"
        R"("tpm_limit":1000,"rpm_limit":1000})"
    );
}

TEST(ProductDocuments, DefaultsWithABlankValue)
{
    const Config config = load_valid(R"(litellm_settings:
  default_key_generate_params:
    max_budget: 1.5000
    models: ["azure-gpt-3.5"]
    duration:     # blank means `null`
    metadata: {"setting":"default"}
    team_id: "core-infra"
)");
    EXPECT_EQ(
        to_text(config.litellm.default_key_generate_params),
        R"({"max_budget":1.5,"models":["azure-gpt-3.5"],"duration":null,"metadata":{"setting":"default"},)"
        R"("team_id":"core-infra"})"
    );
}

TEST(ProductDocuments, RestrictedKeyGeneration)
{
    const Loaded loaded = load_text(R"(litellm_settings:
  key_generation_settings:
    team_key_generation:
      allowed_team_member_roles: ["admin"]
      required_params: ["tags"] # require team admins to set tags for cost-tracking when generating a team key
    personal_key_generation: # maps to 'Default Team' on UI 
      allowed_user_roles: ["proxy_admin"]
)");
    ASSERT_TRUE(loaded.config);
    EXPECT_TRUE(loaded.findings.empty());
    EXPECT_EQ(
        to_text(loaded.config->litellm.key_generation_settings),
        R"({"team_key_generation":{"allowed_team_member_roles":["admin"],"required_params":["tags"]},)"
        R"("personal_key_generation":{"allowed_user_roles":["proxy_admin"]}})"
    );
}

TEST(ProductDocuments, EmailCallbacks)
{
    for (const std::string name : {"smtp_email", "resend_email"}) {
        // As printed: the page lost the indentation of the second line.
        const Loaded flat = load_text("litellm_settings:\ncallbacks: [\"" + name + "\"]\n");
        EXPECT_THAT(
            texts_of(flat.findings),
            ElementsAre(
                "config.yaml:2: warning: callbacks: unknown key, ignored. It belongs in litellm_settings."
            )
        );
        EXPECT_TRUE(flat.config);
        const Config config = load_valid("litellm_settings:\n  callbacks: [\"" + name + "\"]\n");
        EXPECT_EQ(config.litellm.raw["callbacks"][0], name);
    }
}

} // namespace
} // namespace litellm::config::testing
