#include "litellm/management/mailed_events.hpp"

#include "litellm/core/log.hpp"
#include "litellm/store/teams.hpp"
#include "litellm/store/users.hpp"

#include <algorithm>

namespace litellm::management {

namespace {

/// Empty when nobody can be written to.
Result<std::string> address_of(db::Transaction& transaction, const store::Key& key, bool is_rotation)
{
    if (is_rotation && key.metadata.is_object()) {
        const auto own = key.metadata.find("key_rotation_email");
        if (own != key.metadata.end() && own->is_string() && mail::is_address(own->get<std::string>()))
            return own->get<std::string>();
    }
    if (!key.user_id)
        return std::string();
    const auto user = store::find_user(transaction, *key.user_id);
    if (!user)
        return user.error();
    const bool has_address = *user && (*user)->user_email && mail::is_address(*(*user)->user_email);
    return has_address ? *(*user)->user_email : std::string();
}

Result<mail::KeyFacts> facts_of(
    db::Transaction& transaction,
    const Secret& secret,
    const store::Key& key,
    std::string to,
    const mail::Branding& branding
)
{
    mail::KeyFacts facts;
    facts.to = std::move(to);
    facts.user_id = key.user_id.value_or("");
    // What no letter shows need not wait in one.
    if (branding.include_api_key)
        facts.key = secret.reveal();
    facts.key_alias = key.key_alias.value_or("");
    facts.models = key.models;
    facts.max_budget = key.max_budget;
    facts.budget_duration = key.budget_duration.value_or("");
    facts.expires_at = key.expires;
    if (key.team_id) {
        const auto team = store::find_team(transaction, *key.team_id);
        if (!team)
            return team.error();
        if (*team)
            facts.team_alias = (*team)->team_alias.value_or("");
    }
    return facts;
}

} // namespace

Result<void> MailedEvents::key_created(db::Transaction& transaction, const KeyCreated& event)
{
    if (!event.send_invite_email || !office_.is_open())
        return {};
    const auto to = address_of(transaction, event.row, false);
    if (!to)
        return to.error();
    if (to->empty()) {
        log::warning("mail", "a key was made with send_invite_email, but its user has no e-mail address");
        return {};
    }
    const auto facts = facts_of(transaction, event.secret, event.row, *to, office_.branding());
    if (!facts)
        return facts.error();
    mail::Occasion occasion{mail::Event::key_created, *to, "key_created:" + event.row.token};
    occasion.key_token = event.row.token;
    occasion.user_id = event.row.user_id.value_or("");
    const auto posted = office_.post(transaction, occasion, mail::to_json(*facts));
    if (!posted)
        return posted.error();
    if (*posted && !office_.branding().include_api_key)
        return box_.keep(transaction, event.row, event.secret);
    return {};
}

Result<void> MailedEvents::key_rotated(db::Transaction& transaction, const KeyRotated& event)
{
    if (const auto forgotten = RevealBox::forget(transaction, event.old_token); !forgotten)
        return forgotten.error();
    if (event.is_scheduled || (office_.is_open() && !office_.branding().include_api_key)) {
        if (const auto kept = box_.keep(transaction, event.row, event.secret); !kept)
            return kept.error();
    }
    if (!office_.is_open())
        return {};
    const auto to = address_of(transaction, event.row, true);
    if (!to)
        return to.error();
    if (to->empty())
        return {};
    auto facts = facts_of(transaction, event.secret, event.row, *to, office_.branding());
    if (!facts)
        return facts.error();
    facts->old_key_ends = event.old_key_ends;
    facts->is_scheduled = event.is_scheduled;
    mail::Occasion occasion{mail::Event::key_rotated, *to, "key_rotated:" + event.row.token};
    occasion.key_token = event.row.token;
    occasion.user_id = event.row.user_id.value_or("");
    const auto posted = office_.post(transaction, occasion, mail::to_json(*facts));
    if (!posted)
        return posted.error();
    return {};
}

Result<bool> MailedEvents::has_recipient(db::Transaction& transaction, const store::Key& key)
{
    // Whoever can sign in sees the new key on his page, whatever becomes of the letter.
    if (key.user_id) {
        const auto can_sign_in = store::has_password(transaction, *key.user_id);
        if (!can_sign_in)
            return can_sign_in.error();
        if (*can_sign_in)
            return true;
    }
    // A letter that hides the key does not deliver it.
    if (!office_.is_open() || !office_.branding().include_api_key)
        return false;
    const auto switches = mail::PostOffice::load_event_settings(transaction);
    if (!switches)
        return switches.error();
    if (switches->value(std::string(mail::to_string(mail::Event::key_rotated)), Json()) == Json(false))
        return false;
    const auto to = address_of(transaction, key, true);
    if (!to)
        return to.error();
    return !to->empty();
}

Result<void> MailedEvents::user_invited(
    db::Transaction& transaction, const store::User& user, const store::Invitation& invitation
)
{
    mail::InvitationFacts facts;
    facts.to = user.user_email.value_or("");
    facts.user_id = user.user_id;
    facts.invitation_id = invitation.id;
    facts.role = user.user_role.value_or("");
    std::ranges::replace(facts.role, '_', ' ');
    facts.expires_at = invitation.expires_at;
    mail::Occasion occasion{mail::Event::user_invited, facts.to, "user_invited:" + sha256_hex(invitation.id)};
    occasion.user_id = user.user_id;
    occasion.give_up_at = invitation.expires_at;
    const auto posted = office_.post(transaction, occasion, mail::to_json(facts));
    if (!posted)
        return posted.error();
    return {};
}

} // namespace litellm::management
