#pragma once
// The operator's function that decides on new keys (general_settings.custom_key_generate).

#include "litellm/config/config.hpp"
#include "litellm/hooks/custom_function.hpp"
#include "litellm/management/key_events.hpp"

#include <memory>

namespace litellm::app {

class OperatorsKeyGate final : public management::KeyGate {
public:
    explicit OperatorsKeyGate(std::unique_ptr<hooks::CustomFunction> function)
        : function_(std::move(function))
    {
    }

    /// Null when the settings name no function.
    [[nodiscard]] static Result<std::unique_ptr<management::KeyGate>>
    make(const config::Config& config, http::EventLoops& loops);

    [[nodiscard]] Task<void> may_generate(const Json& request) override;

private:
    std::unique_ptr<hooks::CustomFunction> function_;
};

} // namespace litellm::app
