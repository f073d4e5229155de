#include "litellm/store/organizations.hpp"
#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::array membership_columns{
    column<OrganizationMembership, &OrganizationMembership::user_id>("user_id"),
    column<OrganizationMembership, &OrganizationMembership::organization_id>("organization_id"),
    column<OrganizationMembership, &OrganizationMembership::user_role>("user_role"),
    column<OrganizationMembership, &OrganizationMembership::spend>("spend"),
    column<OrganizationMembership, &OrganizationMembership::budget_id>("budget_id"),
    column<OrganizationMembership, &OrganizationMembership::created_at>("created_at"),
    column<OrganizationMembership, &OrganizationMembership::updated_at>("updated_at"),
};

constexpr std::string_view select_memberships =
    R"(SELECT {} FROM "LiteLLM_OrganizationMembership" WHERE {} ORDER BY user_id)";
constexpr std::string_view select_role =
    R"(SELECT user_role FROM "LiteLLM_OrganizationMembership" WHERE organization_id = $1 AND user_id = $2)";
constexpr std::string_view select_with_role = R"(
SELECT organization_id FROM "LiteLLM_OrganizationMembership"
WHERE user_id = $1 AND ($2 = '' OR user_role = $2) ORDER BY 1)";
constexpr std::string_view insert_member = R"(
INSERT INTO "LiteLLM_OrganizationMembership" (user_id, organization_id, user_role, created_at, updated_at)
VALUES ($1, $2, $3, $4, $4) ON CONFLICT (user_id, organization_id) DO NOTHING)";
constexpr std::string_view update_member = R"(
UPDATE "LiteLLM_OrganizationMembership" SET user_role = $3, budget_id = $4, updated_at = $5
WHERE organization_id = $1 AND user_id = $2)";
constexpr std::string_view delete_member =
    R"(DELETE FROM "LiteLLM_OrganizationMembership" WHERE organization_id = $1 AND user_id = $2)";
constexpr std::string_view delete_of_user =
    R"(DELETE FROM "LiteLLM_OrganizationMembership" WHERE user_id = $1)";

Columns<OrganizationMembership> columns_of(db::Transaction& transaction)
{
    return Columns<OrganizationMembership>(
        membership_columns, *transaction.shape_of("LiteLLM_OrganizationMembership")
    );
}

Result<void> nothing_more(const Result<std::int64_t>& changed)
{
    if (!changed)
        return changed.error();
    return {};
}

} // namespace

Json document_of(const OrganizationMembership& membership)
{
    return document_from<OrganizationMembership>(membership_columns, membership);
}

Result<std::optional<std::string>> find_organization_role(
    db::Transaction& transaction, const std::string& organization_id, const std::string& user_id
)
{
    const Result<db::Rows> rows = transaction.query(select_role, {organization_id, user_id});
    if (!rows)
        return rows.error();
    std::optional<std::string> role;
    if (!rows->empty())
        role = rows->front().optional_text(0).value_or("internal_user");
    return role;
}

Result<std::vector<std::string>> list_organizations_with_role(
    db::Transaction& transaction, const std::string& user_id, const std::string& role
)
{
    const Result<db::Rows> rows = transaction.query(select_with_role, {user_id, role});
    if (!rows)
        return rows.error();
    std::vector<std::string> ids;
    for (const db::Row& row : *rows)
        ids.push_back(row.text(0));
    return ids;
}

Result<void> add_organization_member(
    db::Transaction& transaction,
    const std::string& organization_id,
    const std::string& user_id,
    const std::string& role,
    Timestamp now
)
{
    return nothing_more(transaction.execute(insert_member, {user_id, organization_id, role, now}));
}

Result<std::optional<OrganizationMembership>> find_organization_membership(
    db::Transaction& transaction, const std::string& organization_id, const std::string& user_id
)
{
    const Columns<OrganizationMembership> columns = columns_of(transaction);
    const std::string sql =
        compose(select_memberships, columns.names(), "organization_id = $1 AND user_id = $2");
    return read_first(columns, transaction.query(sql, {organization_id, user_id}));
}

Result<std::vector<OrganizationMembership>>
list_organization_memberships(db::Transaction& transaction, const std::string& organization_id)
{
    const Columns<OrganizationMembership> columns = columns_of(transaction);
    const std::string sql = compose(select_memberships, columns.names(), "organization_id = $1");
    return read_all(columns, transaction.query(sql, {organization_id}));
}

Result<void>
update_organization_membership(db::Transaction& transaction, const OrganizationMembership& membership)
{
    return nothing_more(transaction.execute(
        update_member,
        {membership.organization_id,
         membership.user_id,
         membership.user_role,
         membership.budget_id,
         membership.updated_at}
    ));
}

Result<void> remove_organization_membership(
    db::Transaction& transaction, const std::string& organization_id, const std::string& user_id
)
{
    return nothing_more(transaction.execute(delete_member, {organization_id, user_id}));
}

Result<void> remove_organization_memberships_of_user(db::Transaction& transaction, const std::string& user_id)
{
    return nothing_more(transaction.execute(delete_of_user, {user_id}));
}

} // namespace litellm::store
