#include "openai_stream.hpp"

#include "chat_answer.hpp"
#include "error_class.hpp"
#include "finish_reason.hpp"
#include "json_access.hpp"
#include "text_completions.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

namespace {

std::string_view object_of(Operation operation)
{
    return operation == Operation::completions ? "text_completion" : "chat.completion.chunk";
}

} // namespace

OpenAiStreamDecoder::OpenAiStreamDecoder(
    const Row& row,
    const Endpoint& endpoint,
    Operation wanted,
    Operation called,
    std::int64_t created,
    std::string id
)
    : row_(row), wanted_(wanted), called_(called), created_(created), id_(std::move(id))
{
    errors_as_.provider = endpoint.provider;
    errors_as_.api_key = endpoint.api_key;
}

void OpenAiStreamDecoder::take(std::string_view bytes)
{
    if (!started_) {
        const auto first = bytes.find_first_not_of(" \t\r\n");
        if (first == std::string_view::npos)
            return;
        started_ = true;
        is_whole_ = bytes[first] == '{';
    }
    if (is_whole_)
        whole_ += bytes;
    else
        events_.feed(bytes, [this](std::string_view data) { take_event(data); });
    if (whole_.size() > largest_event || events_.held() > largest_event)
        fail(make_error(ErrorClass::api, errors_as_.provider, "One event of the stream is too large."));
}

void OpenAiStreamDecoder::close()
{
    if (is_whole_)
        take_whole_answer();
    else
        events_.finish([this](std::string_view data) {
            // Half an event is no event.
            if (parse_json(data) || trim(data) == "[DONE]")
                take_event(data);
        });
    if (has_failed() || ended_)
        return;
    if (saw_finish_)
        end();
    else
        fail(make_error(
            ErrorClass::connection,
            errors_as_.provider,
            "The connection closed before the stream was complete."
        ));
}

void OpenAiStreamDecoder::take_event(std::string_view data)
{
    if (ended_ || has_failed() || trim(data).empty())
        return;
    if (trim(data) == "[DONE]") {
        end();
        return;
    }
    auto chunk = parse_json(data);
    if (!chunk || !chunk->is_object()) {
        fail(make_error(ErrorClass::api, errors_as_.provider, "An event of the stream is not a JSON object.")
        );
        return;
    }
    if (auto error = error_inside(errors_as_, *chunk)) {
        fail(std::move(*error));
        return;
    }
    take_chunk(std::move(*chunk));
}

/// A server that does not stream, or a feature that cannot be streamed: one piece becomes the chunks of a
/// stream.
void OpenAiStreamDecoder::take_whole_answer()
{
    auto answer = parse_json(whole_);
    if (!answer || !answer->is_object()) {
        fail(make_error(
            ErrorClass::connection, errors_as_.provider, "The answer is neither an event stream nor JSON."
        ));
        return;
    }
    if (auto error = error_inside(errors_as_, *answer)) {
        fail(std::move(*error));
        return;
    }
    if (string_at(*answer, "object") == "text_completion") {
        take_chunk(std::move(*answer));
        return;
    }
    tidy_chat_answer(row_, *answer, created_, id_);
    for (auto& chunk : chunks_of_answer(*answer))
        take_chunk(std::move(chunk));
}

void OpenAiStreamDecoder::take_chunk(Json chunk)
{
    tidy_identity(chunk);
    keep_usage(chunk);
    Json* choices = find(chunk, "choices");
    if (choices == nullptr || !choices->is_array() || choices->empty()) {
        // Azure's filter results come without choices; a chunk that was only usage is kept back.
        if (!usage_chunk_ || has_member(chunk, "prompt_filter_results"))
            emit_mapped(std::move(chunk));
        return;
    }
    saw_chunk_ = true;
    for (std::size_t position = 0; position < choices->size(); ++position)
        tidy_choice((*choices)[position], position);
    emit_mapped(std::move(chunk));
}

