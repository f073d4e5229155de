#pragma once
// The ledger's tables: "LiteLLM_SpendLogs", the spend columns, the daily roll-ups, and our own journal
// checkpoint.

#include "litellm/core/json.hpp"
#include "litellm/core/money.hpp"
#include "litellm/db/database.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace litellm::store {

/// One finished call.
struct SpendLog {
    std::string request_id;
    std::string call_type; ///< acompletion, atext_completion, aembedding
    std::string api_key;   ///< hash
    Money spend;
    std::int64_t total_tokens = 0;
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    Timestamp start_time;
    Timestamp end_time;
    std::optional<Timestamp> completion_start_time;
    std::string model;
    std::string model_id;
    std::string model_group;
    std::string custom_llm_provider;
    std::string api_base;
    std::string user;
    std::string metadata_json = "{}";
    std::string cache_hit;
    std::string cache_key;
    std::string request_tags_json = "[]";
    std::optional<std::string> team_id;
    std::optional<std::string> organization_id;
    std::optional<std::string> end_user;
    std::optional<std::string> requester_ip_address;
    std::string messages_json = "{}";
    std::string response_json = "{}";
    std::string proxy_server_request_json = "{}";
    std::optional<std::string> session_id;
    std::string status = "success";
};

/// Inserts rows; one whose request_id exists already is skipped. Returns the request_ids that were inserted.
[[nodiscard]] Result<std::vector<std::string>>
insert_spend_logs(db::Transaction& transaction, std::span<const SpendLog> logs);

struct SpendLogFilter {
    std::optional<std::string> request_id;
    std::optional<std::string> api_key;
    std::optional<std::string> user_id;
    std::optional<Timestamp> from;  ///< inclusive, by startTime
    std::optional<Timestamp> until; ///< exclusive
    std::optional<std::string> team_id;
    std::optional<std::string> model;
    std::optional<std::string> model_id;
    std::optional<std::string> end_user;
    std::optional<std::string> session_id;
    std::optional<std::string> status; ///< success, failure
    std::optional<double> min_spend;   ///< USD, inclusive as max_spend is
    std::optional<double> max_spend;
    std::optional<std::vector<std::string>> api_keys; ///< one of these hashes
    std::string sort_by = "startTime";                ///< startTime, endTime, spend, total_tokens
    bool descending = true;
    std::int64_t limit = 1000;
    std::int64_t offset = 0;
};
[[nodiscard]] Result<std::int64_t>
count_spend_logs(db::Transaction& transaction, const SpendLogFilter& filter);
/// Newest first, unless the filter says otherwise. invalid_input for an unknown sort_by.
[[nodiscard]] Result<std::vector<SpendLog>>
list_spend_logs(db::Transaction& transaction, const SpendLogFilter& filter);

/// Spend per day, key, user and model: what `summarize=true` is built from. The filter's limit and offset do
/// not apply.
struct SpendSummaryRow {
    std::string day;
    std::string api_key;
    std::string user;
    std::string model;
    double spend = 0;
};
[[nodiscard]] Result<std::vector<SpendSummaryRow>>
summarize_spend(db::Transaction& transaction, const SpendLogFilter& filter);

/// An amount to add to one row's `spend` column.
struct SpendIncrement {
    std::string id;
    Money amount;
};
/// All increments of one batch, aggregated by row. Applied in sorted order, so that several writers never
/// deadlock. Rows that do not exist are skipped, except end users, which are created.
struct SpendIncrements {
    std::vector<SpendIncrement> keys, users, teams, organizations, end_users, tags;
    struct Member {
        std::string team_id;
        std::string user_id;
        Money amount;
    };
    std::vector<Member> members;
};
[[nodiscard]] Result<void> apply_spend(db::Transaction& transaction, const SpendIncrements& increments);

/// One row of a daily table; which table depends on `entity`.
struct DailySpend {
    enum class Entity { user, team, organization, end_user, tag };
    Entity entity = Entity::user;
    std::string entity_id;
    std::string date; ///< YYYY-MM-DD, UTC
    std::string api_key;
    std::string model;
    std::string model_group;
    std::string custom_llm_provider;
    std::string endpoint; ///< /chat/completions
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t cache_read_input_tokens = 0;
    std::int64_t cache_creation_input_tokens = 0;
    Money spend;
    std::int64_t api_requests = 0;
    std::int64_t successful_requests = 0;
    std::int64_t failed_requests = 0;
};
/// Adds to the rows, which are created where missing; upserts on the unique key that this database really has
/// (five to seven columns). `new_id` makes row ids.
[[nodiscard]] Result<void> apply_daily_spend(
    db::Transaction& transaction,
    std::vector<DailySpend> rows,
    Timestamp now,
    const std::function<std::string()>& new_id
);

/// The last record of journal `journal_id` whose effect is in this database; 0 when none. Locks the row for
/// the transaction.
[[nodiscard]] Result<std::int64_t>
load_checkpoint(db::Transaction& transaction, const std::string& journal_id);
[[nodiscard]] Result<void> save_checkpoint(
    db::Transaction& transaction, const std::string& journal_id, std::int64_t sequence, Timestamp now
);

} // namespace litellm::store
