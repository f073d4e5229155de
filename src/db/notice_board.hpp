#pragma once
// Who in this process hears of announcements.

#include "litellm/db/database.hpp"

#include <map>
#include <mutex>

namespace litellm::db {

class NoticeBoard {
public:
    [[nodiscard]] std::uint64_t add(Subscriber subscriber);
    /// Waits for a call that is under way.
    void remove(std::uint64_t number);

    void tell(const std::vector<std::string>& notices);
    void tell_gap();

private:
    std::mutex mutex_;
    std::uint64_t next_ = 0;
    std::map<std::uint64_t, Subscriber> subscribers_;
};

[[nodiscard]] std::unique_ptr<Subscription> post(std::shared_ptr<NoticeBoard> board, Subscriber subscriber);

} // namespace litellm::db
