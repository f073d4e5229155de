#pragma once
// Values on their way to and from a database. Each driver encodes them for its dialect.

#include "litellm/core/json.hpp"
#include "litellm/core/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace litellm::db {

enum class Dialect { postgres, sqlite };

using Texts = std::vector<std::string>;

/// A JSON document as text: jsonb on Postgres, text on SQLite.
struct JsonText {
    std::string text;
};

/// Text or a JSON document that somebody else owns and keeps until the statement has run.
struct BorrowedText {
    std::string_view text;
};

/// One bound parameter. Text arrays are `text[]` on Postgres and JSON text on SQLite; timestamps are
/// `timestamp(3)` on Postgres and ISO text in UTC on SQLite.
class Value {
public:
    using Storage = std::variant<
        std::monostate,
        bool,
        std::int64_t,
        double,
        std::string,
        Texts,
        JsonText,
        Timestamp,
        BorrowedText>;

    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value) : storage_(value) {}
    Value(int value) : storage_(static_cast<std::int64_t>(value)) {}
    Value(std::int64_t value) : storage_(value) {}
    Value(double value) : storage_(value) {}
    Value(const char* value) : storage_(std::string(value)) {}
    Value(std::string value) : storage_(std::move(value)) {}
    Value(std::string_view value) : storage_(std::string(value)) {}
    Value(Texts value) : storage_(std::move(value)) {}
    Value(JsonText value) : storage_(std::move(value)) {}
    Value(Timestamp value) : storage_(value) {}
    Value(BorrowedText value) : storage_(value) {}
    /// A JSON document.
    Value(const Json& value);
    template <class T>
    Value(const std::optional<T>& value)
    {
        if (value)
            *this = Value(*value);
    }

    // Out of line: GCC 12 takes inlined moves of the variant for uses of uninitialised memory.
    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value();

    [[nodiscard]] const Storage& storage() const { return storage_; }

private:
    Storage storage_;
};

/// One row of an answer. Columns are addressed by position in the statement's own column list.
class Row {
public:
    using Cell = std::optional<std::string>;
    Row(Dialect dialect, std::vector<Cell> cells) : dialect_(dialect), cells_(std::move(cells)) {}

    [[nodiscard]] std::size_t size() const { return cells_.size(); }
    [[nodiscard]] bool is_null(std::size_t column) const { return !cells_.at(column); }
    /// Empty text for NULL.
    [[nodiscard]] std::string text(std::size_t column) const;
    [[nodiscard]] std::optional<std::string> optional_text(std::size_t column) const;
    /// 0 for NULL.
    [[nodiscard]] std::int64_t integer(std::size_t column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_integer(std::size_t column) const;
    [[nodiscard]] double real(std::size_t column) const;
    [[nodiscard]] std::optional<double> optional_real(std::size_t column) const;
    /// false for NULL.
    [[nodiscard]] bool boolean(std::size_t column) const;
    [[nodiscard]] std::optional<bool> optional_boolean(std::size_t column) const;
    /// Empty for NULL.
    [[nodiscard]] Texts texts(std::size_t column) const;
    [[nodiscard]] std::optional<Timestamp> timestamp(std::size_t column) const;
    /// The document as text, "{}" for NULL. A document that is a JSON string holding JSON is unwrapped once:
    /// older LiteLLM clients wrote some columns twice encoded.
    [[nodiscard]] std::string json_text(std::size_t column) const;

private:
    Dialect dialect_;
    std::vector<Cell> cells_;
};

using Rows = std::vector<Row>;

} // namespace litellm::db
