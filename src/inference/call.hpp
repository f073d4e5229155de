#pragma once
// One model call as it moves through the pipeline. Lives in the frame of ModelService::serve().

#include "caching.hpp"
#include "client_credentials.hpp"
#include "falling_back.hpp"
#include "interruption.hpp"
#include "litellm/inference/model_service.hpp"
#include "litellm/spend/ledger.hpp"
#include "open_call.hpp"
#include "request_scan.hpp"
#include "upload.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace litellm::inference {

struct ModelCall {
    explicit ModelCall(CallContext& call_context) : context(call_context) {}

    CallContext& context;
    std::shared_ptr<const Models> models;
    Scan scan;
    std::string requested_model; ///< what the client wrote; the answer says the same
    std::string model;           ///< after aliases
    Found found;
    bool stream = false;
    bool client_wants_usage = false;
    std::optional<Json> mock_response; ///< of the request, where allowed
    std::string end_user;
    std::string named_user; ///< whom a header of user_header_mappings named as the key's user
    std::vector<spend::Payer>
        other_payers; ///< beside the caller's own accounts: end user, model, proxy, tags
    std::vector<spend::LimitState> shared_limits; ///< what is left of limits that several processes share
    std::vector<std::string> tags;

    Timestamp started;
    std::chrono::steady_clock::time_point started_steady;
    std::optional<std::chrono::milliseconds> timeout_override;
    std::optional<int> retries_override;
    std::unique_ptr<RequestFallbacks> fallbacks;    ///< null: the request says nothing
    std::unique_ptr<ClientCredentials> credentials; ///< null: the client brings none of its own
    std::string staged_error; ///< mock_testing_*: what the first attempt pretends to have got
    std::string own_body;     ///< what `scan` looks into when a fallback changed the body

    DeploymentPtr deployment; ///< of the current attempt
    std::optional<std::int64_t>
        longest_answer; ///< tokens that its model can give, where `modify_params` lowers limits to it
    int retries = 0;
    bool is_in_doubt =
        false; ///< the last attempt ended without an answer, but the provider may have charged the prompt
    std::string lost_texts; ///< what the model wrote in it, although nothing of it reached the client
    int fallen_back = 0;    ///< models that were tried after the first one
    std::unique_ptr<Interruption>
        interruption; ///< the client has got the beginning of a stream that broke; null mostly
    int interruptions = 0;
    bool fell_back = false; ///< this attempt found that the deployment needs its fallback adapter
    std::chrono::milliseconds upstream_time{0};
    /// Of pictures as they were made, where the price list tells them apart. Stands before `open`, which
    /// looks at it until its end.
    std::unique_ptr<const spend::ModelPrice> picture_price;
    OpenCall open; ///< reservation, journal, ledger

    std::unique_ptr<CacheUse> cache; ///< null: the answer is neither looked for nor kept

    // Calls of another API than chat, completions and embeddings.
    std::string native_url;         ///< of the current attempt, when its deployment speaks that API itself
    std::string chat_body;          ///< the request as a chat, when it does not
    Scan chat_scan;                 ///< of chat_body
    std::string form;               ///< a multipart body whose fields are in `scan`, or empty
    std::unique_ptr<Upload> upload; ///< what comes behind `form`; null when that is all of it
    std::string form_type;          ///< its content type
    [[nodiscard]] bool is_native() const { return !native_url.empty(); }
    [[nodiscard]] bool is_bridged() const { return context.api && native_url.empty(); }
    /// What a provider is sent: the client's body, or the chat that stands for it.
    [[nodiscard]] const Scan& body() const { return is_bridged() ? chat_scan : scan; }

    [[nodiscard]] providers::Operation operation() const { return context.operation; }

    /// The deployment's, unless this call needs one of its own. Copying it for every call would copy all its
    /// parameters.
    [[nodiscard]] const providers::Endpoint& endpoint() const
    {
        return own_endpoint ? *own_endpoint : deployment->endpoint;
    }
    /// For changes that hold for this call: the model that a wildcard filled in, another adapter.
    [[nodiscard]] providers::Endpoint& make_own_endpoint()
    {
        if (!own_endpoint)
            own_endpoint = deployment->endpoint;
        return *own_endpoint;
    }
    std::optional<providers::Endpoint> own_endpoint;
};

/// Reads and understands the request: body, model, aliases, access. Nothing is taken from any account yet.
[[nodiscard]] Task<void>
prepare(ModelCall& call, const config::Config& config, const auth::ModelCatalog& catalog);

/// The same of a request that has been read: a JSON object with simdjson's padding behind it, which outlives
/// the call.
[[nodiscard]] Result<void> understand(
    ModelCall& call, std::string_view text, const config::Config& config, const auth::ModelCatalog& catalog
);

/// What parameters of the body and metadata of the key say about retries, time-outs and fallbacks. forbidden
/// for fallbacks to models that the caller may not use.
[[nodiscard]] Result<void> read_failure_parameters(ModelCall& call, const auth::ModelCatalog& catalog);
/// Whether clients send the API's requests as forms with files.
[[nodiscard]] bool is_form(const std::optional<providers::NativeApi>& api);
/// Keeps a multipart body and gives its fields as a JSON object, which lives as long as the call.
/// invalid_input when it is not one, or has no file.
[[nodiscard]] Result<std::string_view> take_form(ModelCall& call, std::string body);
/// Reads it from the client, of a large one only what stands in front of the file's contents, where that says
/// everything that is needed; `is_routed`: the model is named elsewhere. Errors as Exchange::read_body().
[[nodiscard]] Task<std::string_view> read_form(ModelCall& call, std::size_t limit, bool is_routed);
/// Of the whole form, as the client announced it.
[[nodiscard]] std::size_t form_bytes(const ModelCall& call);
/// The kept body with the provider's name of the model, and without the proxy's own parameters.
[[nodiscard]] std::string form_with_model(const ModelCall& call);
struct FormFile {
    std::string_view
        beginning;        ///< of the contents, as long-lived as the kept body; all of them where it is whole
    std::size_t size = 0; ///< of all of them; the most it can be while the file is on its way
};
[[nodiscard]] std::vector<FormFile> form_files(const ModelCall& call);
/// Whether a member decides where a call goes or with whose credentials: nothing that a client may say.
[[nodiscard]] bool is_forbidden_parameter(std::string_view name);
/// Whether the caller may ask for answers and errors that are made here.
[[nodiscard]] bool may_mock(const auth::Principal& principal);

/// Whether the client's bytes can be sent with nothing but the model replaced; else the body must be parsed.
/// invalid_input for parameters that the provider neither knows nor may be spared.
[[nodiscard]] Result<bool> can_be_spliced(const ModelCall& call);
/// The limits of `scan` that are above ModelCall::longest_answer, by name, as they are sent.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>>
lowered_limits(const ModelCall& call, const Scan& scan);
/// The client's bytes with the model replaced and the proxy's own parameters gone. `ask_for_usage` adds
/// stream_options.
[[nodiscard]] std::string openai_body(const ModelCall& call, bool ask_for_usage);
/// The same as a document, with the provider's rules applied: for Adapter::encode().
[[nodiscard]] Result<Json> body_document(const ModelCall& call, bool ask_for_usage);

} // namespace litellm::inference
