#include "answer_headers.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm::inference {

namespace {

constexpr std::array<std::string_view, 10> hop_by_hop = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "content-encoding",
    "te",
    "trailer",
    "upgrade",
    "set-cookie",
    "proxy-authenticate"};

bool is_hop_by_hop(std::string_view name)
{
    return std::any_of(hop_by_hop.begin(), hop_by_hop.end(), [&](std::string_view item) {
        return equals_ignoring_case(item, name);
    });
}

} // namespace

void add_call_headers(http::HeaderLines& lines, const ModelCall& call, const spend::Accounts& accounts)
{
    lines.add("x-litellm-call-id", call.context.call_id);
    lines.add("x-litellm-version", version());
    if (call.deployment) {
        lines.add("x-litellm-model-id", call.deployment->id);
        if (!call.deployment->public_api_base.empty())
            lines.add("x-litellm-model-api-base", call.deployment->public_api_base);
        lines.add("x-litellm-model-group", call.found.group->name);
        lines.add("x-litellm-attempted-retries", std::to_string(call.retries));
        lines.add("x-litellm-attempted-fallbacks", std::to_string(call.fallen_back));
    }
    const auth::Principal& principal = *call.context.principal;
    if (const store::Key* key = principal.key()) {
        if (key->tpm_limit)
            lines.add("x-litellm-key-tpm-limit", std::to_string(*key->tpm_limit));
        if (key->rpm_limit)
            lines.add("x-litellm-key-rpm-limit", std::to_string(*key->rpm_limit));
        if (key->max_budget)
            lines.add("x-litellm-key-max-budget", fmt::format("{}", *key->max_budget));
        if (!principal.payers.empty())
            lines.add("x-litellm-key-spend", accounts.spent(*principal.payers.front().account).to_string());
    }
}

void add_provider_headers(
    http::HeaderLines& lines, const providers::Endpoint& endpoint, const http::Fields& fields
)
{
    std::string name;
    std::string masked;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (is_hop_by_hop(fields.name(i)))
            continue;
        name = "llm_provider-";
        name += to_lower(fields.name(i));
        std::string_view value = fields.value(i);
        if (providers::has_secret_of(endpoint, value)) {
            masked = providers::without_secrets_of(endpoint, std::string(value));
            value = masked;
        }
        lines.add(name, value);
        const std::string_view plain = std::string_view(name).substr(13);
        if (plain.starts_with("x-ratelimit-"))
            lines.add(plain, value);
    }
}

std::string excerpt(const providers::Endpoint& endpoint, std::string_view body)
{
    // More than is shown, so that a key at the end is seen whole.
    constexpr std::size_t most_masked = 8192;
    constexpr std::size_t most_shown = 200;
    return providers::without_secrets_of(endpoint, std::string(body.substr(0, most_masked)))
        .substr(0, most_shown);
}

void add_cost_headers(
    http::HeaderLines& lines, const ModelCall& call, Money cost, std::chrono::milliseconds total
)
{
    if (cost > Money())
        lines.add("x-litellm-response-cost", cost.to_string());
    if (const auto& original = call.open.original_cost()) {
        const auto& adjustment =
            (call.picture_price ? *call.picture_price : *call.deployment->price).adjustment;
        const Money discounted =
            *original - Money::from_nano(original->nano() * adjustment.discount / 1'000'000);
        lines.add("x-litellm-response-cost-original", original->to_string());
        lines.add("x-litellm-response-cost-discount-amount", (*original - discounted).to_string());
        lines.add("x-litellm-response-cost-margin-amount", (cost - discounted).to_string());
        lines.add(
            "x-litellm-response-cost-margin-percent",
            fmt::format("{}", static_cast<double>(adjustment.margin) / 1e6)
        );
    }
    lines.add("x-litellm-response-duration-ms", std::to_string(total.count()));
    lines.add(
        "x-litellm-overhead-duration-ms",
        std::to_string(std::max<std::int64_t>(0, (total - call.upstream_time).count()))
    );
}

void add_limit_headers(http::HeaderLines& lines, const ModelCall& call, const spend::Accounts& accounts)
{
    std::string name;
    std::vector<spend::LimitState> states = call.shared_limits;
    if (states.empty())
        states = accounts.limit_states(call.context.principal->payers);
    if (call.shared_limits.empty() && !call.other_payers.empty()) {
        const auto others = accounts.limit_states(call.other_payers);
        states.insert(states.end(), others.begin(), others.end());
    }
    for (const auto& state : states) {
        name.assign("x-ratelimit-").append(to_string(state.kind)).append("-limit-").append(state.type);
        lines.add(name, std::to_string(state.limit));
        name.assign("x-ratelimit-").append(to_string(state.kind)).append("-remaining-").append(state.type);
        lines.add(name, std::to_string(state.remaining));
    }
}

void add_call_headers(Error& error, const ModelCall& call)
{
    error.headers.emplace_back("x-litellm-call-id", call.context.call_id);
    error.headers.emplace_back("x-litellm-version", std::string(version()));
    if (call.deployment) {
        error.headers.emplace_back("x-litellm-model-id", call.deployment->id);
        error.headers.emplace_back("x-litellm-response-cost", "0");
        error.headers.emplace_back("x-litellm-attempted-retries", std::to_string(call.retries));
        error.headers.emplace_back("x-litellm-attempted-fallbacks", std::to_string(call.fallen_back));
    }
}

} // namespace litellm::inference
