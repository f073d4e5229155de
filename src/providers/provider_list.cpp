#include "provider_list.hpp"

#include "litellm/providers/provider.hpp"
#include "rows.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view unspoken =
    "anthropic_text azure_text bedrock_converse vertex_ai_beta "
    "replicate watsonx watsonx_text sagemaker sagemaker_chat snowflake cloudflare ai21_text aleph_alpha "
    "nlp_cloud petals palm maritalk "
    "predibase triton oobabooga clarifai gradient bytez cometapi oci github_copilot gigachat heroku "
    "datarobot abliteration llamagate "
    "charity_engine crusoe deepgram elevenlabs fal_ai stability recraft runwayml topaz xinference "
    "gradient_ai ovhcloud "
    "lemonade amazon_nova aiml langgraph ragflow dotprompt openai_responses chatgpt cursor";

} // namespace

bool is_unspoken_provider(std::string_view name)
{
    return has_word(unspoken, name);
}

bool is_provider(std::string_view name)
{
    return find_row(name) != nullptr || name == "vllm" || is_unspoken_provider(name);
}

std::vector<std::string> provider_names()
{
    std::vector<std::string> names;
    for (const auto& row : rows())
        names.emplace_back(row.provider);
    return names;
}

} // namespace litellm::providers
