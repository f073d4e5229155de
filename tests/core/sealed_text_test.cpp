#include "litellm/core/sealed_text.hpp"

#include "litellm/core/encoding.hpp"

#include <gtest/gtest.h>

namespace litellm {
namespace {

TEST(TextSeal, OpensWhatItSealed)
{
    SeededRandom random(1);
    const TextSeal seal{Secret("sk-1234")};
    for (const std::string text : {"", "sk-provider", "ä€𝄞", "a\nb"}) {
        const std::string sealed = seal.seal(text, random);
        EXPECT_EQ(sealed.find(text.empty() ? "never" : text), std::string::npos);
        EXPECT_EQ(sealed.size() % 4, 0U);
        EXPECT_EQ(seal.open(sealed), text);
    }
    EXPECT_NE(seal.seal("x", random), seal.seal("x", random)) << "each time with a nonce of its own";
}

/// Made with another implementation of secretbox: key SHA-256("sk-1234"), nonce of the bytes 0 to 23.
TEST(TextSeal, OpensWhatOthersSealed)
{
    constexpr std::string_view sealed_elsewhere =
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXRartSXVUplJCBrYA7NBNTpiHhdBqBEMnoZHd6m0=";
    const TextSeal seal{Secret("sk-1234")};
    std::string nonce;
    for (char c = 0; c < 24; ++c)
        nonce += c;
    EXPECT_EQ(seal.open(sealed_elsewhere), "openai/gpt-4o");
    EXPECT_EQ(from_base64(sealed_elsewhere)->substr(0, 24), nonce);
}

TEST(TextSeal, OpensNothingElse)
{
    SeededRandom random(1);
    const TextSeal seal{Secret("sk-1234")};
    const TextSeal other{Secret("sk-12345")};
    std::string sealed = seal.seal("text", random);
    EXPECT_EQ(other.open(sealed), std::nullopt);
    sealed[40] = sealed[40] == 'A' ? 'B' : 'A';
    EXPECT_EQ(seal.open(sealed), std::nullopt);
    for (const char* plain : {"", "openai/gpt-4o", "sk-abcdefghijklmnopqrstuvwxyz0123456789abcdefgh", "****"})
        EXPECT_EQ(seal.open(plain), std::nullopt) << plain;
}

} // namespace
} // namespace litellm
