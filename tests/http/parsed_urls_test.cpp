#include "parsed_urls.hpp"

#include <gtest/gtest.h>

namespace litellm::http {
namespace {

std::string part_of(CURLU* url, CURLUPart part)
{
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK)
        return "none";
    std::string copy(text);
    curl_free(text);
    return copy;
}

TEST(ParsedUrls, AreTakenApartOnce)
{
    ParsedUrls urls;
    const auto url = urls.find("https://example.org:8443/v1/chat?a=b");
    ASSERT_TRUE(url);
    EXPECT_EQ(part_of(url.get(), CURLUPART_HOST), "example.org");
    EXPECT_EQ(part_of(url.get(), CURLUPART_PORT), "8443");
    EXPECT_EQ(part_of(url.get(), CURLUPART_PATH), "/v1/chat");
    EXPECT_EQ(part_of(url.get(), CURLUPART_QUERY), "a=b");
    EXPECT_EQ(urls.find("https://example.org:8443/v1/chat?a=b"), url);
    EXPECT_NE(urls.find("https://example.org:8443/v1/chat?a=c"), url);
}

TEST(ParsedUrls, LeaveWhatIsNoneToLibcurl)
{
    ParsedUrls urls;
    for (const char* text : {"", "no address", "http://", "http://a b/", "http://x:99999/"})
        EXPECT_FALSE(urls.find(text)) << text;
}

TEST(ParsedUrls, OutliveTheirTimeWithWhoeverUsesThem)
{
    ParsedUrls urls;
    const auto url = urls.find("http://first/");
    for (int i = 0; i < 2000; ++i)
        ASSERT_TRUE(urls.find("http://x/" + std::to_string(i)));
    EXPECT_EQ(part_of(url.get(), CURLUPART_HOST), "first");
    EXPECT_EQ(part_of(urls.find("http://first/").get(), CURLUPART_HOST), "first");
}

} // namespace
} // namespace litellm::http
