#pragma once
// The money side of one call: what it reserves, what it leaves in the journal, how it ends. It ends exactly
// once.

#include "litellm/providers/provider.hpp"
#include "litellm/spend/accounts.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/spend/price_book.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::inference {

/// How the cost of a finished call was come by: the provider said what it charges (for a refusal, nothing),
/// we counted, or nobody knows, and it is what was reserved.
enum class Measure { measured, counted, bound };

struct Outcome {
    bool success = false;
    Measure measure = Measure::measured;
    providers::Usage usage;
    providers::Units units;
    std::string_view tokenizer; ///< that counted; a constant
    bool tokenizer_is_exact = false;
    std::string service_tier; ///< as which the provider served the call; empty when it does not say
    std::string response_id;
    std::string error_class; ///< for failures
    std::string error_message;
    int error_status = 0;
    std::optional<Timestamp> first_byte;
};

class OpenCall {
public:
    OpenCall() = default;
    /// A call that nobody settled (an exception) is settled as a failure at its upper bound if it was
    /// dispatched.
    ~OpenCall();
    OpenCall(const OpenCall&) = delete;
    OpenCall& operator=(const OpenCall&) = delete;

    /// Takes from every payer and writes the intent. An error changes nothing.
    [[nodiscard]] Result<void> begin(
        spend::Accounts& accounts,
        spend::Ledger& ledger,
        const Clock& clock,
        const std::vector<spend::Payer>& payers,
        const spend::Demand& demand,
        spend::Entry draft
    );
    /// The deployment that is being asked and its price; null when unknown.
    void set_target(
        const std::string& model,
        const std::string& model_id,
        const std::string& provider,
        const std::string& api_base,
        const spend::ModelPrice* price
    );
    /// The answer shows that another price holds.
    void set_price(const spend::ModelPrice* price) { price_ = price; }
    /// Whether the target's price is for something else than tokens.
    [[nodiscard]] bool is_paid_by_units() const
    {
        return price_ != nullptr && price_->at(entry_.log.start_time).is_paid_by_units();
    }
    /// Budgets of where the call goes pay, too, instead of those of its last target. budget_exceeded when one
    /// is used up.
    [[nodiscard]] Result<void>
    charge_target(spend::Accounts& accounts, const std::vector<spend::Payer>& payers);
    /// The call goes on with another model group: its reservation and what is in the journal cover `demand`
    /// from now on. budget_exceeded or unavailable change nothing.
    [[nodiscard]] Result<void>
    redirect(const std::vector<spend::Payer>& payers, const std::string& group, spend::Demand demand);
    /// An attempt that has to be paid although another one follows.
    void add_attempt(const providers::Usage& usage);
    /// The answer comes from memory: the row says so, and nothing is paid.
    void set_cache_hit(const std::string& key);
    /// Something that has to be paid whatever comes of the call.
    void add_fee(Money fee) { earlier_attempts_ += fee; }
    /// The row's user pays although he is no payer of the reservation.
    void count_for_user() { counts_for_user_ = true; }
    /// Somebody else has checked the limits of requests, tokens and calls, and is told what the call used of
    /// them; nothing when it was refused after all.
    void take_over_rates(std::function<void(std::optional<std::int64_t> tokens)> on_settled)
    {
        demand_.skip_rates = true;
        on_settled_ = std::move(on_settled);
    }
    /// Writes the outcome and ends the reservation; returns the cost.
    Money settle(const Outcome& outcome);

    /// What settle(outcome) will charge, where that does not depend on how long the call takes; nothing where
    /// it does, or the price is unknown.
    [[nodiscard]] std::optional<Money> cost_ahead(const Outcome& outcome) const;

    /// What has to be leased before the step that was refused last can be tried again; empty when that would
    /// not help. Taking it forgets it.
    [[nodiscard]] std::vector<spend::LeaseNeed> take_lease_needs() { return std::exchange(lease_needs_, {}); }
    [[nodiscard]] bool needs_leases() const { return !lease_needs_.empty(); }
    /// Budgets hold as far as this process knows from now on.
    void skip_leases() { demand_.skip_leases = true; }

    [[nodiscard]] bool is_open() const { return ledger_ != nullptr; }
    [[nodiscard]] const spend::Entry& entry() const { return entry_; }
    /// What the settled call would have cost without discount and margin; nothing where there is neither.
    [[nodiscard]] const std::optional<Money>& original_cost() const { return original_cost_; }

private:
    [[nodiscard]] Money cost_of(const providers::Usage& usage) const;

    spend::Accounts* accounts_ = nullptr;
    spend::Ledger* ledger_ = nullptr;
    const Clock* clock_ = nullptr;
    spend::Reservation reservation_;
    spend::Reservation of_target_;
    spend::Demand demand_;
    std::vector<spend::LeaseNeed> lease_needs_;
    spend::Ticket ticket_;
    spend::Entry entry_;
    std::string metadata_head_;
    const spend::ModelPrice* price_ = nullptr;
    std::function<void(std::optional<std::int64_t> tokens)> on_settled_;
    bool has_target_ = false;
    bool counts_for_user_ = false;
    std::optional<Money> original_cost_;
    Money earlier_attempts_;
};

} // namespace litellm::inference
