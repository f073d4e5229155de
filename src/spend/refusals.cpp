#include "refusals.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::spend {

namespace {

/// `<key hash>:<model>` without the hash.
std::string_view model_of(std::string_view id)
{
    return id.substr(std::min(id.size(), id.find(':') + 1));
}

std::string exceeded(std::string_view who, const std::string& spent, const std::string& limit)
{
    return fmt::format("Budget has been exceeded! {}Current cost: {}, Max budget: {}", who, spent, limit);
}

std::string budget_message(const Account& account)
{
    const std::string spent = account.spent.to_string();
    const std::string limit = account.limits.max_budget->to_string();
    const std::string& id = account.id;
    switch (account.kind) {
    case ScopeKind::key:
    case ScopeKind::proxy:
        return exceeded("", spent, limit);
    case ScopeKind::team:
        return exceeded(fmt::format("Team={} ", id), spent, limit);
    case ScopeKind::team_member:
        return exceeded(fmt::format("Team member={} ", id), spent, limit);
    case ScopeKind::organization:
        return exceeded(fmt::format("Organization={} ", id), spent, limit);
    case ScopeKind::tag:
        return exceeded(fmt::format("Tag={} ", id), spent, limit);
    case ScopeKind::model_per_key:
        return fmt::format(
            "LiteLLM Virtual Key: {}, exceeded budget for model={}. Current cost: {}, Max budget: {}",
            id.substr(0, id.find(':')),
            model_of(id),
            spent,
            limit
        );
    case ScopeKind::model_per_team:
        return exceeded(fmt::format("Model={} ", model_of(id)), spent, limit);
    case ScopeKind::provider:
        return fmt::format(
            "No deployments available - crossed budget for provider: {}, spend {} of {}", id, spent, limit
        );
    case ScopeKind::deployment:
        return fmt::format(
            "No deployments available - crossed budget for deployment: {}, spend {} of {}", id, spent, limit
        );
    case ScopeKind::user:
        return fmt::format("ExceededBudget: User={} over budget. Spend={}, Budget={}", id, spent, limit);
    case ScopeKind::end_user:
        break;
    }
    return fmt::format("ExceededBudget: End User={} over budget. Spend={}, Budget={}", id, spent, limit);
}

} // namespace

Error budget_error(const Account& account, Money upper_bound)
{
    Error error{ErrorKind::budget_exceeded, budget_message(account), {}, "budget_exceeded"};
    if (account.spent < *account.limits.max_budget) {
        error.message += fmt::format(
            " This call may cost up to {}, and calls under way have reserved {}. A smaller max_tokens lowers "
            "what is reserved.",
            upper_bound.to_string(),
            account.reserved.to_string()
        );
    }
    return error;
}

Error rate_error(const Account& account, const RateRefusal& refusal, Timestamp now)
{
    const auto left = std::max(refusal.window_left, std::chrono::seconds(1));
    const auto reset = now + left;
    Error error{
        ErrorKind::rate_limited,
        fmt::format(
            "Rate limit exceeded for {}: {}. Limit type: {}. Current limit: {}, Remaining: {}. Limit resets "
            "at: {} UTC",
            to_string(account.kind),
            account.id,
            refusal.type,
            refusal.limit,
            std::max<std::int64_t>(0, refusal.limit - refusal.used),
            to_database_text(reset).substr(0, 19)
        ),
        {},
        "rate_limit_error"};
    const auto wait = refusal.is_held_by_calls ? std::chrono::seconds(1) : left;
    const auto reset_at = std::chrono::duration_cast<std::chrono::seconds>(reset.time_since_epoch());
    error.headers = {
        {"retry-after", std::to_string(wait.count())},
        {"rate_limit_type", std::string(refusal.type)},
        {"reset_at", std::to_string(reset_at.count())}};
    return error;
}

} // namespace litellm::spend
