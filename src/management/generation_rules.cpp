#include "generation_rules.hpp"

#include "setting_values.hpp"
#include "team_roles.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

std::string listed(const std::vector<std::string>& texts)
{
    return texts.empty() ? "[]" : fmt::format("['{}']", fmt::join(texts, "', '"));
}

Result<void> check_required(const NewKey& wanted, const Json& rule)
{
    for (const auto& name : list_setting(rule, "required_params")) {
        if (!contains(wanted.sent, name))
            return invalid_input(fmt::format("Required param {} not in data", name), name);
    }
    return {};
}

Error not_assigned(const std::string& user_id, const std::string& team_id)
{
    return invalid_input(fmt::format("User={} not assigned to team={}", user_id, team_id), "team_id");
}

Result<void> check_team_key(
    const Caller& by,
    const NewKey& wanted,
    const store::Team& team,
    const Json& settings,
    const std::string& route
)
{
    const Json* rule = find_setting(settings, "team_key_generation");
    if (wanted.user_id && !member_role(team, *wanted.user_id))
        return not_assigned(*wanted.user_id, team.team_id);
    const auto role = member_role(team, by.principal->user_id);
    if (!role)
        return not_assigned(by.principal->user_id, team.team_id);
    if (rule != nullptr && find_setting(*rule, "allowed_team_member_roles") != nullptr) {
        const auto allowed = list_setting(*rule, "allowed_team_member_roles");
        if (!contains(allowed, *role))
            return invalid_input(
                fmt::format(
                    "Team member role {} not in allowed_team_member_roles={}", *role, listed(allowed)
                ),
                "team_id"
            );
    }
    if (const auto allowed = may_member_call(team, by.principal->user_id, route); !allowed)
        return allowed.error();
    return rule == nullptr ? Result<void>() : check_required(wanted, *rule);
}

Result<void> check_personal_key(const Caller& by, const NewKey& wanted, const Json& settings)
{
    const Json* rule = find_setting(settings, "personal_key_generation");
    if (rule == nullptr)
        return {};
    if (find_setting(*rule, "allowed_user_roles") != nullptr) {
        const auto allowed = list_setting(*rule, "allowed_user_roles");
        const auto role = auth::to_string(by.principal->role);
        if (!contains(allowed, role))
            return invalid_input(fmt::format(
                "Personal key creation has been restricted by admin. Allowed roles={}. Your role={}",
                listed(allowed),
                role
            ));
    }
    return check_required(wanted, *rule);
}

} // namespace

Result<void> may_generate(
    const Caller& by,
    const NewKey& wanted,
    const std::optional<store::Team>& team,
    const Json& settings,
    const std::string& route
)
{
    if (!wanted.team_id)
        return check_personal_key(by, wanted, settings);
    if (!team) {
        // An outsider's key for a team that does not exist yet would become a member's when somebody makes
        // that team.
        const bool has_rules = settings.is_object() && !settings.empty();
        if (by.is_admin() && !has_rules)
            return {};
        return invalid_input(
            fmt::format("Unable to find team object in database. Team ID: {}", *wanted.team_id), "team_id"
        );
    }
    if (by.is_admin())
        return {};
    return check_team_key(by, wanted, *team, settings, route);
}

} // namespace litellm::management
