// SPDX-License-Identifier: Apache-2.0
// The scrubber against two slow oracles: a brute-force search without filters, windows or streams
// (the output must be equal), and a reader who tries every documented decoder (must find nothing).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "base/limits.h"
#include "broker/scrub.h"
#include "broker/scrub_escapes.h"
#include "broker/scrub_forms.h"
#include "broker/scrub_index.h"
#include "broker/scrub_testing.h"

namespace broker {
namespace {

using testing::encodings;
using testing::set_of;
using Random = std::mt19937;

// ---- the brute-force search: every place, every literal, every path

void ends_from(std::string_view text, std::size_t at, const Literal& literal, std::size_t depth,
               bool escapes, std::set<std::pair<std::size_t, std::size_t>>& seen,
               std::set<std::size_t>& ends) {
  if (!seen.insert({at, depth}).second) return;
  if (depth == literal.bytes.size()) {
    ends.insert(at);
    return;
  }
  if (at == text.size()) return;
  const Units units = read_units(text, at);
  for (const Unit& unit : units) {
    if (!escapes && &unit != units.begin()) continue;
    std::string bytes(unit.bytes.data(), unit.size);
    if (literal.caseless) std::transform(bytes.begin(), bytes.end(), bytes.begin(), lower);
    if (std::string_view(literal.bytes).substr(depth).starts_with(bytes)) {
      ends_from(text, at + unit.width, literal, depth + bytes.size(), escapes, seen, ends);
    }
  }
}

std::string brute_force(const std::vector<std::string>& secrets, std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  for (const std::string& secret : secrets) {
    const bool escapes = secret.size() >= base::limits::kSecretMinBytes;
    for (const Literal& literal : literals_of(secret)) {
      for (std::size_t begin = 0; begin < text.size(); ++begin) {
        std::set<std::pair<std::size_t, std::size_t>> seen;
        std::set<std::size_t> ends;
        ends_from(text, begin, literal, 0, escapes, seen, ends);
        for (const std::size_t end : ends) spans.emplace_back(begin, end);
      }
    }
  }
  std::sort(spans.begin(), spans.end());
  std::string out;
  std::size_t done = 0;
  for (const auto& [begin, end] : spans) {
    if (begin >= done) out += std::string(text.substr(done, begin - done)) + std::string(kRedacted);
    done = std::max(done, end);
  }
  return out + std::string(text.substr(done));
}

// ---- the reader: global decoders, written apart from scrub_escapes

int digit(char c) {
  const auto v = base::unhex(std::string("0") + c);
  return v ? static_cast<unsigned char>((*v)[0]) : -1;
}
int number(std::string_view hex) {
  int value = 0;
  for (const char c : hex) {
    if (digit(c) < 0) return -1;
    value = value * 16 + digit(c);
  }
  return hex.empty() ? -1 : value;
}

std::string unpercent(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const int v = s[i] == '%' && i + 2 < s.size() ? number(s.substr(i + 1, 2)) : -1;
    out += v >= 0 ? static_cast<char>(v) : s[i];
    i += v >= 0 ? 2 : 0;
  }
  return out;
}
std::string unplus(std::string_view s) {
  std::string out(s);
  std::replace(out.begin(), out.end(), '+', ' ');
  return unpercent(out);
}
std::string unjson(std::string_view s) {
  constexpr std::string_view kFrom = "bfnrt\"\\/", kTo = "\b\f\n\r\t\"\\/";
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 == s.size()) {
      out += s[i];
      continue;
    }
    const int v = s[i + 1] == 'u' && i + 5 < s.size() ? number(s.substr(i + 2, 4)) : -1;
    const std::size_t simple = kFrom.find(s[i + 1]);
    if (v >= 0 && v < 128) {
      out += static_cast<char>(v);
      i += 5;
    } else if (simple != std::string_view::npos) {
      out += kTo[simple];
      i += 1;
    } else {
      out += s[i];
    }
  }
  return out;
}
std::string unhtml(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const std::size_t end = s[i] == '&' ? s.find(';', i) : std::string_view::npos;
    const std::string_view name = end == std::string_view::npos ? "" : s.substr(i + 1, end - i - 1);
    int v = -1;
    if (name == "amp") v = '&';
    else if (name.starts_with("#x") || name.starts_with("#X")) v = number(name.substr(2));
    else if (name.starts_with("#") && name.size() > 1 && name.size() < 6 &&
             name.find_first_not_of("0123456789", 1) == std::string_view::npos) {
      v = std::stoi(std::string(name.substr(1)));
    }
    const bool ok = v >= 0 && v < 128;
    out += ok ? static_cast<char>(v) : s[i];
    if (ok) i = end;
  }
  return out;
}

