#include "litellm/management/budget_alerts.hpp"

#include "refusals.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"
#include "litellm/store/budgets.hpp"
#include "litellm/store/keys.hpp"
#include "litellm/store/organizations.hpp"
#include "litellm/store/spenders.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace litellm::management {

namespace {

/// What is looked at again, because a batch that was being committed may carry an earlier time.
constexpr std::chrono::minutes overlap{1};
/// How far the first look goes back: what was spent while no process ran.
constexpr std::chrono::hours first_look{1};
constexpr std::size_t keys_a_statement = 500;

using Thresholds = std::map<int, std::vector<std::string>>;

/// A list of texts, or one text with commas.
std::vector<std::string> addresses_of(const Json& setting)
{
    std::vector<std::string> addresses;
    const auto add = [&](std::string_view text) {
        if (const auto address = trim(text); !address.empty())
            addresses.emplace_back(address);
    };
    if (setting.is_array()) {
        for (const Json& each : setting)
            if (each.is_string())
                add(each.get_ref<const std::string&>());
    } else if (setting.is_string()) {
        std::string_view rest = setting.get_ref<const std::string&>();
        while (!rest.empty()) {
            add(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(rest.find(','), rest.size() - 1) + 1);
        }
    }
    return addresses;
}

const Json* find(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? &*found : nullptr;
}

/// The look of one moment, in one transaction.
class Look {
public:
    Look(
        db::Transaction& transaction,
        mail::PostOffice& office,
        const BudgetAlertSettings& settings,
        Timestamp now
    )
        : transaction_(transaction), office_(office), settings_(settings), now_(now)
    {
    }

    Result<void> at_keys(const std::vector<std::string>& tokens)
    {
        for (std::size_t first = 0; first < tokens.size(); first += keys_a_statement) {
            const auto last = std::min(tokens.size(), first + keys_a_statement);
            const std::vector<std::string> some(
                tokens.begin() + static_cast<std::ptrdiff_t>(first),
                tokens.begin() + static_cast<std::ptrdiff_t>(last)
            );
            const auto keys = store::list_keys_by_token(transaction_, some);
            if (!keys)
                return keys.error();
            for (const auto& key : *keys) {
                if (const auto looked = at_key(key); !looked)
                    return looked.error();
            }
        }
        return {};
    }

    Result<void> at_team(const std::string& team_id)
    {
        const auto team = store::find_team(transaction_, team_id);
        if (!team)
            return team.error();
        if (!*team || !(*team)->soft_budget || (*team)->spend < *(*team)->soft_budget)
            return {};
        const Json* const wanted = find((*team)->metadata, "soft_budget_alerting_emails");
        mail::BudgetFacts facts;
        facts.entity = "team";
        facts.name = (*team)->team_alias.value_or(team_id);
        facts.spend = (*team)->spend;
        facts.soft_budget = (*team)->soft_budget;
        facts.max_budget = (*team)->max_budget;
        facts.budget_duration = (*team)->budget_duration.value_or("");
        facts.resets_at = (*team)->budget_reset_at;
        return post_to_all(
            facts, team_id, wanted == nullptr ? std::vector<std::string>() : addresses_of(*wanted)
        );
    }

    Result<void> at_organization(const std::string& id)
    {
        const auto organization = store::find_organization(transaction_, id);
        if (!organization)
            return organization.error();
        if (!*organization)
            return {};
        const auto budget = store::find_budget(transaction_, (*organization)->budget_id);
        if (!budget)
            return budget.error();
        if (!*budget || !(*budget)->soft_budget || (*organization)->spend < *(*budget)->soft_budget)
            return {};
        const Json* const wanted = find((*organization)->metadata, "soft_budget_alerting_emails");
        mail::BudgetFacts facts;
        facts.entity = "organization";
        facts.name = (*organization)->organization_alias;
        facts.spend = (*organization)->spend;
        take_limits(facts, **budget);
        return post_to_all(facts, id, wanted == nullptr ? std::vector<std::string>() : addresses_of(*wanted));
    }

private:
    static void take_limits(mail::BudgetFacts& facts, const store::Budget& budget)
    {
        facts.soft_budget = budget.soft_budget;
        facts.max_budget = budget.max_budget;
        facts.budget_duration = budget.budget_duration.value_or("");
        facts.resets_at = budget.budget_reset_at;
    }

