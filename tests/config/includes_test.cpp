#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Includes, ExtendListsAndReplaceTheRest)
{
    const Folder folder;
    folder.write("models/more.yaml", R"(
model_list:
  - model_name: second
    litellm_params: {model: openai/b}
litellm_settings: {num_retries: 7}
router_settings: {num_retries: 1}
)");
    folder.write("third.yaml", "model_list: [{model_name: third, litellm_params: {model: openai/c}}]\n");
    const auto file = folder.write("config.yaml", R"(
include: [models/more.yaml, third.yaml]
model_list:
  - model_name: first
    litellm_params: {model: openai/a}
litellm_settings: {drop_params: true}
)");
    const Loaded loaded = load(file, environment_of({}));
    EXPECT_THAT(loaded.findings, IsEmpty());
    ASSERT_TRUE(loaded.config);
    std::vector<std::string> names;
    for (const Deployment& deployment : loaded.config->model_list)
        names.push_back(deployment.model_name);
    EXPECT_THAT(names, ElementsAre("first", "second", "third"));
    EXPECT_EQ(loaded.config->model_list[1].place.line, 3);
    EXPECT_THAT(loaded.config->model_list[1].place.file, HasSubstr("more.yaml"));
    EXPECT_FALSE(loaded.config->litellm.drop_params); // the whole section was replaced
    EXPECT_EQ(loaded.config->litellm.num_retries, 7);
    EXPECT_EQ(loaded.config->router.num_retries, 1);
}

TEST(Includes, FillABlankList)
{
    const Folder folder;
    folder.write("m.yaml", "model_list: [{model_name: a, litellm_params: {model: openai/a}}]\n");
    const Loaded loaded =
        load(folder.write("config.yaml", "include: [m.yaml]\nmodel_list:\n"), environment_of({}));
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->model_list.size(), 1U);
}

TEST(Includes, ReportMissingFilesWrongListsAndNesting)
{
    const Folder folder;
    folder.write(
        "nested.yaml",
        "include: [x.yaml]\ngeneral_setings: {}\nmodel_list: [{model_name: a, litellm_params: {rpm: -1}}]\n"
    );
    folder.write("clash.yaml", "general_settings: [a]\n");
    folder.write("list.yaml", "- a\n");
    folder.write("broken.yaml", "a: b: c\n");
    folder.write("blank.yaml", "\n");
    const auto file = folder.write(
        "config.yaml",
        "include:\n  - none.yaml\n  - nested.yaml\n  - clash.yaml\n  - list.yaml\n  - broken.yaml\n  - "
        "blank.yaml\n  - 5\ngeneral_settings: {}\n"
    );
    const std::vector<std::string> findings = texts_of(load(file, environment_of({})).findings);
    EXPECT_THAT(
        findings,
        ::testing::UnorderedElementsAre(
            HasSubstr("config.yaml:2: error: include[0]: cannot open"),
            HasSubstr("nested.yaml:1: warning: include: is ignored in an included file"),
            HasSubstr("nested.yaml:2: warning: general_setings: unknown key, ignored. Did you mean "
                      "general_settings?"),
            HasSubstr("nested.yaml:3: error: model_list[0].litellm_params.model: is missing"),
            HasSubstr("nested.yaml:3: error: model_list[0].litellm_params.rpm: is a number out of range"),
            HasSubstr("clash.yaml:1: error: general_settings: is a list here but a map at"),
            HasSubstr("list.yaml:1: error: an included file is a map"),
            HasSubstr("broken.yaml:1: error: is not valid YAML"),
            HasSubstr("config.yaml:8: error: include[6]: is a number; write the name of a file.")
        )
    );
    EXPECT_EQ(
        findings_of("include: models.yaml\n"),
        "config.yaml:1: error: include: is text; write a list of files, e.g. 'include: [models.yaml]'.\n"
    );
}

} // namespace
} // namespace litellm::config::testing
