#pragma once
// The table `email_outbox`.

#include "litellm/mail/post_office.hpp"

#include <chrono>

namespace litellm::mail {

/// A letter that this process may send until its lease ends.
struct LeasedLetter {
    std::string id;
    std::string event;
    std::string transport;
    std::string payload;       ///< sealed
    std::int64_t attempts = 0; ///< this one included
    Timestamp created_at;
    std::optional<Timestamp> give_up_at;
};

struct NewLetter {
    std::string id;
    std::string event;
    std::string transport;
    std::string recipient;
    std::string payload;
    std::string dedupe_key;
    std::optional<std::string> key_token; ///< what it is about
    std::optional<std::string> user_id;
    std::optional<Timestamp> give_up_at;
};

/// False when a letter with that dedupe_key is there.
[[nodiscard]] Result<bool>
insert_letter(db::Transaction& transaction, const NewLetter& letter, Timestamp now);
/// Letters that are due and whose key or user is gone are cancelled; those whose time is over are given up.
[[nodiscard]] Result<void> drop_pointless_letters(db::Transaction& transaction, Timestamp now);
[[nodiscard]] Result<std::vector<LeasedLetter>> lease_due_letters(
    db::Transaction& transaction, Timestamp now, std::chrono::seconds lease, std::int64_t limit
);
/// Both wipe what the letter says.
[[nodiscard]] Result<void> mark_sent(db::Transaction& transaction, const std::string& id, Timestamp now);
[[nodiscard]] Result<void>
mark_dead(db::Transaction& transaction, const std::string& id, const std::string& error);
[[nodiscard]] Result<void>
mark_for_later(db::Transaction& transaction, const std::string& id, Timestamp next, const std::string& error);
/// Whatever waits for this transport waits at least until then.
[[nodiscard]] Result<void>
postpone_letters(db::Transaction& transaction, const std::string& name_of_transport, Timestamp until);
struct Backlog {
    std::int64_t count = 0;
    std::optional<Timestamp> oldest;
};
[[nodiscard]] Result<Backlog> load_backlog(db::Transaction& transaction);
/// not_found when the letter does not wait.
[[nodiscard]] Result<void>
make_letter_due(db::Transaction& transaction, const std::string& id, Timestamp now);
/// Rows that ended before `before` go.
[[nodiscard]] Result<void> remove_old_letters(db::Transaction& transaction, Timestamp before);

} // namespace litellm::mail
