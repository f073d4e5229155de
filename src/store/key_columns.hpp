#pragma once
// How a key is laid out in "LiteLLM_VerificationToken".

#include "litellm/store/keys.hpp"
#include "record.hpp"

namespace litellm::store {

/// The columns of Key that this database has.
[[nodiscard]] Columns<Key> key_columns(db::Transaction& transaction);
/// Those of them that `shape`, the table or its archive, has.
[[nodiscard]] Columns<Key> key_columns(const db::TableShape& shape);

} // namespace litellm::store
