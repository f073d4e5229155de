#include "query_reader.hpp"

#include "field_reader.hpp"

#include "field_watch.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace litellm::api {

void QueryReader::read(std::string_view name, std::optional<std::string>& target)
{
    auto value = call_.query(name);
    if (value && !value->empty())
        target = std::move(*value);
}

void QueryReader::read_list(std::string_view name, std::optional<std::vector<std::string>>& target)
{
    const auto value = call_.query(name);
    if (!value || value->empty())
        return;
    std::vector<std::string> items;
    for (std::size_t begin = 0; begin <= value->size();) {
        const std::size_t end = std::min(value->find(',', begin), value->size());
        const std::string_view item = trim(std::string_view(*value).substr(begin, end - begin));
        if (!item.empty())
            items.emplace_back(item);
        begin = end + 1;
    }
    target = std::move(items);
}

void QueryReader::read(std::string_view name, bool& target)
{
    FieldWatch::note(Field::Place::query, name, R"({"type":"boolean"})");
    if (const auto value = call_.query(name); value && !value->empty())
        target = is_truthy(*value);
}

void QueryReader::read(std::string_view name, std::int64_t& target, std::int64_t least, std::int64_t most)
{
    FieldWatch::note_range(Field::Place::query, name, least, most);
    const auto value = call_.query(name);
    if (!value || value->empty())
        return;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    const bool is_whole = error == std::errc() && end == value->data() + value->size();
    if (is_whole && number >= least && number <= most)
        target = number;
    else if (outcome_)
        outcome_ = unfit_field(name, fmt::format("must be a whole number from {} to {}", least, most));
}

void QueryReader::read_choice(
    std::string_view name, std::string& target, std::initializer_list<std::string_view> choices
)
{
    FieldWatch::note_choices(Field::Place::query, name, {choices.begin(), choices.end()});
    auto value = call_.query(name);
    if (!value || value->empty())
        return;
    if (std::find(choices.begin(), choices.end(), *value) == choices.end())
        return refuse(name, fmt::format("must be one of {}", fmt::join(choices, ", ")));
    target = std::move(*value);
}

void QueryReader::refuse(std::string_view name, std::string_view what)
{
    if (outcome_)
        outcome_ = Error{
            ErrorKind::invalid_input,
            fmt::format("{}: {}", name, what),
            std::string(name),
            "bad_request_error",
            400};
}

} // namespace litellm::api
