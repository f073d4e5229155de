#include "json_access.hpp"

#include "litellm/providers/provider.hpp"

#include <initializer_list>

namespace litellm::providers {

namespace {

std::optional<std::int64_t> first_count(const Json& object, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (const auto count = count_at(object, name))
            return count;
    return std::nullopt;
}

const Json& details_at(const Json& usage, std::string_view name, std::string_view other_name)
{
    static const Json none = Json::object();
    if (const Json* details = find(usage, name); details != nullptr)
        return *details;
    const Json* details = find(usage, other_name);
    return details != nullptr ? *details : none;
}

std::int64_t larger_of(std::optional<std::int64_t> a, std::optional<std::int64_t> b)
{
    return std::max(a.value_or(0), b.value_or(0));
}

} // namespace

std::optional<Usage> usage_from_openai(const Json& usage)
{
    const auto prompt = first_count(usage, {"prompt_tokens", "input_tokens"});
    const auto completion = first_count(usage, {"completion_tokens", "output_tokens"});
    const auto total = count_at(usage, "total_tokens");
    if (!prompt && !completion && !total)
        return std::nullopt;

    Usage counts;
    counts.completion = completion.value_or(0);
    counts.prompt = prompt.value_or(std::max<std::int64_t>(0, total.value_or(0) - counts.completion));

    const auto& input = details_at(usage, "prompt_tokens_details", "input_tokens_details");
    counts.cached_read = larger_of(
        count_at(input, "cached_tokens"),
        first_count(usage, {"cache_read_input_tokens", "prompt_cache_hit_tokens"})
    );
    counts.cached_write = larger_of(
        first_count(input, {"cache_write_tokens", "cache_creation_tokens"}),
        count_at(usage, "cache_creation_input_tokens")
    );
    if (const Json* lifetimes = find(input, "cache_creation_token_details"); lifetimes != nullptr)
        counts.cached_write_1h =
            std::min(counts.cached_write, count_at(*lifetimes, "ephemeral_1h_input_tokens").value_or(0));
    counts.audio_input = count_at(input, "audio_tokens").value_or(0);
    counts.image_input = count_at(input, "image_tokens").value_or(0);

    const auto& output = details_at(usage, "completion_tokens_details", "output_tokens_details");
    counts.reasoning = larger_of(count_at(output, "reasoning_tokens"), count_at(usage, "reasoning_tokens"));
    counts.audio_output = count_at(output, "audio_tokens").value_or(0);
    counts.image_output = count_at(output, "image_tokens").value_or(0);

    // More cached than prompt tokens: this server counts them apart, and the prompt must include them.
    if (counts.cached_read + counts.cached_write > counts.prompt)
        counts.prompt += counts.cached_read + counts.cached_write;
    counts.total = std::max(total.value_or(0), counts.prompt + counts.completion);
    return counts;
}

} // namespace litellm::providers
