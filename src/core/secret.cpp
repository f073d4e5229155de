#include "litellm/core/secret.hpp"

#include <openssl/crypto.h>

namespace litellm {

namespace {
void wipe(std::string& text)
{
    OPENSSL_cleanse(text.data(), text.size());
    text.clear();
}
} // namespace

Secret::Secret(Secret&& other) noexcept : text_(other.text_)
{
    wipe(other.text_);
}

Secret& Secret::operator=(const Secret& other)
{
    if (this != &other) {
        wipe(text_);
        text_ = other.text_;
    }
    return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        wipe(text_);
        text_ = other.text_;
        wipe(other.text_);
    }
    return *this;
}

Secret::~Secret()
{
    wipe(text_);
}

std::string Secret::hint() const
{
    if (text_.size() < 8)
        return "sk-...";
    return "sk-..." + text_.substr(text_.size() - 4);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace litellm
