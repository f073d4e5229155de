#pragma once
// OpenAI's shapes on one side, each vendor's on the other. Pure: nothing here opens a socket, reads a file or
// looks at the clock unless it is handed in.

#include "litellm/core/environment.hpp"
#include "litellm/core/error.hpp"
#include "litellm/core/json.hpp"
#include "litellm/core/secret.hpp"
#include "litellm/core/time.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm::providers {

enum class Operation { chat_completions, completions, embeddings };
[[nodiscard]] std::string_view to_string(Operation operation);

/// APIs beside Operation's whose own shape some providers take: the client's bytes go there with nothing but
/// the model replaced.
enum class NativeApi {
    messages,
    responses,
    generate_content,
    moderations,
    images,
    speech,
    transcriptions,
    rerank,
    image_edits,
    image_variations,
    translations
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Tokens of one call. `prompt` includes cached reads and writes, `completion` includes reasoning, for every
/// provider.
struct Usage {
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t total = 0;
    std::int64_t cached_read = 0;
    std::int64_t cached_write = 0;
    std::int64_t cached_write_1h = 0; ///< part of cached_write
    std::int64_t reasoning = 0;
    std::int64_t audio_input = 0;
    std::int64_t audio_output = 0;
    std::int64_t image_input = 0;
    std::int64_t image_output = 0;
    friend bool operator==(const Usage&, const Usage&) = default;
};

/// What of one call is not counted in tokens.
struct Units {
    std::int64_t images = 0;
    std::int64_t pixels = 0; ///< of all pictures together
    std::int64_t characters = 0;
    std::int64_t audio_milliseconds = 0;
    std::int64_t searches = 0;
    friend bool operator==(const Units&, const Units&) = default;
};

/// Reads an OpenAI-shaped usage object, tolerant of what compatible servers send (details null or missing,
/// `input_tokens` names, DeepSeek's prompt_cache_hit_tokens, …). Nothing when it holds no token count.
[[nodiscard]] std::optional<Usage> usage_from_openai(const Json& usage);

class Adapter;

/// Where the calls of one deployment go: everything that can be known before a request arrives.
struct Endpoint {
    std::string provider; ///< "openai", "ollama", …
    std::string model;    ///< the name the provider knows
    std::string api_base; ///< without a trailing slash
    std::optional<Secret> api_key;
    std::string api_version;
    Headers headers; ///< fixed request headers: authorization, organization, extra_headers; content-type is
                     ///< not among them
    Json params;     ///< litellm_params as configured
    Json defaults;   ///< members of params that go into the body where the request has none, or null
    Json extra_body; ///< members that replace those of the request, or null
    const Adapter* adapter = nullptr; ///< lives as long as the process
};

/// Finds the provider of litellm_params (`model`, `custom_llm_provider`, `api_base`, …), its base URL, key
/// and headers. Values missing in `params` come from the provider's environment variables. invalid_input with
/// LiteLLM's text when no provider can be told.
[[nodiscard]] Result<Endpoint> resolve_endpoint(const Json& params, const Environment& environment);

/// The (provider, model) split of a model string by the rules of the reference 1.1; used for price look-up
/// and wildcards too.
struct ProviderAndModel {
    std::string provider;
    std::string model;
};
[[nodiscard]] Result<ProviderAndModel> split_model(
    std::string_view model, std::string_view custom_llm_provider = {}, std::string_view api_base = {}
);

/// What one request says about parameters that its provider lacks. The deployment's own `drop_params`,
/// `additional_drop_params` and `allowed_openai_params` are read from Endpoint::params and need not be
/// repeated.
struct ParameterPolicy {
    bool drop_params = false; ///< leave unsupported ones out instead of refusing
    std::vector<std::string> additional_drop_params =
        {}; ///< always left out; `tools[*].strict` reaches inside
    std::vector<std::string> allowed_openai_params = {}; ///< sent as they are, supported or not
};

/// A request as it goes out.
struct UpstreamRequest {
    std::string url;
    Headers headers; ///< beside Endpoint::headers
    std::string body;
};

/// How an access token is bought, for providers whose credentials are not sent themselves. The answer is read
/// by access_token_from().
struct TokenRequest {
    std::string account; ///< the same for everybody who may share a token
    std::string url;
    Headers headers;
    std::string body;
};

struct AccessToken {
    Secret token;
    std::chrono::seconds lifetime{0};
};
[[nodiscard]] Result<AccessToken> access_token_from(std::string_view body);

/// Turns a provider's stream into OpenAI chunks, one call after another; keeps state between them.
class StreamDecoder {
public:
    virtual ~StreamDecoder() = default;
    /// Feeds bytes as they arrived, split anywhere. Returns the OpenAI chunk objects they complete. Usage
    /// appears as OpenAI sends it under include_usage: in one last chunk whose `choices` are empty, and in no
    /// other. An error object inside the stream becomes the error of the first call that has no chunks left
    /// to return.
    [[nodiscard]] virtual Result<std::vector<Json>> feed(std::string_view bytes) = 0;
    /// The provider closed the connection: what is left. An error when the stream was cut before its end.
    [[nodiscard]] virtual Result<std::vector<Json>> finish() = 0;
    /// The last usage seen.
    [[nodiscard]] virtual std::optional<Usage> usage() const = 0;
};

/// One vendor. Instances are constant and shared by all threads.
class Adapter {
public:
    virtual ~Adapter() = default;

