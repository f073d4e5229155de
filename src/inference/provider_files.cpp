// Files and batches: where they live, whose they are, what a batch cost.

#include "litellm/inference/provider_files.hpp"

#include "answer_headers.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "litellm/store/provider_objects.hpp"
#include "multipart.hpp"
#include "service_state.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace litellm::inference {

using Kind = FilesCall::Kind;
using Verb = FilesCall::Verb;

namespace {

constexpr std::size_t default_max_upload = std::size_t{512} * 1024 * 1024;
constexpr std::size_t max_document_bytes = 16 * 1024 * 1024;
constexpr std::size_t max_results_bytes = std::size_t{512} * 1024 * 1024;
constexpr std::size_t max_error_bytes = 64 * 1024;
constexpr std::chrono::seconds patience{600};
constexpr std::string_view deployment_account = "deployment:";

/// What a form may say to the proxy alone.
constexpr std::array<std::string_view, 5> own_fields = {"target_model_names", "custom_llm_provider", "litellm_metadata", "model", "metadata"};

std::string_view noun(Kind kind) { return kind == Kind::file ? "file" : "batch"; }

/// The same for what does not exist and for what is somebody else's.
Error unknown_object(Kind kind, const std::string& id)
{
    return Error{ErrorKind::not_found, fmt::format("No such {} object: {}", kind == Kind::file ? "File" : "Batch", id), "id", "invalid_request_error", 404};
}

bool may_see(const auth::Principal& principal, const store::ProviderObject& object)
{
    if (principal.is_admin() || principal.key_hash == object.key_hash)
        return true;
    const bool same_user = !principal.user_id.empty() && principal.user_id == object.user_id;
    return same_user || (!object.team_id.empty() && principal.team_id() == object.team_id);
}

std::string text_at(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string path_of(const FilesCall& call)
{
    std::string path = call.kind == Kind::file ? "/files" : "/batches";
    if (!call.id.empty())
        path.append("/").append(percent_encode(call.id));
    if (call.verb == Verb::content)
        path += "/content";
    if (call.verb == Verb::cancel)
        path += "/cancel";
    return path;
}

/// LiteLLM's names: `acreate_file`, `afile_content`, …
std::string call_type_of(const FilesCall& call)
{
    switch (call.verb) {
    case Verb::create: return fmt::format("acreate_{}", noun(call.kind));
    case Verb::list: return call.kind == Kind::file ? "afile_list" : "alist_batches";
    case Verb::show: return call.kind == Kind::file ? "afile_retrieve" : "aretrieve_batch";
    case Verb::remove: return "afile_delete";
    case Verb::content: return "afile_content";
    case Verb::cancel: break;
    }
    return "acancel_batch";
}

http::Method method_of(Verb verb)
{
    if (verb == Verb::create || verb == Verb::cancel)
        return http::Method::post;
    return verb == Verb::remove ? http::Method::del : http::Method::get;
}

/// What a request says beside its path.
struct Asked {
    std::string provider;
    std::string model;
    std::string input_file;
    std::string body;
    std::string content_type;
};

/// A batch may hold calls of any model: each one must be the caller's to use.
Result<void> check_models(const auth::Principal& principal, const auth::ModelCatalog& catalog, std::string_view lines)
{
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const auto line = parse_json(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
        const auto body = line && line->is_object() ? line->find("body") : Json::const_iterator();
        const std::string model = line && line->is_object() && body != line->end() ? text_at(*body, "model") : std::string();
        if (model.empty())
            continue;
        if (const auto allowed = auth::may_use_model(principal, model, catalog); !allowed)
            return allowed.error();
    }
    return {};
}

Result<Asked> read_form(std::string_view body, std::string_view content_type, const auth::Principal& principal, const auth::ModelCatalog& catalog)
{
    const auto parts = read_multipart(body, header_parameter(content_type, "boundary"));
    if (!parts)
        return parts.error();
    Asked asked;
    asked.content_type = content_type;
    bool has_file = false;
    std::string_view purpose;
    std::string_view contents;
    const char* rest = body.data();
    for (const Part& part : *parts) {
        rest = part.whole.data() + part.whole.size();
        const bool is_field = part.file_name.empty();
        if (is_field && part.name == "custom_llm_provider")
            asked.provider = part.value;
        if (is_field && (part.name == "model" || part.name == "target_model_names"))
            asked.model = trim(part.value.substr(0, part.value.find(',')));
        if (is_field && part.name == "purpose")
            purpose = part.value;
        if (!is_field && part.name == "file") {
            has_file = true;
            contents = part.value;
        }
        if (!is_field || std::ranges::find(own_fields, part.name) == own_fields.end())
            asked.body.append(part.whole);
    }
    asked.body.append(rest, body.data() + body.size());
    if (!has_file)
        return Error{ErrorKind::invalid_input, "a part `file` with a filename is required", "file", "invalid_request_error"};
    if (purpose == "batch") {
        if (const auto allowed = check_models(principal, catalog, contents); !allowed)
            return allowed.error();
    }
    return asked;
}

Result<Asked> read_document(std::string_view body)
{
    auto document = parse_json(trim(body).empty() ? std::string_view("{}") : body);
    if (!document)
        return document.error();
    if (!document->is_object())
        return invalid_input("the body must be a JSON object", "body");
    Asked asked;
    asked.provider = text_at(*document, "custom_llm_provider");
    asked.model = text_at(*document, "model");
    asked.input_file = text_at(*document, "input_file_id");
    for (const std::string_view name : {"custom_llm_provider", "model", "litellm_metadata"})
        document->erase(std::string(name));
    asked.body = to_text(*document);
    asked.content_type = "application/json";
    return asked;
}

/// The client's query without what is the proxy's.
std::string query_of(const http::Request& request)
{
    std::string query;
    for (const auto& [name, value] : request.query_parameters()) {
        if (name == "custom_llm_provider" || name == "provider" || name == "model" || name == "key" || name == "target_model_names")
            continue;
        query += fmt::format("{}{}={}", query.empty() ? "" : "&", percent_encode(name), percent_encode(value));
    }
    return query;
}

/// Half of what the same calls cost one by one, which is what every provider asks for a batch.
Money half(Money cost) { return Money::from_nano((cost.nano() + 1) / 2); }

struct BatchCost {
    Money cost;
    providers::Usage usage;
    std::string model;
    bool is_known = true;
};

} // namespace

/// One call of /files or /batches on its way.
class ModelService::Files {
public:
    Files(State& state, CallContext& context, const FilesCall& asked)
        : state_(state), context_(context), asked_(asked), principal_(*context.principal), call_(context)
    {
        auto known = state.models_of(principal_);
        call_.models = std::move(known.models);
        catalog_ = std::move(known.catalog);
        call_.started = state.clock.now();
        call_.started_steady = state.clock.steady_now();
    }

