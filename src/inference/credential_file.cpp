#include "credential_file.hpp"

#include <fmt/format.h>

#include <fstream>

namespace litellm::inference {

namespace {

constexpr std::streamsize most_bytes = 64 * 1024;

std::string text_at(const Json& params, const char* name)
{
    const auto found = params.find(name);
    return found != params.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

Result<Json> with_credential_file(const Json& params, const Environment& environment)
{
    const std::string model = text_at(params, "model");
    if (!model.starts_with("vertex_ai/") && text_at(params, "custom_llm_provider") != "vertex_ai")
        return params;
    if (params.contains("vertex_credentials") && params["vertex_credentials"].is_object())
        return params;
    std::string path = text_at(params, "vertex_credentials");
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
