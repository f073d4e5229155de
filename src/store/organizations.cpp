#include "litellm/store/organizations.hpp"

namespace litellm::store {

Result<std::optional<Organization>>
find_organization(db::Transaction& transaction, const std::string& organization_id)
{
    constexpr std::string_view sql = R"sql(
SELECT "organization_id", "budget_id", "models", "spend" FROM "LiteLLM_OrganizationTable" WHERE "organization_id" = $1
)sql";
    const auto rows = transaction.query(sql, {organization_id});
    if (!rows)
        return rows.error();
    std::optional<Organization> found;
    if (!rows->empty()) {
        const db::Row& row = rows->front();
        found = Organization{row.text(0), row.text(1), row.texts(2), row.real(3)};
    }
    return found;
}

Result<void> add_organization_member(
    db::Transaction& transaction,
    const std::string& organization_id,
    const std::string& user_id,
    const std::string& role,
    Timestamp now
)
{
    constexpr std::string_view sql = R"sql(
INSERT INTO "LiteLLM_OrganizationMembership" ("user_id", "organization_id", "user_role", "created_at", "updated_at")
VALUES ($1, $2, $3, $4, $4) ON CONFLICT ("user_id", "organization_id") DO NOTHING
)sql";
    const auto touched = transaction.execute(sql, {user_id, organization_id, role, now});
    if (!touched)
        return touched.error();
    return {};
}

} // namespace litellm::store
