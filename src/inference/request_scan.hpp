#pragma once
// The members of a request body, found without building a document.

#include "litellm/core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::inference {

/// One top-level member: views into the scanned text.
struct Member {
    std::string_view name;  ///< without quotes; escapes as written
    std::string_view value; ///< as written, without white space around it
};

/// A JSON object's top level. The text must be followed by 64 readable bytes and must outlive the scan.
struct Scan {
    std::string_view text;
    std::vector<Member> members;

    /// The last member of that name: what JSON parsers agree on for duplicates.
    [[nodiscard]] const Member* find(std::string_view name) const;
    /// The member's text if it is a string, unescaped; nothing otherwise.
    [[nodiscard]] std::optional<std::string> text_of(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view name) const;
    [[nodiscard]] bool is_true(std::string_view name) const;
};

/// invalid_input with LiteLLM's text for anything that is not one JSON object in UTF-8. Documents up to 256
/// KiB are checked to the last byte; in larger ones a defect deep inside a member is left to the provider.
[[nodiscard]] Result<Scan> scan_object(std::string_view padded_text);

/// A change to one member of a scanned object.
struct Splice {
    std::string_view name;
    /// Nothing: the member goes away. Otherwise its new value as JSON text.
    std::optional<std::string> value;
    /// A new name, or empty.
    std::string rename;
};

/// The object with changed members and `added` ones (name and JSON text) at its end. Untouched members keep
/// their bytes.
[[nodiscard]] std::string rebuild(
    const Scan& scan,
    const std::vector<Splice>& splices,
    const std::vector<std::pair<std::string_view, std::string>>& added
);

/// A JSON string literal for `text`.
[[nodiscard]] std::string json_quoted(std::string_view text);

} // namespace litellm::inference
