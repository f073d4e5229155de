#include "litellm/core/money.hpp"

#include <gtest/gtest.h>

namespace litellm {
namespace {

TEST(Money, ParsesDecimalsExactly)
{
    EXPECT_EQ(Money::parse("0.0001065")->nano(), 106500);
    EXPECT_EQ(Money::parse("1e-7")->nano(), 100);
    EXPECT_EQ(Money::parse("-2.5")->nano(), -2'500'000'000);
    EXPECT_EQ(Money::parse("0.0000000005")->nano(), 1);
    EXPECT_EQ(Money::parse("12")->to_string(), "12");
    EXPECT_EQ(Money::from_nano(106500).to_string(), "0.0001065");
    for (const char* text : {"", ".", "1e", "abc", "1.2.3", "99999999999999999999"})
        EXPECT_FALSE(Money::parse(text)) << text;
}

TEST(Money, RefusesToOverflow)
{
    Money money = Money::from_nano(INT64_MAX);

    EXPECT_THROW(money += Money::from_nano(1), Failure);
}

TEST(CostSum, RoundsOnceAndHalfUp)
{
    CostSum sum;
    sum.add(3, UnitPrice::parse("3.75e-8").value());
    sum.add(1, UnitPrice::parse("0.0000000005").value());

    EXPECT_EQ(sum.total().nano(), 113); // 112.5 + 0.5
}

TEST(UnitPrice, IsExactToTheFemtoDollar)
{
    EXPECT_EQ(UnitPrice::parse("1.5e-07")->femto(), 150'000'000);
    EXPECT_EQ(UnitPrice::parse("0.0000000375")->femto(), 37'500'000);
    EXPECT_FALSE(UnitPrice::parse("-1"));
}

} // namespace
} // namespace litellm
