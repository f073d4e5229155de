#include "price_book_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace litellm::spend {

namespace {

using M = ModelPrice;
using T = ModelPrice::Tier;
using enum PriceSide;

constexpr auto fields = std::to_array<PriceField>({
    {"input", "input_cost_per_token", input, &M::input, &T::input},
    {"output", "output_cost_per_token", output, &M::output, &T::output},
    {"cache_read", "cache_read_input_token_cost", input, &M::cache_read, &T::cache_read},
    {"", "input_cost_per_token_cache_hit", input, &M::cache_read, &T::cache_read, true},
    {"cache_write", "cache_creation_input_token_cost", input, &M::cache_write, &T::cache_write},
    {"cache_write_1h",
     "cache_creation_input_token_cost_above_1hr",
     input,
     &M::cache_write_1h,
     &T::cache_write_1h},
    {"input_audio", "input_cost_per_audio_token", input, &M::input_audio, &T::input_audio},
    {"output_audio", "output_cost_per_audio_token", output, &M::output_audio, &T::output_audio},
    {"input_image", "input_cost_per_image_token", input, &M::input_image},
    {"output_image", "output_cost_per_image_token", output, &M::output_image},
    {"reasoning", "output_cost_per_reasoning_token", output, &M::reasoning, &T::reasoning},
    {"requests", "input_cost_per_request", call, &M::per_request},
    {"", "input_cost_per_second", input, &M::input_per_second},
    {"", "output_cost_per_second", output, &M::output_per_second},
    {"", "output_cost_per_image", call, &M::per_image},
    {"", "input_cost_per_image", call, &M::per_image, nullptr, true},
    {"", "input_cost_per_pixel", call, &M::per_pixel},
    {"", "output_cost_per_pixel", call, &M::per_pixel, nullptr, true},
    {"", "input_cost_per_character", call, &M::per_character},
    {"", "output_cost_per_character", call, &M::per_character, nullptr, true},
    {"", "input_cost_per_audio_per_second", call, &M::per_audio_second},
    {"", "input_cost_per_query", call, &M::per_search},
});

constexpr auto units = std::to_array<std::optional<UnitPrice> M::*>(
    {&M::per_image, &M::per_pixel, &M::per_character, &M::per_audio_second, &M::per_search}
);

struct UnitMode {
    std::string_view mode;
    std::optional<UnitPrice> M::*price;
};

constexpr auto unit_modes = std::to_array<UnitMode>({
    {"image_generation", &M::per_image},
    {"image_generation", &M::per_pixel},
    {"image_edit", &M::per_image},
    {"image_edit", &M::per_pixel},
    {"audio_speech", &M::per_character},
    {"audio_speech", &M::per_audio_second},
    {"audio_transcription", &M::per_audio_second},
    {"rerank", &M::per_search},
});

bool is_empty(const T& tier)
{
    return std::ranges::none_of(fields, [&](const PriceField& field) {
        return field.tier && tier.*field.tier;
    });
}

T& tier_above(M& model, std::int64_t above)
{
    const auto at = std::ranges::lower_bound(model.tiers, above, {}, &T::above);
    if (at != model.tiers.end() && at->above == above)
        return *at;
    T tier;
    tier.above = above;
    return *model.tiers.insert(at, tier);
}

/// "128k", "1m", "32000".
std::optional<std::int64_t> parse_threshold(std::string_view text)
{
    std::int64_t unit = 1;
    if (text.ends_with('k'))
        unit = 1000;
    else if (text.ends_with('m'))
        unit = 1'000'000;
    if (unit != 1)
        text.remove_suffix(1);
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count <= 0 || count > 1'000'000'000)
        return std::nullopt;
    return count * unit;
}

} // namespace

std::span<const PriceField> price_fields()
{
    return fields;
}

std::optional<NamedPrice> find_litellm_price(std::string_view key)
{
    constexpr std::string_view above = "_above_";
    constexpr std::string_view tokens = "_tokens";
    NamedPrice named;
    for (const std::string_view service : {std::string_view("flex"), std::string_view("priority")}) {
        if (key.size() > service.size() + 1 && key.ends_with(service) &&
            key[key.size() - service.size() - 1] == '_') {
            named.service = service;
            key.remove_suffix(service.size() + 1);
        }
    }
    if (key.ends_with(tokens)) {
        const std::size_t at = key.rfind(above);
        if (at == std::string_view::npos)
            return std::nullopt;
        const std::size_t first = at + above.size();
        const auto threshold = parse_threshold(key.substr(first, key.size() - tokens.size() - first));
        if (!threshold)
            return std::nullopt;
        named.above = *threshold;
        key = key.substr(0, at);
    }
    const auto field = std::ranges::find(fields, key, &PriceField::litellm);
    if (field == fields.end() || (named.above != 0 && !field->tier))
        return std::nullopt;
    named.field = &*field;
    return named;
}

