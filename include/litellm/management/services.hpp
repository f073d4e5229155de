#pragma once
// The services of this room, made together.

#include "litellm/management/audit_log.hpp"
#include "litellm/management/key_service.hpp"
#include "litellm/management/spend_report.hpp"
#include "litellm/management/team_service.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::management {

struct ManagementServices {
    explicit ManagementServices(const Context& context)
        : keys(context), users(context), teams(context), spend(context), audit(context)
    {
    }

    KeyService keys;
    UserService users;
    TeamService teams;
    SpendReport spend;
    AuditLog audit;
};

} // namespace litellm::management
