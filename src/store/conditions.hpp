#pragma once
// A WHERE clause that grows with a filter. Values are bound, never written into the text.

#include "record.hpp"

namespace litellm::store {

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
