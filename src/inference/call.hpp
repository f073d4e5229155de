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
    std::vector<std::string> tags;

    Timestamp started;
    std::chrono::steady_clock::time_point started_steady;
    std::optional<std::chrono::milliseconds> timeout_override;
    std::optional<int> retries_override;

    DeploymentPtr deployment;        ///< of the current attempt
    providers::Endpoint endpoint;    ///< the deployment's, with the model a wildcard filled in
    int retries = 0;
    bool fell_back = false;          ///< this attempt found that the deployment needs its fallback adapter
    std::chrono::milliseconds upstream_time{0};
    OpenCall open;                   ///< reservation, journal, ledger

    [[nodiscard]] providers::Operation operation() const { return context.operation; }
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
