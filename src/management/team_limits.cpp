#include "team_limits.hpp"

#include "key_limits.hpp"
#include "setting_values.hpp"

#include "litellm/auth/access.hpp"
#include "litellm/store/organizations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

template <class Number>
Result<void>
check_limit(const std::optional<Number>& wanted, const std::optional<Number>& most, std::string_view name)
{
    if (!wanted || !most || *wanted <= *most)
        return {};
    return invalid_input(
        fmt::format("Team {}={} is above the organization's {}={}", name, *wanted, name, *most),
        std::string(name)
    );
}

Result<void> check_models(const std::vector<std::string>& wanted, const std::vector<std::string>& owned)
{
    const auto has = [&](std::string_view name) {
        return std::find(owned.begin(), owned.end(), name) != owned.end();
    };
    if (owned.empty() || has("*") || has("all-proxy-models"))
        return {};
    for (const auto& model : wanted) {
        const bool is_owned = std::any_of(owned.begin(), owned.end(), [&](const std::string& pattern) {
            return pattern == model || auth::model_matches(pattern, model);
        });
        if (!is_owned)
            return invalid_input(
                fmt::format("Model '{}' is not in the organization's models.", model), "models"
            );
    }
    return {};
}

} // namespace

void apply_team_defaults(NewTeam& wanted, const config::LitellmSettings& settings)
{
    const Json& defaults = settings.default_team_params;
    fill(wanted.max_budget, defaults, "max_budget");
    fill(wanted.budget_duration, defaults, "budget_duration");
    fill(wanted.tpm_limit, defaults, "tpm_limit");
    fill(wanted.rpm_limit, defaults, "rpm_limit");
    fill(wanted.models, defaults, "models");
    if (!wanted.team_member_permissions && find_setting(defaults, "team_member_permissions") != nullptr)
        wanted.team_member_permissions = list_setting(defaults, "team_member_permissions");
    const Json* first = find_setting(settings.raw, "default_team_settings");
    if (first != nullptr && first->is_array() && !first->empty())
        fill(wanted.max_budget, first->front(), "max_budget");
}

Result<void> check_team_amounts(const NewTeam& wanted)
{
    for (const auto& checked :
         {check_amount(wanted.max_budget, "max_budget"),
          check_amount(wanted.soft_budget, "soft_budget"),
          check_amount(wanted.team_member_budget, "team_member_budget"),
          check_model_budgets(wanted.model_max_budget)}) {
        if (!checked)
            return checked.error();
    }
    if (wanted.soft_budget && wanted.max_budget && *wanted.soft_budget >= *wanted.max_budget)
        return invalid_input(
            fmt::format(
                "soft_budget ({}) must be strictly lower than max_budget ({})",
                *wanted.soft_budget,
                *wanted.max_budget
            ),
            "soft_budget"
        );
    return {};
}

Result<void> check_within_organization(db::Transaction& transaction, const NewTeam& wanted)
{
    if (!wanted.organization_id)
        return {};
    const auto organization = store::find_organization(transaction, *wanted.organization_id);
    if (!organization)
        return organization.error();
    if (!*organization)
        return invalid_input(
            fmt::format("Organization not found for organization_id={}", *wanted.organization_id),
            "organization_id"
        );
    if (const auto checked = check_models(wanted.models, (*organization)->models); !checked)
        return checked.error();
    const auto budget = store::find_budget(transaction, (*organization)->budget_id);
    if (!budget)
        return budget.error();
    if (!*budget)
        return {};
    for (const auto& checked :
         {check_limit(wanted.max_budget, (*budget)->max_budget, "max_budget"),
          check_limit(wanted.tpm_limit, (*budget)->tpm_limit, "tpm_limit"),
          check_limit(wanted.rpm_limit, (*budget)->rpm_limit, "rpm_limit")}) {
        if (!checked)
            return checked.error();
    }
    return {};
}

Result<void> fill_from_organization(db::Transaction& transaction, NewUser& wanted)
{
    const auto organization = store::find_organization(transaction, wanted.organization_id.value_or(""));
    if (!organization)
        return organization.error();
    if (!*organization)
        return invalid_input("Organization not found.", "organization_id");
    const auto budget = store::find_budget(transaction, (*organization)->budget_id);
    if (!budget)
        return budget.error();
    const store::Budget most = budget->value_or(store::Budget());
    if (!wanted.max_budget)
        wanted.max_budget = most.max_budget;
    if (!wanted.tpm_limit)
        wanted.tpm_limit = most.tpm_limit;
    if (!wanted.rpm_limit)
        wanted.rpm_limit = most.rpm_limit;
    if (wanted.models.empty())
        wanted.models = (*organization)->models;
    NewTeam as_team;
    as_team.organization_id = wanted.organization_id;
    as_team.models = wanted.models;
    as_team.max_budget = wanted.max_budget;
    as_team.tpm_limit = wanted.tpm_limit;
    as_team.rpm_limit = wanted.rpm_limit;
    return check_within_organization(transaction, as_team);
}

} // namespace litellm::management
