#include "chat_request.hpp"
#include "json_access.hpp"

namespace litellm::providers {

namespace {

constexpr std::string_view named_schemas = "properties patternProperties $defs definitions";

/// Removes JSON Schema keywords at any depth. The members of `properties` are names, not keywords.
void strip_keywords(Json& value, std::string_view keywords)
{
    if (value.is_array())
        for (auto& element : value)
            strip_keywords(element, keywords);
    if (!value.is_object())
        return;
    any_word(keywords, [&value](std::string_view keyword) {
        erase(value, keyword);
        return false;
    });
    for (auto& [name, member] : value.items()) {
        if (!has_word(named_schemas, name) || !member.is_object()) {
            strip_keywords(member, keywords);
            continue;
        }
        for (auto& schema : member)
            strip_keywords(schema, keywords);
    }
}

std::string_view unwanted_keywords(const Row& row)
{
    if (has(row, clean_schema))
        return "$id $schema additionalProperties strict";
    if (has(row, no_strict) && has(row, no_additional))
        return "additionalProperties strict";
    return has(row, no_strict) ? "strict" : "";
}

/// A custom tool takes free text: a function with one text argument.
Json function_of_custom(const Json& tool)
{
    const Json* custom = find(tool, "custom");
    const Json& source = custom != nullptr ? *custom : tool;
    Json function = {{"name", string_at(source, "name")}};
    if (auto description = string_at(source, "description"); !description.empty())
        function["description"] = std::move(description);
    function["parameters"] = {
        {"type", "object"},
        {"properties", {{"input", {{"type", "string"}}}}},
        {"required", Json::array({"input"})},
    };
    return {{"type", "function"}, {"function", std::move(function)}};
}

} // namespace

void shape_tools(const Row& row, Json& body)
{
    Json* tools = find(body, "tools");
    if (tools == nullptr || !tools->is_array())
        return;
    const auto unwanted = unwanted_keywords(row);
    Json shaped = Json::array();
    for (auto& tool : *tools) {
        const auto type = string_at(tool, "type");
        if (has(row, functions_only) && type != "function")
            continue;
        if (has(row, custom_tools) && type == "custom")
            tool = function_of_custom(tool);
        if (!unwanted.empty())
            strip_keywords(tool, unwanted);
        shaped.push_back(std::move(tool));
    }
    if (shaped.empty())
        erase(body, "tools");
    else
        *tools = std::move(shaped);
}

} // namespace litellm::providers
