#include "litellm/management/login_guard.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace litellm::management {
namespace {

class Guards : public ::testing::Test {
protected:
    bool may_try(const std::string& name, const std::string& address = "192.0.2.1")
    {
        return guard.admit(name, address).has_value();
    }
    int tries(const std::string& name, const std::string& address, int most = 100)
    {
        int count = 0;
        while (count < most && may_try(name, address))
            ++count;
        return count;
    }
    ManualClock clock{parse_timestamp("2026-02-18T10:00:00Z").value()};
    LoginGuard guard{clock};
};

TEST_F(Guards, LockANameAfterFiveTriesFromWhereverTheyCome)
{
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(may_try("Ada@example.org", fmt::format("192.0.2.{}", i)));
    const auto refused = guard.admit(" ada@EXAMPLE.org", "198.51.100.7");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(refused.error().headers.front(), (std::pair<std::string, std::string>("retry-after", "60")));
    EXPECT_TRUE(may_try("bob@example.org"));
}

TEST_F(Guards, WaitLongerEachTimeAndForgetInTheEnd)
{
    EXPECT_EQ(tries("ada", "192.0.2.1"), 5);
    clock.advance(std::chrono::seconds(61));
    EXPECT_EQ(tries("ada", "192.0.2.2"), 1);
    clock.advance(std::chrono::seconds(61));
    EXPECT_FALSE(may_try("ada", "192.0.2.3"));
    clock.advance(std::chrono::seconds(60));
    EXPECT_TRUE(may_try("ada", "192.0.2.3"));
    clock.advance(std::chrono::minutes(16));
    EXPECT_EQ(tries("ada", "192.0.2.4"), 5);
}

TEST_F(Guards, LockAnAddressThatTriesManyNames)
{
    int count = 0;
    while (count < 100 && may_try(fmt::format("user-{}", count), "2001:db8::1"))
        ++count;
    EXPECT_EQ(count, 20);
    EXPECT_FALSE(may_try("another", "2001:db8::2")) << "the same network";
    EXPECT_TRUE(may_try("another", "2001:db8:0:1::2"));
}

TEST_F(Guards, StartANameAnewOnceItSucceeded)
{
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE(may_try("ada")) << i;
        guard.succeeded("ada", "192.0.2.1");
    }
    EXPECT_EQ(tries("ada", "192.0.2.1"), 5);
}

TEST_F(Guards, RememberABoundedNumber)
{
    LoginGuard small(clock, 3);
    for (int i = 0; i < 5; ++i)
        static_cast<void>(small.admit("ada", "a"));
    EXPECT_FALSE(small.admit("ada", "b"));
    for (int i = 0; i < 3; ++i)
        static_cast<void>(small.admit(fmt::format("other-{}", i), fmt::format("c-{}", i)));
    EXPECT_TRUE(small.admit("ada", "d")) << "the oldest was forgotten";
}

TEST(Networks, AreHalfOfAnIPv6AddressAndAWholeIPv4One)
{
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(network_of(std::string(1000, 'x')).size(), 64U);
}

} // namespace
} // namespace litellm::management
