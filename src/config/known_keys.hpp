#pragma once
// Every key that a LiteLLM configuration may contain, section by section.

#include "findings.hpp"
#include "node.hpp"

#include <span>
#include <string>
#include <string_view>

namespace litellm::config {

struct KeyTable {
    /// `general_settings`; empty for the top level.
    std::string_view section;
    /// Keys that the loader reads into the typed configuration.
    std::span<const std::string_view> read;
    /// Keys that LiteLLM knows and that only `raw` keeps; a trailing `*` stands for any ending.
    std::span<const std::string_view> kept;

    [[nodiscard]] bool reads(std::string_view key) const;
    [[nodiscard]] bool knows(std::string_view key) const;
};

extern const KeyTable top_level_keys;
extern const KeyTable general_keys;
extern const KeyTable litellm_keys;
extern const KeyTable router_keys;
extern const KeyTable model_row_keys;
/// Only the best known of them: any name is allowed in litellm_params, so this serves hints alone.
extern const KeyTable parameter_keys;

/// Warns about each member of `section` that the table does not know, with the name or the section that was
/// probably meant.
void report_unknown_keys(
    const Node& section, const KeyTable& table, const std::string& path, Findings& findings
);

} // namespace litellm::config
