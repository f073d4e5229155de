// Signatures that Amazon's own signer (@smithy/signature-v4) makes of the same requests, and one frame of its
// event stream codec.

#include "event_stream.hpp"
#include "sigv4.hpp"

#include "litellm/core/encoding.hpp"

#include <gmock/gmock.h>

namespace litellm::providers {
namespace {

using ::testing::HasSubstr;

AwsIdentity identity()
{
    AwsIdentity who;
    who.access_key_id = "AKIDEXAMPLE";
    who.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    who.region = "us-east-1";
    who.service = "bedrock";
    return who;
}

std::string signature_of(const AwsIdentity& who, std::string_view path)
{
    const std::string url = "https://bedrock-runtime.us-east-1.amazonaws.com" + std::string(path);
    const auto now = parse_timestamp("2025-01-02T03:04:05Z");
    const auto headers = sign_for_aws(who, {"POST", url, "application/json", R"({"messages":[]})"}, *now);
    EXPECT_EQ(headers.front(), std::make_pair(std::string("x-amz-date"), std::string("20250102T030405Z")));
    return headers.back().second;
}

TEST(AwsSignature, IsTheOneOfAmazonsSigner)
{
    EXPECT_EQ(
        signature_of(identity(), "/model/anthropic.claude-3-5-sonnet-20240620-v1%3A0/converse"),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250102/us-east-1/bedrock/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=581fe421c70f58c7b39b970466b945406e97702fbd6e555d3e111b8cf65024f0"
    );
    EXPECT_THAT(
        signature_of(identity(), "/model/amazon.titan-embed-text-v1/invoke"),
        HasSubstr("Signature=443014ec355a289a44419ec8c07483a00a5b9085e4f90b3aeadb4e437875974c")
    );
}

TEST(AwsSignature, CoversTheTokenOfTemporaryCredentials)
{
    AwsIdentity who = identity();
    who.session_token = "token";
    const auto signed_with_token = signature_of(who, "/model/x/converse");
    EXPECT_THAT(
        signed_with_token, HasSubstr("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,")
    );
    const auto without_token = signature_of(identity(), "/model/x/converse");
    EXPECT_NE(
        signed_with_token.substr(signed_with_token.rfind('=')), without_token.substr(without_token.rfind('='))
    );
}

std::string from_hex(std::string_view hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

const std::string delta = from_hex("0000009400000057b4ab9aee0b3a6576656e742d74797065070011636f6e74656e74426c6"
                                   "f636b44656c74610d3a636f6e74656e742d747970650700106170706c696361"
                                   "74696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b22636f6e7"
                                   "4656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874"
                                   "223a224869227d7d1f944657");
const std::string exception = from_hex("00000090000000618e91a9b70f3a657863657074696f6e2d747970650700137468726"
                                       "f74746c696e67457863657074696f6e0d3a636f6e74656e742d74797065"
                                       "0700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d74797065070"
                                       "009657863657074696f6e7b226d657373616765223a22546f6f206d616e"
                                       "79207265717565737473227de67f8005");

std::vector<std::string> read(std::string_view bytes, std::size_t piece)
{
    std::vector<std::string> found;
    EventStreamReader reader;
    while (!bytes.empty()) {
        const auto fed = reader.feed(bytes.substr(0, piece), [&](const EventStreamMessage& message) {
            found.push_back(
                message.message_type + " " + message.event_type + " " + std::string(message.payload)
            );
        });
        if (!fed) {
            found.push_back("error: " + fed.error().message);
            break;
        }
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    return found;
}

TEST(EventStream, IsReadHoweverItIsCut)
{
    const auto wanted = ::testing::ElementsAre(
        R"(event contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Hi"}})",
        R"(exception throttlingException {"message":"Too many requests"})"
    );
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}})
        EXPECT_THAT(read(delta + exception, piece), wanted) << piece;
}

TEST(EventStream, RefusesWhatIsBroken)
{
    for (std::size_t i = 0; i < delta.size(); ++i) {
        std::string broken = delta;
        broken[i] = static_cast<char>(broken[i] ^ 0x20);
        const auto found = read(broken, 1000);
        EXPECT_THAT(found, ::testing::Each(HasSubstr("error: "))) << i;
    }
    EXPECT_THAT(read(delta.substr(0, delta.size() - 1), 1000), ::testing::IsEmpty());
}

} // namespace
} // namespace litellm::providers
