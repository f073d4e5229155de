#pragma once
// One call of /files or /batches on its way.

#include "files_request.hpp"
#include "litellm/store/provider_objects.hpp"
#include "service_state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::inference {

/// What the calls of a batch cost together.
struct BatchCost {
    Money cost;
    providers::Usage usage;
    std::string model;    ///< of the first one
    bool is_known = true; ///< every model has a price
};

/// How ProviderObject::account names the account of a deployment.
inline constexpr std::string_view deployment_account = "deployment:";

class ModelService::Files {
public:
    Files(State& state, CallContext& context, const FilesCall& asked)
        : state_(state), context_(context), asked_(asked), principal_(*context.principal), call_(context)
    {
        auto known = state.models_of(principal_);
        call_.models = std::move(known.models);
        catalog_ = std::move(known.catalog);
        call_.started = state.clock.now();
        call_.started_steady = state.clock.steady_now();
    }

    [[nodiscard]] Task<void> serve();

private:
    [[nodiscard]] Task<FilesRequest> read();
    [[nodiscard]] Task<void> find_objects(const std::string& input_file);
    [[nodiscard]] Result<std::string> account_for(const FilesRequest& asked) const;
    [[nodiscard]] Result<providers::Endpoint> endpoint_of(const std::string& account) const;
    [[nodiscard]] Result<http::ClientRequest>
    make_request(const std::string& path, http::Method method, std::string query) const;
    [[nodiscard]] Task<void> exchange(FilesRequest asked);
    [[nodiscard]] Task<void> relay_content(http::Transfer& transfer, const http::ResponseHead& head);
    [[nodiscard]] Task<void> send_document(Json answer, const http::ResponseHead& head);
    [[nodiscard]] Task<Json> note(Json answer);
    [[nodiscard]] Task<void>
    remember(std::string id, FilesCall::Kind kind, const store::ProviderObject* like);
    [[nodiscard]] Task<Json> only_own(Json list);
    [[nodiscard]] Task<void> settle_batch(const Json& batch);
    [[nodiscard]] Task<BatchCost> cost_of_results(const std::string& file);
    void add_line(const Json& line, BatchCost& sum) const;
    [[nodiscard]] Task<void> charge(const BatchCost& cost);
    void settle(bool success, const Error* error = nullptr);

    State& state_;
    CallContext& context_;
    const FilesCall& asked_;
    const auth::Principal& principal_;
    ModelCall call_;
    std::shared_ptr<const auth::ModelCatalog> catalog_;
    std::optional<store::ProviderObject> object_; ///< that the path names
    std::optional<store::ProviderObject> input_;  ///< that a new batch reads
    std::string account_;
    providers::Endpoint endpoint_;
    const Deployment* deployment_ = nullptr; ///< whose account it is
};

} // namespace litellm::inference
