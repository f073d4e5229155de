#include "litellm/api/service.hpp"

#include "litellm/core/log.hpp"

namespace litellm::api {

namespace {

struct Meaning {
    int status;
    std::string_view type;
};

Meaning meaning_of(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::invalid_input:
        return {400, "invalid_request_error"};
    case ErrorKind::unauthorized:
        return {401, "auth_error"};
    case ErrorKind::forbidden:
        return {403, "auth_error"};
    case ErrorKind::not_found:
        return {404, "not_found_error"};
    case ErrorKind::conflict:
        return {409, "bad_request_error"};
    case ErrorKind::too_large:
        return {400, "bad_request_error"};
    case ErrorKind::budget_exceeded:
        return {429, "budget_exceeded"};
    case ErrorKind::rate_limited:
        return {429, "rate_limit_error"};
    case ErrorKind::upstream_failed:
        return {500, "api_error"};
    case ErrorKind::timed_out:
        return {408, "timeout_error"};
    case ErrorKind::unavailable:
        return {503, "service_unavailable"};
    case ErrorKind::client_closed:
        return {499, "client_closed_request"};
    case ErrorKind::internal:
        break;
    }
    return {500, "internal_server_error"};
}

/// Anthropic's word for a status (https://docs.claude.com/en/api/errors).
std::string_view anthropic_type(int status)
{
    switch (status) {
    case 401:
        return "authentication_error";
    case 403:
        return "permission_error";
    case 404:
        return "not_found_error";
    case 408:
    case 504:
        return "timeout_error";
    case 413:
        return "request_too_large";
    case 429:
        return "rate_limit_error";
    case 529:
        return "overloaded_error";
    default:
        return status >= 400 && status < 500 ? "invalid_request_error" : "api_error";
    }
}

/// Google's (https://cloud.google.com/apis/design/errors).
std::string_view google_status(int status)
{
    switch (status) {
    case 401:
        return "UNAUTHENTICATED";
    case 403:
        return "PERMISSION_DENIED";
    case 404:
        return "NOT_FOUND";
    case 409:
        return "ABORTED";
    case 429:
        return "RESOURCE_EXHAUSTED";
    case 499:
        return "CANCELLED";
    case 503:
        return "UNAVAILABLE";
    case 408:
    case 504:
        return "DEADLINE_EXCEEDED";
    default:
        return status >= 400 && status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
    }
}

/// A bug's own words may hold SQL or paths: they go to the log.
std::string_view public_message(const Error& error)
{
    if (error.kind != ErrorKind::internal || error.status != 0)
        return error.message;
    log::error("api", "internal error: {}", error.message);
    return "Internal Server Error";
}

http::Response with_headers(const Error& error)
{
    http::Response response;
    response.status = status_of(error);
    response.headers.add("content-type", "application/json");
    for (const auto& [name, value] : error.headers)
        response.headers.add(name, value);
    return response;
}

} // namespace

int status_of(const Error& error)
{
    return error.status != 0 ? error.status : meaning_of(error.kind).status;
}

http::Response error_response(const Error& error)
{
    const Meaning meaning = meaning_of(error.kind);
    const std::string status = std::to_string(status_of(error));
    http::Response response = with_headers(error);
    std::string& body = response.body;
    body = R"({"error":{"message":)";
    append_json_string(body, public_message(error));
    body += R"(,"type":)";
    append_json_string(body, error.type.empty() ? meaning.type : std::string_view(error.type));
    body += R"(,"param":)";
    if (error.parameter.empty() || error.parameter == "None")
        body += "null";
    else
        append_json_string(body, error.parameter);
    body += R"(,"code":")" + status + "\"}}";
    return response;
}

http::Response anthropic_error_response(const Error& error)
{
    http::Response response = with_headers(error);
    std::string& body = response.body;
    body = R"({"type":"error","error":{"type":)";
    append_json_string(body, anthropic_type(response.status));
    body += R"(,"message":)";
    append_json_string(body, public_message(error));
    body += "}}";
    return response;
}

http::Response google_error_response(const Error& error)
{
    http::Response response = with_headers(error);
    std::string& body = response.body;
    body = R"({"error":{"code":)" + std::to_string(response.status) + R"(,"message":)";
    append_json_string(body, public_message(error));
    body += R"(,"status":)";
    append_json_string(body, google_status(response.status));
    body += "}}";
    return response;
}

} // namespace litellm::api
