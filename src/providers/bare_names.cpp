#include "bare_names.hpp"

#include "rows.hpp"

#include <array>

namespace litellm::providers {

namespace {

struct Pattern {
    std::string_view names; ///< words; a star at the end stands for any text
    std::string_view provider;
};

constexpr std::string_view openai_text = "gpt-3.5-turbo-instruct* davinci-002 babbage-002";
constexpr std::string_view openai_chat =
    "gpt-3.5* gpt-4* gpt-5* chatgpt-* o1* o3* o4* ft:gpt-* codex-* computer-use-*";
constexpr std::string_view cohere_chat = "command* c4ai-*";
constexpr std::string_view claude_text = "claude-2* claude-instant*";
constexpr std::string_view azure_serverless = "command* c4ai-* mistral-* open-mistral* open-mixtral* "
                                              "ministral-* codestral-* pixtral-* magistral-* devstral-*";

constexpr auto patterns = std::to_array<Pattern>({
    {openai_text, "text-completion-openai"},
    {openai_chat, "openai"},
    {"gpt-* text-embedding-* dall-e-* whisper-* tts-* omni-moderation-* text-moderation-* sora-*", "openai"},
    {claude_text, "anthropic_text"},
    {"claude-*", "anthropic"},
    {"gemini-* text-bison* chat-bison* textembedding-gecko* text-multilingual-embedding* imagen*",
     "vertex_ai"},
    {cohere_chat, "cohere_chat"},
    {"embed-english* embed-multilingual* embed-v4*", "cohere"},
});

constexpr std::string_view bedrock_regions = "us. eu. apac. global.";
constexpr std::string_view bedrock_vendors =
    "anthropic. amazon. meta. mistral. cohere. ai21. deepseek. qwen. openai. stability. writer.";

bool fits(std::string_view list, std::string_view name)
{
    return any_word(list, [name](std::string_view word) {
        if (word.ends_with('*'))
            return name.starts_with(word.substr(0, word.size() - 1));
        return name == word;
    });
}

bool is_bedrock_name(std::string_view model)
{
    if (model.starts_with("arn:aws"))
        return model.find(":bedrock:") != std::string_view::npos;
    any_word(bedrock_regions, [&model](std::string_view region) {
        const bool found = model.starts_with(region);
        if (found)
            model.remove_prefix(region.size());
        return found;
    });
    return any_word(bedrock_vendors, [model](std::string_view vendor) {
        return model.starts_with(vendor) && model.size() > vendor.size();
    });
}

bool is_replicate_version(std::string_view model)
{
    const auto colon = model.rfind(':');
    if (colon == std::string_view::npos || model.size() - colon - 1 != 64)
        return false;
    return model.substr(colon + 1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

std::string_view provider_of_bare_name(std::string_view model)
{
    const bool plain = model.find('/') == std::string_view::npos;
    for (const auto& pattern : patterns)
        if (plain && fits(pattern.names, model))
            return pattern.provider;
    if (is_bedrock_name(model))
        return "bedrock";
    if (is_replicate_version(model))
        return "replicate";
    return model == "*" ? "openai" : "";
}

bool is_openai_chat_name(std::string_view model)
{
    return fits(openai_chat, model) && !fits(openai_text, model);
}
bool is_cohere_chat_name(std::string_view model)
{
    return fits(cohere_chat, model);
}
bool is_legacy_claude_name(std::string_view model)
{
    return fits(claude_text, model);
}
bool is_azure_serverless_name(std::string_view model)
{
    return fits(azure_serverless, model);
}

} // namespace litellm::providers
