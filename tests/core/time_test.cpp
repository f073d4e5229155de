#include "litellm/core/time.hpp"

#include <gtest/gtest.h>

namespace litellm {
namespace {

Timestamp at(std::string_view text)
{
    return parse_timestamp(text).value();
}

TEST(ParseTimestamp, AcceptsTheFormsInUse)
{
    EXPECT_EQ(to_iso8601(at("2026-02-18")), "2026-02-18T00:00:00.000000Z");
    EXPECT_EQ(to_iso8601(at("2026-02-18T10:37:21.5Z")), "2026-02-18T10:37:21.500000Z");
    EXPECT_EQ(to_iso8601(at("2026-02-18 10:37:21.123456")), "2026-02-18T10:37:21.123456Z");
    EXPECT_EQ(to_iso8601(at("2026-02-18T10:37:21+02:30")), "2026-02-18T08:07:21.000000Z");
}

TEST(ParseTimestamp, RefusesNonsense)
{
    for (const char* text :
         {"", "2026", "2026-13-01", "2026-02-30", "2026-02-18T25:00", "2026-02-18x", "2026-02-18T10:00:00Zx"})
        EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(ParseDuration, KnowsEveryUnit)
{
    EXPECT_EQ(parse_duration("30s")->seconds.count(), 30);
    EXPECT_EQ(parse_duration("30m")->seconds.count(), 1800);
    EXPECT_EQ(parse_duration("30min")->seconds.count(), 1800);
    EXPECT_EQ(parse_duration("30hr")->seconds.count(), 108000);
    EXPECT_EQ(parse_duration("2w")->seconds.count(), 1209600);
    EXPECT_EQ(parse_duration("1mo")->months, 1);
}

TEST(ParseDuration, RefusesNonsense)
{
    for (const char* text : {"", "10", "d", "-1d", "1.5d", "1y", "99999999999d"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, ClampsMonthsToTheirLastDay)
{
    EXPECT_EQ(to_day(parse_duration("1mo")->after(at("2026-01-31"))), "2026-02-28");
    EXPECT_EQ(to_day(parse_duration("2mo")->after(at("2026-11-15"))), "2027-01-15");
}

TEST(NextBudgetReset, FollowsTheCalendar)
{
    const Timestamp now = at("2026-02-18T10:37:21.5Z"); // a Wednesday
    const std::pair<const char*, const char*> cases[] = {
        {"30s", "2026-02-18T10:37:30.000000Z"},
        {"7m", "2026-02-18T10:42:00.000000Z"},
        {"90m", "2026-02-18T11:30:00.000000Z"},
        {"1h", "2026-02-18T11:00:00.000000Z"},
        {"5h", "2026-02-18T15:00:00.000000Z"},
        {"1d", "2026-02-19T00:00:00.000000Z"},
        {"7d", "2026-02-23T00:00:00.000000Z"},
        {"1w", "2026-02-23T00:00:00.000000Z"},
        {"30d", "2026-03-01T00:00:00.000000Z"},
        {"14d", "2026-03-04T00:00:00.000000Z"},
        {"1mo", "2026-03-01T00:00:00.000000Z"},
        {"90d", "2026-05-19T00:00:00.000000Z"},
    };
    for (const auto& [duration, expected] : cases)
        EXPECT_EQ(to_iso8601(next_budget_reset(duration, now).value()), expected) << duration;
}

} // namespace
} // namespace litellm
