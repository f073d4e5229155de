#include "falling_back.hpp"

#include "litellm/providers/provider.hpp"

#include <algorithm>

namespace litellm::inference {

namespace {

const std::vector<Fallback>* find_in(const FallbackTable& table, std::string_view group)
{
    if (const auto exact = table.find(group); exact != table.end())
        return &exact->second;
    if (const auto slash = group.find('/'); slash != std::string_view::npos) {
        if (const auto bare = table.find(group.substr(slash + 1)); bare != table.end())
            return &bare->second;
    }
    const auto generic = table.find("*");
    return generic == table.end() ? nullptr : &generic->second;
}

const FallbackTable* special_table(
    const std::optional<FallbackTable>& configured,
    std::optional<FallbackTable> RequestFallbacks::*asked_member,
    const RequestFallbacks* asked
)
{
    if (asked != nullptr && (asked->*asked_member))
        return &*(asked->*asked_member);
    return configured ? &*configured : nullptr;
}

} // namespace

std::vector<Fallback> fallbacks_after(
    const RoutingPolicy& policy, const RequestFallbacks* asked, std::string_view group, const Error& error
)
{
    if (error.kind == ErrorKind::client_closed || (asked != nullptr && asked->disabled))
        return {};
    if (asked != nullptr && asked->simple)
        return *asked->simple;
    const auto error_class = providers::error_class(error);
    const FallbackTable* special = nullptr;
    if (error_class == "ContextWindowExceededError")
        special = special_table(policy.context_window_fallbacks, &RequestFallbacks::context_window, asked);
    else if (error_class == "ContentPolicyViolationError")
        special = special_table(policy.content_policy_fallbacks, &RequestFallbacks::content_policy, asked);
    if (special != nullptr) {
        const auto* found = find_in(*special, group);
        return found == nullptr ? std::vector<Fallback>() : *found;
    }
    const FallbackTable& table = asked != nullptr && asked->table ? *asked->table : policy.fallbacks;
    if (const auto* found = find_in(table, group))
        return *found;
    return policy.default_fallbacks;
}

bool has_content_policy_fallbacks(
    const RoutingPolicy& policy, const RequestFallbacks* asked, std::string_view group
)
{
    if (asked != nullptr && asked->disabled)
        return false;
    const FallbackTable* table =
        special_table(policy.content_policy_fallbacks, &RequestFallbacks::content_policy, asked);
    if (table != nullptr)
        return find_in(*table, group) != nullptr;
    return !policy.default_fallbacks.empty();
}

} // namespace litellm::inference
