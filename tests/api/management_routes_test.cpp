#include "litellm/api/management_routes.hpp"
#include "management/world.hpp"
#include "quiet_exchange.hpp"

#include <map>
#include <set>
#include <stdexcept>

namespace litellm::api {

namespace {

using http::Method;
using management::at;
using management::json;

class ManagementRoutes : public ::testing::Test, public management::World {
protected:
    Result<Json>
    call(const std::string& key, Method method, const std::string& target, const Json& body = Json::object())
    {
        const auto mark = target.find('?');
        http::Request request;
        request.method = method;
        request.path = target.substr(0, mark);
        request.query = mark == std::string::npos ? "" : target.substr(mark + 1);
        QuietExchange exchange(std::move(request));
        Call one{exchange, authenticate(key).value(), {}, "call-1"};
        const auto answer = management::run(route(method, one.request().path).json(one, body));
        if (!answer)
            return answer.error();
        EXPECT_EQ(answer->status, 200);
        return answer->body;
    }
    Result<Json> get(const std::string& target, const std::string& key = master)
    {
        return call(key, Method::get, target);
    }
    Result<Json> post(const std::string& target, const std::string& body, const std::string& key = master)
    {
        return call(key, Method::post, target, json(body));
    }
    const Route& route(Method method, const std::string& path)
    {
        for (const auto& each : routes_) {
            if (each.method == method && each.paths.front() == path)
                return each;
        }
        throw std::logic_error("no route " + path);
    }

