#include "price_book_fields.hpp"
#include "price_book_lists.hpp"
#include "price_book_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace litellm::spend {

namespace {

namespace json = simdjson::ondemand;

constexpr int per_million = -6;
constexpr int per_thousand = -3;
constexpr int deepest_pattern = 8;

/// True when `value` was a price or null.
bool read_price(const PriceField& field, json::value value, ModelPrice& prices)
{
    const auto text = scalar_text(value);
    if (!text)
        return false;
    if (text->empty())
        return true;
    const auto price = parse_price(*text, field.side == PriceSide::call ? per_thousand : per_million);
    if (!price)
        return false;
    set_price(prices, {&field, 0}, *price);
    return true;
}

const PriceField* find_own_field(std::string_view key)
{
    const auto fields = price_fields();
    const auto field = key.empty() ? fields.end() : std::ranges::find(fields, key, &PriceField::own);
    return field == fields.end() ? nullptr : &*field;
}

bool read_tier(json::value value, ModelPrice& model)
{
    if (value.type() != json::json_type::object)
        return false;
    ModelPrice prices;
    std::optional<std::int64_t> above;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        if (key == "above") {
            above = parse_count(scalar_text(member.value()).value_or(""));
        } else if (const PriceField* field = find_own_field(key)) {
            if (!read_price(*field, member.value(), prices))
                return false;
        }
    }
    if (!above)
        return false;
    set_prices(model, prices, *above);
    return true;
}

bool is_array(json::value value)
{
    return value.type() == json::json_type::array;
}

bool read_tiers(json::value value, ModelPrice& model)
{
    if (!is_array(value))
        return false;
    for (auto tier : value.get_array()) {
        if (!read_tier(tier.value(), model))
            return false;
    }
    return true;
}

/// "16:30"
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const auto hour = parse_count(text.substr(0, 2));
    const auto minute = parse_count(text.substr(3));
    if (!hour || !minute || *hour > 23 || *minute > 59)
        return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

/// One element of `hours`, with nothing but the prices that differ.
bool read_span(json::value value, ModelPrice& model)
{
    if (value.type() != json::json_type::object)
        return false;
    ModelPrice::Hours hours;
    std::optional<std::chrono::minutes> from;
    std::optional<std::chrono::minutes> to;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        bool is_read = true;
        if (key == "from")
            from = parse_time_of_day(scalar_text(member.value()).value_or(""));
        else if (key == "to")
            to = parse_time_of_day(scalar_text(member.value()).value_or(""));
        else if (key == "tiers")
            is_read = read_tiers(member.value(), hours.price);
        else if (const PriceField* field = find_own_field(key))
            is_read = read_price(*field, member.value(), hours.price);
        if (!is_read)
            return false;
    }
    if (!from || !to)
        return false;
    hours.from = *from;
    hours.to = *to;
    model.hours.push_back(std::move(hours));
    return true;
}

bool read_hours(json::value value, ModelPrice& model)
{
    if (!is_array(value))
        return false;
    for (auto span : value.get_array()) {
        if (!read_span(span.value(), model))
            return false;
    }
    return true;
}

/// What an entry and an element of its `changes` have in common.
bool read_member(std::string_view key, json::value value, ModelPrice& model)
{
    if (key == "tiers")
        return read_tiers(value, model);
    if (key == "hours")
        return read_hours(value, model);
    const PriceField* field = find_own_field(key);
    return !field || read_price(*field, value, model);
}

bool read_change(json::value value, ModelPrice& model)
{
    if (value.type() != json::json_type::object)
        return false;
    ModelPrice::Change change;
    std::optional<Timestamp> from;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        if (key == "from")
            from = parse_timestamp(scalar_text(member.value()).value_or(""));
        else if (!read_member(key, member.value(), change.price))
            return false;
    }
    if (!from || !has_any_price(change.price))
        return false;
    change.from = std::chrono::floor<std::chrono::days>(*from);
    model.changes.push_back(std::move(change));
    return true;
}

bool read_changes(json::value value, ModelPrice& model)
{
    if (!is_array(value))
        return false;
    for (auto change : value.get_array()) {
        if (!read_change(change.value(), model))
            return false;
    }
    std::ranges::sort(model.changes, {}, &ModelPrice::Change::from);
    return true;
}

std::optional<NamePattern> read_pattern(json::value value, int depth);

