#pragma once

#include "litellm/auth/principal.hpp"

namespace litellm::auth {

/// The caller that a key's row describes; `read_at` is the generation of `accounts` that was current before the row was read.
[[nodiscard]] PrincipalPtr make_principal(store::KeyContext context, const std::string& presented_hash, spend::Accounts& accounts,
    std::uint64_t read_at, Timestamp now);

[[nodiscard]] PrincipalPtr make_master(const std::string& hash, spend::Accounts& accounts, Timestamp now);

} // namespace litellm::auth
