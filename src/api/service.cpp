#include "litellm/api/service.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "litellm/core/redaction.hpp"
#include "route_table.hpp"
#include "json/field_watch.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::api {

namespace {

constexpr std::size_t max_management_body_bytes = 4 * 1024 * 1024;
constexpr std::size_t max_call_id_bytes = 128;

bool is_fit_for_call_id(std::string_view text)
{
    return !text.empty() && text.size() <= max_call_id_bytes &&
        std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// FastAPI's words, which clients of LiteLLM know.
http::Response detail_response(int status, std::string_view text)
{
    http::Response response;
    response.status = status;
    response.headers.add("content-type", "application/json");
    response.body = R"({"detail":)";
    append_json_string(response.body, text);
    response.body += '}';
    return response;
}

http::Response json_response(const JsonResponse& answer)
{
    http::Response response;
    response.status = answer.status;
    response.headers.add("content-type", "application/json");
    response.body = to_text(answer.body);
    return response;
}

auth::PrincipalPtr everybody_is_admin()
{
    auto principal = std::make_shared<auth::Principal>();
    principal->is_master = true;
    principal->role = auth::Role::proxy_admin;
    principal->user_id = "default_user_id";
    principal->key_hash = principal->presented_hash = sha256_hex("");
    return principal;
}

} // namespace

std::optional<std::string> Call::query(std::string_view name) const
{
    FieldWatch::note(Field::Place::query, name, R"({"type":"string"})");
    return request().query_parameter(name);
}

class Service::State {
public:
    State(
        const config::Config& service_config,
        auth::Authenticator& service_authenticator,
        const Clock& service_clock,
        Random& service_random,
        bool open_access
    )
        : config(service_config),
          authenticator(service_authenticator),
          clock(service_clock),
          random(service_random),
          everybody(open_access ? everybody_is_admin() : nullptr)
    {
    }

    /// The path below SERVER_ROOT_PATH; nothing when it lies elsewhere.
    [[nodiscard]] std::optional<std::string> local_path(const std::string& path) const
    {
        const std::string& root = config.server.root_path;
        if (root.empty() || root == "/")
            return path;
        if (path == root)
            return std::string("/");
        if (path.starts_with(root) && path[root.size()] == '/')
            return path.substr(root.size());
        return std::nullopt;
    }

    [[nodiscard]] std::string call_id_of(const http::Request& request) const
    {
        const std::string_view given = trim(request.fields.find("x-litellm-call-id"));
        return is_fit_for_call_id(given) ? std::string(given) : new_ordered_uuid(random, clock.now());
    }

    [[nodiscard]] Result<void> check_policies(const http::Request& request, const std::string& path) const
    {
        const auto& general = config.general;
        if (!general.allowed_ips.empty()) {
            std::string address = request.peer_address;
            if (general.use_x_forwarded_for) {
                const std::string_view forwarded = trim(request.fields.find("x-forwarded-for"));
                if (!forwarded.empty())
                    address = forwarded;
            }
            if (std::find(general.allowed_ips.begin(), general.allowed_ips.end(), address) ==
                general.allowed_ips.end())
                return Error{
                    ErrorKind::forbidden,
                    fmt::format("Access forbidden: IP address {} not allowed.", address)};
        }
        if (!general.allowed_routes.empty() && !auth::names_route(general.allowed_routes, path))
            return Error{ErrorKind::forbidden, fmt::format("Access forbidden: Route {} not allowed.", path)};
        return {};
    }

    [[nodiscard]] Task<auth::PrincipalPtr> authenticate(const http::Request& request, const Route& route)
    {
        if (everybody)
            co_return everybody;
        const auth::HeaderLookup header = [&request](std::string_view name) {
            return request.fields.find(name);
        };
        std::string key_in_query;
        if (route.takes_key_in_query)
            key_in_query = request.query_parameter("key").value_or(std::string());
        const auto credential = authenticator.credential(header, key_in_query);
        if (!credential)
            co_return credential.error();
        auto known = authenticator.find_known(*credential);
        if (!known || *known)
            co_return known;
        std::string text(*credential);
        co_return co_await authenticator.authenticate(std::move(text));
    }