bool in_base64(std::string_view s, std::string_view secret) {
  std::string run;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    char c = i < s.size() ? s[i] : ' ';
    c = c == '-' ? '+' : c == '_' ? '/' : c;
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/') {
      run += c;
      continue;
    }
    for (std::size_t skip = 0; skip < 4 && skip < run.size(); ++skip) {
      std::string part = run.substr(skip);
      part.resize((part.size() + 3) / 4 * 4, '=');
      if (part.ends_with("===")) part.resize(part.size() - 4);
      const auto bytes = base::unbase64(part);
      if (bytes && bytes->find(secret) != std::string::npos) return true;
    }
    run.clear();
  }
  return false;
}

bool visible(std::string_view view, const std::string& secret) {
  const std::string backwards(secret.rbegin(), secret.rend());
  std::string lowered(view), dense;
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  std::copy_if(view.begin(), view.end(), std::back_inserter(dense), [](char c) { return c != 0; });
  constexpr auto kNone = std::string_view::npos;
  return view.find(secret) != kNone || view.find(backwards) != kNone ||
         dense.find(secret) != kNone || lowered.find(base::hex(secret)) != kNone ||
         in_base64(view, secret) || in_base64(view, backwards);
}

bool recoverable(const std::string& text, const std::string& secret) {
  constexpr std::array kDecoders = {&unpercent, &unplus, &unjson, &unhtml};
  std::set<std::string> views = {text};
  for (int level = 0; level < 2; ++level) {
    for (const std::string& view : std::set<std::string>(views)) {
      for (const auto decode : kDecoders) views.insert(decode(view));
    }
  }
  return std::any_of(views.begin(), views.end(), [&](const auto& v) { return visible(v, secret); });
}

TEST(ScrubReader, FindsEveryFormInUnscrubbedText) {  // the oracle is worth something
  for (const auto& encoding : encodings()) {
    if (encoding.name == "x escapes") continue;
    const std::string secret = "orange-kettle-90817/+=";
    EXPECT_TRUE(recoverable("x " + encoding.encode(secret) + " y", secret)) << encoding.name;
  }
}

TEST(ScrubReader, FindsNothingInScrubbedText) {
  for (const std::string& secret : {std::string("orange-kettle-90817/+="), std::string("pw0rd~8b"),
                                    std::string("two words & \"more\"/x")}) {
    const auto set = set_of({secret});
    for (const auto& encoding : encodings()) {
      for (const std::string_view around : {"", " ", "a", "%", "\\", "QUJD", "00"}) {
        const std::string edge(around);
        const std::string text = edge + encoding.encode(secret) + edge;
        EXPECT_FALSE(recoverable(scrub_text(set, text), secret)) << encoding.name << around;
      }
    }
  }
}

// ---- random texts

std::string pick(Random& random, const std::vector<std::string>& parts) {
  return parts[random() % parts.size()];
}

// One character in a random spelling.
std::string spell(Random& random, unsigned char c) {
  switch (random() % 8) {
    case 0: return testing::percent(c);
    case 1: return testing::json(c);
    case 2: return fmt::format("&#{};", c);
    case 3: return fmt::format("%25{:02x}", c);
    case 4: return fmt::format("\\\\u{:04X}", c);
    default: return testing::one(c);
  }
}

std::string random_text(Random& random, const std::vector<std::string>& secrets) {
  static const std::vector<std::string> kNoise = {
      "%",    "\\",    "&",     "\\u00",       "%4",   "&#",   "%25",
      "\\\\", "&amp;", " ",     "plain text ", "0a1B", "QUJD", std::string(1, '\0'),
      "\\\"", "%2",    "u0061", "61",          "a",    "+",    "=="};
  const auto forms = encodings();
  std::string text;
  for (std::size_t parts = 1 + random() % 6; parts > 0; --parts) {
    const std::string secret = pick(random, secrets);
    std::string part;
    switch (random() % 4) {
      case 0: part = pick(random, kNoise); break;
      case 1: part = forms[random() % forms.size()].encode(secret); break;
      default:
        for (const char c : secret) part += spell(random, static_cast<unsigned char>(c));
    }
    if (random() % 4 == 0) part = part.substr(0, random() % (part.size() + 1));
    if (random() % 6 == 0) part = part.substr(random() % (part.size() + 1));
    text += part;
  }
  return text;
}

