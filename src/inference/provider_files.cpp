// Files and batches: where they live, and how they are asked for there.

#include "answer_headers.hpp"
#include "asking.hpp"
#include "files_service.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/json_member.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::inference {

using Kind = FilesCall::Kind;
using Verb = FilesCall::Verb;

namespace {

/// What OpenAI takes as a batch.
constexpr std::size_t default_max_upload = 200 * 1024 * 1024;
constexpr std::size_t max_document_bytes = 16 * 1024 * 1024;
constexpr std::chrono::seconds patience{600};

} // namespace

Task<FilesRequest> ModelService::Files::read()
{
    const auto& limits = state_.config.general.max_request_size_mb;
    const std::size_t limit =
        limits ? static_cast<std::size_t>(std::min(*limits, 4096.0) * 1024 * 1024) : default_max_upload;
    const auto body = co_await context_.exchange.read_body(limit);
    if (!body)
        co_return body.error();
    if (asked_.verb != Verb::create)
        co_return FilesRequest();
    if (asked_.kind == Kind::batch)
        co_return read_batch(*body);
    co_return read_files_form(
        *body, context_.exchange.request().fields.find("content-type"), principal_, *catalog_
    );
}

Result<std::string> ModelService::Files::account_for(const FilesRequest& asked) const
{
    for (const auto* known : {&object_, &input_}) {
        if (*known)
            return (*known)->account;
    }
    const http::Request& request = context_.exchange.request();
    std::string model = asked.model;
    for (const char* name : {"model", "target_model_names"}) {
        if (model.empty())
            model = request.query_parameter(name).value_or("");
    }
    if (model.empty())
        model = trim(request.fields.find("x-litellm-model"));
    if (!model.empty()) {
        if (const auto allowed = auth::may_use_model(principal_, model, *catalog_); !allowed)
            return allowed.error();
        const auto found =
            call_.models->find(auth::apply_aliases(principal_, call_.models->resolve_alias(model)));
        if (!found || found->group->is_hidden_from(principal_))
            return invalid_input(fmt::format("Invalid model name passed in model={}", model), "model");
        return fmt::format("{}{}", deployment_account, found->group->deployments.front()->id);
    }
    if (!asked_.provider.empty())
        return asked_.provider;
    if (!asked.provider.empty())
        return asked.provider;
    return request.query_parameter("custom_llm_provider")
        .value_or(request.query_parameter("provider").value_or("openai"));
}

Result<providers::Endpoint> ModelService::Files::endpoint_of(const std::string& account) const
{
    if (account.starts_with(deployment_account)) {
        const auto deployment = call_.models->find_deployment(account.substr(deployment_account.size()));
        if (!deployment)
            return Error{
                ErrorKind::not_found,
                "The model whose account holds this is not configured any more.",
                "model",
                "invalid_request_error",
                404};
        return deployment->endpoint;
    }
    Json params = {{"model", account + "/files"}, {"custom_llm_provider", account}};
    const Json& raw = state_.config.raw;
    const auto settings = raw.is_object() ? raw.find("files_settings") : raw.end();
    if (raw.is_object() && settings != raw.end() && settings->is_array()) {
        for (const Json& entry : *settings) {
            if (member_text(entry, "custom_llm_provider") != account)
                continue;
            const Json resolved = config::resolve_references(entry, state_.config.environment);
            for (const char* name :
                 {"api_base", "api_key", "api_version", "organization", "azure_ad_token"}) {
                if (auto text = member_text(resolved, name); !text.empty())
                    params[name] = std::move(text);
            }
        }
    }
    return providers::resolve_endpoint(params, state_.config.environment);
}

Result<http::ClientRequest>
ModelService::Files::make_request(const std::string& path, http::Method method, std::string query) const
{
    auto url = endpoint_.adapter->account_url(endpoint_, path);
    if (!url)
        return url.error();
    http::ClientRequest request;
    request.method = method;
    request.url = std::move(*url);
    if (!query.empty())
        request.url.append(request.url.find('?') == std::string::npos ? "?" : "&").append(query);
    request.idle_timeout = patience;
    return request;
}

Task<void> ModelService::Files::serve()
{
    if (state_.database == nullptr)
        co_return unavailable("Files and batches need the database.");
    auto asked = co_await read();
    if (!asked)
        co_return asked.error();
    const std::string input_file = asked_.kind == Kind::batch ? asked->input_file : std::string();
    if (const auto found = co_await find_objects(input_file); !found)
        co_return found.error();
    auto account = account_for(*asked);
    if (!account)
        co_return account.error();
    account_ = std::move(*account);
    auto endpoint = endpoint_of(account_);
    if (!endpoint)
        co_return endpoint.error();
    endpoint_ = std::move(*endpoint);
    if (account_.starts_with(deployment_account))
        deployment_ = call_.models->find_deployment(account_.substr(deployment_account.size())).get();

    spend::Entry draft =
        pass_through_draft(call_, state_.config, asked_.kind == Kind::file ? "/files" : "/batches");
    draft.log.call_type = call_type_of(asked_);
    const std::function<Result<void>()> begin = [&] {
        return call_.open.begin(
            state_.accounts, state_.ledger, state_.clock, principal_.payers, spend::Demand(), draft
        );
    };
    auto opened = begin();
    if (!opened && call_.open.needs_leases())
        opened = co_await state_.retry_with_leases(call_, opened.error(), begin);
    if (!opened)
        co_return opened.error();
    call_.open.set_target(
        "", deployment_ == nullptr ? "" : deployment_->id, endpoint_.provider, endpoint_.api_base, nullptr
    );
    auto done = co_await exchange(std::move(*asked));
    if (!done && call_.open.is_open()) {
        const Error error = done.error();
        settle(false, &error);
    }
    co_return done;
}

