// No key exceeds the one that made it: random callers ask for random keys over the routes.

#include "visitors.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::api {

namespace {

using auth::Role;
using management::json;

struct Maker {
    std::string key;
    auth::PrincipalPtr principal;
};

class KeyBounds : public ::testing::Test {
protected:
    template <class T>
    T one_of(std::initializer_list<T> choices)
    {
        return *(choices.begin() + static_cast<std::ptrdiff_t>(draw_.below(choices.size())));
    }
    bool chance(std::uint64_t one_in) { return draw_.below(one_in) == 0; }

    Json wish()
    {
        Json body = Json::object();
        const auto maybe = [&](const char* name, Json value) {
            if (chance(7))
                body[name] = std::move(value);
        };
        maybe("max_budget", one_of({0.5, 5.0, 500.0}));
        maybe("tpm_limit", one_of({10, 1000, 100'000}));
        maybe("rpm_limit", one_of({10, 1000, 100'000}));
        maybe("max_parallel_requests", one_of({1, 10, 100}));
        maybe("duration", one_of({"1h", "1d", "30d", "-1"}));
        maybe("budget_duration", one_of({"1h", "1d", "30d"}));
        maybe(
            "models",
            one_of(
                {json("['gpt-4']"),
                 json("['gpt-4', 'claude-3']"),
                 json("['*']"),
                 json("['gpt-*']"),
                 json("[]")}
            )
        );
        maybe(
            "allowed_routes",
            one_of(
                {json("['/chat/completions']"),
                 json("['llm_api_routes']"),
                 json("['/key/generate', '/user/new']"),
                 json("['*']"),
                 json("['management_routes']"),
                 json("['/key']"),
                 json("[]")}
            )
        );
        maybe("team_id", one_of({"t-1", "t-2", "t-3"}));
        maybe("user_id", one_of({"u-internal_user", "u-org_admin", "default_user_id", "nobody"}));
        maybe("organization_id", one_of({"o-1", "o-2"}));
        maybe("budget_id", "b-1");
        maybe("permissions", json("{'get_spend_routes': true}"));
        maybe("tags", one_of({json("['a']"), json("['b']"), json("['a', 'b']")}));
        maybe("guardrails", one_of({json("['a']"), json("['b']")}));
        maybe(
            "metadata",
            one_of(
                {json("{'temp_budget_increase': 1000, 'temp_budget_expiry': '2030-01-01'}"),
                 json("{'tags': []}")}
            )
        );
        maybe("aliases", json("{'gpt-4': 'claude-3'}"));
        maybe("model_rpm_limit", one_of({json("{'gpt-4': 1}"), json("{'gpt-4': 1000}")}));
        maybe("key_type", one_of({"llm_api", "management", "read_only", "default"}));
        return body;
    }

    /// What administrators hand out to start with.
    std::vector<Maker> first_makers()
    {
        std::vector<Maker> makers;
        for (const Role role : VisitedProxy::roles) {
            if (role != Role::proxy_admin)
                proxy_.key_with_role(role);
        }
        proxy_
            .in_transaction([&](db::Transaction& tx) -> Result<bool> {
                store::Budget budget;
                budget.budget_id = "b-1";
                budget.created_at = budget.updated_at = proxy_.clock.now();
                if (const auto stored = store::insert_budget(tx, budget); !stored)
                    return stored.error();
                return true;
            })
            .value();
        proxy_.team("t-1", {{"u-internal_user", "user"}, {"u-org_admin", "admin"}}, permissive());
        proxy_.team("t-2", {{"u-internal_user", "admin"}}, permissive());
        proxy_.team("t-3", {}, permissive());
        for (int i = 0; i < 60; ++i) {
            const Role role = one_of(
                {Role::internal_user,
                 Role::internal_user,
                 Role::internal_user,
                 Role::org_admin,
                 Role::internal_user_viewer,
                 Role::proxy_admin_viewer,
                 Role::team,
                 Role::customer,
                 Role::none}
            );
            Json body = wish();
            body.erase("organization_id");
            body.erase("budget_id");
            body.erase("user_id");
            if (role != Role::none)
                body["user_id"] = "u-" + std::string(auth::to_string(role));
            const Answer made = proxy_.post("/key/generate", body);
            EXPECT_EQ(made.status, 200) << made.text << to_text(body);
            add(makers, made);
        }
        return makers;
    }
    static management::NewTeam permissive()
    {
        management::NewTeam team;
        team.team_member_permissions = {"/key/generate", "/key/info"};
        return team;
    }
    void add(std::vector<Maker>& makers, const Answer& made)
    {
        const auto key = made.body()["key"].get<std::string>();
        makers.push_back({key, proxy_.authenticate(key).value()});
    }

    template <class Value>
    static void
    expect_at_most(const std::optional<Value>& child, const std::optional<Value>& parent, const char* what)
    {
        if (parent) {
            EXPECT_TRUE(child && *child <= *parent) << what;
        }
    }

    void expect_within(const auth::Principal& child, const auth::Principal& parent)
    {
        const store::Key& made = *child.key();
        const store::Key& own = *parent.key();
        EXPECT_TRUE(parent.role == Role::internal_user || parent.role == Role::org_admin)
            << "may not make keys at all";
        EXPECT_EQ(child.user_id, parent.user_id);
        EXPECT_EQ(child.role, parent.role);
        if (own.team_id) {
            EXPECT_EQ(made.team_id, own.team_id);
        } else if (made.team_id) {
            EXPECT_NE(*made.team_id, "t-3") << "nobody is in that team";
        }
        EXPECT_EQ(made.organization_id, own.organization_id);
        EXPECT_EQ(made.budget_id, own.budget_id);
        expect_at_most(made.expires, own.expires, "expires");
        expect_at_most(made.max_budget, own.max_budget, "max_budget");
        expect_at_most(made.tpm_limit, own.tpm_limit, "tpm_limit");
        expect_at_most(made.rpm_limit, own.rpm_limit, "rpm_limit");
        expect_at_most(made.max_parallel_requests, own.max_parallel_requests, "max_parallel_requests");
        if (made.permissions.contains("get_spend_routes") && made.permissions["get_spend_routes"] == true) {
            EXPECT_TRUE(own.permissions.contains("get_spend_routes"));
        }
        EXPECT_EQ(made.spend, 0);
        expect_same_reach(child, parent);
        expect_metadata_within(made.metadata, own.metadata);
    }
    static void expect_metadata_within(const Json& made, const Json& own)
    {
        // What the parent's calls are marked and guarded with, the child's are too.
        for (const char* name : {"tags", "guardrails"}) {
            for (const Json& each : own.value(name, Json::array())) {
                const Json list = made.value(name, Json::array());
                EXPECT_NE(std::find(list.begin(), list.end(), each), list.end())
                    << name << to_text(made) << to_text(own);
            }
        }
        if (!own.contains("temp_budget_increase")) {
            EXPECT_FALSE(made.contains("temp_budget_increase"));
        }
        const Json bounds = own.value("model_rpm_limit", Json::object());
        for (const auto& [model, bound] : bounds.items())
            EXPECT_LE(made["model_rpm_limit"][model].get<double>(), bound.get<double>());
    }
    /// Asked of the checks themselves, for every route that there is.
    void expect_same_reach(const auth::Principal& child, const auth::Principal& parent)
    {
        for (const Route& route : proxy_.service->routes()) {
            for (const auto& target : VisitedProxy::targets(route)) {
                if (route.access != auth::Access::open && auth::may_call(child, route.access, target)) {
                    EXPECT_TRUE(auth::may_call(parent, route.access, target)) << target;
                }
            }
        }
        const auth::ModelCatalog catalog;
        for (const char* model : {"gpt-4", "gpt-4o", "claude-3", "llama"}) {
            if (!auth::may_use_model(child, model, catalog))
                continue;
            const std::string meant = auth::apply_aliases(child, model);
            EXPECT_TRUE(auth::may_use_model(parent, meant, catalog)) << model << " meaning " << meant;
        }
    }

    /// A change may leave what a key had, or give it what the caller has; nothing beyond.
    template <class Value>
    static void expect_no_gain(
        const std::optional<Value>& after,
        const std::optional<Value>& before,
        const std::optional<Value>& own,
        const char* what
    )
    {
        if (!before || !own)
            return;
        EXPECT_TRUE(after && (*after <= *before || *after <= *own)) << what;
    }
    void
    expect_no_gain(const auth::Principal& after, const auth::Principal& before, const auth::Principal& caller)
    {
        const store::Key& now = *after.key();
        const store::Key& then = *before.key();
        const store::Key& own = *caller.key();
        EXPECT_EQ(after.user_id, before.user_id);
        EXPECT_EQ(after.role, before.role);
        EXPECT_TRUE(now.team_id == then.team_id || !then.team_id) << "only admins take a key out of a team";
        EXPECT_NE(now.team_id.value_or(""), then.team_id == "t-3" ? "" : "t-3") << "nobody is in that team";
        EXPECT_EQ(now.organization_id, then.organization_id);
        EXPECT_EQ(now.budget_id, then.budget_id);
        EXPECT_EQ(now.spend, then.spend);
        expect_no_gain(now.expires, then.expires, own.expires, "expires");
        expect_no_gain(now.max_budget, then.max_budget, own.max_budget, "max_budget");
        expect_no_gain(now.tpm_limit, then.tpm_limit, own.tpm_limit, "tpm_limit");
        expect_no_gain(now.rpm_limit, then.rpm_limit, own.rpm_limit, "rpm_limit");
        expect_no_gain(
            now.max_parallel_requests,
            then.max_parallel_requests,
            own.max_parallel_requests,
            "max_parallel_requests"
        );
        if (!then.metadata.contains("temp_budget_increase") &&
            !own.metadata.contains("temp_budget_increase")) {
            EXPECT_FALSE(now.metadata.contains("temp_budget_increase"));
        }
        for (const Route& route : proxy_.service->routes()) {
            for (const auto& target : VisitedProxy::targets(route)) {
                if (route.access != auth::Access::open && auth::may_call(after, route.access, target)) {
                    EXPECT_TRUE(
                        auth::may_call(before, route.access, target) ||
                        auth::may_call(caller, route.access, target)
                    ) << target;
                }
            }
        }
        const auth::ModelCatalog catalog;
        for (const char* model : {"gpt-4", "gpt-4o", "claude-3", "llama"}) {
            if (!auth::may_use_model(after, model, catalog))
                continue;
            const std::string meant = auth::apply_aliases(after, model);
            EXPECT_TRUE(
                auth::may_use_model(before, meant, catalog) || auth::may_use_model(caller, meant, catalog)
            ) << model
              << " meaning " << meant;
        }
    }

    SeededRandom draw_{20'261'122};
    VisitedProxy proxy_;
};

} // namespace

TEST_F(KeyBounds, HoldForRandomCallersAndRandomWishes)
{
    std::vector<Maker> makers = first_makers();
    const std::size_t given = makers.size();
    int refused = 0;
    for (int round = 0; round < 600; ++round) {
        const Maker maker = makers[draw_.below(makers.size())];
        const Json body = wish();
        const Answer made = proxy_.post("/key/generate", body, maker.key);
        if (made.status != 200) {
            ++refused;
            EXPECT_LT(made.status, 500) << made.text;
            continue;
        }
        // Keys that were made make keys as well.
        add(makers, made);
        SCOPED_TRACE(fmt::format("{}\nwanted {}", to_text(made.body()), to_text(body)));
        expect_within(*makers.back().principal, *maker.principal);
        if (HasFailure())
            return;
    }
    EXPECT_GT(makers.size(), given + 50);
    EXPECT_GT(refused, 50);
}

TEST_F(KeyBounds, HoldForRandomChangesAndRotations)
{
    std::vector<Maker> makers = first_makers();
    int changed = 0;
    int refused = 0;
    for (int round = 0; round < 2'200; ++round) {
        const Maker maker = makers[draw_.below(makers.size())];
        Maker& target = makers[draw_.below(makers.size())];
        // Most callers change keys of their own user: others are refused at once.
        if (maker.principal->user_id != target.principal->user_id && !chance(10))
            continue;
        Json body = wish();
        body["key"] = target.key;
        if (chance(9))
            body["temp_budget_increase"] = 1000, body["temp_budget_expiry"] = "2030-01-01";
        const bool rotates = chance(4);
        const Answer answer = proxy_.post(rotates ? "/key/regenerate" : "/key/update", body, maker.key);
        if (answer.status != 200) {
            ++refused;
            EXPECT_LT(answer.status, 500) << answer.text;
            continue;
        }
        ++changed;
        SCOPED_TRACE(fmt::format("{}\nwanted {}", to_text(answer.body()), to_text(body)));
        const auth::PrincipalPtr before = target.principal;
        const auth::PrincipalPtr caller = maker.principal;
        if (rotates)
            target.key = answer.body()["key"].get<std::string>();
        auto after = proxy_.authenticate(target.key);
        if (!after) {
            // It was given an end that is over, or a team that is blocked: no gain.
            makers.erase(makers.begin() + (&target - makers.data()));
            continue;
        }
        target.principal = *after;
        expect_no_gain(*target.principal, *before, *caller);
        if (HasFailure())
            return;
    }
    EXPECT_GT(changed, 50);
    EXPECT_GT(refused, 100);
}

} // namespace litellm::api
