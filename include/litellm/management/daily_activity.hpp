#pragma once
// What was used and spent day by day, broken down by model, provider, key and more.

#include "litellm/core/money.hpp"
#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/daily_reports.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// Days are UTC, both ends included.
struct ActivityQuery {
    store::DailySpend::Entity entity = store::DailySpend::Entity::user;
    std::optional<std::vector<std::string>> ids;
    std::vector<std::string> excluded_ids;
    std::optional<std::string> start_date; ///< both dates are needed
    std::optional<std::string> end_date;
    std::optional<std::string> model;
    std::optional<std::string> api_key; ///< plain or hash
    std::int64_t page = 1;
    std::int64_t page_size = 50; ///< rows of the roll-up, not days
    bool is_aggregated = false;  ///< everything at once
};

struct Metrics {
    Money spend;
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t cache_read_input_tokens = 0;
    std::int64_t cache_creation_input_tokens = 0;
    std::int64_t successful_requests = 0;
    std::int64_t failed_requests = 0;
    std::int64_t api_requests = 0;

    void add(const store::DailySpend& row);
    [[nodiscard]] std::int64_t total_tokens() const { return prompt_tokens + completion_tokens; }
};

struct Share {
    Metrics metrics;
    std::map<std::string, Metrics> by_key;
};
using Shares = std::map<std::string, Share>;

struct ActivityDay {
    std::string date;
    Metrics metrics;
    Shares models;
    Shares model_groups;
    Shares providers;
    Shares endpoints;
    Shares entities;
    std::map<std::string, Metrics> keys;
};

struct KeyName {
    std::optional<std::string> alias;
    std::optional<std::string> team_id;
};

struct Activity {
    std::vector<ActivityDay> days; ///< newest first
    Metrics total;                 ///< of these days
    std::map<std::string, KeyName> keys;
    std::int64_t page = 1;
    std::int64_t total_pages = 1;
};

class DailyActivity {
public:
    explicit DailyActivity(const Context& context) : context_(context) {}

    /// Callers who do not see everything see: of users themselves, of teams their own (and there, unless they
    /// are its admins, their own keys), of organizations those they administer, and nothing else. forbidden
    /// or not_found for what is not theirs; invalid_input for dates that are missing or none.
    [[nodiscard]] Task<Activity> load(const Caller& by, const ActivityQuery& query);

private:
    const Context context_;
};

} // namespace litellm::management
