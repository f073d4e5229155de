#pragma once
// "LiteLLM_UserTable".password: apart from the rows, so that no answer can show it.

#include "litellm/db/database.hpp"

#include <optional>
#include <string>

namespace litellm::store {

/// As core's check_password() takes it; nothing when the user has none.
[[nodiscard]] Result<std::optional<std::string>>
find_password(db::Transaction& transaction, const std::string& user_id);
/// `kept` is what hash_password() made. not_found when the user is gone.
[[nodiscard]] Result<void> set_password(
    db::Transaction& transaction, const std::string& user_id, const std::string& kept, Timestamp now
);

} // namespace litellm::store