bool read_patterns(json::value value, std::vector<NamePattern>& patterns, int depth)
{
    if (!is_array(value))
        return false;
    for (auto element : value.get_array()) {
        auto pattern = read_pattern(element.value(), depth);
        if (!pattern)
            return false;
        patterns.push_back(std::move(*pattern));
    }
    return true;
}

bool read_text(json::value value, NamePattern& pattern)
{
    if (value.type() != json::json_type::string)
        return false;
    const std::string_view text = value.get_string();
    if (pattern.kind == NamePattern::Kind::regex) {
        pattern.regex = NameRegex::parse(text);
        return pattern.regex.has_value();
    }
    pattern.text = to_lower(text);
    return !text.empty();
}

/// One object with one member, the kind of clause.
std::optional<NamePattern> read_pattern(json::value value, int depth)
{
    using Kind = NamePattern::Kind;
    constexpr auto kinds = std::to_array<std::pair<std::string_view, Kind>>({
        {"equals", Kind::equals},
        {"starts_with", Kind::starts_with},
        {"ends_with", Kind::ends_with},
        {"contains", Kind::contains},
        {"regex", Kind::regex},
        {"or", Kind::any_of},
        {"and", Kind::all_of},
    });
    if (depth > deepest_pattern || value.type() != json::json_type::object)
        return std::nullopt;
    std::optional<NamePattern> pattern;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        const auto kind = std::ranges::find(kinds, key, &std::pair<std::string_view, Kind>::first);
        if (pattern || kind == kinds.end())
            return std::nullopt;
        pattern.emplace();
        pattern->kind = kind->second;
        const bool has_parts = pattern->kind == Kind::any_of || pattern->kind == Kind::all_of;
        const bool is_read = has_parts ? read_patterns(member.value(), pattern->parts, depth + 1)
                                       : read_text(member.value(), *pattern);
        if (!is_read)
            return std::nullopt;
    }
    return pattern;
}

/// Where the list names no price for cached tokens they cost what other prompt tokens cost: the vendor gives
/// no discount.
void complete(ModelPrice& price)
{
    const bool has_read = price.cache_read.has_value();
    const bool has_write = price.cache_write.has_value();
    if (!has_read)
        price.cache_read = price.input;
    if (!has_write)
        price.cache_write = price.input;
    for (ModelPrice::Tier& tier : price.tiers) {
        if (!has_read && !tier.cache_read)
            tier.cache_read = tier.input;
        if (!has_write && !tier.cache_write)
            tier.cache_write = tier.input;
    }
}

/// `hours` hold what differs from the day; afterwards they are whole.
void settle_hours(ModelPrice& model)
{
    if (model.hours.empty())
        return;
    ModelPrice day = model;
    day.hours.clear();
    day.changes.clear();
    for (ModelPrice::Hours& hours : model.hours) {
        ModelPrice whole = day;
        set_prices(whole, hours.price, 0);
        if (!hours.price.tiers.empty())
            whole.tiers = hours.price.tiers;
        hours.price = std::move(whole);
    }
}

/// False when something in it cannot be read.
bool read_model(json::value value, ListedModel& listed)
{
    if (value.type() != json::json_type::object)
        return false;
    ModelPrice& model = listed.price;
    std::optional<std::int64_t> max_input;
    std::optional<std::int64_t> max_output;
    for (auto member : value.get_object()) {
        const std::string_view key = member.unescaped_key();
        bool is_read = true;
        if (key == "match")
            is_read = read_patterns(member.value(), listed.patterns, 0);
        else if (key == "changes")
            is_read = read_changes(member.value(), model);
        else if (key == "max_input_tokens")
            max_input = parse_count(scalar_text(member.value()).value_or(""));
        else if (key == "max_output_tokens")
            max_output = parse_count(scalar_text(member.value()).value_or(""));
        else
            is_read = read_member(key, member.value(), model);
        if (!is_read)
            return false;
    }
    if (!has_any_price(model))
        return false;
    for_all_times(model, settle_hours);
    for_all_times(model, [&](ModelPrice& each) {
        complete(each);
        each.max_input_tokens = max_input;
        each.max_output_tokens = max_output;
    });
    return true;
}

} // namespace

PriceList read_own_list(simdjson::ondemand::object models)
{
    PriceList list;
    for (auto member : models) {
        ListedModel model;
        model.name = to_lower(member.unescaped_key().value());
        model.provider = billed_provider(first_segment(model.name));
        if (!read_model(member.value(), model)) {
            list.unpriced.push_back(std::move(model.name));
            continue;
        }
        list.models.push_back(std::move(model));
    }
    return list;
}

} // namespace litellm::spend
