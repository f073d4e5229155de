#include "open_call.hpp"

#include "litellm/core/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::inference {

namespace {

std::string_view to_string(Measure measure)
{
    switch (measure) {
    case Measure::measured:
        return "measured";
    case Measure::counted:
        return "counted";
    case Measure::bound:
        break;
    }
    return "bound";
}

void append_count(std::string& out, std::string_view name, std::int64_t count)
{
    const fmt::format_int digits(count);
    out.append(name).append(digits.data(), digits.size());
}

void append_units(std::string& out, const providers::Units& units)
{
    if (units == providers::Units())
        return;
    append_count(out, R"(,"units":{"images":)", units.images);
    append_count(out, R"(,"pixels":)", units.pixels);
    append_count(out, R"(,"characters":)", units.characters);
    append_count(out, R"(,"audio_milliseconds":)", units.audio_milliseconds);
    append_count(out, R"(,"searches":)", units.searches);
    out += '}';
}

/// Completes the metadata that was begun with what is known about the caller.
std::string metadata_json(const std::string& head, const Outcome& outcome, bool price_is_known)
{
    const providers::Usage& usage = outcome.usage;
    std::string out;
    out.reserve(head.size() + 384);
    out.append(head).append(R"(,"status":")").append(outcome.success ? "success" : "failure");
    out.append(R"(","measure":")").append(to_string(outcome.measure)).append("\"");
    if (!outcome.tokenizer.empty())
        out.append(R"(,"tokenizer":")")
            .append(outcome.tokenizer)
            .append(outcome.tokenizer_is_exact ? "\"" : " (near)\"");
    if (!price_is_known)
        out += R"(,"price":"unknown")";
    append_count(out, R"(,"usage_object":{"prompt_tokens":)", usage.prompt);
    append_count(out, R"(,"completion_tokens":)", usage.completion);
    append_count(out, R"(,"total_tokens":)", usage.total);
    append_count(out, R"(},"additional_usage_values":{"cache_read_input_tokens":)", usage.cached_read);
    append_count(out, R"(,"cache_creation_input_tokens":)", usage.cached_write);
    append_count(out, R"(,"reasoning_tokens":)", usage.reasoning);
    out += '}';
    append_units(out, outcome.units);
    if (!outcome.success) {
        fmt::format_to(
            std::back_inserter(out),
            R"(,"error_information":{{"error_code":"{}","error_class":)",
            outcome.error_status
        );
        append_json_string(out, outcome.error_class);
        out += R"(,"error_message":)";
        append_json_string(out, std::string_view(outcome.error_message).substr(0, 1000));
        out += '}';
    }
    out += '}';
    return out;
}

} // namespace

OpenCall::~OpenCall()
{
    if (!is_open()) {
        if (on_settled_)
            on_settled_(std::nullopt);
        return;
    }
    Outcome outcome;
    outcome.measure = has_target_ ? Measure::bound : Measure::measured;
    outcome.error_class = "InternalServerError";
    outcome.error_message = "the call was abandoned";
    outcome.error_status = 500;
    settle(outcome);
}

Result<void> OpenCall::begin(
    spend::Accounts& accounts,
    spend::Ledger& ledger,
    const Clock& clock,
    const std::vector<spend::Payer>& payers,
    const spend::Demand& demand,
    spend::Entry draft
)
{
    lease_needs_.clear();
    spend::Demand asked = demand;
    asked.skip_leases = demand_.skip_leases;
    asked.skip_rates = demand_.skip_rates;
    auto reserved = accounts.reserve(payers, asked, &lease_needs_);
    if (!reserved)
        return reserved.error();
    entry_ = std::move(draft);
    metadata_head_ = entry_.log.metadata_json;
    entry_.log.metadata_json += '}';
    entry_.log.spend = demand.upper_bound;
    reserved->list_charges(entry_.charges);
    const auto ticket = ledger.open_call(entry_);
    if (!ticket) {
        reserved->cancel();
        return ticket.error();
    }
    demand_ = asked;
    reservation_ = std::move(*reserved);
    ticket_ = *ticket;
    accounts_ = &accounts;
    ledger_ = &ledger;
    clock_ = &clock;
    return {};
}

