#include "outbox.hpp"

#include <algorithm>

namespace litellm::mail {

namespace {

constexpr std::string_view insert_row = R"(
INSERT INTO email_outbox
    (id, event, transport, recipient, payload, dedupe_key, state, created_at, next_attempt_at, key_token, user_id, give_up_at)
VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $7, $8, $9, $10) ON CONFLICT (dedupe_key) DO NOTHING)";

constexpr std::string_view cancel_orphans = R"(
UPDATE email_outbox SET state = 'cancelled', payload = NULL, last_error = 'what it is about is gone'
WHERE state = 'pending' AND (
    (key_token IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM "LiteLLM_VerificationToken" AS held WHERE held.token = email_outbox.key_token))
    OR (key_token IS NULL AND user_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM "LiteLLM_UserTable" AS known WHERE known.user_id = email_outbox.user_id))))";
constexpr std::string_view give_up_late = R"(
UPDATE email_outbox SET state = 'dead', payload = NULL, last_error = 'it could not be sent in time'
WHERE state = 'pending' AND give_up_at <= $1)";

// Several processes may look at once: on Postgres each takes rows that no other has locked; SQLite has one
// writer. Who is written to gets his letters in their order: one that waits for another try keeps the later
// ones back.
constexpr std::string_view lease_on_postgres = R"(
UPDATE email_outbox SET state = 'sending', lease_until = $2, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM email_outbox
    WHERE ((state = 'pending' AND next_attempt_at <= $1) OR (state = 'sending' AND lease_until < $1))
    AND NOT EXISTS (
        SELECT 1 FROM email_outbox AS earlier
        WHERE earlier.recipient = email_outbox.recipient AND earlier.transport = email_outbox.transport
        AND earlier.state IN ('pending', 'sending') AND (earlier.created_at, earlier.id) < (email_outbox.created_at, email_outbox.id))
    ORDER BY next_attempt_at, created_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, event, transport, payload, attempts, created_at, give_up_at)";
constexpr std::string_view lease_on_sqlite = R"(
UPDATE email_outbox SET state = 'sending', lease_until = $2, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM email_outbox
    WHERE ((state = 'pending' AND next_attempt_at <= $1) OR (state = 'sending' AND lease_until < $1))
    AND NOT EXISTS (
        SELECT 1 FROM email_outbox AS earlier
        WHERE earlier.recipient = email_outbox.recipient AND earlier.transport = email_outbox.transport
        AND earlier.state IN ('pending', 'sending') AND (earlier.created_at, earlier.id) < (email_outbox.created_at, email_outbox.id))
    ORDER BY next_attempt_at, created_at, id LIMIT $3)
RETURNING id, event, transport, payload, attempts, created_at, give_up_at)";

constexpr std::string_view set_sent = R"(
UPDATE email_outbox SET state = 'sent', payload = NULL, sent_at = $2, last_error = NULL, lease_until = NULL
WHERE id = $1 AND state = 'sending')";
constexpr std::string_view set_dead = R"(
UPDATE email_outbox SET state = 'dead', payload = NULL, last_error = $2, lease_until = NULL
WHERE id = $1 AND state = 'sending')";
constexpr std::string_view set_pending = R"(
UPDATE email_outbox SET state = 'pending', next_attempt_at = $2, last_error = $3, lease_until = NULL
WHERE id = $1 AND state = 'sending')";
constexpr std::string_view postpone = R"(
UPDATE email_outbox SET next_attempt_at = $2 WHERE transport = $1 AND state = 'pending' AND next_attempt_at < $2)";
constexpr std::string_view select_backlog = R"(
SELECT count(*), min(created_at) FROM email_outbox WHERE state IN ('pending', 'sending'))";
constexpr std::string_view make_due = R"(
UPDATE email_outbox SET next_attempt_at = $2 WHERE id = $1 AND state = 'pending')";
constexpr std::string_view set_cancelled = R"(
UPDATE email_outbox SET state = 'cancelled', payload = NULL WHERE id = $1 AND state = 'pending')";
constexpr std::string_view delete_old = R"(
DELETE FROM email_outbox WHERE state IN ('sent', 'dead', 'cancelled') AND created_at < $1)";
constexpr std::string_view select_entries = R"(
SELECT id, event, transport, recipient, state, attempts, created_at, next_attempt_at, sent_at, last_error
FROM email_outbox ORDER BY created_at DESC, id LIMIT $1 OFFSET $2)";

constexpr std::string_view select_settings = R"(
SELECT param_value FROM "LiteLLM_Config" WHERE param_name = 'general_settings')";
constexpr std::string_view upsert_settings = R"(
INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ('general_settings', $1)
ON CONFLICT (param_name) DO UPDATE SET param_value = excluded.param_value)";

Result<void> done(const Result<std::int64_t>& changed)
{
    if (!changed)
        return changed.error();
    return {};
}

Result<void> done_to_one(const Result<std::int64_t>& changed)
{
    if (!changed)
        return changed.error();
    if (*changed == 0)
        return Error{ErrorKind::not_found, "There is no letter of that id that waits to be sent."};
    return {};
}

