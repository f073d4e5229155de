#include "error_class.hpp"
#include "error_text.hpp"
#include "json_access.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/providers/provider.hpp"

#include <algorithm>
#include <array>

namespace litellm::providers {

namespace {

constexpr auto hop_by_hop = std::to_array<std::string_view>(
    {"connection",
     "keep-alive",
     "proxy-authenticate",
     "proxy-authorization",
     "proxy-connection",
     "te",
     "trailer",
     "transfer-encoding",
     "upgrade",
     "set-cookie",
     "set-cookie2",
     "content-length"}
);

constexpr auto timeout_phrases = std::to_array<std::string_view>(
    {"Request Timeout Error",
     "Request timed out",
     "Timed out generating response",
     "The read operation timed out"}
);

constexpr auto context_phrases = std::to_array<std::string_view>(
    {"exceed context limit",
     "this model's maximum context length is",
     "string too long. expected a string with maximum length",
     "model's maximum context limit",
     "is longer than the model's context length",
     "input tokens exceed the configured limit",
     "`inputs` tokens + `max_new_tokens` must be",
     "exceeds the maximum number of tokens allowed"}
);

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

template <class Phrases>
bool contains_any(std::string_view text, const Phrases& phrases)
{
    return std::ranges::any_of(phrases, [text](std::string_view phrase) { return contains(text, phrase); });
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// 429 as a number of its own, not a part of an identifier.
bool has_standalone_429(std::string_view text)
{
    const auto is_word = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    for (auto at = text.find("429"); at != std::string_view::npos; at = text.find("429", at + 1)) {
        const bool starts = at == 0 || !is_word(text[at - 1]);
        const bool ends = at + 3 == text.size() || !is_word(text[at + 3]);
        if (starts && ends)
            return true;
    }
    return false;
}

bool is_context_text(std::string_view lower)
{
    if (contains(lower, "string_above_max_length") ||
        (contains(lower, "invalid 'user'") && contains(lower, "string too long")))
        return false;
    return contains_any(lower, context_phrases) ||
        (contains(lower, "current length is") && contains(lower, "while limit is"));
}

bool is_content_policy_text(std::string_view text, std::string_view lower)
{
    return (contains(text, "invalid_request_error") && contains(text, "content_policy_violation")) ||
        (contains(text, "Invalid prompt") && contains(text, "violating our usage policy")) ||
        contains(lower, "request was rejected as a result of the safety system");
}

bool is_rate_limit_text(std::string_view message, std::string_view lower)
{
    return has_standalone_429(message) || contains(lower, "rate limit") || contains(lower, "rate-limit") ||
        contains(lower, "rate_limit") || contains(lower, "service tier capacity exceeded");
}

/// What only Hugging Face's servers say.
std::optional<ErrorClass> class_of_huggingface_text(std::string_view lower)
{
    if (contains(lower, "length limit exceeded"))
        return ErrorClass::context_window_exceeded;
    if (contains(lower, "a valid user token is required"))
        return ErrorClass::bad_request;
    return std::nullopt;
}

/// What only Anthropic's servers say.
std::optional<ErrorClass> class_of_anthropic_text(std::string_view lower)
{
    if (contains(lower, "prompt is too long") || contains(lower, "prompt: length"))
        return ErrorClass::context_window_exceeded;
    if (contains(lower, "overloaded_error"))
        return ErrorClass::internal_server;
    if (contains(lower, "authentication_error") || contains(lower, "invalid api key"))
        return ErrorClass::authentication;
    if (contains(lower, "content filtering policy"))
        return ErrorClass::content_policy_violation;
    return std::nullopt;
}

/// What only Google's servers say.
std::optional<ErrorClass> class_of_gemini_text(std::string_view lower)
{
    if (contains(lower, "api key not valid"))
        return ErrorClass::authentication;
    if (contains(lower, "request payload size exceeds") ||
        contains(lower, "exceeds the maximum number of tokens"))
        return ErrorClass::context_window_exceeded;
    if (contains(lower, "resource_exhausted") || contains(lower, "quota exceeded"))
        return ErrorClass::rate_limit;
    if (contains(lower, "the model is overloaded"))
        return ErrorClass::internal_server;
    return std::nullopt;
}

/// What only Azure's servers say.
std::optional<ErrorClass> class_of_azure_text(std::string_view lower)
{
    if (contains(lower, "deploymentnotfound"))
        return ErrorClass::not_found;
    if (contains(lower, "content_policy_violation") || contains(lower, "content management policy") ||
        contains(lower, "content_filter") || contains(lower, "responsibleaipolicyviolation"))
        return ErrorClass::content_policy_violation;
    return std::nullopt;
}

/// What only Amazon's servers say.
std::optional<ErrorClass> class_of_bedrock_text(std::string_view lower)
{
    if (contains(lower, "too many tokens") || contains(lower, "expected maxlength:") ||
        contains(lower, "input is too long") || contains(lower, "prompt is too long") ||
        contains(lower, "too many input tokens"))
        return ErrorClass::context_window_exceeded;
    if (contains(lower, "security token included in the request is") ||
        contains(lower, "unrecognizedclientexception"))
        return ErrorClass::authentication;
    if (contains(lower, "throttlingexception") || contains(lower, "too many requests"))
        return ErrorClass::rate_limit;
    return std::nullopt;
}

/// What only Cohere's servers say.
std::optional<ErrorClass> class_of_cohere_text(std::string_view lower)
{
    if (contains(lower, "invalid api token") || contains(lower, "no api key provided"))
        return ErrorClass::authentication;
    if (contains(lower, "too many tokens"))
        return ErrorClass::context_window_exceeded;
    return std::nullopt;
}

/// What the servers of one provider say and no others.
std::optional<ErrorClass> class_of_own_text(std::string_view provider, std::string_view lower)
{
    if (provider == "huggingface")
        return class_of_huggingface_text(lower);
    if (provider == "anthropic")
        return class_of_anthropic_text(lower);
    if (provider == "gemini")
        return class_of_gemini_text(lower);
    if (provider == "vertex_ai") {
        const auto found = class_of_gemini_text(lower);
        return found ? found : class_of_anthropic_text(lower);
    }
    if (provider == "bedrock")
        return class_of_bedrock_text(lower);
    if (provider == "cohere" || provider == "cohere_chat")
        return class_of_cohere_text(lower);
    if (provider == "azure" || provider == "azure_ai")
        return class_of_azure_text(lower);
    return std::nullopt;
}

/// The texts that win over the status, in LiteLLM's order. `text` is the whole body, `message` what it says.
std::optional<ErrorClass>
class_of_text(std::string_view provider, std::string_view text, std::string_view message)
{
    const auto lower = to_lower(text);
    if (contains_any(text, timeout_phrases))
        return ErrorClass::timeout;
    if (is_rate_limit_text(message, lower))
        return ErrorClass::rate_limit;
    if (is_context_text(lower))
        return ErrorClass::context_window_exceeded;
    if (const auto found = class_of_own_text(provider, lower))
        return found;
    const bool invalid_request = contains(text, "invalid_request_error");
    if (invalid_request && contains(text, "model_not_found"))
        return ErrorClass::model_not_found;
    if (contains(text, "A timeout occurred"))
        return ErrorClass::timeout;
    if (is_content_policy_text(text, lower))
        return ErrorClass::content_policy_violation;
    if (invalid_request && !contains(text, "Incorrect API key provided"))
        return ErrorClass::bad_request;
    if (contains(text, "Web server is returning an unknown error") ||
        contains(text, "The server had an error processing your request."))
        return ErrorClass::internal_server;
    if (contains(text, "Request too large"))
        return ErrorClass::rate_limit;
    if (contains(text, "The api_key client option must be set"))
        return ErrorClass::authentication;
    return std::nullopt;
}

ErrorClass class_of_status(int status)
{
    switch (status) {
    case 400:
    case 422:
        return ErrorClass::bad_request;
    case 401:
        return ErrorClass::authentication;
    case 404:
        return ErrorClass::not_found;
    case 408:
    case 504:
        return ErrorClass::timeout;
    case 429:
        return ErrorClass::rate_limit;
    case 500:
        return ErrorClass::internal_server;
    case 502:
        return ErrorClass::bad_gateway;
    case 503:
        return ErrorClass::service_unavailable;
    default:
        return ErrorClass::api;
    }
}

/// Headers whose values stand in every manual.
constexpr auto open_headers = std::to_array<std::string_view>(
    {"accept", "anthropic-beta", "anthropic-version", "content-type", "user-agent"}
);

/// Calls `found` with each text that only the operator and the provider may know. Short ones are left out:
/// they would be found in innocent words.
template <class Function>
void for_each_secret(const Endpoint& endpoint, const Function& found)
{
    constexpr std::size_t shortest_key = 8;
    constexpr std::size_t shortest_header = 9;
    if (endpoint.api_key && endpoint.api_key->reveal().size() >= shortest_key)
        found(std::string_view(endpoint.api_key->reveal()));
    for (const auto& [name, value] : endpoint.headers) {
        const auto is_name = [&header = name](std::string_view open) {
            return equals_ignoring_case(open, header);
        };
        if (value.size() < shortest_header || std::ranges::any_of(open_headers, is_name))
            continue;
        found(std::string_view(value));
        // A provider repeats the key of `Bearer …`, seldom the whole header.
        if (const auto blank = value.rfind(' ');
            blank != std::string::npos && value.size() - blank > shortest_header)
            found(std::string_view(value).substr(blank + 1));
    }
}

Error classify(const Endpoint& endpoint, int status, std::string_view body, ErrorText text)
{
    text.message = without_secrets_of(endpoint, std::move(text.message));
    text.type = without_secrets_of(endpoint, std::move(text.type));
    text.parameter = without_secrets_of(endpoint, std::move(text.parameter));
    const auto by_text = class_of_text(endpoint.provider, body, text.message);
    const auto error_class = by_text ? *by_text : class_of_status(status);
    // A status names itself only where no text has decided, or where the class is the one for all other
    // statuses.
    const bool keeps_status =
        !by_text && (error_class == ErrorClass::api || error_class == ErrorClass::timeout);
    if (text.message.empty())
        text.message = "HTTP status " + std::to_string(status);
    auto error = make_error(error_class, endpoint.provider, text.message, keeps_status ? status : 0);
    if (error.type.empty())
        error.type = std::move(text.type);
    error.parameter = std::move(text.parameter);
    return error;
}

bool is_for_everybody(std::string_view name)
{
    return name.starts_with("x-ratelimit-") || name == "retry-after" || name == "retry-after-ms";
}

} // namespace

bool has_secret_of(const Endpoint& endpoint, std::string_view text)
{
    bool has = false;
    for_each_secret(endpoint, [&](std::string_view secret) { has = has || contains(text, secret); });
    return has;
}

std::string without_secrets_of(const Endpoint& endpoint, std::string text)
{
    for_each_secret(endpoint, [&text](std::string_view secret) {
        auto at = text.find(secret);
        if (at == std::string::npos)
            return;
        const std::string hint = Secret(std::string(secret)).hint();
        for (; at != std::string::npos; at = text.find(secret, at + hint.size()))
            text.replace(at, secret.size(), hint);
    });
    return text;
}

Headers headers_for_client(const Endpoint& endpoint, const Headers& upstream)
{
    Headers headers;
    for (const auto& [original, given] : upstream) {
        const auto name = to_lower(original);
        if (std::ranges::find(hop_by_hop, name) != hop_by_hop.end())
            continue;
        const auto value = without_secrets_of(endpoint, given);
        if (is_for_everybody(name))
            headers.emplace_back(name, value);
        headers.emplace_back("llm_provider-" + name, value);
    }
    return headers;
}

Error error_from_response(const Endpoint& endpoint, int status, const Headers& headers, std::string_view body)
{
    // Before it is read, so that a long text is not cut in the middle of a key.
    const auto safe_body = without_secrets_of(endpoint, std::string(body));
    auto error = classify(endpoint, status, safe_body, read_error_body(safe_body));
    error.headers = headers_for_client(endpoint, headers);
    return error;
}

Error error_from_transport(const Endpoint& endpoint, bool timed_out, std::string_view detail)
{
    if (timed_out)
        return make_bare_error(
            ErrorClass::timeout, "APITimeoutError - Request timed out. Error_str: Request timed out."
        );
    const auto text =
        without_secrets_of(endpoint, std::string(detail.empty() ? "Connection error." : detail));
    return make_error(ErrorClass::connection, endpoint.provider, text);
}

std::optional<Error> error_inside(const Endpoint& endpoint, const Json& document)
{
    if (!is_error_document(document))
        return std::nullopt;
    auto text = read_error_document(document);
    int status = text.code;
    if (status == 0 && text.type == "overloaded")
        status = 429;
    if (status == 0 && text.type == "validation")
        status = 422;
    return classify(endpoint, status == 0 ? 500 : status, to_text(document), std::move(text));
}

} // namespace litellm::providers
