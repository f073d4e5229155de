#pragma once
// What the fuzzers share: their input, cut into pieces, and one endpoint of each provider.

#include "litellm/providers/provider.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::fuzz {

/// Ends the program with `what` when `is_true` is not.
inline void require(bool is_true, std::string_view what)
{
    if (is_true)
        return;
    std::fprintf(stderr, "not so: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    /// The next byte as a choice; 0 when nothing is left.
    [[nodiscard]] std::size_t choose(std::size_t choices)
    {
        if (rest_.empty())
            return 0;
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return byte % choices;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

/// Calls `use` with pieces of `bytes`, `length` bytes each.
template <class Use>
void in_pieces(std::string_view bytes, std::size_t length, Use use)
{
    for (; !bytes.empty(); bytes.remove_prefix(std::min(length, bytes.size())))
        use(bytes.substr(0, length));
}

/// One deployment of each provider that has a decoder of its own. The order is part of the corpus: add at the
/// end.
inline const std::vector<providers::Endpoint>& endpoints()
{
    static const std::vector<providers::Endpoint> all = [] {
        const Environment environment = [](const std::string&) { return std::nullopt; };
        std::vector<providers::Endpoint> made;
        for (const char* params : {
                 R"({"model": "openai/gpt-4o", "api_key": "k"})",
                 R"({"model": "anthropic/claude-sonnet-4-5", "api_key": "k"})",
                 R"({"model": "gemini/gemini-2.5-flash", "api_key": "k"})",
                 R"({"model": "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0", "aws_region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "s"})",
                 R"({"model": "cohere_chat/command-r", "api_key": "k"})",
                 R"({"model": "ollama/llama3", "api_base": "http://127.0.0.1:1"})",
                 R"({"model": "ollama_chat/llama3", "api_base": "http://127.0.0.1:1"})",
                 R"({"model": "azure/gpt-4o", "api_key": "k", "api_base": "https://x.openai.azure.com", "api_version": "2024-10-21"})",
                 R"({"model": "huggingface/x/y", "api_key": "k", "api_base": "http://127.0.0.1:1"})",
                 R"({"model": "groq/llama3", "api_key": "k"})",
             }) {
            auto endpoint = providers::resolve_endpoint(*parse_json(params), environment);
            require(endpoint.has_value(), params);
            made.push_back(*endpoint);
            if (const auto* other = endpoint->adapter->fallback_adapter()) {
                endpoint->adapter = other;
                made.push_back(std::move(*endpoint));
            }
        }
        return made;
    }();
    return all;
}

constexpr providers::Operation operations[] = {
    providers::Operation::chat_completions,
    providers::Operation::completions,
    providers::Operation::embeddings};

} // namespace litellm::fuzz
