#include "response_cache.hpp"

#include <gmock/gmock.h>

namespace litellm::inference::testing {
namespace {

using std::chrono::seconds;

const Timestamp start{std::chrono::hours(24 * 365 * 50)};

CachedAnswer answer_of(std::string bytes, Timestamp stored = start)
{
    CachedAnswer answer;
    answer.bytes = std::move(bytes);
    answer.stored = stored;
    return answer;
}

TEST(ResponseCache, KeepsTenantsApart)
{
    const std::string mine = ResponseCache::key_of({"team a", ""}, "acompletion", "same question");
    EXPECT_EQ(mine, ResponseCache::key_of({"team a", ""}, "acompletion", "same question"));
    for (const auto& other :
         {ResponseCache::key_of({"team b", ""}, "acompletion", "same question"),
          ResponseCache::key_of({"team a", "x"}, "acompletion", "same question"),
          ResponseCache::key_of({"team a", ""}, "atext_completion", "same question"),
          ResponseCache::key_of({"team ", "a"}, "acompletion", "same question"),
          ResponseCache::key_of({"team a", ""}, "acompletion", "other question")})
        EXPECT_NE(mine, other);
}

TEST(ResponseCache, ForgetsWhatIsTooOld)
{
    ResponseCache cache(1'000'000);
    cache.store("k", answer_of("x"), seconds(10));
    EXPECT_NE(cache.find("k", start + seconds(9), std::nullopt), nullptr);
    EXPECT_EQ(cache.find("k", start + seconds(9), seconds(5)), nullptr);
    EXPECT_EQ(cache.find("k", start + seconds(10), std::nullopt), nullptr);
    EXPECT_EQ(cache.find("k", start, std::nullopt), nullptr);
    cache.store("for ever", answer_of("y"), std::nullopt);
    EXPECT_EQ(cache.find("for ever", start + seconds(1'000'000), std::nullopt)->bytes, "y");
    EXPECT_TRUE(cache.remove("for ever"));
    EXPECT_FALSE(cache.remove("for ever"));
}

TEST(ResponseCache, NeverGrowsBeyondItsBytes)
{
    ResponseCache cache(100'000);
    for (int i = 0; i < 1000; ++i) {
        cache.store(std::to_string(i), answer_of(std::string(5000, 'x')), std::nullopt);
        (void)cache.find("0", start, std::nullopt);
    }
    EXPECT_NE(cache.find("0", start, std::nullopt), nullptr) << "what is asked for stays";
    EXPECT_NE(cache.find("999", start, std::nullopt), nullptr);
    EXPECT_EQ(cache.find("1", start, std::nullopt), nullptr);
    int kept = 0;
    for (int i = 0; i < 1000; ++i)
        kept += cache.find(std::to_string(i), start, std::nullopt) != nullptr;
    EXPECT_LE(kept, 20);
    cache.store("large", answer_of(std::string(50'000, 'x')), std::nullopt);
    EXPECT_EQ(cache.find("large", start, std::nullopt), nullptr);
    cache.clear();
    EXPECT_EQ(cache.find("999", start, std::nullopt), nullptr);
}

} // namespace
} // namespace litellm::inference::testing
