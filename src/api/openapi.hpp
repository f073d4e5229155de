#pragma once
// An OpenAPI 3.1 document made of the table that serves requests.

#include "litellm/api/service.hpp"
#include "json/field_watch.hpp"

#include <vector>

namespace litellm::api {

/// Fields that the handler of a JSON route looks for in an empty request. The handler is run, so it must
/// stand on services without a database; what it answers does not matter.
[[nodiscard]] std::vector<Field> fields_of(const Route& route);

/// `unserved` has a row with the same method and path for each route whose fields are to be told.
[[nodiscard]] Json openapi_document(
    const std::vector<Route>& routes, const std::vector<Route>& unserved, const config::Config& config
);

/// Answer of /routes, as in LiteLLM.
[[nodiscard]] Json route_list(const std::vector<Route>& routes);

} // namespace litellm::api
