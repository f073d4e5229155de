#pragma once

#include "litellm/auth/principal.hpp"
#include "litellm/store/budget_periods.hpp"

namespace litellm::auth {

/// The caller that a key's row describes; `read_at` is the generation of `accounts` that was current before
/// the row was read. `periods` is what the key has spent where list_periods() looks.
[[nodiscard]] PrincipalPtr make_principal(
    store::KeyContext context,
    const std::vector<store::PeriodSpend>& periods,
    const std::string& presented_hash,
    spend::Accounts& accounts,
    std::uint64_t read_at,
    Timestamp now
);

[[nodiscard]] PrincipalPtr make_master(const std::string& hash, spend::Accounts& accounts, Timestamp now);

} // namespace litellm::auth
