// The protocol of reservations, checked in every order of its steps: two callers with a common team, a ledger
// that writes batches, and somebody who reads the database's figure and hands it in, late or early.

#include "litellm/spend/accounts.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace litellm::spend {
namespace {

enum class Step {
    first_reserves,
    second_reserves,
    first_settles,
    second_settles,
    first_cancels,
    first_is_lost,
    batch_begins,
    batch_commits,
    batch_ends,
    batch_fails,
    figure_is_read,
    figure_is_taken,
};
constexpr std::size_t step_count = 12;
constexpr std::size_t longest_path = 7;

constexpr std::int64_t team_budget = 4;
constexpr std::int64_t first_bound = 2, first_cost = 1;
constexpr std::int64_t second_bound = 3, second_cost = 3;

Money dollars(std::int64_t count)
{
    return Money::from_nano(count * 1'000'000'000);
}

/// The accounts beside what must be true of them.
class World {
public:
    World() { take_figure(Money(), accounts_.generation()); }

    [[nodiscard]] bool may(Step step) const
    {
        switch (step) {
        case Step::first_reserves:
            return !first_.is_open();
        case Step::second_reserves:
            return !second_.is_open();
        case Step::first_settles:
        case Step::first_cancels:
        case Step::first_is_lost:
            return first_.is_open();
        case Step::second_settles:
            return second_.is_open();
        case Step::batch_begins:
            return batch_ == Batch::none && settled_ != database_;
        case Step::batch_commits:
        case Step::batch_fails:
            return batch_ == Batch::begun;
        case Step::batch_ends:
            return batch_ == Batch::committed;
        case Step::figure_is_read:
            return true;
        case Step::figure_is_taken:
            return has_figure_;
        }
        return false;
    }

    void take(Step step)
    {
        switch (step) {
        case Step::first_reserves:
            reserve(first_, first_bound);
            break;
        case Step::second_reserves:
            reserve(second_, second_bound);
            break;
        case Step::first_settles:
            settle(first_, first_bound, first_cost);
            break;
        case Step::second_settles:
            settle(second_, second_bound, second_cost);
            break;
        case Step::first_cancels:
            first_.cancel();
            reserved_ -= first_bound;
            break;
        case Step::first_is_lost: // a coroutine that was destroyed
            first_ = Reservation();
            reserved_ -= first_bound;
            break;
        case Step::batch_begins:
            accounts_.begin_apply();
            in_batch_ = settled_ - database_;
            batch_ = Batch::begun;
            break;
        case Step::batch_commits:
            database_ += in_batch_;
            batch_ = Batch::committed;
            break;
        case Step::batch_ends:
            accounts_.end_apply({{ScopeKind::team, "t", dollars(in_batch_)}});
            batch_ = Batch::none;
            break;
        case Step::batch_fails:
            accounts_.end_apply({});
            batch_ = Batch::none;
            break;
        case Step::figure_is_read:
            read_at_ = accounts_.generation();
            figure_ = database_;
            has_figure_ = true;
            break;
        case Step::figure_is_taken:
            take_figure(dollars(figure_), read_at_);
            has_figure_ = false;
            break;
        }
    }

    void check(const std::string& path) const
    {
        const Account& team = *payer_.account;
        ASSERT_EQ(team.reserved, dollars(reserved_)) << path;
        ASSERT_EQ(team.spent, dollars(settled_)) << path;
        ASSERT_EQ(team.in_flight, (first_.is_open() ? 1 : 0) + (second_.is_open() ? 1 : 0)) << path;
        ASSERT_LE(team.spent + team.reserved, dollars(team_budget)) << path;
    }

private:
    enum class Batch { none, begun, committed };

    void take_figure(Money figure, std::uint64_t read_at)
    {
        Limits limits;
        limits.max_budget = dollars(team_budget);
        payer_ = {accounts_.account(ScopeKind::team, "t", limits, figure, read_at), true};
    }
    void reserve(Reservation& into, std::int64_t bound)
    {
        Demand demand;
        demand.upper_bound = dollars(bound);
        auto taken = accounts_.reserve({payer_}, demand);
        const bool fits = settled_ + reserved_ + bound <= team_budget && settled_ < team_budget;
        ASSERT_EQ(taken.has_value(), fits);
        if (!taken)
            return;
        into = std::move(*taken);
        reserved_ += bound;
    }
    void settle(Reservation& reservation, std::int64_t bound, std::int64_t cost)
    {
        reservation.settle(dollars(cost), 1);
        reserved_ -= bound;
        settled_ += cost;
    }

    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    Accounts accounts_{clock_};
    Payer payer_;
    Reservation first_, second_;
    std::int64_t reserved_ = 0, settled_ = 0, database_ = 0, in_batch_ = 0, figure_ = 0;
    std::uint64_t read_at_ = 0;
    bool has_figure_ = false;
    Batch batch_ = Batch::none;
};

std::string describe(const std::vector<Step>& path)
{
    std::string text;
    for (const Step step : path)
        text += std::to_string(static_cast<int>(step)) + " ";
    return text;
}

/// Walks every path; a world cannot be copied, so each path is walked from the beginning.
std::size_t explore(std::vector<Step>& path)
{
    World world;
    for (const Step step : path)
        world.take(step);
    world.check(describe(path));
    if (::testing::Test::HasFatalFailure() || path.size() == longest_path)
        return 1;
    std::size_t count = 1;
    for (std::size_t i = 0; i < step_count; ++i) {
        const auto step = static_cast<Step>(i);
        if (!world.may(step))
            continue;
        path.push_back(step);
        count += explore(path);
        path.pop_back();
    }
    return count;
}

TEST(ReservationModel, HoldsInEveryOrderOfSteps)
{
    std::vector<Step> path;
    const std::size_t paths = explore(path);
    EXPECT_GT(paths, 10'000U);
}

} // namespace
} // namespace litellm::spend
