// Whose files and batches are.

#include "files_service.hpp"
#include "litellm/core/json_member.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::inference {

namespace {

/// The same for what does not exist and for what is somebody else's.
Error unknown_object(FilesCall::Kind kind, const std::string& id)
{
    return Error{
        ErrorKind::not_found,
        fmt::format("No such {} object: {}", kind == FilesCall::Kind::file ? "File" : "Batch", id),
        "id",
        "invalid_request_error",
        404};
}

bool may_see(const auth::Principal& principal, const store::ProviderObject& object)
{
    if (principal.is_admin() || principal.key_hash == object.key_hash)
        return true;
    const bool same_user = !principal.user_id.empty() && principal.user_id == object.user_id;
    return same_user || (!object.team_id.empty() && principal.team_id() == object.team_id);
}

} // namespace

Task<void> ModelService::Files::find_objects(const std::string& input_file)
{
    if (asked_.id.empty() && input_file.empty())
        co_return Result<void>();
    std::vector<std::string> ids;
    for (const std::string* id : {&asked_.id, &input_file}) {
        if (!id->empty())
            ids.push_back(*id);
    }
    const auto found = co_await state_.database->transact<std::vector<store::ProviderObject>>(
        [&](db::Transaction& transaction) { return store::list_provider_objects(transaction, ids); }
    );
    if (!found)
        co_return found.error();
    for (const auto& object : *found) {
        if (may_see(principal_, object))
            (object.id == asked_.id ? object_ : input_) = object;
    }
    // Administrators also see what was not made here.
    if (!asked_.id.empty() && !object_ && !principal_.is_admin())
        co_return unknown_object(asked_.kind, asked_.id);
    if (!input_file.empty() && !input_ && !principal_.is_admin())
        co_return unknown_object(FilesCall::Kind::file, input_file);
    co_return Result<void>();
}

/// `like`: whose it is; null: the caller's.
Task<void>
ModelService::Files::remember(std::string id, FilesCall::Kind kind, const store::ProviderObject* like)
{
    store::ProviderObject object;
    if (like != nullptr)
        object = *like;
    else {
        object.account = account_;
        object.key_hash = principal_.key_hash;
        object.user_id = principal_.user_id;
        object.team_id = principal_.team_id();
    }
    object.id = std::move(id);
    object.kind = noun(kind);
    object.is_charged = false;
    object.created_at = state_.clock.now();
    co_return co_await state_.database->transact<void>([&](db::Transaction& transaction) {
        return store::add_provider_object(transaction, object);
    });
}

Task<Json> ModelService::Files::only_own(Json list)
{
    const auto data = list.find("data");
    if (principal_.is_admin() || data == list.end() || !data->is_array())
        co_return list;
    std::vector<std::string> ids;
    for (const Json& each : *data)
        ids.push_back(member_text(each, "id"));
    const auto known = co_await state_.database->transact<std::vector<store::ProviderObject>>(
        [&](db::Transaction& transaction) { return store::list_provider_objects(transaction, ids); }
    );
    if (!known)
        co_return known.error();
    Json kept = Json::array();
    for (Json& each : *data) {
        const std::string id = member_text(each, "id");
        const auto object = std::ranges::find(*known, id, &store::ProviderObject::id);
        if (object != known->end() && may_see(principal_, *object))
            kept.push_back(std::move(each));
    }
    // Pages go on after the provider's last id, which may be somebody else's; only its place in the list is
    // told.
    list["data"] = std::move(kept);
    co_return list;
}

} // namespace litellm::inference
