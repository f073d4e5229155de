#include "team_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::array known_columns{
    column<Team, &Team::team_id>("team_id"),
    column<Team, &Team::team_alias>("team_alias"),
    column<Team, &Team::organization_id>("organization_id"),
    column<Team, &Team::admins>("admins"),
    column<Team, &Team::members>("members"),
    array_column<Team, &Team::members_with_roles>("members_with_roles"),
    column<Team, &Team::metadata>("metadata"),
    column<Team, &Team::max_budget>("max_budget"),
    column<Team, &Team::soft_budget>("soft_budget"),
    column<Team, &Team::spend>("spend"),
    column<Team, &Team::models>("models"),
    column<Team, &Team::max_parallel_requests>("max_parallel_requests"),
    column<Team, &Team::tpm_limit>("tpm_limit"),
    column<Team, &Team::rpm_limit>("rpm_limit"),
    column<Team, &Team::budget_duration>("budget_duration"),
    column<Team, &Team::budget_reset_at>("budget_reset_at"),
    column<Team, &Team::blocked>("blocked"),
    column<Team, &Team::created_at>("created_at"),
    column<Team, &Team::updated_at>("updated_at"),
    column<Team, &Team::model_spend>("model_spend"),
    column<Team, &Team::model_max_budget>("model_max_budget"),
    column<Team, &Team::model_id>("model_id"),
    column<Team, &Team::team_member_permissions>("team_member_permissions"),
    column<Team, &Team::object_permission_id>("object_permission_id"),
    column<Team, &Team::router_settings>("router_settings"),
    column<Team, &Team::policies>("policies"),
    column<Team, &Team::allow_team_guardrail_config>("allow_team_guardrail_config"),
    column<Team, &Team::access_group_ids>("access_group_ids"),
};

} // namespace

Json document_of(const Team& team)
{
    return document_from<Team>(known_columns, team);
}

Columns<Team> team_columns(db::Transaction& transaction, std::string_view table)
{
    return Columns<Team>(known_columns, *transaction.shape_of(table));
}

} // namespace litellm::store
