#include "litellm/management/invitations.hpp"

#include "inviting.hpp"

#include "authority.hpp"
#include "change_record.hpp"
#include "refusals.hpp"
#include "team_roles.hpp"

#include "litellm/store/organizations.hpp"
#include "litellm/store/users.hpp"

#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

constexpr std::chrono::days valid_for{7};
/// An open invitation that lasts this long is given out again rather than a second one made.
constexpr std::chrono::days worth_reusing{1};

/// Whether the caller administers a team or an organization that the user belongs to.
Result<bool> administers_user(db::Transaction& transaction, const Caller& by, const store::User& user)
{
    const std::string& own = by.principal->user_id;
    if (own.empty())
        return false;
    // Whoever follows the link sets a password: nobody may take over an admin, or somebody who has come in
    // already.
    if (user.user_role == "proxy_admin" || user.user_role == "proxy_admin_viewer")
        return false;
    const auto has_come_in = store::has_password(transaction, user.user_id);
    if (!has_come_in)
        return has_come_in.error();
    if (*has_come_in)
        return false;
    const auto teams = store::list_teams_by_id(transaction, user.teams);
    if (!teams)
        return teams.error();
    for (const auto& team : *teams) {
        if (is_team_admin(team, own))
            return true;
    }
    const auto organizations = store::list_organizations_with_role(transaction, own, "org_admin");
    if (!organizations)
        return organizations.error();
    for (const auto& organization : *organizations) {
        const auto role = store::find_organization_role(transaction, organization, user.user_id);
        if (!role)
            return role.error();
        if (*role)
            return true;
    }
    return false;
}

/// The table wants a row for whoever invites; the master key's user has none until somebody needs it.
Result<void> ensure_author(db::Transaction& transaction, const Context& context, const std::string& author)
{
    const auto known = store::find_user(transaction, author);
    if (!known)
        return known.error();
    if (*known)
        return {};
    if (author != default_user_id)
        return bad_request("User id does not exist in 'LiteLLM_UserTable'", "user_id");
    store::User user;
    user.user_id = author;
    user.user_role = "proxy_admin";
    user.created_at = user.updated_at = context.now();
    return store::insert_user(transaction, user);
}

Result<store::Invitation>
create_in(db::Transaction& transaction, const Context& context, const Caller& by, const std::string& user_id)
{
    const auto user = store::find_user(transaction, user_id);
    if (!user)
        return user.error();
    if (!by.is_admin()) {
        const auto allowed = *user ? administers_user(transaction, by, **user) : Result<bool>(false);
        if (!allowed)
            return allowed.error();
        if (!*allowed)
            return bad_request(
                "Only admins of the proxy, of the user's team or of his organization can invite him."
            );
    }
    if (!*user)
        return bad_request("User id does not exist in 'LiteLLM_UserTable'", "user_id");
    auto open = store::find_open_invitation(transaction, user_id, context.now() + worth_reusing);
    if (!open)
        return open.error();
    if (*open)
        return std::move(**open);
    return make_invitation(transaction, context, by, user_id);
}

/// The id is what lets its holder in, so the audit log names the invited user alone.
Result<void> record_invitation(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    ChangeAction action,
    const store::Invitation& invitation
)
{
    Json shown = {{"user_id", invitation.user_id}, {"is_accepted", invitation.is_accepted}};
    shown["expires_at"] = to_iso8601(invitation.expires_at);
    Change made{action, invitation_table, invitation.user_id, std::nullopt, std::nullopt};
    (action == ChangeAction::deleted ? made.before : made.after) = std::move(shown);
    return record_change(transaction, context, by, made);
}

Result<store::Invitation> find_known(db::Transaction& transaction, const std::string& id)
{
    auto invitation = store::find_invitation(transaction, id);
    if (!invitation)
        return invitation.error();
    if (!*invitation)
        return bad_request("Invitation id does not exist in the database.", "invitation_id");
    return std::move(**invitation);
}

Result<store::Invitation> accept_in(
    db::Transaction& transaction,
    const Context& context,
    const Caller& by,
    const std::string& id,
    bool is_accepted
)
{
    auto invitation = find_known(transaction, id);
    if (!invitation)
        return invitation;
    if (const auto ready = ensure_author(transaction, context, by.author()); !ready)
        return ready.error();
    invitation->is_accepted = is_accepted;
    invitation->accepted_at.reset();
    if (is_accepted)
        invitation->accepted_at = context.now();
    invitation->updated_at = context.now();
    invitation->updated_by = by.author();
    if (const auto stored = store::update_invitation(transaction, *invitation); !stored)
        return stored.error();
    const auto recorded = record_invitation(transaction, context, by, ChangeAction::updated, *invitation);
    if (!recorded)
        return recorded.error();
    return invitation;
}

Result<store::Invitation>
remove_in(db::Transaction& transaction, const Context& context, const Caller& by, const std::string& id)
{
    auto invitation = find_known(transaction, id);
    const std::string& own = by.principal->user_id;
    if (!by.is_admin() && (!invitation || own.empty() || invitation->created_by != own))
        return forbidden("Only proxy admins, and whoever made an invitation, can delete it.");
    if (!invitation)
        return invitation;
    if (const auto gone = store::remove_invitation(transaction, id); !gone)
        return gone.error();
    const auto recorded = record_invitation(transaction, context, by, ChangeAction::deleted, *invitation);
    if (!recorded)
        return recorded.error();
    return invitation;
}

Error admins_only()
{
    return bad_request("Admin-only endpoint. Not allowed to access this.");
}

} // namespace

Result<store::Invitation> make_invitation(
    db::Transaction& transaction, const Context& context, const Caller& by, const std::string& user_id
)
{
    if (const auto ready = ensure_author(transaction, context, by.author()); !ready)
        return ready.error();
    store::Invitation invitation;
    invitation.id = new_uuid(context.random);
    invitation.user_id = user_id;
    invitation.created_at = invitation.updated_at = context.now();
    invitation.expires_at = context.now() + valid_for;
    invitation.created_by = invitation.updated_by = by.author();
    if (const auto stored = store::insert_invitation(transaction, invitation); !stored)
        return stored.error();
    const auto recorded = record_invitation(transaction, context, by, ChangeAction::created, invitation);
    if (!recorded)
        return recorded.error();
    return invitation;
}

Task<store::Invitation> Invitations::create(const Caller& by, const std::string& user_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<store::Invitation>([&](db::Transaction& transaction) {
        return create_in(transaction, context_, by, user_id);
    });
}

Task<store::Invitation> Invitations::load(const Caller& by, const std::string& id)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return admins_only();
    co_return co_await context_.database->transact<store::Invitation>([&](db::Transaction& transaction) {
        return find_known(transaction, id);
    });
}

Task<store::Invitation> Invitations::set_accepted(const Caller& by, const std::string& id, bool is_accepted)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (!by.is_admin())
        co_return admins_only();
    co_return co_await context_.database->transact<store::Invitation>([&](db::Transaction& transaction) {
        return accept_in(transaction, context_, by, id, is_accepted);
    });
}

Task<store::Invitation> Invitations::remove(const Caller& by, const std::string& id)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<store::Invitation>([&](db::Transaction& transaction) {
        return remove_in(transaction, context_, by, id);
    });
}

} // namespace litellm::management
