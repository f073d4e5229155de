#include "user_defaults.hpp"

#include "setting_values.hpp"

namespace litellm::management {

Result<void> check_role(const std::string& role)
{
    if (role == "proxy_admin" || role == "proxy_admin_viewer" || role == "internal_user" ||
        role == "internal_user_viewer")
        return {};
    Error error = invalid_input(
        "user_role must be one of proxy_admin, proxy_admin_viewer, internal_user, internal_user_viewer.",
        "user_role"
    );
    error.status = 422;
    return error;
}

Result<std::vector<TeamWish>> team_wishes_from(const Json& teams)
{
    std::vector<TeamWish> wishes;
    for (const Json& entry : teams) {
        TeamWish wish;
        if (entry.is_string()) {
            wish.team_id = entry.get<std::string>();
        } else {
            wish.team_id = text_setting(entry, "team_id").value_or("");
            wish.max_budget_in_team = number_setting(entry, "max_budget_in_team");
            wish.role = text_setting(entry, "user_role").value_or("user");
        }
        if (wish.team_id.empty() || (wish.role != "user" && wish.role != "admin"))
            return invalid_input(
                "Each team is its id, or an object with team_id, max_budget_in_team and user_role (user, "
                "admin).",
                "teams"
            );
        wishes.push_back(std::move(wish));
    }
    return wishes;
}

void apply_user_defaults(NewUser& wanted, const config::LitellmSettings& settings)
{
    const Json& defaults = settings.default_internal_user_params;
    if (!wanted.user_role)
        wanted.user_role = text_setting(defaults, "user_role").value_or("internal_user");
    if (*wanted.user_role == "proxy_admin")
        return;
    fill(wanted.max_budget, defaults, "max_budget");
    fill(wanted.budget_duration, defaults, "budget_duration");
    fill(wanted.models, defaults, "models");
    fill(wanted.tpm_limit, defaults, "tpm_limit");
    fill(wanted.rpm_limit, defaults, "rpm_limit");
    fill(wanted.max_parallel_requests, defaults, "max_parallel_requests");
    if (*wanted.user_role == "internal_user") {
        fill(wanted.max_budget, settings.raw, "max_internal_user_budget");
        fill(wanted.budget_duration, settings.raw, "internal_user_budget_duration");
    }
    const Json* teams = find_setting(defaults, "teams");
    if (wanted.teams || teams == nullptr || !teams->is_array())
        return;
    if (auto wishes = team_wishes_from(*teams))
        wanted.teams = std::move(*wishes);
}

} // namespace litellm::management
