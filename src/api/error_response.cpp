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
    case ErrorKind::invalid_input: return {400, "invalid_request_error"};
    case ErrorKind::unauthorized: return {401, "auth_error"};
    case ErrorKind::forbidden: return {403, "auth_error"};
    case ErrorKind::not_found: return {404, "not_found_error"};
    case ErrorKind::conflict: return {409, "bad_request_error"};
    case ErrorKind::too_large: return {400, "bad_request_error"};
    case ErrorKind::budget_exceeded: return {429, "budget_exceeded"};
    case ErrorKind::rate_limited: return {429, "rate_limit_error"};
    case ErrorKind::upstream_failed: return {500, "api_error"};
    case ErrorKind::timed_out: return {408, "timeout_error"};
    case ErrorKind::unavailable: return {503, "service_unavailable"};
    case ErrorKind::client_closed: return {499, "client_closed_request"};
    case ErrorKind::internal: break;
    }
    return {500, "internal_server_error"};
}

} // namespace

int status_of(const Error& error) { return error.status != 0 ? error.status : meaning_of(error.kind).status; }

http::Response error_response(const Error& error)
{
    const Meaning meaning = meaning_of(error.kind);
    const std::string status = std::to_string(status_of(error));
    http::Response response;
    response.status = status_of(error);
    response.headers.add("content-type", "application/json");
    for (const auto& [name, value] : error.headers)
        response.headers.add(name, value);
    // A bug's own words may hold SQL or paths: they go to the log.
    const bool is_bug = error.kind == ErrorKind::internal && error.status == 0;
    if (is_bug)
        log::error("api", "internal error: {}", error.message);
    std::string& body = response.body;
    body = R"({"error":{"message":)";
    append_json_string(body, is_bug ? std::string_view("Internal Server Error") : std::string_view(error.message));
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

} // namespace litellm::api
