#include "litellm/spend/shared_budgets.hpp"

#include "litellm/store/budget_periods.hpp"
#include "litellm/store/tag_budgets.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <map>
#include <mutex>

namespace litellm::spend {

namespace {

/// LiteLLM's name for the account of the whole proxy.
constexpr const char* proxy_id = "litellm-proxy-budget";

const Json* member(const Json& object, const char* name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// `{budget_limit or max_budget: USD, time_period or budget_duration: 1d}`
Result<Limits> read_limits(const Json& entry, const std::string& where)
{
    Limits limits;
    limits.period = "";
    for (const char* name : {"budget_limit", "max_budget"}) {
        const Json* const found = member(entry, name);
        if (found == nullptr)
            continue;
        const auto amount = found->is_number() ? Money::from_usd(found->get<double>())
                                               : Result<Money>(invalid_input("no number"));
        if (!amount || *amount < Money())
            return invalid_input(fmt::format("{}.{} is not an amount of USD", where, name));
        limits.max_budget = *amount;
    }
    for (const char* name : {"time_period", "budget_duration"}) {
        const Json* const found = member(entry, name);
        if (found == nullptr)
            continue;
        if (!found->is_string())
            return invalid_input(fmt::format("{}.{} is not a duration such as 1d", where, name));
        limits.period = found->get<std::string>();
        if (const auto next = next_budget_reset(*limits.period, Timestamp()); !next)
            return invalid_input(fmt::format("{}.{}: {}", where, name, next.error().message));
    }
    if (!limits.max_budget)
        return invalid_input(fmt::format("{} has no max_budget", where));
    return limits;
}

using LimitsByName = std::map<std::string, Limits, std::less<>>;

Result<LimitsByName> read_section(const Json* section, const std::string& where)
{
    LimitsByName all;
    if (section == nullptr)
        return all;
    if (!section->is_object())
        return invalid_input(fmt::format("{} is not a map of names to budgets", where));
    for (const auto& [name, entry] : section->items()) {
        auto limits = read_limits(entry, fmt::format("{}.{}", where, name));
        if (!limits)
            return limits.error();
        all.emplace(name, std::move(*limits));
    }
    return all;
}

Limits limits_of(const store::TagBudget& tag)
{
    const auto amount = [](const std::optional<double>& usd) -> std::optional<Money> {
        const auto money = usd ? Money::from_usd(*usd) : Result<Money>(invalid_input("none"));
        return money ? std::optional(*money) : std::nullopt;
    };
    Limits limits;
    limits.max_budget = amount(tag.max_budget);
    limits.soft_budget = amount(tag.soft_budget);
    limits.tpm = tag.tpm_limit;
    limits.rpm = tag.rpm_limit;
    return limits;
}

using PayersByName = std::map<std::string, Payer, std::less<>>;

/// What one reading of the database found.
struct Figures {
    std::vector<store::PeriodSpend> periods;
    std::vector<store::TagBudget> tags;
};

class ConfiguredBudgets final : public SharedBudgets {
public:
    ConfiguredBudgets(db::Database& database, Accounts& accounts, const Clock& clock)
        : database_(database), accounts_(accounts), clock_(clock)
    {
    }

    Result<void> read(const config::Config& config)
    {
        if (config.litellm.max_budget) {
            Limits limits;
            const auto amount = Money::from_usd(*config.litellm.max_budget);
            if (amount)
                limits.max_budget = *amount;
            limits.period = config.litellm.budget_duration;
            proxy_ = limits;
        }
        auto providers = read_section(
            member(config.router.raw, "provider_budget_config"), "router_settings.provider_budget_config"
        );
        if (!providers)
            return providers.error();
        provider_limits_ = std::move(*providers);
        for (const config::Deployment& row : config.model_list) {
            if (member(row.params, "max_budget") == nullptr)
                continue;
            auto limits = read_limits(row.params, "litellm_params of " + row.model_name);
            if (!limits)
                return limits.error();
            deployment_limits_.emplace(row.id, std::move(*limits));
        }
        auto tags = read_section(
            member(config.litellm.raw, "tag_budget_config"), "litellm_settings.tag_budget_config"
        );
        if (!tags)
            return tags.error();
        tag_limits_ = std::move(*tags);
        take(Figures(), accounts_.generation());
        return {};
    }

    Result<void> load_now() override
    {
        const std::uint64_t read_at = accounts_.generation();
        const Timestamp now = clock_.now();
        auto figures = database_.transact_now<Figures>([&](db::Transaction& transaction) {
            return read_figures(transaction, now);
        });
        if (!figures)
            return figures.error();
        take(std::move(*figures), read_at);
        return {};
    }

    Task<void> refresh() override
    {
        const std::uint64_t read_at = accounts_.generation();
        const Timestamp now = clock_.now();
        auto figures = co_await database_.transact<Figures>([&](db::Transaction& transaction) {
            return read_figures(transaction, now);
        });
        if (!figures)
            co_return figures.error();
        take(std::move(*figures), read_at);
        co_return Result<void>();
    }

    void add_payers(const std::vector<std::string>& tags, std::vector<Payer>& payers) const override
    {
        if (is_empty_)
            return;
        const auto snapshot = current();
        if (snapshot->proxy)
            payers.push_back(*snapshot->proxy);
        if (snapshot->tags.empty())
            return;
        for (const auto& tag : tags) {
            if (const auto found = snapshot->tags.find(tag); found != snapshot->tags.end())
                payers.push_back(found->second);
        }
    }

    void add_target(std::string_view provider, std::string_view deployment_id, std::vector<Payer>& payers)
        const override
    {
        if (const auto found = providers_.find(provider); found != providers_.end())
            payers.push_back(found->second);
        if (const auto found = deployments_.find(deployment_id); found != deployments_.end())
            payers.push_back(found->second);
    }

    std::vector<ProviderState> list_providers() const override
    {
        std::vector<ProviderState> states;
        for (const auto& [name, payer] : providers_) {
            const Account& account = *payer.account;
            states.push_back(
                {name, accounts_.spent(account), provider_limits_.at(name), accounts_.period_end(account)}
            );
        }
        return states;
    }

private:
    struct Snapshot {
        std::optional<Payer> proxy;
        PayersByName tags;
    };

    static Result<Figures> read_figures(db::Transaction& transaction, Timestamp now)
    {
        Figures figures;
        for (const ScopeKind kind :
             {ScopeKind::proxy, ScopeKind::provider, ScopeKind::deployment, ScopeKind::tag}) {
            auto rows = store::list_period_spend(transaction, std::string(to_string(kind)), "", now);
            if (!rows)
                return rows.error();
            figures.periods.insert(figures.periods.end(), rows->begin(), rows->end());
        }
        auto tags = store::list_tag_budgets(transaction);
        if (!tags)
            return tags.error();
        figures.tags = std::move(*tags);
        return figures;
    }

    Payer period_payer(
        ScopeKind kind,
        const std::string& id,
        const Limits& limits,
        const Figures& figures,
        std::uint64_t read_at
    )
    {
        const Timestamp end = accounts_.end_of_period(*limits.period);
        Money spent;
        for (const auto& each : figures.periods) {
            if (each.kind == to_string(kind) && each.id == id && each.period_end == end)
                spent = each.amount;
        }
        return {accounts_.account(kind, id, limits, spent, read_at, end), true};
    }

    /// The accounts stay the same, so that nobody needs a lock to look them up.
    void take_fixed(
        ScopeKind kind,
        const LimitsByName& all,
        PayersByName& payers,
        const Figures& figures,
        std::uint64_t read_at
    )
    {
        for (const auto& [name, limits] : all) {
            const Payer payer = period_payer(kind, name, limits, figures, read_at);
            if (!payers.contains(name))
                payers.emplace(name, payer);
        }
    }

    void take(const Figures& figures, std::uint64_t read_at)
    {
        auto next = std::make_shared<Snapshot>();
        if (proxy_)
            next->proxy = period_payer(ScopeKind::proxy, proxy_id, *proxy_, figures, read_at);
        for (const auto& tag : figures.tags) {
            const auto spent = Money::from_usd(tag.spend);
            next->tags[tag.name] = {
                accounts_.account(
                    ScopeKind::tag, tag.name, limits_of(tag), spent ? *spent : Money(), read_at
                ),
                true};
        }
        for (const auto& [name, limits] : tag_limits_)
            next->tags[name] = period_payer(ScopeKind::tag, name, limits, figures, read_at);
        take_fixed(ScopeKind::provider, provider_limits_, providers_, figures, read_at);
        take_fixed(ScopeKind::deployment, deployment_limits_, deployments_, figures, read_at);
        const bool is_empty = !next->proxy && next->tags.empty();
        const std::lock_guard lock(mutex_);
        snapshot_ = std::move(next);
        is_empty_ = is_empty;
    }

    std::shared_ptr<const Snapshot> current() const
    {
        const std::lock_guard lock(mutex_);
        return snapshot_;
    }

    db::Database& database_;
    Accounts& accounts_;
    const Clock& clock_;
    std::optional<Limits> proxy_;
    LimitsByName provider_limits_;
    LimitsByName deployment_limits_;
    LimitsByName tag_limits_;
    PayersByName providers_; ///< complete when read() is over, as the next ones
    PayersByName deployments_;
    std::atomic<bool> is_empty_{true};
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
};

} // namespace

Result<std::unique_ptr<SharedBudgets>> SharedBudgets::make(
    const config::Config& config, db::Database& database, Accounts& accounts, const Clock& clock
)
{
    auto budgets = std::make_unique<ConfiguredBudgets>(database, accounts, clock);
    if (const auto read = budgets->read(config); !read)
        return read.error();
    return std::unique_ptr<SharedBudgets>(std::move(budgets));
}

} // namespace litellm::spend
