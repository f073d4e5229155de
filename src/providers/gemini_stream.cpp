#include "gemini.hpp"

#include "error_class.hpp"
#include "event_decoder.hpp"
#include "json_access.hpp"
#include "text_completions.hpp"

#include "litellm/core/encoding.hpp"

namespace litellm::providers {

namespace {

/// Each event is a whole answer with the next piece of text; the end of the connection is the end of the
/// stream.
class GeminiStreamDecoder final : public EventDecoder {
public:
    GeminiStreamDecoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
        : EventDecoder(endpoint),
          model_(endpoint.model),
          as_text_(as_text),
          created_(created),
          fresh_id_(id),
          id_(std::move(id))
    {
    }

private:
    [[nodiscard]] bool is_complete() const override { return finished_; }

    void emit_rest() override
    {
        Json chunk = head();
        if (as_text_)
            chunk["object"] = "text_completion";
        chunk["usage"] = gemini_usage(metadata_);
        emit(std::move(chunk));
    }

    void take_event(const Json& event) override
    {
        if (auto error = error_inside(errors_as_, event)) {
            fail(std::move(*error));
            return;
        }
        take_answer(event);
    }

    void take_answer(const Json& answer)
    {
        if (auto id = string_at(answer, "responseId"); !id.empty())
            id_ = std::move(id);
        if (auto model = string_at(answer, "modelVersion"); !model.empty())
            model_ = std::move(model);
        if (const Json* metadata = find(answer, "usageMetadata"); metadata != nullptr) {
            metadata_ = *metadata;
            note_usage(usage_from_openai(gemini_usage(metadata_)));
        }
        const Json* candidates = find(answer, "candidates");
        const bool has_candidates = candidates != nullptr && candidates->is_array() && !candidates->empty();
        if (has_candidates)
            for (const auto& candidate : *candidates)
                take_candidate(candidate);
        else if (const Json* feedback = find(answer, "promptFeedback");
                 feedback != nullptr && !string_at(*feedback, "blockReason").empty())
            finish_choice(0, "content_filter");
    }

    void take_candidate(const Json& candidate)
    {
        const auto index = count_at(candidate, "index").value_or(0);
        auto made = gemini_message(candidate, calls_, fresh_id_);
        calls_ += made.calls;
        if (!made.message.empty()) {
            if (!std::exchange(spoke_, true))
                made.message["role"] = "assistant";
            emit_choice(index, std::move(made.message), nullptr);
        }
        if (const auto native = string_at(candidate, "finishReason"); !native.empty())
            finish_choice(index, gemini_finish_reason(native, calls_ > 0));
    }

    void finish_choice(std::int64_t index, std::string reason)
    {
        finished_ = true;
        emit_choice(index, Json::object(), std::move(reason));
    }

    void emit_choice(std::int64_t index, Json delta, Json reason)
    {
        Json choice = {{"index", index}, {"delta", std::move(delta)}, {"finish_reason", std::move(reason)}};
        Json chunk = head();
        chunk["choices"].push_back(std::move(choice));
        emit(as_text_ ? text_of_chat_answer(chunk, true) : std::move(chunk));
    }

    [[nodiscard]] Json head() const
    {
        Json chunk = {
            {"id", id_}, {"object", "chat.completion.chunk"}, {"created", created_}, {"model", model_}};
        chunk["choices"] = Json::array();
        return chunk;
    }

    std::string model_;
    bool as_text_;
    std::int64_t created_;
    std::string fresh_id_;
    std::string id_;
    Json metadata_ = Json::object();
    std::size_t calls_ = 0;
    bool spoke_ = false;
    bool finished_ = false;
};

} // namespace

std::unique_ptr<StreamDecoder>
gemini_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id)
{
    return std::make_unique<GeminiStreamDecoder>(endpoint, as_text, created, std::move(id));
}

} // namespace litellm::providers
