// Small changes to a team: blocked, its models, what its members may do.

#include "litellm/management/team_service.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "refusals.hpp"
#include "team_limits.hpp"
#include "team_reading.hpp"
#include "team_roles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace litellm::management {

namespace {

using Edit = std::function<Result<void>(db::Transaction&, store::Team&)>;

bool contains(const std::vector<std::string>& list, const std::string& text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

Task<store::Team> change_team(
    const Context& context,
    const Caller& by,
    const std::string& team_id,
    const Edit& edit,
    ChangeAction action = ChangeAction::updated
)
{
    if (context.database == nullptr)
        co_return no_database();
    auto changed = co_await context.database->transact<store::Team>(
        [&](db::Transaction& transaction) -> Result<store::Team> {
            auto team = lock_known_team(transaction, team_id);
            if (!team)
                return team;
            Change made{action, team_table, team_id, store::document_of(*team), std::nullopt};
            if (const auto done = edit(transaction, *team); !done)
                return done.error();
            team->updated_at = context.now();
            if (const auto stored = store::update_team(transaction, *team); !stored)
                return stored.error();
            made.after = store::document_of(*team);
            if (const auto recorded = record_change(transaction, context, by, made); !recorded)
                return recorded.error();
            return team;
        }
    );
    if (changed)
        context.authenticator.forget_team(team_id);
    co_return changed;
}

Result<void> take_models(store::Team& team, const std::vector<std::string>& models)
{
    if (team.models.empty())
        return bad_request("The team may use all models: there is no list to take one from.", "models");
    std::erase_if(team.models, [&](const std::string& model) { return contains(models, model); });
    if (team.models.empty())
        return bad_request(
            "This would leave an empty list, which means all models. Use `no-default-models` to allow none.",
            "models"
        );
    return {};
}

Result<void> check_permissions(const std::vector<std::string>& permissions)
{
    const auto& known = grantable_routes();
    for (const auto& permission : permissions) {
        if (!contains(known, permission))
            return bad_request(
                fmt::format("Unknown permission '{}'. Known: {}", permission, fmt::join(known, ", ")),
                "team_member_permissions"
            );
    }
    return {};
}

} // namespace

Task<store::Team> TeamService::set_blocked(const Caller& by, const std::string& team_id, bool blocked)
{
    const Edit edit = [&](db::Transaction& transaction, store::Team& team) {
        team.blocked = blocked;
        return check_organization_admin(transaction, by, team.organization_id, "block and unblock this team");
    };
    const ChangeAction action = blocked ? ChangeAction::blocked : ChangeAction::unblocked;
    co_return co_await change_team(context_, by, team_id, edit, action);
}

Task<store::Team>
TeamService::add_models(const Caller& by, const std::string& team_id, const std::vector<std::string>& models)
{
    const Edit edit = [&](db::Transaction& transaction, store::Team& team) -> Result<void> {
        const auto allowed =
            check_organization_admin(transaction, by, team.organization_id, "change this team's models");
        if (!allowed)
            return allowed.error();
        if (team.models.empty())
            team.models.emplace_back("all-proxy-models");
        for (const auto& model : models) {
            if (!contains(team.models, model))
                team.models.push_back(model);
        }
        NewTeam wanted;
        wanted.organization_id = team.organization_id;
        wanted.models = models;
        return check_within_organization(transaction, wanted);
    };
    co_return co_await change_team(context_, by, team_id, edit);
}

Task<store::Team> TeamService::remove_models(
    const Caller& by, const std::string& team_id, const std::vector<std::string>& models
)
{
    const Edit edit = [&](db::Transaction& transaction, store::Team& team) -> Result<void> {
        const auto allowed =
            check_organization_admin(transaction, by, team.organization_id, "change this team's models");
        if (!allowed)
            return allowed.error();
        return take_models(team, models);
    };
    co_return co_await change_team(context_, by, team_id, edit);
}

Task<TeamPermissions> TeamService::permissions(const Caller& by, const std::string& team_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<TeamPermissions>(
        [&](db::Transaction& transaction) -> Result<TeamPermissions> {
            auto team = store::find_team(transaction, team_id);
            if (!team)
                return team.error();
            if (!*team)
                return absent(fmt::format("Team not found, passed team_id={}", team_id), "team_id");
            if (!by.may_see_everything()) {
                const auto allowed = check_team_admin(transaction, by, **team, "/team/permissions_list");
                if (!allowed)
                    return allowed.error();
            }
            TeamPermissions permissions;
            permissions.team_id = team_id;
            permissions.granted = granted_routes(**team);
            permissions.available = grantable_routes();
            return permissions;
        }
    );
}

Task<store::Team> TeamService::set_permissions(
    const Caller& by, const std::string& team_id, const std::vector<std::string>& permissions
)
{
    const Edit edit = [&](db::Transaction& transaction, store::Team& team) -> Result<void> {
        const auto allowed = check_team_admin(transaction, by, team, "/team/permissions_update");
        if (!allowed)
            return allowed.error();
        team.team_member_permissions = permissions;
        return check_permissions(permissions);
    };
    co_return co_await change_team(context_, by, team_id, edit);
}

} // namespace litellm::management
