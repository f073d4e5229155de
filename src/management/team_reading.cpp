#include "team_reading.hpp"

#include "authority.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "team_roles.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<bool> may_see_team(db::Transaction& transaction, const Caller& by, const store::Team& team)
{
    if (by.may_see_everything() || by.principal->team_id() == team.team_id ||
        member_role(team, by.principal->user_id))
        return true;
    return administers_organization(transaction, by, team.organization_id);
}

Result<void> load_links(db::Transaction& transaction, TeamView& view)
{
    if (view.team.model_id) {
        auto aliases = store::find_team_model_aliases(transaction, *view.team.model_id);
        if (!aliases)
            return aliases.error();
        view.model_aliases = std::move(*aliases);
    }
    if (const auto budget_id = text_setting(view.team.metadata, "team_member_budget_id")) {
        auto budget = store::find_budget(transaction, *budget_id);
        if (!budget)
            return budget.error();
        view.member_budget = std::move(*budget);
    }
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

Result<TeamView> load_in(db::Transaction& transaction, const Caller& by, const std::string& team_id)
{
    auto team = store::find_team(transaction, team_id);
    if (!team)
        return team.error();
    if (!*team)
        return absent(fmt::format("Team not found, passed team id: {}.", team_id), "team_id");
    const auto may_see = may_see_team(transaction, by, **team);
    if (!may_see)
        return may_see.error();
    if (!*may_see)
        return forbidden(
            fmt::format(
                "key not allowed to access this team's info. team_id={}, key's team_id={}",
                team_id,
                by.principal->team_id()
            ),
            "team_id"
        );
    return complete_team(transaction, std::move(**team));
}

} // namespace

Result<TeamView> complete_team(db::Transaction& transaction, store::Team team)
{
    TeamView view;
    view.team = std::move(team);
    if (const auto loaded = load_links(transaction, view); !loaded)
        return loaded.error();
    return view;
}

Result<store::Team> lock_known_team(db::Transaction& transaction, const std::string& team_id)
{
    auto team = store::lock_team(transaction, team_id);
    if (!team)
        return team.error();
    if (!*team)
        return absent(fmt::format("Team not found, passed team_id={}", team_id), "team_id");
    return std::move(**team);
}

Result<std::vector<Membership>> load_memberships(db::Transaction& transaction, const std::string& team_id)
{
    const auto rows = store::list_memberships_of_team(transaction, team_id);
    if (!rows)
        return rows.error();
    std::vector<Membership> memberships;
    for (const auto& row : *rows) {
        Membership membership;
        membership.row = row;
        if (row.budget_id) {
            auto budget = store::find_budget(transaction, *row.budget_id);
            if (!budget)
                return budget.error();
            membership.budget = std::move(*budget);
        }
        memberships.push_back(std::move(membership));
    }
    return memberships;
}

Task<TeamView> TeamService::load(const Caller& by, const std::string& team_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<TeamView>([&](db::Transaction& transaction) {
        return load_in(transaction, by, team_id);
    });
}

} // namespace litellm::management
