#pragma once
// A provider's stream on its way to the client: events are rewritten one by one, nothing is parsed further
// than needed.

#include "litellm/core/error.hpp"
#include "litellm/providers/provider.hpp"
#include "litellm/providers/surface.hpp"
#include "sse.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::inference {

struct RelayOptions {
    const providers::Endpoint* endpoint = nullptr;
    std::string client_model; ///< what every chunk says
    bool client_wants_usage = false;
    std::unique_ptr<providers::StreamDecoder> decoder; ///< null: the provider sends OpenAI's chunks
    std::unique_ptr<providers::SurfaceStream> shape;   ///< null: the client wants OpenAI's chunks
    std::unique_ptr<providers::NativeReader> native;   ///< events pass as they are, in an API's own shape
    bool keeps_content = false;                        ///< another model may have to go on with the answer
};

/// An error as an event of OpenAI's stream.
void append_error_event(const Error& error, std::string& out);

class Relay {
public:
    explicit Relay(RelayOptions options);

    /// Takes bytes as they arrived and appends to `out` what the client gets. `[DONE]` is left out: it is
    /// sent after the call was recorded. An error is one that the provider sent inside its stream.
    [[nodiscard]] Result<void> take(std::string_view bytes, std::string& out);
    /// The provider ended its stream. upstream_failed when it did so in the middle.
    [[nodiscard]] Result<void> finish(std::string& out);

    /// What the client gets last, after the call was recorded: the end, or what went wrong.
    void end(std::string& out);
    void fail(const Error& error, std::string& out);

    [[nodiscard]] const std::optional<providers::Usage>& usage() const
    {
        return options_.native ? options_.native->usage() : usage_;
    }
    [[nodiscard]] const std::string& id() const { return options_.native ? options_.native->id() : id_; }
    [[nodiscard]] const std::string& service_tier() const { return service_tier_; }
    /// What the model wrote, as append_answer_texts() collects it; for when the provider tells no usage.
    [[nodiscard]] const std::string& texts() const { return texts_; }
    /// Events with content of a native stream, whose texts are not collected: most send one token each.
    [[nodiscard]] std::int64_t native_pieces() const
    {
        return options_.native ? options_.native->pieces() : 0;
    }

    /// Whether another model can go on: one choice of nothing but text, and not at its end.
    [[nodiscard]] bool can_be_continued() const
    {
        return options_.keeps_content && !options_.native && is_plain_;
    }
    /// What the client has got, where keeps_content asked for it.
    [[nodiscard]] const std::string& content() const { return content_; }
    [[nodiscard]] std::unique_ptr<providers::SurfaceStream> take_shape() { return std::move(options_.shape); }

private:
    void note_content(const Json& chunk);
    [[nodiscard]] Result<void> take_event(std::string_view data, std::string& out);
    [[nodiscard]] Result<void> take_native(std::string_view bytes, std::string& out);
    [[nodiscard]] Result<void> take_chunks(std::vector<Json> chunks, std::string& out);
    [[nodiscard]] Result<void> error_in(std::string_view error_json) const;

    RelayOptions options_;
    std::string quoted_model_;
    EventSplitter splitter_;
    std::optional<providers::Usage> usage_;
    std::string id_;
    std::string service_tier_;
    std::string texts_;
    std::string content_;
    bool is_plain_ = true;
    bool saw_end_ = false;
    std::string held_; ///< what a native stream sent from its last event on
};

} // namespace litellm::inference
