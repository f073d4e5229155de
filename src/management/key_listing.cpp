#include "litellm/management/key_service.hpp"

#include "key_access.hpp"
#include "refusals.hpp"
#include "team_roles.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

Error refused(std::string message, std::string parameter)
{
    Error error = forbidden(std::move(message), std::move(parameter));
    error.type = "bad_request_error";
    return error;
}

/// The caller's own row, without which nobody but an admin may list.
Result<store::User> load_caller(db::Transaction& transaction, const Caller& by)
{
    if (by.principal->user_id.empty())
        return refused("You are not authorized to list keys: your key has no user_id.", "user_id");
    auto user = store::find_user(transaction, by.principal->user_id);
    if (!user)
        return user.error();
    if (!*user)
        return refused("You are not authorized to list keys: your user does not exist.", "user_id");
    return std::move(**user);
}

bool is_in_organization(const Caller& by, const store::User& user, const std::string& organization_id)
{
    const auto& context = by.principal->context;
    return user.organization_id == organization_id ||
        (context && context->organization && context->organization->organization_id == organization_id);
}

Result<void> check_hash(db::Transaction& transaction, const Caller& by, const std::string& hash)
{
    const auto key = store::find_key(transaction, hash);
    if (!key)
        return key.error();
    if (!*key)
        return refused("You are not authorized to see this key.", "key_hash");
    const auto allowed = may_see_key(transaction, by, **key);
    if (!allowed)
        return allowed.error();
    return *allowed ? Result<void>()
                    : Result<void>(refused("You are not authorized to see this key.", "key_hash"));
}

/// Keeps a caller who is no admin to what is his.
Result<void> restrict_filter(
    db::Transaction& transaction, const Caller& by, const store::User& user, store::KeyFilter& filter
)
{
    if (filter.user_id && *filter.user_id != user.user_id)
        return refused("You are not authorized to see the keys of another user.", "user_id");
    if (filter.team_id && !contains(user.teams, *filter.team_id))
        return refused("You are not authorized to see the keys of this team.", "team_id");
    if (filter.organization_id && !is_in_organization(by, user, *filter.organization_id))
        return refused("You are not authorized to see the keys of this organization.", "organization_id");
    if (filter.key_hash) {
        if (const auto allowed = check_hash(transaction, by, *filter.key_hash); !allowed)
            return allowed.error();
    }
    filter.user_id = user.user_id;
    return {};
}

Result<std::vector<std::string>> administered_teams(db::Transaction& transaction, const store::User& user)
{
    const auto teams = store::list_teams_by_id(transaction, user.teams);
    if (!teams)
        return teams.error();
    std::vector<std::string> ids;
    for (const auto& team : *teams) {
        if (is_team_admin(team, user.user_id))
            ids.push_back(team.team_id);
    }
    return ids;
}

Result<std::map<std::string, store::User>>
owners_of(db::Transaction& transaction, const std::vector<store::Key>& keys)
{
    std::map<std::string, store::User> users;
    for (const auto& key : keys) {
        if (!key.user_id || users.contains(*key.user_id))
            continue;
        auto user = store::find_user(transaction, *key.user_id);
        if (!user)
            return user.error();
        if (*user)
            users.emplace(*key.user_id, std::move(**user));
    }
    return users;
}

Result<void> prepare_filter(db::Transaction& transaction, const Caller& by, KeyQuery& query)
{
    store::KeyFilter& filter = query.filter;
    if (!by.may_see_everything() || query.include_team_keys) {
        const auto user = load_caller(transaction, by);
        if (!user && !by.may_see_everything())
            return user.error();
        if (user && !by.may_see_everything()) {
            if (const auto allowed = restrict_filter(transaction, by, *user, filter); !allowed)
                return allowed.error();
        }
        if (user && query.include_team_keys) {
            const auto teams = administered_teams(transaction, *user);
            if (!teams)
                return teams.error();
            filter.include_team_ids = *teams;
        }
    }
    if (query.include_created_by_keys)
        filter.include_created_by = filter.user_id ? *filter.user_id : by.author();
    return {};
}

Result<KeyListing> list_in(db::Transaction& transaction, const Caller& by, KeyQuery& query)
{
    if (const auto prepared = prepare_filter(transaction, by, query); !prepared)
        return prepared.error();
    KeyListing listing;
    if (query.deleted) {
        auto page = store::list_deleted_keys(transaction, query.filter);
        if (!page)
            return page.error();
        listing.page.total_count = page->total_count;
        for (const auto& deleted : page->keys)
            listing.page.keys.push_back(deleted.key);
        listing.deleted = std::move(page->keys);
    } else {
        auto page = store::list_keys(transaction, query.filter);
        if (!page)
            return page.error();
        listing.page = std::move(*page);
    }
    if (query.expand_user) {
        auto users = owners_of(transaction, listing.page.keys);
        if (!users)
            return users.error();
        listing.users = std::move(*users);
    }
    return listing;
}

Result<store::AliasPage> aliases_in(db::Transaction& transaction, const Caller& by, const AliasQuery& wanted)
{
    KeyQuery query;
    query.include_team_keys = !by.may_see_everything();
    if (const auto prepared = prepare_filter(transaction, by, query); !prepared)
        return prepared.error();
    return store::list_key_aliases(transaction, query.filter, wanted.search, wanted.limit, wanted.offset);
}

} // namespace

Task<KeyListing> KeyService::list(const Caller& by, KeyQuery query)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<KeyListing>([&](db::Transaction& transaction) {
        return list_in(transaction, by, query);
    });
}

Task<store::AliasPage> KeyService::list_aliases(const Caller& by, const AliasQuery& query)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<store::AliasPage>([&](db::Transaction& transaction) {
        return aliases_in(transaction, by, query);
    });
}

} // namespace litellm::management
