#include "node.hpp"

#include <algorithm>
#include <utility>

namespace litellm::config {

const Node* Node::find(std::string_view name) const
{
    if (!is_map())
        return nullptr;
    const auto found =
        std::find_if(children.begin(), children.end(), [&](const Node& child) { return child.key == name; });
    return found == children.end() ? nullptr : &*found;
}

Node* Node::find(std::string_view name)
{
    return const_cast<Node*>(std::as_const(*this).find(name));
}

void Node::set(std::string_view name, Node value)
{
    if (!is_map()) {
        kind = Kind::map;
        scalar = nullptr;
        children.clear();
    }
    value.key = name;
    if (Node* existing = find(name))
        *existing = std::move(value);
    else
        children.push_back(std::move(value));
}

void Node::remove(std::string_view name)
{
    if (is_map())
        std::erase_if(children, [&](const Node& child) { return child.key == name; });
}

void Node::become(Json value)
{
    kind = Kind::scalar;
    scalar = std::move(value);
    text = scalar.is_string() ? scalar.get<std::string>()
        : scalar.is_null()    ? std::string()
                              : to_text(scalar);
    children.clear();
}

std::string_view kind_name(const Node& node)
{
    if (node.is_map())
        return "a map";
    if (node.is_list())
        return "a list";
    if (node.scalar.is_null())
        return "blank";
    if (node.scalar.is_boolean())
        return "true or false";
    return node.scalar.is_number() ? "a number" : "text";
}

std::string child_path(const std::string& parent, const Node& node, std::size_t index)
{
    if (node.is_list())
        return parent + "[" + std::to_string(index) + "]";
    const std::string& name = node.children[index].key;
    return parent.empty() ? name : parent + "." + name;
}

Json to_json(const Node& node)
{
    if (node.kind == Node::Kind::scalar)
        return node.scalar;
    if (node.is_list()) {
        Json list = Json::array();
        for (const Node& child : node.children)
            list.push_back(to_json(child));
        return list;
    }
    Json map = Json::object();
    for (const Node& child : node.children)
        map[child.key] = to_json(child);
    return map;
}

Json to_json_object(const Node& node)
{
    return node.is_map() ? to_json(node) : Json::object();
}

Node from_json(const Json& value, const Place& place)
{
    Node node;
    node.place = place;
    if (value.is_array()) {
        node.kind = Node::Kind::list;
        for (const Json& item : value)
            node.children.push_back(from_json(item, place));
    } else if (value.is_object()) {
        node.kind = Node::Kind::map;
        for (const auto& [name, member] : value.items()) {
            node.children.push_back(from_json(member, place));
            node.children.back().key = name;
        }
    } else {
        node.become(value);
    }
    return node;
}

} // namespace litellm::config
