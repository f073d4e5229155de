#include "price_book_fields.hpp"
#include "price_book_lists.hpp"
#include "price_book_names.hpp"

#include <algorithm>
#include <array>

namespace litellm::spend {

namespace {

namespace json = simdjson::ondemand;

/// An entry while it is read.
struct Draft {
    ModelPrice price;
    std::string provider;
    std::string mode;
    std::optional<std::int64_t> max_tokens;
    bool costs_otherwise = false; ///< per page, per minute of film …
};

bool is_positive(std::string_view number)
{
    const auto price = UnitPrice::parse(number);
    return price && price->femto() > 0;
}

/// One row of `tiered_pricing`: prices for prompts of more than the range's lower end.
bool read_range(json::value value, Draft& draft)
{
    if (value.type() != json::json_type::object)
        return false;
    ModelPrice prices;
    std::optional<std::int64_t> above;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        if (key == "range") {
            json::value range = member.value();
            if (range.type() != json::json_type::array)
                return false;
            for (auto end : range.get_array()) {
                above = parse_count(scalar_text(end.value()).value_or(""));
                break;
            }
        } else if (const auto named = find_litellm_price(key);
                   named && named->above == 0 && named->service.empty()) {
            const auto text = scalar_text(member.value());
            if (!text)
                return false;
            if (text->empty())
                continue;
            const auto price = UnitPrice::parse(*text);
            if (!price)
                return false;
            set_price(prices, *named, *price);
        }
    }
    if (above)
        set_prices(draft.price, prices, *above);
    else
        draft.costs_otherwise = true; // by number of results
    return true;
}

bool read_cost(std::string_view key, json::value value, Draft& draft)
{
    const auto named = find_litellm_price(key);
    const auto text = scalar_text(value);
    if (!named) {
        draft.costs_otherwise = draft.costs_otherwise || (text && is_positive(*text));
        return true;
    }
    if (!text)
        return false;
    if (text->empty())
        return true;
    const auto price = UnitPrice::parse(*text);
    if (!price)
        return false;
    set_price(draft.price, *named, *price);
    return true;
}

bool read_member(std::string_view key, json::value value, Draft& draft)
{
    if (key == "litellm_provider") {
        draft.provider = billed_provider(to_lower(scalar_text(value).value_or("")));
        return true;
    }
    if (key == "mode") {
        draft.mode = scalar_text(value).value_or("");
        return true;
    }
    if (key == "max_input_tokens" || key == "max_output_tokens" || key == "max_tokens") {
        const auto count = parse_count(scalar_text(value).value_or(""));
        (key == "max_tokens"             ? draft.max_tokens
             : key == "max_input_tokens" ? draft.price.max_input_tokens
                                         : draft.price.max_output_tokens) = count;
        return true;
    }
    if (key == "tiered_pricing") {
        if (value.type() != json::json_type::array)
            return false;
        for (auto range : value.get_array()) {
            if (!read_range(range.value(), draft))
                return false;
        }
        return true;
    }
    return key.find("cost") == std::string_view::npos || read_cost(key, value, draft);
}

/// Seconds are response time only where text is made; elsewhere they are seconds of sound, or of film, which
/// a ModelPrice cannot hold.
void settle_seconds(Draft& draft)
{
    settle_sound(draft.price, draft.mode);
    constexpr auto text_modes =
        std::to_array<std::string_view>({"", "chat", "completion", "embedding", "responses"});
    if (std::ranges::find(text_modes, draft.mode) != text_modes.end())
        return;
    for (auto* price : {&draft.price.input_per_second, &draft.price.output_per_second}) {
        draft.costs_otherwise = draft.costs_otherwise || (*price && (*price)->femto() > 0);
        price->reset();
    }
}

/// What is no price of the entry's own calls would only pass for one.
void settle_units(Draft& draft)
{
    for (const auto price : unit_prices()) {
        if (pays_unit_price(draft.mode, price))
            continue;
        std::optional<UnitPrice>& other = draft.price.*price;
        draft.costs_otherwise = draft.costs_otherwise || (other && other->femto() > 0);
        other.reset();
    }
}

/// The list repeats the output price as the reasoning price. Left out, it follows the output price through
/// tiers and custom prices.
void settle_reasoning(ModelPrice& price)
{
    if (price.reasoning == price.output)
        price.reasoning.reset();
}

bool read_entry(json::value value, Draft& draft)
{
    if (value.type() != json::json_type::object)
        return false;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        if (!read_member(key, member.value(), draft))
            return false;
    }
    settle_seconds(draft);
    settle_units(draft);
    settle_reasoning(draft.price);
    complete_services(draft.price);
    if (!draft.price.max_output_tokens && draft.mode != "embedding")
        draft.price.max_output_tokens = draft.max_tokens;
    // A zero beside a price per page says that tokens are not what is paid for, not that the model is free.
    return has_any_price(draft.price) && !(draft.costs_otherwise && costs_nothing(draft.price));
}

} // namespace

PriceList read_litellm_list(simdjson::ondemand::object models)
{
    constexpr std::string_view documentation = "sample_spec";
    PriceList list;
    for (auto member : models) {
        const std::string name = to_lower(member.unescaped_key().value());
        if (name == documentation)
            continue;
        Draft draft;
        if (!read_entry(member.value(), draft)) {
            list.unpriced.push_back(name);
            continue;
        }
        list.models.push_back({name, std::move(draft.provider), std::move(draft.price), {}});
    }
    return list;
}

} // namespace litellm::spend
