#include "litellm/management/team_service.hpp"

#include "authority.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_reading.hpp"
#include "team_roles.hpp"

#include "litellm/store/team_members.hpp"
#include "litellm/store/users.hpp"

#include <algorithm>
#include <map>

namespace litellm::management {

namespace {

constexpr std::int64_t batch_size = 1000;

/// Callers who do not see everything must name themselves; org_admins may name their organization.
Result<void> check_query(db::Transaction& transaction, const Caller& by, const TeamQuery& query)
{
    if (by.may_see_everything())
        return {};
    const std::string& own = by.principal->user_id;
    if (query.user_id && !own.empty() && *query.user_id == own)
        return {};
    const auto administers = administers_organization(transaction, by, query.filter.organization_id);
    if (!administers)
        return administers.error();
    if (*administers)
        return {};
    Error error{
        ErrorKind::unauthorized,
        "Only admin users can query all teams/other teams. Your role=" +
            std::string(auth::to_string(by.principal->role)) + ". Pass your own user_id.",
        "user_id",
        "auth_error",
        401};
    return error;
}

Result<void> narrow_to_user(db::Transaction& transaction, TeamQuery& query)
{
    if (!query.user_id)
        return {};
    const auto user = store::find_user(transaction, *query.user_id);
    if (!user)
        return user.error();
    query.filter.team_ids = *user ? (*user)->teams : std::vector<std::string>();
    return {};
}

Result<void> prepare(db::Transaction& transaction, const Caller& by, TeamQuery& query)
{
    if (const auto checked = check_query(transaction, by, query); !checked)
        return checked.error();
    return narrow_to_user(transaction, query);
}

Result<void> add_links(db::Transaction& transaction, TeamView& view)
{
    auto keys = store::list_keys_of_team(transaction, view.team.team_id);
    if (!keys)
        return keys.error();
    view.keys = std::move(*keys);
    auto memberships = load_memberships(transaction, view.team.team_id);
    if (!memberships)
        return memberships.error();
    view.memberships = std::move(*memberships);
    return {};
}

Result<TeamListing> list_in(db::Transaction& transaction, const Caller& by, TeamQuery& query)
{
    if (const auto prepared = prepare(transaction, by, query); !prepared)
        return prepared.error();
    TeamListing listing;
    query.filter.size = batch_size;
    for (query.filter.page = 1;; ++query.filter.page) {
        auto page = store::list_team_page(transaction, query.filter);
        if (!page)
            return page.error();
        const bool is_last = page->teams.size() < static_cast<std::size_t>(batch_size);
        for (auto& team : page->teams) {
            TeamView view;
            view.team = std::move(team);
            if (const auto added = add_links(transaction, view); !added)
                return added.error();
            listing.teams.push_back(std::move(view));
        }
        listing.total_count = page->total_count;
        if (is_last)
            return listing;
    }
}

} // namespace

Task<TeamListing> TeamService::list(const Caller& by, TeamQuery query)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<TeamListing>([&](db::Transaction& transaction) {
        return list_in(transaction, by, query);
    });
}

Task<store::TeamPage> TeamService::list_page(const Caller& by, TeamQuery query)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<store::TeamPage>(
        [&](db::Transaction& transaction) -> Result<store::TeamPage> {
            if (const auto prepared = prepare(transaction, by, query); !prepared)
                return prepared.error();
            return store::list_team_page(transaction, query.filter);
        }
    );
}

Task<std::vector<store::Team>> TeamService::list_available(const Caller& by)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto open = list_setting(context_.settings.litellm.default_internal_user_params, "available_teams");
    auto teams =
        co_await context_.database->transact<std::vector<store::Team>>([&](db::Transaction& transaction) {
            return store::list_teams_by_id(transaction, open);
        });
    if (teams)
        std::erase_if(*teams, [&](const store::Team& team) {
            return member_role(team, by.principal->user_id).has_value();
        });
    co_return teams;
}

} // namespace litellm::management
