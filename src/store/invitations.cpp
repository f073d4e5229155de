#include "litellm/store/invitations.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view invitation_table = "LiteLLM_InvitationLink";

constexpr std::array invitation_columns{
    column<Invitation, &Invitation::id>("id"),
    column<Invitation, &Invitation::user_id>("user_id"),
    column<Invitation, &Invitation::is_accepted>("is_accepted"),
    column<Invitation, &Invitation::accepted_at>("accepted_at"),
    column<Invitation, &Invitation::expires_at>("expires_at"),
    column<Invitation, &Invitation::created_at>("created_at"),
    column<Invitation, &Invitation::created_by>("created_by"),
    column<Invitation, &Invitation::updated_at>("updated_at"),
    column<Invitation, &Invitation::updated_by>("updated_by"),
};

constexpr std::string_view select_invitation = R"(SELECT {} FROM "LiteLLM_InvitationLink" WHERE id = $1)";
constexpr std::string_view select_open = R"(
SELECT {} FROM "LiteLLM_InvitationLink" WHERE user_id = $1 AND is_accepted = false AND expires_at > $2
ORDER BY expires_at DESC, id LIMIT 1)";
constexpr std::string_view update_acceptance = R"(
UPDATE "LiteLLM_InvitationLink" SET is_accepted = $2, accepted_at = $3, updated_at = $4, updated_by = $5
WHERE id = $1)";
constexpr std::string_view accept_open = R"(
UPDATE "LiteLLM_InvitationLink" SET is_accepted = true, accepted_at = $2, updated_at = $2
WHERE id = $1 AND is_accepted = false AND expires_at > $2)";
constexpr std::string_view end_open = R"(
UPDATE "LiteLLM_InvitationLink" SET expires_at = $2, updated_at = $2
WHERE user_id = $1 AND is_accepted = false AND expires_at > $2)";
constexpr std::string_view delete_invitation = R"(DELETE FROM "LiteLLM_InvitationLink" WHERE id = $1)";
constexpr std::string_view delete_of_user = R"(
DELETE FROM "LiteLLM_InvitationLink" WHERE user_id = $1 OR created_by = $1 OR updated_by = $1)";

Columns<Invitation> columns_of(db::Transaction& transaction)
{
    return Columns<Invitation>(invitation_columns, *transaction.shape_of(invitation_table));
}

Result<void> nothing_more(const Result<std::int64_t>& changed)
{
    if (!changed)
        return changed.error();
    return {};
}

} // namespace

Result<void> insert_invitation(db::Transaction& transaction, const Invitation& invitation)
{
    return insert_record(transaction, invitation_table, columns_of(transaction), invitation);
}

Result<std::optional<Invitation>> find_invitation(db::Transaction& transaction, const std::string& id)
{
    const Columns<Invitation> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_invitation, columns.names()), {id}));
}

Result<std::optional<Invitation>>
find_open_invitation(db::Transaction& transaction, const std::string& user_id, Timestamp until)
{
    const Columns<Invitation> columns = columns_of(transaction);
    return read_first(columns, transaction.query(compose(select_open, columns.names()), {user_id, until}));
}

Result<void> update_invitation(db::Transaction& transaction, const Invitation& invitation)
{
    return nothing_more(transaction.execute(
        update_acceptance,
        {invitation.id,
         invitation.is_accepted,
         invitation.accepted_at,
         invitation.updated_at,
         invitation.updated_by}
    ));
}

Result<void> remove_invitation(db::Transaction& transaction, const std::string& id)
{
    return nothing_more(transaction.execute(delete_invitation, {id}));
}

Result<void> remove_invitations_of_user(db::Transaction& transaction, const std::string& user_id)
{
    return nothing_more(transaction.execute(delete_of_user, {user_id}));
}

Result<bool> claim_invitation(db::Transaction& transaction, const std::string& id, Timestamp now)
{
    const auto changed = transaction.execute(accept_open, {id, now});
    if (!changed)
        return changed.error();
    return *changed > 0;
}

Result<void> end_open_invitations(db::Transaction& transaction, const std::string& user_id, Timestamp now)
{
    return nothing_more(transaction.execute(end_open, {user_id, now}));
}

} // namespace litellm::store
