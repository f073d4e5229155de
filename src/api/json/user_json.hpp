#pragma once
// Users on the wire. A password hash is in no row struct, so it cannot get here.

#include "field_reader.hpp"

#include "litellm/core/json.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::api {

[[nodiscard]] Result<management::NewUser> new_user_from(const Json& body);

/// A text that goes from here to where it is hashed; an empty one counts as absent.
void read_secret(FieldReader& reader, std::string_view name, std::optional<Secret>& target);

[[nodiscard]] Result<management::UserChange> user_change_from(const Json& body);
/// `{users: […]}` or `{all_users: true, user_updates: {…}}`
[[nodiscard]] Result<management::BulkUserChange> bulk_user_change_from(const Json& body);

[[nodiscard]] Json to_json(const store::User& user);
[[nodiscard]] Json to_json(const std::vector<management::UserOutcome>& outcomes);
/// The rows of a list, each with its number of keys.
[[nodiscard]] Json rows_json(const management::UserListing& listing);
/// The shape of a new key with the user's fields; `key` is empty when none was made.
[[nodiscard]] Json to_json(const management::CreatedUser& created);
[[nodiscard]] Json to_json(const management::UserView& view);

/// Answer of /user/available_roles.
[[nodiscard]] Json available_roles();

} // namespace litellm::api
