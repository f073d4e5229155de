#include "openapi.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/inference/model_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stdexcept>

namespace litellm::api {

/// Made at build time of `pages` and `answers`.
std::span<const EmbeddedFile> embedded_files();

namespace {

Json schema_reference(const char* name)
{
    return Json{{"$ref", fmt::format("#/components/schemas/{}", name)}};
}

std::string lowered(http::Method method)
{
    std::string text(http::to_string(method));
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

/// `{model:path}` is `{model}` for OpenAPI.
std::string plain_path(std::string path)
{
    for (auto colon = path.find(":path}"); colon != std::string::npos; colon = path.find(":path}"))
        path.erase(colon, 5);
    return path;
}

std::vector<std::string> path_parameters(const std::string& path)
{
    std::vector<std::string> names;
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1))
        names.push_back(path.substr(open + 1, path.find('}', open) - open - 1));
    return names;
}

/// `get_key_info`: unique, since no two routes share method and path.
std::string operation_id(http::Method method, const std::string& path)
{
    std::string id = lowered(method);
    for (const char c : path)
        id += c == '/' || c == '{' || c == '}' || c == '-' || c == '.' ? '_' : c;
    return id;
}

/// The resource, which is the first word of the path that is no version.
std::string tag_of(const Route& route)
{
    if (route.access == auth::Access::model_call)
        return "models";
    const std::string& path = route.paths.front();
    std::size_t begin = 1;
    if (path.starts_with("/v1/") || path.starts_with("/v2/"))
        begin = 4;
    const std::string word = path.substr(begin, path.find('/', begin) - begin);
    return word.empty() || path.find('.') != std::string::npos ? "proxy" : word;
}

Json parameter(const std::string& name, const char* place, Json schema, bool is_required)
{
    Json json = Json::object();
    json["name"] = name;
    json["in"] = place;
    if (is_required)
        json["required"] = true;
    json["schema"] = std::move(schema);
    return json;
}

bool writes(const Route& route)
{
    return route.method != http::Method::get && route.access != auth::Access::model_call &&
        route.access != auth::Access::open;
}

Json parameters_of(const Route& route, const std::string& path, const std::vector<Field>& fields)
{
    Json list = Json::array();
    for (const auto& name : path_parameters(path))
        list.push_back(parameter(name, "path", Json{{"type", "string"}}, true));
    for (const Field& field : fields) {
        if (field.place == Field::Place::query)
            list.push_back(parameter(field.name, "query", field.schema, field.is_required));
    }
    if (writes(route))
        list.push_back(Json{{"$ref", "#/components/parameters/litellm-changed-by"}});
    return list;
}

Json json_content(Json schema)
{
    Json media = Json::object();
    media["schema"] = std::move(schema);
    Json content = Json::object();
    content["application/json"] = std::move(media);
    return content;
}

Json body_schema(const std::vector<Field>& fields)
{
    Json properties = Json::object();
    Json required = Json::array();
    for (const Field& field : fields) {
        if (field.place != Field::Place::body)
            continue;
        properties[field.name] = field.schema;
        if (field.is_required)
            required.push_back(field.name);
    }
    Json schema = Json::object();
    schema["type"] = "object";
    schema["properties"] = std::move(properties);
    if (!required.empty())
        schema["required"] = std::move(required);
    return schema;
}

Json request_body(const Route& route, const std::vector<Field>& fields)
{
    Json body = Json::object();
    if (route.access == auth::Access::model_call) {
        body["required"] = true;
        body["content"] = json_content(schema_reference("ModelCall"));
        return body;
    }
    Json schema = body_schema(fields);
    if (schema["properties"].empty())
        return nullptr;
    body["required"] = schema.contains("required");
    body["content"] = json_content(std::move(schema));
    return body;
}

Json error_answer(const char* description)
{
    Json answer = Json::object();
    answer["description"] = description;
    answer["content"] = json_content(schema_reference("Error"));
    return answer;
}

/// `schema` is that of what the route answers when all is well.
Json answers_of(const Route& route, const Json& schema)
{
    Json answers = Json::object();
    Json good = Json::object();
    good["description"] = "What was asked for";
    if (route.json)
        good["content"] = json_content(schema);
    answers["200"] = std::move(good);
    if (route.access != auth::Access::open) {
        answers["401"] = error_answer("No key, or one that is not valid, or not for this route");
        answers["403"] = error_answer("Not allowed");
    }
    if (route.access != auth::Access::open || route.json)
        answers["default"] = error_answer("Why it did not work");
    return answers;
}

Json operation(
    const Route& route, const std::string& path, const std::vector<Field>& fields, const Json& answer
)
{
    const auth::AccessRule& rule = auth::rule_of(route.access);
    Json json = Json::object();
    json["operationId"] = operation_id(route.method, path);
    json["tags"] = Json::array({tag_of(route)});
    json["summary"] = route.summary;
    json["description"] = fmt::format("Who may call it: `{}` ({}).", rule.name, rule.summary);
    json["x-access"] = rule.name;
    if (Json parameters = parameters_of(route, path, fields); !parameters.empty())
        json["parameters"] = std::move(parameters);
    if (route.method != http::Method::get && route.method != http::Method::options) {
        if (Json body = request_body(route, fields); !body.is_null())
            json["requestBody"] = std::move(body);
    }
    json["responses"] = answers_of(route, answer);
    if (!rule.needs_key)
        json["security"] = Json::array();
    return json;
}

const Route* find_same(const std::vector<Route>& routes, const Route& wanted)
{
    const auto found = std::find_if(routes.begin(), routes.end(), [&](const Route& route) {
        return route.method == wanted.method && route.paths == wanted.paths;
    });
    return found == routes.end() ? nullptr : &*found;
}

Json paths_of(const std::vector<Route>& routes, const std::vector<Route>& unserved, const Json& answers)
{
    Json paths = Json::object();
    for (const Route& route : routes) {
        const Route* const twin = find_same(unserved, route);
        const std::vector<Field> fields = twin == nullptr ? std::vector<Field>() : fields_of(*twin);
        for (const auto& written : route.paths) {
            const std::string path = plain_path(written);
            const std::string method = lowered(route.method);
            const Json answer = answers.value(fmt::format("{} {}", method, path), Json::object());
            paths[path][method] = operation(route, path, fields, answer);
        }
    }
    return paths;
}

/// What routes answer: `schemas` by name, and in `operations` one for each `method /path`.
Json answer_schemas()
{
    for (const EmbeddedFile& file : embedded_files()) {
        if (file.name == "answers.json")
            return parse_json(file.bytes).value();
    }
    throw std::logic_error("answers.json is not embedded");
}

constexpr const char* schemas = R"({
  "Error": {
    "type": "object", "required": ["error"],
    "properties": {"error": {
      "type": "object", "required": ["message", "type", "param", "code"],
      "properties": {
        "message": {"type": "string"}, "type": {"type": "string"}, "param": {"type": ["string", "null"]},
        "code": {"type": "string", "description": "The HTTP status"}}}}
  },
  "ModelCall": {
    "type": "object", "required": ["model"],
    "properties": {
      "model": {"type": "string"}, "messages": {"type": "array", "items": {"type": "object"}},
      "prompt": {"type": ["string", "array"]}, "input": {"type": ["string", "array"]},
      "stream": {"type": "boolean"}, "user": {"type": "string"}, "metadata": {"type": "object"}},
    "additionalProperties": true
  }
})";
constexpr const char* changed_by = R"({
  "name": "litellm-changed-by", "in": "header", "schema": {"type": "string"},
  "description": "The person behind the change, for the audit log. Counts when a proxy admin sends it."
})";

