#pragma once

#include "litellm/auth/authenticator.hpp"

namespace litellm::auth {

/// The credential a request carries; see Authenticator::credential().
[[nodiscard]] Result<std::string_view>
find_credential(const HeaderLookup& header, const std::string& only_header, std::string_view key_in_query);

} // namespace litellm::auth
