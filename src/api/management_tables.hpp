#pragma once
// The tables that management_routes() joins, one per resource.

#include "litellm/api/management_routes.hpp"

namespace litellm::api {

[[nodiscard]] inline Route json_route(
    http::Method method, std::string path, auth::Access access, std::string summary, JsonHandler handler
)
{
    Route route;
    route.method = method;
    route.paths.push_back(std::move(path));
    route.access = access;
    route.summary = std::move(summary);
    route.json = std::move(handler);
    return route;
}

/// A handler that works on `service`, which outlives the table.
template <class ServiceType>
[[nodiscard]] JsonHandler
bound(Task<JsonResponse> (*handler)(ServiceType&, Call&, const Json&), ServiceType& service)
{
    return [handler, &service](Call& call, const Json& body) { return handler(service, call, body); };
}

[[nodiscard]] std::vector<Route> key_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> key_change_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> user_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> team_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> invitation_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> stored_model_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> activity_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> spend_total_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> use_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> spend_report_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> customer_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> budget_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> organization_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> team_member_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> spend_routes(ManagementServices& services);
[[nodiscard]] std::vector<Route> audit_routes(ManagementServices& services);

} // namespace litellm::api
