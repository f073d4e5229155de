#include "sse.hpp"

#include <gmock/gmock.h>

namespace litellm::inference {
namespace {

using testing::ElementsAre;

/// The events of a stream that arrives in pieces of `size` bytes.
std::vector<std::string> events_of(std::string_view stream, std::size_t size)
{
    EventSplitter splitter;
    std::vector<std::string> events;
    const auto keep = [&](std::string_view data) { events.emplace_back(data); };
    for (; !stream.empty(); stream.remove_prefix(std::min(size, stream.size())))
        splitter.feed(stream.substr(0, size), keep);
    splitter.finish(keep);
    return events;
}

TEST(EventSplitter, KnowsAllLineEndsWhereverBytesAreCut)
{
    for (const std::string_view stream :
         {"data: one\n\ndata: two\n\n", "data: one\r\n\r\ndata: two\r\n\r\n", "data: one\r\rdata: two\r\r"}) {
        for (std::size_t size = 1; size <= stream.size(); ++size)
            EXPECT_THAT(events_of(stream, size), ElementsAre("one", "two")) << size;
    }
}

TEST(EventSplitter, PassesOverCommentsAndOtherFields)
{
    EXPECT_THAT(
        events_of(": keep-alive\n\nevent: x\nid: 7\ndata:{\"a\":1}\nretry: 5\n\n", 3),
        ElementsAre("{\"a\":1}")
    );
}

TEST(EventSplitter, JoinsDataLines)
{
    EXPECT_THAT(events_of("data: a\ndata: b\n\n", 100), ElementsAre("a\nb"));
}

TEST(EventSplitter, GivesAnEventWhoseLastLineEndIsMissing)
{
    EXPECT_THAT(events_of("data: a\n\ndata: [DONE]", 4), ElementsAre("a", "[DONE]"));
    EXPECT_THAT(events_of("data: a\n", 4), ElementsAre("a"));
}

TEST(EventSplitter, ForgetsWhatItHasGiven)
{
    EventSplitter splitter;
    for (int i = 0; i < 1000; ++i)
        splitter.feed("data: some text that is no secret\n\n", [](std::string_view) {});
    EXPECT_LT(splitter.buffered(), 100U);
}

} // namespace
} // namespace litellm::inference
