#pragma once
// A configuration document that remembers where each value was written.

#include "litellm/config/config.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace litellm::config {

struct Node {
    enum class Kind { scalar, list, map };

    Kind kind = Kind::scalar;
    /// The name of this value in the map that holds it.
    std::string key;
    /// Where the key is written; in a list, where the value begins.
    Place place;
    /// Null, boolean, number or text when this is a scalar.
    Json scalar;
    /// The scalar as it is written: `0755` and `yes` mean something else once they are read.
    std::string text;
    std::vector<Node> children;

    [[nodiscard]] bool is_blank() const { return kind == Kind::scalar && scalar.is_null(); }
    [[nodiscard]] bool is_text() const { return kind == Kind::scalar && scalar.is_string(); }
    [[nodiscard]] bool is_list() const { return kind == Kind::list; }
    [[nodiscard]] bool is_map() const { return kind == Kind::map; }

    /// The member of that name, or null; lists and scalars have no members.
    [[nodiscard]] const Node* find(std::string_view name) const;
    [[nodiscard]] Node* find(std::string_view name);
    /// Replaces the member of that name or appends it; a scalar becomes a map.
    void set(std::string_view name, Node value);
    void remove(std::string_view name);

    /// Makes this a scalar with that value.
    void become(Json value);
};

/// "blank", "true or false", "a number", "text", "a list", "a map": for messages.
[[nodiscard]] std::string_view kind_name(const Node& node);
/// `parent.name` or `parent[2]`: how findings name a child.
[[nodiscard]] std::string child_path(const std::string& parent, const Node& node, std::size_t index);

[[nodiscard]] Json to_json(const Node& node);
/// As to_json(); an empty object when the node is no map.
[[nodiscard]] Json to_json_object(const Node& node);
[[nodiscard]] Node from_json(const Json& value, const Place& place = {});

} // namespace litellm::config
