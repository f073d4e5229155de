// Whatever stands in the file, load() answers with findings: it never throws and never crashes.

#include "loading.hpp"

#include "litellm/core/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace litellm::config::testing {
namespace {

void expect_answer(const std::string& text)
{
    Loaded loaded;
    ASSERT_NO_THROW(loaded = load_text(text)) << text;
    const bool has_error =
        std::any_of(loaded.findings.begin(), loaded.findings.end(), [](const Finding& finding) {
            return finding.severity == Severity::error;
        });
    EXPECT_NE(loaded.config.has_value(), has_error) << text;
}

TEST(BrokenYaml, NeverThrows)
{
    const std::vector<std::string> texts{
        "",
        " ",
        "\n",
        "\t",
        "#",
        "---",
        "---\n...\n",
        "...",
        "null",
        "5",
        "text",
        "[]",
        "{}",
        "- a",
        "a",
        "a:",
        ":",
        ": :",
        "- - -",
        "[",
        "]",
        "{",
        "}",
        "{a",
        "{a:",
        "{,}",
        "[,]",
        "'",
        "\"",
        "'a",
        "\"\\x",
        "\"\\u12\"",
        "|",
        ">",
        "a: |",
        "a: >-\n",
        "&",
        "*",
        "&a",
        "*a",
        "&a *a",
        "!",
        "!!",
        "!<",
        "!<a> b",
        "%",
        "%YAML",
        "%YAML 9.9\n---\na: 1",
        "%TAG ! !\n---\n! a",
        "? ",
        "? a",
        "? ? ?",
        "@",
        "`",
        "a: @b",
        "a: %b",
        "a\tb: c",
        "a:\tb",
        "\xEF\xBB\xBF",
        std::string("a\0b: c", 6),
        "\x01",
        "\xC0\x80: a",
        "\xFE\xFF",
        "a: \xE2\x82",
        "<<: 1",
        "<<: [1]",
        "<<:",
        "<<: {<<: {<<: {a: b}}}",
        "<<: *a",
        "model_list",
        "model_list: 5",
        "model_list: {a: b}",
        "model_list: [5, x, null, [], {}]",
        "model_list: [{model_name: a}]",
        "model_list: [{model_name: [], litellm_params: 7}]",
        "model_list: [{model_name: a, litellm_params: {model: {}}}]",
        "model_list: [{model_name: a, litellm_params: {model: a/b, organization: [1, [], {}]}}]",
        "model_list: [{model_name: a, litellm_params: {model: a/b}, model_info: []}]",
        "model_list: [{model_name: a, litellm_params: {model: a/b}, model_info: {id: []}}]",
        "model_list: [{model_name: a, litellm_params: {model: a/b}, rpm: []}]",
        "model_list: [{model_name: a, litellm_params: {model: a/b, rpm: 99999999999999999999, order: 1e300, "
        "timeout: .nan}}]",
        "general_settings: []",
        "general_settings: x",
        "litellm_settings: 1",
        "router_settings: [a]",
        "environment_variables: [a]",
        "environment_variables: {a: {b: c}}",
        "credential_list: {a: b}",
        "credential_list: [x, null, {credential_name: []}]",
        "include: 5",
        "include: [5, [], {}]",
        "include: ['']",
        "include: ['/']",
        "include: [config.yaml]",
        "include:\n  - a\n  b: c",
        "general_settings: {master_key: [], database_url: {}, allowed_routes: {a: b}, proxy_batch_write_at: "
        ".inf}",
        "litellm_settings: {key_generation_settings: {team_key_generation: 5, personal_key_generation: [a]}}",
        "litellm_settings: {model_alias_map: [a], upperbound_key_generate_params: 5, ssl_verify: []}",
        "router_settings: {model_group_alias: {a: , b: [], c: {}, d: 5}, timeout: -1, num_retries: 1.5}",
        "a: &a {b: *a}",
        "&a a: *a",
        "? &a b\n: *a",
        "a: 'os.environ/'",
        "a: [os.environ/, [os.environ/X]]",
    };
    for (const std::string& text : texts)
        expect_answer(text);
}

TEST(BrokenYaml, SurvivesRandomDamage)
{
    const std::string sound =
        read_file(std::filesystem::path(LITELLM_SOURCE_DIR) / "config" / "example.yaml").substr(0, 6000);
    const std::string noise = "{}[]:,-&*!|>'\"%@`#?\n\t \\x01\xC3";
    SeededRandom random(7);
    for (int round = 0; round < 150; ++round) {
        std::string text = sound;
        for (std::uint64_t i = random.below(12) + 1; i > 0; --i) {
            const std::size_t at = random.below(text.size());
            switch (random.below(3)) {
            case 0:
                text[at] = noise[random.below(noise.size())];
                break;
            case 1:
                text.erase(at, random.below(40) + 1);
                break;
            default:
                text.insert(at, 1, noise[random.below(noise.size())]);
            }
        }
        expect_answer(text);
    }
}

} // namespace
} // namespace litellm::config::testing
