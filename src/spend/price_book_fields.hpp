#pragma once
// The prices of a ModelPrice under the names that price lists and deployments give them.

#include "litellm/spend/price_book.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace litellm::spend {

enum class PriceSide { input, output, call };

struct PriceField {
    std::string_view own; ///< in litellm-cpp-prices/1; empty: not part of it
    std::string_view litellm;
    PriceSide side;
    std::optional<UnitPrice> ModelPrice::*base;
    std::optional<UnitPrice> ModelPrice::Tier::*tier = nullptr; ///< null: the same in every tier
    bool yields = false; ///< an older or a lesser name: where the list has both, the other one counts
};

[[nodiscard]] std::span<const PriceField> price_fields();

/// What a key such as `input_cost_per_token_above_200k_tokens` prices.
struct NamedPrice {
    const PriceField* field = nullptr;
    std::int64_t above = 0;   ///< 0: the base price
    std::string_view service; ///< `flex`, `priority`; empty: the usual one
};
[[nodiscard]] std::optional<NamedPrice> find_litellm_price(std::string_view key);

void set_price(ModelPrice& model, NamedPrice named, UnitPrice price);
/// Copies what `prices` has at its base to the base of `model`, or to its tier when `above` is not 0.
void set_prices(ModelPrice& model, const ModelPrice& prices, std::int64_t above);
[[nodiscard]] bool has_any_price(const ModelPrice& model);
/// Given, and nothing.
[[nodiscard]] bool is_zero(const std::optional<UnitPrice>& price);
/// True when no price of the base and of the tiers is above zero.
[[nodiscard]] bool costs_nothing(const ModelPrice& model);
/// The prices of what is not counted in tokens.
[[nodiscard]] std::span<std::optional<UnitPrice> ModelPrice::*const> unit_prices();
/// Whether calls of LiteLLM's `mode` pay `price`. Elsewhere a price of that name is for something else, such
/// as the pictures that a chat looks at; an empty mode may be any.
[[nodiscard]] bool pays_unit_price(std::string_view mode, std::optional<UnitPrice> ModelPrice::*price);
/// Where sound is made or heard, prices per second are the sound's and no response time's.
void settle_sound(ModelPrice& model, std::string_view mode);
/// Removes tiers that say nothing.
void drop_empty_tiers(ModelPrice& model);

/// Calls `change` for `model` and for what holds at other times.
template <class Function>
void for_all_times(ModelPrice& model, const Function& change)
{
    change(model);
    for (ModelPrice::Change& each : model.changes)
        for_all_times(each.price, change);
    for (ModelPrice::Hours& each : model.hours)
        for_all_times(each.price, change);
    for (ModelPrice::Service& each : model.services)
        for_all_times(each.price, change);
}

/// While an entry is read, a service has only the prices that name it. Gives it the others.
void complete_services(ModelPrice& model);

/// The decimal `text` times 10^shift: USD per million tokens are read with shift -6.
[[nodiscard]] Result<UnitPrice> parse_price(std::string_view text, int shift);
/// A count such as "200000" or "256000.0"; nothing when it is not one.
[[nodiscard]] std::optional<std::int64_t> parse_count(std::string_view text);

} // namespace litellm::spend
