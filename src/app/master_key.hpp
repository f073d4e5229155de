#pragma once

#include "litellm/config/config.hpp"
#include "litellm/core/random.hpp"

namespace litellm::app {

/// Makes sure that there is an admin key, or a good reason for none.
///
/// A configured key is used as it is, with a warning when it is weak (an error with
/// general_settings.require_strong_master_key). Without one, and with the embedded database, a random key is
/// kept in the data directory, made on the first start. Without one and with a database of its own the proxy
/// starts on loopback addresses only.
struct MasterKey {
    std::optional<Secret> key;
    bool is_new = false;
    bool open_access = false;   ///< nobody needs a key
    std::filesystem::path file; ///< of a generated key
};
[[nodiscard]] Result<MasterKey> provide_master_key(const config::Config& config, Random& random);

[[nodiscard]] bool is_loopback(const std::string& host);

} // namespace litellm::app
