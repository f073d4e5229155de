#include "asking.hpp"

#include <fmt/format.h>

namespace litellm::inference {

providers::Headers to_headers(const http::Fields& fields)
{
    providers::Headers headers;
    for (std::size_t i = 0; i < fields.size(); ++i)
        headers.emplace_back(fields.name(i), fields.value(i));
    return headers;
}

Error client_gone()
{
    return Error{
        ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
}

Error from_transfer(const providers::Endpoint& endpoint, const Error& error)
{
    if (error.kind == ErrorKind::client_closed)
        return client_gone();
    if (error.kind == ErrorKind::too_large)
        return Error{
            ErrorKind::upstream_failed,
            "litellm.APIError: the provider's answer is too large",
            {},
            "api_error",
            502};
    return providers::error_from_transport(endpoint, error.kind == ErrorKind::timed_out, error.message);
}

bool is_in_doubt(const Error& error)
{
    const bool gave_up = error.kind == ErrorKind::client_closed || error.kind == ErrorKind::timed_out;
    return gave_up && error.parameter != "connect";
}

Error cannot_continue(const ModelCall& call)
{
    return Error{
        ErrorKind::upstream_failed,
        fmt::format("litellm.APIError: {} cannot go on with a stream that broke", call.deployment->id),
        {},
        "api_error",
        500};
}

} // namespace litellm::inference
