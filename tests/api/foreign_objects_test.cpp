// What belongs to others stays theirs: every route, with the names of everything that somebody else has.

#include "visitors.hpp"

#include <fmt/format.h>

namespace litellm::api {

namespace {

using auth::Role;
using management::json;

/// Texts that only somebody else's rows hold.
constexpr const char* canary = "foreign-canary";

class ForeignObjects : public ::testing::Test {
protected:
    ForeignObjects()
        : proxy_([](config::Config& settings) {
              settings.litellm.store_audit_logs = true;
              config::add_deployment(
                  settings,
                  "gpt-4",
                  json("{'model': 'openai/gpt-4', 'api_base': 'http://127.0.0.1:1/v1', 'api_key': "
                       "'canary-provider-secret'}")
              );
          })
    {
        organization();
        management::NewUser owner;
        owner.user_id = "foreign-user";
        owner.user_email = "foreign@b.c";
        owner.metadata["secret"] = canary;
        owner.auto_create_key = false;
        management::run(proxy_.services().users.create(proxy_.admin(), owner)).value();
        management::NewTeam team;
        team.team_alias = "foreign-alias";
        team.metadata["secret"] = canary;
        proxy_.team("foreign-team", {{"foreign-user", "admin"}}, team);
        management::NewKey key;
        key.user_id = "foreign-user";
        key.team_id = "foreign-team";
        key.key_alias = "foreign-key";
        key.metadata["secret"] = canary;
        const auto made = proxy_.issue(key).value();
        key_ = made.secret.reveal();
        hash_ = made.row.token;
        password_and_ledger();
    }

    void organization()
    {
        proxy_
            .in_transaction([&](db::Transaction& tx) -> Result<std::int64_t> {
                store::Budget budget;
                budget.budget_id = "foreign-budget";
                budget.max_budget = 10;
                budget.created_at = budget.updated_at = proxy_.clock.now();
                if (const auto stored = store::insert_budget(tx, budget); !stored)
                    return stored.error();
                if (const auto made = tx.execute(
                        R"(INSERT INTO "LiteLLM_EndUserTable" ("user_id", "alias", "blocked") VALUES ('foreign-customer', $1, false))",
                        {canary}
                    );
                    !made)
                    return made.error();
                return tx.execute(
                    R"(INSERT INTO "LiteLLM_OrganizationTable" ("organization_id", "organization_alias", "budget_id", "models",
                "created_by", "updated_by") VALUES ('foreign-organization', $1, 'foreign-budget', $2, 'x', 'x'))",
                    {canary, std::vector<std::string>{"gpt-4"}}
                );
            })
            .value();
    }
    void password_and_ledger()
    {
        proxy_
            .in_transaction([&](db::Transaction& tx) -> Result<std::int64_t> {
                store::SpendLog row;
                row.request_id = "foreign-request";
                row.api_key = hash_;
                row.user = "foreign-user";
                row.model = canary;
                row.start_time = row.end_time = proxy_.clock.now();
                if (const auto stored = store::insert_spend_logs(tx, std::vector<store::SpendLog>{row});
                    !stored)
                    return stored.error();
                return tx.execute(
                    R"(UPDATE "LiteLLM_UserTable" SET "password" = 'canary-password-hash' WHERE "user_id" = 'foreign-user')",
                    {}
                );
            })
            .value();
    }

    /// Requests that name the foreign objects, one kind each and all at once, and ask for much.
    std::vector<Json> wishes(const std::string& own_user)
    {
        const std::string names[] = {
            fmt::format("{{'key': '{}', 'keys': ['{}'], 'key_aliases': ['foreign-key']}}", hash_, hash_),
            "{'user_id': 'foreign-user', 'user_ids': ['foreign-user'], 'user_email': 'foreign@b.c'}",
            "{'team_id': 'foreign-team', 'team_ids': ['foreign-team'], 'teams': ['foreign-team']}",
            "{'organization_id': 'foreign-organization', 'organizations': ['foreign-organization']}",
            "{'budget_id': 'foreign-budget', 'budgets': ['foreign-budget'], 'id': 'foreign-budget'}",
            "{'user_id': 'foreign-customer', 'user_ids': ['foreign-customer'], 'end_user_id': "
            "'foreign-customer'}",
        };
        const Json greed = json(fmt::format(
            "{{'max_budget': 1000000, 'models': ['stolen'], 'blocked': true, 'spend': 0, 'duration': '-1', "
            "'metadata': {{}}, "
            "'member': {{'user_id': '{}', 'role': 'admin'}}, 'members': [{{'user_id': '{}', 'role': "
            "'admin'}}], 'role': 'admin', "
            "'password': 'canary-new-password'}}",
            own_user,
            own_user
        ));
        std::vector<Json> found;
        Json everything = greed;
        for (const auto& text : names) {
            Json one = greed;
            one.update(json(text));
            everything.update(json(text));
            found.push_back(std::move(one));
        }
        found.push_back(std::move(everything));
        return found;
    }
    static std::string query_of(const Json& wish)
    {
        std::string query = "?";
        for (const auto& [name, value] : wish.items()) {
            if (value.is_string())
                query += name + "=" + percent_encode(value.get<std::string>()) + "&";
        }
        return query;
    }

