#pragma once
// The parts of HTTP messages that other rooms handle.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm::http {

enum class Method { get, post, put, patch, del, options, head, other };

[[nodiscard]] std::string_view to_string(Method method);

/// Header lines ready to be sent, `Name: value\r\n` each. Line breaks and NUL inside a value become spaces,
/// so that a value that came from outside cannot start a header of its own.
class HeaderLines {
public:
    HeaderLines() = default;
    void add(std::string_view name, std::string_view value);
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

private:
    std::string text_;
};

/// Header fields in one block of text: cheap to fill, looked up without regard to case.
class Fields {
public:
    void clear();
    void add(std::string_view name, std::string_view value);
    /// The first value of that name, empty when there is none.
    [[nodiscard]] std::string_view find(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::string_view name(std::size_t index) const;
    [[nodiscard]] std::string_view value(std::size_t index) const;

private:
    struct Entry {
        std::size_t name, name_size, value, value_size;
    };
    [[nodiscard]] const Entry* find_entry(std::string_view name) const;
    std::string text_;
    std::vector<Entry> entries_;
};

struct Response {
    int status = 200;
    HeaderLines headers; ///< without content-length and connection, which the server writes
    std::string body;
};

} // namespace litellm::http
