#pragma once
// Keys on the wire.

#include "field_reader.hpp"

#include "litellm/api/service.hpp"
#include "litellm/management/key_service.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::api {

/// The fields that keys and users share.
void read_entitlement(FieldReader& reader, const Json& body, management::Entitlement& target);
[[nodiscard]] Result<management::NewKey> new_key_from(const Json& body);
[[nodiscard]] Result<management::KeySelection> key_selection_from(const Json& body);
[[nodiscard]] Result<management::KeyQuery> key_query_from(const Call& call);

[[nodiscard]] Result<management::KeyChange> key_change_from(const Json& body);
/// `key` of the body wins over the path's.
[[nodiscard]] Result<management::KeyRotation>
key_rotation_from(const Json& body, const std::string& key_in_path);
[[nodiscard]] Result<std::vector<management::KeyChange>> key_changes_from(const Json& body);

/// Every column; `token` is the hash.
[[nodiscard]] Json to_json(const store::Key& key);
[[nodiscard]] Json to_json(const store::Budget& budget);
/// The answer that shows a new key, the only one with its text.
[[nodiscard]] Json to_json(const management::IssuedKey& issued);
[[nodiscard]] Json to_json(const management::RotatedKey& rotated);
[[nodiscard]] Json to_json(const management::BulkUpdate& bulk);
[[nodiscard]] Json to_json(const management::SpendReset& reset);
/// `info` of /key/info.
[[nodiscard]] Json to_json(const management::KeyView& view);
[[nodiscard]] Json
to_json(const management::KeyListing& listing, const management::KeyQuery& query, bool whole_rows);

} // namespace litellm::api
