// Discounts and margins of the operator.

#include "price_book_fields.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace litellm::spend {

namespace {

constexpr double million = 1e6;

const Json* member(const Json& object, const std::string& name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// A share such as 0.05 in millionths.
Result<std::int64_t> share(const Json& value, const std::string& where, double most)
{
    if (!value.is_number() || !(value.get<double>() >= 0) || value.get<double>() > most)
        return invalid_input(fmt::format("{} is not a share between 0 and {}", where, most), where);
    return std::llround(value.get<double>() * million);
}

Result<void> read_margin(const Json& entry, const std::string& where, ModelPrice::Adjustment& adjustment)
{
    constexpr double most = 1000;
    if (!entry.is_object()) {
        const auto margin = share(entry, where, most);
        if (!margin)
            return margin.error();
        adjustment.margin = *margin;
        return {};
    }
    if (const Json* const percentage = member(entry, "percentage")) {
        const auto margin = share(*percentage, where + ".percentage", most);
        if (!margin)
            return margin.error();
        adjustment.margin = *margin;
    }
    if (const Json* const fixed = member(entry, "fixed_amount")) {
        const auto amount = fixed->is_number() ? UnitPrice::parse(fmt::format("{}", fixed->get<double>()))
                                               : Result<UnitPrice>(invalid_input("no number"));
        if (!amount)
            return invalid_input(fmt::format("{}.fixed_amount is not an amount of USD", where), where);
        adjustment.fixed_margin = *amount;
    }
    return {};
}

} // namespace

Result<ModelPrice::Adjustment> adjustment_for(const Json& litellm_settings, const std::string& provider)
{
    ModelPrice::Adjustment adjustment;
    if (const Json* const discounts = member(litellm_settings, "cost_discount_config")) {
        if (const Json* const own = member(*discounts, provider)) {
            const auto discount = share(*own, "cost_discount_config." + provider, 1);
            if (!discount)
                return discount.error();
            adjustment.discount = *discount;
        }
    }
    if (const Json* const margins = member(litellm_settings, "cost_margin_config")) {
        const Json* const own = member(*margins, provider);
        const Json* const found = own != nullptr ? own : member(*margins, "global");
        const std::string where = "cost_margin_config." + (own != nullptr ? provider : std::string("global"));
        if (found != nullptr) {
            if (const auto read = read_margin(*found, where, adjustment); !read)
                return read.error();
        }
    }
    return adjustment;
}

void adjust(ModelPrice& price, const ModelPrice::Adjustment& adjustment)
{
    for_all_times(price, [&](ModelPrice& each) { each.adjustment = adjustment; });
}

} // namespace litellm::spend