Json security_schemes(const config::Config& config)
{
    Json schemes = Json::object();
    const std::string& own = config.general.litellm_key_header_name;
    if (own.empty())
        schemes["key"] = Json{{"type", "http"}, {"scheme", "bearer"}};
    else
        schemes["key"] =
            Json{{"type", "apiKey"}, {"in", "header"}, {"name", own}, {"description", "`Bearer sk-…`"}};
    return schemes;
}

} // namespace

Json openapi_document(
    const std::vector<Route>& routes, const std::vector<Route>& unserved, const config::Config& config
)
{
    const Json answers = answer_schemas();
    Json components = Json::object();
    components["schemas"] = parse_json(schemas).value();
    components["schemas"].update(answers["schemas"]);
    components["parameters"]["litellm-changed-by"] = parse_json(changed_by).value();
    components["securitySchemes"] = security_schemes(config);
    const std::string& root = config.server.root_path;
    Json document = Json::object();
    document["openapi"] = "3.1.0";
    document["info"] = Json{
        {"title", "litellm-cpp"},
        {"version", inference::version()},
        {"description", "LLM gateway with virtual keys, budgets and a ledger"}};
    document["servers"] = Json::array({Json{{"url", root.empty() ? "/" : root}}});
    document["security"] = Json::array({Json{{"key", Json::array()}}});
    document["paths"] = paths_of(routes, unserved, answers["operations"]);
    document["components"] = std::move(components);
    return document;
}

Json route_list(const std::vector<Route>& routes)
{
    Json list = Json::array();
    for (const Route& route : routes) {
        for (const auto& path : route.paths) {
            Json row = Json::object();
            row["path"] = path;
            row["methods"] = Json::array({std::string(http::to_string(route.method))});
            row["name"] = route.summary;
            row["endpoint"] = operation_id(route.method, plain_path(path));
            row["access"] = auth::rule_of(route.access).name;
            list.push_back(std::move(row));
        }
    }
    Json json = Json::object();
    json["routes"] = std::move(list);
    return json;
}

} // namespace litellm::api
