#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::HasSubstr;

std::string master_key_findings(const std::string& value, Variables variables = {})
{
    return findings_of("general_settings:\n  master_key: " + value + "\n", std::move(variables));
}

TEST(GeneralSettings, TakeTheMasterKeyOfTheFileBeforeTheEnvironment)
{
    const Variables variables{{"LITELLM_MASTER_KEY", strong_key}};
    EXPECT_EQ(load_valid("{general_settings: {}}", variables).general.master_key->reveal(), strong_key);
    const std::string other = std::string(strong_key) + "-file";
    EXPECT_EQ(
        load_valid("{general_settings: {master_key: " + other + "}}", variables).general.master_key->reveal(),
        other
    );
    EXPECT_EQ(
        load_valid(
            "{general_settings: {master_key: os.environ/MINE}}", {{"MINE", other}}
        ).general.master_key->reveal(),
        other
    );
    EXPECT_FALSE(load_valid("{general_settings: {}}", {{"LITELLM_MASTER_KEY", ""}}).general.master_key);
}

TEST(GeneralSettings, FallBackToTheEnvironmentWhenTheReferenceIsMissing)
{
    const Loaded loaded =
        load_text("general_settings: {master_key: os.environ/NONE}", {{"LITELLM_MASTER_KEY", strong_key}});
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->general.master_key->reveal(), strong_key);
    EXPECT_EQ(loaded.findings.size(), 1U);
}

TEST(GeneralSettings, RefuseMasterKeysThatLiteLlmRefuses)
{
    EXPECT_THAT(
        master_key_findings("''"),
        HasSubstr(
            "config.yaml:2: error: general_settings.master_key: is empty; write a key that starts with 'sk-'"
        )
    );
    EXPECT_THAT(
        master_key_findings("password"),
        HasSubstr("config.yaml:2: error: general_settings.master_key: is not a master key")
    );
    EXPECT_THAT(master_key_findings("sk-"), HasSubstr("is not a master key"));
    EXPECT_THAT(
        master_key_findings("[a]"), HasSubstr("error: general_settings.master_key: is a list; write text")
    );
    EXPECT_THAT(master_key_findings("os.environ/E", {{"E", ""}}), HasSubstr("is empty"));
    EXPECT_EQ(
        findings_of("{model_list: []}", {{"LITELLM_MASTER_KEY", "nope"}}),
        "environment: error: LITELLM_MASTER_KEY: is not a master key; write one that starts with 'sk-', e.g. "
        "sk- and 48 random "
        "characters.\n"
    );
}

TEST(GeneralSettings, MapHeadersToPeople)
{
    const auto several = load_valid(R"(
general_settings:
  user_header_name: X-Old
  user_header_mappings:
    - {header_name: X-Customer, litellm_user_role: customer}
    - {header_name: X-User, litellm_user_role: internal_user}
)")
                             .general;
    EXPECT_THAT(several.end_user_headers, ::testing::ElementsAre("X-Customer", "X-Old"));
    EXPECT_THAT(several.internal_user_headers, ::testing::ElementsAre("X-User"));
    const auto one = load_valid(R"(
general_settings:
  user_header_mappings: {header_name: X-User, litellm_user_role: internal_user}
)")
                         .general;
    EXPECT_THAT(one.internal_user_headers, ::testing::ElementsAre("X-User"));
    EXPECT_THAT(one.end_user_headers, ::testing::IsEmpty());
}

TEST(GeneralSettings, LeaveTheStrengthOfTheMasterKeyToTheApplication)
{
    EXPECT_EQ(master_key_findings("sk-1234"), "");
    EXPECT_TRUE(
        load_valid("general_settings: {require_strong_master_key: true}").general.require_strong_master_key
    );
}

TEST(GeneralSettings, BuildTheDatabaseUrlFromItsParts)
{
    Variables parts{
        {"DATABASE_HOST", "db.local"},
        {"DATABASE_USERNAME", "us er"},
        {"DATABASE_PASSWORD", "p@ss/w:rd"},
        {"DATABASE_NAME", "lite"}};
    const auto url = [&](const std::string& yaml = "{}") {
        return load_valid(yaml == "{}" ? "{model_list: []}" : yaml, parts)
            .general.database_url.value_or("none");
    };
    EXPECT_EQ(url(), "postgresql://us%20er:p%40ss%2Fw%3Ard@db.local/lite");
    parts["DATABASE_PORT"] = "5433";
    parts["DATABASE_SCHEMA"] = "my schema";
    EXPECT_EQ(url(), "postgresql://us%20er:p%40ss%2Fw%3Ard@db.local:5433/lite?schema=my%20schema");
    parts = {{"DATABASE_HOST", "::1"}, {"DATABASE_USER", "u"}, {"DATABASE_NAME", "n"}};
    EXPECT_EQ(url(), "postgresql://u@[::1]/n");
    parts["DATABASE_URL"] = "postgresql://whole@host/name";
    EXPECT_EQ(url(), "postgresql://whole@host/name");
    EXPECT_EQ(url("general_settings: {database_url: 'sqlite:///tmp/x.db'}"), "sqlite:///tmp/x.db");
}

