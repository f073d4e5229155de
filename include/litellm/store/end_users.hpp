#pragma once
// "LiteLLM_EndUserTable": customers, the people behind the callers' own applications.

#include "litellm/db/database.hpp"
#include "litellm/store/budgets.hpp"

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct EndUser {
    std::string user_id;
    std::optional<std::string> alias;
    double spend = 0;
    std::optional<std::string> allowed_model_region; ///< eu, us
    std::optional<std::string> default_model;
    std::optional<std::string> budget_id;
    bool blocked = false;
};

/// The whole row, for the audit log.
[[nodiscard]] Json document_of(const EndUser& end_user);
/// conflict when the id exists.
[[nodiscard]] Result<void> insert_end_user(db::Transaction& transaction, const EndUser& end_user);
[[nodiscard]] Result<std::optional<EndUser>>
find_end_user(db::Transaction& transaction, const std::string& user_id);
/// As find_end_user(), and nobody else changes the row until the transaction ends.
[[nodiscard]] Result<std::optional<EndUser>>
lock_end_user(db::Transaction& transaction, const std::string& user_id);
[[nodiscard]] Result<std::vector<EndUser>>
list_end_users_by_id(db::Transaction& transaction, const std::vector<std::string>& user_ids);
[[nodiscard]] Result<std::vector<EndUser>> list_end_users(db::Transaction& transaction);
/// Writes every column except spend; not_found when the row is gone.
[[nodiscard]] Result<void> update_end_user(db::Transaction& transaction, const EndUser& end_user);
[[nodiscard]] Result<std::int64_t>
remove_end_users(db::Transaction& transaction, const std::vector<std::string>& user_ids);

} // namespace litellm::store
