#include "litellm/core/redaction.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace litellm {

namespace {

/// The text of a document written with single quotes, after redaction.
std::string shown(std::string text)
{
    for (char& c : text) {
        if (c == '\'')
            c = '"';
    }
    std::string out = to_text(without_secrets(parse_json(text).value()));
    for (char& c : out) {
        if (c == '"')
            c = '\'';
    }
    return out;
}

} // namespace

TEST(Redaction, MasksMembersNamedLikeSecretsAtAnyDepth)
{
    EXPECT_EQ(
        shown("{'a': [{'callback_vars': {'langfuse_secret_key': 'lf', 'host': 'h'}}]}"),
        "{'a':[{'callback_vars':{'langfuse_secret_key':'***','host':'h'}}]}"
    );
    for (const char* name :
         {"password",
          "api_key",
          "API_KEY",
          "aws_secret_access_key",
          "aws_session_token",
          "Authorization",
          "key",
          "client_secret",
          "azure_ad_token",
          "vertex_credentials",
          "basic_auth",
          "slack_webhook_url"})
        EXPECT_EQ(shown("{'" + std::string(name) + "': 'x'}"), "{'" + std::string(name) + "':'***'}");
}

TEST(Redaction, MasksEveryHeader)
{
    EXPECT_EQ(
        shown("{'extra_headers': {'X-Tenant': 'a', 'X-Sesame': 'b'}}"),
        "{'extra_headers':{'X-Tenant':'***','X-Sesame':'***'}}"
    );
}

TEST(Redaction, MasksSecretsUnderHarmlessNames)
{
    EXPECT_EQ(shown("{'note': 'sk-abcdefgh'}"), "{'note':'***'}");
    EXPECT_EQ(shown("['Bearer abc']"), "['***']");
    EXPECT_EQ(shown("{'database': 'postgresql://u:p@h/d'}"), "{'database':'***'}");
    EXPECT_EQ(shown("{'pem': '-----BEGIN PRIVATE KEY-----'}"), "{'pem':'***'}");
    EXPECT_EQ(shown("{'password': 1234}"), "{'password':'***'}");
    EXPECT_EQ(shown("{'credentials': {'user': 'u'}}"), "{'credentials':'***'}");
}

TEST(Redaction, KeepsWhatIsNoSecret)
{
    const std::string hash(64, 'a');
    for (const std::string& document :
         {"{'token':'" + hash + "'}",
          std::string("{'key_name':'sk-...abcd','key_alias':'ci','max_tokens':5,'input_cost_per_token':0.5}"),
          std::string("{'api_key':'os.environ/OPENAI_API_KEY','api_base':'https://host/v1','password':null}"
          )})
        EXPECT_EQ(shown(document), document);
}

} // namespace litellm
