#include "litellm/store/budget_resets.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

struct OwnerTable {
    std::string_view table;
    std::string_view id;
    std::string_view condition;
};

constexpr OwnerTable keys{"LiteLLM_VerificationToken", "token", " AND (expires IS NULL OR expires > $1)"};
constexpr OwnerTable users{"LiteLLM_UserTable", "user_id", ""};
constexpr OwnerTable teams{"LiteLLM_TeamTable", "team_id", ""};

const OwnerTable& table_of(BudgetOwner owner)
{
    switch (owner) {
    case BudgetOwner::key:
        return keys;
    case BudgetOwner::user:
        return users;
    case BudgetOwner::team:
        break;
    }
    return teams;
}

constexpr std::string_view select_durations = R"(
SELECT DISTINCT budget_duration FROM "{0}" WHERE budget_reset_at <= $1{2})";
constexpr std::string_view reset_with_duration = R"(
UPDATE "{0}" SET spend = 0, budget_reset_at = $3
WHERE budget_reset_at <= $1{2} AND budget_duration = $2 RETURNING {1})";
constexpr std::string_view reset_without_duration = R"(
UPDATE "{0}" SET spend = 0, budget_reset_at = NULL
WHERE budget_reset_at <= $1{2} AND budget_duration IS NULL RETURNING {1})";

constexpr std::string_view reset_all = R"(
UPDATE "{0}" SET spend = 0 WHERE spend <> 0 RETURNING {1})";

constexpr std::string_view select_budgets = R"(
SELECT budget_id, budget_duration, budget_reset_at, created_at FROM "LiteLLM_BudgetTable"
WHERE budget_duration IS NOT NULL AND (budget_reset_at IS NULL OR budget_reset_at <= $1) ORDER BY budget_id)";
constexpr std::string_view update_budget = R"(
UPDATE "LiteLLM_BudgetTable" SET budget_reset_at = $2
WHERE budget_id = $1 AND (budget_reset_at IS NULL OR budget_reset_at <= $3))";

constexpr std::string_view reset_end_users = R"(
UPDATE "LiteLLM_EndUserTable" SET spend = 0 WHERE budget_id = $1 AND spend <> 0 RETURNING user_id)";
constexpr std::string_view reset_members = R"(
UPDATE "LiteLLM_TeamMembership" SET spend = 0 WHERE budget_id = $1 AND spend <> 0 RETURNING team_id, user_id)";
constexpr std::string_view reset_keys = R"(
UPDATE "LiteLLM_VerificationToken" SET spend = 0
WHERE budget_id = $1 AND spend <> 0 AND budget_duration IS NULL RETURNING token)";
constexpr std::string_view reset_organizations = R"(
UPDATE "LiteLLM_OrganizationTable" SET spend = 0 WHERE budget_id = $1 AND spend <> 0 RETURNING organization_id)";
constexpr std::string_view reset_tags = R"(
UPDATE "LiteLLM_TagTable" SET spend = 0 WHERE budget_id = $1 AND spend <> 0 RETURNING tag_name)";

Result<std::vector<std::string>> ids_of(const Result<db::Rows>& rows)
{
    if (!rows)
        return rows.error();
    std::vector<std::string> ids;
    for (const db::Row& row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

} // namespace

Result<std::vector<std::string>> reset_all_spend(db::Transaction& transaction, BudgetOwner owner)
{
    const OwnerTable& table = table_of(owner);
    return ids_of(transaction.query(compose(reset_all, table.table, table.id), {}));
}

Result<std::vector<std::optional<std::string>>>
list_due_durations(db::Transaction& transaction, BudgetOwner owner, Timestamp now)
{
    const OwnerTable& table = table_of(owner);
    const Result<db::Rows> rows =
        transaction.query(compose(select_durations, table.table, table.id, table.condition), {now});
    if (!rows)
        return rows.error();
    std::vector<std::optional<std::string>> durations;
    for (const db::Row& row : *rows)
        durations.push_back(row.optional_text(0));
    return durations;
}

Result<std::vector<std::string>> reset_owners(
    db::Transaction& transaction,
    BudgetOwner owner,
    const std::optional<std::string>& duration,
    std::optional<Timestamp> next,
    Timestamp now
)
{
    const OwnerTable& table = table_of(owner);
    if (!duration)
        return ids_of(
            transaction.query(compose(reset_without_duration, table.table, table.id, table.condition), {now})
        );
    const std::string sql = compose(reset_with_duration, table.table, table.id, table.condition);
    return ids_of(transaction.query(sql, {now, *duration, next}));
}

Result<std::vector<DueBudget>> list_due_budgets(db::Transaction& transaction, Timestamp now)
{
    const Result<db::Rows> rows = transaction.query(select_budgets, {now});
    if (!rows)
        return rows.error();
    std::vector<DueBudget> budgets;
    for (const db::Row& row : *rows)
        budgets.push_back({row.text(0), row.text(1), row.timestamp(2), row.timestamp(3).value_or(now)});
    return budgets;
}

Result<bool>
set_budget_reset(db::Transaction& transaction, const DueBudget& budget, Timestamp next, Timestamp now)
{
    const Result<std::int64_t> changed = transaction.execute(update_budget, {budget.budget_id, next, now});
    if (!changed)
        return changed.error();
    return *changed > 0;
}

Result<BudgetSpenders> reset_spenders(db::Transaction& transaction, const std::string& budget_id)
{
    BudgetSpenders spenders;
    const auto reset = [&](std::string_view sql, std::vector<std::string>& ids) -> Result<void> {
        auto changed = ids_of(transaction.query(sql, {budget_id}));
        if (!changed)
            return changed.error();
        ids = std::move(*changed);
        return {};
    };
    for (const auto& done :
         {reset(reset_keys, spenders.keys),
          reset(reset_organizations, spenders.organizations),
          reset(reset_end_users, spenders.end_users),
          transaction.shape_of("LiteLLM_TagTable")->exists() ? reset(reset_tags, spenders.tags)
                                                             : Result<void>()}) {
        if (!done)
            return done.error();
    }
    const Result<db::Rows> members = transaction.query(reset_members, {budget_id});
    if (!members)
        return members.error();
    for (const db::Row& row : *members)
        spenders.members.emplace_back(row.text(0), row.text(1));
    return spenders;
}

} // namespace litellm::store
