#include "litellm/management/user_service.hpp"

#include "refusals.hpp"

#include "litellm/store/organizations.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

/// Keeps admins of organizations to the people of those.
Result<void> restrict_filter(db::Transaction& transaction, const Caller& by, store::UserFilter& filter)
{
    if (by.may_see_everything())
        return {};
    const Error refused = forbidden("Only proxy admins and admins of organizations can list users.");
    if (by.principal->user_id.empty())
        return refused;
    auto own = store::list_organizations_with_role(transaction, by.principal->user_id, "org_admin");
    if (!own)
        return own.error();
    if (filter.organization_ids)
        std::erase_if(*own, [&](const std::string& id) {
            const auto& wanted = *filter.organization_ids;
            return std::find(wanted.begin(), wanted.end(), id) == wanted.end();
        });
    if (own->empty())
        return refused;
    filter.organization_ids = std::move(*own);
    return {};
}

Result<UserListing> list_in(db::Transaction& transaction, const Caller& by, store::UserFilter& filter)
{
    if (const auto allowed = restrict_filter(transaction, by, filter); !allowed)
        return allowed.error();
    auto page = store::list_user_page(transaction, filter);
    if (!page)
        return page.error();
    std::vector<std::string> ids;
    for (const auto& user : page->users)
        ids.push_back(user.user_id);
    auto counts = store::count_keys_of_users(transaction, ids);
    if (!counts)
        return counts.error();
    UserListing listing;
    listing.users = std::move(page->users);
    listing.key_counts = std::move(*counts);
    listing.total_count = page->total_count;
    return listing;
}

Result<PeopleCount> count_in(db::Transaction& transaction)
{
    PeopleCount count;
    const auto users = store::count_users(transaction);
    if (!users)
        return users.error();
    store::TeamFilter filter;
    filter.size = 0;
    const auto teams = store::list_team_page(transaction, filter);
    if (!teams)
        return teams.error();
    count.users = *users;
    count.teams = teams->total_count;
    return count;
}

} // namespace

Task<UserListing> UserService::list(const Caller& by, store::UserFilter filter)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<UserListing>([&](db::Transaction& transaction) {
        return list_in(transaction, by, filter);
    });
}

Task<PeopleCount> UserService::count(const Caller& by)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.may_see_everything())
        co_return forbidden("Only proxy admins can count users.");
    co_return co_await context_.database->transact<PeopleCount>([&](db::Transaction& transaction) {
        return count_in(transaction);
    });
}

} // namespace litellm::management
