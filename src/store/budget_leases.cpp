#include "litellm/store/budget_leases.hpp"

#include <algorithm>
#include <array>

namespace litellm::store {

namespace {

constexpr std::string_view lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 5026))";
constexpr std::string_view select_all = R"(
SELECT kind, id, period_end, holder, amount_nano, renewed_at FROM budget_leases
WHERE kind = $1 AND id = $2 AND period_end = $3 ORDER BY holder)";
constexpr std::string_view select_of = R"(
SELECT kind, id, period_end, holder, amount_nano, renewed_at FROM budget_leases WHERE holder = $1 ORDER BY kind, id, period_end)";
constexpr std::string_view extend = R"(
INSERT INTO budget_leases AS t (kind, id, period_end, holder, amount_nano, renewed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, id, period_end, holder) DO UPDATE SET amount_nano = t.amount_nano + excluded.amount_nano, renewed_at = excluded.renewed_at
RETURNING amount_nano)";
constexpr std::string_view reduce = R"(
UPDATE budget_leases SET amount_nano = CASE WHEN amount_nano > $5 THEN amount_nano - $5 ELSE 0 END
WHERE kind = $1 AND id = $2 AND period_end = $3 AND holder = $4)";
constexpr std::string_view renew = "UPDATE budget_leases SET renewed_at = $2 WHERE holder = $1";
constexpr std::string_view remove_stale = "DELETE FROM budget_leases WHERE renewed_at < $1";

constexpr std::string_view period_spend = "SELECT CAST(spend_nano AS double precision) / 1e9 FROM "
                                          "budget_periods WHERE kind = $1 AND id = $2 AND period_end = $3";
constexpr std::string_view member_spend = R"(
SELECT spend FROM "LiteLLM_TeamMembership" WHERE team_id = $1 AND user_id = $2)";

struct Column {
    std::string_view kind;
    std::string_view select;
};
constexpr std::array columns{
    Column{"api_key", R"(SELECT spend FROM "LiteLLM_VerificationToken" WHERE token = $1)"},
    Column{"user", R"(SELECT spend FROM "LiteLLM_UserTable" WHERE user_id = $1)"},
    Column{"team", R"(SELECT spend FROM "LiteLLM_TeamTable" WHERE team_id = $1)"},
    Column{"organization", R"(SELECT spend FROM "LiteLLM_OrganizationTable" WHERE organization_id = $1)"},
    Column{"end_user", R"(SELECT spend FROM "LiteLLM_EndUserTable" WHERE user_id = $1)"},
    Column{"tag", R"(SELECT spend FROM "LiteLLM_TagTable" WHERE tag_name = $1)"},
};

Result<std::vector<BudgetLease>> leases_in(const Result<db::Rows>& rows)
{
    if (!rows)
        return rows.error();
    std::vector<BudgetLease> leases;
    for (const db::Row& row : *rows)
        leases.push_back(
            {{row.text(0), row.text(1), row.timestamp(2).value_or(Timestamp())},
             row.text(3),
             Money::from_nano(row.integer(4)),
             row.timestamp(5).value_or(Timestamp())}
        );
    return leases;
}

Result<Money> spend_in(const Result<db::Rows>& rows)
{
    if (!rows)
        return rows.error();
    return rows->empty() || rows->front().is_null(0) ? Money() : Money::from_usd(rows->front().real(0));
}

/// Members are named `team:user`, and either may hold a colon.
Result<Money> member_spend_of(db::Transaction& transaction, const std::string& id)
{
    for (auto colon = id.find(':'); colon != std::string::npos; colon = id.find(':', colon + 1)) {
        const auto rows = transaction.query(member_spend, {id.substr(0, colon), id.substr(colon + 1)});
        if (!rows || !rows->empty())
            return spend_in(rows);
    }
    return Money();
}

} // namespace

Result<void> lock_leases(db::Transaction& transaction, const LeaseScope& scope)
{
    // SQLite writes one transaction at a time anyway.
    if (transaction.dialect() == db::Dialect::sqlite)
        return {};
    const auto locked = transaction.query(lock, {scope.kind + ":" + scope.id});
    if (!locked)
        return locked.error();
    return {};
}

Result<std::vector<BudgetLease>> list_leases(db::Transaction& transaction, const LeaseScope& scope)
{
    return leases_in(transaction.query(select_all, {scope.kind, scope.id, scope.period_end}));
}

Result<std::vector<BudgetLease>> list_leases_of(db::Transaction& transaction, const std::string& holder)
{
    return leases_in(transaction.query(select_of, {holder}));
}

Result<Money> load_spend(db::Transaction& transaction, const LeaseScope& scope)
{
    if (scope.period_end != Timestamp())
        return spend_in(transaction.query(period_spend, {scope.kind, scope.id, scope.period_end}));
    if (scope.kind == "team_member")
        return member_spend_of(transaction, scope.id);
    const auto column = std::find_if(columns.begin(), columns.end(), [&](const Column& each) {
        return each.kind == scope.kind;
    });
    if (column == columns.end())
        return Money();
    return spend_in(transaction.query(column->select, {scope.id}));
}

Result<Money> extend_lease(db::Transaction& transaction, const BudgetLease& by)
{
    const auto& [kind, id, period_end] = by.scope;
    const auto extended =
        transaction.query(extend, {kind, id, period_end, by.holder, by.amount.nano(), by.renewed_at});
    if (!extended)
        return extended.error();
    return Money::from_nano(extended->front().integer(0));
}

Result<void>
reduce_lease(db::Transaction& transaction, const LeaseScope& scope, const std::string& holder, Money by)
{
    const auto reduced =
        transaction.execute(reduce, {scope.kind, scope.id, scope.period_end, holder, by.nano()});
    if (!reduced)
        return reduced.error();
    return {};
}

Result<void> renew_leases(db::Transaction& transaction, const std::string& holder, Timestamp now)
{
    const auto renewed = transaction.execute(renew, {holder, now});
    if (!renewed)
        return renewed.error();
    return {};
}

Result<std::int64_t> remove_stale_leases(db::Transaction& transaction, Timestamp time)
{
    return transaction.execute(remove_stale, {time});
}

} // namespace litellm::store
