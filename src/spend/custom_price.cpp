#include "price_book_fields.hpp"

#include "litellm/core/json_member.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::spend {

namespace {

/// A JSON number has lost its text, but the shortest decimal that reads back as the same double is what was
/// written.
std::string decimal_text(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_float())
        return fmt::format("{}", value.get<double>());
    return to_text(value);
}

Result<void> read_prices(const Json& source, ModelPrice& prices)
{
    if (!source.is_object())
        return {};
    for (const auto& [key, value] : source.items()) {
        const auto named = find_litellm_price(key);
        if (!named || value.is_null())
            continue;
        const std::string text = decimal_text(value);
        const auto price = UnitPrice::parse(text);
        if (!price)
            return invalid_input(
                fmt::format("{}: '{}' is not a price in USD: {}", key, text, price.error().message), key
            );
        set_price(prices, *named, *price);
    }
    return {};
}

std::optional<std::int64_t> find_limit(const Json& source, const char* key)
{
    if (!source.is_object())
        return std::nullopt;
    const auto found = source.find(key);
    if (found == source.end() || !(found->is_number() || found->is_string()))
        return std::nullopt;
    return parse_count(decimal_text(*found));
}

/// A deployment that is free, or paid by time or by units, has nothing to do with what the vendor asks for
/// its model. Without a mode, a price such as one per image may be a part of what a chat costs.
bool stands_alone(const ModelPrice& row, std::string_view mode)
{
    const bool has_text_price = row.input || row.output;
    const bool is_free = is_zero(row.input) && is_zero(row.output);
    const bool is_paid_by_time = (row.input_per_second || row.output_per_second) && !has_text_price;
    const bool is_paid_by_units =
        !mode.empty() && !has_text_price && std::ranges::any_of(unit_prices(), [&](const auto price) {
            return row.*price && pays_unit_price(mode, price);
        });
    return is_free || is_paid_by_time || is_paid_by_units;
}

/// Takes what `row` prices out of `model`: a price on the deployment counts for prompts of every length, and
/// a text price of zero makes its whole side free.
void make_room(ModelPrice& model, const ModelPrice& row)
{
    if (row.per_image || row.per_pixel) {
        model.per_image.reset();
        model.per_pixel.reset();
    }
    for (const PriceField& field : price_fields()) {
        const bool is_side_free = (field.side == PriceSide::input && is_zero(row.input)) ||
            (field.side == PriceSide::output && is_zero(row.output));
        if (!(row.*field.base) && !is_side_free)
            continue;
        (model.*field.base).reset();
        if (!field.tier)
            continue;
        for (ModelPrice::Tier& tier : model.tiers)
            (tier.*field.tier).reset();
    }
    drop_empty_tiers(model);
}

/// Over one set of prices; the ones for other times are not touched.
void lay_over(ModelPrice& model, const ModelPrice& row)
{
    make_room(model, row);
    set_prices(model, row, 0);
    for (const ModelPrice::Tier& tier : row.tiers) {
        for (const PriceField& field : price_fields()) {
            if (field.tier && tier.*field.tier)
                set_price(model, {&field, tier.above, {}}, *(tier.*field.tier));
        }
    }
}

/// A service that the row prices has the row's prices; the others follow with for_all_times().
void lay_services_over(ModelPrice& model, const ModelPrice& row)
{
    for (const ModelPrice::Service& own : row.services) {
        std::erase_if(model.services, [&](const ModelPrice::Service& each) { return each.name == own.name; });
        ModelPrice::Service service{own.name, model};
        service.price.services.clear();
        lay_over(service.price, own.price);
        model.services.push_back(std::move(service));
    }
}

} // namespace

Result<std::optional<ModelPrice>>
custom_price(const Json& litellm_params, const Json& model_info, const ModelPrice* base)
{
    ModelPrice row;
    const std::array<const Json*, 2> sources{&model_info, &litellm_params}; // what is read last wins
    for (const Json* source : sources) {
        if (const auto read = read_prices(*source, row); !read)
            return read.error();
    }
    if (!has_any_price(row) && row.services.empty())
        return std::nullopt;
    const std::string mode = member_text(model_info, "mode");
    if (mode == "audio_transcription")
        settle_sound(row, mode);
    const bool is_only_for_services = !has_any_price(row);
    complete_services(row);

    const auto limit = [&](const char* key, std::optional<std::int64_t> ModelPrice::*member) {
        auto own = find_limit(model_info, key);
        return own || !base ? own : base->*member;
    };
    row.max_input_tokens = limit("max_input_tokens", &ModelPrice::max_input_tokens);
    row.max_output_tokens = limit("max_output_tokens", &ModelPrice::max_output_tokens);
    if (is_only_for_services && !base)
        return std::nullopt;
    if (!base || stands_alone(row, mode))
        return row;

    ModelPrice model = *base;
    for_all_times(model, [&](ModelPrice& each) {
        lay_over(each, row);
        each.max_input_tokens = row.max_input_tokens;
        each.max_output_tokens = row.max_output_tokens;
    });
    lay_services_over(model, row);
    return model;
}

} // namespace litellm::spend
