#pragma once
// Other APIs than OpenAI's chat, as clients speak them: their requests become chat requests and the answers
// become theirs, so that every provider can stand behind them. Pure, like the rest of the room.

#include "litellm/providers/provider.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace litellm::providers {

/// What an answer says that the provider does not know.
struct SurfaceAnswer {
    std::string model;        ///< as the client called it
    std::string id;           ///< fresh: 32 letters and digits
    std::int64_t created = 0; ///< seconds since the epoch
    Json request = nullptr;   ///< an object with what the client sent of repeated_members(), or null
};

/// Members of a request that the answer says again.
[[nodiscard]] std::span<const std::string_view> repeated_members(NativeApi api);

/// Chat chunks on their way to the client, as that API's events. Appends text ready to be sent.
class SurfaceStream {
public:
    virtual ~SurfaceStream() = default;
    /// `chunk` may be the last one, which holds nothing but usage.
    virtual void take(const Json& chunk, std::string& out) = 0;
    virtual void finish(std::string& out) = 0;
    /// The stream breaks off; may be called at any time.
    virtual void fail(const Error& error, std::string& out) = 0;
};

class Surface {
public:
    virtual ~Surface() = default;
    /// invalid_input for what a chat cannot express. `keeps_thoughts`: the provider wants the signed thoughts
    /// of earlier turns back.
    [[nodiscard]] virtual Result<Json>
    chat_request(const Json& request, bool stream, bool keeps_thoughts) const = 0;
    [[nodiscard]] virtual Json answer(const Json& completion, const SurfaceAnswer& facts) const = 0;
    [[nodiscard]] virtual std::unique_ptr<SurfaceStream> stream(const SurfaceAnswer& facts) const = 0;
};

/// Null for APIs that no chat can stand for.
[[nodiscard]] const Surface* find_surface(NativeApi api);

/// What the ledger wants to know of an answer in an API's own shape.
struct NativeFacts {
    std::optional<Usage> usage;
    std::string id;
};
[[nodiscard]] NativeFacts native_facts(NativeApi api, const Json& answer);

/// Reads along while events in an API's own shape pass.
class NativeReader {
public:
    explicit NativeReader(NativeApi api) : api_(api) {}
    /// One event's data. An error is one that the provider sent as an event.
    [[nodiscard]] Result<void> take(const Endpoint& endpoint, std::string_view data);
    [[nodiscard]] const std::optional<Usage>& usage() const { return usage_; }
    [[nodiscard]] const std::string& id() const { return id_; }
    /// The event that ends a stream has passed.
    [[nodiscard]] bool is_complete() const { return complete_; }
    [[nodiscard]] std::int64_t pieces() const { return pieces_; }

private:
    void take_message_event(const Json& event, std::string_view type);
    void take_response_event(const Json& event, std::string_view type);

    NativeApi api_;
    std::optional<Usage> usage_;
    Json counts_ = Json::object(); ///< Anthropic's, which come in parts
    std::string id_;
    bool complete_ = false;
    std::int64_t pieces_ = 0; ///< events with text: the count of tokens when nobody tells one
};

} // namespace litellm::providers
