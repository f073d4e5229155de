#include "key_access.hpp"

#include "refusals.hpp"
#include "team_roles.hpp"

namespace litellm::management {

namespace {

bool is_users(const Caller& by, const store::Key& key)
{
    return key.user_id && !key.user_id->empty() && *key.user_id == by.principal->user_id;
}

/// The caller's role in the key's team.
Result<std::optional<std::string>>
role_in_team(db::Transaction& transaction, const Caller& by, const store::Key& key)
{
    std::optional<std::string> role;
    if (!key.team_id || by.principal->user_id.empty())
        return role;
    const auto team = store::find_team(transaction, *key.team_id);
    if (!team)
        return team.error();
    if (*team)
        role = member_role(**team, by.principal->user_id);
    return role;
}

} // namespace

Result<bool> may_see_key(db::Transaction& transaction, const Caller& by, const store::Key& key)
{
    if (by.may_see_everything() || key.token == by.principal->key_hash || is_users(by, key))
        return true;
    const auto role = role_in_team(transaction, by, key);
    if (!role)
        return role.error();
    return role->has_value();
}

Result<bool> owns_key(db::Transaction& transaction, const Caller& by, const store::Key& key)
{
    if (is_users(by, key))
        return true;
    return administers_key(transaction, by, key);
}

Result<bool> administers_key(db::Transaction& transaction, const Caller& by, const store::Key& key)
{
    if (by.is_admin())
        return true;
    const auto role = role_in_team(transaction, by, key);
    if (!role)
        return role.error();
    return *role == "admin";
}

Result<void> may_change_key(
    db::Transaction& transaction, const Caller& by, const store::Key& key, const std::string& route
)
{
    if (by.is_admin())
        return {};
    const Error refusal =
        forbidden("Users can only change their own keys, and keys of teams that they administer.", "key");
    if (!key.team_id || by.principal->user_id.empty())
        return is_users(by, key) ? Result<void>() : Result<void>(refusal);
    const auto team = store::find_team(transaction, *key.team_id);
    if (!team)
        return team.error();
    const auto role = *team ? member_role(**team, by.principal->user_id) : std::nullopt;
    if (role == "admin")
        return {};
    if (role) {
        if (const auto allowed = may_member_call(**team, by.principal->user_id, route); !allowed)
            return allowed.error();
    }
    const bool is_nobodys = !key.user_id || key.user_id->empty();
    return is_users(by, key) || (role && is_nobodys) ? Result<void>() : Result<void>(refusal);
}

} // namespace litellm::management
