// Limits per minute and in flight, with a clock that stands still until it is moved.

#include "litellm/spend/accounts.hpp"

#include <gtest/gtest.h>

#include <map>

namespace litellm::spend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RateLimits : public ::testing::Test {
protected:
    Payer payer(ScopeKind kind, const std::string& id, const Limits& limits)
    {
        return {accounts_.account(kind, id, limits, Money(), accounts_.generation()), true};
    }
    static Limits tpm(std::int64_t limit)
    {
        Limits limits;
        limits.tpm = limit;
        return limits;
    }
    static Limits rpm(std::int64_t limit)
    {
        Limits limits;
        limits.rpm = limit;
        return limits;
    }
    static Demand asks(std::int64_t tokens, std::int64_t least = 1)
    {
        Demand demand;
        demand.tokens = tokens;
        demand.least_tokens = least;
        return demand;
    }
    static std::string header(const Error& error, const std::string& name)
    {
        for (const auto& [key, value] : error.headers) {
            if (key == name)
                return value;
        }
        return {};
    }
    std::map<std::string, std::int64_t> remaining(const std::vector<Payer>& payers)
    {
        std::map<std::string, std::int64_t> left;
        for (const auto& state : accounts_.limit_states(payers))
            left[std::string(to_string(state.kind)) + "/" + std::string(state.type)] = state.remaining;
        return left;
    }

    ManualClock clock_{parse_timestamp("2026-02-18T10:00:00Z").value()};
    Accounts accounts_{clock_};
};

TEST_F(RateLimits, CallsBesideEachOtherDoNotShareTheSameTokens)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", tpm(100))};
    std::vector<Reservation> open;
    std::int64_t used = 0;
    // Thirteen calls of 51 tokens at once would be 663.
    for (int i = 0; i < 13; ++i) {
        if (auto taken = accounts_.reserve(payers, asks(1024)))
            open.push_back(std::move(*taken));
    }
    EXPECT_EQ(open.size(), 1U);
    for (auto& each : open) {
        each.settle(Money(), 51);
        used += 51;
    }
    while (auto taken = accounts_.reserve(payers, asks(1024))) {
        taken->settle(Money(), 51);
        used += 51;
    }
    EXPECT_EQ(used, 102) << "the call that reaches the limit passes, the next one does not";
}

TEST_F(RateLimits, OneCallerAfterTheOtherGetsTheWholeLimit)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", tpm(100))};
    int passed = 0;
    while (auto taken = accounts_.reserve(payers, asks(4096))) {
        taken->settle(Money(), 10);
        ++passed;
    }
    EXPECT_EQ(passed, 10);
}

TEST_F(RateLimits, WhatIsHeldByCallsMayBeThereAgainAtOnce)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", tpm(100))};
    auto held = accounts_.reserve(payers, asks(1024));
    ASSERT_TRUE(held);
    clock_.advance(seconds(10));
    const auto beside = accounts_.reserve(payers, asks(1024));
    ASSERT_FALSE(beside);
    EXPECT_EQ(header(beside.error(), "retry-after"), "1");
    EXPECT_EQ(header(beside.error(), "rate_limit_type"), "tokens");

    held->settle(Money(), 100);
    const auto after = accounts_.reserve(payers, asks(1024));
    ASSERT_FALSE(after);
    EXPECT_EQ(header(after.error(), "retry-after"), "50");
}

