// What a request needs beside the prepared headers: bought tokens, signatures.

#include "service_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::inference {

namespace {

constexpr std::size_t max_token_bytes = 64 * 1024;
constexpr std::chrono::seconds margin{120};

} // namespace

Result<void> ModelService::State::finish_request(
    const providers::Endpoint& endpoint, const Deployment& deployment, http::ClientRequest& request
) const
{
    request.only_public_addresses = deployment.only_public_addresses;
    // A token that was bought for this call is in its own endpoint; the prepared headers do not know it.
    for (std::size_t i = deployment.endpoint.headers.size(); i < endpoint.headers.size(); ++i)
        request.extra_headers.push_back(
            fmt::format("{}: {}", endpoint.headers[i].first, endpoint.headers[i].second)
        );
    if (!endpoint.adapter->is_signed())
        return {};
    providers::UpstreamRequest signed_request;
    signed_request.url = request.url;
    signed_request.body = std::move(request.body);
    const auto done = endpoint.adapter->sign(endpoint, signed_request, clock.now());
    request.body = std::move(signed_request.body);
    if (!done)
        return done.error();
    request.url = std::move(signed_request.url);
    for (const auto& [name, value] : signed_request.headers)
        request.extra_headers.push_back(fmt::format("{}: {}", name, value));
    return {};
}

std::optional<Secret>
ModelService::State::find_token(const std::string& account, const std::string& deployment_id)
{
    const std::lock_guard lock(mutex);
    const auto known = tokens.find(account);
    if (known == tokens.end() || clock.now() >= known->second.end)
        return std::nullopt;
    token_accounts[deployment_id] = account;
    return known->second.token;
}

Task<void> ModelService::State::authorize(
    providers::Endpoint& endpoint, const std::string& deployment_id, http::Client& client
)
{
    std::optional<Secret> token;
    {
        const std::lock_guard lock(mutex);
        const auto account = token_accounts.find(deployment_id);
        const auto known = account == token_accounts.end() ? tokens.end() : tokens.find(account->second);
        if (known != tokens.end() && clock.now() < known->second.end)
            token = known->second.token;
    }
    if (!token) {
        const auto wanted = endpoint.adapter->token_request(endpoint, clock.now());
        if (!wanted)
            co_return wanted.error();
        if (!*wanted)
            co_return Result<void>();
        token = find_token((*wanted)->account, deployment_id);
        if (token) {
            endpoint.headers.emplace_back("authorization", "Bearer " + std::string(token->reveal()));
            co_return Result<void>();
        }
        http::ClientRequest request;
        request.url = (*wanted)->url;
        request.body = (*wanted)->body;
        request.total_timeout = std::chrono::seconds(30);
        for (const auto& [name, value] : (*wanted)->headers)
            request.extra_headers.push_back(fmt::format("{}: {}", name, value));
        const auto transfer = client.start(std::move(request));
        const auto body = co_await transfer->collect(max_token_bytes);
        if (!body)
            co_return providers::error_from_transport(
                endpoint, body.error().kind == ErrorKind::timed_out, body.error().message
            );
        const auto head = co_await transfer->head();
        if (!head)
            co_return providers::error_from_transport(endpoint, false, head.error().message);
        if ((*head)->status != 200) {
            const int status = (*head)->status == 400 ? 401 : (*head)->status;
            const providers::Headers nothing;
            co_return providers::error_from_response(endpoint, status, nothing, *body);
        }
        const auto bought = providers::access_token_from(*body);
        if (!bought)
            co_return bought.error();
        token = bought->token;
        const std::lock_guard lock(mutex);
        token_accounts[deployment_id] = (*wanted)->account;
        tokens.insert_or_assign(
            (*wanted)->account,
            KnownToken{
                bought->token, clock.now() + std::max(std::chrono::seconds(0), bought->lifetime - margin)}
        );
    }
    endpoint.headers.emplace_back("authorization", "Bearer " + std::string(token->reveal()));
    co_return Result<void>();
}

} // namespace litellm::inference
