#include "litellm/spend/tokenizer.hpp"

#include "byte_pairs.hpp"
#include "token_splitter.hpp"

#include "litellm/core/embedded_file.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace litellm::spend {

std::span<const EmbeddedFile> embedded_files();

namespace {

constexpr std::string_view o200k = "o200k_base";
constexpr std::string_view cl100k = "cl100k_base";
constexpr std::string_view bytes = "bytes";
constexpr std::int64_t bytes_per_token = 4;
constexpr std::size_t sample_bytes = 16 * 1024;

std::string_view file_of(std::string_view name)
{
    for (const EmbeddedFile& file : embedded_files()) {
        if (file.name == std::string(name) + ".js")
            return file.bytes;
    }
    return {};
}

const Vocabulary* vocabulary_named(std::string_view name)
{
    if (name == o200k) {
        static const Vocabulary vocabulary(file_of(o200k));
        return vocabulary.size() > 0 ? &vocabulary : nullptr;
    }
    if (name == cl100k) {
        static const Vocabulary vocabulary(file_of(cl100k));
        return vocabulary.size() > 0 ? &vocabulary : nullptr;
    }
    return nullptr;
}

bool begins_with_one_of(std::string_view model, std::span<const std::string_view> names)
{
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return model.starts_with(name);
    });
}

} // namespace

Tokenizer tokenizer_named(std::string_view name)
{
    if ((name == o200k || name == cl100k) && !file_of(name).empty())
        return {name == o200k ? o200k : cl100k, true};
    return {bytes, false};
}

Tokenizer tokenizer_for(std::string_view model)
{
    constexpr auto newer = std::to_array<std::string_view>(
        {"gpt-4o",
         "gpt-4.1",
         "gpt-4.5",
         "gpt-5",
         "chatgpt-4o",
         "gpt-oss",
         "o1",
         "o3",
         "o4",
         "ft:gpt-4o",
         "ft:gpt-4.1"}
    );
    constexpr auto older = std::to_array<std::string_view>(
        {"gpt-4", "gpt-3.5", "gpt-35", "text-embedding-", "ft:gpt-3.5", "ft:gpt-4"}
    );
    if (begins_with_one_of(model, newer))
        return tokenizer_named(o200k);
    Tokenizer tokenizer = tokenizer_named(cl100k);
    tokenizer.is_exact = tokenizer.is_exact && begins_with_one_of(model, older);
    return tokenizer;
}

std::vector<std::uint32_t> Tokenizer::encode(std::string_view text) const
{
    std::vector<std::uint32_t> ranks;
    const Vocabulary* const vocabulary = vocabulary_named(name);
    if (vocabulary == nullptr)
        return ranks;
    const SplitRules rules = name == o200k ? SplitRules::o200k : SplitRules::cl100k;
    while (!text.empty()) {
        const std::size_t end = first_piece(text, rules);
        vocabulary->encode(text.substr(0, end), ranks);
        text.remove_prefix(end);
    }
    return ranks;
}

std::int64_t Tokenizer::count(std::string_view text) const
{
    if (name == bytes)
        return (static_cast<std::int64_t>(text.size()) + bytes_per_token - 1) / bytes_per_token;
    return static_cast<std::int64_t>(encode(text).size());
}

std::int64_t Tokenizer::count_nearly(std::string_view text) const
{
    if (text.size() <= sample_bytes)
        return count(text);
    const auto whole = static_cast<std::int64_t>(text.size());
    const std::int64_t sample = count(text.substr(0, sample_bytes));
    return sample * whole / static_cast<std::int64_t>(sample_bytes);
}

} // namespace litellm::spend
