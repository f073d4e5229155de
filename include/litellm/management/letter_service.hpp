#pragma once
// What administrators see and change of the letters: switches of the events, the outbox, a test.

#include "litellm/core/task.hpp"
#include "litellm/mail/post_office.hpp"
#include "litellm/management/context.hpp"

#include <string>
#include <vector>

namespace litellm::management {

class LetterService {
public:
    /// `office` may be null: then nothing is ever sent.
    LetterService(const Context& context, mail::PostOffice* office) : context_(context), office_(office) {}

    /// Event name to whether it is told of.
    [[nodiscard]] Task<Json> load_switches();
    /// Changes those that are named. invalid_input for an unknown event.
    [[nodiscard]] Task<void> change_switches(Json changes);
    [[nodiscard]] Task<void> reset_switches();

    [[nodiscard]] Task<std::vector<mail::OutboxEntry>> list(std::int64_t limit, std::int64_t offset);
    [[nodiscard]] Task<void> retry(std::string id);
    [[nodiscard]] Task<void> cancel(std::string id);

    /// For figures; empty where no letter is ever sent.
    [[nodiscard]] Task<mail::PostOfficeReport> report();

    /// Sends a letter at once to TEST_EMAIL_ADDRESS. upstream_failed with what each transport said.
    [[nodiscard]] Task<void> send_test_letter();

private:
    const Context context_;
    mail::PostOffice* office_;
};

} // namespace litellm::management
