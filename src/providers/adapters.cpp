#include "adapters.hpp"

#include "anthropic.hpp"
#include "azure.hpp"
#include "bedrock.hpp"
#include "cohere.hpp"
#include "gemini.hpp"
#include "huggingface.hpp"
#include "json_access.hpp"
#include "ollama.hpp"
#include "openai_adapter.hpp"
#include "vertex.hpp"

namespace litellm::providers {

Result<std::string> Adapter::account_url(const Endpoint& endpoint, std::string_view) const
{
    return Error{
        ErrorKind::invalid_input,
        "litellm.BadRequestError: LiteLLM doesn't support " + endpoint.provider + " for files and batches.",
        "custom_llm_provider",
        "invalid_request_error",
        400};
}

Result<Endpoint> choose_adapter(Endpoint endpoint, const Row& row)
{
    if (row.provider == "ollama" || row.provider == "ollama_chat") {
        endpoint.adapter = ollama_adapter();
        return endpoint;
    }
    if (row.provider == "anthropic") {
        endpoint.adapter = anthropic_adapter();
        return endpoint;
    }
    if (row.provider == "gemini") {
        endpoint.adapter = gemini_adapter();
        return endpoint;
    }
    if (row.provider == "bedrock") {
        endpoint.adapter = bedrock_adapter();
        return endpoint;
    }
    if (row.provider == "vertex_ai") {
        endpoint.adapter = vertex_adapter();
        return endpoint;
    }
    if (row.provider == "cohere" || row.provider == "cohere_chat") {
        endpoint.adapter = cohere_adapter();
        return endpoint;
    }
    if (row.provider == "azure" || row.provider == "azure_ai") {
        endpoint.adapter = azure_adapter(row);
        return endpoint;
    }
    if (row.provider != "huggingface") {
        endpoint.adapter = openai_adapter(row);
        return endpoint;
    }
    const auto route = string_at(endpoint.params, "hf_route");
    if (route == "raw")
        endpoint.adapter = tgi_adapter();
    else if (route == "chat" || (route.empty() && endpoint.api_base == row.base))
        endpoint.adapter = huggingface_adapter();
    else if (route.empty())
        endpoint.adapter = huggingface_adapter_with_fallback();
    else
        return invalid_input("hf_route is `chat` or `raw`.", "hf_route");
    return endpoint;
}

} // namespace litellm::providers
