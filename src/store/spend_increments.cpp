#include "litellm/store/spend_logs.hpp"

#include "record.hpp"

#include <map>

namespace litellm::store {

namespace {

/// A table with a `spend` column and the column that identifies its rows.
struct SpendTable {
    std::string_view table;
    std::string_view id;
};

constexpr SpendTable keys{"LiteLLM_VerificationToken", "token"};
constexpr SpendTable users{"LiteLLM_UserTable", "user_id"};
constexpr SpendTable teams{"LiteLLM_TeamTable", "team_id"};
constexpr SpendTable organizations{"LiteLLM_OrganizationTable", "organization_id"};
constexpr SpendTable tags{"LiteLLM_TagTable", "tag_name"};

/// Every writer takes its row locks in this order, and tables in the order of apply_spend(). The lock is the
/// one that the UPDATE takes anyway; FOR UPDATE would also wait for foreign keys that point to the row.
constexpr std::string_view lock_rows = R"(
SELECT 1 FROM "{0}" WHERE {1} = ANY(CAST($1 AS text[])) ORDER BY {1} FOR NO KEY UPDATE)";
/// Hashes that no key has any more, with those of the keys that they became.
constexpr std::string_view select_successors = R"(
SELECT d.token, d.active_token_id FROM "LiteLLM_DeprecatedVerificationToken" d WHERE {}
AND NOT EXISTS (SELECT 1 FROM "LiteLLM_VerificationToken" v WHERE v.token = d.token))";
constexpr std::string_view add_many = R"(
UPDATE "{0}" AS t SET spend = t.spend + i.amount
FROM unnest(CAST($1 AS text[]), CAST($2 AS double precision[])) AS i(id, amount)
WHERE t.{1} = i.id)";
constexpr std::string_view add_one = R"(UPDATE "{0}" SET spend = spend + $2 WHERE {1} = $1)";

constexpr std::string_view lock_members = R"(
SELECT 1 FROM "LiteLLM_TeamMembership" AS t
JOIN unnest(CAST($1 AS text[]), CAST($2 AS text[])) AS i(team_id, user_id)
  ON t.team_id = i.team_id AND t.user_id = i.user_id
ORDER BY t.team_id, t.user_id FOR NO KEY UPDATE OF t)";
constexpr std::string_view add_to_members = R"(
UPDATE "LiteLLM_TeamMembership" AS t SET spend = t.spend + i.amount
FROM unnest(CAST($1 AS text[]), CAST($2 AS text[]), CAST($3 AS double precision[])) AS i(team_id, user_id, amount)
WHERE t.team_id = i.team_id AND t.user_id = i.user_id)";
constexpr std::string_view add_to_member = R"(
UPDATE "LiteLLM_TeamMembership" SET spend = spend + $3 WHERE team_id = $1 AND user_id = $2)";

constexpr std::string_view upsert_end_users = R"(
INSERT INTO "LiteLLM_EndUserTable" AS t (user_id, spend, blocked)
SELECT i.id, i.amount, false
FROM unnest(CAST($1 AS text[]), CAST($2 AS double precision[])) AS i(id, amount) ORDER BY i.id
ON CONFLICT (user_id) DO UPDATE SET spend = t.spend + excluded.spend)";
constexpr std::string_view upsert_end_user = R"(
INSERT INTO "LiteLLM_EndUserTable" AS t (user_id, spend, blocked) VALUES ($1, $2, FALSE)
ON CONFLICT (user_id) DO UPDATE SET spend = t.spend + excluded.spend)";

/// One amount per row: a row that an UPDATE … FROM meets twice is changed once.
using Sums = std::map<std::string, Money>;
using MemberSums = std::map<std::pair<std::string, std::string>, Money>;

Sums sum_up(const std::vector<SpendIncrement>& increments)
{
    Sums sums;
    for (const SpendIncrement& increment : increments)
        sums[increment.id] += increment.amount;
    return sums;
}

MemberSums sum_up(const std::vector<SpendIncrements::Member>& increments)
{
    MemberSums sums;
    for (const SpendIncrements::Member& increment : increments)
        sums[{increment.team_id, increment.user_id}] += increment.amount;
    return sums;
}

/// Shortest text that reads back as the same number.
std::string to_text(Money amount)
{
    return fmt::format("{}", amount.usd());
}

/// Two parallel arrays.
struct Arrays {
    db::Texts ids;
    db::Texts amounts;
};

Arrays to_arrays(const Sums& sums)
{
    Arrays arrays;
    for (const auto& [id, amount] : sums) {
        arrays.ids.push_back(id);
        arrays.amounts.push_back(to_text(amount));
    }
    return arrays;
}

