#pragma once
// `provider_objects`: files and batches that were made at a provider through this proxy, and whose they are.

#include "litellm/db/database.hpp"

#include <string>
#include <vector>

namespace litellm::store {

struct ProviderObject {
    std::string id;      ///< the provider's
    std::string kind;    ///< `file` or `batch`
    std::string account; ///< where it lives: a provider's name, or `deployment:` and an id
    std::string key_hash;
    std::string user_id; ///< empty: the key has none
    std::string team_id; ///< empty: the key has none
    bool is_charged = false;
    Timestamp created_at;
};

/// One that is known already stays as it is.
[[nodiscard]] Result<void> add_provider_object(db::Transaction& transaction, const ProviderObject& object);
/// Those of `ids` that are known.
[[nodiscard]] Result<std::vector<ProviderObject>>
list_provider_objects(db::Transaction& transaction, const std::vector<std::string>& ids);
[[nodiscard]] Result<void> remove_provider_object(db::Transaction& transaction, const std::string& id);
/// Of several who charge the same batch at once, one gets true.
[[nodiscard]] Result<bool> claim_charge(db::Transaction& transaction, const std::string& id);

} // namespace litellm::store
