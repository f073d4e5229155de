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
    std::string payload; ///< sealed
    std::int64_t attempts = 0; ///< this one included
    Timestamp created_at;
};

struct NewLetter {
    std::string id;
    std::string event;
    std::string transport;
    std::string recipient;
    std::string payload;
    std::string dedupe_key;
};

/// False when a letter with that dedupe_key is there.
[[nodiscard]] Result<bool> insert_letter(db::Transaction& transaction, const NewLetter& letter, Timestamp now);
[[nodiscard]] Result<std::vector<LeasedLetter>>
lease_due_letters(db::Transaction& transaction, Timestamp now, std::chrono::seconds lease, std::int64_t limit);
/// Both wipe what the letter says.
[[nodiscard]] Result<void> mark_sent(db::Transaction& transaction, const std::string& id, Timestamp now);
[[nodiscard]] Result<void> mark_dead(db::Transaction& transaction, const std::string& id, const std::string& error);
[[nodiscard]] Result<void>
mark_for_later(db::Transaction& transaction, const std::string& id, Timestamp next, const std::string& error);
/// not_found when the letter does not wait.
[[nodiscard]] Result<void> make_letter_due(db::Transaction& transaction, const std::string& id, Timestamp now);
/// Rows that ended before `before` go.
[[nodiscard]] Result<void> remove_old_letters(db::Transaction& transaction, Timestamp before);

} // namespace litellm::mail
