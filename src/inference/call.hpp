#pragma once
// One model call as it moves through the pipeline. Lives in the frame of ModelService::serve().

#include "litellm/inference/model_service.hpp"
#include "litellm/spend/ledger.hpp"
#include "open_call.hpp"
#include "request_scan.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace litellm::inference {

struct ModelCall {
    explicit ModelCall(CallContext& call_context) : context(call_context) {}

    CallContext& context;
    std::shared_ptr<const Models> models;
    Scan scan;
    std::string requested_model;     ///< what the client wrote; the answer says the same
    std::string model;               ///< after aliases
    Found found;
    bool stream = false;
    bool client_wants_usage = false;
    std::optional<Json> mock_response;  ///< of the request, where allowed
    std::string end_user;
    std::vector<spend::Payer> other_payers; ///< beside the caller's own accounts: end user, model, proxy, tags
    std::vector<std::string> tags;

    Timestamp started;
    std::chrono::steady_clock::time_point started_steady;
    std::optional<std::chrono::milliseconds> timeout_override;
    std::optional<int> retries_override;

    DeploymentPtr deployment;        ///< of the current attempt
    int retries = 0;
    bool is_in_doubt = false;        ///< the last attempt ended without an answer, but the provider may have charged the prompt
    std::string lost_texts;          ///< what the model wrote in it, although nothing of it reached the client
    bool fell_back = false;          ///< this attempt found that the deployment needs its fallback adapter
    std::chrono::milliseconds upstream_time{0};
    OpenCall open;                   ///< reservation, journal, ledger

    [[nodiscard]] providers::Operation operation() const { return context.operation; }

    /// The deployment's, unless this call needs one of its own. Copying it for every call would copy all its parameters.
    [[nodiscard]] const providers::Endpoint& endpoint() const { return own_endpoint ? *own_endpoint : deployment->endpoint; }
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
[[nodiscard]] Task<void> prepare(ModelCall& call, const config::Config& config, const auth::ModelCatalog& catalog);

/// Whether the client's bytes can be sent with nothing but the model replaced; else the body must be parsed. invalid_input for parameters that the
/// provider neither knows nor may be spared.
[[nodiscard]] Result<bool> can_be_spliced(const ModelCall& call);
/// The client's bytes with the model replaced and the proxy's own parameters gone. `ask_for_usage` adds stream_options.
[[nodiscard]] std::string openai_body(const ModelCall& call, bool ask_for_usage);
/// The same as a document, with the provider's rules applied: for Adapter::encode().
[[nodiscard]] Result<Json> body_document(const ModelCall& call, bool ask_for_usage);

} // namespace litellm::inference
