#include "litellm/management/user_service.hpp"

#include "change_record.hpp"
#include "deletion.hpp"
#include "refusals.hpp"
#include "setting_values.hpp"

#include "litellm/store/invitations.hpp"
#include "litellm/store/organizations.hpp"
#include "litellm/store/sessions.hpp"
#include "litellm/store/team_members.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace litellm::management {

namespace {

/// Whose cached rows are wrong now.
struct Removed {
    std::vector<std::string> keys;
    std::vector<std::string> teams;
};

Result<void>
leave_teams(db::Transaction& transaction, const store::User& user, Timestamp now, Removed& removed)
{
    // In order, so that two deletions do not lock each other out.
    std::vector<std::string> team_ids = user.teams;
    std::sort(team_ids.begin(), team_ids.end());
    for (const auto& team_id : team_ids) {
        auto team = store::lock_team(transaction, team_id);
        if (!team)
            return team.error();
        if (!*team)
            continue;
        Json members = Json::array();
        for (const Json& member : (*team)->members_with_roles) {
            if (text_setting(member, "user_id") != user.user_id)
                members.push_back(member);
        }
        if (const auto stored = store::set_team_members(transaction, team_id, members, now); !stored)
            return stored.error();
        removed.teams.push_back(team_id);
    }
    return store::remove_memberships_of_user(transaction, user.user_id);
}

Result<void> remove_keys(
    db::Transaction& transaction,
    const std::string& user_id,
    const store::Deletion& deletion,
    Removed& removed
)
{
    const auto keys = store::list_keys_of_user(transaction, user_id);
    if (!keys)
        return keys.error();
    for (const auto& key : *keys)
        removed.keys.push_back(key.token);
    if (keys->empty())
        return {};
    if (const auto gone = store::remove_keys(transaction, *keys, deletion); !gone)
        return gone.error();
    return {};
}

Result<void> remove_one(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& user_id,
    const store::Deletion& deletion,
    Removed& removed
)
{
    const auto user = store::lock_user(transaction, user_id);
    if (!user)
        return user.error();
    if (!*user)
        return absent(fmt::format("User not found, passed user_id={}", user_id), "user_ids");
    if (const auto left = leave_teams(transaction, **user, context.now(), removed); !left)
        return left.error();
    if (const auto gone = remove_keys(transaction, user_id, deletion, removed); !gone)
        return gone.error();
    if (const auto gone = store::remove_invitations_of_user(transaction, user_id); !gone)
        return gone.error();
    if (const auto gone = store::remove_sessions_of_user(transaction, user_id); !gone)
        return gone.error();
    if (const auto gone = store::remove_organization_memberships_of_user(transaction, user_id); !gone)
        return gone.error();
    Change made{ChangeAction::deleted, user_table, user_id, store::document_of(**user), std::nullopt};
    if (const auto recorded = record_change(transaction, context, by, made); !recorded)
        return recorded.error();
    return store::remove_user(transaction, user_id);
}

Result<Removed> remove_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::vector<std::string>& user_ids
)
{
    Removed removed;
    const store::Deletion deletion = deletion_by(context, by);
    for (const auto& user_id : user_ids) {
        if (const auto gone = remove_one(transaction, context, by, user_id, deletion, removed); !gone)
            return gone.error();
    }
    return removed;
}

} // namespace

Task<std::int64_t> UserService::remove(const Caller& by, const std::vector<std::string>& user_ids)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return forbidden("Only a proxy admin can delete users.");
    std::vector<std::string> unique = user_ids;
    std::sort(unique.begin(), unique.end());
    unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
    if (unique.empty())
        co_return bad_request("user_ids: at least one is needed.", "user_ids");
    const auto removed = co_await context_.database->transact<Removed>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, unique);
    });
    if (!removed)
        co_return removed.error();
    for (const auto& user_id : unique)
        context_.authenticator.forget_user(user_id);
    for (const auto& team_id : removed->teams)
        context_.authenticator.forget_team(team_id);
    for (const auto& hash : removed->keys)
        context_.authenticator.forget_key(hash);
    co_return static_cast<std::int64_t>(unique.size());
}

} // namespace litellm::management