    [[nodiscard]] Task<void> serve();

private:
    [[nodiscard]] Task<Asked> read();
    [[nodiscard]] Task<void> find_objects(const std::string& input_file);
    [[nodiscard]] Result<std::string> account_for(const Asked& asked) const;
    [[nodiscard]] Result<providers::Endpoint> endpoint_of(const std::string& account) const;
    [[nodiscard]] Result<http::ClientRequest> make_request(const std::string& path, http::Method method, std::string query) const;
    [[nodiscard]] Task<void> exchange(Asked asked);
    [[nodiscard]] Task<void> relay_content(http::Transfer& transfer, const http::ResponseHead& head);
    [[nodiscard]] Task<void> send_document(Json answer, const http::ResponseHead& head);
    [[nodiscard]] Task<Json> note(Json answer);
    [[nodiscard]] Task<void> remember(std::string id, Kind kind, const store::ProviderObject* like);
    [[nodiscard]] Task<Json> only_own(Json list);
    [[nodiscard]] Task<void> settle_batch(const Json& batch);
    [[nodiscard]] Task<BatchCost> cost_of_results(const std::string& file);
    void add_line(const Json& line, BatchCost& sum) const;
    [[nodiscard]] Task<void> charge(const BatchCost& cost);
    void settle(bool success, const Error* error = nullptr);

