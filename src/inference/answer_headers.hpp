#pragma once
// The `x-litellm-*` headers of answers (the reference 2.9).

#include "call.hpp"
#include "litellm/http/client.hpp"
#include "litellm/http/message.hpp"

namespace litellm::inference {

/// For every answer, errors included.
void add_call_headers(http::HeaderLines& lines, const ModelCall& call, const spend::Accounts& accounts);
/// What the provider sent: `llm_provider-*`, and its rate limits under their own names. The endpoint's
/// secrets are masked.
void add_provider_headers(
    http::HeaderLines& lines, const providers::Endpoint& endpoint, const http::Fields& fields
);
/// The beginning of an answer that nobody understands, for the message that says so. The endpoint's secrets
/// are masked.
[[nodiscard]] std::string excerpt(const providers::Endpoint& endpoint, std::string_view body);
/// Cost and durations of a finished call.
void add_cost_headers(
    http::HeaderLines& lines, const ModelCall& call, Money cost, std::chrono::milliseconds total
);
/// Limits that apply to the caller and what is left of them.
void add_limit_headers(http::HeaderLines& lines, const ModelCall& call, const spend::Accounts& accounts);

/// The same for an error on its way out.
void add_call_headers(Error& error, const ModelCall& call);

} // namespace litellm::inference
