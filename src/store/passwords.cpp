#include "litellm/store/passwords.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view select_password = R"(SELECT password FROM "LiteLLM_UserTable" WHERE user_id = $1)";
constexpr std::string_view update_password =
    R"(UPDATE "LiteLLM_UserTable" SET password = $2, updated_at = $3 WHERE user_id = $1)";

} // namespace

Result<std::optional<std::string>> find_password(db::Transaction& transaction, const std::string& user_id)
{
    const auto rows = transaction.query(select_password, {user_id});
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<std::string>();
    return rows->front().optional_text(0);
}

Result<void>
set_password(db::Transaction& transaction, const std::string& user_id, const std::string& kept, Timestamp now)
{
    const auto changed = transaction.execute(update_password, {user_id, kept, now});
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return not_found("the user does not exist", "user_id");
    return {};
}

} // namespace litellm::store
