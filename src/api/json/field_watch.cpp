#include "field_watch.hpp"

#include <algorithm>

namespace litellm::api {

namespace {

thread_local FieldWatch* active = nullptr;

} // namespace

FieldWatch::FieldWatch() : previous_(active)
{
    active = this;
}

FieldWatch::~FieldWatch()
{
    active = previous_;
}

bool FieldWatch::is_watching()
{
    return active != nullptr;
}

void FieldWatch::note(Field::Place place, std::string_view name, const char* schema)
{
    if (active != nullptr)
        add(place, name, parse_json(schema).value());
}

void FieldWatch::note_choices(
    Field::Place place, std::string_view name, const std::vector<std::string>& choices
)
{
    if (active != nullptr)
        add(place, name, Json{{"type", "string"}, {"enum", choices}});
}

void FieldWatch::note_range(Field::Place place, std::string_view name, std::int64_t least, std::int64_t most)
{
    if (active != nullptr)
        add(place, name, Json{{"type", "integer"}, {"minimum", least}, {"maximum", most}});
}

void FieldWatch::add(Field::Place place, std::string_view name, Json schema)
{
    auto& fields = active->fields_;
    const auto known = std::find_if(fields.begin(), fields.end(), [&](const Field& field) {
        return field.place == place && field.name == name;
    });
    if (known == fields.end())
        fields.push_back(Field{place, std::string(name), std::move(schema)});
    else if (known->schema.empty() || schema.contains("enum"))
        known->schema = std::move(schema);
}

} // namespace litellm::api
