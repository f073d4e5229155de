#include "response_scan.hpp"

#include "litellm/core/encoding.hpp"

#include <simdjson.h>

namespace litellm::inference {

namespace {

using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

constexpr auto ok = simdjson::SUCCESS;

simdjson::ondemand::parser& scanner()
{
    thread_local simdjson::ondemand::parser parser;
    return parser;
}

/// Calls `visit(name, value)` for each member; false when the text is broken.
template <class Visit>
bool for_each_member(object& members, Visit visit)
{
    for (auto item : members) {
        simdjson::ondemand::field field;
        std::string_view name;
        if (std::move(item).get(field) != ok || field.unescaped_key().get(name) != ok)
            return false;
        if (!visit(name, field.value()))
            return false;
    }
    return true;
}

bool is_null(value& from)
{
    json_type type{};
    return from.type().get(type) == ok && type == json_type::null;
}

void read_count(value from, std::int64_t& into)
{
    std::int64_t number = 0;
    double real = 0;
    if (from.get_int64().get(number) == ok)
        into = number;
    else if (from.get_double().get(real) == ok && real >= 0 && real < 1e15)
        into = static_cast<std::int64_t>(real);
}

bool read_lifetimes(value from, providers::Usage& usage)
{
    object members;
    if (is_null(from) || from.get_object().get(members) != ok)
        return true;
    return for_each_member(members, [&](std::string_view name, value item) {
        if (name == "ephemeral_1h_input_tokens")
            read_count(item, usage.cached_write_1h);
        return true;
    });
}

bool read_details(value from, providers::Usage& usage, bool prompt)
{
    if (is_null(from))
        return true;
    object members;
    if (from.get_object().get(members) != ok)
        return true;
    return for_each_member(members, [&](std::string_view name, value item) {
        if (prompt && name == "cached_tokens")
            read_count(item, usage.cached_read);
        else if (prompt && (name == "cache_write_tokens" || name == "cache_creation_tokens"))
            read_count(item, usage.cached_write);
        else if (prompt && name == "cache_creation_token_details")
            return read_lifetimes(item, usage);
        else if (name == "audio_tokens")
            read_count(item, prompt ? usage.audio_input : usage.audio_output);
        else if (name == "image_tokens")
            read_count(item, prompt ? usage.image_input : usage.image_output);
        else if (!prompt && name == "reasoning_tokens")
            read_count(item, usage.reasoning);
        return true;
    });
}

bool read_usage(value from, std::optional<providers::Usage>& into)
{
    if (is_null(from))
        return true;
    object members;
    if (from.get_object().get(members) != ok)
        return true;
    providers::Usage usage;
    bool found = false;
    std::int64_t cache_hit = 0;
    const bool whole = for_each_member(members, [&](std::string_view name, value item) {
        if (name == "prompt_tokens" || name == "input_tokens") {
            read_count(item, usage.prompt);
            found = true;
        } else if (name == "completion_tokens" || name == "output_tokens") {
            read_count(item, usage.completion);
            found = true;
        } else if (name == "total_tokens") {
            read_count(item, usage.total);
            found = true;
        } else if (name == "prompt_cache_hit_tokens") {
            read_count(item, cache_hit);
        } else if (name == "prompt_tokens_details" || name == "input_tokens_details") {
            return read_details(item, usage, true);
        } else if (name == "completion_tokens_details" || name == "output_tokens_details") {
            return read_details(item, usage, false);
        }
        return true;
    });
    if (!whole)
        return false;
    if (usage.cached_read == 0)
        usage.cached_read = cache_hit;
    // Some servers send only the total.
    if (usage.prompt == 0 && usage.completion == 0)
        usage.prompt = usage.total;
    if (usage.total == 0)
        usage.total = usage.prompt + usage.completion;
    if (found)
        into = usage;
    return true;
}

bool read_choices(value from, AnswerScan& scan)
{
    simdjson::ondemand::array choices;
    bool empty = true;
    if (is_null(from) || from.get_array().get(choices) != ok)
        return true;
    if (choices.is_empty().get(empty) != ok)
        return false;
    (empty ? scan.has_empty_choices : scan.has_choices) = true;
    return true;
}

bool read_error(value from, AnswerScan& scan)
{
    json_type type{};
    if (from.type().get(type) != ok)
        return false;
    if (type == json_type::object) {
        object members;
        return from.get_object().get(members) == ok && members.raw_json().get(scan.error) == ok;
    }
    if (type == json_type::string)
        scan.error = trim(from.raw_json_token());
    return true;
}

} // namespace

Result<AnswerScan> scan_answer(std::string_view padded_text, bool look_for_usage)
{
    AnswerScan scan;
    simdjson::ondemand::document document;
    const simdjson::padded_string_view view(
        padded_text.data(), padded_text.size(), padded_text.size() + simdjson::SIMDJSON_PADDING
    );
    object members;
    if (scanner().iterate(view).get(document) != ok || document.get_object().get(members) != ok)
        return invalid_input("the answer is not a JSON object");
    const bool whole = for_each_member(members, [&](std::string_view name, value item) {
        if (name == "model") {
            const std::string_view raw = trim(item.raw_json_token());
            if (raw.size() >= 2 && raw.front() == '"')
                scan.model = raw;
        } else if (name == "id") {
            const std::string_view raw = trim(item.raw_json_token());
            if (raw.size() >= 2 && raw.front() == '"')
                scan.id = raw.substr(1, raw.size() - 2);
        } else if (name == "usage") {
            return !look_for_usage || read_usage(item, scan.usage);
        } else if (name == "choices") {
            return read_choices(item, scan);
        } else if (name == "service_tier") {
            const std::string_view raw = trim(item.raw_json_token());
            if (raw.size() >= 2 && raw.front() == '"')
                scan.service_tier = raw.substr(1, raw.size() - 2);
        } else if (name == "error") {
            return read_error(item, scan);
        }
        return true;
    });
    if (!whole)
        return invalid_input("the answer is not valid JSON");
    return scan;
}

} // namespace litellm::inference
