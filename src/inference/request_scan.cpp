#include "request_scan.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/json.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace litellm::inference {

namespace {

/// Up to here a whole-document check costs less than 100 microseconds.
constexpr std::size_t max_checked_bytes = 256 * 1024;

Error not_json(std::string_view why)
{
    return Error{
        ErrorKind::invalid_input,
        "Invalid JSON payload: " + std::string(why),
        "request_body",
        "invalid_request_error"};
}

simdjson::ondemand::parser& scanner()
{
    thread_local simdjson::ondemand::parser parser;
    return parser;
}

simdjson::error_code check_all(std::string_view text)
{
    thread_local simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size(), false).error();
}

Result<std::string_view> raw_value(simdjson::ondemand::value value)
{
    simdjson::ondemand::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS)
        return not_json("a value is malformed");
    std::string_view raw;
    simdjson::error_code error = simdjson::SUCCESS;
    if (type == simdjson::ondemand::json_type::object) {
        simdjson::ondemand::object object;
        error = value.get_object().get(object);
        if (error == simdjson::SUCCESS)
            error = object.raw_json().get(raw);
    } else if (type == simdjson::ondemand::json_type::array) {
        simdjson::ondemand::array array;
        error = value.get_array().get(array);
        if (error == simdjson::SUCCESS)
            error = array.raw_json().get(raw);
    } else {
        raw = value.raw_json_token();
    }
    if (error != simdjson::SUCCESS)
        return not_json(simdjson::error_message(error));
    return trim(raw);
}

} // namespace

Result<Scan> scan_object(std::string_view padded_text)
{
    Scan scan;
    scan.text = padded_text;
    if (padded_text.size() <= max_checked_bytes) {
        const auto error = check_all(padded_text);
        // An integer of more than 64 bits is JSON all the same, and may be somebody's parameter.
        const bool is_fine = error == simdjson::SUCCESS ||
            (error == simdjson::NUMBER_ERROR && parse_json(padded_text).has_value());
        if (!is_fine)
            return not_json(simdjson::error_message(error));
    }
    simdjson::ondemand::document document;
    const simdjson::padded_string_view view(
        padded_text.data(), padded_text.size(), padded_text.size() + simdjson::SIMDJSON_PADDING
    );
    if (const auto error = scanner().iterate(view).get(document); error != simdjson::SUCCESS)
        return not_json(simdjson::error_message(error));
    simdjson::ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS)
        return not_json("the body must be an object");
    scan.members.reserve(16);
    for (auto item : object) {
        simdjson::ondemand::field field;
        if (const auto error = std::move(item).get(field); error != simdjson::SUCCESS)
            return not_json(simdjson::error_message(error));
        const char* const key = field.key().raw();
        simdjson::ondemand::value value = field.value();
        // raw() points behind the opening quote; the key ends at the next quote that is not escaped.
        const char* end = key;
        while (*end != '"')
            end += *end == '\\' ? 2 : 1;
        const auto raw = raw_value(value);
        if (!raw)
            return raw.error();
        scan.members.push_back({std::string_view(key, static_cast<std::size_t>(end - key)), *raw});
    }
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        return not_json("something follows the object");
    return scan;
}

const Member* Scan::find(std::string_view name) const
{
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
        if (member->name == name)
            return &*member;
    }
    return nullptr;
}

std::optional<std::string> Scan::text_of(std::string_view name) const
{
    const Member* member = find(name);
    if (member == nullptr || member->value.size() < 2 || member->value.front() != '"')
        return std::nullopt;
    const std::string_view inner = member->value.substr(1, member->value.size() - 2);
    if (inner.find('\\') == std::string_view::npos)
        return std::string(inner);
    const auto parsed = parse_json(member->value);
    if (!parsed || !parsed->is_string())
        return std::nullopt;
    return parsed->get<std::string>();
}

std::optional<std::int64_t> Scan::integer_of(std::string_view name) const
{
    const Member* member = find(name);
    if (member == nullptr)
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(member->value.data(), member->value.data() + member->value.size(), value);
    if (error != std::errc() || end != member->value.data() + member->value.size())
        return std::nullopt;
    return value;
}

bool Scan::is_true(std::string_view name) const
{
    const Member* member = find(name);
    return member != nullptr && member->value == "true";
}

std::string rebuild(
    const Scan& scan,
    const std::vector<Splice>& splices,
    const std::vector<std::pair<std::string_view, std::string>>& added
)
{
    std::string out;
    std::size_t extra = 64;
    for (const auto& splice : splices)
        extra += splice.rename.size() + (splice.value ? splice.value->size() : 0);
    for (const auto& [name, value] : added)
        extra += name.size() + value.size() + 8;
    out.reserve(scan.text.size() + extra);
    out += '{';
    const auto begin_member = [&](std::string_view name) {
        if (out.size() > 1)
            out += ',';
        out.append("\"").append(name).append("\":");
    };
    for (const Member& member : scan.members) {
        const auto splice = std::find_if(splices.begin(), splices.end(), [&](const Splice& item) {
            return item.name == member.name;
        });
        if (splice == splices.end()) {
            begin_member(member.name);
            out += member.value;
        } else if (splice->value || !splice->rename.empty()) {
            begin_member(splice->rename.empty() ? member.name : std::string_view(splice->rename));
            out += splice->value ? std::string_view(*splice->value) : member.value;
        }
    }
    for (const auto& [name, value] : added) {
        begin_member(name);
        out += value;
    }
    out += '}';
    return out;
}

std::string json_quoted(std::string_view text)
{
    std::string out;
    append_json_string(out, text);
    return out;
}

} // namespace litellm::inference
