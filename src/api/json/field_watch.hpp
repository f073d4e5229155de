#pragma once
// Readers of requests tell which fields they look for, so that nobody has to write it down a second time.

#include "litellm/core/json.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace litellm::api {

/// A member of the body or a parameter of the query.
struct Field {
    enum class Place { body, query };
    Place place = Place::body;
    std::string name;
    Json schema = Json::object(); ///< JSON Schema; empty for anything
    bool is_required = false;
};

/// While it lives, readers on its thread note their fields in it. Only the description of the API makes one:
/// requests that are served are not watched.
class FieldWatch {
public:
    FieldWatch();
    ~FieldWatch();
    FieldWatch(const FieldWatch&) = delete;
    FieldWatch& operator=(const FieldWatch&) = delete;

    /// Does nothing when nobody watches this thread. A schema replaces an empty one.
    static void note(Field::Place place, std::string_view name, const char* schema);
    static void
    note_choices(Field::Place place, std::string_view name, const std::vector<std::string>& choices);
    static void note_range(Field::Place place, std::string_view name, std::int64_t least, std::int64_t most);
    [[nodiscard]] static bool is_watching();

    /// In the order of their first mention.
    [[nodiscard]] std::vector<Field>& fields() { return fields_; }

private:
    static void add(Field::Place place, std::string_view name, Json schema);

    std::vector<Field> fields_;
    FieldWatch* const previous_;
};

} // namespace litellm::api
