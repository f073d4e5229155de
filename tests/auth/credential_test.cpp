#include "credential.hpp"

#include <gtest/gtest.h>

#include <map>

namespace litellm::auth {
namespace {

std::string found(
    const std::map<std::string, std::string>& headers,
    const std::string& key_in_query = {},
    const std::string& only_header = {}
)
{
    const HeaderLookup header = [&headers](std::string_view name) -> std::string_view {
        const auto entry = headers.find(std::string(name));
        return entry == headers.end() ? std::string_view() : std::string_view(entry->second);
    };
    const auto key = find_credential(header, only_header, key_in_query);
    return key ? std::string(*key) : "error: " + key.error().message;
}

TEST(FindCredential, PrefersHeadersToTheQuery)
{
    EXPECT_EQ(found({{"authorization", "Bearer a"}}, "q"), "a");
    EXPECT_EQ(found({{"x-goog-api-key", "g"}}, "q"), "g");
    EXPECT_EQ(found({}, " q "), "q");
}

TEST(FindCredential, RefusesWhereThereIsNone)
{
    EXPECT_EQ(found({}), "error: Authentication Error, No api key passed in.");
    EXPECT_TRUE(found({{"authorization", "nonsense"}}, "q").starts_with("error: "));
}

TEST(FindCredential, KeepsToTheConfiguredHeader)
{
    EXPECT_EQ(found({{"x-own", "Bearer o"}, {"authorization", "Bearer a"}}, "q", "x-own"), "o");
    EXPECT_TRUE(found({}, "q", "x-own").starts_with("error: "));
}

} // namespace
} // namespace litellm::auth
