#include "request_scan.hpp"

#include <gtest/gtest.h>

namespace litellm::inference {
namespace {

/// The text with the readable bytes behind it that the scanner wants.
class Padded {
public:
    explicit Padded(std::string_view text) : bytes_(text), size_(text.size()) { bytes_.append(128, ' '); }
    [[nodiscard]] std::string_view text() const { return std::string_view(bytes_).substr(0, size_); }

private:
    std::string bytes_;
    std::size_t size_;
};

TEST(ScanObject, FindsTheTopLevelOnly)
{
    const Padded body(R"( {"model" : "gpt", "messages":[{"model":"no"}], "n": 2, "stream":true, "x": null } )"
    );
    const auto scan = scan_object(body.text());

    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->text_of("model"), "gpt");
    EXPECT_EQ(scan->integer_of("n"), 2);
    EXPECT_TRUE(scan->is_true("stream"));
    EXPECT_EQ(scan->find("messages")->value, R"([{"model":"no"}])");
    EXPECT_EQ(scan->find("x")->value, "null");
    EXPECT_EQ(scan->find("no"), nullptr);
}

TEST(ScanObject, TheLastOfTwoMembersCounts)
{
    const Padded body(R"({"model":"a","model":"b"})");
    EXPECT_EQ(scan_object(body.text())->text_of("model"), "b");
}

TEST(ScanObject, ReadsEscapedText)
{
    const Padded body(R"({"model":"a\u0062\"c"})");
    EXPECT_EQ(scan_object(body.text())->text_of("model"), "ab\"c");
}

TEST(ScanObject, TakesIntegersOfAnySize)
{
    const Padded body(R"({"model":"a","seed":22222222222222222222222222,"x":-99999999999999999999})");
    const auto scan = scan_object(body.text());
    ASSERT_TRUE(scan);
    EXPECT_EQ(scan->find("seed")->value, "22222222222222222222222222");
    EXPECT_EQ(scan->integer_of("seed"), std::nullopt);
    EXPECT_EQ(scan->find("x")->value, "-99999999999999999999");
    const Padded broken(R"({"seed":22222222222222222222222222x})");
    EXPECT_FALSE(scan_object(broken.text()));
}

TEST(ScanObject, RefusesWhatIsNoObject)
{
    for (const char* text :
         {"", "[]", "\"x\"", "{", "{\"a\":}", "{\"a\":1}{", "{\"a\":\"\xff\"}", "{\"a\":01}", "nul"}) {
        const Padded body(text);
        const auto scan = scan_object(body.text());
        ASSERT_FALSE(scan) << text;
        EXPECT_EQ(scan.error().kind, ErrorKind::invalid_input) << text;
    }
}

TEST(Rebuild, KeepsTheBytesOfUntouchedMembers)
{
    const Padded body(R"({"a": 1.50, "model":"x" ,"drop":[1], "z":{"k" : "v"}})");
    const auto scan = scan_object(body.text());
    ASSERT_TRUE(scan);

    const std::vector<Splice> splices{
        {"model", json_quoted("new\n"), {}}, {"drop", std::nullopt, {}}, {"z", std::nullopt, "renamed"}};
    EXPECT_EQ(
        rebuild(*scan, splices, {{"more", "true"}}),
        R"({"a":1.50,"model":"new\n","renamed":{"k" : "v"},"more":true})"
    );
}

} // namespace
} // namespace litellm::inference
