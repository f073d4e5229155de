#include "narrow.hpp"

#include "setting_values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

using Names = std::vector<std::string>;

/// What the parent's calls are subject to, the child's are too.
constexpr std::string_view inherited_lists[] = {"tags", "guardrails", "policies", "enforced_params"};
constexpr std::string_view inherited_limits[] = {"model_rpm_limit", "model_tpm_limit"};
/// Members that widen what a key may do; only what the parent has can be passed on.
constexpr std::string_view grants[] = {
    "temp_budget_increase",
    "temp_budget_expiry",
    "disable_global_guardrails",
    "disable_global_guardrail",
    "opted_out_global_guardrails",
};

void lower(Names& lowered, std::string_view name)
{
    lowered.emplace_back(name);
}

void inherit_list(const Json& parent, Json& child, std::string_view name)
{
    Names merged = list_setting(parent, name);
    if (merged.empty())
        return;
    for (auto& text : list_setting(child, name)) {
        if (std::find(merged.begin(), merged.end(), text) == merged.end())
            merged.push_back(std::move(text));
    }
    child[std::string(name)] = merged;
}

/// Model to number: each of the parent's is an upper bound.
void inherit_limits(const Json& parent, Json& child, std::string_view name, Names& lowered)
{
    const Json* owned = find_setting(parent, name);
    if (owned == nullptr || !owned->is_object())
        return;
    Json merged = find_setting(child, name) != nullptr && child[std::string(name)].is_object()
        ? child[std::string(name)]
        : Json::object();
    for (const auto& [model, bound] : owned->items()) {
        const auto wanted = number_setting(merged, model);
        const auto most = number_setting(*owned, model);
        if (wanted && most && *wanted > *most)
            lower(lowered, name);
        if (!wanted || (most && *wanted > *most))
            merged[model] = bound;
    }
    child[std::string(name)] = std::move(merged);
}

void narrow_grant(const Json& parent, Json& child, std::string_view name, Names& lowered)
{
    const Json* wanted = find_setting(child, name);
    const Json* owned = find_setting(parent, name);
    if (wanted == nullptr || (owned != nullptr && *owned == *wanted))
        return;
    lower(lowered, name);
    child.erase(std::string(name));
}

void narrow_passthrough(const Json& parent, Json& child, Names& lowered)
{
    constexpr std::string_view name = "allowed_passthrough_routes";
    if (find_setting(child, name) == nullptr)
        return;
    const Names owned = list_setting(parent, name);
    Names wanted = list_setting(child, name);
    const auto removed = std::erase_if(wanted, [&](const std::string& route) {
        return std::find(owned.begin(), owned.end(), route) == owned.end();
    });
    if (removed > 0)
        lower(lowered, name);
    child[std::string(name)] = wanted;
}

/// An index list restricts: the child takes over the parent's.
void inherit_indexes(const Json& parent, Json& child, Names& lowered)
{
    constexpr std::string_view name = "allowed_vector_store_indexes";
    const Json* owned = find_setting(parent, name);
    if (owned == nullptr)
        return;
    const Json* wanted = find_setting(child, name);
    if (wanted != nullptr && *wanted != *owned)
        lower(lowered, name);
    child[std::string(name)] = *owned;
}

std::optional<double> budget_of(const Json& entry)
{
    const auto budget = number_setting(entry, "max_budget");
    return budget ? budget : number_setting(entry, "budget_limit");
}

bool is_at_most(std::optional<double> asked, std::optional<double> most)
{
    return !most || (asked && *asked <= *most);
}

std::optional<std::string> period_of(const Json& entry)
{
    const auto period = text_setting(entry, "budget_duration");
    return period ? period : text_setting(entry, "time_period");
}

bool is_model_budget_within(const Json& wanted, const Json& owned)
{
    return is_at_most(budget_of(wanted), budget_of(owned)) && period_of(wanted) == period_of(owned) &&
        is_at_most(number_setting(wanted, "tpm_limit"), number_setting(owned, "tpm_limit")) &&
        is_at_most(number_setting(wanted, "rpm_limit"), number_setting(owned, "rpm_limit"));
}

/// A model's own budget is taken over unless the wanted one is within it.
void narrow_model_budgets(const Json& parent, Json& child, Names& lowered)
{
    if (!parent.is_object())
        return;
    for (const auto& [model, owned] : parent.items()) {
        const Json* wanted = find_setting(child, model);
        if (wanted != nullptr && is_model_budget_within(*wanted, owned))
            continue;
        if (wanted != nullptr)
            lower(lowered, "model_max_budget");
        child[model] = owned;
    }
}

} // namespace

void narrow_metadata(const store::Key& parent, store::Key& child, std::vector<std::string>& lowered)
{
    for (const auto name : inherited_lists)
        inherit_list(parent.metadata, child.metadata, name);
    for (const auto name : inherited_limits)
        inherit_limits(parent.metadata, child.metadata, name, lowered);
    for (const auto name : grants)
        narrow_grant(parent.metadata, child.metadata, name, lowered);
    narrow_passthrough(parent.metadata, child.metadata, lowered);
    inherit_indexes(parent.metadata, child.metadata, lowered);
    narrow_model_budgets(parent.model_max_budget, child.model_max_budget, lowered);
}

} // namespace litellm::management
