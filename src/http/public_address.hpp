#pragma once
// Which addresses belong to the public Internet.

#include <string_view>

namespace litellm::http {

/// Whether a textual IPv4 or IPv6 address is globally reachable unicast by IANA's special-purpose registries
/// (RFC 6890 and its updates). False for everything that is no address. Addresses that carry IPv4 inside IPv6
/// (mapped, 6to4, NAT64, Teredo) are not: they would lead around the check.
[[nodiscard]] bool is_public_address(std::string_view address);

} // namespace litellm::http
