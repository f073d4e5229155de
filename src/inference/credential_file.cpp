#include "credential_file.hpp"

#include "litellm/core/json_member.hpp"

#include <fmt/format.h>

#include <fstream>

namespace litellm::inference {

namespace {

constexpr std::streamsize most_bytes = 64 * 1024;

} // namespace

Result<Json> with_credential_file(const Json& params, const Environment& environment)
{
    const std::string model = member_text(params, "model");
    if (!model.starts_with("vertex_ai/") && member_text(params, "custom_llm_provider") != "vertex_ai")
        return params;
    if (params.contains("vertex_credentials") && params["vertex_credentials"].is_object())
        return params;
    std::string path = member_text(params, "vertex_credentials");
    if (path.empty())
        path = environment("VERTEXAI_CREDENTIALS").value_or("");
    if (path.empty())
        path = environment("GOOGLE_APPLICATION_CREDENTIALS").value_or("");
    if (path.empty() || path.find('{') != std::string::npos)
        return params;
    std::ifstream file(path, std::ios::binary);
    std::string text(static_cast<std::size_t>(most_bytes), '\0');
    file.read(text.data(), most_bytes);
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.empty())
        return invalid_input(
            fmt::format("vertex_credentials names the file {}, which cannot be read.", path),
            "vertex_credentials"
        );
    Json complete = params;
    complete["vertex_credentials"] = std::move(text);
    return complete;
}

} // namespace litellm::inference
