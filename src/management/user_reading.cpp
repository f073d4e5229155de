#include "litellm/management/user_service.hpp"

#include "refusals.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

constexpr std::int64_t batch_size = 1000;

/// The master key's user has no row until somebody stores one.
store::User implied_admin()
{
    store::User user;
    user.user_id = std::string(default_user_id);
    user.user_role = "proxy_admin";
    return user;
}

Result<std::optional<store::User>>
find_shown(db::Transaction& transaction, const Caller& by, const std::string& user_id)
{
    auto user = store::find_user(transaction, user_id);
    if (!user)
        return user.error();
    if (!*user && user_id == default_user_id && by.may_see_everything())
        *user = implied_admin();
    return std::move(*user);
}

Result<std::vector<store::Key>> all_keys(db::Transaction& transaction)
{
    std::vector<store::Key> keys;
    store::KeyFilter filter;
    for (filter.size = batch_size;; ++filter.page) {
        auto page = store::list_keys(transaction, filter);
        if (!page)
            return page.error();
        std::move(page->keys.begin(), page->keys.end(), std::back_inserter(keys));
        if (page->keys.size() < static_cast<std::size_t>(batch_size))
            return keys;
    }
}

Result<std::vector<store::Key>> keys_of(db::Transaction& transaction, const std::string& user_id)
{
    auto keys = store::list_keys_of_user(transaction, user_id);
    if (keys)
        std::erase_if(*keys, [](const store::Key& key) { return key.team_id == dashboard_team_id; });
    return keys;
}

Result<UserView>
complete(UserView view, Result<std::vector<store::Key>> keys, Result<std::vector<store::Team>> teams)
{
    if (!keys)
        return keys.error();
    if (!teams)
        return teams.error();
    view.keys = std::move(*keys);
    view.teams = std::move(*teams);
    std::stable_sort(view.teams.begin(), view.teams.end(), [](const store::Team& a, const store::Team& b) {
        return a.team_alias.value_or("") < b.team_alias.value_or("");
    });
    return view;
}

/// What an admin sees who asks for nobody: himself, and everything.
Result<UserView> load_everything(db::Transaction& transaction, const Caller& by)
{
    UserView view;
    auto user = find_shown(transaction, by, by.author());
    if (!user)
        return user.error();
    view.user = std::move(*user);
    auto keys = all_keys(transaction);
    auto teams = store::list_teams(transaction);
    return complete(std::move(view), std::move(keys), std::move(teams));
}

Result<UserView> load_user(db::Transaction& transaction, const Caller& by, const std::string& user_id)
{
    UserView view;
    auto user = find_shown(transaction, by, user_id);
    if (!user)
        return user.error();
    if (!*user)
        return absent(fmt::format("User {} not found", user_id), "user_id");
    view.user_id = user_id;
    view.user = std::move(*user);
    auto keys = keys_of(transaction, user_id);
    auto teams = store::list_teams_by_id(transaction, view.user->teams);
    return complete(std::move(view), std::move(keys), std::move(teams));
}

} // namespace

Task<UserView> UserService::load(const Caller& by, const std::optional<std::string>& user_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    const std::string& own = by.principal->user_id;
    if (user_id && !by.may_see_everything() && (own.empty() || *user_id != own))
        co_return forbidden(
            fmt::format(
                "key not allowed to access this user's info. user_id={}, key's user_id={}", *user_id, own
            ),
            "user_id"
        );
    if (!user_id && !by.may_see_everything() && own.empty())
        co_return absent("User not found: this key belongs to no user.", "user_id");
    const bool wants_everything = !user_id && by.is_admin();
    const std::string wanted = user_id.value_or(own);
    co_return co_await context_.database->transact<UserView>([&](db::Transaction& transaction) {
        if (wants_everything)
            return load_everything(transaction, by);
        return load_user(transaction, by, wanted);
    });
}

} // namespace litellm::management
