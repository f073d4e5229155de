#include "encoding.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace litellm::db {
namespace {

const Texts awkward{
    "",
    " ",
    "a,b",
    "{x}",
    "quote\" and 'single'",
    "back\\slash\\\\",
    "NULL",
    "null",
    "tab\there",
    "line\nbreak",
    "Zürich 東京 🦊",
    "[1]"};

TEST(ArrayLiteral, QuotesEveryElement)
{
    EXPECT_EQ(to_array_literal({}), "{}");
    EXPECT_EQ(to_array_literal({"a", "b,c"}), R"({"a","b,c"})");
    EXPECT_EQ(to_array_literal({R"(a"b\c)"}), R"({"a\"b\\c"})");
}

TEST(ArrayLiteral, ReadsBackWhatItWrites)
{
    EXPECT_EQ(parse_array_literal(to_array_literal(awkward)), awkward);
}

TEST(ArrayLiteral, ReadsWhatPostgresWrites)
{
    EXPECT_EQ(parse_array_literal("{}"), Texts{});
    EXPECT_EQ(parse_array_literal("{a,b c}"), (Texts{"a", "b c"}));
    EXPECT_EQ(parse_array_literal(R"({"NULL",NULL,""})"), (Texts{"NULL", ""}));
    EXPECT_EQ(parse_array_literal("[0:1]={a,b}"), (Texts{"a", "b"}));
    EXPECT_EQ(parse_array_literal(R"({a\ b})"), (Texts{"a b"}));
}

TEST(ArrayLiteral, SurvivesNonsense)
{
    for (const char* text : {"", "x", "{", "{\"", "{\"a", "{a", "{\\", "{,}", "{\"a\"b}"})
        static_cast<void>(parse_array_literal(text));
}

TEST(JsonArray, ReadsBackWhatItWrites)
{
    EXPECT_EQ(to_json_array({}), "[]");
    EXPECT_EQ(parse_json_array(to_json_array(awkward)), awkward);
}

TEST(JsonArray, LeavesOutWhatIsNoText)
{
    EXPECT_EQ(parse_json_array(R"(["a",null,1,"b"])"), (Texts{"a", "b"}));
    EXPECT_EQ(parse_json_array("{}"), Texts{});
    EXPECT_EQ(parse_json_array("nonsense"), Texts{});
}

TEST(RealText, IsShortAndExact)
{
    EXPECT_EQ(to_real_text(0.1), "0.1");
    EXPECT_EQ(std::stod(to_real_text(1.0 / 3.0)), 1.0 / 3.0);
    EXPECT_EQ(to_real_text(std::numeric_limits<double>::infinity()), "Infinity");
}

TEST(Storable, RefusesZeroBytesAndBrokenUtf8)
{
    const std::vector<Value> good{Value("Zürich"), Value(1), Value(Texts{"a", ""}), Value()};
    EXPECT_TRUE(check_storable(good));
    for (const Value& bad :
         {Value(std::string("a\0b", 3)),
          Value("\xC3"),
          Value(Texts{"a", "\xFF"}),
          Value(JsonText{"\"\xFF\""})})
        EXPECT_EQ(check_storable(std::span(&bad, 1)).error().kind, ErrorKind::invalid_input);
}

Row cell(std::string text, Dialect dialect = Dialect::postgres)
{
    return Row(dialect, {Row::Cell(std::move(text))});
}

TEST(Row, ReadsNullAsNothing)
{
    const Row row(Dialect::postgres, {Row::Cell()});
    EXPECT_TRUE(row.is_null(0));
    EXPECT_EQ(row.text(0), "");
    EXPECT_EQ(row.integer(0), 0);
    EXPECT_EQ(row.optional_real(0), std::nullopt);
    EXPECT_FALSE(row.boolean(0));
    EXPECT_EQ(row.texts(0), Texts{});
    EXPECT_EQ(row.timestamp(0), std::nullopt);
    EXPECT_EQ(row.json_text(0), "{}");
}

TEST(Row, UnwrapsDoublyEncodedDocuments)
{
    EXPECT_EQ(cell(R"("{\"a\": 1}")").json_text(0), R"({"a": 1})");
    EXPECT_EQ(cell(R"("just text")").json_text(0), R"("just text")");
    EXPECT_EQ(cell(R"({"a": 1})").json_text(0), R"({"a": 1})");
}

TEST(Row, ReadsBothDialects)
{
    EXPECT_TRUE(cell("t").boolean(0));
    EXPECT_TRUE(cell("1", Dialect::sqlite).boolean(0));
    EXPECT_FALSE(cell("f").boolean(0));
    EXPECT_EQ(cell("{a,b}").texts(0), (Texts{"a", "b"}));
    EXPECT_EQ(cell(R"(["a","b"])", Dialect::sqlite).texts(0), (Texts{"a", "b"}));
    EXPECT_EQ(cell("2026-02-18 10:00:00.5").timestamp(0), parse_timestamp("2026-02-18T10:00:00.500Z"));
    EXPECT_THROW(static_cast<void>(cell("ten").integer(0)), Failure);
}

} // namespace
} // namespace litellm::db
