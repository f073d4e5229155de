#pragma once
// How a user is laid out in "LiteLLM_UserTable".

#include "litellm/store/users.hpp"
#include "record.hpp"

namespace litellm::store {

inline constexpr std::string_view user_table = "LiteLLM_UserTable";

/// The columns of User that this database has. The password is none of them.
[[nodiscard]] Columns<User> user_columns(db::Transaction& transaction);

} // namespace litellm::store
