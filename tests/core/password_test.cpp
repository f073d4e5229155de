#include "litellm/core/password.hpp"

#include "litellm/core/encoding.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace litellm {
namespace {

const Secret right("correct horse ü");

bool is_right(const std::string& password, const std::optional<std::string>& stored)
{
    return check_password(Secret(password), stored).is_right;
}

TEST(Passwords, AreKeptAsLiteLLMKeepsThem)
{
    // Made with Python's hashlib.scrypt, n=16384, r=8, p=1, dklen=32.
    const std::string stored = "scrypt:AAECAwQFBgcICQoLDA0OD9rR3HYXOxT0ZYKRRGZxcmzYsAWHsQQZ9Yho5TfEfX40";
    const PasswordCheck check = check_password(right, stored);
    EXPECT_TRUE(check.is_right);
    EXPECT_FALSE(check.is_outdated);
    EXPECT_FALSE(is_right("correct horse u", stored));
    EXPECT_FALSE(is_right("", stored));
}

TEST(Passwords, AreSaltedAnew)
{
    SystemRandom random;
    const std::string first = hash_password(right, random);
    const std::string second = hash_password(right, random);
    EXPECT_NE(first, second);
    EXPECT_TRUE(first.starts_with("scrypt:"));
    EXPECT_EQ(from_base64(first.substr(7))->size(), 48U);
    EXPECT_TRUE(is_right(right.reveal(), first));
    EXPECT_TRUE(is_right(right.reveal(), second));
}

TEST(Passwords, OfOlderVersionsWorkAndAreOutdated)
{
    const PasswordCheck hashed = check_password(right, sha256_hex(right.reveal()));
    EXPECT_TRUE(hashed.is_right);
    EXPECT_TRUE(hashed.is_outdated);
    const PasswordCheck plain = check_password(right, right.reveal());
    EXPECT_TRUE(plain.is_right);
    EXPECT_TRUE(plain.is_outdated);
}

TEST(Passwords, AreNotTheirHashes)
{
    SystemRandom random;
    const std::string scrypt = hash_password(right, random);
    const std::string sha256 = sha256_hex(right.reveal());
    EXPECT_FALSE(is_right(scrypt, scrypt));
    EXPECT_FALSE(is_right(sha256, sha256));
}

TEST(Passwords, AreWrongWhereThereIsNoneOrItIsBroken)
{
    for (const std::optional<std::string>& stored :
         {std::optional<std::string>(),
          std::optional<std::string>(""),
          std::optional<std::string>("scrypt:"),
          std::optional<std::string>("scrypt:AAEC"),
          std::optional<std::string>("scrypt:!!!")}) {
        EXPECT_FALSE(is_right("", stored));
        EXPECT_FALSE(is_right("x", stored));
    }
}

/// The shortest of a few, since the machine may be busy.
std::chrono::steady_clock::duration time_of(const std::optional<std::string>& stored)
{
    auto shortest = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 5; ++i) {
        const auto started = std::chrono::steady_clock::now();
        EXPECT_FALSE(is_right("wrong", stored));
        shortest = std::min(shortest, std::chrono::steady_clock::now() - started);
    }
    return shortest;
}

TEST(Passwords, TakeAsLongWhereThereIsNone)
{
    SystemRandom random;
    const auto known = time_of(hash_password(right, random));
    for (const auto& other :
         {time_of(std::nullopt), time_of(sha256_hex("x")), time_of(std::string("scrypt:AA"))})
        EXPECT_GT(other * 4, known);
}

} // namespace
} // namespace litellm