    State& state_;
    CallContext& context_;
    const FilesCall& asked_;
    const auth::Principal& principal_;
    ModelCall call_;
    std::shared_ptr<const auth::ModelCatalog> catalog_;
    std::optional<store::ProviderObject> object_;   ///< that the path names
    std::optional<store::ProviderObject> input_;    ///< that a new batch reads
    std::string account_;
    providers::Endpoint endpoint_;
    const Deployment* deployment_ = nullptr;        ///< whose account it is
};

Task<Asked> ModelService::Files::read()
{
    const auto& limits = state_.config.general.max_request_size_mb;
    const std::size_t limit = limits ? static_cast<std::size_t>(std::min(*limits, 4096.0) * 1024 * 1024) : default_max_upload;
    const auto body = co_await context_.exchange.read_body(limit);
    if (!body)
        co_return body.error();
    if (asked_.verb != Verb::create)
        co_return Asked();
    if (asked_.kind == Kind::batch)
        co_return read_document(*body);
    co_return read_form(*body, context_.exchange.request().fields.find("content-type"), principal_, *catalog_);
}

Task<void> ModelService::Files::find_objects(const std::string& input_file)
{
    if (asked_.id.empty() && input_file.empty())
        co_return Result<void>();
    std::vector<std::string> ids;
    for (const std::string* id : {&asked_.id, &input_file}) {
        if (!id->empty())
            ids.push_back(*id);
    }
    const auto found = co_await state_.database->transact<std::vector<store::ProviderObject>>([&](db::Transaction& transaction) {
        return store::list_provider_objects(transaction, ids);
    });
    if (!found)
        co_return found.error();
    for (const auto& object : *found) {
        if (may_see(principal_, object))
            (object.id == asked_.id ? object_ : input_) = object;
    }
    // Administrators also see what was not made here.
    if (!asked_.id.empty() && !object_ && !principal_.is_admin())
        co_return unknown_object(asked_.kind, asked_.id);
    if (!input_file.empty() && !input_ && !principal_.is_admin())
        co_return unknown_object(Kind::file, input_file);
    co_return Result<void>();
}

Result<std::string> ModelService::Files::account_for(const Asked& asked) const
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
        const auto found = call_.models->find(auth::apply_aliases(principal_, call_.models->resolve_alias(model)));
        if (!found || found->group->is_hidden_from(principal_))
            return invalid_input(fmt::format("Invalid model name passed in model={}", model), "model");
        return fmt::format("{}{}", deployment_account, found->group->deployments.front()->id);
    }
    if (!asked_.provider.empty())
        return asked_.provider;
    if (!asked.provider.empty())
        return asked.provider;
    return request.query_parameter("custom_llm_provider").value_or(request.query_parameter("provider").value_or("openai"));
}

Result<providers::Endpoint> ModelService::Files::endpoint_of(const std::string& account) const
{
    if (account.starts_with(deployment_account)) {
        const auto deployment = call_.models->find_deployment(account.substr(deployment_account.size()));
        if (!deployment)
            return Error{ErrorKind::not_found, "The model whose account holds this is not configured any more.", "model", "invalid_request_error", 404};
        return deployment->endpoint;
    }
    Json params = {{"model", account + "/files"}, {"custom_llm_provider", account}};
    const Json& raw = state_.config.raw;
    const auto settings = raw.is_object() ? raw.find("files_settings") : raw.end();
    if (raw.is_object() && settings != raw.end() && settings->is_array()) {
        for (const Json& entry : *settings) {
            if (text_at(entry, "custom_llm_provider") != account)
                continue;
            const Json resolved = config::resolve_references(entry, state_.config.environment);
            for (const char* name : {"api_base", "api_key", "api_version", "organization", "azure_ad_token"}) {
                if (auto text = text_at(resolved, name); !text.empty())
                    params[name] = std::move(text);
            }
        }
    }
    return providers::resolve_endpoint(params, state_.config.environment);
}

Result<http::ClientRequest> ModelService::Files::make_request(const std::string& path, http::Method method, std::string query) const
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

    spend::Entry draft = pass_through_draft(call_, state_.config, asked_.kind == Kind::file ? "/files" : "/batches");
    draft.log.call_type = call_type_of(asked_);
    const std::function<Result<void>()> begin = [&] {
        return call_.open.begin(state_.accounts, state_.ledger, state_.clock, principal_.payers, spend::Demand(), draft);
    };
    auto opened = begin();
    if (!opened && call_.open.needs_leases())
        opened = co_await state_.retry_with_leases(call_, opened.error(), begin);
    if (!opened)
        co_return opened.error();
    call_.open.set_target("", deployment_ == nullptr ? "" : deployment_->id, endpoint_.provider, endpoint_.api_base, nullptr);
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

