#pragma once
// How values look on the wire to a database.

#include "litellm/core/error.hpp"
#include "litellm/db/value.hpp"

namespace litellm::db {

/// `{"a","b"}`: the text form of a Postgres `text[]`.
[[nodiscard]] std::string to_array_literal(const Texts& texts);
/// NULL elements are left out.
[[nodiscard]] Texts parse_array_literal(std::string_view literal);

/// `["a","b"]`: how SQLite keeps a text array.
[[nodiscard]] std::string to_json_array(const Texts& texts);
/// Elements that are not strings are left out, and so is everything when the text is not a JSON array.
[[nodiscard]] Texts parse_json_array(std::string_view text);

/// Shortest text that reads back as the same number.
[[nodiscard]] std::string to_real_text(double value);

/// The text that libpq sends for a parameter; nothing for NULL.
[[nodiscard]] std::optional<std::string> to_postgres_text(const Value& value);

/// invalid_input when a text holds a zero byte or is not UTF-8: neither can be stored.
[[nodiscard]] Result<void> check_storable(std::span<const Value> values);

} // namespace litellm::db
