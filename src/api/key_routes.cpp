#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/key_json.hpp"
#include "json/query_reader.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::KeyService;

namespace {

Task<JsonResponse> generate(KeyService& keys, Call& call, const Json& body)
{
    auto wanted = new_key_from(body);
    if (!wanted)
        co_return wanted.error();
    const auto caller = caller_of(call);
    const auto issued = co_await keys.issue(caller, std::move(*wanted));
    if (!issued)
        co_return issued.error();
    co_return answer(to_json(*issued));
}

Task<JsonResponse> info(KeyService& keys, Call& call, const Json&)
{
    const auto caller = caller_of(call);
    auto key = call.query("key");
    if (key && key->empty())
        key.reset();
    const auto view = co_await keys.load(caller, key);
    if (!view)
        co_return view.error();
    Json body = Json::object();
    body["key"] = key.value_or(view->row.token);
    body["info"] = to_json(*view);
    co_return answer(std::move(body));
}

Task<JsonResponse> list(KeyService& keys, Call& call, const Json&)
{
    const auto query = key_query_from(call);
    if (!query)
        co_return query.error();
    bool whole_rows = false;
    QueryReader reader(call);
    reader.read("return_full_object", whole_rows);
    whole_rows = whole_rows || query->expand_user;
    const auto caller = caller_of(call);
    const auto listing = co_await keys.list(caller, *query);
    if (!listing)
        co_return listing.error();
    co_return answer(to_json(*listing, *query, whole_rows));
}

Task<JsonResponse> remove(KeyService& keys, Call& call, const Json& body)
{
    const auto selection = key_selection_from(body);
    if (!selection)
        co_return selection.error();
    const auto caller = caller_of(call);
    const auto removed = co_await keys.remove(caller, *selection);
    if (!removed)
        co_return removed.error();
    Json shown = Json::object();
    shown["deleted_keys"] = selection->keys.empty() ? selection->aliases : selection->keys;
    co_return answer(std::move(shown));
}

Task<JsonResponse> set_blocked(KeyService& keys, Call& call, const Json& body, bool blocked)
{
    std::string key;
    FieldReader reader(body);
    reader.read("key", key);
    if (reader.outcome() && reader.find("key") == nullptr)
        reader.refuse("key", "Field required");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto changed = co_await keys.set_blocked(caller, key, blocked);
    if (!changed)
        co_return changed.error();
    co_return answer(to_json(*changed));
}

Task<JsonResponse> block(KeyService& keys, Call& call, const Json& body)
{
    return set_blocked(keys, call, body, true);
}

Task<JsonResponse> unblock(KeyService& keys, Call& call, const Json& body)
{
    return set_blocked(keys, call, body, false);
}

} // namespace

std::vector<Route> key_routes(ManagementServices& services)
{
    KeyService& keys = services.keys;
    return {
        json_route(
            Method::post, "/key/generate", Access::key_writer, "Makes a virtual key", bound(generate, keys)
        ),
        json_route(Method::get, "/key/info", Access::any_key, "Shows a key", bound(info, keys)),
        json_route(Method::get, "/key/list", Access::any_key, "Lists keys", bound(list, keys)),
        json_route(Method::post, "/key/delete", Access::key_writer, "Deletes keys", bound(remove, keys)),
        json_route(Method::post, "/key/block", Access::key_writer, "Blocks a key", bound(block, keys)),
        json_route(Method::post, "/key/unblock", Access::key_writer, "Unblocks a key", bound(unblock, keys)),
    };
}

} // namespace litellm::api
