#pragma once
// How letters leave: SMTP, Resend, SendGrid.

#include "litellm/core/environment.hpp"
#include "litellm/core/time.hpp"
#include "litellm/mail/letter.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::mail {

/// What became of one attempt.
struct Delivery {
    enum class Outcome {
        sent,
        again,         ///< temporary: try later
        refused,       ///< this letter will never be taken
        misconfigured, ///< no letter will be taken until somebody changes something: try later, and say so
    };
    Outcome outcome = Outcome::sent;
    std::string error; ///< never holds the letter or a password
    std::optional<std::chrono::seconds> retry_after;
};

/// Blocks while it sends: call it on a thread of its own. May be used by one thread at a time.
class Transport {
public:
    virtual ~Transport() = default;
    /// The name of the callback that switches it on: `smtp_email`, `resend_email`, `sendgrid_email`.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// `id` stays the same however often a letter is tried: message id and idempotency key.
    [[nodiscard]] virtual Delivery send(const Letter& letter, const std::string& id, Timestamp now) = 0;
    /// send() is over by then, whatever the server does.
    [[nodiscard]] virtual std::chrono::seconds longest_send() const { return std::chrono::seconds(60); }
    /// From any thread: what is being sent is broken off, and nothing more is sent.
    void stop() { stopping_ = true; }

protected:
    [[nodiscard]] const std::atomic<bool>& stopping() const { return stopping_; }

private:
    std::atomic<bool> stopping_ = false;
};

struct Transports {
    std::vector<std::unique_ptr<Transport>> all;
    /// What keeps a wanted transport from working, for one warning at start.
    std::vector<std::string> problems;
};
/// Those that `callbacks` name; `alerting` with "email" means SMTP.
[[nodiscard]] Transports make_transports(
    const std::vector<std::string>& callbacks,
    const std::vector<std::string>& alerting,
    const Environment& environment
);

} // namespace litellm::mail
