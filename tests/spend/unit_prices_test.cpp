// Prices of pictures, characters, sound and searches.

#include "price_samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>

namespace litellm::spend {
namespace {

using providers::Units;
using providers::Usage;
using namespace std::chrono_literals;

/// Rows of LiteLLM's list, as it writes them.
std::shared_ptr<const PriceBook> unit_book()
{
    return PriceBook::parse(R"({
      "dall-e-3": {"input_cost_per_image": 0.04, "litellm_provider": "openai", "mode": "image_generation"},
      "standard/1024-x-1024/dall-e-3": {"input_cost_per_pixel": 3.81469e-08, "litellm_provider": "openai",
        "mode": "image_generation", "output_cost_per_pixel": 0.0},
      "hd/1024-x-1792/dall-e-3": {"input_cost_per_pixel": 6.539e-08, "litellm_provider": "openai",
        "mode": "image_generation", "output_cost_per_pixel": 0.0},
      "azure/hd/1024-x-1792/dall-e-3": {"input_cost_per_pixel": 6.6e-08, "litellm_provider": "azure",
        "mode": "image_generation", "output_cost_per_token": 0.0},
      "256-x-256/dall-e-2": {"input_cost_per_pixel": 2.4414e-07, "litellm_provider": "openai",
        "mode": "image_generation", "output_cost_per_pixel": 0.0},
      "gpt-image-1": {"input_cost_per_image_token": 1e-05, "input_cost_per_token": 5e-06,
        "litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image_token": 4e-05},
      "low/1024-x-1024/gpt-image-1": {"input_cost_per_image": 0.011, "input_cost_per_pixel": 1.0490417e-08,
        "litellm_provider": "openai", "mode": "image_generation", "output_cost_per_pixel": 0.0},
      "high/1024-x-1024/gpt-image-1": {"input_cost_per_image": 0.167, "input_cost_per_pixel": 1.59263611e-07,
        "litellm_provider": "openai", "mode": "image_generation", "output_cost_per_pixel": 0.0},
      "titan": {"input_cost_per_image": 0.0, "output_cost_per_image": 0.008, "litellm_provider": "bedrock",
        "mode": "image_generation"},
      "tts-1": {"input_cost_per_character": 1.5e-05, "litellm_provider": "openai", "mode": "audio_speech"},
      "gpt-4o-mini-tts": {"input_cost_per_token": 2.5e-06, "litellm_provider": "openai", "mode": "audio_speech",
        "output_cost_per_audio_token": 1.2e-05, "output_cost_per_second": 0.00025, "output_cost_per_token": 1e-05},
      "whisper-1": {"input_cost_per_second": 0.0001, "litellm_provider": "openai", "mode": "audio_transcription",
        "output_cost_per_second": 0.0001},
      "groq/whisper-large-v3": {"input_cost_per_second": 3.083e-05, "litellm_provider": "groq",
        "mode": "audio_transcription", "output_cost_per_second": 0.0},
      "late/whisper": {"input_cost_per_second": 0, "litellm_provider": "late", "mode": "audio_transcription",
        "output_cost_per_second": 0.0002},
      "rerank-v3.5": {"input_cost_per_query": 0.002, "input_cost_per_token": 0.0, "litellm_provider": "cohere",
        "mode": "rerank", "output_cost_per_token": 0.0},
      "chat-bison": {"input_cost_per_character": 2.5e-07, "input_cost_per_image": 0.0025, "input_cost_per_token": 1e-07,
        "litellm_provider": "vertex_ai-chat-models", "mode": "chat", "output_cost_per_character": 5e-07},
      "only/characters": {"input_cost_per_character": 2.5e-07, "litellm_provider": "only", "mode": "chat"},
      "perplexity/search": {"input_cost_per_query": 0.005, "litellm_provider": "perplexity", "mode": "search"},
      "gemini/veo": {"litellm_provider": "gemini", "mode": "video_generation", "output_cost_per_second": 0.35}
    })")
        .value();
}

const ModelPrice& price_of(const PriceBook& book, std::string_view provider, std::string_view model)
{
    const ModelPrice* price = book.find(provider, model);
    EXPECT_TRUE(price) << model;
    static const ModelPrice nothing;
    return price ? *price : nothing;
}

ModelPrice custom(std::string_view params, std::string_view info, const ModelPrice* base = nullptr)
{
    return custom_price(parse_json(params).value(), parse_json(info).value(), base).value().value();
}

TEST(UnitPrices, AreReadWhereCallsPayThem)
{
    const auto book = unit_book();
    EXPECT_EQ(price_of(*book, "openai", "dall-e-3").per_image, usd("0.04"));
    EXPECT_EQ(price_of(*book, "openai", "256-x-256/dall-e-2").per_pixel, usd("2.4414e-07"));
    EXPECT_EQ(price_of(*book, "bedrock", "titan").per_image, usd("0.008"));
    EXPECT_EQ(price_of(*book, "openai", "tts-1").per_character, usd("0.000015"));
    EXPECT_EQ(price_of(*book, "openai", "whisper-1").per_audio_second, usd("0.0001"));
    EXPECT_EQ(price_of(*book, "groq", "whisper-large-v3").per_audio_second, usd("0.00003083"));
    EXPECT_EQ(price_of(*book, "late", "whisper").per_audio_second, usd("0.0002"));
    EXPECT_EQ(price_of(*book, "cohere", "rerank-v3.5").per_search, usd("0.002"));
    EXPECT_EQ(price_of(*book, "openai", "gpt-4o-mini-tts").per_audio_second, usd("0.00025"));

    const ModelPrice& bison = price_of(*book, "vertex_ai", "chat-bison");
    EXPECT_EQ(bison.input, usd("1e-07"));
    EXPECT_FALSE(bison.per_character) << "a chat's characters are not what speech counts";
    EXPECT_FALSE(bison.per_image);
    for (const char* name : {"only/characters", "perplexity/search", "gemini/veo"})
        EXPECT_FALSE(book->find("", name)) << name;
}

TEST(UnitPrices, SayWhatACallIsPaidBy)
{
    const auto book = unit_book();
    for (const char* name : {"dall-e-3", "tts-1", "whisper-1", "rerank-v3.5"}) {
        EXPECT_TRUE(price_of(*book, "", name).is_paid_by_units()) << name;
        EXPECT_FALSE(price_of(*book, "", name).is_paid_by_tokens()) << name;
        EXPECT_FALSE(price_of(*book, "", name).is_free()) << name;
    }
    for (const char* name : {"gpt-image-1", "gpt-4o-mini-tts", "chat-bison"}) {
        EXPECT_FALSE(price_of(*book, "", name).is_paid_by_units()) << name;
        EXPECT_TRUE(price_of(*book, "", name).is_paid_by_tokens()) << name;
    }
}

TEST(UnitPrices, OfPicturesGoByQualityAndSize)
{
    const auto book = unit_book();
    const auto pixel =
        [&](std::string_view provider, std::string_view model, std::string_view quality, std::string_view size
        ) {
            const ModelPrice* price = book->find_picture(provider, model, quality, size);
            return price ? price->per_pixel : std::nullopt;
        };
    const auto image =
        [&](std::string_view provider, std::string_view model, std::string_view quality, std::string_view size
        ) {
            const ModelPrice* price = book->find_picture(provider, model, quality, size);
            return price ? price->per_image : std::nullopt;
        };
    EXPECT_EQ(pixel("openai", "dall-e-3", "hd", "1024x1792"), usd("6.539e-08"));
    EXPECT_EQ(pixel("openai", "DALL-E-3", "HD", "1024-x-1792"), usd("6.539e-08"));
    EXPECT_EQ(pixel("azure", "dall-e-3", "hd", "1024x1792"), usd("6.6e-08"));
    EXPECT_EQ(pixel("azure", "dall-e-3", "standard", "1024x1024"), usd("3.81469e-08")) << "OpenAI's price";
    EXPECT_EQ(pixel("openai", "dall-e-3", "", ""), usd("3.81469e-08"));
    EXPECT_EQ(pixel("openai", "dall-e-3", "auto", "auto"), usd("3.81469e-08"));
    EXPECT_EQ(pixel("openai", "dall-e-2", "standard", "256x256"), usd("2.4414e-07"))
        << "the list names no quality";
    EXPECT_EQ(image("openai", "dall-e-3", "hd", "512x512"), usd("0.04")) << "find()'s answer";
    EXPECT_EQ(image("openai", "gpt-image-1", "low", "1024x1024"), usd("0.011"));
    EXPECT_EQ(image("openai", "gpt-image-1", "", ""), usd("0.167"));
    EXPECT_EQ(
        book->find_picture("openai", "gpt-image-1", "low", "99x99"), book->find("openai", "gpt-image-1")
    );
    EXPECT_FALSE(book->find_picture("together_ai", "dall-e-3", "hd", "1024x1792")) << "somebody else's model";
    EXPECT_FALSE(book->find_picture("openai", "unheard-of", "hd", ""));
    EXPECT_FALSE(book->find_picture("openai", "", "", ""));
}

TEST(UnitPrices, MakeCosts)
{
    const auto book = unit_book();
    const Units two_pictures{.images = 2, .pixels = 2 * 1024 * 1792};
    EXPECT_EQ(
        cost_of(*book->find_picture("openai", "dall-e-3", "hd", "1024x1792"), {}, two_pictures, 0ms),
        money("0.239982346")
    );
    EXPECT_EQ(cost_of(price_of(*book, "openai", "dall-e-3"), {}, two_pictures, 0ms), money("0.08"));
    EXPECT_EQ(
        cost_of(*book->find_picture("openai", "gpt-image-1", "low", ""), {}, two_pictures, 0ms),
        money("0.022")
    ) << "not by the pixel as well";
    EXPECT_EQ(
        cost_of(price_of(*book, "openai", "tts-1"), {.prompt = 50}, {.characters = 4096}, 1s),
        money("0.06144")
    );
    EXPECT_EQ(
        cost_of(price_of(*book, "openai", "whisper-1"), {}, {.audio_milliseconds = 1500}, 1h),
        money("0.00015")
    );
    EXPECT_EQ(
        cost_of(price_of(*book, "cohere", "rerank-v3.5"), {.prompt = 7}, {.searches = 3}, 0ms), money("0.006")
    );
    EXPECT_EQ(
        cost_of(price_of(*book, "openai", "tts-1"), {}, {.images = -1, .characters = -5}, 0ms), Money()
    );
    EXPECT_EQ(cost_of(gpt_4o(), {.prompt = 1000}, {.images = 1, .searches = 1}, 0ms), money("0.0025"));
}

TEST(UnitPrices, GiveWayToTheTokensOfPictures)
{
    ModelPrice price = price_of(*unit_book(), "openai", "gpt-image-1");
    const Usage usage{.prompt = 10, .completion = 272, .total = 282, .image_output = 272};
    const Units picture{.images = 1, .pixels = 1024 * 1024};
    EXPECT_EQ(cost_of(price, usage, picture, 0ms), money("0.01093")) << "ten tokens in, 272 of a picture out";
    price.output = usd("4e-05");
    price.output_image.reset();
    price.per_image = usd("0.5");
    EXPECT_EQ(cost_of(price, usage, picture, 0ms), money("0.01093"));
    EXPECT_EQ(cost_of(price, {.prompt = 10}, picture, 0ms), money("0.50005"));
}

TEST(UnitPrices, AreAdjustedAndRoundedOnce)
{
    ModelPrice price;
    price.per_character = UnitPrice::from_femto(500'000);
    price.per_search = UnitPrice::from_femto(500'000);
    EXPECT_EQ(cost_of(price, {}, {.characters = 1, .searches = 1}, 0ms).nano(), 1);
    EXPECT_EQ(cost_of(price, {}, {.characters = 3}, 0ms).nano(), 2);
    price.per_search = usd("0.002");
    adjust(price, {.discount = 250'000, .margin = 0, .fixed_margin = usd("0.001")});
    EXPECT_EQ(cost_of(price, {}, {.searches = 2}, 0ms), money("0.004"));
    EXPECT_EQ(original_cost_of(price, {}, {.searches = 2}, 0ms), money("0.004"));
    EXPECT_EQ(original_cost_of(price, {}, {.searches = 1}, 0ms), money("0.002"));
    EXPECT_EQ(upper_bound(price, 0, 0, 0ms, {.searches = 2}), money("0.004"));
}

TEST(UnitPrices, HoldAtTheirTimesAndForTheirServices)
{
    ModelPrice price;
    price.per_search = usd("0.002");
    ModelPrice::Change& change = price.changes.emplace_back();
    change.from = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);
    change.price.per_search = usd("0.003");
    price.services.push_back({"priority", change.price});
    EXPECT_EQ(cost_of(price.at(Timestamp()), {}, {.searches = 1}, 0ms), money("0.002"));
    EXPECT_EQ(cost_of(price.at(change.from), {}, {.searches = 1}, 0ms), money("0.003"));
    EXPECT_EQ(cost_of(price.for_service("priority"), {}, {.searches = 1}, 0ms), money("0.003"));
}

TEST(UnitPrices, HugeCountsStayInBounds)
{
    ModelPrice price;
    price.per_pixel = usd("1e-9");
    const Units units{.pixels = INT64_MAX};
    EXPECT_EQ(cost_of(price, {}, units, 0ms), money("1099.511627776"));
    EXPECT_EQ(upper_bound(price, 0, 0, 0ms, units), money("1099.511627776"));
}

TEST(UnitPrices, MakeUpperBounds)
{
    const auto book = unit_book();
    const Units units{
        .images = 2, .pixels = 2048, .characters = 10, .audio_milliseconds = 1001, .searches = 1};
    for (const char* name :
         {"dall-e-3", "gpt-image-1", "low/1024-x-1024/gpt-image-1", "tts-1", "whisper-1", "rerank-v3.5"}) {
        const ModelPrice& price = price_of(*book, "", name);
        const Usage usage{.prompt = 100, .completion = 50};
        EXPECT_GE(upper_bound(price, 100, 50, 0ms, units), cost_of(price, usage, units, 0ms)) << name;
        EXPECT_GE(upper_bound(price, 100, 50, 0ms, units), cost_of(price, {}, units, 0ms)) << name;
    }
    EXPECT_EQ(upper_bound(price_of(*book, "", "whisper-1"), 5000, 4096, 1h, units), money("0.0001001"));
}

TEST(CustomUnitPrices, AreReadFromADeployment)
{
    const ModelPrice price = custom(
        R"({"output_cost_per_image": 0.05, "input_cost_per_image": 0.01, "input_cost_per_pixel": "1e-8",
            "output_cost_per_character": 2e-05, "input_cost_per_audio_per_second": 0.0003, "input_cost_per_query": 0.001})",
        R"({"id": "a"})"
    );
    EXPECT_EQ(price.per_image, usd("0.05"));
    EXPECT_EQ(price.per_pixel, usd("1e-8"));
    EXPECT_EQ(price.per_character, usd("2e-05"));
    EXPECT_EQ(price.per_audio_second, usd("0.0003"));
    EXPECT_EQ(price.per_search, usd("0.001"));
}

TEST(CustomUnitPrices, ReplaceTheListPrice)
{
    const auto book = unit_book();
    const ModelPrice& listed = price_of(*book, "openai", "dall-e-3");
    const ModelPrice by_pixel = custom(R"({"input_cost_per_pixel": 1e-9})", "{}", &listed);
    EXPECT_EQ(cost_of(by_pixel, {}, {.images = 1, .pixels = 1'000'000}, 0ms), money("0.001"));

    const ModelPrice& by_tokens = price_of(*book, "openai", "gpt-image-1");
    const ModelPrice by_image =
        custom(R"({"output_cost_per_image": 0.07})", R"({"mode": "image_generation"})", &by_tokens);
    EXPECT_EQ(cost_of(by_image, {.prompt = 10, .completion = 272}, {.images = 1}, 0ms), money("0.07"));

    const ModelPrice chat = gpt_4o();
    const ModelPrice seeing = custom(R"({"input_cost_per_image": 0.002})", "{}", &chat);
    EXPECT_EQ(cost_of(seeing, {.prompt = 1000, .completion = 500}, 0ms), money("0.0075"))
        << "a chat goes on paying its tokens";

    const ModelPrice free =
        custom(R"({"input_cost_per_token": 0, "output_cost_per_token": 0})", "{}", &listed);
    EXPECT_TRUE(free.is_free());
    EXPECT_EQ(cost_of(free, {}, {.images = 5}, 0ms), Money());
}

TEST(CustomUnitPrices, SecondsAreTheSoundsOnlyForTranscriptions)
{
    const ModelPrice sound =
        custom(R"({"input_cost_per_second": 0.002})", R"({"mode": "audio_transcription"})");
    EXPECT_EQ(cost_of(sound, {}, {.audio_milliseconds = 2500}, 1h), money("0.005"));
    const ModelPrice both = custom(
        R"({"input_cost_per_second": 0.002, "output_cost_per_second": 0.002})",
        R"({"mode": "audio_transcription"})"
    );
    EXPECT_EQ(cost_of(both, {}, {.audio_milliseconds = 1000}, 1h), money("0.002")) << "paid once";
    const ModelPrice time = custom(R"({"input_cost_per_second": 0.002})", R"({"mode": "chat"})");
    EXPECT_EQ(cost_of(time, {}, {.audio_milliseconds = 2500}, 3s), money("0.006"));
}

} // namespace
} // namespace litellm::spend
