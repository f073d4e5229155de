#pragma once
// "LiteLLM_AuditLog": who changed what.

#include "litellm/core/json.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace litellm::store {

struct AuditRecord {
    std::string id;
    Timestamp updated_at;
    std::string changed_by;
    std::string changed_by_api_key; ///< hash
    std::string action;             ///< created, updated, deleted, blocked, unblocked, rotated
    std::string table_name;
    std::string object_id;
    std::optional<Json> before_value;
    std::optional<Json> updated_values;
};

struct AuditFilter {
    std::optional<std::string> changed_by;
    std::optional<std::string> changed_by_api_key;
    std::optional<std::string> action;
    std::optional<std::string> table_name;
    std::optional<std::string> object_id;
    /// `team_id` and `token` in the values before or after the change.
    std::optional<std::string> object_team_id;
    std::optional<std::string> object_key_hash;
    std::optional<Timestamp> from;
    std::optional<Timestamp> until;     ///< exclusive
    std::string sort_by = "updated_at"; ///< any column but the two values
    bool descending = true;
    std::int64_t page = 1;
    std::int64_t size = 10;
};

struct AuditPage {
    std::vector<AuditRecord> records;
    std::int64_t total_count = 0;
};

/// Does nothing on a database without the table.
[[nodiscard]] Result<void> insert_audit_record(db::Transaction& transaction, const AuditRecord& record);
[[nodiscard]] Result<std::optional<AuditRecord>>
find_audit_record(db::Transaction& transaction, const std::string& id);
/// invalid_input for an unknown sort_by.
[[nodiscard]] Result<AuditPage> list_audit_records(db::Transaction& transaction, const AuditFilter& filter);

} // namespace litellm::store
