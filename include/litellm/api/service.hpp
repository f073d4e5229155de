#pragma once
// The table of routes and the one place where a request becomes a call: match, authenticate, authorise,
// handle, answer.

#include "litellm/auth/access.hpp"
#include "litellm/auth/authenticator.hpp"
#include "litellm/config/config.hpp"
#include "litellm/core/json.hpp"
#include "litellm/core/random.hpp"
#include "litellm/http/server.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::api {

/// One authenticated request on its way through a handler.
struct Call {
    http::Exchange& exchange;
    auth::PrincipalPtr principal; ///< never null; without a role on open and public routes
    std::map<std::string, std::string> path_parameters; ///< `{key}` of the route's path
    std::string call_id;                                ///< x-litellm-call-id

    [[nodiscard]] const http::Request& request() const { return exchange.request(); }
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
    /// litellm-changed-by.
    [[nodiscard]] std::string changed_by() const
    {
        return std::string(request().fields.find("litellm-changed-by"));
    }
};

/// An answer of a management endpoint.
struct JsonResponse {
    int status = 200;
    Json body;
};

/// Control plane: gets the parsed body (an object; empty when there was none) and gives JSON.
using JsonHandler = std::function<Task<JsonResponse>(Call&, const Json& body)>;
/// Data plane: reads and answers by itself.
using RawHandler = std::function<boost::asio::awaitable<void>(Call&)>;

/// An error as a client of some vendor's API expects it.
using ErrorShape = http::Response (*)(const Error& error);

struct Route {
    http::Method method = http::Method::get;
    /// The canonical path and its aliases. `{name}` matches one segment, `{name:path}` the rest, slashes
    /// included.
    std::vector<std::string> paths;
    auth::Access access = auth::Access::admin;
    std::string summary;
    JsonHandler json; ///< exactly one of the two is set
    RawHandler raw;
    ErrorShape error_shape = nullptr; ///< null: OpenAI's
    bool takes_key_in_query = false;  ///< `?key=`, as Google's clients send it
};

class Service {
public:
    /// `open_access` serves everybody as proxy admin: only for a proxy without a master key on a loopback
    /// address.
    Service(
        const config::Config& config,
        auth::Authenticator& authenticator,
        const Clock& clock,
        Random& random,
        bool open_access
    );
    ~Service();
    /// invalid_input (a bug) when two routes claim the same method and path.
    void add(std::vector<Route> routes);
    [[nodiscard]] const std::vector<Route>& routes() const;
    /// The server's handler.
    [[nodiscard]] boost::asio::awaitable<void> handle(http::Exchange& exchange);

    class State;

private:
    std::unique_ptr<State> state_;
};

/// OpenAI's error envelope for `error`, with its status and headers. The only place that knows statuses.
[[nodiscard]] http::Response error_response(const Error& error);
/// The same in Anthropic's and in Google's words.
[[nodiscard]] http::Response anthropic_error_response(const Error& error);
[[nodiscard]] http::Response google_error_response(const Error& error);
[[nodiscard]] int status_of(const Error& error);

} // namespace litellm::api
