#pragma once
// How people get in: invitations, signing in, their own keys; the pages under /ui and LiteLLM's endpoints for
// the same.

#include "litellm/api/service.hpp"
#include "litellm/management/onboarding.hpp"
#include "litellm/management/own_keys.hpp"
#include "litellm/management/sessions.hpp"

#include <vector>

namespace litellm::api {

struct PeopleServices {
    management::Sessions& sessions;
    management::Onboarding& onboarding;
    management::OwnKeys& own_keys;
    const config::Config& config;
    const Clock& clock;
};

/// Everything in `services` must outlive the routes. Without pages where DISABLE_ADMIN_UI is set.
[[nodiscard]] std::vector<Route> people_routes(PeopleServices services);

} // namespace litellm::api
