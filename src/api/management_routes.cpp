#include "management_tables.hpp"

#include <iterator>

namespace litellm::api {

std::vector<Route> management_routes(ManagementServices& services)
{
    std::vector<Route> routes;
    const auto tables = {
        key_routes,
        key_change_routes,
        user_routes,
        team_routes,
        team_member_routes,
        invitation_routes,
        stored_model_routes,
        customer_routes,
        budget_routes,
        organization_routes,
        activity_routes,
        spend_total_routes,
        use_routes,
        spend_report_routes,
        spend_routes,
        audit_routes,
    };
    for (auto table : tables) {
        auto rows = table(services);
        std::move(rows.begin(), rows.end(), std::back_inserter(routes));
    }
    return routes;
}

} // namespace litellm::api
