#include "units.hpp"

#include "wav_length.hpp"

#include "api/quiet_exchange.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace litellm::inference {
namespace {

using providers::NativeApi;
using providers::Units;

std::string little_endian(std::uint32_t number)
{
    std::string bytes;
    for (int i = 0; i < 4; ++i)
        bytes += static_cast<char>(number >> 8 * i & 0xFFU);
    return bytes;
}

std::optional<std::int64_t> milliseconds_of(std::string_view file)
{
    return wav_milliseconds(file, file.size());
}

/// With a chunk of an odd size before the sound, as recorders write them. `told` is what the header says of
/// its size.
std::string wav(std::uint32_t byte_rate, std::size_t size, std::optional<std::uint32_t> told = {})
{
    const std::string format = std::string(8, '\1') + little_endian(byte_rate) + std::string(4, '\1');
    std::string file = "RIFF" + little_endian(0) + "WAVE";
    file += "LIST" + little_endian(3) + std::string("abc\0", 4);
    file += "fmt " + little_endian(16) + format;
    file += "data" + little_endian(told.value_or(static_cast<std::uint32_t>(size))) + std::string(size, '\0');
    return file;
}

/// A call whose request has been read.
class Asked {
public:
    Asked(NativeApi api, std::string body)
        : exchange_(make_request()), context_{exchange_, nullptr, "call-1", {}}, call_(context_)
    {
        context_.api = api;
        if (is_form(api)) {
            form_ = std::move(body);
            text_ = take_form(call_, form_).value();
        } else {
            text_ = std::move(body);
        }
        text_.reserve(text_.size() + 64);
        call_.scan = scan_object(text_).value();
    }
    const ModelCall& operator*() const { return call_; }

private:
    static http::Request make_request()
    {
        http::Request request;
        request.fields.add("content-type", "multipart/form-data; boundary=x");
        return request;
    }

