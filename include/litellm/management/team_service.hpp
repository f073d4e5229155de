#pragma once
// Teams: people who share models and budgets.

#include "litellm/core/json.hpp"
#include "litellm/core/patch.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/keys.hpp"
#include "litellm/store/teams.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// At least one of id and e-mail is set.
struct MemberWish {
    std::optional<std::string> user_id;
    std::optional<std::string> user_email;
    std::string role = "user"; ///< admin or user
};

struct NewTeam {
    std::optional<std::string> team_id;
    std::optional<std::string> team_alias;
    std::optional<std::string> organization_id;
    std::vector<std::string> admins;
    std::vector<std::string> members;
    std::vector<MemberWish> members_with_roles;
    std::optional<std::vector<std::string>> team_member_permissions;
    Json metadata = Json::object();
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    std::optional<std::int64_t> max_parallel_requests;
    std::optional<double> max_budget;
    std::optional<double> soft_budget;
    std::optional<std::string> budget_duration;
    std::vector<std::string> models;
    bool blocked = false;
    std::optional<Json> router_settings;
    std::vector<std::string> access_group_ids;
    Json model_aliases = Json::object();
    Json model_max_budget = Json::object();
    std::optional<Json> object_permission;
    /// Each member's own budget and limits, shared by all through one budget row.
    std::optional<double> team_member_budget;
    std::optional<std::int64_t> team_member_rpm_limit;
    std::optional<std::int64_t> team_member_tpm_limit;
    /// Fields that are stored as members of metadata, those that have a value.
    Json managed = Json::object();
};

struct Membership {
    store::TeamMembership row;
    std::optional<store::Budget> budget;
};

struct TeamView {
    store::Team team;
    std::optional<Json> model_aliases;          ///< of its LiteLLM_ModelTable row
    std::optional<store::Budget> member_budget; ///< the row that metadata.team_member_budget_id names
    std::vector<store::Key> keys;
    std::vector<Membership> memberships;
};

/// What is absent stays as it is; null clears.
struct TeamChange {
    std::string team_id;
    Patch<std::string> team_alias;
    Patch<std::string> organization_id; ///< empty: the team leaves its organization
    Patch<Json> metadata;               ///< replaces the old one
    Patch<std::int64_t> tpm_limit;
    Patch<std::int64_t> rpm_limit;
    Patch<std::int64_t> max_parallel_requests;
    Patch<double> max_budget;
    Patch<double> soft_budget;
    Patch<std::string> budget_duration;
    Patch<std::vector<std::string>> models;
    Patch<bool> blocked;
    Patch<Json> router_settings;
    Patch<std::vector<std::string>> access_group_ids;
    Patch<std::vector<std::string>> team_member_permissions;
    Patch<Json> model_aliases;
    Patch<Json> model_max_budget;
    std::optional<Json> object_permission;
    Patch<double> team_member_budget;
    Patch<std::int64_t> team_member_rpm_limit;
    Patch<std::int64_t> team_member_tpm_limit;
    Patch<std::string> team_member_budget_duration;
    Json managed = Json::object(); ///< members of metadata, added to what is there
};

struct TeamQuery {
    std::optional<std::string> user_id; ///< teams of this user
    store::TeamFilter filter;
};

struct TeamListing {
    std::vector<TeamView> teams; ///< without their links to budgets and aliases
    std::int64_t total_count = 0;
};

struct TeamPermissions {
    std::string team_id;
    std::vector<std::string> granted;
    std::vector<std::string> available; ///< everything that can be granted
};

class TeamService {
public:
    explicit TeamService(const Context& context) : context_(context) {}

    /// Makes a team; members who are unknown become users. invalid_input when the id exists, for budgets that
    /// cannot be, and for what is above the organization's limits.
    [[nodiscard]] Task<TeamView> create(const Caller& by, NewTeam wanted);

    /// not_found, or forbidden unless the caller sees everything, is a member, or his key is the team's.
    [[nodiscard]] Task<TeamView> load(const Caller& by, const std::string& team_id);

    /// For proxy admins and admins of the team's organization, as far as that allows. not_found,
    /// invalid_input as in create(); forbidden for an organization that the caller does not administer or
    /// that lacks a member.
    [[nodiscard]] Task<TeamView> update(const Caller& by, const TeamChange& wanted);
    /// Archives and deletes the teams with their keys. not_found for one unknown, which deletes none.
    [[nodiscard]] Task<std::vector<std::string>>
    remove(const Caller& by, const std::vector<std::string>& team_ids);
    [[nodiscard]] Task<store::Team> set_blocked(const Caller& by, const std::string& team_id, bool blocked);

    /// A list that was empty, which means all models, gets `all-proxy-models` first, so that nothing shrinks.
    [[nodiscard]] Task<store::Team>
    add_models(const Caller& by, const std::string& team_id, const std::vector<std::string>& models);
    /// invalid_input when none would be left: an empty list means all models.
    [[nodiscard]] Task<store::Team>
    remove_models(const Caller& by, const std::string& team_id, const std::vector<std::string>& models);

    /// Teams with their keys and memberships. Callers who do not see everything must ask for their own.
    [[nodiscard]] Task<TeamListing> list(const Caller& by, TeamQuery query);
    /// One page of rows only.
    [[nodiscard]] Task<store::TeamPage> list_page(const Caller& by, TeamQuery query);
    /// Those that the caller may join by himself and has not.
    [[nodiscard]] Task<std::vector<store::Team>> list_available(const Caller& by);

    /// What plain members may do with the team's keys; for admins of the proxy and of the team.
    [[nodiscard]] Task<TeamPermissions> permissions(const Caller& by, const std::string& team_id);
    [[nodiscard]] Task<store::Team> set_permissions(
        const Caller& by, const std::string& team_id, const std::vector<std::string>& permissions
    );

private:
    const Context context_;
};

} // namespace litellm::management
