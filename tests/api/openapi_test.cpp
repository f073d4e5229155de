#include "openapi.hpp"

#include "proxy_world.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace litellm::api {

namespace {

using management::json;

class OpenApi : public ::testing::Test, public management::World {
protected:
    OpenApi() : described_({nullptr, clock, random, settings, *authenticator}) {}

    std::vector<Route> routes() { return management_routes(described_); }
    Json document() { return openapi_document(routes(), routes(), settings); }
    std::vector<Field> fields(const std::string& path)
    {
        for (const Route& route : routes()) {
            if (route.paths.front() == path)
                return fields_of(route);
        }
        return {};
    }
    Field field(const std::string& path, const std::string& name)
    {
        for (Field& each : fields(path)) {
            if (each.name == name)
                return each;
        }
        ADD_FAILURE() << path << " has no field " << name;
        return {};
    }

private:
    management::ManagementServices described_;
};

} // namespace

TEST_F(OpenApi, LearnsTheFieldsFromTheHandlers)
{
    EXPECT_EQ(field("/key/generate", "max_budget").schema, json("{'type': ['number', 'null']}"));
    EXPECT_EQ(field("/key/generate", "tpm_limit").schema, json("{'type': ['integer', 'null']}"));
    EXPECT_EQ(
        field("/key/generate", "tags").schema,
        json("{'type': ['array', 'null'], 'items': {'type': 'string'}}")
    );
    EXPECT_EQ(field("/key/list", "sort_order").schema, json("{'type': 'string', 'enum': ['asc', 'desc']}"));
    EXPECT_EQ(field("/key/list", "size").schema, json("{'type': 'integer', 'minimum': 1, 'maximum': 100}"));
    EXPECT_EQ(field("/key/list", "size").place, Field::Place::query);
    EXPECT_EQ(field("/audit", "start_date").schema, json("{'type': 'string'}"));
}

TEST_F(OpenApi, LearnsWhichFieldsAreRequired)
{
    EXPECT_TRUE(field("/key/block", "key").is_required);
    EXPECT_TRUE(field("/team/info", "team_id").is_required);
    EXPECT_FALSE(field("/key/generate", "models").is_required);
}

TEST_F(OpenApi, HasEachOperationOnceWithItsAccess)
{
    const Json paths = document()["paths"];
    std::set<std::string> ids;
    for (const Route& route : routes()) {
        const std::string path = route.paths.front();
        ASSERT_TRUE(paths.contains(path)) << path;
        const std::string method = to_lower(http::to_string(route.method));
        ASSERT_TRUE(paths[path].contains(method)) << path;
        const Json& operation = paths[path][method];
        EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second);
        EXPECT_EQ(operation["x-access"], std::string(auth::rule_of(route.access).name));
        EXPECT_TRUE(path.find('{') == std::string::npos || operation.contains("parameters")) << path;
    }
}

TEST_F(OpenApi, SaysWhatEachRouteAnswers)
{
    const Json all = document();
    std::set<std::string> used;
    const std::function<void(const Json&)> note_references = [&](const Json& value) {
        if (value.is_object() && value.contains("$ref"))
            used.insert(value["$ref"].get<std::string>());
        if (value.is_structured())
            std::for_each(value.begin(), value.end(), note_references);
    };
    for (const Route& route : routes()) {
        if (!route.json)
            continue;
        const std::string method = to_lower(http::to_string(route.method));
        for (const auto& path : route.paths) {
            const Json& answer =
                all["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"];
            EXPECT_FALSE(answer.empty()) << method << " " << path << " is missing in answers.json";
        }
    }
    note_references(all);
    for (const auto& reference : used) {
        if (reference.starts_with("#/components/schemas/")) {
            EXPECT_TRUE(all["components"]["schemas"].contains(reference.substr(21))) << reference;
        }
    }
}

TEST_F(OpenApi, TellsTheFieldsOfChanges)
{
    EXPECT_EQ(field("/key/update", "max_budget").schema, json("{'type': ['number', 'null']}"));
    EXPECT_EQ(field("/team/update", "models").schema["type"], json("['array', 'null']"));
}

TEST_F(OpenApi, NamesTheHeaderOfTheKey)
{
    EXPECT_EQ(document()["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    settings.general.litellm_key_header_name = "X-Litellm-Key";
    EXPECT_EQ(document()["components"]["securitySchemes"]["key"]["name"], "X-Litellm-Key");
}

TEST_F(OpenApi, WatchesOnlyWhileItIsMade)
{
    FieldWatch outer;
    {
        FieldWatch inner;
        FieldWatch::note(Field::Place::body, "a", "{}");
        EXPECT_EQ(inner.fields().size(), 1U);
    }
    EXPECT_TRUE(outer.fields().empty());
    FieldWatch::note(Field::Place::body, "a", "{}");
    FieldWatch::note(Field::Place::body, "a", R"({"type":"string"})");
    FieldWatch::note(Field::Place::query, "a", "{}");
    ASSERT_EQ(outer.fields().size(), 2U);
    EXPECT_EQ(outer.fields()[0].schema, json("{'type': 'string'}"));
}

} // namespace litellm::api
