#include "json/field_reader.hpp"

#include <gtest/gtest.h>

namespace litellm::api {

namespace {

Json parsed(std::string_view text)
{
    return parse_json(text).value();
}

} // namespace

TEST(FieldReader, TellsAbsentFromNullAndValue)
{
    const Json body =
        parsed(R"({"cleared": null, "set": "new", "list": ["a"], "amount": "1.5", "blank": ""})");
    FieldReader reader(body);
    Patch<std::string> absent, cleared, set;
    Patch<std::vector<std::string>> list;
    Patch<double> amount, blank;
    reader.read("absent", absent);
    reader.read("cleared", cleared);
    reader.read("set", set);
    reader.read("list", list);
    reader.read("amount", amount);
    reader.read("blank", blank);
    ASSERT_TRUE(reader.outcome());
    EXPECT_FALSE(absent.is_present());
    EXPECT_TRUE(cleared.is_null());
    EXPECT_EQ(set.value(), "new");
    EXPECT_EQ(list->front(), "a");
    EXPECT_EQ(amount.value(), 1.5);
    EXPECT_TRUE(blank.is_null());
}

TEST(FieldReader, NamesAPatchOfTheWrongType)
{
    const Json body = parsed(R"({"tpm_limit": "many", "metadata": []})");
    FieldReader reader(body);
    Patch<std::int64_t> limit;
    reader.read("tpm_limit", limit);
    ASSERT_FALSE(reader.outcome());
    EXPECT_EQ(reader.outcome().error().status, 422);
    EXPECT_EQ(reader.outcome().error().parameter, "tpm_limit");

    FieldReader other(body);
    Patch<Json> metadata;
    other.read("metadata", metadata);
    ASSERT_FALSE(other.outcome());
    EXPECT_EQ(other.outcome().error().parameter, "metadata");
}

} // namespace litellm::api