    std::string form_;
    std::string text_;
    api::QuietExchange exchange_;
    CallContext context_;
    ModelCall call_;
};

std::string form(
    std::string_view file_field,
    std::string_view file,
    std::initializer_list<std::pair<const char*, const char*>> fields
)
{
    std::string body;
    for (const auto& [name, value] : fields)
        body += fmt::format("--x\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", name, value);
    body += fmt::format(
        "--x\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"a.bin\"\r\n\r\n", file_field
    );
    return body.append(file).append("\r\n--x--\r\n");
}

Json json(std::string_view text)
{
    return parse_json(text).value();
}

TEST(WavLength, IsReadFromTheHeader)
{
    EXPECT_EQ(milliseconds_of(wav(32'000, 48'000)), 1500);
    EXPECT_EQ(milliseconds_of(wav(16'000, 1)), 1) << "a begun millisecond counts";
    EXPECT_EQ(milliseconds_of(wav(8000, 0)), 0);
}

TEST(WavLength, OfAStreamIsThatOfItsBytes)
{
    EXPECT_EQ(milliseconds_of(wav(8000, 16'000, 0xFFFFFFFFU)), 2000);
    EXPECT_EQ(milliseconds_of(wav(8000, 16'000, 0)), 2000);
}

TEST(WavLength, IsUnknownForEverythingElse)
{
    const std::string file = wav(8000, 100);
    for (const std::string& other :
         {std::string(),
          std::string("RIFF"),
          std::string("ID3\3 an mp3 and not what it says"),
          wav(0, 100),
          "RIFX" + file.substr(4)})
        EXPECT_FALSE(milliseconds_of(other));
    const std::size_t header = file.size() - 100;
    for (std::size_t size = 0; size < header; ++size)
        EXPECT_FALSE(milliseconds_of(std::string_view(file).substr(0, size))) << size;
    EXPECT_EQ(milliseconds_of(std::string_view(file).substr(0, header + 80)), 10);
}

TEST(Units, OfPicturesAreAskedFor)
{
    EXPECT_EQ(
        requested_units(*Asked(NativeApi::images, R"({"prompt":"a cat"})")),
        (Units{.images = 1, .pixels = 1024 * 1024})
    );
    const Asked two(NativeApi::images, R"({"n":2,"size":"1024x1792","quality":"hd"})");
    EXPECT_EQ(requested_units(*two), (Units{.images = 2, .pixels = 2 * 1024 * 1792}));
    EXPECT_EQ(requested_format(*two).quality, "hd");
    EXPECT_EQ(requested_format(*two).size, "1024x1792");
    for (const char* size : {"auto", "", "1024", "x", "1024x", "0x5", "-1x5", "1024x1024x2", "big"}) {
        const Asked odd(NativeApi::images, fmt::format(R"({{"size":"{}"}})", size));
        EXPECT_EQ(requested_units(*odd).pixels, 1024 * 1024) << size;
    }
    const Asked huge(NativeApi::images, R"({"n":1000000000000,"size":"999999999x999999999"})");
    EXPECT_EQ(requested_units(*huge), (Units{.images = 128, .pixels = std::int64_t{128} << 32}));
    EXPECT_EQ(most_units(*Asked(NativeApi::images, R"({"size":"auto"})")).pixels, 1024 * 1536);
}

TEST(Units, OfPicturesAreAskedForInForms)
{
    const Asked asked(
        NativeApi::image_edits, form("image", "bytes", {{"n", "3"}, {"size", "512x512"}, {"quality", "low"}})
    );
    EXPECT_EQ(requested_units(*asked), (Units{.images = 3, .pixels = 3 * 512 * 512}));
    EXPECT_EQ(requested_format(*asked).quality, "low");
}

TEST(Units, OfPicturesAreWhatCame)
{
    const Asked asked(NativeApi::images, R"({"n":3,"size":"auto"})");
    const Json answer = json(R"({"data":[{"url":"a"},{"url":"b"}],"size":"1536x1024","quality":"high"})");
    EXPECT_EQ(answered_units(*asked, answer), (Units{.images = 2, .pixels = 2 * 1536 * 1024}));
    EXPECT_EQ(answered_format(*asked, answer).quality, "high");
    EXPECT_TRUE(tells_units(*asked, answer));
    EXPECT_EQ(answered_units(*asked, Json()), requested_units(*asked));
    EXPECT_FALSE(tells_units(*asked, Json()));
    EXPECT_EQ(sent_units(*asked), Units()) << "no picture was sent";
}

TEST(Units, OfPicturesTellTheirTokens)
{
    const Asked pictures(NativeApi::images, "{}");
    providers::Usage usage{.completion = 100};
    count_picture_tokens(*pictures, usage);
    EXPECT_EQ(usage.image_output, 100);
    usage.image_output = 90;
    count_picture_tokens(*pictures, usage);
    EXPECT_EQ(usage.image_output, 90) << "the provider knows better";
    providers::Usage chat{.completion = 100};
    count_picture_tokens(*Asked(NativeApi::responses, "{}"), chat);
    EXPECT_EQ(chat.image_output, 0);
}

TEST(Units, OfSpeechAreCharacters)
{
    const Asked asked(NativeApi::speech, R"({"input":"h\u00e9 👋🏽!","voice":"alloy"})");
    EXPECT_EQ(requested_units(*asked), (Units{.characters = 6}));
    EXPECT_EQ(answered_units(*asked, Json()), (Units{.characters = 6}));
    EXPECT_EQ(sent_units(*asked), (Units{.characters = 6}));
    EXPECT_FALSE(tells_units(*asked, Json()));
    EXPECT_EQ(requested_units(*Asked(NativeApi::speech, R"({"input":5})")), Units());
}

TEST(Units, OfRecordingsAreToldByTheAnswer)
{
    const Asked asked(
        NativeApi::transcriptions, form("file", "an mp3", {{"response_format", "verbose_json"}})
    );
    EXPECT_EQ(requested_units(*asked), Units());
    const auto heard = [&](std::string_view answer) {
        return answered_units(*asked, json(answer)).audio_milliseconds;
    };
    EXPECT_EQ(heard(R"({"text":"a","duration":1.5})"), 1500);
    EXPECT_EQ(heard(R"({"text":"a","duration":"8.470000267028809"})"), 8470);
    EXPECT_EQ(heard(R"({"text":"a","usage":{"type":"duration","seconds":9}})"), 9000);
    EXPECT_EQ(heard(R"({"text":"a","usage":{"type":"tokens","seconds":9}})"), 0);
    EXPECT_EQ(heard(R"({"text":"a","duration":-1})"), 0);
    EXPECT_EQ(heard(R"({"text":"a","duration":"soon"})"), 0);
    EXPECT_EQ(heard(R"({"text":"a","duration":1e300})"), 1'000'000'000'000);
    EXPECT_TRUE(tells_units(*asked, json(R"({"duration":2})")));
    EXPECT_FALSE(tells_units(*asked, json(R"({"text":"a"})")));
}

TEST(Units, OfRecordingsAreReadFromTheFileElse)
{
    const Asked asked(NativeApi::translations, form("file", wav(32'000, 48'000), {}));
    EXPECT_EQ(answered_units(*asked, json(R"({"text":"a"})")).audio_milliseconds, 1500);
    EXPECT_EQ(answered_units(*asked, json(R"({"text":"a","duration":2})")).audio_milliseconds, 2000);
    EXPECT_EQ(sent_units(*asked).audio_milliseconds, 1500);
    EXPECT_EQ(most_units(*asked).audio_milliseconds, 1500);
}

TEST(Units, OfRecordingsAreReservedByTheirSize)
{
    EXPECT_EQ(
        most_units(*Asked(NativeApi::transcriptions, form("file", std::string(8001, 'a'), {})))
            .audio_milliseconds,
        3000
    );
    EXPECT_EQ(most_units(*Asked(NativeApi::transcriptions, form("file", "a", {}))).audio_milliseconds, 1000);
}

TEST(Units, OfRerankAreSearches)
{
    const Asked asked(NativeApi::rerank, R"({"query":"q","documents":["a"]})");
    EXPECT_EQ(requested_units(*asked), (Units{.searches = 1}));
    EXPECT_EQ(answered_units(*asked, json(R"({"results":[]})")), (Units{.searches = 1}));
    const Json answer = json(R"({"meta":{"billed_units":{"search_units":4}}})");
    EXPECT_EQ(answered_units(*asked, answer), (Units{.searches = 4}));
    EXPECT_TRUE(tells_units(*asked, answer));
}

TEST(Units, OfRerankAreReservedByItsDocuments)
{
    const auto most = [](const std::string& documents) {
        return most_units(
                   *Asked(NativeApi::rerank, fmt::format(R"({{"query":"q","documents":{}}})", documents))
        )
            .searches;
    };
    const auto of_documents = [](int count, std::string_view document) {
        std::string list = "[";
        for (int i = 0; i < count; ++i)
            list.append(i > 0 ? "," : "").append(document);
        return list + "]";
    };
    EXPECT_EQ(most("[]"), 1);
    EXPECT_EQ(most(of_documents(95, R"("a,b\",c")")), 1);
    EXPECT_EQ(most(of_documents(95, R"({"text":["a","b"],"n":1})")), 1);
    EXPECT_EQ(most(of_documents(101, R"("a")")), 2);
    EXPECT_EQ(most(of_documents(5, '"' + std::string(40'000, 'a') + '"')), 3);
    EXPECT_EQ(most_units(*Asked(NativeApi::rerank, R"({"query":"q"})")).searches, 1);
}

TEST(Units, OfOtherCallsAreNone)
{
    const Asked asked(NativeApi::responses, R"({"input":"hello","n":4})");
    EXPECT_EQ(requested_units(*asked), Units());
    EXPECT_EQ(most_units(*asked), Units());
    EXPECT_EQ(answered_units(*asked, json(R"({"data":[1],"duration":5})")), Units());
}

} // namespace
} // namespace litellm::inference
