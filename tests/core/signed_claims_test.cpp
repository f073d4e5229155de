#include "litellm/core/signed_claims.hpp"

#include "litellm/core/encoding.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace litellm {
namespace {

const Secret key("key");

std::string encoded(std::string_view text)
{
    return to_base64url(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

TEST(SignedClaims, AreReadWithTheirKeyAlone)
{
    const std::string token = sign_claims(Json{{"user_id", "ada"}}, key);
    const auto claims = verified_claims(token, key);
    ASSERT_TRUE(claims);
    EXPECT_EQ((*claims)["user_id"], "ada");
    EXPECT_FALSE(verified_claims(token, Secret("another")));
}

TEST(SignedClaims, AreWhatOtherImplementationsMake)
{
    // The example of jwt.io with the header of ours.
    EXPECT_EQ(
        sign_claims(Json{{"sub", "1234567890"}}, Secret("your-256-bit-secret")).substr(0, 36),
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    );
}

TEST(SignedClaims, ChooseNoAlgorithmAndTakeNoChanges)
{
    const std::string token = sign_claims(Json{{"user_id", "ada"}}, key);
    const auto dot = token.find('.');
    const std::string payload = token.substr(dot, token.rfind('.') - dot);
    EXPECT_FALSE(verified_claims(encoded(R"({"alg":"none","typ":"JWT"})") + payload + ".", key));
    EXPECT_FALSE(verified_claims(encoded(R"({"alg":"none"})") + payload + token.substr(token.rfind('.')), key)
    );
    EXPECT_FALSE(verified_claims(
        token.substr(0, dot) + "." + encoded(R"({"user_id":"bob"})") + token.substr(token.rfind('.')), key
    ));
    for (const char* broken : {"", ".", "..", "a.b.c", "a", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."})
        EXPECT_FALSE(verified_claims(broken, key)) << broken;
}

} // namespace
} // namespace litellm
