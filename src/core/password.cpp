#include "litellm/core/password.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/error.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace litellm {

namespace {

constexpr std::string_view scrypt_mark = "scrypt:";
constexpr std::size_t salt_size = 16;
constexpr std::size_t derived_size = 32;
constexpr std::uint64_t cost = 16384;
constexpr std::uint64_t block_size = 8;
constexpr std::uint64_t parallelism = 1;
constexpr std::uint64_t most_memory = 64 * 1024 * 1024;

/// Checked when there is nothing to check against.
constexpr std::string_view nobodys_salt = "nobody's salt...";

std::string derive(const Secret& password, std::string_view salt)
{
    std::array<unsigned char, derived_size> derived{};
    const int done = EVP_PBE_scrypt(
        password.reveal().data(),
        password.reveal().size(),
        reinterpret_cast<const unsigned char*>(salt.data()),
        salt.size(),
        cost,
        block_size,
        parallelism,
        most_memory,
        derived.data(),
        derived.size()
    );
    if (done != 1)
        throw Failure(internal_error("scrypt failed"));
    return {derived.begin(), derived.end()};
}

bool is_sha256_hex(std::string_view text)
{
    return text.size() == 64 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

} // namespace

std::string hash_password(const Secret& password, Random& random)
{
    std::array<unsigned char, salt_size> salt{};
    random.fill(salt);
    const std::string salt_text(salt.begin(), salt.end());
    return std::string(scrypt_mark) + to_base64(salt_text + derive(password, salt_text));
}

PasswordCheck check_password(const Secret& password, const std::optional<std::string>& stored)
{
    PasswordCheck check;
    if (stored && stored->starts_with(scrypt_mark)) {
        const auto bytes = from_base64(std::string_view(*stored).substr(scrypt_mark.size()));
        const bool is_whole = bytes && bytes->size() == salt_size + derived_size;
        const std::string derived =
            derive(password, is_whole ? std::string_view(*bytes).substr(0, salt_size) : nobodys_salt);
        check.is_right =
            is_whole && equal_in_constant_time(std::string_view(*bytes).substr(salt_size), derived);
        return check;
    }
    static_cast<void>(derive(password, nobodys_salt));
    if (!stored || stored->empty())
        return check;
    check.is_right = is_sha256_hex(*stored)
        ? equal_in_constant_time(to_lower(*stored), sha256_hex(password.reveal()))
        : equal_in_constant_time(*stored, password.reveal());
    check.is_outdated = check.is_right;
    return check;
}

} // namespace litellm
