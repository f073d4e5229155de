#pragma once
// Organizations: teams and people under one budget, with admins of their own.

#include "litellm/core/task.hpp"
#include "litellm/management/budget_change.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/organizations.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

struct NewOrganization {
    std::optional<std::string> organization_id;
    std::string organization_alias;
    std::vector<std::string> models;
    std::optional<std::string> budget_id; ///< a row that exists; otherwise one is made of `budget`
    BudgetChange budget;
    Json metadata = Json::object();
    Json managed = Json::object(); ///< model_rpm_limit and the like: members of metadata
    std::optional<Json> object_permission;
};

/// What is absent stays; null clears. Members of metadata are added to what is there.
struct OrganizationChange {
    std::string organization_id;
    std::optional<std::string> organization_alias;
    Patch<std::vector<std::string>> models;
    std::optional<std::string> budget_id;
    BudgetChange budget;
    Json metadata = Json::object();
    std::optional<Json> object_permission;
};

struct OrganizationMember {
    store::OrganizationMembership row;
    std::optional<store::User> user;
    std::optional<store::Budget> budget;
};

struct OrganizationView {
    store::Organization row;
    std::optional<store::Budget> budget;
    std::vector<OrganizationMember> members;
    std::vector<store::Team> teams;
};

struct OrganizationMemberWish {
    std::optional<std::string> user_id; ///< one of the two is set
    std::optional<std::string> user_email;
    std::string role = "internal_user"; ///< org_admin, internal_user, internal_user_viewer
};

struct OrganizationAddition {
    std::string organization_id;
    std::vector<OrganizationMemberWish> members;
    std::optional<double> max_budget;
};

struct OrganizationMemberName {
    std::string organization_id;
    std::optional<std::string> user_id;
    std::optional<std::string> user_email;
};

struct OrganizationMemberChange : OrganizationMemberName {
    std::optional<std::string> role;
    Patch<double> max_budget;
};

class OrganizationService {
public:
    explicit OrganizationService(const Context& context) : context_(context) {}

    /// For proxy admins, as update() and remove() are. invalid_input when the id exists.
    [[nodiscard]] Task<OrganizationView> create(const Caller& by, const NewOrganization& wanted);
    [[nodiscard]] Task<OrganizationView> update(const Caller& by, const OrganizationChange& wanted);
    /// Deletes organizations with their teams, the teams' keys and the memberships; one unknown: none.
    [[nodiscard]] Task<std::vector<OrganizationView>>
    remove(const Caller& by, const std::vector<std::string>& organization_ids);
    /// not_found, or forbidden for somebody who is no member.
    [[nodiscard]] Task<OrganizationView> load(const Caller& by, const std::string& organization_id);
    /// Those that the caller may see.
    [[nodiscard]] Task<std::vector<OrganizationView>> list(const Caller& by);

    /// For proxy admins and admins of the organization, as the next two are. Unknown people become users.
    [[nodiscard]] Task<std::vector<OrganizationMember>>
    add_members(const Caller& by, const OrganizationAddition& wanted);
    [[nodiscard]] Task<OrganizationMember>
    update_member(const Caller& by, const OrganizationMemberChange& wanted);
    [[nodiscard]] Task<OrganizationMember>
    remove_member(const Caller& by, const OrganizationMemberName& wanted);

private:
    const Context context_;
};

} // namespace litellm::management