/// All chunks of one stream carry one id, one time and one model.
void OpenAiStreamDecoder::tidy_identity(Json& chunk)
{
    if (const auto id = string_at(chunk, "id"); id.empty())
        chunk["id"] = id_;
    else
        id_ = id;
    if (const auto created = count_at(chunk, "created"); created && *created > 0)
        created_ = *created;
    else
        chunk["created"] = created_;
    if (const auto model = string_at(chunk, "model"); !model.empty())
        model_ = model;
    else if (!model_.empty())
        chunk["model"] = model_;
    if (string_at(chunk, "object").empty())
        chunk["object"] = object_of(called_);
}

void OpenAiStreamDecoder::keep_usage(Json& chunk)
{
    const Json* usage = find(chunk, "usage");
    if (const Json* vendor = find(chunk, "x_groq"); usage == nullptr && vendor != nullptr)
        usage = find(*vendor, "usage");
    if (usage != nullptr && usage_from_openai(*usage)) {
        Json counts = *usage;
        tidy_usage(row_, counts);
        note_usage(usage_from_openai(counts));
        Json last = chunk;
        last["choices"] = Json::array();
        last["usage"] = std::move(counts);
        usage_chunk_ = std::move(last);
    }
    erase(chunk, "usage");
}

void OpenAiStreamDecoder::tidy_choice(Json& choice, std::size_t position)
{
    if (!choice.is_object())
        return;
    if (!count_at(choice, "index"))
        choice["index"] = position;
    if (Json* delta = find(choice, "delta"); delta != nullptr && delta->is_object()) {
        tidy_reasoning(row_, *delta);
        if (Json* calls = find(*delta, "tool_calls");
            calls != nullptr && calls->is_array() && !calls->empty()) {
            saw_tool_calls_ = true;
            tidy_tool_calls(*calls);
        }
    } else if (called_ == Operation::chat_completions) {
        choice["delta"] = Json::object();
    }
    map_finish_reason(choice, saw_tool_calls_);
    if (find(choice, "finish_reason") != nullptr)
        saw_finish_ = true;
}

void OpenAiStreamDecoder::tidy_tool_calls(Json& calls)
{
    for (auto& call : calls) {
        if (!call.is_object())
            continue;
        const auto id = string_at(call, "id");
        if (const auto index = count_at(call, "index")) {
            if (!id.empty())
                tool_indices_[id] = *index;
        } else if (id.empty()) {
            call["index"] = tool_indices_.empty() ? 0 : static_cast<std::int64_t>(tool_indices_.size()) - 1;
        } else {
            const auto next = static_cast<std::int64_t>(tool_indices_.size());
            call["index"] = tool_indices_.try_emplace(id, next).first->second;
        }
        if (!id.empty() && find(call, "type") == nullptr)
            call["type"] = "function";
        Json* function = find(call, "function");
        const Json* arguments = function != nullptr ? find(*function, "arguments") : nullptr;
        if (arguments != nullptr && !arguments->is_string())
            (*function)["arguments"] = to_text(*arguments);
    }
}

void OpenAiStreamDecoder::emit_mapped(Json chunk)
{
    if (wanted_ == called_) {
        emit(std::move(chunk));
        return;
    }
    if (wanted_ == Operation::chat_completions) {
        emit(chat_of_text_answer(chunk, true));
        return;
    }
    Json text = text_of_chat_answer(chunk, true);
    const Json& choices = text["choices"];
    const bool says_nothing =
        choices.size() == 1 && choices[0]["text"] == "" && choices[0]["finish_reason"].is_null();
    if (!says_nothing)
        emit(std::move(text));
}

/// A stream that ends properly without a reason, as xAI does after tool calls.
void OpenAiStreamDecoder::emit_reason()
{
    Json choice = {{"index", 0}};
    if (called_ == Operation::completions)
        choice["text"] = "";
    else
        choice["delta"] = Json::object();
    choice["finish_reason"] = saw_tool_calls_ ? "tool_calls" : "stop";
    Json chunk = {{"id", id_}, {"object", object_of(called_)}, {"created", created_}, {"model", model_}};
    chunk["choices"] = Json::array({std::move(choice)});
    emit_mapped(std::move(chunk));
}

void OpenAiStreamDecoder::end()
{
    ended_ = true;
    if (saw_chunk_ && !saw_finish_)
        emit_reason();
    if (!usage_chunk_)
        return;
    (*usage_chunk_)["object"] = object_of(wanted_);
    emit(std::move(*usage_chunk_));
}

} // namespace litellm::providers
