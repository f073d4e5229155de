#pragma once
// LiteLLM's classes of provider errors and how each words its message.

#include "litellm/core/error.hpp"

#include <string>
#include <string_view>

namespace litellm::providers {

enum class ErrorClass {
    bad_request,
    unsupported_params,
    context_window_exceeded,
    content_policy_violation,
    authentication,
    not_found,
    model_not_found, ///< NotFoundError whose message does not repeat the class
    timeout,
    rate_limit,
    internal_server,
    connection,
    bad_gateway,
    service_unavailable,
    api, ///< any other status
};

/// `OpenAIException`, `GroqException`, …
[[nodiscard]] std::string provider_label(std::string_view provider);

/// The error of class `error_class` whose message is LiteLLM's prefix, the provider's label and `text`.
/// `status` is the class's own unless given.
[[nodiscard]] Error
make_error(ErrorClass error_class, std::string_view provider, std::string_view text, int status = 0);
/// The same where the message has no label.
[[nodiscard]] Error make_bare_error(ErrorClass error_class, std::string_view text, int status = 0);

} // namespace litellm::providers
