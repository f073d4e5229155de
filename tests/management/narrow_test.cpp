#include "narrow.hpp"
#include "route_cover.hpp"
#include "world.hpp"

#include "litellm/auth/access.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

/// Draws requests in which every field may be absent, modest or greedy.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : random_(seed) {}

    bool coin() { return random_.below(2) == 0; }
    template <class T>
    T of(const std::vector<T>& choices)
    {
        return choices[random_.below(choices.size())];
    }

    NewKey key()
    {
        NewKey wanted;
        if (coin())
            wanted.max_budget = of<double>({0, 1, 10, 1000});
        if (coin())
            wanted.tpm_limit = of<std::int64_t>({1, 100, 100'000});
        if (coin())
            wanted.rpm_limit = of<std::int64_t>({1, 100, 100'000});
        if (coin())
            wanted.max_parallel_requests = of<std::int64_t>({1, 10, 100});
        if (coin())
            wanted.duration = of<std::string>({"1h", "1d", "30d", "-1"});
        if (coin())
            wanted.budget_duration = of<std::string>({"1h", "1d", "30d"});
        for (const char* model : {"gpt-4", "gpt-4o-mini", "claude-3", "gpt-*", "*", "all-proxy-models"}) {
            if (random_.below(4) == 0)
                wanted.models.emplace_back(model);
        }
        for (const char* route :
             {"/v1/chat/completions", "/chat/completions", "/key/generate", "/user/new", "llm_api_routes"}) {
            if (random_.below(5) == 0)
                wanted.allowed_routes.emplace_back(route);
        }
        if (coin())
            wanted.permissions = json("{'get_spend_routes': true}");
        if (coin())
            wanted.metadata["temp_budget_increase"] = 100;
        if (coin())
            wanted.managed["tags"] = std::vector<std::string>{of<std::string>({"a", "b"})};
        if (coin())
            wanted.managed["model_rpm_limit"] =
                json(of<std::string>({"{'gpt-4': 1}", "{'gpt-4': 1000}", "{'claude-3': 5}"}));
        if (coin())
            wanted.model_max_budget = json(of<std::string>(
                {"{'gpt-4': {'max_budget': 1, 'budget_duration': '1d'}}",
                 "{'gpt-4': {'max_budget': 9, 'budget_duration': '1d'}}"}
            ));
        if (coin())
            wanted.aliases = json(of<std::string>({"{'gpt-4': 'claude-3'}", "{'claude-3': 'gpt-4'}"}));
        return wanted;
    }

private:
    SeededRandom random_;
};

template <class T>
bool is_within(const std::optional<T>& child, const std::optional<T>& parent)
{
    return !parent || (child && *child <= *parent);
}

void expect_within(const store::Key& child, const store::Key& parent)
{
    EXPECT_TRUE(is_within(child.max_budget, parent.max_budget));
    EXPECT_TRUE(is_within(child.tpm_limit, parent.tpm_limit));
    EXPECT_TRUE(is_within(child.rpm_limit, parent.rpm_limit));
    EXPECT_TRUE(is_within(child.max_parallel_requests, parent.max_parallel_requests));
    EXPECT_TRUE(is_within(child.expires, parent.expires));
    if (parent.max_budget && child.budget_duration) {
        ASSERT_TRUE(parent.budget_duration);
        const auto period = parse_duration(*parent.budget_duration).value().approximate();
        EXPECT_GE(parse_duration(*child.budget_duration).value().approximate(), period);
    }
    EXPECT_EQ(child.team_id, parent.team_id);
    EXPECT_TRUE(child.permissions.empty() || child.permissions == parent.permissions);
    for (const char* name : {"temp_budget_increase", "temp_budget_expiry"})
        EXPECT_EQ(
            child.metadata.contains(name), parent.metadata.contains(name) && child.metadata.contains(name)
        );
    for (const auto& tag : parent.metadata.value("tags", Json::array())) {
        const Json& tags = child.metadata["tags"];
        EXPECT_NE(std::find(tags.begin(), tags.end(), tag), tags.end());
    }
    const Json limits = parent.metadata.value("model_rpm_limit", Json::object());
    for (const auto& [model, limit] : limits.items())
        EXPECT_LE(child.metadata["model_rpm_limit"][model].get<int>(), limit.get<int>());
    for (const auto& [model, budget] : parent.model_max_budget.items())
        EXPECT_LE(
            child.model_max_budget[model]["max_budget"].get<double>(), budget["max_budget"].get<double>()
        );
}

/// Whatever `child` may call, `parent` may call: asked of the authorisation itself.
void expect_no_more_calls(const auth::Principal& child, const auth::Principal& parent)
{
    const auth::ModelCatalog catalog;
    for (const char* model : {"gpt-4", "gpt-4o-mini", "claude-3", "llama"}) {
        if (!auth::may_use_model(child, model, catalog))
            continue;
        const std::string target = auth::apply_aliases(child, model);
        EXPECT_TRUE(auth::may_use_model(parent, target, catalog)) << model << " to " << target;
    }
    for (const char* path :
         {"/v1/chat/completions", "/chat/completions", "/key/generate", "/user/new", "/team/new"}) {
        for (const auto access : {auth::Access::any_key, auth::Access::key_writer, auth::Access::admin}) {
            if (auth::may_call(child, access, path)) {
                EXPECT_TRUE(auth::may_call(parent, access, path)) << path;
            }
        }
    }
}

std::string reasons(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += name + " ";
    return text;
}

} // namespace

class CreatorBounds : public ManagementTest {};

TEST_F(CreatorBounds, HoldForEveryKeyThatACallerMakes)
{
    Draw draw(20260218);
    user("u-1");
    int made = 0;
    for (int round = 0; round < 60; ++round) {
        const auto parent = key_of("u-1", draw.key());
        if (!auth::may_call(*parent.principal, auth::Access::key_writer, "/key/generate"))
            continue;
        for (int attempt = 0; attempt < 6; ++attempt) {
            const auto issued = issue(parent, attempt == 0 ? NewKey() : draw.key());
            if (!issued) {
                EXPECT_EQ(issued.error().kind, ErrorKind::forbidden) << issued.error().message;
                continue;
            }
            ++made;
            const auto child = caller(issued->secret.reveal());
            expect_within(*child.principal->key(), *parent.principal->key());
            expect_no_more_calls(*child.principal, *parent.principal);
        }
    }
    EXPECT_GT(made, 30);
}

TEST_F(CreatorBounds, HoldAgainstDefaultsToo)
{
    NewKey small;
    small.max_budget = 1;
    const auto parent = user("u-1", small);
    settings.litellm.default_key_generate_params = json("{'max_budget': 100, 'models': ['gpt-4']}");

    EXPECT_EQ(issue(parent, {}).value().row.max_budget, 1);
}

TEST_F(CreatorBounds, NameTheFieldThatIsTooMuch)
{
    NewKey small;
    small.max_budget = 1;
    small.models = {"gpt-4"};
    const auto parent = user("u-1", small);
    NewKey wanted;
    wanted.max_budget = 2;
    expect_error(issue(parent, wanted), ErrorKind::forbidden, "max_budget", "max_budget");

    NewKey models;
    models.models = {"gpt-4", "claude-3"};
    expect_error(issue(parent, models), ErrorKind::forbidden, "models", "models");
}

TEST_F(CreatorBounds, KeepATeamsKeyInItsTeam)
{
    const auto personal = user("u-1");
    team("t-1", {{"u-1", "admin"}});
    team("t-2", {{"u-1", "admin"}});
    NewKey of_team;
    of_team.team_id = "t-1";
    const auto parent = key_of("u-1", of_team);

    EXPECT_EQ(issue(parent, {}).value().row.team_id, "t-1");
    NewKey elsewhere;
    elsewhere.team_id = "t-2";
    expect_error(issue(parent, elsewhere), ErrorKind::forbidden, "team_id", "team_id");
    EXPECT_EQ(issue(personal, elsewhere).value().row.team_id, "t-2");
}

TEST_F(CreatorBounds, RefuseWhatIsAboveTheUsersOwnLimits)
{
    NewUser wanted;
    wanted.user_id = "u-1";
    wanted.max_budget = 5;
    wanted.models = {"gpt-4"};
    const auto created = run(services().users.create(admin(), wanted)).value();
    const auto by = caller(created.key->secret.reveal());

    NewKey key;
    key.max_budget = 6;
    expect_error(issue(by, key), ErrorKind::forbidden, "max_budget", "max_budget");
    EXPECT_FALSE(issue(by, {}).value().row.max_budget) << "the user's row holds the budget";
}

TEST_F(CreatorBounds, DoNotComeFromADashboardSession)
{
    NewKey session;
    session.team_id = std::string(dashboard_team_id);
    session.max_budget = 0.25;
    session.duration = "24h";
    const auto by = user("u-1", session);

    NewKey wanted;
    wanted.max_budget = 10;
    const auto row = issue(by, wanted).value().row;
    EXPECT_EQ(row.max_budget, 10);
    EXPECT_FALSE(row.expires);
    EXPECT_FALSE(row.team_id);

    NewKey greedy;
    greedy.allowed_routes = {"/user/new"};
    expect_error(issue(by, greedy), ErrorKind::forbidden, "allowed_routes", "allowed_routes");
}

TEST(Narrow, ReportsWhatItCutBack)
{
    store::Key parent;
    parent.max_budget = 1;
    parent.rpm_limit = 10;
    parent.access_group_ids = {"g-1"};
    store::Key child;
    child.max_budget = 2;
    child.access_group_ids = {"g-1", "g-2"};
    child.config = json("{'a': 1}");
    child.organization_id = "o-1";

    const auto lowered = narrow(parent, child, at("2026-02-18"));

    EXPECT_EQ(
        lowered, (std::vector<std::string>{"organization_id", "max_budget", "config", "access_group_ids"})
    ) << reasons(lowered);
    EXPECT_EQ(child.rpm_limit, 10);
    EXPECT_EQ(child.max_budget, 1);
    EXPECT_EQ(child.access_group_ids, std::vector<std::string>{"g-1"});
    EXPECT_TRUE(child.config.empty());
    EXPECT_FALSE(child.organization_id);
}

TEST(Narrow, TakesTheLongerPeriodOfABudget)
{
    store::Key parent;
    parent.max_budget = 1;
    parent.budget_duration = "30d";
    store::Key child;
    child.budget_duration = "1d";

    EXPECT_EQ(narrow(parent, child, at("2026-02-18T10:00")), std::vector<std::string>{"budget_duration"});
    EXPECT_EQ(child.budget_duration, "30d");
    EXPECT_EQ(child.budget_reset_at, at("2026-03-01"));
}

TEST(RouteCover, KnowsWhatLiesInside)
{
    const std::vector<std::string> owned{"/v1/chat", "/spend/*", "llm_api_routes"};
    for (const char* entry :
         {"/v1/chat", "/v1/chat/completions", "/spend/logs", "/spend/*", "llm_api_routes", "openai_routes"})
        EXPECT_TRUE(is_covered(entry, owned)) << entry;
    for (const char* entry : {"/spend*", "/key/generate", "/*", "*", "management_routes", "/v1x"})
        EXPECT_FALSE(is_covered(entry, owned)) << entry;
}

TEST(RouteCover, KeepsAdminRoutesFromOthers)
{
    for (const char* entry :
         {"/v1/chat/completions", "/chat/*", "/key/generate", "info_routes", "/spend/logs"})
        EXPECT_TRUE(is_open_to_internal_users(entry)) << entry;
    for (const char* entry :
         {"/user/new", "/*", "*", "/key/*", "/key/gen*", "/v1/../user/new", "/team/new", "/v1//x"})
        EXPECT_FALSE(is_open_to_internal_users(entry)) << entry;
}

} // namespace litellm::management