Task<void> ModelService::Files::exchange(Asked asked)
{
    auto request = make_request(path_of(asked_), method_of(asked_.verb), query_of(context_.exchange.request()));
    if (!request)
        co_return request.error();
    providers::Headers headers = endpoint_.headers;
    if (!asked.content_type.empty())
        headers.emplace_back("Content-Type", asked.content_type);
    request->headers = std::make_shared<const http::HeaderBlock>(headers);
    request->body = std::move(asked.body);
    const auto transfer = context_.exchange.worker().client->start(std::move(*request));
    http::Transfer* const running = transfer.get();
    context_.exchange.on_client_gone([running] { running->cancel(); });
    struct Forget {
        http::Exchange& exchange;
        ~Forget() { exchange.on_client_gone(nullptr); }
    } const forget{context_.exchange};
    const auto head = co_await transfer->head();
    if (!head)
        co_return providers::error_from_transport(endpoint_, head.error().kind == ErrorKind::timed_out, head.error().message);
    if ((*head)->status >= 300) {
        const auto said = co_await transfer->collect(max_error_bytes);
        providers::Headers fields;
        for (std::size_t i = 0; i < (*head)->fields.size(); ++i)
            fields.emplace_back((*head)->fields.name(i), (*head)->fields.value(i));
        co_return providers::error_from_response(endpoint_, (*head)->status, fields, said ? *said : std::string());
    }
    if (asked_.verb == Verb::content)
        co_return co_await relay_content(*transfer, **head);
    const auto body = co_await transfer->collect(max_document_bytes);
    if (!body)
        co_return providers::error_from_transport(endpoint_, body.error().kind == ErrorKind::timed_out, body.error().message);
    auto answer = parse_json(*body);
    if (!answer || !answer->is_object())
        co_return Error{ErrorKind::upstream_failed, "litellm.APIError: the provider's answer is not JSON", {}, "api_error", 500};
    co_return co_await send_document(std::move(*answer), **head);
}

