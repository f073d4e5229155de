#include "management_tables.hpp"

#include "json/caller.hpp"
#include "json/field_reader.hpp"
#include "json/shapes.hpp"

namespace litellm::api {

using auth::Access;
using http::Method;
using management::Invitations;

namespace {

Json to_json(const store::Invitation& invitation)
{
    Json json = Json::object();
    json["id"] = invitation.id;
    json["user_id"] = invitation.user_id;
    json["is_accepted"] = invitation.is_accepted;
    json["accepted_at"] = time_or_null(invitation.accepted_at);
    json["expires_at"] = to_iso8601(invitation.expires_at);
    json["created_at"] = to_iso8601(invitation.created_at);
    json["created_by"] = invitation.created_by;
    json["updated_at"] = to_iso8601(invitation.updated_at);
    json["updated_by"] = invitation.updated_by;
    return json;
}

Task<JsonResponse> create(Invitations& invitations, Call& call, const Json& body)
{
    std::string user_id;
    FieldReader reader(body);
    reader.read_required("user_id", user_id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto made = co_await invitations.create(caller, user_id);
    if (!made)
        co_return made.error();
    co_return answer(to_json(*made));
}

Task<JsonResponse> info(Invitations& invitations, Call& call, const Json&)
{
    const auto id = call.query("invitation_id");
    if (!id || id->empty())
        co_return unfit_field("invitation_id", "Field required");
    const auto caller = caller_of(call);
    const auto found = co_await invitations.load(caller, *id);
    if (!found)
        co_return found.error();
    co_return answer(to_json(*found));
}

Task<JsonResponse> update(Invitations& invitations, Call& call, const Json& body)
{
    std::string id;
    std::optional<bool> is_accepted;
    FieldReader reader(body);
    reader.read_required("invitation_id", id);
    reader.read("is_accepted", is_accepted);
    if (!is_accepted)
        reader.refuse("is_accepted", "Field required");
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto changed = co_await invitations.set_accepted(caller, id, *is_accepted);
    if (!changed)
        co_return changed.error();
    co_return answer(to_json(*changed));
}

Task<JsonResponse> remove(Invitations& invitations, Call& call, const Json& body)
{
    std::string id;
    FieldReader reader(body);
    reader.read_required("invitation_id", id);
    if (!reader.outcome())
        co_return reader.outcome().error();
    const auto caller = caller_of(call);
    const auto removed = co_await invitations.remove(caller, id);
    if (!removed)
        co_return removed.error();
    co_return answer(to_json(*removed));
}

} // namespace

std::vector<Route> invitation_routes(ManagementServices& services)
{
    Invitations& invitations = services.invitations;
    return {
        json_route(
            Method::post,
            "/invitation/new",
            Access::self_managed,
            "Invites a user",
            bound(create, invitations)
        ),
        json_route(
            Method::get, "/invitation/info", Access::admin, "Shows an invitation", bound(info, invitations)
        ),
        json_route(
            Method::post,
            "/invitation/update",
            Access::admin,
            "Marks an invitation as accepted",
            bound(update, invitations)
        ),
        json_route(
            Method::post,
            "/invitation/delete",
            Access::self_managed,
            "Takes an invitation back",
            bound(remove, invitations)
        ),
    };
}

} // namespace litellm::api
