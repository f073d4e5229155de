#pragma once
// Letters about budgets: a soft one that was crossed, a maximum of which a share is spent.

#include "litellm/core/task.hpp"
#include "litellm/mail/post_office.hpp"
#include "litellm/management/context.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace litellm::management {

/// When letters are written, and to whom besides the owner.
struct BudgetAlertSettings {
    /// EMAIL_BUDGET_ALERT_MAX_SPEND_ALERT_PERCENTAGE: of the maximum, for keys without thresholds of their
    /// own.
    int usual_percentage = 80;
    /// EMAIL_BUDGET_ALERT_TTL, when it is set: the same letter again after so long. Otherwise once for each
    /// time that a budget begins.
    std::optional<std::chrono::seconds> repeat_after;
    /// litellm_settings.default_key_max_budget_alert_emails: percentage to addresses.
    std::map<int, std::vector<std::string>> thresholds;
};
[[nodiscard]] BudgetAlertSettings budget_alert_settings(const config::Config& config);
/// `{"50": ["a@b.c"], "75": "d@e.f, g@h.i"}`; what is no percentage from 1 to 100 is passed over.
[[nodiscard]] std::map<int, std::vector<std::string>> alert_thresholds(const Json& setting);

class BudgetAlerts {
public:
    BudgetAlerts(const Context& context, mail::PostOffice& office, BudgetAlertSettings settings);

    /// Looks at whoever has spent since the last look; returns how many were looked at. Calls neither wait
    /// for it nor fail with it, and several processes may look at once: the outbox takes each letter once.
    [[nodiscard]] Task<std::int64_t> look();

private:
    const Context context_;
    mail::PostOffice& office_;
    const BudgetAlertSettings settings_;
    Timestamp since_;
};

} // namespace litellm::management
