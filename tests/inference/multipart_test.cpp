#include "multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace litellm::inference {
namespace {

constexpr std::string_view field = "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n";
constexpr std::string_view file_head = "--x\r\nContent-Disposition: form-data; name=\"file\"; "
                                       "filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\n";

TEST(FormBeginning, EndsInsideOfAFile)
{
    const std::string text = std::string(field) + std::string(file_head) + "RIFF--x\r\n-";
    const auto form = read_form_beginning(text, "x");
    ASSERT_TRUE(form);
    EXPECT_TRUE(form->is_open);
    ASSERT_EQ(form->parts.size(), 2U);
    EXPECT_EQ(form->parts[0].name, "model");
    EXPECT_EQ(form->parts[0].value, "whisper");
    EXPECT_EQ(form->parts[1].file_name, "a.wav");
    EXPECT_EQ(form->parts[1].value, "RIFF--x\r\n-");
    EXPECT_EQ(std::string(form->parts[0].whole) + std::string(form->parts[1].whole), text);
    EXPECT_FALSE(read_multipart(text, "x")) << "a whole form ends";
}

TEST(FormBeginning, MayBeTheWholeForm)
{
    const std::string text = std::string(field) + std::string(file_head) + "RIFF\r\n--x--\r\n";
    const auto form = read_form_beginning(text, "x");
    ASSERT_TRUE(form);
    EXPECT_FALSE(form->is_open);
    EXPECT_EQ(form->parts[1].value, "RIFF");
    EXPECT_FALSE(read_form_beginning("--y\r\n", "x"));
    EXPECT_FALSE(read_form_beginning(std::string(field) + "--x\r\nContent-Dispo", "x"))
        << "no end of its header lines";
}

struct Followed {
    Result<void> done;
    std::string out;
    std::vector<std::string> judged;
    std::size_t file_bytes = 0;
    bool let_go_early = true; ///< nothing behind the file left before all of it was there
};

Followed follow(std::string_view rest, std::size_t step)
{
    Followed result;
    FormRest form("x", [&result](const Part& part) -> Result<void> {
        result.judged.emplace_back(part.name);
        return part.name == "user" ? Result<void>(invalid_input("not here")) : Result<void>();
    });
    for (std::size_t at = 0; at < rest.size() && result.done; at += step) {
        const bool is_last = at + step >= rest.size();
        result.done = form.take(rest.substr(at, step), is_last, result.out);
        if (!is_last && result.out.find("--x\r\n") != std::string::npos)
            result.let_go_early = false;
    }
    result.file_bytes = form.file_bytes();
    return result;
}

TEST(FormRest, PassesContentsOnAsTheyCome)
{
    const std::string rest = "sound\r\n--y--\r\n more\r\n--x--\r\n";
    for (std::size_t step = 1; step <= rest.size(); ++step) {
        const Followed followed = follow(rest, step);
        EXPECT_TRUE(followed.done) << step;
        EXPECT_EQ(followed.out, rest) << step;
        EXPECT_EQ(followed.file_bytes, std::string_view("sound\r\n--y--\r\n more").size()) << step;
    }
}

TEST(FormRest, HoldsBackNothingButWhatMayBeADelimiter)
{
    FormRest form("x", [](const Part&) { return Result<void>(); });
    std::string out;
    ASSERT_TRUE(form.take("0123456789\r\n", false, out));
    EXPECT_EQ(out.size() + form.overlap(), 12U);
    EXPECT_FALSE(form.is_past_file());
    ASSERT_TRUE(form.take("--x", false, out));
    EXPECT_EQ(out, "0123456789");
    EXPECT_TRUE(form.is_past_file());
}

TEST(FormRest, JudgesFieldsBehindTheFileBeforeTheyLeave)
{
    const std::string tail =
        "\r\n--x\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\nde\r\n--x--\r\n";
    const std::string bad =
        "\r\n--x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nada\r\n--x--\r\n";
    for (const std::size_t step : {1U, 7U, 1000U}) {
        const Followed good = follow("sound" + tail, step);
        EXPECT_TRUE(good.done);
        EXPECT_EQ(good.out, "sound" + tail);
        EXPECT_THAT(good.judged, testing::ElementsAre("language"));
        EXPECT_TRUE(good.let_go_early);
        const Followed refused = follow("sound" + bad, step);
        EXPECT_FALSE(refused.done);
        EXPECT_EQ(refused.out, "sound");
    }
}

TEST(FormRest, RefusesAFormThatDoesNotEndAndOneThatGoesOn)
{
    EXPECT_FALSE(follow("sound and nothing else", 5).done);
    EXPECT_FALSE(follow("sound\r\n--x\r\nbroken", 5).done);
    const std::string long_tail = "sound\r\n--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" +
        std::string(70'000, 'a') + "\r\n--x--\r\n";
    EXPECT_FALSE(follow(long_tail, 10'000).done);
}

} // namespace
} // namespace litellm::inference
