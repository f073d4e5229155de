// Costs against an implementation in another language: equal to the nano-dollar.

#include "litellm/spend/price_book.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>

namespace litellm::spend {
namespace {

std::string output_of(const std::string& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 65536> buffer{};
    while (pipe) {
        const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
        if (size == 0)
            break;
        text.append(buffer.data(), size);
    }
    return text;
}

providers::Usage usage_from(const Json& json)
{
    providers::Usage usage;
    const std::pair<const char*, std::int64_t providers::Usage::*> members[] = {
        {"prompt", &providers::Usage::prompt},
        {"completion", &providers::Usage::completion},
        {"cached_read", &providers::Usage::cached_read},
        {"cached_write", &providers::Usage::cached_write},
        {"cached_write_1h", &providers::Usage::cached_write_1h},
        {"reasoning", &providers::Usage::reasoning},
        {"audio_input", &providers::Usage::audio_input},
        {"audio_output", &providers::Usage::audio_output},
        {"image_input", &providers::Usage::image_input},
        {"image_output", &providers::Usage::image_output},
    };
    for (const auto& [name, member] : members)
        usage.*member = json.at(name).get<std::int64_t>();
    return usage;
}

providers::Units units_from(const Json& json)
{
    providers::Units units;
    const std::pair<const char*, std::int64_t providers::Units::*> members[] = {
        {"images", &providers::Units::images},
        {"pixels", &providers::Units::pixels},
        {"characters", &providers::Units::characters},
        {"audio_milliseconds", &providers::Units::audio_milliseconds},
        {"searches", &providers::Units::searches},
    };
    for (const auto& [name, member] : members)
        units.*member = json.at(name).get<std::int64_t>();
    return units;
}

TEST(CostOracle, AgreesToTheNanoDollar)
{
    const char* const wanted = std::getenv("COST_ORACLE_CASES");
    const std::string script = std::string(LITELLM_SOURCE_DIR) + "/tests/spend/oracle/costs.py";
    const std::string cases =
        output_of("python3 '" + script + "' " + (wanted != nullptr ? wanted : "600") + " 7");
    std::istringstream lines(cases);
    std::string line;
    int count = 0;
    while (std::getline(lines, line)) {
        const Json item = Json::parse(line);
        auto price = custom_price(item.at("prices"), item.at("model_info"), nullptr);
        ASSERT_TRUE(price && *price) << line;
        const auto adjustment = adjustment_for(item.at("settings"), "openai");
        ASSERT_TRUE(adjustment) << line;
        adjust(**price, *adjustment);
        const providers::Usage usage = usage_from(item.at("usage"));
        const providers::Units units = units_from(item.at("units"));
        const std::chrono::milliseconds duration(item.at("milliseconds").get<std::int64_t>());
        const ModelPrice& served = (*price)->for_service(item.at("service").get<std::string>());
        const Money cost = cost_of(served, usage, units, duration);
        EXPECT_EQ(cost.nano(), item.at("nano").get<std::int64_t>()) << line;
        EXPECT_LE(cost, upper_bound(served, usage.prompt, usage.completion, duration, units)) << line;
        ++count;
    }
    EXPECT_GE(count, 300) << "is python3 installed?";
}

TEST(CostAdjustment, SaysWhatItCannotRead)
{
    for (const char* text :
         {R"({"cost_discount_config":{"openai":1.5}})",
          R"({"cost_discount_config":{"openai":"a lot"}})",
          R"({"cost_margin_config":{"global":-1}})",
          R"({"cost_margin_config":{"openai":{"fixed_amount":"x"}}})"}) {
        const auto read = adjustment_for(Json::parse(text), "openai");
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().kind, ErrorKind::invalid_input);
    }
    EXPECT_EQ(
        adjustment_for(Json::parse(R"({"cost_discount_config":{"azure":0.1}})"), "openai").value(),
        ModelPrice::Adjustment()
    );
    const auto own =
        adjustment_for(Json::parse(R"({"cost_margin_config":{"global":0.5,"openai":0.1}})"), "openai");
    EXPECT_EQ(own.value().margin, 100'000);
}

} // namespace
} // namespace litellm::spend