    Result<void> at_key(const store::Key& key)
    {
        mail::BudgetFacts facts;
        facts.entity = "key";
        facts.name = key.key_alias.value_or(key.key_name.value_or(""));
        facts.spend = key.spend;
        if (key.budget_id) {
            const auto budget = store::find_budget(transaction_, *key.budget_id);
            if (!budget)
                return budget.error();
            if (*budget)
                take_limits(facts, **budget);
        }
        // The key's own limits come before those of a budget that it shares.
        if (key.max_budget)
            facts.max_budget = key.max_budget;
        if (key.budget_reset_at) {
            facts.resets_at = key.budget_reset_at;
            facts.budget_duration = key.budget_duration.value_or("");
        }
        const bool is_soft_crossed = facts.soft_budget && facts.spend >= *facts.soft_budget;
        const bool has_maximum = facts.max_budget && *facts.max_budget > 0;
        if (!is_soft_crossed && !has_maximum)
            return {};
        const auto owner = address_of_owner(key);
        if (!owner)
            return owner.error();
        if (is_soft_crossed) {
            if (const auto posted = post_to_all(facts, key.token, *owner); !posted)
                return posted.error();
        }
        if (!has_maximum)
            return {};
        for (const auto& [percentage, more] : thresholds_of(key)) {
            if (facts.spend * 100 < *facts.max_budget * percentage)
                break;
            std::vector<std::string> to = *owner;
            to.insert(to.end(), more.begin(), more.end());
            mail::BudgetFacts reached = facts;
            reached.percentage = facts.spend >= *facts.max_budget ? 100 : percentage;
            if (const auto posted = post_to_all(reached, fmt::format("{}:{}", key.token, percentage), to);
                !posted)
                return posted.error();
        }
        return {};
    }

    /// The configuration's and the key's own together; the usual one where there are none.
    Thresholds thresholds_of(const store::Key& key) const
    {
        Thresholds thresholds = settings_.thresholds;
        if (const Json* const own = find(key.metadata, "max_budget_alert_emails"))
            for (auto& [percentage, addresses] : alert_thresholds(*own))
                thresholds[percentage].insert(
                    thresholds[percentage].end(), addresses.begin(), addresses.end()
                );
        if (thresholds.empty())
            thresholds[settings_.usual_percentage];
        return thresholds;
    }

    Result<std::vector<std::string>> address_of_owner(const store::Key& key)
    {
        std::vector<std::string> addresses;
        if (!key.user_id)
            return addresses;
        const auto user = store::find_user(transaction_, *key.user_id);
        if (!user)
            return user.error();
        if (*user && (*user)->user_email)
            addresses.push_back(*(*user)->user_email);
        return addresses;
    }

    /// Once for each amount and each time that the budget begins.
    Result<void>
    post_to_all(mail::BudgetFacts facts, const std::string& about, const std::vector<std::string>& recipients)
    {
        const bool is_maximum = facts.percentage > 0;
        std::string occasion = fmt::format(
            "{}:{}:{}:{}:{}",
            is_maximum ? "max_budget_alert" : "soft_budget_crossed",
            facts.entity,
            about,
            is_maximum ? facts.max_budget.value_or(0) : facts.soft_budget.value_or(0),
            facts.resets_at ? to_iso8601(*facts.resets_at) : "ever"
        );
        if (settings_.repeat_after)
            occasion += fmt::format(":{}", now_.time_since_epoch() / *settings_.repeat_after);
        std::set<std::string> written;
        for (const auto& to : recipients) {
            if (!mail::is_address(to) || !written.insert(to_lower(to)).second)
                continue;
            facts.to = to;
            const auto event = is_maximum ? mail::Event::max_budget_alert : mail::Event::soft_budget_crossed;
            const mail::Occasion wanted{event, to, occasion + ":" + to_lower(to)};
            const auto posted = office_.post(transaction_, wanted, mail::to_json(facts));
            if (!posted)
                return posted.error();
        }
        return {};
    }