TEST_F(RateLimits, RefusedRequestsConsumeNothing)
{
    Limits wide;
    wide.rpm = 10;
    wide.tpm = 10'000;
    wide.max_parallel_requests = 10;
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", wide), payer(ScopeKind::team, "t", rpm(1))};
    auto first = accounts_.reserve(payers, asks(10));
    ASSERT_TRUE(first);
    for (int i = 0; i < 50; ++i)
        EXPECT_FALSE(accounts_.reserve(payers, asks(10)));
    first->settle(Money(), 10);

    auto left = remaining(payers);
    EXPECT_EQ(left["api_key/requests"], 9);
    EXPECT_EQ(left["api_key/tokens"], 9'990);
    EXPECT_EQ(left["api_key/max_parallel_requests"], 10);
    EXPECT_EQ(left["team/requests"], 0);
}

TEST_F(RateLimits, ACallThatIsTakenBackNeverWas)
{
    Limits limits = rpm(1);
    limits.tpm = 100;
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", limits)};
    auto taken = accounts_.reserve(payers, asks(100));
    ASSERT_TRUE(taken);
    taken->cancel();
    EXPECT_TRUE(accounts_.reserve(payers, asks(100)));
}

TEST_F(RateLimits, AWindowBeginsWithItsFirstRequestAndEndsOnTheSecond)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", rpm(1))};
    ASSERT_TRUE(accounts_.reserve(payers, asks(1)));
    clock_.advance(milliseconds(59'999));
    const auto refused = accounts_.reserve(payers, asks(1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(header(refused.error(), "retry-after"), "1");
    clock_.advance(milliseconds(1));
    EXPECT_TRUE(accounts_.reserve(payers, asks(1)));
}

TEST_F(RateLimits, RetryAfterIsTheTrueRest)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", rpm(1))};
    ASSERT_TRUE(accounts_.reserve(payers, asks(1)));
    for (const int passed : {0, 1, 30, 59}) {
        clock_.set(parse_timestamp("2026-02-18T10:00:00Z").value() + seconds(passed));
        const auto refused = accounts_.reserve(payers, asks(1));
        ASSERT_FALSE(refused);
        EXPECT_EQ(header(refused.error(), "retry-after"), std::to_string(60 - passed));
        const auto reset = parse_timestamp("2026-02-18T10:01:00Z").value().time_since_epoch();
        EXPECT_EQ(
            header(refused.error(), "reset_at"),
            std::to_string(std::chrono::duration_cast<seconds>(reset).count())
        );
        EXPECT_NE(
            refused.error().message.find("Limit resets at: 2026-02-18 10:01:00 UTC"), std::string::npos
        );
    }
}

TEST_F(RateLimits, ACallThatOutlivesItsWindowLeavesTheNextOneAlone)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", tpm(100))};
    auto slow = accounts_.reserve(payers, asks(50));
    ASSERT_TRUE(slow);
    clock_.advance(seconds(61));
    auto next = accounts_.reserve(payers, asks(40));
    ASSERT_TRUE(next);
    slow->settle(Money(), 90);
    EXPECT_EQ(remaining(payers)["api_key/tokens"], 60);
    next->settle(Money(), 10);
    EXPECT_EQ(remaining(payers)["api_key/tokens"], 90);
    clock_.advance(seconds(61));
    EXPECT_EQ(remaining(payers)["api_key/tokens"], 100)
        << "nobody has asked yet, and the window is over all the same";
}

TEST_F(RateLimits, ParallelCallsAreCountedAsTheyAre)
{
    Limits limits;
    limits.max_parallel_requests = 2;
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", limits)};
    auto first = accounts_.reserve(payers, asks(1));
    auto second = accounts_.reserve(payers, asks(1));
    ASSERT_TRUE(first && second);
    clock_.advance(seconds(3600)); // longer than any window
    const auto third = accounts_.reserve(payers, asks(1));
    ASSERT_FALSE(third);
    EXPECT_EQ(header(third.error(), "rate_limit_type"), "max_parallel_requests");
    EXPECT_EQ(header(third.error(), "retry-after"), "1");
    second->settle(Money(), 1);
    EXPECT_TRUE(accounts_.reserve(payers, asks(1)));
}

TEST_F(RateLimits, ACallLargerThanTheLimitPassesAlone)
{
    const std::vector<Payer> payers{payer(ScopeKind::key, "k", tpm(100))};
    auto large = accounts_.reserve(payers, asks(5'000, 300));
    ASSERT_TRUE(large);
    EXPECT_FALSE(accounts_.reserve(payers, asks(1)));
    large->settle(Money(), 40);
    EXPECT_FALSE(accounts_.reserve(payers, asks(5'000, 300))) << "not beside others";
    EXPECT_TRUE(accounts_.reserve(payers, asks(60)));
}

TEST_F(RateLimits, ZeroLetsNobodyThrough)
{
    EXPECT_FALSE(accounts_.reserve({payer(ScopeKind::key, "a", rpm(0))}, asks(1)));
    EXPECT_FALSE(accounts_.reserve({payer(ScopeKind::key, "b", tpm(0))}, asks(1)));
    Limits none;
    none.max_parallel_requests = 0;
    EXPECT_FALSE(accounts_.reserve({payer(ScopeKind::key, "c", none)}, asks(1)));
}

TEST_F(RateLimits, EachScopeIsNamedInItsRefusal)
{
    for (std::size_t i = 0; i < scope_kind_count; ++i) {
        const auto kind = static_cast<ScopeKind>(i);
        const auto refused = accounts_.reserve({payer(kind, "it", rpm(0))}, asks(1));
        ASSERT_FALSE(refused);
        const std::string begin =
            "Rate limit exceeded for " + std::string(to_string(kind)) + ": it. Limit type: requests.";
        EXPECT_EQ(refused.error().message.substr(0, begin.size()), begin);
        EXPECT_EQ(scope_kind_from(to_string(kind)), kind);
    }
    EXPECT_EQ(scope_kind_from("nothing"), std::nullopt);
}

} // namespace
} // namespace litellm::spend
