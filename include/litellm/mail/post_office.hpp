#pragma once
// Letters are written down in the transaction of the change that they tell of, and sent afterwards by a
// worker.

#include "litellm/core/random.hpp"
#include "litellm/core/sealed_text.hpp"
#include "litellm/core/task.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"
#include "litellm/mail/letter.hpp"
#include "litellm/mail/transport.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace litellm::mail {

/// One row of the outbox, without what the letter says.
struct OutboxEntry {
    std::string id;
    std::string event;
    std::string transport;
    std::string recipient;
    std::string state; ///< pending, sending, sent, dead, cancelled
    std::int64_t attempts = 0;
    Timestamp created_at;
    Timestamp next_attempt_at;
    std::optional<Timestamp> sent_at;
    std::optional<std::string> last_error;
};

/// What a letter is written for, and to whom.
struct Occasion {
    Event event = Event::key_created;
    std::string to;
    std::string dedupe_key; ///< a second letter for it is not written
    /// The letter is cancelled when these are gone before it was sent; empty: it is about none.
    std::string key_token = {};
    std::string user_id = {};
    std::optional<Timestamp> give_up_at = {}; ///< not sent later than this
};

struct PostOfficeOptions {
    std::chrono::hours longest_age{
        72};                       ///< EMAIL_MAX_AGE_HOURS: then a letter that could not be sent is given up
    double letters_per_second = 0; ///< EMAIL_RATE_PER_SECOND, for each transport; 0: as fast as it goes
};
/// With a rate of two a second, which every provider allows. What is no number is a warning.
[[nodiscard]] PostOfficeOptions post_office_options(const Environment& environment);

/// What became of letters since this process started, and what waits.
struct PostOfficeReport {
    struct Count {
        std::string event;
        std::string transport;
        std::string outcome; ///< sent, again, refused, misconfigured
        std::uint64_t count = 0;
    };
    std::vector<Count> counts;
    std::int64_t waiting = 0;
    std::optional<Timestamp> oldest; ///< of those that wait
};

class PostOffice {
public:
    PostOffice(
        Transports transports,
        Branding branding,
        TextSeal seal,
        const Clock& clock,
        Random& random,
        PostOfficeOptions options = {}
    );
    ~PostOffice();
    PostOffice(const PostOffice&) = delete;
    PostOffice& operator=(const PostOffice&) = delete;

    /// False: nobody has configured e-mail, and posting does nothing.
    [[nodiscard]] bool is_open() const;
    [[nodiscard]] const Branding& branding() const;

    /// Writes one row for each transport. Nothing happens when the event is switched off, or when there is no
    /// address; tells whether a letter will go out.
    [[nodiscard]] Result<bool>
    post(db::Transaction& transaction, const Occasion& occasion, const Json& facts);

    /// Sends a letter that is due; returns how many were tried. Safe beside other processes: a letter is
    /// leased before it is sent, and a lease that its holder did not end in time counts no more.
    [[nodiscard]] Task<std::size_t> deliver_due(db::Database& database);
    /// Breaks off what is being sent and waits for the mail thread. To be called before the event loops end.
    void stop();
    /// Sends at once, without the outbox: for the test of a configuration. One error for each transport that
    /// failed.
    [[nodiscard]] Task<void> send_test_letter(const std::string& to);

    [[nodiscard]] Result<PostOfficeReport> report(db::Transaction& transaction) const;

    /// Newest first.
    [[nodiscard]] static Result<std::vector<OutboxEntry>>
    list(db::Transaction& transaction, std::int64_t limit, std::int64_t offset);
    /// Makes a letter that waits or was given up due now. not_found when there is nothing left to send.
    [[nodiscard]] Result<void> retry(db::Transaction& transaction, const std::string& id);
    [[nodiscard]] Result<void> cancel(db::Transaction& transaction, const std::string& id);

    /// Switches of /email/event_settings, kept in LiteLLM_Config.
    [[nodiscard]] static Result<Json> load_event_settings(db::Transaction& transaction);
    [[nodiscard]] static Result<void> save_event_settings(db::Transaction& transaction, const Json& settings);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace litellm::mail
