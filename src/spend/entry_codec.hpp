#pragma once
// Ledger entries as bytes in the journal.

#include "litellm/spend/ledger.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace litellm::spend {

/// Texts that a database could not store are made storable here: NUL and invalid UTF-8 are replaced, overlong
/// texts are cut.
[[nodiscard]] std::string encode(const Entry& entry);
/// False when the bytes are not an entry. Texts are assigned to those of `entry`, whose memory is used again.
[[nodiscard]] bool decode_into(std::string_view bytes, Entry& entry);
/// Nothing when the bytes are not an entry.
[[nodiscard]] std::optional<Entry> decode(std::string_view bytes);

} // namespace litellm::spend
