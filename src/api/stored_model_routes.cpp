#include "management_tables.hpp"

#include "model_info.hpp"
#include "json/caller.hpp"
#include "json/field_reader.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::ModelStore;

namespace {

/// The row as LiteLLM answers it, but with the parameters that are no credentials instead of sealed ones.
Json row_json(const management::StoredModel& model)
{
    Json json = Json::object();
    json["model_id"] = model.row.model_id;
    json["model_name"] = model.row.model_name;
    json["litellm_params"] = public_params(model.params);
    json["model_info"] = model.row.model_info;
    json["created_at"] = to_iso8601(model.row.created_at);
    json["created_by"] = model.row.created_by;
    json["updated_at"] = to_iso8601(model.row.updated_at);
    json["updated_by"] = model.row.updated_by;
    return json;
}

Result<management::NewModel> new_model_from(const Json& body)
{
    management::NewModel wanted;
    FieldReader reader(body);
    reader.read_required("model_name", wanted.model_name);
    reader.read("litellm_params", wanted.litellm_params);
    reader.read("model_info", wanted.model_info);
    const auto model = wanted.litellm_params.find("model");
    if (model == wanted.litellm_params.end() || !model->is_string() ||
        model->get_ref<const std::string&>().empty())
        reader.refuse("litellm_params.model", "Field required");
    if (!reader.outcome())
        return reader.outcome().error();
    return wanted;
}

void read_change(FieldReader& reader, management::ModelChange& wanted)
{
    reader.read("model_name", wanted.model_name);
    reader.read("litellm_params", wanted.litellm_params);
    reader.read("model_info", wanted.model_info);
}

Task<JsonResponse> create(ModelStore& models, Call& call, const Json& body)
{
    auto wanted = new_model_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto made = co_await models.create(caller, std::move(*wanted));
    if (!made)
        co_return made.error();
    co_return answer(row_json(*made));
}

Task<JsonResponse> change(ModelStore& models, Call& call, const management::ModelChange& wanted)
{
    const auto caller = caller_of(call);
    const auto changed = co_await models.update(caller, wanted);
    if (!changed)
        co_return changed.error();
    co_return answer(row_json(*changed));
}

/// The older form: the id is in `model_info`, and only litellm_params change.
Task<JsonResponse> update(ModelStore& models, Call& call, const Json& body)
{
    management::ModelChange wanted;
    Json info = Json::object();
    FieldReader reader(body);
    reader.read("litellm_params", wanted.litellm_params);
    reader.read("model_info", info);
    FieldReader info_reader(info);
    info_reader.read_required("id", wanted.id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    if (!info_reader.outcome()) {
        Error error = info_reader.outcome().error();
        error.parameter = "model_info.id";
        error.status = 400;
        co_return error;
    }
    co_return co_await change(models, call, wanted);
}

Task<JsonResponse> patch(ModelStore& models, Call& call, const Json& body)
{
    management::ModelChange wanted;
    FieldReader reader(body);
    read_change(reader, wanted);
    if (!reader.outcome())
        co_return reader.outcome().error();
    wanted.id = call.path_parameters["model_id"];
    co_return co_await change(models, call, wanted);
}

Task<JsonResponse> remove(ModelStore& models, Call& call, const Json& body)
{
    std::string id;
    FieldReader reader(body);
    reader.read_required("id", id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto removed = co_await models.remove(caller, id);
    if (!removed)
        co_return removed.error();
    Json shown = Json::object();
    shown["message"] = "Model: " + id + " deleted successfully";
    co_return answer(std::move(shown));
}

} // namespace

std::vector<Route> stored_model_routes(ManagementServices& services)
{
    ModelStore& models = services.models;
    // Admins of a team may manage its models: the service looks at who they are.
    return {
        json_route(Method::post, "/model/new", Access::self_managed, "Makes a model", bound(create, models)),
        json_route(
            Method::post, "/model/update", Access::self_managed, "Changes a model", bound(update, models)
        ),
        json_route(
            Method::patch,
            "/model/{model_id}/update",
            Access::self_managed,
            "Changes a model",
            bound(patch, models)
        ),
        json_route(
            Method::post, "/model/delete", Access::self_managed, "Deletes a model", bound(remove, models)
        ),
    };
}

} // namespace litellm::api
