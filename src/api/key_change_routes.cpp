// The routes of keys that LiteLLM's clients use less often than those of key_routes.cpp.
#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/key_json.hpp"
#include "json/query_reader.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::KeyService;

namespace {

constexpr std::size_t longest_search = 256;

Task<JsonResponse> generate_for_service(KeyService& keys, Call& call, const Json& body)
{
    auto wanted = new_key_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto issued = co_await keys.issue_service_account(caller, std::move(*wanted));
    if (!issued)
        co_return issued.error();
    co_return answer(to_json(*issued));
}

Task<JsonResponse> update(KeyService& keys, Call& call, const Json& body)
{
    auto change = key_change_from(body);
    if (!change)
        co_return change.error();
    const std::string key = change->key;
    const auto caller = caller_of(call);
    const auto view = co_await keys.update(caller, std::move(*change));
    if (!view)
        co_return view.error();
    Json shown = Json::object();
    shown["key"] = key;
    shown.update(to_json(*view));
    co_return answer(std::move(shown));
}

Task<JsonResponse> update_many(KeyService& keys, Call& call, const Json& body)
{
    const auto caller = caller_of(call);
    auto changes = key_changes_from(body);
    if (!changes)
        co_return changes.error();
    const auto bulk = co_await keys.update_many(caller, std::move(*changes));
    if (!bulk)
        co_return bulk.error();
    co_return answer(to_json(*bulk));
}

Task<JsonResponse> regenerate(KeyService& keys, Call& call, const Json& body)
{
    auto rotation = key_rotation_from(body, call.path_parameters["key"]);
    if (!rotation)
        co_return rotation.error();
    const auto caller = caller_of(call);
    const auto rotated = co_await keys.rotate(caller, std::move(*rotation));
    if (!rotated)
        co_return rotated.error();
    co_return answer(to_json(*rotated));
}

Task<JsonResponse> reset_spend(KeyService& keys, Call& call, const Json& body)
{
    const auto amount = body.find("reset_to");
    if (amount == body.end() || !amount->is_number())
        co_return invalid_input("reset_to must be a number", "reset_to");
    const auto caller = caller_of(call);
    const std::string key = call.path_parameters["key"];
    const auto reset = co_await keys.reset_spend(caller, key, amount->get<double>());
    if (!reset)
        co_return reset.error();
    co_return answer(to_json(*reset));
}

Task<JsonResponse> info_of_many(KeyService& keys, Call& call, const Json& body)
{
    std::vector<std::string> wanted;
    FieldReader reader(body);
    reader.read("keys", wanted);
    if (reader.outcome() && reader.find("keys") == nullptr)
        reader.refuse("keys", "Malformed request. No keys passed in.");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto views = co_await keys.load_many(caller, wanted);
    if (!views)
        co_return views.error();
    Json rows = Json::array();
    for (const auto& view : *views)
        rows.push_back(to_json(view));
    Json shown = Json::object();
    shown["key"] = wanted;
    shown["info"] = std::move(rows);
    co_return answer(std::move(shown));
}

Json aliases_json(const store::AliasPage& found, std::int64_t page, std::int64_t size)
{
    const std::int64_t per_page = size > 0 ? size : std::max<std::int64_t>(found.total_count, 1);
    Json json = Json::object();
    json["aliases"] = found.aliases;
    json["total_count"] = found.total_count;
    json["current_page"] = page;
    json["total_pages"] = (found.total_count + per_page - 1) / per_page;
    json["size"] = per_page;
    return json;
}

/// Without page and size: all of them, as in LiteLLM 1.81; its later versions have pages of 50.
Task<JsonResponse> aliases(KeyService& keys, Call& call, const Json&)
{
    std::int64_t page = 1;
    std::int64_t size = call.query("page") ? 50 : 0;
    std::optional<std::string> search;
    QueryReader reader(call);
    reader.read("page", page, 1, 1'000'000);
    reader.read("size", size, 1, 100);
    reader.read("search", search);
    if (search && search->size() > longest_search)
        reader.refuse("search", "is too long");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    management::AliasQuery query;
    query.search = search.value_or("");
    query.limit = size;
    query.offset = (page - 1) * size;
    const auto found = co_await keys.list_aliases(caller, query);
    if (!found)
        co_return found.error();
    co_return answer(aliases_json(*found, page, size));
}

/// A key is healthy when what it wants done with its calls can be done. Callbacks of a key's own cannot, so
/// far.
Task<JsonResponse> health(KeyService&, Call& call, const Json&)
{
    Json callbacks = Json::array();
    const store::Key* key = call.principal ? call.principal->key() : nullptr;
    const Json logging = key == nullptr ? Json() : key->metadata.value("logging", Json());
    if (logging.is_array()) {
        for (const Json& entry : logging) {
            if (entry.is_object() && entry.contains("callback_name"))
                callbacks.push_back(entry["callback_name"]);
        }
    }
    Json shown = Json::object();
    shown["key"] = callbacks.empty() ? "healthy" : "unhealthy";
    shown["logging_callbacks"] = nullptr;
    if (!callbacks.empty()) {
        Json state = Json::object();
        state["callbacks"] = std::move(callbacks);
        state["status"] = "unhealthy";
        state["details"] = "This proxy does not run the logging callbacks of single keys.";
        shown["logging_callbacks"] = std::move(state);
    }
    co_return answer(std::move(shown));
}

Route regenerate_route(KeyService& keys, const char* path)
{
    return json_route(
        Method::post, path, Access::key_writer, "Gives a key a new text", bound(regenerate, keys)
    );
}

} // namespace

std::vector<Route> key_change_routes(ManagementServices& services)
{
    KeyService& keys = services.keys;
    return {
        json_route(
            Method::post,
            "/key/service-account/generate",
            Access::key_writer,
            "Makes a key that belongs to a team",
            bound(generate_for_service, keys)
        ),
        json_route(Method::post, "/key/update", Access::key_writer, "Changes a key", bound(update, keys)),
        json_route(
            Method::post,
            "/key/bulk_update",
            Access::key_writer,
            "Changes many keys",
            bound(update_many, keys)
        ),
        regenerate_route(keys, "/key/regenerate"),
        regenerate_route(keys, "/key/{key}/regenerate"),
        json_route(
            Method::post,
            "/key/{key}/reset_spend",
            Access::key_writer,
            "Sets a key's spend back",
            bound(reset_spend, keys)
        ),
        json_route(
            Method::post, "/v2/key/info", Access::any_key, "Shows several keys", bound(info_of_many, keys)
        ),
        json_route(Method::get, "/key/aliases", Access::any_key, "Lists key aliases", bound(aliases, keys)),
        json_route(
            Method::post, "/key/health", Access::any_key, "Checks the caller's key", bound(health, keys)
        ),
    };
}

} // namespace litellm::api
