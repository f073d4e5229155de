#pragma once
// Copies rows to the table where deleted ones are kept.

#include "litellm/store/archive.hpp"
#include "record.hpp"

#include <string>
#include <vector>

namespace litellm::store {

struct Archive {
    std::string_view table;
    std::string_view id; ///< column that tells the rows apart
    std::string_view archive;
};

/// Copies the rows with these ids as they are in the database now. Does nothing where there is no archive.
[[nodiscard]] Result<void> archive_rows(
    db::Transaction& transaction,
    const Archive& archive,
    const std::vector<std::string>& ids,
    const Deletion& deletion
);

} // namespace litellm::store
