#include "litellm/core/encoding.hpp"
#include "litellm/core/json.hpp"
#include "litellm/core/random.hpp"
#include "litellm/core/secret.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <type_traits>

namespace litellm {
namespace {

TEST(Sha256, MatchesTheKnownKeyHash)
{
    EXPECT_EQ(sha256_hex("sk-1234"), "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b");
}

TEST(Crc32c, MatchesTheKnownAnswer)
{
    EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
    EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789"));
}

TEST(Base64, RoundTripsEveryLength)
{
    std::string bytes;
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        bytes += static_cast<char>(i * 37);
    }
    EXPECT_FALSE(from_base64("a*b"));
}

TEST(PercentDecode, RefusesBrokenEscapes)
{
    EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
    EXPECT_FALSE(percent_decode("%2"));
    EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Utf8, RefusesOverlongAndSurrogates)
{
    EXPECT_TRUE(is_valid_utf8("h\xc3\xa9 \xf0\x9f\x98\x80"));
    for (const char* text : {"\xc0\xaf", "\xed\xa0\x80", "\xff", "\xe2\x82", "\xf4\x90\x80\x80"})
        EXPECT_FALSE(is_valid_utf8(text));
}

TEST(Secret, HasNoWayIntoALogLine)
{
    EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
    EXPECT_FALSE(fmt::is_formattable<Secret>::value);
    EXPECT_EQ(Secret("sk-abcdefgh").hint(), "sk-...efgh");
    EXPECT_EQ(Secret("sk-ab").hint(), "sk-...");
}

TEST(ParseJson, RefusesDeepNesting)
{
    EXPECT_FALSE(parse_json(std::string(100'000, '[')));
    EXPECT_TRUE(parse_json(R"({"a":[1,2,{"b":"]"}]})"));
}

TEST(Uuid, HasItsVersionAndVariant)
{
    SystemRandom random;
    const std::string id = new_uuid(random);

    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(id, new_uuid(random));
}

TEST(OrderedUuid, BeginsWithTheTime)
{
    SystemRandom random;
    const Timestamp now = parse_timestamp("2026-02-18T10:37:21.123Z").value();
    const std::string id = new_ordered_uuid(random, now);

    // 1771411041123 ms in hexadecimal.
    EXPECT_EQ(id.substr(0, 15), "019c7053-6b63-7");
    EXPECT_EQ(id.size(), 36U);
    EXPECT_LT(id, new_ordered_uuid(random, now + std::chrono::milliseconds(1)));
    EXPECT_NE(id, new_ordered_uuid(random, now));
}

TEST(Sha256, IsTheStandards)
{
    // FIPS 180-2, appendix B.
    for (int again = 0; again < 2; ++again)
        EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

} // namespace
} // namespace litellm
