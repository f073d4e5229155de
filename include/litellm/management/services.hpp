#pragma once
// The services of this room, made together.

#include "litellm/management/key_service.hpp"
#include "litellm/management/spend_report.hpp"
#include "litellm/management/team_service.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::management {

struct ManagementServices {
    explicit ManagementServices(const Context& context)
        : keys(context), users(context), teams(context), spend(context)
    {
    }

    KeyService keys;
    UserService users;
    TeamService teams;
    SpendReport spend;
};

} // namespace litellm::management
