#include "gemini.hpp"

#include "json_access.hpp"
#include "rows.hpp"

#include <algorithm>

namespace litellm::providers {

namespace {

/// How deep references may lead into one another, and how many schemas they may become: one that holds itself
/// never ends.
constexpr int deepest = 12;
constexpr int most_schemas = 5000;
constexpr std::string_view kept =
    "type description enum required items properties minItems maxItems minimum maximum nullable format anyOf "
    "propertyOrdering minLength maxLength pattern";

class Reducer {
public:
    explicit Reducer(const Json& root) : root_(root) {}

    [[nodiscard]] Json reduce(const Json& schema, int depth)
    {
        if (!schema.is_object() || ++schemas_ > most_schemas)
            return Json{{"type", "object"}};
        if (const auto reference = string_at(schema, "$ref"); !reference.empty()) {
            const Json* target = depth < deepest ? look_up(reference) : nullptr;
            return target != nullptr ? reduce(*target, depth + 1) : Json{{"type", "object"}};
        }
        Json made = Json::object();
        for (const auto& [name, value] : schema.items())
            if (has_word(kept, name) && !value.is_null())
                add(made, name, value, depth);
        if (const Json* constant = find(schema, "const"); constant != nullptr)
            made["enum"] = Json::array({*constant});
        tidy_enum(made);
        return made;
    }

private:
    [[nodiscard]] const Json* look_up(std::string_view reference) const
    {
        const Json* at = &root_;
        if (!reference.starts_with("#/"))
            return nullptr;
        for (reference.remove_prefix(2); at != nullptr && !reference.empty();) {
            const auto slash = std::min(reference.find('/'), reference.size());
            at = find(*at, reference.substr(0, slash));
            reference.remove_prefix(std::min(slash + 1, reference.size()));
        }
        return at;
    }

    void add(Json& made, const std::string& name, const Json& value, int depth)
    {
        if (name == "properties" && value.is_object()) {
            made[name] = Json::object();
            for (const auto& [property, schema] : value.items())
                made[name][property] = depth < deepest ? reduce(schema, depth + 1) : Json{{"type", "object"}};
        } else if (name == "items") {
            made[name] = reduce(value, depth + 1);
        } else if (name == "anyOf" && value.is_array()) {
            add_choices(made, value, depth);
        } else if (name == "type" && value.is_array()) {
            add_types(made, value);
        } else if (name == "format") {
            // Of strings AI Studio knows two formats only.
            if (value == "enum" || value == "date-time")
                made[name] = value;
        } else {
            made[name] = value;
        }
    }

    /// `null` among the choices means that the value may be null.
    void add_choices(Json& made, const Json& choices, int depth)
    {
        Json rest = Json::array();
        for (const auto& choice : choices) {
            if (string_at(choice, "type") == "null")
                made["nullable"] = true;
            else
                rest.push_back(reduce(choice, depth + 1));
        }
        if (rest.size() != 1) {
            made["anyOf"] = std::move(rest);
            return;
        }
        for (const auto& [name, value] : rest.front().items())
            if (!made.contains(name))
                made[name] = value;
    }

    static void add_types(Json& made, const Json& types)
    {
        for (const auto& type : types) {
            if (type == "null")
                made["nullable"] = true;
            else if (!made.contains("type"))
                made["type"] = type;
        }
    }

    /// Only texts can be enumerated.
    static void tidy_enum(Json& made)
    {
        const Json* found = find(made, "enum");
        if (found == nullptr || !found->is_array())
            return;
        // A copy: a new member moves the others.
        const Json values = *found;
        Json texts = Json::array();
        for (const auto& value : values) {
            if (value.is_null())
                made["nullable"] = true;
            else
                texts.push_back(value.is_string() ? value : Json(to_text(value)));
        }
        made["enum"] = std::move(texts);
        made["type"] = "string";
    }

    const Json& root_;
    int schemas_ = 0;
};

} // namespace

Json gemini_schema(const Json& schema)
{
    return Reducer(schema).reduce(schema, 0);
}

} // namespace litellm::providers
