#include "passwords.hpp"

#include "refusals.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/store/invitations.hpp"
#include "litellm/store/passwords.hpp"
#include "litellm/store/sessions.hpp"

#include <algorithm>
#include <functional>

namespace litellm::management {

namespace {

constexpr std::ptrdiff_t fewest_characters = 8;
constexpr std::ptrdiff_t most_characters = 128;

} // namespace

Result<void> check_new_password(const Secret& password)
{
    const std::string& text = password.reveal();
    const auto characters =
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    if (!is_valid_utf8(text) || characters < fewest_characters || characters > most_characters)
        return bad_request("A password has 8 to 128 characters.", "password");
    return {};
}

Task<std::string> hash_in_background(const Context& context, Secret password)
{
    std::function<std::string()> work = [&] { return hash_password(password, context.random); };
    if (context.background == nullptr)
        co_return work();
    co_return co_await context.background->run<std::string>(work);
}

Task<PasswordCheck>
check_in_background(const Context& context, Secret password, std::optional<std::string> stored)
{
    std::function<PasswordCheck()> work = [&] { return check_password(password, stored); };
    if (context.background == nullptr)
        co_return work();
    co_return co_await context.background->run<PasswordCheck>(work);
}

Result<void> replace_password(
    db::Transaction& transaction, const Context& context, const std::string& user_id, const std::string& kept
)
{
    const Timestamp now = context.now();
    if (const auto set = store::set_password(transaction, user_id, kept, now); !set)
        return set.error();
    if (const auto ended = store::remove_sessions_of_user(transaction, user_id); !ended)
        return ended.error();
    return store::end_open_invitations(transaction, user_id, now);
}

} // namespace litellm::management
