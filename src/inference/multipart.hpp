#pragma once
// multipart/form-data (RFC 7578), read from front to back.

#include "litellm/core/error.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::inference {

/// Views into the body.
struct Part {
    std::string_view name;
    std::string_view file_name; ///< empty: a field
    std::string_view value;
    std::string_view whole; ///< with the delimiter in front of it and the line break behind
};

/// invalid_input for what is no form with that boundary, or has more than 200 parts.
[[nodiscard]] Result<std::vector<Part>> read_multipart(std::string_view body, std::string_view boundary);

/// As much of a form as has arrived.
struct FormBeginning {
    std::vector<Part> parts;
    /// The last part is a file whose end has not been seen: value and whole reach to the end of the text.
    bool is_open = false;
};

/// The parts of which at least the header lines are there. invalid_input as above.
[[nodiscard]] Result<FormBeginning> read_form_beginning(std::string_view text, std::string_view boundary);

/// Follows a form from somewhere in the contents of a file to its end, however it is cut into pieces.
class FormRest {
public:
    /// `is_allowed` judges every field that stands behind the file.
    using Judge = std::function<Result<void>(const Part&)>;
    FormRest(std::string_view boundary, Judge is_allowed);

    /// How many bytes in front of an unknown one may belong to a delimiter: the first piece begins with them.
    [[nodiscard]] std::size_t overlap() const { return delimiter_.size() - 1; }
    /// Appends to `out` what may be passed on: contents as they come, what follows them when all of it is
    /// there and allowed. invalid_input for a second file, for more than 64 KB behind the first one, and for
    /// a form that does not end.
    [[nodiscard]] Result<void> take(std::string_view piece, bool is_last, std::string& out);
    /// Of the file's contents so far.
    [[nodiscard]] std::size_t file_bytes() const { return file_bytes_; }
    [[nodiscard]] bool is_past_file() const { return !tail_.empty(); }

private:
    [[nodiscard]] Result<void> check_tail() const;

    std::string boundary_;
    std::string delimiter_;
    Judge is_allowed_;
    std::string held_; ///< might be the beginning of the delimiter
    std::string tail_; ///< from the delimiter on
    std::size_t file_bytes_ = 0;
};

/// `key="value"` or `key=value` in a header line; empty when it is not there.
[[nodiscard]] std::string_view header_parameter(std::string_view line, std::string_view key);

} // namespace litellm::inference