    /// True when the provider takes and gives OpenAI's own shapes for `operation`: the caller then splices
    /// `model` into the client's bytes instead of calling encode() and decode().
    [[nodiscard]] virtual bool is_openai_shaped(const Endpoint& endpoint, Operation operation) const = 0;
    /// URL of `operation` for this endpoint. 401 AuthenticationError when the provider needs a key and none
    /// is configured; invalid_input when the provider has no such operation.
    [[nodiscard]] virtual Result<std::string>
    url(const Endpoint& endpoint, Operation operation, bool stream) const = 0;
    /// Parameters an OpenAI-shaped call must rename or drop before its bytes are sent; empty = none, so the
    /// splice path may be used. invalid_input (UnsupportedParamsError's text) when one is neither supported
    /// nor dropped. `present` are the names of the members whose value is not null. An edit that renames a
    /// member to itself says that its value decides: the body has to be parsed, and apply_rules() and
    /// encode() do the work. A caller may do so whenever it gets any edit.
    struct Edit {
        std::string name;
        std::optional<std::string> renamed_to; ///< nothing: remove
        friend bool operator==(const Edit&, const Edit&) = default;
    };
    [[nodiscard]] virtual Result<std::vector<Edit>> edits(
        const Endpoint& endpoint,
        Operation operation,
        const std::vector<std::string>& present,
        bool drop_params
    ) const = 0;
    /// The rules of edits() on a parsed body, with the values in sight: renames, drops, and refuses with
    /// UnsupportedParamsError. To be called before encode().
    [[nodiscard]] virtual Result<void> apply_rules(
        const Endpoint& endpoint, Operation operation, Json& body, const ParameterPolicy& policy
    ) const = 0;
    /// Whether a streamed call may carry `stream_options`. Providers that refuse it report usage without
    /// being asked.
    [[nodiscard]] virtual bool takes_stream_options(const Endpoint& endpoint, Operation operation) const = 0;
    /// Another way to reach the same deployment, or nullptr: a Hugging Face server too old for the chat
    /// route. When should_fall_back() says so about an answer, the caller repeats the call through it and
    /// stays with it for this deployment.
    [[nodiscard]] virtual const Adapter* fallback_adapter() const { return nullptr; }
    [[nodiscard]] virtual bool should_fall_back(int status, std::string_view body) const
    {
        static_cast<void>(status), static_cast<void>(body);
        return false;
    }
    /// Builds the provider's request from an OpenAI-shaped body (whose proxy-only members are gone already).
    /// Adds the deployment's defaults and extra_body; replaces `model` and `stream`. `stream_options` is sent
    /// as the body has it, or left out.
    [[nodiscard]] virtual Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const = 0;
    /// The provider's answer in OpenAI's shape. `created` is seconds since the epoch, `id` a fresh id, for
    /// providers that send none.
    [[nodiscard]] virtual Result<Json> decode(
        const Endpoint& endpoint,
        Operation operation,
        std::string_view body,
        std::int64_t created,
        const std::string& id
    ) const = 0;
    [[nodiscard]] virtual std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const = 0;

