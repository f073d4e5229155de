#pragma once
// Rows that are deleted leave a copy in an archive table: who deleted them, and when.

#include "litellm/core/time.hpp"

#include <string>

namespace litellm::store {

/// Columns of an archive's row.
struct Deletion {
    std::string id; ///< unused by callers: an archived row's id is made from this prefix and the row's own id
    Timestamp at;
    std::string by_user;
    std::string by_key;
    std::string changed_by;
};

} // namespace litellm::store
