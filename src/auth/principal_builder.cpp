#include "principal_builder.hpp"

#include "model_payers.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::auth {

namespace {

using spend::Limits;
using spend::ScopeKind;

std::optional<Money> budget(const std::optional<double>& usd)
{
    if (!usd)
        return std::nullopt;
    const auto money = Money::from_usd(*usd);
    // An amount that does not fit is larger than anybody can spend.
    return money ? std::optional(*money) : std::nullopt;
}

Money spent(double usd)
{
    const auto money = Money::from_usd(usd);
    return money ? *money : Money();
}

/// More budget for a while; LiteLLM keeps it in the key's metadata.
struct TemporaryIncrease {
    double amount = 0;
    Timestamp until;
};

std::optional<TemporaryIncrease> find_increase(const store::Key& key, Timestamp now)
{
    if (!key.max_budget || !key.metadata.is_object())
        return std::nullopt;
    const auto increase = key.metadata.find("temp_budget_increase");
    const auto expiry = key.metadata.find("temp_budget_expiry");
    if (increase == key.metadata.end() || expiry == key.metadata.end() || !increase->is_number() ||
        !expiry->is_string())
        return std::nullopt;
    const auto until = parse_timestamp(expiry->get<std::string>());
    if (!until || *until <= now)
        return std::nullopt;
    return TemporaryIncrease{increase->get<double>(), *until};
}

std::optional<double> with_temporary_increase(const store::Key& key, Timestamp now)
{
    const auto increase = find_increase(key, now);
    return increase ? std::optional(*key.max_budget + increase->amount) : key.max_budget;
}

/// The first moment at which a caller stops being what his rows say.
std::optional<Timestamp> first_change(const store::KeyContext& context, Timestamp now)
{
    std::optional<Timestamp> first = context.revoke_at;
    const auto increase = find_increase(context.key, now);
    if (increase && (!first || increase->until < *first))
        first = increase->until;
    return first;
}

void read_metadata(const Json& metadata, Principal& principal)
{
    if (!metadata.is_object() || metadata.empty())
        return;
    if (const auto names = metadata.find("enforced_params"); names != metadata.end() && names->is_array()) {
        for (const Json& name : *names) {
            if (name.is_string())
                principal.enforced_params.push_back(name.get<std::string>());
        }
    }
    const auto account = metadata.find("service_account_id");
    principal.is_service_account = account != metadata.end() && !account->is_null();
}

class Builder {
public:
    Builder(spend::Accounts& accounts, std::uint64_t read_at) : accounts_(accounts), read_at_(read_at) {}

    void
    add(ScopeKind kind, const std::string& id, const Limits& limits, double spend, bool enforce_budget = true)
    {
        payers.push_back({accounts_.account(kind, id, limits, spent(spend), read_at_), enforce_budget});
    }
    std::vector<spend::Payer> payers;

private:
    spend::Accounts& accounts_;
    std::uint64_t read_at_;
};

void add_payers(Builder& builder, const store::KeyContext& context, Timestamp now)
{
    const store::Key& key = context.key;
    Limits of_key{
        budget(with_temporary_increase(key, now)), key.rpm_limit, key.tpm_limit, key.max_parallel_requests};
    of_key.soft_budget = budget(context.soft_budget);
    builder.add(ScopeKind::key, key.token, of_key, key.spend);
    if (const auto& user = context.user) {
        const Limits limits{
            budget(user->max_budget), user->rpm_limit, user->tpm_limit, user->max_parallel_requests};
        builder.add(ScopeKind::user, user->user_id, limits, user->spend, !key.team_id);
    }
    if (const auto& team = context.team) {
        Limits limits{
            budget(team->max_budget), team->rpm_limit, team->tpm_limit, team->max_parallel_requests};
        limits.soft_budget = budget(team->soft_budget);
        builder.add(ScopeKind::team, team->team_id, limits, team->spend);
        if (const auto& member = context.member; member && key.user_id) {
            const Limits own{budget(member->max_budget), member->rpm_limit, member->tpm_limit, std::nullopt};
            builder.add(
                ScopeKind::team_member, spend::member_id(team->team_id, *key.user_id), own, member->spend
            );
        }
    }
    if (const auto& organization = context.organization) {
        const Limits limits{
            budget(organization->max_budget), organization->rpm_limit, organization->tpm_limit, std::nullopt};
        builder.add(ScopeKind::organization, organization->organization_id, limits, organization->spend);
    }
}

} // namespace

PrincipalPtr make_principal(
    store::KeyContext context,
    const std::vector<store::PeriodSpend>& periods,
    const std::string& presented_hash,
    spend::Accounts& accounts,
    std::uint64_t read_at,
    Timestamp now
)
{
    auto principal = std::make_shared<Principal>();
    principal->presented_hash = presented_hash;
    principal->key_hash = context.key.token;
    principal->user_id = context.key.user_id.value_or("");
    principal->role = context.user ? role_from(context.user->role) : Role::none;
    principal->loaded_at = now;
    Builder builder(accounts, read_at);
    add_payers(builder, context, now);
    principal->payers = std::move(builder.payers);
    principal->model_payers = model_payers(context, periods, accounts, read_at);
    principal->changes_at = first_change(context, now);
    read_metadata(context.key.metadata, *principal);
    principal->context = std::move(context);
    return principal;
}

PrincipalPtr make_master(const std::string& hash, spend::Accounts&, Timestamp now)
{
    auto principal = std::make_shared<Principal>();
    principal->is_master = true;
    principal->role = Role::proxy_admin;
    principal->presented_hash = principal->key_hash = hash;
    principal->user_id = "default_user_id";
    principal->loaded_at = now;
    return principal;
}

} // namespace litellm::auth
