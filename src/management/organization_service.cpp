#include "litellm/management/organization_service.hpp"

#include "budget_rows.hpp"
#include "change_record.hpp"
#include "deletion.hpp"
#include "key_issue.hpp"
#include "key_row.hpp"
#include "organization_reading.hpp"
#include "refusals.hpp"

#include "litellm/store/keys.hpp"
#include "litellm/store/team_members.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace litellm::management {

namespace {

Error not_for_you()
{
    Error error = forbidden("Only proxy admins can make, change and delete organizations.");
    error.status = 401;
    return error;
}

Result<std::string> budget_for(
    db::Transaction& transaction, const Context& context, const Caller& by, const NewOrganization& wanted
)
{
    if (!wanted.budget_id) {
        const auto made = store_new_budget(transaction, context, by, new_uuid(context.random), wanted.budget);
        if (!made)
            return made.error();
        return made->budget_id;
    }
    const auto known = store::find_budget(transaction, *wanted.budget_id);
    if (!known)
        return known.error();
    if (!*known)
        return bad_request(
            fmt::format("Budget not found, passed budget_id={}", *wanted.budget_id), "budget_id"
        );
    return *wanted.budget_id;
}

Result<OrganizationView> create_in(
    db::Transaction& transaction, const Context& context, const Caller& by, const NewOrganization& wanted
)
{
    store::Organization row;
    row.organization_id = wanted.organization_id ? *wanted.organization_id : new_uuid(context.random);
    const auto known = store::find_organization(transaction, row.organization_id);
    if (!known)
        return known.error();
    if (*known)
        return bad_request(
            fmt::format("Organization id = {} already exists.", row.organization_id), "organization_id"
        );
    auto budget_id = budget_for(transaction, context, by, wanted);
    if (!budget_id)
        return budget_id.error();
    const auto permission = store_object_permission(transaction, context, wanted.object_permission);
    if (!permission)
        return permission.error();
    row.object_permission_id = *permission;
    row.budget_id = std::move(*budget_id);
    row.organization_alias = wanted.organization_alias;
    row.models = wanted.models;
    row.metadata = merged_metadata(wanted.metadata, wanted.managed);
    row.created_at = row.updated_at = context.now();
    row.created_by = row.updated_by = by.author();
    if (const auto stored = store::insert_organization(transaction, row); !stored)
        return stored.error();
    Change made{
        ChangeAction::created,
        organization_table,
        row.organization_id,
        std::nullopt,
        store::document_of(row)};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return complete_organization(transaction, std::move(row));
}

Result<OrganizationView> update_in(
    db::Transaction& transaction, const Context& context, const Caller& by, const OrganizationChange& wanted
)
{
    auto row = lock_known_organization(transaction, wanted.organization_id);
    if (!row)
        return row.error();
    Change made{
        ChangeAction::updated,
        organization_table,
        row->organization_id,
        store::document_of(*row),
        std::nullopt};
    if (wanted.budget_id) {
        const auto known = store::find_budget(transaction, *wanted.budget_id);
        if (!known)
            return known.error();
        if (!*known)
            return bad_request(
                fmt::format("Budget not found, passed budget_id={}", *wanted.budget_id), "budget_id"
            );
        row->budget_id = *wanted.budget_id;
    }
    if (wanted.budget.is_present()) {
        const auto changed = change_stored_budget(transaction, context, by, row->budget_id, wanted.budget);
        if (!changed)
            return changed.error();
    }
    const auto merged =
        merge_object_permission(transaction, context, wanted.object_permission, row->object_permission_id);
    if (!merged)
        return merged.error();
    row->organization_alias = wanted.organization_alias.value_or(row->organization_alias);
    wanted.models.apply_to(row->models);
    row->metadata = merged_metadata(row->metadata, wanted.metadata);
    row->updated_at = context.now();
    row->updated_by = by.author();
    if (const auto stored = store::update_organization(transaction, *row); !stored)
        return stored.error();
    made.after = store::document_of(*row);
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return complete_organization(transaction, std::move(*row));
}

Result<void>
remove_team(db::Transaction& transaction, const std::string& team_id, const store::Deletion& deletion)
{
    const auto keys = store::list_keys_of_team(transaction, team_id);
    if (!keys)
        return keys.error();
    if (!keys->empty()) {
        if (const auto gone = store::remove_keys(transaction, *keys, deletion); !gone)
            return gone.error();
    }
    if (const auto left = store::remove_team_from_users(transaction, team_id, deletion.at); !left)
        return left.error();
    if (const auto gone = store::remove_memberships_of_team(transaction, team_id); !gone)
        return gone.error();
    if (const auto gone = store::remove_teams(transaction, {team_id}, deletion); !gone)
        return gone.error();
    return {};
}

Result<std::vector<OrganizationView>> remove_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::vector<std::string>& organization_ids
)
{
    const store::Deletion deletion = deletion_by(context, by);
    std::vector<OrganizationView> removed;
    for (const auto& id : organization_ids) {
        auto row = lock_known_organization(transaction, id);
        if (!row)
            return row.error();
        auto view = complete_organization(transaction, std::move(*row));
        if (!view)
            return view.error();
        for (const auto& team : view->teams) {
            if (const auto gone = remove_team(transaction, team.team_id, deletion); !gone)
                return gone.error();
        }
        if (const auto gone = store::remove_organization(transaction, id); !gone)
            return gone.error();
        Change made{
            ChangeAction::deleted, organization_table, id, store::document_of(view->row), std::nullopt};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
        removed.push_back(std::move(*view));
    }
    return removed;
}

} // namespace

Task<OrganizationView> OrganizationService::create(const Caller& by, const NewOrganization& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    co_return co_await context_.database->transact<OrganizationView>([&](db::Transaction& transaction) {
        return create_in(transaction, context_, by, wanted);
    });
}

Task<OrganizationView> OrganizationService::update(const Caller& by, const OrganizationChange& wanted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    auto changed = co_await context_.database->transact<OrganizationView>([&](db::Transaction& transaction) {
        return update_in(transaction, context_, by, wanted);
    });
    if (changed)
        context_.authenticator.forget_everything();
    co_return changed;
}

Task<std::vector<OrganizationView>>
OrganizationService::remove(const Caller& by, const std::vector<std::string>& organization_ids)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return not_for_you();
    std::vector<std::string> ids = organization_ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    auto removed = co_await context_.database->transact<std::vector<OrganizationView>>(
        [&](db::Transaction& transaction) { return remove_in(transaction, context_, by, ids); }
    );
    if (removed)
        context_.authenticator.forget_everything();
    co_return removed;
}

} // namespace litellm::management
