#include "storable_text.hpp"

#include <gtest/gtest.h>

namespace litellm::store {
namespace {

const std::string replacement = "\xEF\xBF\xBD";

TEST(StorableText, LeavesGoodTextAlone)
{
    for (const char* text : {"", "plain", "Zürich 東京 🦊"})
        EXPECT_EQ(storable_text(text), text);
}

TEST(StorableText, ReplacesEveryByteThatCannotBeStored)
{
    EXPECT_EQ(storable_text(std::string_view("a\0b", 3)), "a" + replacement + "b");
    EXPECT_EQ(storable_text("\xFF\xFE"), replacement + replacement);
    EXPECT_EQ(storable_text("\xE6\x9D"), replacement + replacement);
    EXPECT_EQ(storable_text("\xC3\xBC\xC3"), "ü" + replacement);
    EXPECT_EQ(storable_text("\xF0\x9F\xA6"), replacement + replacement + replacement);
}

TEST(StorableJson, LeavesGoodDocumentsAlone)
{
    for (const char* json : {"{}", "[]", R"({"a":[1,-2.5e10,true,null],"b\"\\\u00fc":"\ud83d\ude00"})", "0"})
        EXPECT_EQ(storable_json(json), json);
    EXPECT_EQ(storable_json(""), "{}");
}

TEST(StorableJson, ToldWithoutACopyForNearlyAllDocuments)
{
    // Hashes hold what looks like an exponent.
    EXPECT_TRUE(is_storable_json(R"({"key":"88e999e9","n":[12,-3.5]})"));
    EXPECT_TRUE(is_storable_json(R"({"a":"quote \" 1e999"})"));
    EXPECT_FALSE(is_storable_json(R"({"n":1e999})"));
    EXPECT_FALSE(is_storable_json(R"({"a":"\u0000"})"));
    EXPECT_FALSE(is_storable_json("{\"n\":" + std::string(500, '9') + "}"));
    EXPECT_FALSE(is_storable_json("{\"a\":\"\xff\"}"));
}

TEST(StorableJson, ReplacesEscapesThatJsonbRefuses)
{
    EXPECT_EQ(storable_json(R"({"a":"\u0000"})"), R"({"a":"\ufffd"})");
    EXPECT_EQ(storable_json(R"({"a":"\ud83dx"})"), R"({"a":"\ufffdx"})");
    EXPECT_EQ(storable_json(R"({"a":"\ude00\ud83d"})"), R"({"a":"\ufffd\ufffd"})");
    EXPECT_EQ(storable_json(R"({"a":"\ud83d\ud83d\ude00"})"), R"({"a":"\ufffd\ud83d\ude00"})");
    EXPECT_EQ(storable_json(R"({"a":"\\u0000"})"), R"({"a":"\\u0000"})");
}

TEST(StorableJson, ReplacesDocumentsWithNumbersBeyondAllRange)
{
    for (const char* json : {R"({"a":1e999})", R"([1E+100000])", R"([-1e-999999999999])"})
        EXPECT_NE(storable_json(json).find("could not be stored"), std::string::npos) << json;
    EXPECT_NE(
        storable_json("[" + std::string(500, '9') + "]").find("could not be stored"), std::string::npos
    );
    EXPECT_EQ(storable_json(R"({"a":"1e999","b":1e308})"), R"({"a":"1e999","b":1e308})");
}

TEST(StorableJson, SurvivesNonsense)
{
    for (const char* json :
         {"\"\\", "\"\\u", "\"\\u12", "{\"a\":\"\\ud83d", "\"\\ud83d\\u", "1e", "-", "\xFF\xFF\xFF"})
        static_cast<void>(storable_json(json));
}

} // namespace
} // namespace litellm::store
