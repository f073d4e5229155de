#include "management_tables.hpp"

#include <iterator>

namespace litellm::api {

std::vector<Route> management_routes(ManagementServices& services)
{
    std::vector<Route> routes;
    for (auto table : {key_routes, key_change_routes, user_routes, team_routes, spend_routes, audit_routes}) {
        auto rows = table(services);
        std::move(rows.begin(), rows.end(), std::back_inserter(routes));
    }
    return routes;
}

} // namespace litellm::api
