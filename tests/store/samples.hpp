#pragma once
// Rows for tests.

#include "litellm/store/budgets.hpp"
#include "litellm/store/keys.hpp"
#include "litellm/store/spend_logs.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"
#include "support/database_fixture.hpp"

#include <fmt/format.h>

namespace litellm::store {

/// 2026-02-18 10:00:00 and some seconds.
inline Timestamp at(int seconds_later = 0)
{
    return parse_timestamp("2026-02-18T10:00:00Z").value() + seconds(seconds_later);
}

inline Key make_key(std::string token)
{
    Key key;
    key.token = std::move(token);
    key.created_at = at();
    key.updated_at = at();
    return key;
}

inline Budget make_budget(std::string id)
{
    Budget budget;
    budget.budget_id = std::move(id);
    budget.created_at = at();
    budget.updated_at = at();
    budget.created_by = "admin";
    budget.updated_by = "admin";
    return budget;
}

inline User make_user(std::string id)
{
    User user;
    user.user_id = std::move(id);
    user.created_at = at();
    user.updated_at = at();
    return user;
}

inline Team make_team(std::string id)
{
    Team team;
    team.team_id = std::move(id);
    return team;
}

inline SpendLog make_log(std::string id)
{
    SpendLog log;
    log.request_id = std::move(id);
    log.call_type = "acompletion";
    log.api_key = "hash";
    log.spend = Money::from_nano(1'500);
    log.start_time = at();
    log.end_time = at(1);
    log.model = "gpt-4o";
    return log;
}

inline Money nano(std::int64_t amount)
{
    return Money::from_nano(amount);
}

/// Short ways to the functions under test.
class StoreTest : public testing::DatabaseTest {
protected:
    template <class Function, class... Arguments>
    auto call(Function function, const Arguments&... arguments)
    {
        return transact([&](db::Transaction& transaction) { return function(transaction, arguments...); });
    }
    void insert(const Key& key) { call(insert_key, key).value(); }
    void insert(const User& user) { call(insert_user, user).value(); }
    void insert(const Team& team) { call(insert_team, team).value(); }
    void insert(const Budget& budget) { call(insert_budget, budget).value(); }
    Key key(const std::string& token) { return call(find_key, token).value().value(); }

    void insert_organization(const std::string& id, const std::string& budget_id)
    {
        execute(
            R"(INSERT INTO "LiteLLM_OrganizationTable"
               (organization_id, organization_alias, budget_id, models, created_by, updated_by)
               VALUES ($1, 'alias', $2, $3, 'admin', 'admin'))",
            {id, budget_id, db::Texts{"gpt-4o"}}
        );
    }
    void insert_membership(
        const std::string& user_id, const std::string& team_id, std::optional<std::string> budget_id = {}
    )
    {
        execute(
            R"(INSERT INTO "LiteLLM_TeamMembership" (user_id, team_id, budget_id) VALUES ($1, $2, $3))",
            {user_id, team_id, budget_id}
        );
    }
    double spend_of(std::string_view table, std::string_view column, const std::string& id)
    {
        const db::Rows rows =
            query(fmt::format("SELECT spend FROM \"{}\" WHERE {} = $1", table, column), {id});
        return rows.empty() ? -1 : rows.front().real(0);
    }
};

} // namespace litellm::store
