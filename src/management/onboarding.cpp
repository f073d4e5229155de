#include "litellm/management/onboarding.hpp"

#include "change_record.hpp"
#include "passwords.hpp"
#include "refusals.hpp"
#include "session_start.hpp"

#include "litellm/core/signed_claims.hpp"
#include "litellm/store/passwords.hpp"
#include "litellm/store/users.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::management {

namespace {

constexpr std::chrono::minutes token_length{15};
constexpr std::string_view token_type = "litellm_onboarding";

Error refused(std::string message)
{
    return Error{ErrorKind::unauthorized, std::move(message), "invitation_link", "auth_error"};
}

/// The link itself is the secret behind the token: whoever can forge one has the link, and may claim it
/// anyway. A token under the master key would let its reader try master keys at home.
Secret key_of_token(const std::string& invitation_id)
{
    return Secret("litellm-cpp onboarding " + invitation_id);
}

std::string make_token(const store::Invitation& invitation, Timestamp now)
{
    Json claims = {
        {"token_type", token_type}, {"invitation_link", invitation.id}, {"user_id", invitation.user_id}};
    claims["exp"] = std::chrono::duration_cast<seconds>((now + token_length).time_since_epoch()).count();
    return sign_claims(claims, key_of_token(invitation.id));
}

bool is_token_of(const std::string& token, const store::Invitation& invitation, Timestamp now)
{
    const auto claims = verified_claims(token, key_of_token(invitation.id));
    if (!claims || claims->value("token_type", Json()) != Json(token_type) ||
        claims->value("user_id", Json()) != Json(invitation.user_id))
        return false;
    const Json expiry = claims->value("exp", Json());
    return expiry.is_number_integer() && Timestamp(seconds(expiry.get<std::int64_t>())) > now;
}

Result<OpenInvitation> open_in(db::Transaction& transaction, const Context& context, const std::string& id)
{
    auto found = store::find_invitation(transaction, id);
    if (!found)
        return found.error();
    if (!*found)
        return refused("Invitation link does not exist in db.");
    OpenInvitation open;
    open.invitation = std::move(**found);
    if (open.invitation.is_accepted)
        return refused("Invitation link has already been used.");
    if (open.invitation.expires_at <= context.now())
        return refused("Invitation link has expired.");
    auto user = store::find_user(transaction, open.invitation.user_id);
    if (!user)
        return user.error();
    if (!*user)
        return refused("Invitation link does not exist in db.");
    open.user = std::move(**user);
    const auto has_password = store::has_password(transaction, open.user.user_id);
    if (!has_password)
        return has_password.error();
    open.is_reset = *has_password;
    open.token = make_token(open.invitation, context.now());
    return open;
}

Result<void> check_claim(const Claim& claim, const OpenInvitation& open, Timestamp now)
{
    if (claim.user_id && *claim.user_id != open.invitation.user_id)
        return refused(fmt::format(
            "Invalid invitation link. The user id submitted does not match the user id this link is for. "
            "Got={}",
            *claim.user_id
        ));
    if (claim.token && !is_token_of(*claim.token, open.invitation, now))
        return refused("Invalid onboarding session for invitation link.");
    return {};
}

Result<NewSession> claim_in(
    db::Transaction& transaction,
    const Context& context,
    const SignInSettings& settings,
    const std::string& invitation_id,
    const std::string& kept
)
{
    // Looked at again: while the password was hashed, somebody else may have used the link.
    auto open = open_in(transaction, context, invitation_id);
    if (!open)
        return open.error();
    const auto claimed = store::claim_invitation(transaction, invitation_id, context.now());
    if (!claimed)
        return claimed.error();
    if (!*claimed)
        return refused("Invitation link has already been used.");
    const Caller by = caller_of(open->user, "invitation");
    if (const auto replaced = replace_password(transaction, context, open->user.user_id, kept); !replaced)
        return replaced.error();
    const Change accepted{
        ChangeAction::updated,
        invitation_table,
        open->user.user_id,
        Json{{"user_id", open->user.user_id}, {"is_accepted", false}},
        Json{{"user_id", open->user.user_id}, {"is_accepted", true}}};
    const Change changed{
        ChangeAction::updated, user_table, open->user.user_id, std::nullopt, Json{{"password", "changed"}}};
    for (const Change* change : {&accepted, &changed}) {
        if (const auto recorded = record_change(transaction, context, by, *change); !recorded)
            return recorded.error();
    }
    return start_session(transaction, context, settings, std::move(open->user));
}

} // namespace

Task<OpenInvitation> Onboarding::open(std::string invitation_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<OpenInvitation>([&](db::Transaction& transaction) {
        return open_in(transaction, context_, invitation_id);
    });
}

Task<NewSession> Onboarding::claim(Claim claim)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto open = co_await this->open(claim.invitation_id);
    if (!open)
        co_return open.error();
    if (const auto checked = check_claim(claim, *open, context_.now()); !checked)
        co_return checked.error();
    if (const auto checked = check_new_password(claim.password); !checked)
        co_return checked.error();
    if (const auto allowed = may_sign_in(open->user, sessions_.settings()); !allowed)
        co_return allowed.error();
    const std::string name = "invitation:" + claim.invitation_id;
    if (const auto admitted = sessions_.guard().admit(name, claim.address); !admitted)
        co_return admitted.error();
    const auto kept = co_await hash_in_background(context_, claim.password);
    if (!kept)
        co_return kept.error();
    auto session = co_await context_.database->transact<NewSession>([&](db::Transaction& transaction) {
        return claim_in(transaction, context_, sessions_.settings(), claim.invitation_id, *kept);
    });
    if (!session)
        co_return session.error();
    sessions_.guard().succeeded(name, claim.address);
    co_return session;
}

} // namespace litellm::management
