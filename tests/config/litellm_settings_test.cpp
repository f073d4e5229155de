#include "loading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::config::testing {
namespace {

using ::testing::HasSubstr;

TEST(LitellmSettings, ReadEveryField)
{
    const LitellmSettings settings = load_valid(R"(
litellm_settings:
  drop_params: yes
  json_logs: true
  set_verbose: true
  force_ipv4: true
  block_unknown_prices: true
  store_audit_logs: true
  include_cost_in_streaming_usage: true
  disable_add_user_agent_to_request_tags: true
  ssl_certificate: /client.pem
  request_timeout: 30
  num_retries: 0
  max_budget: 12.5
  budget_duration: 30d
  timezone: Europe/Zurich
  model_alias_map: {gpt-4: demo}
  default_internal_user_params: {max_budget: "5", teams: [a]}
  default_team_params: {tpm_limit: 5}
)")
                                         .litellm;
    EXPECT_TRUE(
        settings.drop_params && settings.json_logs && settings.set_verbose && settings.force_ipv4 &&
        settings.block_unknown_prices && settings.store_audit_logs &&
        settings.include_cost_in_streaming_usage && settings.disable_add_user_agent_to_request_tags
    );
    EXPECT_EQ(settings.ssl_certificate, "/client.pem");
    EXPECT_EQ(settings.request_timeout_seconds, 30);
    EXPECT_EQ(settings.num_retries, 0);
    EXPECT_EQ(settings.max_budget, 12.5);
    EXPECT_EQ(settings.budget_duration, "30d");
    EXPECT_EQ(settings.timezone, "Europe/Zurich");
    EXPECT_EQ(settings.model_alias_map.at("gpt-4"), "demo");
    EXPECT_EQ(to_text(settings.default_internal_user_params), R"({"max_budget":5,"teams":["a"]})");
    EXPECT_EQ(to_text(settings.default_team_params), R"({"tpm_limit":5})");
}

TEST(LitellmSettings, TreatAZeroBudgetAsNone)
{
    EXPECT_FALSE(load_valid("litellm_settings: {max_budget: 0}").litellm.max_budget);
}

TEST(LitellmSettings, LetTheFileWinOverTheEnvironment)
{
    const Variables variables{
        {"REQUEST_TIMEOUT", "9"},
        {"JSON_LOGS", "1"},
        {"LITELLM_DROP_PARAMS", "True"},
        {"LITELLM_STORE_AUDIT_LOGS", "True"},
        {"SSL_VERIFY", "False"}};
    const LitellmSettings from_environment = load_valid("{model_list: []}", variables).litellm;
    EXPECT_EQ(from_environment.request_timeout_seconds, 9);
    EXPECT_TRUE(from_environment.json_logs);
    EXPECT_TRUE(from_environment.drop_params);
    EXPECT_TRUE(from_environment.store_audit_logs);
    EXPECT_FALSE(from_environment.ssl_verify);
    const LitellmSettings from_file =
        load_valid(
            "litellm_settings: {request_timeout: 5, json_logs: false, drop_params: false, ssl_verify: true}",
            variables
        )
            .litellm;
    EXPECT_EQ(from_file.request_timeout_seconds, 5);
    EXPECT_FALSE(from_file.json_logs);
    EXPECT_FALSE(from_file.drop_params);
    EXPECT_TRUE(from_file.ssl_verify);
}

TEST(LitellmSettings, TakeACaBundleForSslVerify)
{
    const Folder folder;
    const std::string bundle = folder.write("ca.pem", "x").string();
    const LitellmSettings settings = load_valid("litellm_settings: {ssl_verify: " + bundle + "}").litellm;
    EXPECT_TRUE(settings.ssl_verify);
    EXPECT_EQ(settings.ssl_ca_file, bundle);
    EXPECT_EQ(load_valid("{model_list: []}", {{"SSL_CERT_FILE", bundle}}).litellm.ssl_ca_file, bundle);
    EXPECT_THAT(
        findings_of("litellm_settings:\n  ssl_verify: fales\n"),
        HasSubstr("config.yaml:2: error: litellm_settings.ssl_verify: is neither")
    );
}

TEST(LitellmSettings, ReportImpossibleKeyRules)
{
    EXPECT_EQ(
        findings_of(R"(litellm_settings:
  upperbound_key_generate_params:
    max_budget: -1
    duration: 3 fortnights
    tpm_limit: lots
  default_key_generate_params: [a]
  key_generation_settings:
    team_key_generation:
      allowed_team_member_roles: [admin, boss]
      required_params: tags
    personal_key_generation: {allowed_user_roles: [proxy_admn]}
  budget_duration: sometime
)"),
        "config.yaml:3: error: litellm_settings.upperbound_key_generate_params.max_budget: is a number out "
        "of range; write a number, 0 or "
        "more.\n"
        "config.yaml:4: error: litellm_settings.upperbound_key_generate_params.duration: is text; write a "
        "number and a unit, e.g. 30s, "
        "30m, 12h, 7d, 1w or 1mo.\n"
        "config.yaml:5: error: litellm_settings.upperbound_key_generate_params.tpm_limit: is text; write a "
        "whole number, 0 or more.\n"
        "config.yaml:6: error: litellm_settings.default_key_generate_params: is a list; write a map of "
        "'name: value' lines.\n"
        "config.yaml:9: error: "
        "litellm_settings.key_generation_settings.team_key_generation.allowed_team_member_roles: has a role "
        "that "
        "does not exist; write admin or user.\n"
        "config.yaml:10: error: "
        "litellm_settings.key_generation_settings.team_key_generation.required_params: is text; write a "
        "list, e.g. "
        "'required_params: [\"one\", \"two\"]'.\n"
        "config.yaml:11: error: "
        "litellm_settings.key_generation_settings.personal_key_generation.allowed_user_roles: has a role "
        "that does "
        "not exist; write proxy_admin, proxy_admin_viewer, org_admin, internal_user, internal_user_viewer, "
        "team or customer.\n"
        "config.yaml:12: error: litellm_settings.budget_duration: is not a length of time; write a number "
        "and a unit, e.g. 30s, 30m, "
        "12h, 7d, 1w or 1mo.\n"
    );
}

TEST(RouterSettings, ReadAliasesAndNumbers)
{
    const RouterSettings settings = load_valid(R"(
router_settings:
  routing_strategy: usage-based-routing-v2
  num_retries: 3
  timeout: 12.5
  stream_timeout: "4"
  model_group_alias:
    gpt-4: demo
    quiet: {model: demo, hidden: "true"}
)")
                                        .router;
    EXPECT_EQ(settings.routing_strategy, "usage-based-routing-v2");
    EXPECT_EQ(settings.num_retries, 3);
    EXPECT_EQ(settings.timeout_seconds, 12.5);
    EXPECT_EQ(settings.stream_timeout_seconds, 4);
    EXPECT_EQ(settings.model_group_alias.at("gpt-4").model, "demo");
    EXPECT_FALSE(settings.model_group_alias.at("gpt-4").hidden);
    EXPECT_TRUE(settings.model_group_alias.at("quiet").hidden);
}

TEST(RouterSettings, ReportAliasesWithoutAGroup)
{
    const std::string findings =
        findings_of("router_settings:\n  model_group_alias:\n    a: [b]\n    c: {hidden: true}\n");
    EXPECT_THAT(
        findings, HasSubstr("config.yaml:3: error: router_settings.model_group_alias.a: names no model group")
    );
    EXPECT_THAT(
        findings, HasSubstr("config.yaml:4: error: router_settings.model_group_alias.c: names no model group")
    );
    EXPECT_THAT(
        findings_of("router_settings: {model_group_alias: [a]}"),
        HasSubstr("is a list; write one 'alias: group' a line.")
    );
}

TEST(ServerSettings, ComeFromTheEnvironment)
{
    const ServerSettings server = load_valid(
                                      "{model_list: []}",
                                      {
                                          {"HOST", "127.0.0.1"},
                                          {"PORT", "0"},
                                          {"NUM_WORKERS", "4"},
                                          {"SSL_KEYFILE_PATH", "/k"},
                                          {"SSL_CERTFILE_PATH", "/c"},
                                          {"KEEPALIVE_TIMEOUT", "5"},
                                          {"SERVER_ROOT_PATH", "proxy/"},
                                          {"LITELLM_DATA_DIR", "/data"},
                                          {"LITELLM_MODEL_COST_MAP_URL", "http://x"},
                                      }
    )
                                      .server;
    EXPECT_EQ(server.host, "127.0.0.1");
    EXPECT_EQ(server.port, 0);
    EXPECT_EQ(server.num_workers, 4);
    EXPECT_EQ(server.ssl_keyfile_path, "/k");
    EXPECT_EQ(server.ssl_certfile_path, "/c");
    EXPECT_EQ(server.keepalive_timeout_seconds, 5);
    EXPECT_EQ(server.root_path, "/proxy");
    EXPECT_EQ(server.data_directory, "/data");
    EXPECT_EQ(server.model_cost_map, "http://x");
}

TEST(ServerSettings, ReportImpossibleValues)
{
    EXPECT_EQ(
        findings_of(
            "{model_list: []}", {{"PORT", "70000"}, {"NUM_WORKERS", "many"}, {"KEEPALIVE_TIMEOUT", ""}}
        ),
        "environment: error: PORT: is out of range; write a whole number from 0 to 65535.\n"
        "environment: error: NUM_WORKERS: is text; write a whole number from 1 to 256.\n"
    );
    EXPECT_EQ(
        load_valid(
            "{model_list: []}",
            {{"LITELLM_MODEL_COST_MAP_URL", "x"}, {"LITELLM_LOCAL_MODEL_COST_MAP", "True"}}
        ).server.model_cost_map,
        ""
    );
}

} // namespace
} // namespace litellm::config::testing
