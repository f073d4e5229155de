#include "litellm/management/organization_service.hpp"

#include "authority.hpp"
#include "budget_rows.hpp"
#include "change_record.hpp"
#include "key_limits.hpp"
#include "organization_reading.hpp"
#include "refusals.hpp"
#include "team_joining.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

bool is_role(const std::string& role)
{
    return role == "org_admin" || role == "internal_user" || role == "internal_user_viewer";
}

Result<void> check_role_of_member(const std::string& role)
{
    if (is_role(role))
        return {};
    Error error = invalid_input("role must be org_admin, internal_user or internal_user_viewer.", "role");
    error.status = 422;
    return error;
}

/// The organization, for somebody who may change its members.
Result<store::Organization>
open_organization(db::Transaction& transaction, const Caller& by, const std::string& organization_id)
{
    const auto allowed =
        check_organization_admin(transaction, by, organization_id, "change the members of an organization");
    if (!allowed)
        return allowed.error();
    return lock_known_organization(transaction, organization_id);
}

Result<void> record_member(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::optional<store::OrganizationMembership>& before,
    const std::optional<store::OrganizationMembership>& after
)
{
    Change made;
    made.action = !before ? ChangeAction::created : !after ? ChangeAction::deleted : ChangeAction::updated;
    made.table = organization_member_table;
    made.object_id = (before ? before : after)->user_id;
    if (before)
        made.before = store::document_of(*before);
    if (after)
        made.after = store::document_of(*after);
    return record_change(transaction, context, by, made);
}

/// Links a budget of his own, or changes the one he has.
Result<void> set_budget(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const Patch<double>& max_budget,
    store::OrganizationMembership& membership
)
{
    if (!max_budget.is_present())
        return {};
    BudgetChange change;
    change.max_budget = max_budget;
    if (membership.budget_id) {
        const auto changed = change_stored_budget(transaction, context, by, *membership.budget_id, change);
        if (!changed)
            return changed.error();
        return {};
    }
    const auto made = store_new_budget(transaction, context, by, new_uuid(context.random), change);
    if (!made)
        return made.error();
    membership.budget_id = made->budget_id;
    return {};
}

Result<OrganizationMember> add_one(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const OrganizationAddition& wanted,
    const OrganizationMemberWish& wish
)
{
    MemberWish person;
    person.user_id = wish.user_id;
    person.user_email = wish.user_email;
    const auto user = resolve_member(transaction, context, person);
    if (!user)
        return user.error();
    const std::string& id = wanted.organization_id;
    const auto known = store::find_organization_membership(transaction, id, user->user_id);
    if (!known)
        return known.error();
    if (*known)
        return bad_request(
            fmt::format("User {} is already in the organization {}.", user->user_id, id), "member"
        );
    const auto added =
        store::add_organization_member(transaction, id, user->user_id, wish.role, context.now());
    if (!added)
        return added.error();
    auto membership = store::find_organization_membership(transaction, id, user->user_id);
    if (!membership)
        return membership.error();
    if (!*membership)
        return internal_error("a membership that was just made is gone");
    Patch<double> max_budget;
    if (wanted.max_budget)
        max_budget = *wanted.max_budget;
    if (const auto set = set_budget(transaction, context, by, max_budget, **membership); !set)
        return set.error();
    if (const auto stored = store::update_organization_membership(transaction, **membership); !stored)
        return stored.error();
    if (const auto recorded = record_member(transaction, context, by, std::nullopt, **membership); !recorded)
        return recorded.error();
    return complete_organization_member(transaction, std::move(**membership));
}

Result<std::vector<OrganizationMember>> add_in(
    db::Transaction& transaction, const Context& context, const Caller& by, const OrganizationAddition& wanted
)
{
    const auto organization = open_organization(transaction, by, wanted.organization_id);
    if (!organization)
        return organization.error();
    std::vector<OrganizationMember> added;
    for (const auto& wish : wanted.members) {
        auto member = add_one(transaction, context, by, wanted, wish);
        if (!member)
            return member.error();
        added.push_back(std::move(*member));
    }
    return added;
}

Result<store::OrganizationMembership>
find_member(db::Transaction& transaction, const Caller& by, const OrganizationMemberName& wanted)
{
    const auto organization = open_organization(transaction, by, wanted.organization_id);
    if (!organization)
        return organization.error();
    std::optional<std::string> user_id = wanted.user_id;
    if (!user_id && wanted.user_email) {
        const auto user = store::find_user_by_email(transaction, *wanted.user_email);
        if (!user)
            return user.error();
        if (*user)
            user_id = (*user)->user_id;
    }
    auto membership =
        store::find_organization_membership(transaction, wanted.organization_id, user_id.value_or(""));
    if (!membership)
        return membership.error();
    if (!*membership)
        return absent("User not found in the organization.", "user_id");
    return std::move(**membership);
}

Result<OrganizationMember> update_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const OrganizationMemberChange& wanted
)
{
    auto membership = find_member(transaction, by, wanted);
    if (!membership)
        return membership.error();
    const store::OrganizationMembership before = *membership;
    if (wanted.role)
        membership->user_role = wanted.role;
    if (const auto set = set_budget(transaction, context, by, wanted.max_budget, *membership); !set)
        return set.error();
    membership->updated_at = context.now();
    if (const auto stored = store::update_organization_membership(transaction, *membership); !stored)
        return stored.error();
    if (const auto recorded = record_member(transaction, context, by, before, *membership); !recorded)
        return recorded.error();
    return complete_organization_member(transaction, std::move(*membership));
}

Result<OrganizationMember> remove_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const OrganizationMemberName& wanted
)
{
    auto membership = find_member(transaction, by, wanted);
    if (!membership)
        return membership.error();
    auto member = complete_organization_member(transaction, *membership);
    if (!member)
        return member.error();
    const auto gone =
        store::remove_organization_membership(transaction, membership->organization_id, membership->user_id);
    if (!gone)
        return gone.error();
    if (const auto recorded = record_member(transaction, context, by, *membership, std::nullopt); !recorded)
        return recorded.error();
    return member;
}

} // namespace

Task<std::vector<OrganizationMember>>
OrganizationService::add_members(const Caller& by, const OrganizationAddition& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    for (const auto& member : wanted.members) {
        if (const auto checked = check_role_of_member(member.role); !checked)
            co_return checked.error();
    }
    if (const auto checked = check_amount(wanted.max_budget, "max_budget_in_organization"); !checked)
        co_return checked.error();
    auto added = co_await context_.database->transact<std::vector<OrganizationMember>>(
        [&](db::Transaction& transaction) { return add_in(transaction, context_, by, wanted); }
    );
    co_return added;
}

Task<OrganizationMember>
OrganizationService::update_member(const Caller& by, const OrganizationMemberChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (wanted.role) {
        if (const auto checked = check_role_of_member(*wanted.role); !checked)
            co_return checked.error();
    }
    co_return co_await context_.database->transact<OrganizationMember>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, by, wanted);
    });
}

Task<OrganizationMember>
OrganizationService::remove_member(const Caller& by, const OrganizationMemberName& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<OrganizationMember>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, wanted);
    });
}

} // namespace litellm::management
