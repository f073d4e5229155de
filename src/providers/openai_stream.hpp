#pragma once
// The event stream of OpenAI-compatible servers.

#include "line_reader.hpp"
#include "queued_decoder.hpp"
#include "rows.hpp"

#include <map>

namespace litellm::providers {

/// Tolerates what compatible servers do: null deltas, missing indices, ids and `[DONE]`, usage on any chunk,
/// comments, a whole JSON answer instead of a stream.
class OpenAiStreamDecoder final : public QueuedDecoder {
public:
    /// `wanted` is the shape the client expects, `called` the one the provider sends.
    OpenAiStreamDecoder(
        const Row& row,
        const Endpoint& endpoint,
        Operation wanted,
        Operation called,
        std::int64_t created,
        std::string id
    );

private:
    void take(std::string_view bytes) override;
    void close() override;

    void take_event(std::string_view data);
    void take_whole_answer();
    void take_chunk(Json chunk);
    void tidy_identity(Json& chunk);
    void tidy_choice(Json& choice, std::size_t position);
    void tidy_tool_calls(Json& calls);
    void keep_usage(Json& chunk);
    void emit_mapped(Json chunk);
    void emit_reason();
    void end();

    const Row& row_;
    Endpoint errors_as_; ///< provider and key only, for error texts
    Operation wanted_;
    Operation called_;
    std::int64_t created_;
    std::string id_;
    std::string model_;

    EventReader events_;
    std::string whole_; ///< the answer, when it is not a stream
    bool started_ = false;
    bool is_whole_ = false;
    bool ended_ = false;
    bool saw_chunk_ = false;
    bool saw_finish_ = false;
    bool saw_tool_calls_ = false;
    std::map<std::string, std::int64_t> tool_indices_; ///< by call id, for servers that leave the index out
    std::optional<Json> usage_chunk_;
};

} // namespace litellm::providers
