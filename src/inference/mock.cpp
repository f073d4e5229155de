#include "mock.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::inference {

using providers::Operation;

namespace {

constexpr std::int64_t mock_prompt_tokens = 10;
constexpr std::int64_t mock_completion_tokens = 20;
constexpr std::size_t piece_bytes = 8;
constexpr std::size_t mock_dimensions = 8;

std::optional<Error> error_named(const std::string& text)
{
    const auto make = [](ErrorKind kind, int status, const char* name, const char* type) {
        Error error{kind, fmt::format("litellm.{}: this is a mock error", name), {}, type, status};
        return error;
    };
    if (text == "litellm.RateLimitError")
        return make(ErrorKind::rate_limited, 429, "RateLimitError", "throttling_error");
    if (text == "litellm.InternalServerError")
        return make(ErrorKind::upstream_failed, 500, "InternalServerError", "internal_server_error");
    if (text == "litellm.ContextWindowExceededError")
        return make(ErrorKind::invalid_input, 400, "ContextWindowExceededError", "invalid_request_error");
    if (text.starts_with("Exception: content_filter_policy"))
        return make(ErrorKind::invalid_input, 400, "ContentPolicyViolationError", "invalid_request_error");
    return std::nullopt;
}

/// Pieces end between UTF-8 sequences.
std::vector<std::string> pieces_of(const std::string& text)
{
    std::vector<std::string> pieces;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = std::min(begin + piece_bytes, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
            ++end;
        pieces.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return pieces;
}

Json usage_json(const providers::Usage& usage)
{
    return Json{
        {"prompt_tokens", usage.prompt},
        {"completion_tokens", usage.completion},
        {"total_tokens", usage.total}};
}

Json chat_choice(std::int64_t index, const std::string& text)
{
    return Json{
        {"index", index},
        {"message", Json{{"role", "assistant"}, {"content", text}}},
        {"finish_reason", "stop"}};
}

Json chunk(const Json& frame, Json choice)
{
    Json out = frame;
    out["choices"] = Json::array({std::move(choice)});
    return out;
}

std::vector<Json> chat_chunks(const Json& frame, const std::string& text, std::int64_t choices)
{
    std::vector<Json> chunks;
    for (std::int64_t index = 0; index < choices; ++index) {
        Json delta{{"role", "assistant"}, {"content", ""}};
        chunks.push_back(
            chunk(frame, Json{{"index", index}, {"delta", std::move(delta)}, {"finish_reason", nullptr}})
        );
        for (auto& piece : pieces_of(text))
            chunks.push_back(chunk(
                frame,
                Json{
                    {"index", index},
                    {"delta", Json{{"content", std::move(piece)}}},
                    {"finish_reason", nullptr}}
            ));
        chunks.push_back(
            chunk(frame, Json{{"index", index}, {"delta", Json::object()}, {"finish_reason", "stop"}})
        );
    }
    return chunks;
}

std::vector<Json> text_chunks(const Json& frame, const std::string& text, std::int64_t choices)
{
    std::vector<Json> chunks;
    for (std::int64_t index = 0; index < choices; ++index) {
        for (auto& piece : pieces_of(text))
            chunks.push_back(chunk(
                frame,
                Json{
                    {"text", std::move(piece)},
                    {"index", index},
                    {"logprobs", nullptr},
                    {"finish_reason", nullptr}}
            ));
        chunks.push_back(chunk(
            frame, Json{{"text", ""}, {"index", index}, {"logprobs", nullptr}, {"finish_reason", "stop"}}
        ));
    }
    return chunks;
}

Json embedding_json(const Json& mock, bool base64)
{
    std::vector<float> vector(mock_dimensions, 0.125F);
    if (mock.is_array()) {
        vector.clear();
        for (const Json& number : mock)
            vector.push_back(number.is_number() ? number.get<float>() : 0);
    }
    if (!base64)
        return Json(vector);
    // OpenAI's form: little-endian 32-bit floats.
    return Json(to_base64(
        std::string_view(reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float))
    ));
}

MockAnswer embedding_answer(const Json& mock, const MockRequest& request)
{
    MockAnswer answer;
    answer.usage.prompt = answer.usage.total = mock_prompt_tokens;
    Json items = Json::array();
    for (std::int64_t index = 0; index < std::clamp<std::int64_t>(request.count, 1, 2048); ++index)
        items.push_back(Json{
            {"object", "embedding"}, {"index", index}, {"embedding", embedding_json(mock, request.base64)}});
    answer.body = Json{{"object", "list"}, {"data", std::move(items)}, {"model", request.model}};
    answer.body["usage"] = Json{{"prompt_tokens", answer.usage.prompt}, {"total_tokens", answer.usage.total}};
    return answer;
}

} // namespace

Result<MockAnswer> make_mock_answer(const Json& mock, const MockRequest& request, Random& random)
{
    const std::string text = mock.is_string() ? mock.get<std::string>() : to_text(mock);
    if (auto error = error_named(text))
        return std::move(*error);
    if (request.operation == Operation::embeddings)
        return embedding_answer(mock, request);
    const std::int64_t choices = std::clamp<std::int64_t>(request.count, 1, 128);
    const std::string& model = request.model;
    MockAnswer answer;
    answer.usage.prompt = mock_prompt_tokens;
    answer.usage.completion = mock_completion_tokens;
    answer.usage.total = mock_prompt_tokens + mock_completion_tokens;
    const bool chat = request.operation == Operation::chat_completions;
    if (mock.is_object()) {
        answer.body = mock;
        if (const auto usage = mock.find("usage"); usage != mock.end()) {
            if (const auto given = providers::usage_from_openai(*usage))
                answer.usage = *given;
        }
        answer.body["model"] = model;
        answer.chunks.push_back(answer.body);
        return answer;
    }
    const std::string id = fmt::format("{}-{}", chat ? "chatcmpl" : "cmpl", new_uuid(random));
    Json list = Json::array();
    for (std::int64_t index = 0; index < choices; ++index) {
        if (chat)
            list.push_back(chat_choice(index, text));
        else
            list.push_back(Json{
                {"text", text}, {"index", index}, {"logprobs", nullptr}, {"finish_reason", "stop"}});
    }
    answer.body = Json{
        {"id", id},
        {"object", chat ? "chat.completion" : "text_completion"},
        {"created", request.created},
        {"model", model}};
    const Json frame{
        {"id", id},
        {"object", chat ? "chat.completion.chunk" : "text_completion"},
        {"created", request.created},
        {"model", model}};
    answer.body["choices"] = std::move(list);
    answer.body["usage"] = usage_json(answer.usage);
    answer.chunks = chat ? chat_chunks(frame, text, choices) : text_chunks(frame, text, choices);
    return answer;
}

} // namespace litellm::inference