Task<void> ModelService::Files::relay_content(http::Transfer& transfer, const http::ResponseHead& head)
{
    http::HeaderLines headers;
    headers.add("x-litellm-call-id", context_.call_id);
    for (const std::string_view name : {"content-type", "content-length", "content-disposition"}) {
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
    const Error broken = open ? Error{ErrorKind::upstream_failed, "the file was cut off", {}, "api_error", 502}
                              : Error{ErrorKind::client_closed, "Client disconnected the request", {}, "client_closed_request", 499};
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
    const std::string id = text_at(answer, "id");
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

/// `like`: whose it is; null: the caller's.
Task<void> ModelService::Files::remember(std::string id, Kind kind, const store::ProviderObject* like)
{
    store::ProviderObject object;
    if (like != nullptr)
        object = *like;
    else {
        object.account = account_;
        object.key_hash = principal_.key_hash;
        object.user_id = principal_.user_id;
        object.team_id = principal_.team_id();
    }
    object.id = std::move(id);
    object.kind = noun(kind);
    object.is_charged = false;
    object.created_at = state_.clock.now();
    co_return co_await state_.database->transact<void>([&](db::Transaction& transaction) {
        return store::add_provider_object(transaction, object);
    });
}

Task<Json> ModelService::Files::only_own(Json list)
{
    const auto data = list.find("data");
    if (principal_.is_admin() || data == list.end() || !data->is_array())
        co_return list;
    std::vector<std::string> ids;
    for (const Json& each : *data)
        ids.push_back(text_at(each, "id"));
    const auto known = co_await state_.database->transact<std::vector<store::ProviderObject>>([&](db::Transaction& transaction) {
        return store::list_provider_objects(transaction, ids);
    });
    if (!known)
        co_return known.error();
    Json kept = Json::array();
    for (Json& each : *data) {
        const std::string id = text_at(each, "id");
        const auto object = std::ranges::find(*known, id, &store::ProviderObject::id);
        if (object != known->end() && may_see(principal_, *object))
            kept.push_back(std::move(each));
    }
    // Pages go on after the provider's last id, which may be somebody else's; only its place in the list is told.
    list["data"] = std::move(kept);
    co_return list;
}

/// The results of a finished batch are the owner's as soon as they are paid.
Task<void> ModelService::Files::settle_batch(const Json& batch)
{
    const std::string status = text_at(batch, "status");
    if (status != "completed" && status != "expired" && status != "cancelled")
        co_return Result<void>();
    const std::string output = text_at(batch, "output_file_id");
    if (!output.empty() && !object_->is_charged) {
        const auto cost = co_await cost_of_results(output);
        if (!cost)
            co_return cost.error();
        const auto charged = co_await charge(*cost);
        if (!charged)
            co_return charged.error();
    }
    for (const char* name : {"output_file_id", "error_file_id"}) {
        const std::string file = text_at(batch, name);
        if (file.empty())
            continue;
        const auto known = co_await remember(file, Kind::file, &*object_);
        if (!known)
            co_return known.error();
    }
    co_return Result<void>();
}

void ModelService::Files::add_line(const Json& line, BatchCost& sum) const
{
    const auto response = line.find("response");
    if (response == line.end() || !response->is_object() || response->value("status_code", 0) != 200)
        return;
    const auto body = response->find("body");
    const auto usage = body == response->end() || !body->is_object() || !body->contains("usage") ? std::nullopt : providers::usage_from_openai(body->at("usage"));
    if (!usage)
        return;
    const std::string model = text_at(*body, "model");
    if (sum.model.empty())
        sum.model = model;
    sum.usage.prompt += usage->prompt;
    sum.usage.completion += usage->completion;
    sum.usage.total += usage->total;
    sum.usage.cached_read += usage->cached_read;
    sum.usage.reasoning += usage->reasoning;
    std::shared_ptr<const spend::PriceBook> prices;
    {
        const std::lock_guard lock(state_.mutex);
        prices = state_.prices;
    }
    const spend::ModelPrice* price = deployment_ != nullptr && deployment_->price ? &*deployment_->price : nullptr;
    if (price == nullptr && prices)
        price = prices->find(endpoint_.provider, model);
    if (price == nullptr)
        sum.is_known = false;
    else
        sum.cost += half(spend::cost_of(price->at(call_.started), *usage, std::chrono::milliseconds(0)));
}

Task<BatchCost> ModelService::Files::cost_of_results(const std::string& file)
{
    auto request = make_request(fmt::format("/files/{}/content", percent_encode(file)), http::Method::get, {});
    if (!request)
        co_return request.error();
    request->headers = std::make_shared<const http::HeaderBlock>(endpoint_.headers);
    const auto transfer = context_.exchange.worker().client->start(std::move(*request));
    const auto head = co_await transfer->head();
    if (!head)
        co_return providers::error_from_transport(endpoint_, head.error().kind == ErrorKind::timed_out, head.error().message);
    if ((*head)->status != 200)
        co_return unavailable("The results of the batch cannot be read yet; try again later.");
    BatchCost sum;
    std::string partial;
    std::size_t bytes = 0;
    for (;;) {
        const auto piece = co_await transfer->next();
        if (!piece)
            co_return providers::error_from_transport(endpoint_, piece.error().kind == ErrorKind::timed_out, piece.error().message);
        bytes += piece->size();
        if (bytes > max_results_bytes)
            co_return unavailable("The results of the batch are larger than can be read.");
        partial.append(piece->empty() ? std::string_view("\n") : *piece);
        std::size_t begin = 0;
        for (std::size_t end = partial.find('\n'); end != std::string::npos; end = partial.find('\n', begin)) {
            const auto line = parse_json(std::string_view(partial).substr(begin, end - begin));
            if (line && line->is_object())
                add_line(*line, sum);
            begin = end + 1;
        }
        partial.erase(0, begin);
        if (piece->empty())
            break;
    }
    co_return sum;
}

/// The row carries the batch's id, by which a second process, or this one after a crash, knows that it was written.
Task<void> ModelService::Files::charge(const BatchCost& cost)
{
    const auto written = co_await state_.database->transact<std::int64_t>([&](db::Transaction& transaction) {
        store::SpendLogFilter filter;
        filter.request_id = asked_.id;
        return store::count_spend_logs(transaction, filter);
    });
    if (!written)
        co_return written.error();
    if (!cost.is_known)
        log::warning("inference", "batch {} holds calls of models whose price is unknown; they cost nothing", asked_.id);
    spend::Entry draft = pass_through_draft(call_, state_.config, "/batches");
    draft.log.call_type = call_type_of(asked_);
    draft.log.request_id = asked_.id;
    draft.log.model = cost.model;
    spend::Demand demand;
    demand.upper_bound = cost.cost;
    demand.skip_budgets = true;
    demand.skip_rates = true;
    // First the intent, then the claim: whatever a crash leaves behind, the next one finds the row or the claim.
    OpenCall charge;
    if (*written > 0)
        demand.upper_bound = Money();
    if (const auto opened = charge.begin(state_.accounts, state_.ledger, state_.clock, principal_.payers, demand, std::move(draft)); !opened)
        co_return opened.error();
    charge.set_target(cost.model, deployment_ == nullptr ? "" : deployment_->id, endpoint_.provider, endpoint_.api_base, nullptr);
    const auto claimed = co_await state_.database->transact<bool>([&](db::Transaction& transaction) {
        return store::claim_charge(transaction, asked_.id);
    });
    Outcome outcome;
    outcome.success = claimed.has_value();
    outcome.first_byte = state_.clock.now();
    const bool is_ours = claimed && *claimed && *written == 0;
    if (is_ours) {
        charge.add_fee(cost.cost);
        outcome.usage = cost.usage;
    }
    outcome.response_id = is_ours ? asked_.id : context_.call_id + "-charge";
    charge.settle(outcome);
    if (!claimed)
        co_return claimed.error();
    co_return Result<void>();
}

Task<void> ModelService::serve_files(CallContext& context, const FilesCall& asked)
{
    Files service(*state_, context, asked);
    co_return co_await service.serve();
}

} // namespace litellm::inference