void set_price(ModelPrice& model, NamedPrice named, UnitPrice price)
{
    if (!named.service.empty()) {
        auto service = std::ranges::find(model.services, named.service, &M::Service::name);
        if (service == model.services.end())
            service = model.services.insert(service, M::Service{std::string(named.service), {}});
        named.service = {};
        set_price(service->price, named, price);
        return;
    }
    std::optional<UnitPrice>& slot =
        named.above == 0 ? model.*named.field->base : tier_above(model, named.above).*named.field->tier;
    if (!slot || !named.field->yields)
        slot = price;
}

void set_prices(ModelPrice& model, const ModelPrice& prices, std::int64_t above)
{
    for (const PriceField& field : fields) {
        if (prices.*field.base && (above == 0 || field.tier))
            set_price(model, {&field, above, {}}, *(prices.*field.base));
    }
}

void complete_services(ModelPrice& model)
{
    if (model.services.empty())
        return;
    ModelPrice usual = model;
    usual.services.clear();
    for (M::Service& service : model.services) {
        ModelPrice whole = usual;
        set_prices(whole, service.price, 0);
        for (const T& tier : service.price.tiers) {
            for (const PriceField& field : fields) {
                if (field.tier && tier.*field.tier)
                    set_price(whole, {&field, tier.above, {}}, *(tier.*field.tier));
            }
        }
        service.price = std::move(whole);
    }
}

bool has_any_price(const ModelPrice& model)
{
    return !model.tiers.empty() ||
        std::ranges::any_of(fields, [&](const PriceField& field) { return (model.*field.base).has_value(); });
}

bool is_zero(const std::optional<UnitPrice>& price)
{
    return price && price->femto() == 0;
}

bool costs_nothing(const ModelPrice& model)
{
    const auto is_free = [](const std::optional<UnitPrice>& price) { return !price || is_zero(price); };
    return std::ranges::all_of(fields, [&](const PriceField& field) {
        const auto is_free_in = [&](const T& tier) { return is_free(tier.*field.tier); };
        return is_free(model.*field.base) && (!field.tier || std::ranges::all_of(model.tiers, is_free_in));
    });
}

std::span<std::optional<UnitPrice> ModelPrice::*const> unit_prices()
{
    return units;
}

bool pays_unit_price(std::string_view mode, std::optional<UnitPrice> ModelPrice::*price)
{
    return mode.empty() || std::ranges::any_of(unit_modes, [&](const UnitMode& each) {
               return each.mode == mode && each.price == price;
           });
}

void settle_sound(ModelPrice& model, std::string_view mode)
{
    if (mode == "audio_speech") {
        if (!model.per_audio_second)
            model.per_audio_second = model.output_per_second;
        model.output_per_second.reset();
    }
    if (mode != "audio_transcription")
        return;
    // Rows name the one price at either side, or at both: it is paid once.
    if (!model.per_audio_second)
        model.per_audio_second = model.input_per_second && !is_zero(model.input_per_second)
            ? model.input_per_second
            : model.output_per_second;
    if (!model.per_audio_second)
        model.per_audio_second = model.input_per_second;
    model.input_per_second.reset();
    model.output_per_second.reset();
}

void drop_empty_tiers(ModelPrice& model)
{
    std::erase_if(model.tiers, is_empty);
}

Result<UnitPrice> parse_price(std::string_view text, int shift)
{
    if (shift == 0)
        return UnitPrice::parse(text);
    const std::size_t e = text.find_first_of("eE");
    int exponent = 0;
    if (e != std::string_view::npos) {
        const char* first = text.data() + e + 1;
        const char* last = text.data() + text.size();
        if (first != last && *first == '+')
            ++first;
        const auto [end, error] = std::from_chars(first, last, exponent);
        if (error != std::errc() || end != last || exponent < -100 || exponent > 100)
            return invalid_input(fmt::format("'{}' is not a decimal number", text));
    }
    return UnitPrice::parse(fmt::format("{}e{}", text.substr(0, e), exponent + shift));
}

std::optional<std::int64_t> parse_count(std::string_view text)
{
    double count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || !(count >= 0 && count < 1e15))
        return std::nullopt;
    return static_cast<std::int64_t>(count);
}

} // namespace litellm::spend
