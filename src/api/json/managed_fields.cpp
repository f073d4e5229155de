#include "managed_fields.hpp"

#include "field_watch.hpp"

#include <algorithm>

namespace litellm::api {

namespace {

enum class Form { text, texts, object, list, model_limits, limit_type, anything };

struct ManagedField {
    std::string_view name;
    Form form;
};

constexpr ManagedField managed_fields[] = {
    {"model_rpm_limit", Form::model_limits},
    {"model_tpm_limit", Form::model_limits},
    {"rpm_limit_type", Form::limit_type},
    {"tpm_limit_type", Form::limit_type},
    {"enforced_params", Form::texts},
    {"allowed_vector_store_indexes", Form::list},
    {"guardrails", Form::texts},
    {"policies", Form::texts},
    {"prompts", Form::texts},
    {"tags", Form::texts},
    {"team_member_key_duration", Form::text},
    {"logging", Form::anything},
    {"secret_manager_settings", Form::object},
    {"allowed_passthrough_routes", Form::list},
};

bool is_list_of(const Json& value, bool (*accepts)(const Json&))
{
    return value.is_array() && std::all_of(value.begin(), value.end(), accepts);
}

bool are_model_limits(const Json& value)
{
    return value.is_object() &&
        std::all_of(value.begin(), value.end(), [](const Json& limit) { return limit.is_number(); });
}

bool is_limit_type(const Json& value)
{
    return value == "guaranteed_throughput" || value == "best_effort_throughput" || value == "dynamic";
}

/// What is wrong with a value, empty when nothing is.
std::string_view complaint(const Json& value, Form form)
{
    switch (form) {
    case Form::text:
        return value.is_string() ? "" : "must be a string";
    case Form::texts:
        return is_list_of(value, [](const Json& each) { return each.is_string(); })
            ? ""
            : "must be a list of strings";
    case Form::object:
        return value.is_object() ? "" : "must be an object";
    case Form::list:
        return value.is_array() ? "" : "must be a list";
    case Form::model_limits:
        return are_model_limits(value) ? "" : "must be an object of model names and numbers";
    case Form::limit_type:
        return is_limit_type(value) ? "" : "must be guaranteed_throughput, best_effort_throughput or dynamic";
    case Form::anything:
        return "";
    }
    return "";
}

const char* schema_of(Form form)
{
    switch (form) {
    case Form::text:
        return R"({"type":["string","null"]})";
    case Form::texts:
        return R"({"type":["array","null"],"items":{"type":"string"}})";
    case Form::object:
        return R"({"type":["object","null"]})";
    case Form::list:
        return R"({"type":["array","null"]})";
    case Form::model_limits:
        return R"({"type":["object","null"],"additionalProperties":{"type":"number"}})";
    case Form::limit_type:
        return R"({"enum":["guaranteed_throughput","best_effort_throughput","dynamic",null]})";
    case Form::anything:
        break;
    }
    return "{}";
}

} // namespace

Json read_managed_fields(FieldReader& reader)
{
    Json managed = Json::object();
    for (const auto& field : managed_fields) {
        FieldWatch::note(Field::Place::body, field.name, schema_of(field.form));
        const Json* value = reader.find(field.name);
        if (value == nullptr)
            continue;
        if (const auto wrong = complaint(*value, field.form); !wrong.empty())
            reader.refuse(field.name, wrong);
        managed[std::string(field.name)] = *value;
    }
    return managed;
}

} // namespace litellm::api
