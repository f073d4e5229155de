#include "litellm/core/time_zone.hpp"

#include <gtest/gtest.h>

namespace litellm {

namespace {

Timestamp at(const char* text)
{
    return parse_timestamp(text).value();
}

TimeZone zone(const char* name)
{
    return TimeZone::load(name).value();
}

std::string reset(const char* duration, const char* now, const TimeZone& where)
{
    return to_iso8601(next_budget_reset(duration, at(now), where).value()).substr(0, 19);
}

} // namespace

TEST(TimeZone, IsUtcUnlessToldOtherwise)
{
    EXPECT_EQ(TimeZone().offset_at(at("2026-07-01")).count(), 0);
    EXPECT_EQ(zone("UTC").offset_at(at("2026-07-01")).count(), 0);
    EXPECT_FALSE(TimeZone::load("Europe/Atlantis"));
    EXPECT_FALSE(TimeZone::load("../passwd"));
    EXPECT_FALSE(TimeZone::load("/etc/passwd"));
    EXPECT_FALSE(TimeZone::load(""));
}

TEST(TimeZone, KnowsSummerAndWinter)
{
    const auto berlin = zone("Europe/Berlin");
    EXPECT_EQ(berlin.offset_at(at("2026-01-15")), std::chrono::hours(1));
    EXPECT_EQ(berlin.offset_at(at("2026-07-15")), std::chrono::hours(2));
    EXPECT_EQ(berlin.offset_at(at("2026-03-29T00:59:59Z")), std::chrono::hours(1));
    EXPECT_EQ(berlin.offset_at(at("2026-03-29T01:00:00Z")), std::chrono::hours(2));
    EXPECT_EQ(zone("Asia/Kolkata").offset_at(at("2026-01-01")), std::chrono::minutes(330));
    EXPECT_EQ(zone("America/New_York").offset_at(at("2026-01-01")), -std::chrono::hours(5));
}

TEST(TimeZone, GoesOnByTheRuleWhereTheTableEnds)
{
    EXPECT_EQ(zone("Europe/Berlin").offset_at(at("2090-07-15")), std::chrono::hours(2));
    EXPECT_EQ(zone("Europe/Berlin").offset_at(at("2090-12-15")), std::chrono::hours(1));
    EXPECT_EQ(zone("Australia/Sydney").offset_at(at("2090-01-15")), std::chrono::hours(11))
        << "summer spans the new year";
    EXPECT_EQ(zone("Australia/Sydney").offset_at(at("2090-07-15")), std::chrono::hours(10));
    EXPECT_EQ(zone("Asia/Kolkata").offset_at(at("2090-07-15")), std::chrono::minutes(330));
}

TEST(TimeZone, TurnsLocalTimesIntoMoments)
{
    const auto berlin = zone("Europe/Berlin");
    EXPECT_EQ(berlin.to_utc(at("2026-07-15T00:00:00Z")), at("2026-07-14T22:00:00Z"));
    EXPECT_EQ(berlin.to_utc(at("2026-03-29T02:30:00Z")), at("2026-03-29T01:00:00Z"))
        << "clocks skip that time";
    EXPECT_EQ(berlin.to_utc(at("2026-10-25T02:30:00Z")), at("2026-10-25T00:30:00Z")) << "the first of two";
    for (const char* name : {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"}) {
        const auto place = zone(name);
        for (Timestamp moment = at("2026-01-01T00:17:00Z"); moment < at("2027-01-01");
             moment += std::chrono::hours(31)) {
            const Timestamp back = place.to_utc(place.to_local(moment));
            EXPECT_TRUE(back == moment || place.to_local(back) == place.to_local(moment))
                << name << to_iso8601(moment);
        }
    }
}

TEST(TimeZone, ResetsBudgetsByTheCalendarOfThePlace)
{
    const auto berlin = zone("Europe/Berlin");
    EXPECT_EQ(reset("1d", "2026-02-18T23:30:00Z", berlin), "2026-02-19T23:00:00")
        << "it is the 19th there already";
    EXPECT_EQ(reset("30d", "2026-02-18T10:00:00Z", berlin), "2026-02-28T23:00:00");
    EXPECT_EQ(reset("1mo", "2026-03-31T22:30:00Z", berlin), "2026-04-30T22:00:00");
    EXPECT_EQ(reset("7d", "2026-03-27T10:00:00Z", berlin), "2026-03-29T22:00:00")
        << "a week with one hour less";
    EXPECT_EQ(reset("1d", "2026-03-29T10:00:00Z", berlin), "2026-03-29T22:00:00") << "a day of 23 hours";
    EXPECT_EQ(reset("1d", "2026-10-25T10:00:00Z", berlin), "2026-10-25T23:00:00") << "a day of 25 hours";
    EXPECT_EQ(reset("1h", "2026-10-25T00:30:00Z", berlin), "2026-10-25T01:00:00") << "an hour is an hour";
    EXPECT_EQ(reset("30m", "2026-02-18T10:07:00Z", zone("Asia/Kolkata")), "2026-02-18T10:30:00");
    EXPECT_EQ(reset("30s", "2026-02-18T10:37:21Z", berlin), "2026-02-18T10:37:30");
}

TEST(TimeZone, AgreesWithTheRulesForUtc)
{
    for (const char* duration : {"30s", "7m", "1h", "5h", "24h", "30h", "1d", "7d", "30d", "2d", "1mo", "1w"})
        EXPECT_EQ(
            next_budget_reset(duration, at("2026-02-18T10:37:21.500Z"), TimeZone()).value(),
            next_budget_reset(duration, at("2026-02-18T10:37:21.500Z")).value()
        ) << duration;
}

TEST(TimeZone, NeverStaysWhereItIs)
{
    const auto york = zone("America/New_York");
    for (const char* duration : {"45s", "7m", "1h", "5h", "24h", "1d", "7d", "30d", "1mo"}) {
        for (Timestamp now = at("2026-10-30"); now < at("2026-11-03"); now += std::chrono::minutes(13))
            EXPECT_GT(next_budget_reset(duration, now, york).value(), now) << duration << to_iso8601(now);
    }
}

} // namespace litellm