std::string in_random_chunks(Random& random, const std::shared_ptr<const ScrubSet>& set,
                             std::string_view text) {
  StreamScrubber stream(set);
  std::string out;
  const std::size_t most = 1 + random() % 40;
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), random() % most + (random() % 3 == 0 ? 0 : 1));
    stream.feed(text.substr(0, size), out);
    text.remove_prefix(size);
  }
  stream.finish(out);
  return out;
}

TEST(ScrubProperty, AnyCutOfAnyTextEqualsTheBruteForceSearchAndLeaksNothing) {
  const std::vector<std::vector<std::string>> kSets = {
      {"orange-kettle-9/+="},
      {"pw0rd~8b", "8b-tail-of-it", "ab"},
      {"two words+more", "words+more%41x"},
      {"%25%25%41", "\\\\u0061&amp;", "aaaaaaaa", "aaaaaaaaaa"},
      {"61616161", "YWFhYWFhYWE", "aaaaaaaaa"},
  };
  for (std::size_t s = 0; s < kSets.size(); ++s) {
    const auto set = set_of(kSets[s]);
    Random random(static_cast<unsigned>(s) + 1);
    for (int round = 0; round < 400; ++round) {
      const std::string text = random_text(random, kSets[s]);
      const std::string expected = brute_force(kSets[s], text);
      ASSERT_EQ(scrub_text(set, text), expected) << "set " << s << ", round " << round << text;
      for (int cut = 0; cut < 4; ++cut) {
        ASSERT_EQ(in_random_chunks(random, set, text), expected) << text;
      }
      for (const std::string& secret : kSets[s]) {
        if (secret.size() < base::limits::kSecretMinBytes || s > 2) continue;
        ASSERT_FALSE(recoverable(expected, secret)) << text << "\n-> " << expected;
      }
    }
  }
}

TEST(ScrubProperty, HitsDoNotDependOnTheCuts) {
  const std::vector<std::string> secrets = {"orange-kettle-9/+=", "kettle-9/+=", "aaaaaaaa"};
  const auto set = set_of(secrets);
  Random random(5);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_text(random, secrets);
    std::vector<Hit> whole;
    scrub_text(set, text, &whole);
    StreamScrubber stream(set);
    for (const char c : text) stream.feed(std::string_view(&c, 1));
    stream.finish();
    const std::vector<Hit> single = stream.take_hits();
    ASSERT_EQ(single.size(), whole.size()) << text;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      EXPECT_EQ(single[i].secret, whole[i].secret);
      EXPECT_EQ(single[i].form, whole[i].form);
      EXPECT_EQ(single[i].count, whole[i].count);
    }
  }
}

// What is held after any beginning of any form: enough that the rest completes the find, nothing
// that text which cannot go on would keep.
TEST(ScrubProperty, AnyBeginningIsHeldAndLeavesWhenItCannotGoOn) {
  const std::string secret = "orange-kettle";
  const auto set = set_of({secret});
  for (const auto& encoding : encodings()) {
    if (encoding.name.starts_with("base64 of ") || encoding.name == "base64url of ab") continue;
    std::string text = encoding.encode(secret);
    if (encoding.name == "utf16be") text.erase(0, 1);  // the outer zero is in no literal
    if (encoding.name == "utf16be json") text.erase(0, 6);
    for (std::size_t size = 1; size + 12 < text.size(); ++size) {
      StreamScrubber stream(set);
      EXPECT_EQ(stream.feed(text.substr(0, size)), "") << encoding.name << size;
      EXPECT_EQ(stream.feed("~"), text.substr(0, size) + "~") << encoding.name << size;
      EXPECT_EQ(stream.held_bytes(), 0u);
    }
  }
}

}  // namespace
}  // namespace broker
