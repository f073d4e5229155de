#include "litellm/management/user_service.hpp"

#include "change_record.hpp"
#include "key_issue.hpp"
#include "key_limits.hpp"
#include "key_row.hpp"
#include "passwords.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"
#include "user_defaults.hpp"

#include "litellm/auth/change_notice.hpp"
#include "litellm/store/passwords.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

constexpr std::size_t most_at_once = 500;

/// What a user may change about himself.
bool is_own_affair(const UserChange& wanted)
{
    return !wanted.user_role.is_present() && !wanted.sso_user_id.is_present() &&
        !wanted.max_budget.is_present() && !wanted.spend.is_present() && !wanted.models.is_present() &&
        !wanted.metadata.is_present() && !wanted.max_parallel_requests.is_present() &&
        !wanted.tpm_limit.is_present() && !wanted.rpm_limit.is_present() &&
        !wanted.budget_duration.is_present() && !wanted.allowed_cache_controls.is_present() &&
        !wanted.model_max_budget.is_present() && !wanted.object_permission && wanted.managed.empty();
}

Result<void> may_change(const Caller& by, const store::User& user, const UserChange& wanted)
{
    if (by.is_admin())
        return {};
    if (by.principal->user_id.empty() || by.principal->user_id != user.user_id)
        return forbidden("Only proxy admins can change other users.", "user_id");
    if (!is_own_affair(wanted))
        return forbidden("Users can change their own user_email, user_alias and password only.");
    return {};
}

Result<store::User> find_named(db::Transaction& transaction, const UserChange& wanted)
{
    if (wanted.user_id) {
        auto user = store::lock_user(transaction, *wanted.user_id);
        if (!user)
            return user.error();
        if (!*user)
            return absent(fmt::format("User not found, passed user_id={}", *wanted.user_id), "user_id");
        return std::move(**user);
    }
    if (!wanted.user_email.has_value())
        return invalid_input("Either user_id or user_email is needed.", "user_id");
    const auto known = store::find_user_by_email(transaction, *wanted.user_email);
    if (!known)
        return known.error();
    if (!*known)
        return absent(fmt::format("User not found, passed user_email={}", *wanted.user_email), "user_email");
    auto user = store::lock_user(transaction, (*known)->user_id);
    if (!user)
        return user.error();
    if (!*user)
        return absent("User not found", "user_email");
    return std::move(**user);
}

Result<void> check_email(db::Transaction& transaction, const UserChange& wanted, const store::User& user)
{
    if (!wanted.user_email.has_value())
        return {};
    const auto other = store::find_user_by_email(transaction, *wanted.user_email);
    if (!other)
        return other.error();
    if (*other && (*other)->user_id != user.user_id)
        return exists_already(
            fmt::format("User with email {} already exists", *wanted.user_email), "user_email"
        );
    return {};
}

Result<void> check_wish(const UserChange& wanted)
{
    if (wanted.user_role.has_value()) {
        if (const auto checked = check_role(*wanted.user_role); !checked)
            return checked.error();
    }
    for (const auto& checked :
         {check_amount(wanted.max_budget.value(), "max_budget"),
          check_amount(wanted.spend.value(), "spend"),
          check_model_budgets(wanted.model_max_budget.value().value_or(Json::object()))}) {
        if (!checked)
            return checked.error();
    }
    return {};
}

/// Users who become internal_user get what the settings give those.
void apply_role_defaults(const UserChange& wanted, const Context& context, store::User& user)
{
    if (!wanted.user_role.has_value() || *wanted.user_role != "internal_user")
        return;
    const Json& settings = context.settings.litellm.raw;
    if (!wanted.max_budget.is_present())
        fill(user.max_budget, settings, "max_internal_user_budget");
    if (!wanted.budget_duration.is_present())
        fill(user.budget_duration, settings, "internal_user_budget_duration");
}

Result<void> apply(const UserChange& wanted, const Context& context, store::User& user)
{
    const auto before = user.budget_duration;
    wanted.user_email.apply_to(user.user_email);
    wanted.user_alias.apply_to(user.user_alias);
    wanted.user_role.apply_to(user.user_role);
    wanted.sso_user_id.apply_to(user.sso_user_id);
    wanted.max_budget.apply_to(user.max_budget);
    wanted.models.apply_to(user.models);
    wanted.metadata.apply_to(user.metadata, Json::object());
    user.metadata = merged_metadata(user.metadata, wanted.managed);
    wanted.max_parallel_requests.apply_to(user.max_parallel_requests);
    wanted.tpm_limit.apply_to(user.tpm_limit);
    wanted.rpm_limit.apply_to(user.rpm_limit);
    wanted.allowed_cache_controls.apply_to(user.allowed_cache_controls);
    wanted.model_max_budget.apply_to(user.model_max_budget, Json::object());
    wanted.budget_duration.apply_to(user.budget_duration);
    apply_role_defaults(wanted, context, user);
    if (user.budget_duration && is_no_duration(*user.budget_duration))
        user.budget_duration.reset();
    if (wanted.budget_duration.is_present() || user.budget_duration != before) {
        const auto reset = reset_after(user.budget_duration, context.now(), context.settings.litellm.zone);
        if (!reset)
            return reset.error();
        user.budget_reset_at = *reset;
    }
    user.updated_at = context.now();
    return {};
}

/// A password that may be set.
struct NewPassword {
    std::string kept; ///< its hash
    std::optional<std::string>
        proven; ///< the stored one that the caller knows; nothing for an admin, who need not
};

