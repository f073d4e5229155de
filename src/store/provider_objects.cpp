#include "litellm/store/provider_objects.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view insert_row = R"(
INSERT INTO provider_objects (id, kind, account, key_hash, user_id, team_id, is_charged, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING)";
constexpr std::string_view select_rows = R"(
SELECT id, kind, account, key_hash, user_id, team_id, is_charged, created_at FROM provider_objects WHERE {})";
constexpr std::string_view delete_row = R"(DELETE FROM provider_objects WHERE id = $1)";
constexpr std::string_view charge_row =
    R"(UPDATE provider_objects SET is_charged = true WHERE id = $1 AND is_charged = false)";

ProviderObject object_in(const db::Row& row)
{
    ProviderObject object;
    object.id = row.text(0);
    object.kind = row.text(1);
    object.account = row.text(2);
    object.key_hash = row.text(3);
    object.user_id = row.text(4);
    object.team_id = row.text(5);
    object.is_charged = row.boolean(6);
    object.created_at = row.timestamp(7).value_or(Timestamp());
    return object;
}

Result<void> done(const Result<std::int64_t>& changed)
{
    if (!changed)
        return changed.error();
    return {};
}

} // namespace

Result<void> add_provider_object(db::Transaction& transaction, const ProviderObject& object)
{
    return done(transaction.execute(
        insert_row,
        {object.id,
         object.kind,
         object.account,
         object.key_hash,
         object.user_id,
         object.team_id,
         object.is_charged,
         object.created_at}
    ));
}

Result<std::vector<ProviderObject>>
list_provider_objects(db::Transaction& transaction, const std::vector<std::string>& ids)
{
    const auto rows =
        transaction.query(compose(select_rows, is_one_of(transaction.dialect(), "id", 1)), {db::Texts(ids)});
    if (!rows)
        return rows.error();
    std::vector<ProviderObject> objects;
    for (const db::Row& row : *rows)
        objects.push_back(object_in(row));
    return objects;
}

Result<void> remove_provider_object(db::Transaction& transaction, const std::string& id)
{
    return done(transaction.execute(delete_row, {id}));
}

Result<bool> claim_charge(db::Transaction& transaction, const std::string& id)
{
    const auto changed = transaction.execute(charge_row, {id});
    if (!changed)
        return changed.error();
    return *changed > 0;
}

} // namespace litellm::store
