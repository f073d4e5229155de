#include "error_class.hpp"

#include "litellm/providers/provider.hpp"

#include <fmt/format.h>

#include <array>

namespace litellm::providers {

namespace {

struct Wording {
    std::string_view name;
    std::string_view prefix;   ///< stands before the provider's label
    std::string_view repeated; ///< stands between the prefix and the label
    int status;
    ErrorKind kind;
};

// In the order of ErrorClass. The doubled words are LiteLLM's own and clients match on them.
constexpr auto wordings = std::to_array<Wording>({
    {"BadRequestError", "litellm.BadRequestError: ", "", 400, ErrorKind::invalid_input},
    {"UnsupportedParamsError", "litellm.UnsupportedParamsError: ", "", 400, ErrorKind::invalid_input},
    {"ContextWindowExceededError",
     "litellm.ContextWindowExceededError: litellm.BadRequestError: ",
     "ContextWindowExceededError: ",
     400,
     ErrorKind::invalid_input},
    {"ContentPolicyViolationError",
     "litellm.BadRequestError: litellm.ContentPolicyViolationError: ",
     "ContentPolicyViolationError: ",
     400,
     ErrorKind::invalid_input},
    {"AuthenticationError",
     "litellm.AuthenticationError: ",
     "AuthenticationError: ",
     401,
     ErrorKind::upstream_failed},
    {"NotFoundError", "litellm.NotFoundError: ", "NotFoundError: ", 404, ErrorKind::upstream_failed},
    {"NotFoundError", "litellm.NotFoundError: ", "", 404, ErrorKind::upstream_failed},
    {"Timeout", "litellm.Timeout: ", "Timeout Error: ", 408, ErrorKind::timed_out},
    {"RateLimitError", "litellm.RateLimitError: ", "RateLimitError: ", 429, ErrorKind::rate_limited},
    {"InternalServerError",
     "litellm.InternalServerError: ",
     "InternalServerError: ",
     500,
     ErrorKind::upstream_failed},
    {"APIConnectionError",
     "litellm.APIConnectionError: ",
     "APIConnectionError: ",
     500,
     ErrorKind::upstream_failed},
    {"BadGatewayError", "litellm.BadGatewayError: ", "BadGatewayError: ", 502, ErrorKind::upstream_failed},
    {"ServiceUnavailableError",
     "litellm.ServiceUnavailableError: ",
     "ServiceUnavailableError: ",
     503,
     ErrorKind::upstream_failed},
    {"APIError", "litellm.APIError: ", "APIError: ", 500, ErrorKind::upstream_failed},
});
static_assert(wordings.size() == static_cast<std::size_t>(ErrorClass::api) + 1);

Error error_of(const Wording& wording, std::string message, int status)
{
    Error error{wording.kind, std::move(message)};
    error.status = status != 0 ? status : wording.status;
    if (wording.kind == ErrorKind::rate_limited)
        error.type = "throttling_error";
    return error;
}

} // namespace

std::string provider_label(std::string_view provider)
{
    if (provider == "openai")
        return "OpenAIException";
    std::string label(provider);
    if (!label.empty() && label.front() >= 'a' && label.front() <= 'z')
        label.front() = static_cast<char>(label.front() - 'a' + 'A');
    return label + "Exception";
}

Error make_error(ErrorClass error_class, std::string_view provider, std::string_view text, int status)
{
    const auto& wording = wordings[static_cast<std::size_t>(error_class)];
    return error_of(
        wording,
        fmt::format("{}{}{} - {}", wording.prefix, wording.repeated, provider_label(provider), text),
        status
    );
}

Error make_bare_error(ErrorClass error_class, std::string_view text, int status)
{
    const auto& wording = wordings[static_cast<std::size_t>(error_class)];
    return error_of(wording, fmt::format("{}{}", wording.prefix, text), status);
}

std::string_view error_class(const Error& error)
{
    constexpr std::string_view start = "litellm.";
    std::string_view message = error.message;
    // The class of a content policy violation stands second.
    constexpr std::string_view outer = "litellm.BadRequestError: litellm.";
    if (message.starts_with(outer))
        message.remove_prefix(outer.size() - start.size());
    if (!message.starts_with(start))
        return {};
    message.remove_prefix(start.size());
    message = message.substr(0, message.find(':'));
    for (const auto& wording : wordings)
        if (wording.name == message)
            return wording.name;
    return {};
}

} // namespace litellm::providers