Result<void> set_password(
    db::Transaction& transaction,
    const Context& context,
    const std::string& user_id,
    const NewPassword& password
)
{
    if (password.proven) {
        const auto stored = store::find_password(transaction, user_id);
        if (!stored)
            return stored.error();
        if (*stored != password.proven)
            return forbidden("The current password is another one.", "current_password");
    }
    return replace_password(transaction, context, user_id, password.kept);
}

Result<store::User> update_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const UserChange& wanted,
    const std::optional<NewPassword>& password
)
{
    auto user = find_named(transaction, wanted);
    if (!user) {
        // Whoever may not change others does not learn who exists.
        if (!by.is_admin() && user.error().kind == ErrorKind::not_found)
            return forbidden("Only proxy admins can change other users.", "user_id");
        return user;
    }
    if (const auto allowed = may_change(by, *user, wanted); !allowed)
        return allowed.error();
    if (const auto checked = check_email(transaction, wanted, *user); !checked)
        return checked.error();
    Change made{ChangeAction::updated, user_table, user->user_id, store::document_of(*user), std::nullopt};
    if (const auto applied = apply(wanted, context, *user); !applied)
        return applied.error();
    const auto merged =
        merge_object_permission(transaction, context, wanted.object_permission, user->object_permission_id);
    if (!merged)
        return merged.error();
    if (wanted.spend.has_value()) {
        user->spend = *wanted.spend;
        const auto set = store::set_user_spend(transaction, user->user_id, user->spend);
        if (!set)
            return set.error();
        const auto told = auth::announce_spend(transaction, spend::ScopeKind::user, {user->user_id});
        if (!told)
            return told.error();
    }
    if (const auto stored = store::update_user(transaction, *user); !stored)
        return stored.error();
    made.after = store::document_of(*user);
    if (password) {
        if (const auto set = set_password(transaction, context, user->user_id, *password); !set)
            return set.error();
        (*made.after)["password"] = "changed";
    }
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return user;
}

Result<std::vector<UserChange>> one_for_each(db::Transaction& transaction, const UserChange& wanted)
{
    const auto count = store::count_users(transaction);
    if (!count)
        return count.error();
    const auto users = store::list_users(transaction, *count, 0);
    if (!users)
        return users.error();
    std::vector<UserChange> changes;
    for (const auto& user : *users) {
        UserChange change = wanted;
        change.user_id = user.user_id;
        change.user_email = {};
        changes.push_back(std::move(change));
    }
    return changes;
}

/// Whoever holds a key of a user is not the user: he must know the password that there is.
Task<std::optional<NewPassword>>
prepare_password(const Context& context, LoginGuard& guard, const Caller& by, const UserChange& wanted)
{
    if (!wanted.password)
        co_return std::optional<NewPassword>();
    if (const auto checked = check_new_password(*wanted.password); !checked)
        co_return checked.error();
    NewPassword prepared;
    if (!by.is_admin()) {
        const auto stored =
            co_await context.database->transact<std::optional<std::string>>([&](db::Transaction& transaction
                                                                            ) {
                return store::find_password(transaction, by.principal->user_id);
            });
        if (!stored)
            co_return stored.error();
        const std::string who = "current password:" + by.principal->user_id;
        if (const auto admitted = guard.admit(who, who); !admitted)
            co_return admitted.error();
        Secret current = wanted.current_password.value_or(Secret());
        const auto check = co_await check_in_background(context, std::move(current), *stored);
        if (!check)
            co_return check.error();
        if (!check->is_right)
            co_return forbidden(
                "Send your current_password too. If you have none yet, ask an admin for an invitation.",
                "current_password"
            );
        guard.succeeded(who, who);
        prepared.proven = *stored;
    }
    auto kept = co_await hash_in_background(context, *wanted.password);
    if (!kept)
        co_return kept.error();
    prepared.kept = std::move(*kept);
    co_return std::optional(std::move(prepared));
}

} // namespace

Task<store::User> UserService::update(const Caller& by, const UserChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (const auto checked = check_wish(wanted); !checked)
        co_return checked.error();
    const auto password = co_await prepare_password(context_, *guard_, by, wanted);
    if (!password)
        co_return password.error();
    auto changed = co_await context_.database->transact<store::User>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, by, wanted, *password);
    });
    co_return changed;
}

Task<std::vector<UserOutcome>> UserService::update_in_bulk(const Caller& by, const BulkUserChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return forbidden("Only proxy admins can change users in bulk.");
    if (wanted.users.size() > most_at_once)
        co_return bad_request(fmt::format("At most {} users can be changed at once.", most_at_once), "users");
    if (wanted.all_users && wanted.all_users->password)
        co_return bad_request("One password for everybody is none.", "password");
    std::vector<UserChange> changes = wanted.users;
    if (wanted.all_users) {
        auto all =
            co_await context_.database->transact<std::vector<UserChange>>([&](db::Transaction& transaction) {
                return one_for_each(transaction, *wanted.all_users);
            });
        if (!all)
            co_return all.error();
        changes = std::move(*all);
    }
    std::vector<UserOutcome> outcomes;
    for (const auto& change : changes) {
        UserOutcome outcome;
        outcome.user_id = change.user_id;
        outcome.user_email = change.user_email.value();
        outcome.user = co_await update(by, change);
        outcomes.push_back(std::move(outcome));
    }
    co_return outcomes;
}

} // namespace litellm::management
