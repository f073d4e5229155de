#include "litellm/store/object_permissions.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view permission_table = "LiteLLM_ObjectPermissionTable";
/// Lists of names; later versions may have columns of other kinds.
constexpr std::string_view lists[] = {
    "mcp_servers", "mcp_access_groups", "vector_stores", "agents", "agent_access_groups"};
constexpr std::string_view tool_permissions = "mcp_tool_permissions";
constexpr std::string_view select_permission =
    R"(SELECT {} FROM "LiteLLM_ObjectPermissionTable" WHERE object_permission_id = $1)";

} // namespace

Result<std::optional<Json>> find_object_permission(db::Transaction& transaction, const std::string& id)
{
    const std::shared_ptr<const db::TableShape> shape = transaction.shape_of(permission_table);
    if (!shape->exists())
        return std::optional<Json>();
    std::vector<std::string> members;
    for (const std::string& column : shape->columns) {
        if (column == tool_permissions ||
            std::find(std::begin(lists), std::end(lists), column) != std::end(lists))
            members.push_back(column);
    }
    const std::string names = fmt::format("\"{}\"", fmt::join(members, "\", \""));
    const Result<db::Rows> rows = transaction.query(compose(select_permission, names), {id});
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<Json>();
    Json permission = Json::object();
    for (std::size_t index = 0; index < members.size(); ++index) {
        if (members[index] == tool_permissions)
            permission[members[index]] = read_json(rows->front(), index);
        else
            permission[members[index]] = rows->front().texts(index);
    }
    return std::optional<Json>(std::move(permission));
}

} // namespace litellm::store
