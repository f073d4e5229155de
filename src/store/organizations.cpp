#include "litellm/store/organizations.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view organization_table = "LiteLLM_OrganizationTable";

constexpr std::array organization_columns{
    column<Organization, &Organization::organization_id>("organization_id"),
    column<Organization, &Organization::organization_alias>("organization_alias"),
    column<Organization, &Organization::budget_id>("budget_id"),
    column<Organization, &Organization::metadata>("metadata"),
    column<Organization, &Organization::models>("models"),
    column<Organization, &Organization::spend>("spend"),
    column<Organization, &Organization::model_spend>("model_spend"),
    column<Organization, &Organization::created_at>("created_at"),
    column<Organization, &Organization::created_by>("created_by"),
    column<Organization, &Organization::updated_at>("updated_at"),
    column<Organization, &Organization::updated_by>("updated_by"),
    column<Organization, &Organization::object_permission_id>("object_permission_id"),
};

constexpr std::string_view select_one =
    R"(SELECT {} FROM "LiteLLM_OrganizationTable" WHERE organization_id = $1)";
constexpr std::string_view lock_one =
    R"(SELECT {} FROM "LiteLLM_OrganizationTable" WHERE organization_id = $1 FOR NO KEY UPDATE)";
constexpr std::string_view select_some =
    R"(SELECT {} FROM "LiteLLM_OrganizationTable" WHERE {} ORDER BY organization_alias, organization_id)";
constexpr std::string_view update_columns =
    R"(UPDATE "LiteLLM_OrganizationTable" SET {} WHERE organization_id = ${})";
constexpr std::string_view delete_memberships =
    R"(DELETE FROM "LiteLLM_OrganizationMembership" WHERE organization_id = $1)";
constexpr std::string_view delete_one =
    R"(DELETE FROM "LiteLLM_OrganizationTable" WHERE organization_id = $1)";

Columns<Organization> columns_of(db::Transaction& transaction)
{
    return Columns<Organization>(organization_columns, *transaction.shape_of(organization_table));
}

} // namespace

Json document_of(const Organization& organization)
{
    return document_from<Organization>(organization_columns, organization);
}

Result<void> insert_organization(db::Transaction& transaction, const Organization& organization)
{
    return insert_record(transaction, organization_table, columns_of(transaction), organization);
}

Result<std::optional<Organization>>
find_organization(db::Transaction& transaction, const std::string& organization_id)
{
    const Columns<Organization> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_one, columns.names()), {organization_id}));
}

Result<std::optional<Organization>>
lock_organization(db::Transaction& transaction, const std::string& organization_id)
{
    const Columns<Organization> columns = columns_of(transaction);
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const std::string sql = compose(is_postgres ? lock_one : select_one, columns.names());
    return read_first(columns, transaction.query(sql, {organization_id}));
}

Result<std::vector<Organization>>
list_organizations_by_id(db::Transaction& transaction, const std::vector<std::string>& organization_ids)
{
    const Columns<Organization> columns = columns_of(transaction);
    const std::string sql =
        compose(select_some, columns.names(), is_one_of(transaction.dialect(), "organization_id", 1));
    return read_all(columns, transaction.query(sql, {organization_ids}));
}

Result<std::vector<Organization>> list_organizations(db::Transaction& transaction)
{
    const Columns<Organization> columns = columns_of(transaction);
    return read_all(columns, transaction.query(compose(select_some, columns.names(), "TRUE"), {}));
}

Result<void> update_organization(db::Transaction& transaction, const Organization& organization)
{
    const Columns<Organization> columns =
        columns_of(transaction)
            .without({"organization_id", "spend", "model_spend", "created_at", "created_by"});
    std::vector<db::Value> values = columns.values(organization);
    values.emplace_back(organization.organization_id);
    const Result<std::int64_t> changed =
        transaction.execute(compose(update_columns, columns.assignments(), values.size()), values);
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the organization does not exist", "organization_id");
    return {};
}

Result<void> remove_organization(db::Transaction& transaction, const std::string& organization_id)
{
    for (const std::string_view sql : {delete_memberships, delete_one}) {
        const Result<std::int64_t> removed = transaction.execute(sql, {organization_id});
        if (!removed)
            return removed.error();
    }
    return {};
}

} // namespace litellm::store
