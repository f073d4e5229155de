#include "key_text.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace litellm::management {

namespace {

constexpr std::string_view prefix = "sk-";
constexpr std::size_t usual_length = 16;
/// Fewer random bytes could be guessed, more do not fit into clients' fields.
constexpr std::size_t shortest = 8, longest = 256;

std::size_t key_length(const Environment& environment)
{
    const auto text = environment ? environment("LENGTH_OF_LITELLM_GENERATED_KEY") : std::nullopt;
    std::size_t length = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc())
        return usual_length;
    return length < shortest || length > longest ? usual_length : length;
}

std::string masked(const std::string& text)
{
    if (text.size() <= 8)
        return "****";
    return text.substr(0, 4) + "****" + text.substr(text.size() - 4);
}

bool is_key_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_hash(std::string_view text)
{
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

} // namespace

Secret new_key_text(Random& random, const Environment& environment)
{
    std::vector<unsigned char> bytes(key_length(environment));
    random.fill(bytes);
    return Secret(std::string(prefix) + to_base64url(bytes));
}

Result<void> check_chosen_key(const Secret& key)
{
    const std::string& text = key.reveal();
    if (!text.starts_with(prefix))
        return invalid_input(
            fmt::format(
                "Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: {}", masked(text)
            ),
            "key"
        );
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (text.size() == prefix.size() || text.size() > 512 || !printable)
        return invalid_input(
            "Invalid key format. A key has up to 512 printable characters and no spaces.", "key"
        );
    return {};
}

bool is_key_or_hash(std::string_view text)
{
    if (is_hash(text))
        return true;
    return text.starts_with(prefix) && text.size() > prefix.size() && text.size() <= 100 &&
        std::all_of(text.begin(), text.end(), is_key_character);
}

std::string hash_of(std::string_view key_or_hash)
{
    return key_or_hash.starts_with(prefix) ? sha256_hex(key_or_hash) : std::string(key_or_hash);
}

} // namespace litellm::management
