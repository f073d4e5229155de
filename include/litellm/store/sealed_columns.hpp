#pragma once
// Every place where LiteLLM's tables keep texts sealed: parameters of stored models, credentials, environment
// variables of the configuration, and settings of servers that it talks to; and the same of our own tables.

#include "litellm/db/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace litellm::store {

/// The text under another seal; nothing for a text that was not sealed, which stays as it is.
using Reseal = std::function<std::optional<std::string>(const std::string& text)>;

/// Puts what `reseal` returns in the place of each text of those columns, at any depth of their documents.
/// Returns how many texts were replaced. Tables and columns that the database lacks are passed over.
[[nodiscard]] Result<std::int64_t> reseal_texts(db::Transaction& transaction, const Reseal& reseal);

} // namespace litellm::store