    db::Transaction& transaction_;
    mail::PostOffice& office_;
    const BudgetAlertSettings& settings_;
    const Timestamp now_;
};

Result<std::int64_t> look_at_all(
    db::Transaction& transaction,
    mail::PostOffice& office,
    const BudgetAlertSettings& settings,
    Timestamp since,
    Timestamp now
)
{
    const auto spenders = store::list_spenders(transaction, since);
    if (!spenders)
        return spenders.error();
    Look look(transaction, office, settings, now);
    if (const auto looked = look.at_keys(spenders->key_tokens); !looked)
        return looked.error();
    for (const auto& team_id : spenders->team_ids) {
        if (const auto looked = look.at_team(team_id); !looked)
            return looked.error();
    }
    for (const auto& id : spenders->organization_ids) {
        if (const auto looked = look.at_organization(id); !looked)
            return looked.error();
    }
    return static_cast<std::int64_t>(
        spenders->key_tokens.size() + spenders->team_ids.size() + spenders->organization_ids.size()
    );
}

std::optional<double> number_in(const Environment& environment, const char* name)
{
    const auto text = environment(name);
    if (!text || trim(*text).empty())
        return std::nullopt;
    const std::string_view digits = trim(*text);
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc() && end == digits.data() + digits.size() && std::isfinite(value) && value > 0)
        return value;
    log::warning("mail", "{} is no positive number; the usual value is used", name);
    return std::nullopt;
}

} // namespace

std::map<int, std::vector<std::string>> alert_thresholds(const Json& setting)
{
    Thresholds thresholds;
    if (!setting.is_object())
        return thresholds;
    for (const auto& [name, value] : setting.items()) {
        int percentage = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), percentage);
        if (error == std::errc() && end == name.data() + name.size() && percentage >= 1 && percentage <= 100)
            thresholds[percentage] = addresses_of(value);
    }
    return thresholds;
}

BudgetAlertSettings budget_alert_settings(const config::Config& config)
{
    BudgetAlertSettings settings;
    if (const auto share = number_in(config.environment, "EMAIL_BUDGET_ALERT_MAX_SPEND_ALERT_PERCENTAGE"))
        settings.usual_percentage =
            static_cast<int>(std::clamp(std::lround(*share <= 1 ? *share * 100 : *share), 1L, 100L));
    if (const auto repeat = number_in(config.environment, "EMAIL_BUDGET_ALERT_TTL"))
        settings.repeat_after =
            std::chrono::seconds(static_cast<std::int64_t>(std::clamp(*repeat, 1.0, 3.2e7)));
    if (const Json* const wanted = find(config.litellm.raw, "default_key_max_budget_alert_emails"))
        settings.thresholds = alert_thresholds(*wanted);
    return settings;
}

BudgetAlerts::BudgetAlerts(const Context& context, mail::PostOffice& office, BudgetAlertSettings settings)
    : context_(context), office_(office), settings_(std::move(settings)), since_(context.now() - first_look)
{
}

Task<std::int64_t> BudgetAlerts::look()
{
    if (context_.database == nullptr)
        co_return no_database();
    const Timestamp now = context_.now();
    const auto looked = co_await context_.database->transact<std::int64_t>([&](db::Transaction& transaction) {
        return look_at_all(transaction, office_, settings_, since_, now);
    });
    if (looked)
        since_ = now - overlap;
    co_return looked;
}

} // namespace litellm::management
