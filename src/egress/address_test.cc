// SPDX-License-Identifier: Apache-2.0
#include "egress/address.h"

#include <gtest/gtest.h>

namespace egress {
namespace {

using enum AddressClass;

struct Classified {
  const char* text;
  AddressClass expected;
};

// Spelled as getaddrinfo would hand them on: every form is classified by its bytes.
const Classified kClassified[] = {
    {"8.8.8.8", kPublic},
    {"1.1.1.1", kPublic},
    {"9.255.255.255", kPublic},
    {"11.0.0.0", kPublic},
    {"100.63.255.255", kPublic},
    {"100.128.0.0", kPublic},
    {"172.15.255.255", kPublic},
    {"172.32.0.0", kPublic},
    {"192.0.1.1", kPublic},
    {"198.17.255.255", kPublic},
    {"198.20.0.0", kPublic},
    {"223.255.255.255", kPublic},
    {"0.0.0.0", kUnspecified},
    {"0.1.2.3", kUnspecified},
    {"10.0.0.0", kPrivate},
    {"10.255.255.255", kPrivate},
    {"100.64.0.0", kSharedNat},
    {"100.127.255.255", kSharedNat},
    {"100.100.100.200", kMetadata},
    {"127.0.0.1", kLoopback},
    {"127.255.255.254", kLoopback},
    {"169.254.0.1", kLinkLocal},
    {"169.254.169.254", kMetadata},
    {"169.254.170.2", kMetadata},
    {"168.63.129.16", kMetadata},
    {"172.16.0.0", kPrivate},
    {"172.31.255.255", kPrivate},
    {"192.0.0.8", kReserved},
    {"192.0.0.192", kMetadata},
    {"192.0.2.1", kDocumentation},
    {"192.88.99.1", kTransition},
    {"192.168.0.1", kPrivate},
    {"198.18.0.1", kDocumentation},
    {"198.19.255.255", kDocumentation},
    {"198.51.100.7", kDocumentation},
    {"203.0.113.7", kDocumentation},
    {"224.0.0.1", kMulticast},
    {"239.255.255.255", kMulticast},
    {"240.0.0.1", kReserved},
    {"255.255.255.255", kBroadcast},
    {"2606:4700::1111", kPublic},
    {"2a00:1450:4001:800::200e", kPublic},
    {"2001:4860:4860::8888", kPublic},
    {"2001:200::1", kPublic},
    {"::", kUnspecified},
    {"::1", kLoopback},
    {"::2", kTransition},
    {"::7f00:1", kTransition},         // v4-compatible 127.0.0.1
    {"::ffff:7f00:1", kTransition},    // v4-mapped 127.0.0.1
    {"::ffff:808:808", kTransition},   // v4-mapped, even of a public address
    {"::ffff:0:7f00:1", kTransition},  // v4-translated
    {"64:ff9b::7f00:1", kTransition},  // NAT64
    {"64:ff9b::808:808", kTransition},
    {"64:ff9b:1::a00:1", kTransition},  // local NAT64
    {"64:ff9b:2::1", kReserved},
    {"100::1", kReserved},     // discard only
    {"2001::1", kTransition},  // Teredo
    {"2001:0:53aa:64c::1", kTransition},
    {"2001:2::1", kDocumentation},  // benchmarking
    {"2001:10::1", kReserved},      // ORCHID
    {"2001:20::1", kReserved},
    {"2001:1ff::1", kReserved},
    {"2001:db8::1", kDocumentation},
    {"2002:7f00:1::1", kTransition},    // 6to4 of 127.0.0.1
    {"2002:a9fe:a9fe::", kTransition},  // 6to4 of 169.254.169.254
    {"2600::5efe:a00:1", kTransition},  // ISATAP of 10.0.0.1
    {"2600::200:5efe:808:808", kTransition},
    {"3ffe::1", kReserved},
    {"3fff::1", kDocumentation},
    {"4000::1", kReserved},
    {"5f00::1", kReserved},
    {"fc00::1", kPrivate},
    {"fd12:3456::1", kPrivate},
    {"fd00:ec2::254", kMetadata},
    {"fd20:ce::254", kMetadata},
    {"fe80::1", kLinkLocal},
    {"febf::1", kLinkLocal},
    {"fec0::1", kPrivate},  // site-local
    {"feff::1", kPrivate},
    {"ff02::1", kMulticast},
};

// parse_address() refuses some spellings; here only the bytes count.
Address bytes_of(const std::string& text);

TEST(Classify, EveryRangeIsWhatTheRegistriesSay) {
  for (const Classified& c : kClassified)
    EXPECT_EQ(name(classify(bytes_of(c.text))), name(c.expected)) << c.text;
}

TEST(Classify, OnlyPublicAddressesAreReachedByName) {
  wire::Origin origin;
  origin.host = "api.example.com";
  const auto host = parse_host(origin.host);
  for (const Classified& c : kClassified)
    EXPECT_EQ(may_connect(origin, *host, bytes_of(c.text)), c.expected == kPublic) << c.text;
}

// V17: other spellings of an address are neither an address nor a name.
const char* const kSpelled[] = {"2130706433",
                                "017700000001",
                                "0x7f000001",
                                "0x7f.0.0.1",
                                "0177.0.0.1",
                                "127.1",
                                "127.0.1",
                                "127.0.0.01",
                                "127.000.000.001",
                                "0x7f.1",
                                "127.0.0.1.",
                                "1.2.3.4.5",
                                "256.0.0.1",
                                "1.2.3.0x4",
                                "a.0x7f",
                                "a.1",
                                "0x",
                                "0",
                                "00",
                                "127。0。0。1",
                                "１２７.0.0.1",
                                "[::1]",
                                "::1%lo",
                                "fe80::1%eth0",
                                "::ffff:127.0.0.1",
                                "::127.0.0.1",
                                "::ffff:7f00:1",
                                "::ffff:a9fe:a9fe",
                                "0:0:0:0:0:ffff:7f00:1",
                                "::7f00:1",
                                "64:ff9b::127.0.0.1",
                                "1::2::3",
                                ":::",
                                "12345::",
                                "::g",
                                "127.0.0.1:80",
                                "127.0.0.1/8",
                                "2852039166",
                                "0251.0376.0251.0376",
                                "0xa9.0xfe.0xa9.0xfe",
                                "169.254.43518"};

TEST(Host, NoOtherSpellingOfAnAddressIsAccepted) {
  for (const char* text : kSpelled) EXPECT_FALSE(parse_host(text).ok()) << text;
}

TEST(Host, OnlyPlainLowerCaseNamesAreAccepted) {
  const std::string label63(63, 'a');
  const std::string long_name =
      label63 + "." + label63 + "." + label63 + "." + std::string(61, 'b');
  ASSERT_EQ(long_name.size(), 253u);
  for (const std::string& text :
       {std::string("example.com"), std::string("a"), std::string("x-1.y9"),
        std::string("1.example"), std::string("0x7f.example"), std::string("xn--bcher-kva.example"),
        label63, long_name})
    EXPECT_TRUE(parse_host(text).ok()) << text;
  const std::string nul("evil\0.example.com", 17);
  for (const std::string& text : {std::string(),
                                  std::string("."),
                                  std::string("a."),
                                  std::string(".a"),
                                  std::string("a..b"),
                                  std::string("Example.com"),
                                  std::string("a_b.c"),
                                  std::string("-a.b"),
                                  std::string("a-.b"),
                                  std::string("user@host"),
                                  std::string("host:80"),
                                  std::string("a b"),
                                  std::string("a%2eb"),
                                  std::string("a/b"),
                                  std::string("a\\b"),
                                  std::string("b\xc3\xbc"
                                              "cher.de"),
                                  std::string("a\r\nb"),
                                  std::string(64, 'a'),
                                  long_name + "b",
                                  nul,
                                  std::string("127.0.0.1\0", 10)})
    EXPECT_FALSE(parse_host(text).ok()) << text;
}

TEST(Host, LiteralsAndLocalhostAreKnown) {
  EXPECT_EQ(parse_host("localhost")->kind, Host::Kind::kLocalhost);
  EXPECT_EQ(parse_host("10.0.0.7")->kind, Host::Kind::kAddress);
  EXPECT_EQ(parse_host("fd00::1")->kind, Host::Kind::kAddress);
  EXPECT_EQ(parse_host("sub.localhost")->kind, Host::Kind::kName);
}

struct Exact {
  const char* host;
  const char* address;
  bool admitted;
};

TEST(ExactAddress, AdmitsTheLiteralOrLoopbackAndNothingElse) {
  const Exact table[] = {
      {"127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1", "127.0.0.2", false},
      {"10.0.0.7", "10.0.0.7", true},
      {"10.0.0.7", "10.0.0.8", false},
      {"10.0.0.7", "8.8.8.8", false},
      {"8.8.8.8", "8.8.8.8", true},
      {"fd00::1", "fd00::1", true},
      {"fd00::1", "fd00::2", false},
      {"::1", "::1", true},
      {"::1", "127.0.0.1", false},
      {"localhost", "127.0.0.1", true},
      {"localhost", "::1", true},
      {"localhost", "127.1.2.3", true},
      {"localhost", "10.0.0.1", false},
      {"localhost", "8.8.8.8", false},
      {"169.254.169.254", "169.254.169.254", false},
      {"fd00:ec2::254", "fd00:ec2::254", false},
      {"0.0.0.0", "0.0.0.0", false},
      {"224.0.0.1", "224.0.0.1", false},
      {"255.255.255.255", "255.255.255.255", false},
      {"ff02::1", "ff02::1", false},
      {"::", "::", false},
      {"169.254.1.1", "169.254.1.1", true},
  };
  for (const Exact& t : table) {
    wire::Origin origin;
    origin.host = t.host;
    origin.exact_address = true;
    EXPECT_EQ(may_connect(origin, *parse_host(t.host), bytes_of(t.address)), t.admitted)
        << t.host << " -> " << t.address;
  }
}

TEST(Origin, IsRefusedWithoutHttpsOrWithAnExactName) {
  wire::Origin origin{"api.example.com", 443, true, false, ""};
  EXPECT_TRUE(check_origin(origin).ok());
  origin.tls = false;
  EXPECT_FALSE(check_origin(origin).ok());
  origin = {"api.example.com", 443, true, true, ""};
  EXPECT_FALSE(check_origin(origin).ok());
  origin = {"localhost", 11434, false, true, ""};
  EXPECT_TRUE(check_origin(origin).ok());
  origin.port = 0;
  EXPECT_FALSE(check_origin(origin).ok());
  origin = {"127.0.0.1", 80, false, false, ""};
  EXPECT_FALSE(check_origin(origin).ok());
}

TEST(Address, TextIsReadBackAsTheSameAddress) {
  for (const char* text : {"1.2.3.4", "255.255.255.255", "::1", "fe80::1", "2001:db8::8:0:1"})
    EXPECT_EQ(to_text(*parse_address(text)), text);
  EXPECT_EQ(parse_address("2001:DB8:0:0::1"), parse_address("2001:db8::1"));
}

unsigned group_of(const std::string& text, std::size_t& at) {
  unsigned value = 0;
  for (; at < text.size() && text[at] != ':'; ++at)
    value =
        value * 16 + static_cast<unsigned>(text[at] <= '9' ? text[at] - '0' : text[at] - 'a' + 10);
  return value;
}

// A second, plain reading of "a:b::c", so that the table does not lean on what it tests.
Address bytes_of(const std::string& text) {
  if (text.find(':') == std::string::npos) return *parse_address(text);
  std::vector<unsigned> front;
  std::vector<unsigned> back;
  std::vector<unsigned>* into = &front;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 2, "::") == 0) {
      into = &back;
      at += 2;
    } else if (text[at] == ':') {
      ++at;
    } else {
      into->push_back(group_of(text, at));
    }
  }
  Address out;
  out.v6 = true;
  const auto place = [&](std::size_t group, unsigned value) {
    out.bytes[2 * group] = static_cast<std::uint8_t>(value >> 8);
    out.bytes[2 * group + 1] = static_cast<std::uint8_t>(value & 0xff);
  };
  for (std::size_t i = 0; i < front.size(); ++i) place(i, front[i]);
  for (std::size_t i = 0; i < back.size(); ++i) place(8 - back.size() + i, back[i]);
  return out;
}

}  // namespace
}  // namespace egress