    /// Everything between the match and the handler.
    [[nodiscard]] Task<void> admit(Call& call, const Route& route, const std::string& path)
    {
        if (const auto allowed = check_policies(call.request(), path); !allowed)
            co_return allowed.error();
        if (!auth::rule_of(route.access).needs_key || auth::names_route(config.general.public_routes, path)) {
            call.principal = nobody;
            co_return Result<void>();
        }
        auto principal = co_await authenticate(call.request(), route);
        if (!principal)
            co_return principal.error();
        call.principal = std::move(*principal);
        if (!call.principal->is_admin() && auth::names_route(config.general.admin_only_routes, path))
            co_return Error{
                ErrorKind::forbidden,
                fmt::format("user not allowed to access this route. Route={} is an admin only route", path)};
        co_return auth::may_call(*call.principal, route.access, path);
    }

    [[nodiscard]] Task<JsonResponse> run_json(Call& call, const Route& route)
    {
        Json body = Json::object();
        const auto bytes = co_await call.exchange.read_body(max_management_body_bytes);
        if (!bytes)
            co_return bytes.error();
        if (!trim(*bytes).empty()) {
            auto parsed = parse_json(*bytes);
            if (!parsed)
                co_return Error{
                    ErrorKind::invalid_input,
                    "Invalid JSON payload: " + parsed.error().message,
                    "request_body",
                    "invalid_request_error"};
            if (!parsed->is_object())
                co_return Error{
                    ErrorKind::invalid_input,
                    "Invalid JSON payload: the body must be an object",
                    "request_body",
                    "invalid_request_error"};
            body = std::move(*parsed);
        }
        co_return co_await route.json(call, body);
    }

    const config::Config& config;
    auth::Authenticator& authenticator;
    const Clock& clock;
    Random& random;
    const auth::PrincipalPtr everybody;
    /// Who calls without a key: nobody has a role or owns anything.
    const auth::PrincipalPtr nobody = std::make_shared<const auth::Principal>();
    RouteTable table;
};

Service::Service(
    const config::Config& config,
    auth::Authenticator& authenticator,
    const Clock& clock,
    Random& random,
    bool open_access
)
    : state_(std::make_unique<State>(config, authenticator, clock, random, open_access))
{
}

Service::~Service() = default;

void Service::add(std::vector<Route> routes)
{
    state_->table.add(std::move(routes));
}
const std::vector<Route>& Service::routes() const
{
    return state_->table.routes();
}

namespace {

/// Browsers may call from any origin, but never with cookies.
void add_cors(http::HeaderLines& headers, const http::Request& request)
{
    if (request.fields.contains("origin"))
        headers.add("access-control-allow-origin", "*");
}

http::Response preflight(const http::Request& request)
{
    http::Response response;
    response.headers.add("access-control-allow-origin", "*");
    response.headers.add("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    const std::string_view wanted = request.fields.find("access-control-request-headers");
    response.headers.add("access-control-allow-headers", wanted.empty() ? std::string_view("*") : wanted);
    response.headers.add("access-control-max-age", "600");
    return response;
}

} // namespace

boost::asio::awaitable<void> Service::handle(http::Exchange& exchange)
{
    const http::Request& request = exchange.request();
    const auto started = state_->clock.steady_now();
    Call call{exchange, nullptr, {}, state_->call_id_of(request)};
    http::Response response;
    bool answered = false;
    const auto path = state_->local_path(request.path);
    Match match;
    if (path)
        match = state_->table.find(request.method, *path);
    if (match.route != nullptr) {
        call.path_parameters = std::move(match.parameters);
        const auto admitted = co_await state_->admit(call, *match.route, *path);
        if (!admitted) {
            response = match.route->error_shape != nullptr ? match.route->error_shape(admitted.error())
                                                           : error_response(admitted.error());
        } else if (match.route->raw) {
            co_await match.route->raw(call);
            answered = true;
        } else {
            const auto result = co_await state_->run_json(call, *match.route);
            if (result)
                response = json_response(*result);
            else
                response = error_response(result.error());
        }
    } else if (request.method == http::Method::options && request.fields.contains("access-control-request-method")) {
        response = preflight(request);
    } else if (match.path_exists) {
        response = detail_response(405, "Method Not Allowed");
    } else {
        response = detail_response(404, "Not Found");
    }
    if (!answered) {
        add_cors(response.headers, request);
        co_await exchange.respond(response);
    }
    if (log::is_enabled(log::Level::debug)) {
        const auto took =
            std::chrono::duration_cast<std::chrono::microseconds>(state_->clock.steady_now() - started);
        log::debug(
            "api",
            "{} {} status={} duration_us={} call_id={}",
            http::to_string(request.method),
            without_keys(request.path),
            answered ? 0 : response.status,
            took.count(),
            call.call_id
        );
    }
}

} // namespace litellm::api