    /// Where the endpoint takes `api` in its own shape; nothing when it does not.
    [[nodiscard]] virtual Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool stream) const
    {
        static_cast<void>(endpoint), static_cast<void>(api), static_cast<void>(stream);
        return std::optional<std::string>();
    }
    /// Where the account's files and batches are, `path` below the version: `/files/file-1/content`.
    /// invalid_input when the provider has none.
    [[nodiscard]] virtual Result<std::string>
    account_url(const Endpoint& endpoint, std::string_view path) const;
    /// Members that a native body needs beside the client's, or must not have: an object whose null members
    /// are taken out. Null: none.
    [[nodiscard]] virtual Json native_edits(const Endpoint& endpoint, NativeApi api) const
    {
        static_cast<void>(endpoint), static_cast<void>(api);
        return nullptr;
    }
    /// Whether sign() must see every request before it goes out.
    [[nodiscard]] virtual bool is_signed() const { return false; }
    /// Adds the headers that depend on the time and on every byte of the request.
    [[nodiscard]] virtual Result<void>
    sign(const Endpoint& endpoint, UpstreamRequest& request, Timestamp now) const
    {
        static_cast<void>(endpoint), static_cast<void>(request), static_cast<void>(now);
        return {};
    }
    /// Nothing when the endpoint's own headers are all it needs. invalid_input for credentials that cannot be
    /// used.
    [[nodiscard]] virtual Result<std::optional<TokenRequest>>
    token_request(const Endpoint& endpoint, Timestamp now) const
    {
        static_cast<void>(endpoint), static_cast<void>(now);
        return std::optional<TokenRequest>();
    }
};

/// What a provider's error answer means to the client.
/// The message is LiteLLM's: `litellm.RateLimitError: RateLimitError: OpenAIException - …`; status and type
/// as in the reference 3.2 and 3.3.
[[nodiscard]] Error
error_from_response(const Endpoint& endpoint, int status, const Headers& headers, std::string_view body);
/// As above for a call that never got an answer. `timed_out` tells a time-out from a refused or broken
/// connection.
[[nodiscard]] Error error_from_transport(const Endpoint& endpoint, bool timed_out, std::string_view detail);
/// An error object inside an otherwise good stream or body; nothing when `document` has none.
[[nodiscard]] std::optional<Error> error_inside(const Endpoint& endpoint, const Json& document);

/// LiteLLM's class of an error made here (`RateLimitError`, `ContextWindowExceededError`, …), read from its
/// message; empty for other errors. Retries, cooldowns and the special fallbacks go by it.
[[nodiscard]] std::string_view error_class(const Error& error);

/// Some providers repeat the key that they refuse. `text` with hints in the place of the endpoint's key and
/// of the values of its headers.
[[nodiscard]] std::string without_secrets_of(const Endpoint& endpoint, std::string text);
/// Whether without_secrets_of() would change `text`.
[[nodiscard]] bool has_secret_of(const Endpoint& endpoint, std::string_view text);

/// A provider's response headers as the client may see them: each as `llm_provider-<name>`, `x-ratelimit-*`
/// and `retry-after` also under their own name; without hop-by-hop headers, cookies and secrets. Names are
/// lower case.
[[nodiscard]] Headers headers_for_client(const Endpoint& endpoint, const Headers& upstream);

/// Makes an embeddings answer match the `encoding_format` its client asked for: lists of numbers become
/// base64 of little-endian float32 when that is `base64`. OpenAI's SDKs ask for base64 by default, and many
/// providers only know lists.
void match_encoding_format(Json& embeddings, std::string_view encoding_format);

/// Names that are LiteLLM's own and never sent to a provider (`metadata` excepted where the reference says
/// so).
[[nodiscard]] bool is_proxy_parameter(std::string_view name);

/// Names of all providers, for messages and tests.
[[nodiscard]] std::vector<std::string> provider_names();

} // namespace litellm::providers
