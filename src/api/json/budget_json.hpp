#pragma once
// Budgets, customers and organizations on the wire.

#include "field_reader.hpp"
#include "litellm/core/json.hpp"
#include "litellm/management/budget_change.hpp"
#include "litellm/management/customer_service.hpp"
#include "litellm/management/organization_service.hpp"

namespace litellm::api {

/// The fields of a budget, as many as the body has.
void read_budget(FieldReader& reader, management::BudgetChange& budget);

[[nodiscard]] Result<management::NewCustomer> new_customer_from(const Json& body);
[[nodiscard]] Result<management::CustomerChange> customer_change_from(const Json& body);
[[nodiscard]] Json to_json(const store::EndUser& row);
[[nodiscard]] Json to_json(const management::CustomerView& view);

[[nodiscard]] Result<management::NewOrganization> new_organization_from(const Json& body);
[[nodiscard]] Result<management::OrganizationChange> organization_change_from(const Json& body);
[[nodiscard]] Result<management::OrganizationAddition> organization_addition_from(const Json& body);
[[nodiscard]] Result<management::OrganizationMemberChange> organization_member_change_from(const Json& body);
[[nodiscard]] Json to_json(const management::OrganizationMember& member);
[[nodiscard]] Json to_json(const management::OrganizationView& view);

} // namespace litellm::api
