#include "throughput.hpp"

#include "setting_values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

/// The two kinds of limit, with the names of their fields.
struct LimitKind {
    std::string_view label;
    std::string_view type_field;
    std::string_view per_model_field;
    std::optional<std::int64_t> store::Key::*of_key;
    std::optional<std::int64_t> store::Team::*of_team;
};

constexpr LimitKind kinds[] = {
    {"TPM", "tpm_limit_type", "model_tpm_limit", &store::Key::tpm_limit, &store::Team::tpm_limit},
    {"RPM", "rpm_limit_type", "model_rpm_limit", &store::Key::rpm_limit, &store::Team::rpm_limit},
};

bool is_guaranteed(const store::Key& key, const LimitKind& kind)
{
    return text_setting(key.metadata, kind.type_field) == "guaranteed_throughput";
}

std::optional<std::int64_t> per_model(const Json& metadata, const LimitKind& kind, const std::string& model)
{
    const Json* limits = find_setting(metadata, kind.per_model_field);
    return limits == nullptr ? std::nullopt : integer_setting(*limits, model);
}

Result<void> check_sum(
    const LimitKind& kind,
    std::int64_t allocated,
    std::int64_t wanted,
    std::int64_t limit,
    const std::string& model
)
{
    if (allocated + wanted <= limit)
        return {};
    const std::string which = model.empty() ? std::string() : " for model=" + model;
    return invalid_input(fmt::format(
        "Allocated {0} limit={1} + Key {0} limit={2} is greater than team {0} limit={3}{4}",
        kind.label,
        allocated,
        wanted,
        limit,
        which
    ));
}

Result<void> check_models(
    const LimitKind& kind,
    const store::Key& key,
    const store::Team& team,
    const std::vector<store::Key>& others
)
{
    const Json* wanted = find_setting(key.metadata, kind.per_model_field);
    if (wanted == nullptr)
        return {};
    for (const auto& [model, unused] : wanted->items()) {
        static_cast<void>(unused);
        const auto of_model = per_model(team.metadata, kind, model);
        const auto limit = of_model ? of_model : team.*kind.of_team;
        const auto amount = per_model(key.metadata, kind, model);
        if (!limit || !amount)
            continue;
        std::int64_t allocated = 0;
        for (const auto& other : others)
            allocated += std::max<std::int64_t>(0, per_model(other.metadata, kind, model).value_or(0));
        if (const auto checked = check_sum(kind, allocated, *amount, *limit, model); !checked)
            return checked.error();
    }
    return {};
}

Result<void> check_kind(
    const LimitKind& kind,
    const store::Key& key,
    const store::Team& team,
    const std::vector<store::Key>& others
)
{
    const auto wanted = key.*kind.of_key;
    const auto limit = team.*kind.of_team;
    if (wanted && limit) {
        std::int64_t allocated = 0;
        for (const auto& other : others)
            allocated += std::max<std::int64_t>(0, (other.*kind.of_key).value_or(0));
        if (const auto checked = check_sum(kind, allocated, *wanted, *limit, {}); !checked)
            return checked.error();
    }
    return check_models(kind, key, team, others);
}

} // namespace

bool wants_guaranteed_throughput(const store::Key& key)
{
    return is_guaranteed(key, kinds[0]) || is_guaranteed(key, kinds[1]);
}

Result<void>
check_throughput(const store::Key& key, const store::Team& team, const std::vector<store::Key>& others)
{
    for (const auto& kind : kinds) {
        if (!is_guaranteed(key, kind))
            continue;
        if (const auto checked = check_kind(kind, key, team, others); !checked)
            return checked.error();
    }
    return {};
}

} // namespace litellm::management
