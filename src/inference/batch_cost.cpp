// What a finished batch cost: its results tell.

#include "files_service.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/core/json_member.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>

namespace litellm::inference {

namespace {

constexpr std::size_t max_results_bytes = std::size_t{512} * 1024 * 1024;

/// Half of what the same calls cost one by one, which is what every provider asks for a batch.
Money half(Money cost)
{
    return Money::from_nano((cost.nano() + 1) / 2);
}

} // namespace

/// The results of a finished batch are the owner's as soon as they are paid.
Task<void> ModelService::Files::settle_batch(const Json& batch)
{
    const std::string status = member_text(batch, "status");
    if (status != "completed" && status != "expired" && status != "cancelled")
        co_return Result<void>();
    const std::string output = member_text(batch, "output_file_id");
    if (!output.empty() && !object_->is_charged) {
        const auto cost = co_await cost_of_results(output);
        if (!cost)
            co_return cost.error();
        const auto charged = co_await charge(*cost);
        if (!charged)
            co_return charged.error();
    }
    for (const char* name : {"output_file_id", "error_file_id"}) {
        const std::string file = member_text(batch, name);
        if (file.empty())
            continue;
        const auto known = co_await remember(file, FilesCall::Kind::file, &*object_);
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
    const auto usage = body == response->end() || !body->is_object() || !body->contains("usage")
        ? std::nullopt
        : providers::usage_from_openai(body->at("usage"));
    if (!usage)
        return;
    const std::string model = member_text(*body, "model");
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
    const spend::ModelPrice* price =
        deployment_ != nullptr && deployment_->price ? &*deployment_->price : nullptr;
    if (price == nullptr && prices)
        price = prices->find(endpoint_.provider, model);
    if (price == nullptr)
        sum.is_known = false;
    else
        sum.cost += half(spend::cost_of(price->at(call_.started), *usage, std::chrono::milliseconds(0)));
}

Task<BatchCost> ModelService::Files::cost_of_results(const std::string& file)
{
    auto request =
        make_request(fmt::format("/files/{}/content", percent_encode(file)), http::Method::get, {});
    if (!request)
        co_return request.error();
    request->headers = std::make_shared<const http::HeaderBlock>(endpoint_.headers);
    const auto transfer = context_.exchange.worker().client->start(std::move(*request));
    const auto head = co_await transfer->head();
    if (!head)
        co_return providers::error_from_transport(
            endpoint_, head.error().kind == ErrorKind::timed_out, head.error().message
        );
    if ((*head)->status != 200)
        co_return unavailable("The results of the batch cannot be read yet; try again later.");
    BatchCost sum;
    std::string partial;
    std::size_t bytes = 0;
    for (;;) {
        const auto piece = co_await transfer->next();
        if (!piece)
            co_return providers::error_from_transport(
                endpoint_, piece.error().kind == ErrorKind::timed_out, piece.error().message
            );
        bytes += piece->size();
        if (bytes > max_results_bytes)
            co_return unavailable("The results of the batch are larger than can be read.");
        partial.append(piece->empty() ? std::string_view("\n") : *piece);
        std::size_t begin = 0;
        for (std::size_t end = partial.find('\n'); end != std::string::npos;
             end = partial.find('\n', begin)) {
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

/// The row carries the batch's id, by which a second process, or this one after a crash, knows that it was
/// written.
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
        log::warning(
            "inference", "batch {} holds calls of models whose price is unknown; they cost nothing", asked_.id
        );
    spend::Entry draft = pass_through_draft(call_, state_.config, "/batches");
    draft.log.call_type = call_type_of(asked_);
    draft.log.request_id = asked_.id;
    draft.log.model = cost.model;
    spend::Demand demand;
    demand.upper_bound = cost.cost;
    demand.skip_budgets = true;
    demand.skip_rates = true;
    // First the intent, then the claim: whatever a crash leaves behind, the next one finds the row or the
    // claim.
    OpenCall charge;
    if (*written > 0)
        demand.upper_bound = Money();
    if (const auto opened = charge.begin(
            state_.accounts, state_.ledger, state_.clock, principal_.payers, demand, std::move(draft)
        );
        !opened)
        co_return opened.error();
    charge.set_target(
        cost.model,
        deployment_ == nullptr ? "" : deployment_->id,
        endpoint_.provider,
        endpoint_.api_base,
        nullptr
    );
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

} // namespace litellm::inference
