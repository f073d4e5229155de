#pragma once
// A WHERE clause that grows with a filter. Values are bound, never written into the text.

#include "record.hpp"

namespace litellm::store {

/// A pattern for LIKE … ESCAPE '!' that finds `text` anywhere and takes its wildcards literally.
[[nodiscard]] inline std::string containing(std::string_view text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!')
            pattern += '!';
        pattern += c;
    }
    return pattern + '%';
}

class Conditions {
public:
    /// `pattern` has a hole for the parameter: `team_id = ${}`.
    void add(std::string_view pattern, db::Value value)
    {
        values_.push_back(std::move(value));
        texts_.push_back(compose(pattern, values_.size()));
    }
    /// `column = pattern` only when there is something to compare with.
    void add_if(std::string_view pattern, const std::optional<std::string>& value)
    {
        if (value)
            add(pattern, *value);
    }

    /// Contains the text, in any case.
    void add_part(std::string_view column, const std::optional<std::string>& part)
    {
        if (part)
            add(fmt::format("lower({}) LIKE lower(${{}}) ESCAPE '!'", column), containing(*part));
    }
    /// Is one of the texts.
    void add_choice(db::Dialect dialect, std::string_view column, std::vector<std::string> texts)
    {
        values_.emplace_back(std::move(texts));
        texts_.push_back(is_one_of(dialect, column, static_cast<int>(values_.size())));
    }
    /// A condition without parameters.
    void add_text(std::string_view text) { texts_.emplace_back(text); }

    [[nodiscard]] bool empty() const { return texts_.empty(); }
    [[nodiscard]] const std::vector<db::Value>& values() const { return values_; }
    /// Binds a further value, e.g. of LIMIT, and returns its number.
    std::size_t bind(db::Value value)
    {
        values_.push_back(std::move(value));
        return values_.size();
    }

    /// The conditions gathered so far in one text; forgets them, but not their values.
    [[nodiscard]] std::string take(std::string_view conjunction)
    {
        std::string out;
        for (const std::string& text : texts_)
            out += fmt::format("{}{}", out.empty() ? "" : conjunction, text);
        texts_.clear();
        return out;
    }

private:
    std::vector<std::string> texts_;
    std::vector<db::Value> values_;
};

} // namespace litellm::store
