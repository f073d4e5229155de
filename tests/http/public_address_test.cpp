#include "public_address.hpp"

#include <gtest/gtest.h>

namespace litellm::http {
namespace {

TEST(PublicAddress, IsWhatIanaHasGivenOut)
{
    for (const char* address :
         {"1.1.1.1",
          "8.8.8.8",
          "100.63.255.255",
          "100.128.0.0",
          "172.15.255.255",
          "172.32.0.1",
          "192.0.1.1",
          "198.20.0.1",
          "223.255.255.255",
          "2606:4700:4700::1111",
          "2001:4860:4860::8888",
          "2a00:1450:4001::1",
          "2001:200::1"})
        EXPECT_TRUE(is_public_address(address)) << address;
}

TEST(PublicAddress, IsNoneThatLeadsInside)
{
    for (const char* address :
         {"0.0.0.0",
          "0.1.2.3",
          "10.0.0.1",
          "100.64.0.1",
          "100.127.255.255",
          "127.0.0.1",
          "127.255.255.255",
          "169.254.169.254",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.8",
          "192.0.2.1",
          "192.88.99.1",
          "192.168.1.1",
          "198.18.0.1",
          "198.19.255.255",
          "198.51.100.1",
          "203.0.113.1",
          "224.0.0.1",
          "240.0.0.1",
          "255.255.255.255",
          "::",
          "::1",
          "::ffff:8.8.8.8",
          "::ffff:127.0.0.1",
          "64:ff9b::7f00:1",
          "64:ff9b:1::1",
          "100::1",
          "2001::1",
          "2001:2::1",
          "2001:db8::1",
          "2002:7f00:1::",
          "3fff::1",
          "5f00::1",
          "fc00::1",
          "fd12::1",
          "fe80::1",
          "fec0::1",
          "ff02::1"})
        EXPECT_FALSE(is_public_address(address)) << address;
}

TEST(PublicAddress, IsNoName)
{
    for (const char* text :
         {"",
          "localhost",
          "1.1.1",
          "1.1.1.1 ",
          "01.1.1.1",
          "0x7f.1",
          "example.com",
          "1.1.1.1:80",
          "[::1]",
          "fe80::1%eth0"})
        EXPECT_FALSE(is_public_address(text)) << text;
}

} // namespace
} // namespace litellm::http
