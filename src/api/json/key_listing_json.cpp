#include "key_json.hpp"
#include "shapes.hpp"
#include "user_json.hpp"

namespace litellm::api {

namespace {

Json listed(const store::Key& key, const management::KeyListing& listing, const management::KeyQuery& query)
{
    Json json = to_json(key);
    json["api_key"] = nullptr;
    json["user_role"] = nullptr;
    if (!query.expand_user)
        return json;
    const auto user = listing.users.find(key.user_id.value_or(""));
    json["user"] = user == listing.users.end() ? Json(nullptr) : to_json(user->second);
    return json;
}

void add_deletion(Json& json, const store::DeletedKey& deleted)
{
    json["deleted_at"] = time_or_null(deleted.deleted_at);
    json["deleted_by"] = or_null(deleted.deleted_by);
    json["deleted_by_api_key"] = or_null(deleted.deleted_by_api_key);
    json["litellm_changed_by"] = or_null(deleted.litellm_changed_by);
}

} // namespace

Json to_json(const management::KeyListing& listing, const management::KeyQuery& query, bool whole_rows)
{
    Json keys = Json::array();
    for (const auto& key : listing.page.keys)
        keys.push_back(whole_rows ? listed(key, listing, query) : Json(key.token));
    for (std::size_t i = 0; whole_rows && i < listing.deleted.size(); ++i)
        add_deletion(keys[i], listing.deleted[i]);
    Json json = Json::object();
    json["keys"] = std::move(keys);
    json["total_count"] = listing.page.total_count;
    json["current_page"] = query.filter.page;
    json["total_pages"] = (listing.page.total_count + query.filter.size - 1) / query.filter.size;
    return json;
}

} // namespace litellm::api
