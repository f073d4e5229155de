#pragma once
// The services of this room, made together.

#include "litellm/management/audit_log.hpp"
#include "litellm/management/budget_service.hpp"
#include "litellm/management/customer_service.hpp"
#include "litellm/management/daily_activity.hpp"
#include "litellm/management/invitations.hpp"
#include "litellm/management/key_service.hpp"
#include "litellm/management/model_store.hpp"
#include "litellm/management/organization_service.hpp"
#include "litellm/management/spend_report.hpp"
#include "litellm/management/spend_totals.hpp"
#include "litellm/management/team_members.hpp"
#include "litellm/management/team_service.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::management {

struct ManagementServices {
    /// Without hooks, models that are stored are not called.
    explicit ManagementServices(const Context& context, ModelHooks hooks = {})
        : keys(context),
          users(context),
          teams(context),
          team_members(context),
          invitations(context),
          customers(context),
          budgets(context),
          organizations(context),
          models(context, std::move(hooks)),
          activity(context),
          totals(context),
          spend(context),
          audit(context)
    {
    }

    KeyService keys;
    UserService users;
    TeamService teams;
    TeamMembers team_members;
    Invitations invitations;
    CustomerService customers;
    BudgetService budgets;
    OrganizationService organizations;
    ModelStore models;
    DailyActivity activity;
    SpendTotals totals;
    SpendReport spend;
    AuditLog audit;
};

} // namespace litellm::management
