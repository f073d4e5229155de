#include "price_book_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace litellm::spend {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// True when `text` has the shape of `mask`, in which 0 is any digit and everything else stands for itself.
bool has_shape(std::string_view text, std::string_view mask)
{
    return std::ranges::equal(text, mask, [](char c, char m) { return m == '0' ? is_digit(c) : c == m; });
}

bool ends_with_shape(std::string_view text, std::string_view mask)
{
    return text.size() > mask.size() && has_shape(text.substr(text.size() - mask.size()), mask);
}

/// "us.anthropic.claude-…" → "anthropic.claude-…"
std::string_view without_region(std::string_view name)
{
    constexpr auto regions = std::to_array<std::string_view>(
        {"us.", "eu.", "apac.", "global.", "us-gov.", "jp.", "au.", "ca.", "in.", "sa."}
    );
    for (const std::string_view region : regions) {
        if (name.starts_with(region))
            return name.substr(region.size());
    }
    return name;
}

/// "ft:gpt-4o-2024-08-06:owner::id" → "ft:gpt-4o-2024-08-06"
std::string_view without_owner(std::string_view name)
{
    constexpr std::string_view mark = "ft:";
    if (!name.starts_with(mark))
        return name;
    const std::size_t colon = name.find(':', mark.size());
    return colon == std::string_view::npos ? name : name.substr(0, colon);
}

/// "…-20240620-v1:0" → "…-20240620"
std::string_view without_bedrock_version(std::string_view name)
{
    for (const std::string_view mask : {"-v0:0", "-v0"}) {
        if (ends_with_shape(name, mask))
            return name.substr(0, name.size() - mask.size());
    }
    return name;
}

std::string_view without_date(std::string_view name)
{
    for (const std::string_view mask : {"-2000-00-00", "-20000000", "-00-2000"}) {
        // The mask's 2 stands for itself, so that only years of this millennium are dates.
        if (ends_with_shape(name, mask))
            return name.substr(0, name.size() - mask.size());
    }
    return name;
}

/// "…-20250514" → "…-2025-05-14"
std::string with_dashed_date(std::string_view name)
{
    constexpr std::string_view mask = "-20000000";
    std::string dashed(name);
    if (ends_with_shape(name, mask)) {
        dashed.insert(dashed.size() - 2, "-");
        dashed.insert(dashed.size() - 5, "-");
    }
    return dashed;
}

/// "gemini-2.0-flash-001" → "gemini-2.0-flash"
std::string_view without_google_version(std::string_view name)
{
    constexpr std::string_view mask = "-000";
    return ends_with_shape(name, mask) ? name.substr(0, name.size() - mask.size()) : name;
}

constexpr auto ranked = std::to_array<std::string_view>(
    {"openai",
     "anthropic",
     "gemini",
     "vertex_ai",
     "mistral",
     "cohere",
     "deepseek",
     "xai",
     "bedrock",
     "perplexity",
     "moonshot",
     "dashscope",
     "groq"}
);

} // namespace

std::string to_lower(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::string_view billed_provider(std::string_view provider)
{
    constexpr auto aliases = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"ai21_chat", "ai21"},
        {"azure_text", "azure"},
        {"bedrock_converse", "bedrock"},
        {"bedrock_invoke", "bedrock"},
        {"cohere_chat", "cohere"},
        {"ollama_chat", "ollama"},
        {"sagemaker_chat", "sagemaker"},
        {"text-completion-codestral", "codestral"},
        {"text-completion-openai", "openai"},
        {"vertex_ai_beta", "vertex_ai"},
    });
    for (const auto& [alias, billed] : aliases) {
        if (provider == alias)
            return billed;
    }
    for (const std::string_view family : {"vertex_ai", "fireworks_ai"}) {
        if (provider.starts_with(family) && provider.substr(family.size()).starts_with('-'))
            return family;
    }
    return provider;
}

std::vector<std::string_view> price_relatives(std::string_view provider)
{
    if (provider == "azure")
        return {"openai"};
    if (provider == "azure_ai")
        return {"azure", "openai", "anthropic", "deepseek", "xai", "moonshot"};
    if (provider == "vertex_ai")
        return {"gemini", "anthropic"};
    if (provider == "gemini")
        return {"vertex_ai"};
    if (provider == "codestral")
        return {"mistral"};
    return {};
}

std::size_t maker_rank(std::string_view provider)
{
    return static_cast<std::size_t>(std::ranges::find(ranked, provider) - ranked.begin());
}

std::vector<std::string_view> makers()
{
    return {ranked.begin(), ranked.end()};
}

std::string_view without_first_segment(std::string_view name)
{
    const std::size_t slash = name.find('/');
    return slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
}

std::string_view first_segment(std::string_view name)
{
    const std::size_t slash = name.find('/');
    return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

std::vector<std::string> name_variants(std::string_view provider, std::string_view lower_name)
{
    std::vector<std::string> variants{std::string(lower_name)};
    std::string_view name = lower_name;
    std::string at_replaced;
    const auto add = [&](std::string_view variant) {
        name = variant;
        if (!variant.empty() && variant != variants.back())
            variants.emplace_back(variant);
    };

    if (provider == "bedrock") {
        // `converse/us.anthropic.…` and `arn:…:inference-profile/us.anthropic.…` end in the model.
        add(name.substr(name.rfind('/') + 1));
        add(without_region(name));
    }
    add(without_owner(name));
    if (const std::size_t at = name.rfind('@'); at != std::string_view::npos) {
        // Vertex writes claude-sonnet-4@20250514 where Anthropic writes claude-sonnet-4-20250514.
        at_replaced = name;
        at_replaced[at] = '-';
        add(at_replaced);
        add(name.substr(0, at));
    }
    add(without_bedrock_version(name));
    if (const std::string dashed = with_dashed_date(name); dashed != name)
        variants.push_back(dashed);
    add(without_date(name));
    if (provider == "gemini" || provider == "vertex_ai")
        add(without_google_version(name));
    return variants;
}

std::vector<std::string>
picture_names(std::string_view model, std::string_view quality, std::string_view size)
{
    const auto is_open = [](std::string_view choice) { return choice.empty() || choice == "auto"; };
    std::string dashed(is_open(size) ? std::string_view("1024x1024") : size);
    if (const std::size_t at = dashed.find('x');
        at != std::string::npos && dashed.find("-x-") == std::string::npos)
        dashed.replace(at, 1, "-x-");
    const std::string sized = fmt::format("{}/{}", dashed, model);
    std::vector<std::string> names;
    if (!is_open(quality))
        names.push_back(fmt::format("{}/{}", quality, sized));
    names.push_back(sized);
    if (is_open(quality))
        names.push_back(fmt::format("standard/{}", sized));
    names.push_back(fmt::format("high/{}", sized));
    return names;
}

} // namespace litellm::spend
