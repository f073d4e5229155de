#include "litellm/api/document_routes.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/core/environment.hpp"
#include "openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <span>

namespace litellm::api {

/// Made at build time of what is in `pages`.
std::span<const EmbeddedFile> embedded_files();

namespace {

using auth::Access;
using http::Method;

/// Nothing from elsewhere, no inline script; Swagger UI writes styles into its elements.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src "
    "'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::optional<std::string_view> find_file(std::string_view name)
{
    for (const EmbeddedFile& file : embedded_files()) {
        if (file.name == name)
            return file.bytes;
    }
    return std::nullopt;
}

std::string_view type_of(std::string_view name)
{
    if (name.ends_with(".js"))
        return "text/javascript; charset=utf-8";
    if (name.ends_with(".css"))
        return "text/css; charset=utf-8";
    return "text/plain; charset=utf-8";
}

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

void replace_all(std::string& text, std::string_view hole, std::string_view value)
{
    for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole, at + value.size()))
        text.replace(at, hole.size(), value);
}

http::Response response_of(std::string_view type, std::string body, int status = 200)
{
    http::Response response;
    response.status = status;
    response.headers.add("content-type", type);
    response.headers.add("x-content-type-options", "nosniff");
    response.body = std::move(body);
    return response;
}

http::Response page(std::string html)
{
    http::Response response = response_of("text/html; charset=utf-8", std::move(html));
    response.headers.add("content-security-policy", content_policy);
    response.headers.add("referrer-policy", "no-referrer");
    response.headers.add("x-frame-options", "DENY");
    return response;
}

std::string plain_rows(const std::vector<Route>& routes)
{
    std::string rows;
    for (const Route& route : routes) {
        for (const auto& path : route.paths)
            rows += fmt::format(
                "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                http::to_string(route.method),
                escaped(path),
                escaped(route.summary),
                escaped(auth::rule_of(route.access).summary)
            );
    }
    return rows;
}

/// Made when it is first asked for, when all routes are there, and kept.
class Documents {
public:
    Documents(const Service& service, const config::Config& config, std::vector<Route> unserved)
        : service_(service), config_(config), unserved_(std::move(unserved))
    {
    }

    const std::string& openapi()
    {
        std::call_once(openapi_once_, [this] {
            openapi_ = to_text(openapi_document(service_.routes(), unserved_, config_));
        });
        return openapi_;
    }
    [[nodiscard]] std::string routes() const { return to_text(route_list(service_.routes())); }
    [[nodiscard]] std::string overview() const
    {
        const bool is_rich = find_file("swagger-ui-bundle.js").has_value();
        std::string html(find_file(is_rich ? "swagger.html" : "plain.html").value_or(""));
        replace_all(html, "{{root}}", escaped(config_.server.root_path));
        if (!is_rich)
            replace_all(html, "{{rows}}", plain_rows(service_.routes()));
        return html;
    }
    [[nodiscard]] std::string variable(const std::string& name) const
    {
        return config_.environment ? config_.environment(name).value_or("") : std::string();
    }

private:
    const Service& service_;
    const config::Config& config_;
    const std::vector<Route> unserved_;
    std::once_flag openapi_once_;
    std::string openapi_;
};

using DocumentsPtr = std::shared_ptr<Documents>;

template <class Make>
Route open_route(std::string path, std::string summary, Make make)
{
    Route route;
    route.paths.push_back(std::move(path));
    route.access = Access::open;
    route.summary = std::move(summary);
    route.raw = [make = std::move(make)](Call& call) -> boost::asio::awaitable<void> {
        const http::Response response = make(call);
        co_await call.exchange.respond(response);
    };
    return route;
}

http::Response asset(const std::string& name)
{
    const bool is_page = name.ends_with(".html");
    const auto bytes = is_page ? std::nullopt : find_file(name);
    if (!bytes)
        return response_of("application/json", R"({"detail":"Not Found"})", 404);
    http::Response response = response_of(type_of(name), std::string(*bytes));
    response.headers.add("cache-control", "public, max-age=3600");
    return response;
}

http::Response running(const DocumentsPtr& documents)
{
    const std::string elsewhere = documents->variable("ROOT_REDIRECT_URL");
    if (elsewhere.empty())
        return response_of("application/json", "\"LiteLLM: RUNNING\"");
    http::Response response = response_of("text/plain", "", 307);
    response.headers.add("location", elsewhere);
    return response;
}

} // namespace

std::vector<Route>
document_routes(const Service& service, const config::Config& config, std::vector<Route> unserved)
{
    const auto documents = std::make_shared<Documents>(service, config, std::move(unserved));
    const bool has_page = !is_truthy(documents->variable("NO_DOCS"));
    std::string place = documents->variable("DOCS_URL");
    if (place.empty() || place.front() != '/')
        place = "/";
    std::vector<Route> routes;
    if (has_page)
        routes.push_back(open_route(place, "This page", [documents](Call&) {
            return page(documents->overview());
        }));
    if (!has_page || place != "/")
        routes.push_back(open_route("/", "Whether the proxy runs", [documents](Call&) {
            return running(documents);
        }));
    routes.push_back(open_route("/openapi.json", "The API in OpenAPI 3.1", [documents](Call&) {
        return response_of("application/json", documents->openapi());
    }));
    routes.push_back(open_route("/routes", "All routes", [documents](Call&) {
        return response_of("application/json", documents->routes());
    }));
    routes.push_back(open_route("/swagger/{file}", "What the page is made of", [](Call& call) {
        return asset(call.path_parameters.at("file"));
    }));
    return routes;
}

} // namespace litellm::api
