#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/user_json.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::UserService;

namespace {

Task<JsonResponse> create(UserService& users, Call& call, const Json& body)
{
    auto wanted = new_user_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto created = co_await users.create(caller, std::move(*wanted));
    if (!created)
        co_return created.error();
    co_return answer(to_json(*created));
}

/// People put e-mail addresses such as `a+b@c.d` into the URL as they are, so a plus stays a plus.
std::optional<std::string> raw_user_id(const http::Request& request)
{
    constexpr std::string_view name = "user_id=";
    std::string_view rest = request.query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.starts_with(name) && pair.size() > name.size())
            return percent_decode(pair.substr(name.size()));
    }
    return std::nullopt;
}

Task<JsonResponse> info(UserService& users, Call& call, const Json&)
{
    const auto user_id = raw_user_id(call.request());
    const auto caller = caller_of(call);
    const auto view = co_await users.load(caller, user_id);
    if (!view)
        co_return view.error();
    co_return answer(to_json(*view));
}

Task<JsonResponse> roles(Call&, const Json&)
{
    co_return answer(available_roles());
}

} // namespace

std::vector<Route> user_routes(ManagementServices& services)
{
    UserService& users = services.users;
    return {
        json_route(Method::post, "/user/new", Access::admin, "Makes a user and a key", bound(create, users)),
        json_route(Method::get, "/user/info", Access::any_key, "Shows a user", bound(info, users)),
        json_route(Method::get, "/user/available_roles", Access::any_key, "Lists the roles of users", roles),
    };
}

} // namespace litellm::api
