#include "yaml_scalar.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace litellm::config {
namespace {

struct Case {
    std::string text;
    Json value;
};

TEST(YamlScalar, ReadsWordsAsPyYamlDoes)
{
    const std::vector<Case> cases{
        {"", nullptr},    {"~", nullptr},         {"null", nullptr}, {"NULL", nullptr}, {"nUll", "nUll"},
        {"true", true},   {"True", true},         {"TRUE", true},    {"yes", true},     {"On", true},
        {"tRUE", "tRUE"}, {"false", false},       {"No", false},     {"OFF", false},    {"y", "y"},
        {"n", "n"},       {"sk-1234", "sk-1234"}, {"10d", "10d"},    {"None", "None"},  {"1,000", "1,000"},
    };
    for (const Case& one : cases)
        EXPECT_EQ(read_plain_scalar(one.text), one.value) << one.text;
}

TEST(YamlScalar, ReadsNumbersAsPyYamlDoes)
{
    const std::vector<Case> cases{
        {"0", 0},
        {"12", 12},
        {"-12", -12},
        {"+12", 12},
        {"1_000", 1000},
        {"0x1F", 31},
        {"0b101", 5},
        {"0755", 493},
        {"-0755", -493},
        {"089", "089"},
        {"0o17", "0o17"},
        {"_1", "_1"},
        {"-", "-"},
        {"+", "+"},
        {"0x", "0x"},
        {"0xZZ", "0xZZ"},
        {"1.5", 1.5},
        {"-1.5", -1.5},
        {".5", 0.5},
        {"5.", 5.0},
        {"1.0e+3", 1000.0},
        {"1.0e-3", 0.001},
        {".", "."},
        {"1.2.3", "1.2.3"},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
        {"18446744073709551615", UINT64_MAX},
        {"inf", "inf"},
        {"nan", "nan"},
        {"1e", "1e"},
        {"e5", "e5"},
        {"1.e", "1.e"},
        {"--1", "--1"},
    };
    for (const Case& one : cases)
        EXPECT_EQ(read_plain_scalar(one.text), one.value) << one.text;
    EXPECT_EQ(read_plain_scalar(".inf").get<double>(), INFINITY);
    EXPECT_EQ(read_plain_scalar("-.INF").get<double>(), -INFINITY);
    EXPECT_TRUE(std::isnan(read_plain_scalar(".nan").get<double>()));
}

TEST(YamlScalar, TakesPricesWithoutPointOrSignAsNumbers)
{
    EXPECT_EQ(read_plain_scalar("1e-7"), Json(1e-7));
    EXPECT_EQ(read_plain_scalar("1.5e-07"), Json(1.5e-7));
    EXPECT_EQ(read_plain_scalar("2E5"), Json(2e5));
    EXPECT_EQ(to_text(read_plain_scalar("3.75e-08")), "3.75e-08");
}

TEST(YamlScalar, KeepsDatesTimesAndKeysAsText)
{
    for (const std::string text :
         {"2024-10-21", "12:30", "12:30:45", "1:2", "123e4567", "10.0.0.1", "http://x"})
        EXPECT_EQ(read_plain_scalar(text), Json(text)) << text;
}

} // namespace
} // namespace litellm::config
