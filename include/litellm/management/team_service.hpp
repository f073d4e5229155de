#pragma once
// Teams: people who share models and budgets.

#include "litellm/core/json.hpp"
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

class TeamService {
public:
    explicit TeamService(const Context& context) : context_(context) {}

    /// Makes a team; members who are unknown become users. invalid_input when the id exists, for budgets that
    /// cannot be, and for what is above the organization's limits.
    [[nodiscard]] Task<TeamView> create(const Caller& by, NewTeam wanted);

    /// not_found, or forbidden unless the caller sees everything, is a member, or his key is the team's.
    [[nodiscard]] Task<TeamView> load(const Caller& by, const std::string& team_id);

private:
    const Context context_;
};

} // namespace litellm::management
