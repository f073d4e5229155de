#include "litellm/core/patch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace litellm {

TEST(Patch, LeavesTheFieldWhenItIsAbsent)
{
    const Patch<std::string> patch;
    std::optional<std::string> field = "old";
    patch.apply_to(field);
    EXPECT_EQ(field, "old");
    EXPECT_FALSE(patch.is_present());
    EXPECT_FALSE(patch.is_null());
    EXPECT_FALSE(patch.has_value());
    EXPECT_EQ(patch.over(field), "old");
}

TEST(Patch, ClearsTheFieldWhenItIsNull)
{
    const Patch<std::string> patch = std::nullopt;
    std::optional<std::string> field = "old";
    EXPECT_EQ(patch.over(field), std::nullopt);
    patch.apply_to(field);
    EXPECT_EQ(field, std::nullopt);
    EXPECT_TRUE(patch.is_present());
    EXPECT_TRUE(patch.is_null());
}

TEST(Patch, SetsTheField)
{
    const Patch<std::string> patch = std::string("new");
    std::optional<std::string> field;
    patch.apply_to(field);
    EXPECT_EQ(field, "new");
    EXPECT_TRUE(patch.has_value());
    EXPECT_EQ(*patch, "new");
    EXPECT_EQ(patch->size(), 3U);
}

TEST(Patch, EmptiesAFieldThatCannotBeNull)
{
    std::vector<int> field{1, 2};
    Patch<std::vector<int>>().apply_to(field);
    EXPECT_EQ(field.size(), 2U);
    Patch<std::vector<int>>(std::nullopt).apply_to(field);
    EXPECT_TRUE(field.empty());
    int number = 1;
    Patch<int>(std::nullopt).apply_to(number, 7);
    EXPECT_EQ(number, 7);
}

} // namespace litellm
