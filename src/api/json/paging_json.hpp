#pragma once
// A page of a list.

#include "litellm/core/json.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace litellm::api {

/// `{<name>: […], total, page, page_size, total_pages}`
[[nodiscard]] inline Json
page_json(const std::string& name, Json rows, std::int64_t total, std::int64_t page, std::int64_t size)
{
    Json json = Json::object();
    json[name] = std::move(rows);
    json["total"] = total;
    json["page"] = page;
    json["page_size"] = size;
    json["total_pages"] = size > 0 ? (total + size - 1) / size : 0;
    return json;
}

} // namespace litellm::api
