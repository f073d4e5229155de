#pragma once
// Text from requests and providers, made fit for both databases. One row that a database refuses would hold
// up the ledger.

#include <string>
#include <string_view>

namespace litellm::store {

/// True for text that storable_text() leaves as it is.
[[nodiscard]] bool is_storable_text(std::string_view text);
/// True for nearly all documents that storable_json() leaves as they are.
[[nodiscard]] bool is_storable_json(std::string_view json);

/// Zero bytes and what is not UTF-8 become U+FFFD.
[[nodiscard]] std::string storable_text(std::string_view text);

/// As storable_text(), for a JSON document. Escapes that jsonb refuses (`\u0000`, half of a surrogate pair)
/// become U+FFFD; a document with a number beyond its range is replaced by one that says so.
[[nodiscard]] std::string storable_json(std::string_view json);

} // namespace litellm::store
