#pragma once
// The jobs there are.

#include "litellm/config/config.hpp"
#include "litellm/db/database.hpp"
#include "litellm/jobs/clockwork.hpp"
#include "litellm/mail/post_office.hpp"
#include "litellm/management/budget_alerts.hpp"
#include "litellm/management/caretaker.hpp"
#include "litellm/spend/budget_leases.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/spend/shared_budgets.hpp"

#include <functional>
#include <vector>

namespace litellm::jobs {

/// Carries the ledger from the journal to the database, batch after batch until it has caught up.
[[nodiscard]] Job write_ledger(spend::Ledger& ledger, db::Database& database, const config::Config& config);

/// Forgets running figures of callers that have not been seen for a while.
[[nodiscard]] Job forget_idle_accounts(spend::Accounts& accounts);

/// Gives back leases of budgets that are not needed and keeps the others alive.
[[nodiscard]] Job tend_leases(spend::BudgetLeases& leases);
/// Brings budgets that belong to no caller up to what all processes spent.
[[nodiscard]] Job read_shared_budgets(spend::SharedBudgets& budgets);

/// Tells of budgets of which calls used up a part: soft budgets, four fifths, all. `tell` gets each crossing
/// once; without it, they only go to the log.
using TellOfCrossings = std::function<Task<void>(std::vector<spend::Crossing>)>;
[[nodiscard]] Job tell_of_budgets(spend::Accounts& accounts, TellOfCrossings tell = {});

/// Removes the figures of budget periods that have been over for a while.
[[nodiscard]] Job forget_past_periods(db::Database& database, const Clock& clock);

/// Starts budgets again whose time is up.
[[nodiscard]] Job reset_budgets(management::Caretaker& caretaker, const config::Config& config);

/// Gives keys a new text when it is time.
[[nodiscard]] Job rotate_keys(management::Caretaker& caretaker, const config::Config& config);

/// Removes sessions that are over and keys that nobody came to see.
[[nodiscard]] Job remove_what_expired(management::Caretaker& caretaker);

/// Writes letters about budgets that are nearly spent.
[[nodiscard]] Job warn_of_budgets(management::BudgetAlerts& alerts);

/// Sends the letters that are due.
[[nodiscard]] Job send_letters(mail::PostOffice& office, db::Database& database);

} // namespace litellm::jobs