    static constexpr const char* master = "sk-master-key";

private:
    management::ManagementServices services_{context()};
    std::vector<Route> routes_ = management_routes(services_);
};

std::vector<std::string> names(const Json& object)
{
    std::vector<std::string> found;
    for (const auto& [name, value] : object.items())
        found.push_back(name);
    return found;
}

void expect_members(const Json& object, std::initializer_list<const char*> wanted)
{
    for (const char* name : wanted)
        EXPECT_TRUE(object.contains(name)) << name;
}

} // namespace

TEST_F(ManagementRoutes, GenerateAnswersWithTheKeyAndItsRow)
{
    const auto body = post(
                          "/key/generate",
                          "{'key_alias': 'ci-bot', 'models': ['gpt-4'], 'max_budget': 10, 'duration': '30d', "
                          "'tags': ['ci'], 'unknown': 1}"
    )
                          .value();

    const auto text = body["key"].get<std::string>();
    EXPECT_EQ(body["token"], sha256_hex(text));
    EXPECT_EQ(body["token_id"], body["token"]);
    EXPECT_EQ(body["key_name"], "sk-..." + text.substr(text.size() - 4));
    EXPECT_EQ(body["metadata"], json("{'tags': ['ci']}"));
    EXPECT_EQ(body["tags"], nullptr);
    EXPECT_EQ(body["duration"], nullptr);
    EXPECT_EQ(body["expires"], "2026-03-20T10:37:21.500000Z");
    EXPECT_EQ(body["spend"].dump(), "0.0");
    EXPECT_EQ(body["created_by"], "default_user_id");
    expect_members(
        body,
        {"user_id",
         "team_id",
         "organization_id",
         "aliases",
         "config",
         "permissions",
         "budget_id",
         "budget_duration",
         "max_parallel_requests",
         "tpm_limit",
         "rpm_limit",
         "model_max_budget",
         "allowed_cache_controls",
         "allowed_routes",
         "access_group_ids",
         "blocked",
         "litellm_budget_table",
         "updated_by",
         "created_at",
         "updated_at"}
    );
}

TEST_F(ManagementRoutes, GenerateNamesTheFieldOfTheWrongType)
{
    const std::pair<const char*, const char*> cases[] = {
        {"{'models': 'gpt-4'}", "models"},
        {"{'models': [1]}", "models"},
        {"{'max_budget': 'lots'}", "max_budget"},
        {"{'tpm_limit': 1.5}", "tpm_limit"},
        {"{'metadata': []}", "metadata"},
        {"{'key_alias': 5}", "key_alias"},
        {"{'auto_rotate': 'yes'}", "auto_rotate"},
        {"{'tags': 'ci'}", "tags"},
        {"{'model_rpm_limit': {'gpt-4': 'x'}}", "model_rpm_limit"},
        {"{'rpm_limit_type': 'x'}", "rpm_limit_type"},
        {"{'key_type': 'root'}", "key_type"},
        {"{'aliases': 'x'}", "aliases"},
    };
    for (const auto& [body, field] : cases) {
        const auto refused = post("/key/generate", body);
        ASSERT_FALSE(refused) << body;
        EXPECT_EQ(refused.error().parameter, field) << body;
        EXPECT_EQ(refused.error().status, 422) << body;
        EXPECT_NE(refused.error().message.find(field), std::string::npos) << body;
    }
}

TEST_F(ManagementRoutes, GenerateReadsNumbersThatFormsSendAsText)
{
    const auto body =
        post("/key/generate", "{'max_budget': '1.5', 'tpm_limit': '10', 'rpm_limit': ''}").value();
    EXPECT_EQ(body["max_budget"], 1.5);
    EXPECT_EQ(body["tpm_limit"], 10);
    EXPECT_EQ(body["rpm_limit"], nullptr);
}

TEST_F(ManagementRoutes, GenerateWantsRequiredParametersPresentWithAnyValue)
{
    settings.litellm.key_generation_settings = json(
        "{'personal_key_generation': {'allowed_user_roles': ['proxy_admin'], 'required_params': ['tags']}}"
    );
    EXPECT_EQ(post("/key/generate", "{}").error().message, "Required param tags not in data");
    EXPECT_TRUE(post("/key/generate", "{'tags': null}"));
}

TEST_F(ManagementRoutes, KeyInfoShowsTheHashAndNeverTheKey)
{
    const auto made = post("/key/generate", "{'aliases': {'mistral-7b': 'gpt-3.5-turbo'}}").value();
    const auto text = made["key"].get<std::string>();

    const auto by_hash = get("/key/info?key=" + sha256_hex(text)).value();
    EXPECT_EQ(by_hash["info"]["token"], sha256_hex(text));
    EXPECT_EQ(by_hash.dump().find(text), std::string::npos);
    EXPECT_EQ(get("/key/info?key=" + text).value()["key"], text) << "as passed";
    EXPECT_EQ(get("/key/info", text).value()["key"], sha256_hex(text));
    expect_members(
        by_hash["info"],
        {"spend",
         "expires",
         "models",
         "aliases",
         "config",
         "budget_reset_at",
         "model_spend",
         "rotation_count",
         "auto_rotate",
         "key_rotation_at",
         "router_settings",
         "policies",
         "soft_budget_cooldown",
         "litellm_budget_table",
         "litellm_organization_table",
         "object_permission",
         "object_permission_id"}
    );
    EXPECT_EQ(get("/key/info?key=sk-nothing").error().status, 404);
}

TEST_F(ManagementRoutes, KeyListPagesAndShowsRowsOnRequest)
{
    for (int i = 0; i < 3; ++i)
        post("/key/generate", "{}").value();
    const auto page = get("/key/list?size=2&page=2").value();
    EXPECT_EQ(page["keys"].size(), 1U);
    EXPECT_EQ(page["total_count"], 3);
    EXPECT_EQ(page["current_page"], 2);
    EXPECT_EQ(page["total_pages"], 2);
    EXPECT_TRUE(page["keys"][0].is_string());
    EXPECT_TRUE(get("/key/list?return_full_object=true").value()["keys"][0].contains("token"));
    EXPECT_TRUE(get("/key/list?expand=user").value()["keys"][0].contains("user"));

    EXPECT_EQ(get("/key/list?size=101").error().status, 422);
    EXPECT_EQ(get("/key/list?page=0").error().parameter, "page");
    EXPECT_EQ(get("/key/list?sort_by=password").error().status, 400);
    EXPECT_EQ(get("/key/list?sort_order=up").error().parameter, "sort_order");
    EXPECT_EQ(get("/key/list?status=lost").error().status, 400);
}

TEST_F(ManagementRoutes, DeleteAnswersWithWhatWasPassed)
{
    const auto text = post("/key/generate", "{}").value()["key"].get<std::string>();
    EXPECT_EQ(post("/key/delete", "{'keys': ['" + text + "']}").value()["deleted_keys"][0], text);
    EXPECT_EQ(post("/key/delete", "{}").error().status, 422);
}

TEST_F(ManagementRoutes, BlockShowsTheWholeRow)
{
    const auto text = post("/key/generate", "{}").value()["key"].get<std::string>();
    const auto blocked = post("/key/block", "{'key': '" + text + "'}").value();
    EXPECT_EQ(blocked["blocked"], true);
    EXPECT_EQ(blocked["token"], sha256_hex(text));
    EXPECT_EQ(post("/key/unblock", "{'key': '" + text + "'}").value()["blocked"], false);
    EXPECT_EQ(post("/key/block", "{}").error().parameter, "key");
}

TEST_F(ManagementRoutes, AliasesComeWholeOrInPages)
{
    post("/key/generate", "{'key_alias': 'a'}").value();
    post("/key/generate", "{'key_alias': 'b'}").value();
    EXPECT_EQ(get("/key/aliases").value()["aliases"], json("['a', 'b']"));
    EXPECT_EQ(get("/key/aliases?size=1&page=2").value()["aliases"], json("['b']"));
    EXPECT_EQ(get("/key/aliases?search=A").value()["total_count"], 1);
    EXPECT_TRUE(get("/key/aliases?page=9").value()["aliases"].empty());
}

TEST_F(ManagementRoutes, NewUserAnswersAsDocumented)
{
    const auto body = post("/user/new", "{'user_email': 'krrish@berri.ai'}").value();
    EXPECT_TRUE(body["key"].get<std::string>().starts_with("sk-"));
    EXPECT_EQ(body["token"], nullptr);
    EXPECT_EQ(body["user_email"], "krrish@berri.ai");
    EXPECT_EQ(body["user_role"], "internal_user");
    EXPECT_EQ(body["teams"], nullptr);
    expect_members(
        body, {"expires", "user_id", "max_budget", "models", "spend", "key_name", "metadata", "user_alias"}
    );
    EXPECT_FALSE(body.contains("password"));

    EXPECT_EQ(post("/user/new", "{'auto_create_key': false}").value()["key"], "");
    EXPECT_EQ(post("/user/new", "{'teams': [5]}").error().parameter, "teams");
}

TEST_F(ManagementRoutes, UserInfoTellsSpendAndKeys)
{
    post("/team/new", "{'team_id': 't-1', 'team_alias': 'core'}").value();
    post("/user/new", "{'user_id': 'a+b@c.d', 'teams': ['t-1']}").value();
    post("/key/generate", "{'user_id': 'a+b@c.d', 'team_id': 't-1'}").value();

    const auto body = get("/user/info?user_id=a+b@c.d").value();
    EXPECT_EQ(
        names(body),
        (std::vector<std::string>{"user_id", "user_info", "keys", "teams", "spend", "max_budget"})
    );
    EXPECT_EQ(body["user_id"], "a+b@c.d");
    EXPECT_EQ(body["user_info"]["spend"], 0.0);
    EXPECT_EQ(body["keys"].size(), 2U);
    std::vector<std::string> aliases;
    for (const auto& key : body["keys"])
        aliases.push_back(key["team_alias"].get<std::string>());
    std::sort(aliases.begin(), aliases.end());
    EXPECT_EQ(aliases, (std::vector<std::string>{"None", "core"}));
    EXPECT_EQ(body["teams"][0]["team_alias"], "core");
    EXPECT_EQ(get("/user/info?user_id=default_user_id").value()["user_info"]["user_role"], "proxy_admin");
    EXPECT_EQ(get("/user/info").value()["user_id"], nullptr);
}

TEST_F(ManagementRoutes, TeamsAnswerAsDocumented)
{
    const auto made =
        post(
            "/team/new",
            "{'team_alias': 'my-awesome-team', 'model_aliases': {'a': 'b'}, 'team_member_budget': 1, "
            "'members_with_roles': [{'user_id': 'u-1', 'role': 'user'}]}"
        )
            .value();
    expect_members(
        made, {"expires", "team_id", "max_budget", "spend", "metadata", "budget_reset_at", "created_at"}
    );
    EXPECT_EQ(made["litellm_model_table"]["model_aliases"], json("{'a': 'b'}"));
    EXPECT_EQ(made["members_with_roles"].size(), 2U);

    const auto info = get("/team/info?team_id=" + made["team_id"].get<std::string>()).value();
    EXPECT_EQ(
        names(info),
        (std::vector<std::string>{"team_id", "team_info", "keys", "team_memberships", "spend", "max_budget"})
    );
    EXPECT_EQ(info["team_info"]["team_alias"], "my-awesome-team");
    EXPECT_EQ(info["team_info"]["team_member_budget_table"]["max_budget"], 1.0);
    EXPECT_EQ(info["team_memberships"][0]["litellm_budget_table"]["max_budget"], 1.0);
    EXPECT_EQ(get("/team/info").error().status, 422);
    EXPECT_EQ(get("/team/info?team_id=t-9").error().status, 404);
    EXPECT_EQ(
        post("/team/new", "{'members_with_roles': [{'role': 'user'}]}").error().parameter,
        "members_with_roles"
    );
}

TEST_F(ManagementRoutes, SpendLogsGiveRowsOrDays)
{
    store::SpendLog row;
    row.request_id = "r-1";
    row.api_key = "hash";
    row.user = "u-1";
    row.model = "gpt-4";
    row.spend = Money::parse("0.1").value();
    row.start_time = row.end_time = at("2026-02-18T23:30");
    row.metadata_json = R"({"tags":["x"]})";
    in_transaction([&](db::Transaction& tx) { return store::insert_spend_logs(tx, std::vector{row}); }
    ).value();

    const auto rows = get("/spend/logs").value();
    EXPECT_EQ(rows[0]["startTime"], "2026-02-18T23:30:00.000000Z");
    EXPECT_EQ(rows[0]["spend"].dump(), "0.1");
    EXPECT_EQ(rows[0]["metadata"], json("{'tags': ['x']}"));
    EXPECT_EQ(get("/spend/logs?request_id=r-2").value().size(), 0U);
    EXPECT_EQ(
        get("/spend/logs?start_date=2026-02-18&end_date=2026-02-18&summarize=false").value().size(), 1U
    );
    EXPECT_EQ(
        get("/spend/logs?start_date=2026-02-18&end_date=2026-02-19").value(),
        json("[{'startTime': '2026-02-18', 'spend': 0.1, 'hash': 0.1, 'users': {'u-1': 0.1}, 'models': "
             "{'gpt-4': 0.1}}, "
             "{'startTime': '2026-02-19', 'spend': 0.0, 'users': {}, 'models': {}}]")
    );
    EXPECT_EQ(get("/spend/logs?start_date=x").error().parameter, "start_date");
}

TEST_F(ManagementRoutes, KnowsTheRoles)
{
    const auto roles = get("/user/available_roles").value();
    EXPECT_EQ(
        names(roles),
        (std::vector<std::string>{
            "proxy_admin", "proxy_admin_viewer", "internal_user", "internal_user_viewer"})
    );
    EXPECT_EQ(roles["proxy_admin"]["ui_label"], "Admin (All Permissions)");
}

TEST_F(ManagementRoutes, WritingIsNeverOpenToEveryKey)
{
    // What these change or show is the caller's own.
    const std::set<std::string> own{"/key/health", "/v2/key/info", "/user/update"};
    auto all = services();
    for (const auto& each : management_routes(all)) {
        EXPECT_NE(each.access, auth::Access::open) << each.paths.front();
        EXPECT_NE(each.access, auth::Access::model_call) << each.paths.front();
        if (each.method != Method::get && !own.contains(each.paths.front())) {
            EXPECT_NE(each.access, auth::Access::any_key) << each.paths.front();
        }
    }
}

TEST_F(ManagementRoutes, WhatBelongsToAllIsForAdmins)
{
    const std::map<std::string, auth::Access> expected{
        {"/key/generate", auth::Access::key_writer},
        {"/key/update", auth::Access::key_writer},
        {"/key/delete", auth::Access::key_writer},
        {"/user/new", auth::Access::self_managed},
        {"/user/delete", auth::Access::admin},
        {"/user/bulk_update", auth::Access::admin},
        {"/team/new", auth::Access::self_managed},
        {"/team/member_add", auth::Access::self_managed},
        {"/organization/new", auth::Access::admin},
        {"/budget/new", auth::Access::admin},
        {"/budget/delete", auth::Access::admin},
        {"/model/new", auth::Access::self_managed},
        {"/spend/logs", auth::Access::spend_reader},
        {"/audit", auth::Access::admin_reader},
        {"/audit/{id}", auth::Access::admin_reader},
    };
    auto all = services();
    std::size_t found = 0;
    for (const auto& each : management_routes(all)) {
        const auto known = expected.find(each.paths.front());
        if (known == expected.end())
            continue;
        ++found;
        EXPECT_EQ(each.access, known->second) << known->first;
    }
    EXPECT_EQ(found, expected.size());
}

} // namespace litellm::api