Result<void>
OpenCall::redirect(const std::vector<spend::Payer>& payers, const std::string& group, spend::Demand demand)
{
    lease_needs_.clear();
    demand.upper_bound += earlier_attempts_;
    demand.skip_leases = demand_.skip_leases;
    if (const auto raised = accounts_->raise(reservation_, payers, demand, &lease_needs_); !raised)
        return raised.error();
    spend::Entry draft = entry_;
    draft.log.model_group = group;
    draft.log.spend = std::max(draft.log.spend, demand.upper_bound);
    if (const auto written = ledger_->redirect_call(ticket_, draft); !written)
        return written.error();
    entry_ = std::move(draft);
    demand_.upper_bound = std::max(demand_.upper_bound, demand.upper_bound);
    return {};
}

void OpenCall::set_cache_hit(const std::string& key)
{
    entry_.log.cache_hit = "True";
    entry_.log.cache_key = key;
}

void OpenCall::add_attempt(const providers::Usage& usage)
{
    earlier_attempts_ += cost_of(usage);
}

Money OpenCall::cost_of(const providers::Usage& usage) const
{
    if (price_ == nullptr)
        return Money();
    const auto duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_->now() - entry_.log.start_time);
    return spend::cost_of(price_->at(entry_.log.start_time), usage, duration);
}

void OpenCall::set_target(
    const std::string& model,
    const std::string& model_id,
    const std::string& provider,
    const std::string& api_base,
    const spend::ModelPrice* price
)
{
    entry_.log.model = model;
    entry_.log.model_id = model_id;
    entry_.log.custom_llm_provider = provider;
    entry_.log.api_base = api_base;
    price_ = price;
    has_target_ = true;
}

Result<void> OpenCall::charge_target(spend::Accounts& accounts, const std::vector<spend::Payer>& payers)
{
    of_target_.cancel();
    lease_needs_.clear();
    if (payers.empty())
        return {};
    spend::Demand demand = demand_;
    demand.tokens = demand.least_tokens = 0;
    auto reserved = accounts.reserve(payers, demand, &lease_needs_);
    if (!reserved)
        return reserved.error();
    of_target_ = std::move(*reserved);
    return {};
}

std::optional<Money> OpenCall::cost_ahead(const Outcome& outcome) const
{
    if (price_ == nullptr)
        return std::nullopt;
    const spend::ModelPrice& price = price_->at(entry_.log.start_time).for_service(outcome.service_tier);
    if (price.input_per_second || price.output_per_second)
        return std::nullopt;
    return earlier_attempts_ +
        spend::cost_of(price, outcome.usage, outcome.units, std::chrono::milliseconds(0));
}

Money OpenCall::settle(const Outcome& outcome)
{
    store::SpendLog& log = entry_.log;
    log.end_time = clock_->now();
    Money cost = earlier_attempts_;
    const auto duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(log.end_time - log.start_time);
    if (outcome.measure == Measure::bound) {
        cost = std::max(cost, demand_.upper_bound);
    } else if (price_ != nullptr && (outcome.success || outcome.usage.total > 0)) {
        const spend::ModelPrice& price = price_->at(log.start_time).for_service(outcome.service_tier);
        cost += spend::cost_of(price, outcome.usage, outcome.units, duration);
        if (price.adjustment != spend::ModelPrice::Adjustment())
            original_cost_ = spend::original_cost_of(price, outcome.usage, outcome.units, duration);
    }
    log.spend = cost;
    log.status = outcome.success ? "success" : "failure";
    log.prompt_tokens = outcome.usage.prompt;
    log.completion_tokens = outcome.usage.completion;
    log.total_tokens = outcome.usage.total;
    log.completion_start_time = outcome.first_byte;
    if (!outcome.response_id.empty())
        log.request_id = outcome.response_id;
    log.metadata_json = metadata_json(metadata_head_, outcome, price_ != nullptr);
    entry_.cached_read_tokens = outcome.usage.cached_read;
    entry_.cached_write_tokens = outcome.usage.cached_write;
    entry_.charges.clear();
    reservation_.list_charges(entry_.charges);
    of_target_.list_charges(entry_.charges);
    std::exchange(ledger_, nullptr)->settle(ticket_, entry_);
    reservation_.settle(cost, outcome.usage.total);
    of_target_.settle(cost, outcome.usage.total);
    if (on_settled_)
        std::exchange(on_settled_, nullptr)(outcome.usage.total);
    if (counts_for_user_) {
        accounts_->add_spend(spend::ScopeKind::user, log.user, cost);
        if (log.team_id)
            accounts_->add_spend(
                spend::ScopeKind::team_member, spend::member_id(*log.team_id, log.user), cost
            );
    }
    return cost;
}

} // namespace litellm::inference