Result<void> run(db::Transaction& transaction, std::string_view sql, std::initializer_list<db::Value> values)
{
    const Result<std::int64_t> done = transaction.execute(sql, values);
    if (!done)
        return done.error();
    return {};
}

Result<void> run_for_each(db::Transaction& transaction, std::string_view sql, const Sums& sums)
{
    for (const auto& [id, amount] : sums) {
        const Result<void> done = run(transaction, sql, {id, amount.usd()});
        if (!done)
            return done.error();
    }
    return {};
}

Result<void> lock_spend_rows(db::Transaction& transaction, const SpendTable& table, const Sums& sums)
{
    if (transaction.dialect() == db::Dialect::sqlite)
        return {};
    return run(transaction, compose(lock_rows, table.table, table.id), {to_arrays(sums).ids});
}

/// What was spent under a hash that has been rotated away belongs to the key's row all the same. To be called
/// with the rows locked, so that none of them is rotated from here on.
Result<void> move_to_successors(db::Transaction& transaction, Sums& sums)
{
    if (!transaction.shape_of("LiteLLM_DeprecatedVerificationToken")->exists())
        return {};
    const std::string sql = compose(select_successors, is_one_of(transaction.dialect(), "d.token", 1));
    const Result<db::Rows> rows = transaction.query(sql, {to_arrays(sums).ids});
    if (!rows)
        return rows.error();
    for (const db::Row& row : *rows) {
        const Money amount = sums[row.text(0)];
        sums.erase(row.text(0));
        sums[row.text(1)] += amount;
    }
    return {};
}

Result<void> add_to_rows(
    db::Transaction& transaction, const SpendTable& table, const std::vector<SpendIncrement>& increments
)
{
    if (increments.empty() || !transaction.shape_of(table.table)->exists())
        return {};
    Sums sums = sum_up(increments);
    if (const Result<void> locked = lock_spend_rows(transaction, table, sums); !locked)
        return locked.error();
    if (table.table == keys.table) {
        if (const Result<void> moved = move_to_successors(transaction, sums); !moved)
            return moved.error();
    }
    if (transaction.dialect() == db::Dialect::sqlite)
        return run_for_each(transaction, compose(add_one, table.table, table.id), sums);
    const Arrays arrays = to_arrays(sums);
    return run(transaction, compose(add_many, table.table, table.id), {arrays.ids, arrays.amounts});
}

Result<void> add_to_end_users(db::Transaction& transaction, const std::vector<SpendIncrement>& increments)
{
    if (increments.empty())
        return {};
    const Sums sums = sum_up(increments);
    if (transaction.dialect() == db::Dialect::sqlite)
        return run_for_each(transaction, upsert_end_user, sums);
    const Arrays arrays = to_arrays(sums);
    return run(transaction, upsert_end_users, {arrays.ids, arrays.amounts});
}

Result<void> add_to_members_one_by_one(db::Transaction& transaction, const MemberSums& sums)
{
    for (const auto& [member, amount] : sums) {
        const Result<void> done =
            run(transaction, add_to_member, {member.first, member.second, amount.usd()});
        if (!done)
            return done.error();
    }
    return {};
}

Result<void>
add_to_all_members(db::Transaction& transaction, const std::vector<SpendIncrements::Member>& increments)
{
    if (increments.empty())
        return {};
    const MemberSums sums = sum_up(increments);
    if (transaction.dialect() == db::Dialect::sqlite)
        return add_to_members_one_by_one(transaction, sums);
    db::Texts team_ids;
    db::Texts user_ids;
    db::Texts amounts;
    for (const auto& [member, amount] : sums) {
        team_ids.push_back(member.first);
        user_ids.push_back(member.second);
        amounts.push_back(to_text(amount));
    }
    const Result<void> locked = run(transaction, lock_members, {team_ids, user_ids});
    if (!locked)
        return locked.error();
    return run(transaction, add_to_members, {team_ids, user_ids, amounts});
}

} // namespace

Result<void> apply_spend(db::Transaction& transaction, const SpendIncrements& increments)
{
    Result<void> done = add_to_rows(transaction, keys, increments.keys);
    if (done)
        done = add_to_rows(transaction, users, increments.users);
    if (done)
        done = add_to_rows(transaction, teams, increments.teams);
    if (done)
        done = add_to_all_members(transaction, increments.members);
    if (done)
        done = add_to_rows(transaction, organizations, increments.organizations);
    if (done)
        done = add_to_end_users(transaction, increments.end_users);
    if (done)
        done = add_to_rows(transaction, tags, increments.tags);
    return done;
}

} // namespace litellm::store