void ModelService::Files::settle(bool success, const Error* error)
{
    Outcome outcome;
    outcome.success = success;
    outcome.first_byte = state_.clock.now();
    if (error != nullptr) {
        outcome.error_status = error->status;
        outcome.error_message = error->message;
        outcome.error_class = error->type;
    }
    call_.open.settle(outcome);
}

Task<void> ModelService::Files::exchange(FilesRequest asked)
{
    auto request =
        make_request(path_of(asked_), method_of(asked_.verb), query_of(context_.exchange.request()));
    if (!request)
        co_return request.error();
    providers::Headers headers = endpoint_.headers;
    if (!asked.content_type.empty())
        headers.emplace_back("Content-Type", asked.content_type);
    request->headers = std::make_shared<const http::HeaderBlock>(headers);
    request->body = std::move(asked.body);
    const auto transfer = context_.exchange.worker().client->start(std::move(*request));
    const CancelWhenGone guard(context_.exchange, *transfer);
    const auto head = co_await transfer->head();
    if (!head)
        co_return providers::error_from_transport(
            endpoint_, head.error().kind == ErrorKind::timed_out, head.error().message
        );
    if ((*head)->status >= 300) {
        const auto said = co_await transfer->collect(max_error_bytes);
        Error error = providers::error_from_response(
            endpoint_, (*head)->status, to_headers((*head)->fields), said ? *said : std::string()
        );
        // The provider's own word on what is there and what is not.
        error.status = (*head)->status;
        co_return error;
    }
    if (asked_.verb == Verb::content)
        co_return co_await relay_content(*transfer, **head);
    const auto body = co_await transfer->collect(max_document_bytes);
    if (!body)
        co_return providers::error_from_transport(
            endpoint_, body.error().kind == ErrorKind::timed_out, body.error().message
        );
    auto answer = parse_json(*body);
    if (!answer || !answer->is_object())
        co_return Error{
            ErrorKind::upstream_failed,
            "litellm.APIError: the provider's answer is not JSON",
            {},
            "api_error",
            500};
    co_return co_await send_document(std::move(*answer), **head);
}

Task<void> ModelService::Files::relay_content(http::Transfer& transfer, const http::ResponseHead& head)
{
    http::HeaderLines headers;
    headers.add("x-litellm-call-id", context_.call_id);
    for (const std::string_view name : {"content-type", "content-disposition"}) {
        if (const std::string_view value = head.fields.find(name); !value.empty())
            headers.add(name, value);
    }
    bool open = co_await context_.exchange.start_stream(head.status, headers);
    bool is_whole = false;
    while (open) {
        const auto bytes = co_await transfer.next();
        if (!bytes)
            break;
        is_whole = bytes->empty();
        if (is_whole)
            break;
        open = co_await context_.exchange.write(*bytes);
    }
    const Error broken = open
        ? Error{ErrorKind::upstream_failed, "the file was cut off", {}, "api_error", 502}
        : client_gone();
    settle(is_whole, is_whole ? nullptr : &broken);
    if (is_whole)
        (void)co_await context_.exchange.end_stream();
    else
        context_.exchange.abort();
    co_return Result<void>();
}

Task<void> ModelService::Files::send_document(Json answer, const http::ResponseHead& head)
{
    auto noted = co_await note(std::move(answer));
    if (!noted)
        co_return noted.error();
    settle(true);
    const auto durable = co_await state_.ledger.make_durable();
    if (!durable)
        co_return durable.error();
    http::HeaderLines headers;
    headers.add("content-type", "application/json");
    headers.add("x-litellm-call-id", context_.call_id);
    add_provider_headers(headers, endpoint_, head.fields);
    const std::string body = to_text(*noted);
    const std::string_view piece = body;
    co_await context_.exchange.respond(200, headers, std::span(&piece, 1));
    co_return Result<void>();
}

/// What has to be remembered of an answer, and what of it the caller may see.
Task<Json> ModelService::Files::note(Json answer)
{
    if (asked_.verb == Verb::list)
        co_return co_await only_own(std::move(answer));
    const std::string id = member_text(answer, "id");
    if (asked_.verb == Verb::create && !id.empty()) {
        const auto known = co_await remember(id, asked_.kind, nullptr);
        if (!known)
            co_return known.error();
    }
    if (asked_.verb == Verb::remove) {
        const auto gone = co_await state_.database->transact<void>([&](db::Transaction& transaction) {
            return store::remove_provider_object(transaction, asked_.id);
        });
        if (!gone)
            co_return gone.error();
    }
    if (asked_.kind == Kind::batch && asked_.verb == Verb::show && object_) {
        const auto settled = co_await settle_batch(answer);
        if (!settled)
            co_return settled.error();
    }
    co_return answer;
}

Task<void> ModelService::serve_files(CallContext& context, const FilesCall& asked)
{
    Files service(*state_, context, asked);
    co_return co_await service.serve();
}

} // namespace litellm::inference