Result<Json> load_general_settings(db::Transaction& transaction)
{
    const auto rows = transaction.query(select_settings, {});
    if (!rows)
        return rows.error();
    auto document = rows->empty() ? Result<Json>(Json::object()) : parse_json(rows->front().json_text(0));
    return document && document->is_object() ? std::move(*document) : Json::object();
}

} // namespace

Result<bool> insert_letter(db::Transaction& transaction, const NewLetter& letter, Timestamp now)
{
    const auto inserted = transaction.execute(
        insert_row,
        {letter.id,
         letter.event,
         letter.transport,
         letter.recipient,
         letter.payload,
         letter.dedupe_key,
         now,
         letter.key_token,
         letter.user_id,
         letter.give_up_at}
    );
    if (!inserted)
        return inserted.error();
    return *inserted > 0;
}

Result<void> drop_pointless_letters(db::Transaction& transaction, Timestamp now)
{
    if (const auto cancelled = done(transaction.execute(cancel_orphans, {})); !cancelled)
        return cancelled.error();
    return done(transaction.execute(give_up_late, {now}));
}

Result<std::vector<LeasedLetter>>
lease_due_letters(db::Transaction& transaction, Timestamp now, std::chrono::seconds lease, std::int64_t limit)
{
    const bool is_postgres = transaction.dialect() == db::Dialect::postgres;
    const auto rows =
        transaction.query(is_postgres ? lease_on_postgres : lease_on_sqlite, {now, now + lease, limit});
    if (!rows)
        return rows.error();
    std::vector<LeasedLetter> letters;
    for (const db::Row& row : *rows) {
        LeasedLetter letter{row.text(0), row.text(1), row.text(2), row.text(3), row.integer(4), {}, {}};
        letter.created_at = row.timestamp(5).value_or(now);
        letter.give_up_at = row.timestamp(6);
        letters.push_back(std::move(letter));
    }
    // RETURNING keeps no order.
    std::ranges::sort(letters, {}, [](const LeasedLetter& letter) {
        return std::pair(letter.created_at, letter.id);
    });
    return letters;
}

Result<void> mark_sent(db::Transaction& transaction, const std::string& id, Timestamp now)
{
    return done(transaction.execute(set_sent, {id, now}));
}

Result<void> mark_dead(db::Transaction& transaction, const std::string& id, const std::string& error)
{
    return done(transaction.execute(set_dead, {id, error}));
}

Result<void>
mark_for_later(db::Transaction& transaction, const std::string& id, Timestamp next, const std::string& error)
{
    return done(transaction.execute(set_pending, {id, next, error}));
}

Result<void>
postpone_letters(db::Transaction& transaction, const std::string& name_of_transport, Timestamp until)
{
    return done(transaction.execute(postpone, {name_of_transport, until}));
}

Result<Backlog> load_backlog(db::Transaction& transaction)
{
    const auto rows = transaction.query(select_backlog, {});
    if (!rows)
        return rows.error();
    Backlog backlog;
    backlog.count = rows->front().integer(0);
    backlog.oldest = rows->front().timestamp(1);
    return backlog;
}

Result<void> remove_old_letters(db::Transaction& transaction, Timestamp before)
{
    return done(transaction.execute(delete_old, {before}));
}

Result<std::vector<OutboxEntry>>
PostOffice::list(db::Transaction& transaction, std::int64_t limit, std::int64_t offset)
{
    const auto rows = transaction.query(select_entries, {limit, offset});
    if (!rows)
        return rows.error();
    std::vector<OutboxEntry> entries;
    for (const db::Row& row : *rows) {
        OutboxEntry entry{
            row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5), {}, {}, {}, {}};
        entry.created_at = row.timestamp(6).value_or(Timestamp());
        entry.next_attempt_at = row.timestamp(7).value_or(Timestamp());
        entry.sent_at = row.timestamp(8);
        entry.last_error = row.optional_text(9);
        entries.push_back(std::move(entry));
    }
    return entries;
}

Result<void> PostOffice::cancel(db::Transaction& transaction, const std::string& id)
{
    return done_to_one(transaction.execute(set_cancelled, {id}));
}

Result<void> make_letter_due(db::Transaction& transaction, const std::string& id, Timestamp now)
{
    return done_to_one(transaction.execute(make_due, {id, now}));
}

Result<Json> PostOffice::load_event_settings(db::Transaction& transaction)
{
    const auto settings = load_general_settings(transaction);
    if (!settings)
        return settings.error();
    const auto stored = settings->find("email_settings");
    Json switches = Json::object();
    for (const Event event : all_events()) {
        const std::string name(to_string(event));
        const bool is_off =
            stored != settings->end() && stored->is_object() && stored->value(name, Json()) == Json(false);
        switches[name] = !is_off;
    }
    return switches;
}

Result<void> PostOffice::save_event_settings(db::Transaction& transaction, const Json& switches)
{
    auto settings = load_general_settings(transaction);
    if (!settings)
        return settings.error();
    (*settings)["email_settings"] = switches;
    return done(transaction.execute(upsert_settings, {*settings}));
}

} // namespace litellm::mail
