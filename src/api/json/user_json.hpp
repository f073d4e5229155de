#pragma once
// Users on the wire. A password hash is in no row struct, so it cannot get here.

#include "litellm/core/json.hpp"
#include "litellm/management/user_service.hpp"

namespace litellm::api {

[[nodiscard]] Result<management::NewUser> new_user_from(const Json& body);

[[nodiscard]] Json to_json(const store::User& user);
/// The shape of a new key with the user's fields; `key` is empty when none was made.
[[nodiscard]] Json to_json(const management::CreatedUser& created);
[[nodiscard]] Json to_json(const management::UserView& view);

/// Answer of /user/available_roles.
[[nodiscard]] Json available_roles();

} // namespace litellm::api
