#include "key_json.hpp"
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

} // namespace

Json to_json(const management::KeyListing& listing, const management::KeyQuery& query, bool whole_rows)
{
    Json keys = Json::array();
    for (const auto& key : listing.page.keys)
        keys.push_back(whole_rows ? listed(key, listing, query) : Json(key.token));
    Json json = Json::object();
    json["keys"] = std::move(keys);
    json["total_count"] = listing.page.total_count;
    json["current_page"] = query.filter.page;
    json["total_pages"] = (listing.page.total_count + query.filter.size - 1) / query.filter.size;
    return json;
}

} // namespace litellm::api
