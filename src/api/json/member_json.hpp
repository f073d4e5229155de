#pragma once
// Members of teams in request bodies.

#include "field_reader.hpp"
#include "litellm/management/team_service.hpp"

#include <string_view>
#include <vector>

namespace litellm::api {

/// `{user_id or user_email, role}`; `name` is the field to complain about.
[[nodiscard]] Result<management::MemberWish> member_from(const Json& entry, std::string_view name);
/// The list `name`, if the body has it.
void read_members(FieldReader& reader, std::string_view name, std::vector<management::MemberWish>& target);

} // namespace litellm::api
