#include "litellm/management/team_service.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "deletion.hpp"
#include "refusals.hpp"
#include "team_reading.hpp"

#include "litellm/store/team_members.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

/// Whose cached rows are wrong now.
struct Removed {
    std::vector<std::string> keys;
    std::vector<std::string> users;
};

Result<void> remove_keys(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& team_id,
    const store::Deletion& deletion,
    Removed& removed
)
{
    const auto keys = store::list_keys_of_team(transaction, team_id);
    if (!keys)
        return keys.error();
    for (const auto& key : *keys) {
        removed.keys.push_back(key.token);
        Change made{ChangeAction::deleted, key_table, key.token, store::document_of(key), std::nullopt};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
    }
    if (keys->empty())
        return {};
    if (const auto gone = store::remove_keys(transaction, *keys, deletion); !gone)
        return gone.error();
    return {};
}

Result<void>
remove_people(db::Transaction& transaction, const std::string& team_id, Timestamp now, Removed& removed)
{
    const auto users = store::remove_team_from_users(transaction, team_id, now);
    if (!users)
        return users.error();
    removed.users.insert(removed.users.end(), users->begin(), users->end());
    return store::remove_memberships_of_team(transaction, team_id);
}

Result<Removed> remove_in(
    db::Transaction& transaction, const Context& context, const Caller& by, std::vector<std::string> team_ids
)
{
    Removed removed;
    const store::Deletion deletion = deletion_by(context, by);
    // In order, so that two who delete the same teams do not lock each other out; and each once.
    std::sort(team_ids.begin(), team_ids.end());
    team_ids.erase(std::unique(team_ids.begin(), team_ids.end()), team_ids.end());
    for (const auto& team_id : team_ids) {
        const auto team = lock_known_team(transaction, team_id);
        if (!team)
            return team.error();
        const auto allowed =
            check_organization_admin(transaction, by, team->organization_id, "delete this team");
        if (!allowed)
            return allowed.error();
        if (const auto gone = remove_keys(transaction, context, by, team_id, deletion, removed); !gone)
            return gone.error();
        if (const auto gone = remove_people(transaction, team_id, context.now(), removed); !gone)
            return gone.error();
        Change made{ChangeAction::deleted, team_table, team_id, store::document_of(*team), std::nullopt};
        if (const auto recorded = record_change(transaction, context, by, made); !recorded)
            return recorded.error();
    }
    if (const auto gone = store::remove_teams(transaction, team_ids, deletion); !gone)
        return gone.error();
    return removed;
}

} // namespace

Task<std::vector<std::string>> TeamService::remove(const Caller& by, const std::vector<std::string>& team_ids)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (team_ids.empty())
        co_return bad_request("team_ids: at least one is needed.", "team_ids");
    const auto removed = co_await context_.database->transact<Removed>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, team_ids);
    });
    if (!removed)
        co_return removed.error();
    for (const auto& team_id : team_ids)
        context_.authenticator.forget_team(team_id);
    for (const auto& user_id : removed->users)
        context_.authenticator.forget_user(user_id);
    for (const auto& hash : removed->keys)
        context_.authenticator.forget_key(hash);
    co_return team_ids;
}

} // namespace litellm::management