TEST(GeneralSettings, ReportDatabasesThatCannotBe)
{
    EXPECT_EQ(
        findings_of("{model_list: []}", {{"DATABASE_HOST", "h"}}),
        "environment: warning: DATABASE_HOST: is ignored: set DATABASE_USERNAME and DATABASE_NAME too, or "
        "DATABASE_URL.\n"
    );
    EXPECT_THAT(
        findings_of("{model_list: []}", {{"DATABASE_URL", "mysql://a"}}),
        HasSubstr("environment: error: DATABASE_URL: is not the URL of a database")
    );
    EXPECT_THAT(
        findings_of("general_settings:\n  database_url: /var/x.db\n"),
        HasSubstr("config.yaml:2: error: general_settings.database_url: is not the URL of a database; write "
                  "postgresql://")
    );
}

TEST(GeneralSettings, ReadEveryField)
{
    const GeneralSettings settings =
        load_valid(
            R"(
general_settings:
  database_connection_pool_timeout: 11
  database_connection_timeout: 12
  database_statement_timeout: 13
  litellm_key_header_name: X-Litellm-Key
  allow_requests_on_db_unavailable: true
  allow_client_side_credentials: true
  disable_spend_updates: true
  disable_error_logs: true
  store_prompts_in_spend_logs: false
  disable_adding_master_key_hash_to_db: true
  disable_prisma_schema_update: true
  use_x_forwarded_for: true
  enforce_user_param: true
  health_check_details: false
  user_api_key_cache_ttl: 5
  user_api_key_cache_max_size: 6
  max_request_size_mb: 7.5
  user_header_name: X-End-User
  completion_model: m
  allowed_routes: [/a]
  allowed_ips: [1.2.3.4]
  public_routes: [/b, /c/*]
  admin_only_routes: []
  spend_durability: strict
  spend_journal_max_size_mb: 64
  spend_journal_when_full: serve
)",
            {{"STORE_PROMPTS_IN_SPEND_LOGS", "true"}, {"PROXY_BATCH_WRITE_AT", "4"}}
        ).general;
    EXPECT_EQ(settings.database_connection_timeout_seconds, 12);
    EXPECT_EQ(settings.database_statement_timeout_seconds, 13);
    EXPECT_EQ(settings.litellm_key_header_name, "X-Litellm-Key");
    EXPECT_TRUE(settings.allow_requests_on_db_unavailable);
    EXPECT_TRUE(settings.allow_client_side_credentials);
    EXPECT_TRUE(settings.disable_spend_updates);
    EXPECT_TRUE(settings.disable_error_logs);
    EXPECT_FALSE(settings.store_prompts_in_spend_logs); // the file wins over the environment
    EXPECT_TRUE(settings.disable_adding_master_key_hash_to_db);
    EXPECT_TRUE(settings.disable_prisma_schema_update);
    EXPECT_TRUE(settings.use_x_forwarded_for);
    EXPECT_TRUE(settings.enforce_user_param);
    EXPECT_FALSE(settings.health_check_details);
    EXPECT_EQ(settings.user_api_key_cache_ttl_seconds, 5);
    EXPECT_EQ(settings.user_api_key_cache_max_size, 6);
    EXPECT_EQ(settings.max_request_size_mb, 7.5);
    EXPECT_EQ(settings.proxy_batch_write_at_seconds, 4);
    EXPECT_EQ(settings.end_user_headers, (std::vector<std::string>{"X-End-User"}));
    EXPECT_EQ(settings.completion_model, "m");
    EXPECT_THAT(settings.allowed_routes, ::testing::ElementsAre("/a"));
    EXPECT_THAT(settings.allowed_ips, ::testing::ElementsAre("1.2.3.4"));
    EXPECT_THAT(settings.public_routes, ::testing::ElementsAre("/b", "/c/*"));
    EXPECT_EQ(settings.spend_durability, "strict");
    EXPECT_EQ(settings.spend_journal_max_size_mb, 64);
    EXPECT_EQ(settings.spend_journal_when_full, "serve");
}

TEST(GeneralSettings, SayWhatToWriteInstead)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"allowed_routes: /a", "is text; write a list, e.g. 'allowed_routes: [\"one\", \"two\"]'."},
        {"allowed_ips: [1.5]", "has an entry that is not text"},
        {"litellm_key_header_name: 'X Key'", "is not the name of an HTTP header"},
        {"spend_durability: strct", "write fast or strict. Did you mean strict?"},
        {"spend_journal_when_full: drop", "write refuse or serve."},
        {"proxy_batch_write_at: 0", "is out of range; write a number greater than 0."},
        {"database_connection_pool_limit: 1.5",
         "is not a whole number; write a whole number from 1 to 10000."},
        {"user_api_key_cache_ttl: .inf", "is a number; write a number, 0 or more."},
        {"max_request_size_mb: {a: b}", "is a map; write a number greater than 0."},
        {"completion_model: 5", "is a number; write text"},
    };
    for (const auto& [line, message] : cases) {
        const std::string findings = findings_of("general_settings:\n  " + line + "\n");
        EXPECT_THAT(
            findings, HasSubstr("config.yaml:2: error: general_settings." + line.substr(0, line.find(':')))
        );
        EXPECT_THAT(findings, HasSubstr(message));
    }
}

TEST(GeneralSettings, KeepSecretsOutOfRaw)
{
    const Config config = load_valid(
        std::string("general_settings: {master_key: ") + strong_key +
        ", database_url: 'sqlite:///x', alerting: [email]}"
    );
    EXPECT_EQ(to_text(config.general.raw), R"({"alerting":["email"]})");
}

} // namespace
} // namespace litellm::config::testing
