// Every route with every kind of caller, through the table that serves requests.

#include "visitors.hpp"

#include <fmt/format.h>

#include <set>

namespace litellm::api {

namespace {

using auth::Access;
using auth::Role;

/// What the table has to say, written a second time.
const std::map<Access, std::set<Role>> expected{
    {Access::model_call,
     {Role::proxy_admin,
      Role::org_admin,
      Role::internal_user,
      Role::internal_user_viewer,
      Role::team,
      Role::customer,
      Role::none}},
    {Access::any_key,
     {Role::proxy_admin,
      Role::proxy_admin_viewer,
      Role::org_admin,
      Role::internal_user,
      Role::internal_user_viewer,
      Role::team,
      Role::customer,
      Role::none}},
    {Access::key_writer, {Role::proxy_admin, Role::org_admin, Role::internal_user}},
    {Access::self_managed, {Role::proxy_admin, Role::org_admin, Role::internal_user}},
    {Access::spend_reader,
     {Role::proxy_admin,
      Role::proxy_admin_viewer,
      Role::org_admin,
      Role::internal_user,
      Role::internal_user_viewer}},
    {Access::admin_reader, {Role::proxy_admin, Role::proxy_admin_viewer}},
    {Access::admin, {Role::proxy_admin}},
};

bool is_refused_for_the_role(const Answer& answer)
{
    return (answer.status == 401 && answer.text.find("Only proxy admin can be used to") != std::string::npos
           ) ||
        (answer.status == 403 &&
         answer.text.find("user not allowed to access this OpenAI") != std::string::npos);
}

bool is_turned_away(const Answer& answer)
{
    return answer.status == 401 && !is_refused_for_the_role(answer) && answer.body().contains("error");
}

class RouteAccess : public ::testing::Test {
protected:
    template <class Visit>
    void visit_everything(VisitedProxy& proxy, Visit visit)
    {
        const auto visitors = proxy.visitors();
        // A copy: handlers run while we walk.
        const auto routes = proxy.service->routes();
        for (const Route& route : routes) {
            for (const auto& target : VisitedProxy::targets(route)) {
                for (const Visitor& visitor : visitors) {
                    SCOPED_TRACE(
                        fmt::format("{} {} as {}", http::to_string(route.method), target, visitor.name)
                    );
                    visit(route, visitor, proxy.call(route.method, target, visitor.key));
                }
            }
        }
    }
};

} // namespace

TEST_F(RouteAccess, IsWhatTheTableSaysForEveryRouteAndEveryCaller)
{
    VisitedProxy proxy;
    int calls = 0;
    visit_everything(proxy, [&](const Route& route, const Visitor& visitor, const Answer& answer) {
        ++calls;
        ASSERT_NE(answer.status, 0);
        EXPECT_NE(answer.text, R"({"detail":"Not Found"})") << "the route was not reached";
        if (route.access == Access::open) {
            EXPECT_NE(answer.status, 401);
            EXPECT_NE(answer.status, 403);
        } else if (!visitor.role) {
            EXPECT_TRUE(is_turned_away(answer)) << answer.status << answer.text;
        } else {
            EXPECT_EQ(is_refused_for_the_role(answer), !expected.at(route.access).contains(*visitor.role))
                << answer.status << answer.text;
        }
    });
    EXPECT_GT(calls, 400);
}

TEST_F(RouteAccess, IsDeniedToThoseWhomAKeysOwnListLeavesOut)
{
    VisitedProxy proxy;
    for (const Role role : VisitedProxy::roles) {
        management::NewKey wanted;
        wanted.allowed_routes = {"/nowhere"};
        const std::string key = proxy.key_with_role(role, wanted);
        for (const Route& route : proxy.service->routes()) {
            if (route.access == Access::open)
                continue;
            for (const auto& target : VisitedProxy::targets(route)) {
                const Answer answer = proxy.call(route.method, target, key);
                EXPECT_EQ(answer.status, 403) << target;
                EXPECT_NE(answer.text.find("not allowed to call this route"), std::string::npos) << target;
            }
        }
    }
}

TEST_F(RouteAccess, IsNotWidenedByAKeysOwnList)
{
    VisitedProxy proxy;
    management::NewKey wanted;
    for (const Route& route : proxy.service->routes())
        wanted.allowed_routes.insert(wanted.allowed_routes.end(), route.paths.begin(), route.paths.end());
    wanted.allowed_routes.emplace_back("*");
    const std::string key = proxy.key_with_role(Role::internal_user_viewer, wanted);
    for (const Route& route : proxy.service->routes()) {
        if (route.access == Access::open || expected.at(route.access).contains(Role::internal_user_viewer))
            continue;
        for (const auto& target : VisitedProxy::targets(route))
            EXPECT_TRUE(is_refused_for_the_role(proxy.call(route.method, target, key))) << target;
    }
}

TEST_F(RouteAccess, ComesWithAPermissionOfTheKeyToo)
{
    VisitedProxy proxy;
    management::NewKey plain;
    plain.metadata = management::json("{'get_spend_routes': true}");
    EXPECT_TRUE(is_refused_for_the_role(proxy.get("/spend/logs", proxy.key_with_role(Role::none, plain))));
    management::NewKey permitted;
    permitted.permissions = management::json("{'get_spend_routes': true}");
    const std::string key = proxy.key_with_role(Role::none, permitted);
    EXPECT_EQ(proxy.get("/spend/logs", key).status, 200);
    EXPECT_TRUE(is_refused_for_the_role(proxy.get("/audit", key)));
}

TEST_F(RouteAccess, HasOneRowForEachKind)
{
    for (const auth::AccessRule& rule : auth::access_rules()) {
        EXPECT_EQ(&auth::rule_of(rule.access), &rule);
        EXPECT_FALSE(rule.name.empty());
        EXPECT_TRUE(rule.allows(Role::proxy_admin));
        if (rule.access == Access::open)
            continue;
        for (const Role role : VisitedProxy::roles)
            EXPECT_EQ(rule.allows(role), expected.at(rule.access).contains(role)) << rule.name;
    }
    EXPECT_EQ(auth::access_rules().size(), expected.size() + 1);
}

TEST_F(RouteAccess, FollowsTheOperatorsLists)
{
    const auto prepare = [](config::Config& settings) {
        settings.general.admin_only_routes = {"/key/*", "/spend/logs"};
        settings.general.public_routes = {"/models", "LiteLLMRoutes.public_routes"};
        settings.general.allowed_routes = {
            "/key/info", "/models", "/v1/models", "spend_tracking_routes", "openai_routes"};
    };
    VisitedProxy proxy(prepare);
    const std::string user = proxy.key_with_role(Role::internal_user);
    EXPECT_EQ(proxy.get("/key/info", user).status, 403);
    EXPECT_EQ(proxy.get("/spend/logs", user).status, 403);
    EXPECT_EQ(proxy.get("/spend/logs").status, 200);
    EXPECT_EQ(proxy.call(http::Method::get, "/models", std::nullopt).status, 200);
    EXPECT_EQ(proxy.call(http::Method::get, "/v1/models", std::nullopt).status, 401);
    EXPECT_EQ(proxy.get("/v1/models", user).status, 200);
    EXPECT_EQ(proxy.get("/user/info").status, 403) << "not among the allowed routes";
}

TEST_F(RouteAccess, OfPublicRoutesLetsNobodyDoWhatNeedsARole)
{
    VisitedProxy proxy([](config::Config& settings) { settings.general.public_routes = {"*"}; });
    const auto rows = [&] { return proxy.rows_with(""); };
    const auto before = rows();
    for (const Route& route : proxy.service->routes()) {
        for (const auto& target : VisitedProxy::targets(route)) {
            const Answer answer = proxy.call(route.method, target, std::nullopt);
            EXPECT_NE(answer.status, 0) << target;
            EXPECT_LE(answer.status, 500) << target << answer.text;
        }
    }
    EXPECT_EQ(rows(), before);
}

TEST_F(RouteAccess, GroupsCoverTheRoutesTheyAreNamedAfter)
{
    VisitedProxy proxy;
    for (const Route& route : proxy.service->routes()) {
        for (const auto& target : VisitedProxy::targets(route)) {
            if (route.access == Access::model_call) {
                EXPECT_TRUE(auth::names_route({"llm_api_routes"}, target)) << target;
                EXPECT_FALSE(auth::names_route({"management_routes"}, target)) << target;
            } else if (route.access != Access::open) {
                EXPECT_TRUE(
                    auth::names_route({"management_routes", "info_routes", "spend_tracking_routes"}, target)
                ) << target;
            }
            const bool writes = route.method != http::Method::get && route.access != Access::any_key;
            if (writes && route.access != Access::model_call && route.access != Access::open) {
                EXPECT_FALSE(auth::names_route({"llm_api_routes", "info_routes"}, target)) << target;
            }
        }
    }
}

} // namespace litellm::api
