#include "litellm/spend/accounts.hpp"

namespace litellm::spend {

Reservation::Reservation(Reservation&& other) noexcept
    : accounts_(std::exchange(other.accounts_, nullptr)),
      shares_(std::move(other.shares_)),
      upper_bound_(other.upper_bound_),
      skips_budgets_(other.skips_budgets_),
      taken_at_(other.taken_at_)
{
}

Reservation& Reservation::operator=(Reservation&& other) noexcept
{
    if (this != &other) {
        settle(Money(), 0);
        accounts_ = std::exchange(other.accounts_, nullptr);
        shares_ = std::move(other.shares_);
        upper_bound_ = other.upper_bound_;
        skips_budgets_ = other.skips_budgets_;
        taken_at_ = other.taken_at_;
    }
    return *this;
}

Reservation::~Reservation()
{
    settle(Money(), 0);
}

void Reservation::settle(Money cost, std::int64_t tokens)
{
    if (Accounts* accounts = std::exchange(accounts_, nullptr))
        accounts->finish(*this, cost, tokens, false);
    shares_.clear();
}

void Reservation::cancel()
{
    if (Accounts* accounts = std::exchange(accounts_, nullptr))
        accounts->finish(*this, Money(), 0, true);
    shares_.clear();
}

void Reservation::list_charges(std::vector<Charge>& charges) const
{
    for (const Share& share : shares_) {
        if (share.period_end != Timestamp())
            charges.push_back({share.account->kind, share.account->id, share.period_end});
    }
}

} // namespace litellm::spend
