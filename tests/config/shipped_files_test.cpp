// config/quickstart.yaml and config/example.yaml, as they are shipped.

#include "known_keys.hpp"
#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

namespace litellm::config::testing {
namespace {

using ::testing::IsEmpty;

std::filesystem::path shipped(const std::string& name)
{
    return std::filesystem::path(LITELLM_SOURCE_DIR) / "config" / name;
}

/// The file with its settings switched on: `#key:` and, below `  #- …`, `  #  key:` lose the `#`.
std::string uncommented(const std::string& text)
{
    static const std::regex setting("^( *)#([^ #].*)$");
    static const std::regex continued("^( +)#(  .*)$");
    std::string result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        line = std::regex_replace(line, setting, "$1$2");
        result += std::regex_replace(line, continued, "$1$2").append("\n");
    }
    return result;
}

TEST(ShippedFiles, LoadWithoutAFinding)
{
    for (const std::string name : {"quickstart.yaml", "example.yaml"}) {
        const Loaded loaded = load(shipped(name), environment_of({}));
        EXPECT_THAT(texts_of(loaded.findings), IsEmpty()) << name;
        ASSERT_TRUE(loaded.config) << name;
        EXPECT_FALSE(loaded.config->model_list.empty());
        EXPECT_FALSE(loaded.config->general.master_key);
    }
}

TEST(ShippedFiles, QuickstartAnswersWithoutAProvider)
{
    const Loaded loaded = load(shipped("quickstart.yaml"), environment_of({}));
    ASSERT_TRUE(loaded.config);
    ASSERT_EQ(loaded.config->model_list.size(), 2U);
    EXPECT_EQ(loaded.config->model_list[0].model_name, "demo");
    EXPECT_TRUE(loaded.config->model_list[0].params["mock_response"].is_string());
    EXPECT_EQ(loaded.config->model_list[1].model, "ollama_chat/llama3.2");
}

const Variables all_variables{
    {"OPENAI_API_KEY", "k"},
    {"ANTHROPIC_API_KEY", "k"},
    {"AZURE_API_BASE", "b"},
    {"AZURE_API_KEY", "k"},
    {"GEMINI_API_KEY", "k"},
    {"GROQ_API_KEY", "k"},
    {"OPENROUTER_API_KEY", "k"},
    {"HF_TOKEN", "k"},
    {"LITELLM_MASTER_KEY", strong_key},
    {"DATABASE_URL", "sqlite:///x"},
    {"LITELLM_ENVIRONMENT", "production"},
};

TEST(ShippedFiles, QuickstartLoadsWithEveryRowSwitchedOn)
{
    const Folder folder;
    const auto file = folder.write("config.yaml", uncommented(read_file(shipped("quickstart.yaml"))));
    const Loaded loaded = load(file, environment_of(all_variables));
    EXPECT_THAT(texts_of(loaded.findings), IsEmpty());
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->model_list.size(), 9U);
}

TEST(ShippedFiles, ExampleLoadsWithEverySettingSwitchedOn)
{
    const Folder folder;
    folder.write("models.yaml", "model_list: []\n");
    folder.write("certificates/client.pem", "x");
    const auto file = folder.write("config.yaml", uncommented(read_file(shipped("example.yaml"))));
    const Loaded loaded = load(file, environment_of(all_variables));
    EXPECT_THAT(texts_of(loaded.findings), IsEmpty());
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->model_list.size(), 2U); // one for each organization
}

TEST(ShippedFiles, ExampleShowsEveryKeyThatIsRead)
{
    const std::string text = uncommented(read_file(shipped("example.yaml")));
    for (const KeyTable* table : {&top_level_keys, &general_keys, &litellm_keys, &router_keys})
        for (const std::string_view key : table->read)
            EXPECT_TRUE(std::regex_search(text, std::regex("(^|\n) *" + std::string(key) + ":")))
                << table->section << " " << key;
}

} // namespace
} // namespace litellm::config::testing
