#include "loading.hpp"
#include "yaml_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace litellm::config {
namespace {

using ::testing::HasSubstr;

struct Read {
    Json json;
    std::vector<std::string> findings;
};

Read read(const std::string& text)
{
    Findings findings;
    const auto node = read_yaml(text, "config.yaml", findings);
    return Read{node ? to_json(*node) : Json("nothing"), testing::texts_of(findings.sorted())};
}

TEST(YamlReader, TellsQuotedFromPlain)
{
    const Read result = read("a: '1'\nb: \"true\"\nc: 1\nd: |\n  5\ne: !!str 7\nf: !!int '8'\n");
    EXPECT_EQ(to_text(result.json), R"({"a":"1","b":"true","c":1,"d":"5\n","e":"7","f":8})");
    EXPECT_TRUE(result.findings.empty());
}

TEST(YamlReader, ExpandsAliasesAndMergeKeys)
{
    const Read result = read(R"(
base: &base {timeout: 1, model: x}
more: &more {timeout: 9, weight: 2}
own: {model: y, <<: *base}
both: {<<: [*base, *more], z: 1}
list: [*base]
)");
    EXPECT_EQ(to_text(result.json["own"]), R"({"timeout":1,"model":"y"})");
    EXPECT_EQ(to_text(result.json["both"]), R"({"timeout":1,"weight":2,"model":"x","z":1})");
    EXPECT_EQ(to_text(result.json["list"]), R"([{"timeout":1,"model":"x"}])");
    EXPECT_TRUE(result.findings.empty());
}

TEST(YamlReader, KeepsTheLastOfTwoEqualKeysAndSaysSo)
{
    const Read result = read("a: 1\nb: 2\na: 3\n");
    EXPECT_EQ(to_text(result.json), R"({"a":3,"b":2})");
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(
        result.findings[0],
        "config.yaml:3: warning: a: is written twice, in line 1 too; only the last one counts. Remove one of "
        "them."
    );
}

TEST(YamlReader, KnowsTheLineOfEveryValue)
{
    Findings findings;
    const auto node = read_yaml("# first\na:\n  - x\n  - b:\n      1\n", "f", findings);
    ASSERT_TRUE(node);
    EXPECT_EQ(node->find("a")->place.line, 2);
    EXPECT_EQ(node->find("a")->children[0].place.line, 3);
    EXPECT_EQ(node->find("a")->children[1].find("b")->place.line, 4);
}

TEST(YamlReader, ReadsKeysThatLookLikeOtherTypesAsText)
{
    EXPECT_EQ(to_text(read("50: a\ntrue: b\n1.5: c\n").json), R"({"50":"a","true":"b","1.5":"c"})");
}

TEST(YamlReader, AcceptsByteOrderMarkAndWindowsLineEnds)
{
    EXPECT_EQ(
        to_text(read("\xEF\xBB\xBF"
                     "a:\r\n  b: 1\r\n")
                    .json),
        R"({"a":{"b":1}})"
    );
}

TEST(YamlReader, SaysWhereTheSyntaxBreaks)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a: 1\nb: c: d\n", "config.yaml:2: error: is not valid YAML"},
        {"a:\n  b: 1\n\tc: 2\n", "config.yaml:3: error: is not valid YAML"},
        {"a: {b: 1\n", "error: is not valid YAML"},
        {"a: *nobody\n", "config.yaml:1: error: is not valid YAML: the referenced anchor is not defined"},
        {"a: !ENV X\n", "config.yaml:1: error: tags such as '!name' have no meaning here"},
        {"a: 1\n---\nb: 2\n", "a second document starts here"},
        {"? [1, 2]\n: 3\n", "config.yaml:1: error: a list or a map cannot be a key"},
        {"a: {<<: 5}\n", "config.yaml:1: error: '<<' takes a map"},
        {"a: {<<: [5]}\n", "config.yaml:1: error: '<<' takes a map"},
        {"a: &a [*a]\n", "an alias contains itself"},
        {"ok: 1\nbad: \xFF\n", "config.yaml:2: error: is not UTF-8 text"},
    };
    for (const auto& [text, message] : cases) {
        const Read result = read(text);
        ASSERT_EQ(result.findings.size(), 1U) << text;
        EXPECT_THAT(result.findings[0], HasSubstr(message)) << text;
        EXPECT_EQ(result.json, "nothing");
    }
}

TEST(YamlReader, RefusesAliasBombs)
{
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
        for (int j = 0; j < 9; ++j)
            bomb += ", " + last;
        bomb += "]\n";
    }
    EXPECT_THAT(read(bomb).findings, ::testing::ElementsAre(HasSubstr("too many aliases of aliases")));
}

TEST(YamlReader, RefusesDeepNesting)
{
    EXPECT_THAT(
        read(std::string(150, '[') + std::string(150, ']')).findings,
        ::testing::ElementsAre(HasSubstr("nested deeper"))
    );
    EXPECT_THAT(read(std::string(100'000, '[')).findings, ::testing::ElementsAre(HasSubstr("error")));
}

TEST(YamlReader, ReportsFilesThatCannotBeRead)
{
    const testing::Folder folder;
    EXPECT_THAT(
        testing::texts_of(load(folder.path() / "none.yaml", testing::environment_of({})).findings),
        ::testing::ElementsAre(HasSubstr("there is no such file"))
    );
    EXPECT_THAT(
        testing::texts_of(load(folder.path(), testing::environment_of({})).findings),
        ::testing::ElementsAre(HasSubstr("it is a folder"))
    );
}

} // namespace
} // namespace litellm::config
