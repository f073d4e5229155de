#pragma once
// The money side of one call: what it reserves, what it leaves in the journal, how it ends. It ends exactly once.

#include "litellm/providers/provider.hpp"
#include "litellm/spend/accounts.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/spend/price_book.hpp"

#include <optional>
#include <string>

namespace litellm::inference {

/// How the figures of a finished call were come by.
enum class Measure { measured, counted, none };

struct Outcome {
    bool success = false;
    Measure measure = Measure::none;
    providers::Usage usage;
    std::string response_id;
    std::string error_class;     ///< for failures
    std::string error_message;
    int error_status = 0;
    std::optional<Timestamp> first_byte;
};

class OpenCall {
public:
    OpenCall() = default;
    /// A call that nobody settled (an exception) is settled as a failure at its upper bound if it was dispatched.
    ~OpenCall();
    OpenCall(const OpenCall&) = delete;
    OpenCall& operator=(const OpenCall&) = delete;

    /// Takes from every payer and writes the intent. An error changes nothing.
    [[nodiscard]] Result<void> begin(spend::Accounts& accounts, spend::Ledger& ledger, const Clock& clock, const std::vector<spend::Payer>& payers, const spend::Demand& demand, spend::Entry draft);
    /// The deployment that is being asked and its price; null when unknown.
    void set_target(const std::string& model, const std::string& model_id, const std::string& provider, const std::string& api_base,
        const spend::ModelPrice* price);
    /// The call goes on with another model group: its reservation and what is in the journal cover `demand` from now on. budget_exceeded or unavailable
    /// change nothing.
    [[nodiscard]] Result<void> redirect(const std::vector<spend::Payer>& payers, const std::string& group, spend::Demand demand);
    /// An attempt that has to be paid although another one follows.
    void add_attempt(const providers::Usage& usage);
    /// The answer comes from memory: the row says so, and nothing is paid.
    void set_cache_hit(const std::string& key);
    /// Something that has to be paid whatever comes of the call.
    void add_fee(Money fee) { earlier_attempts_ += fee; }
    /// Writes the outcome and ends the reservation; returns the cost.
    Money settle(const Outcome& outcome);

    [[nodiscard]] bool is_open() const { return ledger_ != nullptr; }
    [[nodiscard]] const spend::Entry& entry() const { return entry_; }

private:
    [[nodiscard]] Money cost_of(const providers::Usage& usage) const;

    spend::Accounts* accounts_ = nullptr;
    spend::Ledger* ledger_ = nullptr;
    const Clock* clock_ = nullptr;
    spend::Reservation reservation_;
    spend::Ticket ticket_;
    spend::Entry entry_;
    std::string metadata_head_;
    const spend::ModelPrice* price_ = nullptr;
    Money earlier_attempts_;
};

} // namespace litellm::inference