    /// Calls every route with every wish, also with foreign names in the path.
    template <class Check>
    void try_everything(const std::string& key, const std::string& user, Check check)
    {
        for (const Route& route : std::vector<Route>(proxy_.service->routes())) {
            for (const char* parameter : {"foreign-user", "foreign-team", hash_.c_str()}) {
                const auto targets = VisitedProxy::targets(route, parameter);
                for (const Json& wish : wishes(user)) {
                    const std::string target = targets.front() + query_of(wish);
                    SCOPED_TRACE(fmt::format("{} {} {}", http::to_string(route.method), target, to_text(wish))
                    );
                    const Answer answer = proxy_.call(route.method, target, key, wish);
                    check(route, answer);
                    if ((target + to_text(wish)).find(hash_) == std::string::npos)
                        check_hash(answer);
                }
                if (targets.front() == route.paths.front())
                    break;
            }
        }
    }

    /// Who did not name a key's hash does not learn it, admins apart.
    void check_hash(const Answer& answer)
    {
        if (!sees_hashes_) {
            EXPECT_EQ(answer.text.find(hash_), std::string::npos) << answer.text;
        }
        EXPECT_EQ(answer.text.find(sha256_hex("canary-new-password")), std::string::npos) << answer.text;
    }

    VisitedProxy proxy_;
    bool sees_hashes_ = false;
    std::string key_;
    std::string hash_;
};

} // namespace

TEST_F(ForeignObjects, AreNeitherShownNorChanged)
{
    const auto before = proxy_.rows_with("foreign-");
    ASSERT_GE(before.size(), 7U);
    for (const Role role :
         {Role::org_admin,
          Role::internal_user,
          Role::internal_user_viewer,
          Role::team,
          Role::customer,
          Role::none}) {
        const std::string key = proxy_.key_with_role(role);
        const std::string user = "u-" + std::string(auth::to_string(role));
        SCOPED_TRACE(user);
        try_everything(key, user, [&](const Route&, const Answer& answer) {
            EXPECT_EQ(answer.text.find(canary), std::string::npos) << answer.text;
            EXPECT_EQ(answer.text.find("canary-"), std::string::npos) << answer.text;
        });
        // Refused calls leave rows of their own in the ledger, which name nobody else.
        for (const auto& row : proxy_.rows_with("foreign-"))
            EXPECT_TRUE(before.contains(row)) << row;
        EXPECT_EQ(proxy_.rows_with("foreign-").size(), before.size());
    }
}

TEST_F(ForeignObjects, AreShownToAdminsWithoutSecrets)
{
    sees_hashes_ = true;
    for (const Role role : {Role::proxy_admin_viewer, Role::proxy_admin}) {
        const std::string key = proxy_.key_with_role(role);
        bool was_seen = false;
        try_everything(
            key,
            "u-" + std::string(auth::to_string(role)),
            [&](const Route&, const Answer& answer) {
                was_seen = was_seen || answer.text.find(canary) != std::string::npos;
                EXPECT_LE(answer.status, 500);
                for (const char* secret :
                     {"canary-password-hash", "canary-new-password", "canary-provider-secret"})
                    EXPECT_EQ(answer.text.find(secret), std::string::npos) << answer.text;
                EXPECT_EQ(answer.text.find(key_), std::string::npos)
                    << "a key that was made before: " << answer.text;
            }
        );
        EXPECT_TRUE(was_seen) << "the check above proves nothing";
    }
}

} // namespace litellm::api
