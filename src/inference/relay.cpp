#include "relay.hpp"

#include "answer_texts.hpp"
#include "request_scan.hpp"
#include "response_scan.hpp"

#include <nlohmann/json.hpp>

#include <cstring>

namespace litellm::inference {

namespace {

/// A single event larger than this is an attack or a bug.
constexpr std::size_t max_event_bytes = 32 * 1024 * 1024;

/// std::string_view::find() stops at each quotation mark, of which JSON is full.
bool contains(std::string_view text, std::string_view wanted)
{
    return ::memmem(text.data(), text.size(), wanted.data(), wanted.size()) != nullptr;
}

bool says_finished(std::string_view data)
{
    constexpr std::string_view name = R"("finish_reason":)";
    while (const void* const found = ::memmem(data.data(), data.size(), name.data(), name.size())) {
        data.remove_prefix(
            static_cast<std::size_t>(static_cast<const char*>(found) - data.data()) + name.size()
        );
        if (data.starts_with('"') || data.starts_with(" \""))
            return true;
    }
    return false;
}

Error cut_off()
{
    return Error{
        ErrorKind::upstream_failed,
        "litellm.APIConnectionError: the provider ended its stream before it was complete",
        {},
        "api_error",
        500};
}

} // namespace

void append_error_event(const Error& error, std::string& out)
{
    const Json detail{
        {"message", error.message},
        {"type", error.type},
        {"param", nullptr},
        {"code", std::to_string(error.status)}};
    out.append("data: ").append(to_text(Json{{"error", detail}})).append("\n\n");
}

Relay::Relay(RelayOptions options)
    : options_(std::move(options)), quoted_model_(json_quoted(options_.client_model))
{
}

Result<void> Relay::take(std::string_view bytes, std::string& out)
{
    if (options_.native)
        return take_native(bytes, out);
    if (options_.decoder) {
        auto chunks = options_.decoder->feed(bytes);
        if (!chunks)
            return chunks.error();
        return take_chunks(std::move(*chunks), out);
    }
    Result<void> outcome;
    splitter_.feed(bytes, [&](std::string_view data) {
        if (outcome)
            outcome = take_event(data, out);
    });
    if (outcome && splitter_.buffered() > max_event_bytes)
        return Error{
            ErrorKind::upstream_failed, "the provider sent an event that is too large", {}, "api_error", 502};
    return outcome;
}

Result<void> Relay::take_native(std::string_view bytes, std::string& out)
{
    Result<void> outcome;
    splitter_.feed(bytes, [&](std::string_view data) {
        if (outcome)
            outcome = options_.native->take(*options_.endpoint, data);
    });
    if (outcome && splitter_.buffered() > max_event_bytes)
        return Error{
            ErrorKind::upstream_failed, "the provider sent an event that is too large", {}, "api_error", 502};
    (options_.native->is_complete() ? held_ : out) += bytes;
    return outcome;
}

void Relay::end(std::string& out)
{
    if (options_.native)
        out += held_;
    else if (options_.shape)
        options_.shape->finish(out);
    else
        out += "data: [DONE]\n\n";
}

void Relay::fail(const Error& error, std::string& out)
{
    if (options_.shape) {
        options_.shape->fail(error, out);
        return;
    }
    append_error_event(error, out);
}

void Relay::note_content(const Json& chunk)
{
    const auto choices = chunk.find("choices");
    if (choices == chunk.end() || !choices->is_array())
        return;
    for (const Json& choice : *choices) {
        const auto delta = choice.is_object() ? choice.find("delta") : Json::const_iterator();
        if (!choice.is_object() || delta == choice.end() || !delta->is_object())
            continue;
        const auto has = [](const Json& object, const char* name) {
            return object.contains(name) && !object[name].is_null();
        };
        if (choice.value("index", Json(0)) != Json(0) || has(choice, "finish_reason") ||
            has(*delta, "tool_calls") || has(*delta, "function_call") || has(*delta, "audio"))
            is_plain_ = false;
        if (const auto content = delta->find("content"); content != delta->end() && content->is_string())
            content_ += content->get_ref<const std::string&>();
    }
}

Result<void> Relay::finish(std::string& out)
{
    if (options_.native) {
        Result<void> outcome;
        splitter_.finish([&](std::string_view data) {
            outcome = options_.native->take(*options_.endpoint, data);
        });
        if (outcome && !options_.native->is_complete())
            return cut_off();
        return outcome;
    }
    if (options_.decoder) {
        auto chunks = options_.decoder->finish();
        if (!chunks)
            return chunks.error();
        const auto taken = take_chunks(std::move(*chunks), out);
        if (!usage_)
            usage_ = options_.decoder->usage();
        return taken;
    }
    Result<void> outcome;
    splitter_.finish([&](std::string_view data) { outcome = take_event(data, out); });
    if (outcome && !saw_end_)
        return cut_off();
    return outcome;
}

Result<void> Relay::error_in(std::string_view error_json) const
{
    const auto parsed = parse_json(error_json);
    const Json document{{"error", parsed ? *parsed : Json(std::string(error_json))}};
    if (auto error = providers::error_inside(*options_.endpoint, document))
        return std::move(*error);
    return cut_off();
}

Result<void> Relay::take_event(std::string_view data, std::string& out)
{
    if (data == "[DONE]") {
        saw_end_ = true;
        return {};
    }
    if (saw_end_ && data.empty())
        return {};
    if (options_.shape) {
        auto chunk = parse_json(data);
        if (!chunk || !chunk->is_object())
            return {};
        saw_end_ = saw_end_ || says_finished(data);
        std::vector<Json> chunks;
        chunks.push_back(std::move(*chunk));
        return take_chunks(std::move(chunks), out);
    }
    const auto scan = scan_answer(data, contains(data, "\"usage\""));
    if (!scan) {
        out.append("data: ").append(data).append("\n\n");
        return {};
    }
    if (!scan->error.empty())
        return error_in(scan->error);
    if (id_.empty())
        id_ = scan->id;
    if (service_tier_.empty())
        service_tier_ = scan->service_tier;
    if (scan->has_choices)
        append_answer_texts(data, texts_);
    if (options_.keeps_content) {
        if (const auto chunk = parse_json(data); chunk && chunk->is_object())
            note_content(*chunk);
    }
    if (scan->usage) {
        usage_ = scan->usage;
        if (!scan->has_choices && !options_.client_wants_usage)
            return {};
    }
    saw_end_ = saw_end_ || says_finished(data);
    out += "data: ";
    if (scan->model.empty()) {
        out += data;
    } else {
        const auto at = static_cast<std::size_t>(scan->model.data() - data.data());
        out.append(data.substr(0, at)).append(quoted_model_).append(data.substr(at + scan->model.size()));
    }
    out += "\n\n";
    return {};
}

Result<void> Relay::take_chunks(std::vector<Json> chunks, std::string& out)
{
    for (Json& chunk : chunks) {
        if (const auto error = chunk.find("error"); error != chunk.end() && !error->is_null())
            return error_in(to_text(*error));
        const auto choices = chunk.find("choices");
        const bool has_choices = choices != chunk.end() && choices->is_array() && !choices->empty();
        if (has_choices)
            append_answer_texts(to_text(*choices), texts_);
        if (options_.keeps_content)
            note_content(chunk);
        if (const auto usage = chunk.find("usage"); usage != chunk.end() && !usage->is_null()) {
            if (const auto read = providers::usage_from_openai(*usage))
                usage_ = read;
            if (!options_.client_wants_usage) {
                if (!has_choices)
                    continue;
                chunk.erase("usage");
            }
        }
        if (id_.empty() && chunk.contains("id") && chunk["id"].is_string())
            id_ = chunk["id"].get<std::string>();
        if (options_.shape) {
            options_.shape->take(chunk, out);
            continue;
        }
        chunk["model"] = options_.client_model;
        out.append("data: ").append(to_text(chunk)).append("\n\n");
    }
    return {};
}

} // namespace litellm::inference
