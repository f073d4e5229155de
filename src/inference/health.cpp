// Whether deployments answer.

#include "deployment_state.hpp"
#include "litellm/core/json_member.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::inference {

namespace {

constexpr std::size_t max_answer_bytes = 16 * 1024 * 1024;

std::string info_text(const Deployment& deployment, const char* name)
{
    return member_text(deployment.model_info, name);
}

std::optional<std::chrono::milliseconds> info_seconds(const Deployment& deployment, const char* name)
{
    if (!deployment.model_info.is_object())
        return std::nullopt;
    const auto found = deployment.model_info.find(name);
    if (found == deployment.model_info.end() || !found->is_number())
        return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(found->get<double>(), 3600.0) * 1000)
    );
}

bool is_left_out(const Deployment& deployment)
{
    return deployment.model_info.is_object() &&
        deployment.model_info.value("disable_background_health_check", Json()) == Json(true);
}

/// Whether a chat or an embedding is what the deployment is there for.
bool is_judged_by_probe(const Deployment& deployment)
{
    const std::string mode = info_text(deployment, "mode");
    const bool is_known = !deployment.is_wildcard || !info_text(deployment, "health_check_model").empty();
    return is_known && (mode.empty() || mode == "chat" || mode == "completion" || mode == "embedding");
}

} // namespace

boost::asio::awaitable<Health> ModelService::probe(DeploymentPtr deployment, http::Client& client)
{
    int status = 0;
    co_return co_await state_->probe(std::move(deployment), client, status);
}

boost::asio::awaitable<Health>
ModelService::State::probe(DeploymentPtr deployment, http::Client& client, int& status)
{
    Health health;
    health.deployment = deployment;
    if (deployment->mock_response) {
        health.is_healthy = true;
        co_return health;
    }
    const bool embed = info_text(*deployment, "mode") == "embedding";
    const auto operation = embed ? providers::Operation::embeddings : providers::Operation::chat_completions;
    Json body = Json::object();
    providers::Endpoint endpoint = deployment->endpoint;
    // Nobody knows which model a wildcard stands for.
    if (const auto model = info_text(*deployment, "health_check_model"); !model.empty())
        endpoint.model =
            model.substr(model.starts_with(endpoint.provider + "/") ? endpoint.provider.size() + 1 : 0);
    body["model"] = endpoint.model;
    if (embed) {
        body["input"] = Json::array({"test from litellm"});
    } else {
        Json message{{"role", "user"}, {"content", "Hey, how's it going?"}};
        body["messages"] = Json::array({std::move(message)});
        body["max_tokens"] = 5;
    }
    const auto& adapter = *endpoint.adapter;
    http::ClientRequest request;
    request.headers = deployment->json_headers;
    request.total_timeout =
        info_seconds(*deployment, "health_check_timeout").value_or(std::chrono::seconds(30));
    if (adapter.is_openai_shaped(endpoint, operation)) {
        request.url = deployment->url(operation, false);
        request.body = to_text(body);
    } else {
        auto encoded = adapter.encode(endpoint, operation, body, false);
        if (!encoded) {
            health.error = encoded.error().message;
            co_return health;
        }
        request.url = std::move(encoded->url);
        request.body = std::move(encoded->body);
        for (const auto& [name, value] : encoded->headers)
            request.extra_headers.push_back(fmt::format("{}: {}", name, value));
    }
    Result<void> ready;
    if (deployment->buys_tokens)
        ready = co_await authorize(endpoint, deployment->id, client);
    if (ready)
        ready = finish_request(endpoint, *deployment, request);
    if (!ready) {
        health.error = ready.error().message;
        co_return health;
    }
    const auto transfer = client.start(std::move(request));
    const auto answer = co_await transfer->collect(max_answer_bytes);
    const auto head = co_await transfer->head();
    if (head)
        status = (*head)->status;
    if (!answer || !head)
        health.error = "the provider cannot be reached: " + (answer ? head.error() : answer.error()).message;
    else if (const providers::Headers nothing; (*head)->status >= 300)
        health.error = providers::error_from_response(endpoint, (*head)->status, nothing, *answer).message;
    else
        health.is_healthy = true;
    co_return health;
}

Task<void> ModelService::check_health(http::Client& client)
{
    const auto current = models();
    std::vector<Health> found;
    for (const Group& group : current->groups()) {
        for (const DeploymentPtr& deployment : group.deployments) {
            if (is_left_out(*deployment))
                continue;
            int status = 0;
            auto health = co_await state_->probe(deployment, client, status);
            // Who is asked too often today is not ill.
            const bool is_busy = status == 408 || status == 429;
            if (state_->policy.heeds_health && is_judged_by_probe(*deployment))
                deployment->state->is_unwell = !health.is_healthy && !is_busy;
            found.push_back(std::move(health));
        }
    }
    const std::lock_guard lock(state_->mutex);
    state_->last_health = std::move(found);
    co_return Result<void>();
}

std::optional<std::vector<Health>> ModelService::last_health() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->last_health;
}

} // namespace litellm::inference
