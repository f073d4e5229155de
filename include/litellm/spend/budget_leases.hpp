#pragma once
// Several processes that spend the same budgets.
//
// A process knows what it has reserved and not yet written, but not what others have. So it leases a part of
// each budget from the database and reserves only from that part: what is written down and all leases
// together stay below the budget. Writing a call down and taking its cost from the lease is one transaction.
// What a process does not need goes back when another one asks for it, and after a while anyway.

#include "litellm/core/task.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"
#include "litellm/spend/accounts.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::spend {

/// Announcements between processes about leases begin like this.
inline constexpr std::string_view lease_notice = "budget_lease:";

struct LeaseOptions {
    /// The process; the same one after a restart, which finds its leases again.
    std::string holder;
    /// Leases of holders that were not heard of for so long are nobody's. What such a process had spent and
    /// not written can then pass a budget, once its journal is read.
    std::chrono::seconds lifetime{600};
    /// How long a call waits for what others hold and do not need.
    std::chrono::milliseconds patience{500};
};

class BudgetLeases {
public:
    /// `executor` answers other processes.
    [[nodiscard]] static std::shared_ptr<BudgetLeases> make(
        LeaseOptions options,
        db::Database& database,
        Accounts& accounts,
        const Clock& clock,
        boost::asio::any_io_executor executor
    );
    virtual ~BudgetLeases() = default;

    /// Takes over what an earlier run of this process held; before the first call.
    [[nodiscard]] virtual Result<void> load_now() = 0;
    /// Leases what is needed, and more where there is enough. budget_exceeded when one of the budgets does
    /// not give it; unavailable without a database.
    [[nodiscard]] virtual Task<void> obtain(std::vector<LeaseNeed> needs) = 0;
    /// Gives back what is not needed, tells that this process lives, and forgets leases of the dead.
    [[nodiscard]] virtual Task<void> tend() = 0;
};

} // namespace litellm::spend
