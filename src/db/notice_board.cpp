#include "notice_board.hpp"

#include "driver.hpp"

#include <algorithm>

namespace litellm::db {

namespace {

/// Postgres takes 8,000 bytes.
constexpr std::size_t most_notice_bytes = 7'000;

class BoardSubscription final : public Subscription {
public:
    BoardSubscription(std::shared_ptr<NoticeBoard> board, Subscriber subscriber)
        : board_(std::move(board)), number_(board_->add(std::move(subscriber)))
    {
    }
    ~BoardSubscription() override { board_->remove(number_); }
    BoardSubscription(const BoardSubscription&) = delete;
    BoardSubscription& operator=(const BoardSubscription&) = delete;

private:
    const std::shared_ptr<NoticeBoard> board_;
    const std::uint64_t number_;
};

} // namespace

std::uint64_t NoticeBoard::add(Subscriber subscriber)
{
    const std::lock_guard lock(mutex_);
    subscribers_.emplace(++next_, std::move(subscriber));
    return next_;
}

void NoticeBoard::remove(std::uint64_t number)
{
    const std::lock_guard lock(mutex_);
    subscribers_.erase(number);
}

void NoticeBoard::tell(const std::vector<std::string>& notices)
{
    if (notices.empty())
        return;
    const std::lock_guard lock(mutex_);
    for (const auto& [number, subscriber] : subscribers_) {
        for (const std::string& notice : notices)
            subscriber.on_notice(notice);
    }
}

void NoticeBoard::tell_gap()
{
    const std::lock_guard lock(mutex_);
    for (const auto& [number, subscriber] : subscribers_)
        subscriber.on_gap();
}

std::unique_ptr<Subscription> post(std::shared_ptr<NoticeBoard> board, Subscriber subscriber)
{
    return std::make_unique<BoardSubscription>(std::move(board), std::move(subscriber));
}

Result<void> DriverTransaction::announce(const std::string& notice)
{
    if (notice.size() > most_notice_bytes)
        return invalid_input("an announcement is too long");
    if (std::find(notices_.begin(), notices_.end(), notice) != notices_.end())
        return {};
    if (const auto sent = send(notice); !sent)
        return sent.error();
    notices_.push_back(notice);
    return {};
}

} // namespace litellm::db
