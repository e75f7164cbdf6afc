// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/domains.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "policy/canonical.h"

namespace policy::proving {
namespace {

using Kind = Element::Kind;

constexpr const char* kPathForm =
    R"((?s)/|(?:/(?:[^/\x00.][^/\x00]*|\.[^/\x00.][^/\x00]*|\.\.[^/\x00]+))+)";
// A last label that is no number: has a character beyond digits and is not 0x and hex digits.
constexpr const char* kHostForm = R"((?:[A-Za-z0-9-]+\.)*(?:[0-9]*[A-WYZa-wyz-][A-Za-z0-9-]*)"
                                  R"(|(?:[1-9][0-9]*|0[0-9]+)?[Xx][A-Za-z0-9-]*)"
                                  R"(|0[Xx][0-9A-Fa-f]*[G-Zg-z-][A-Za-z0-9-]*)\.?)";
constexpr const char* kLocalForm =
    R"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)";
constexpr std::size_t kMostUrls = 512;

void add(std::vector<RegularTest>& out, const std::string& pattern) {
  if (auto nfa = pattern_nfa(pattern, false)) out.emplace_back(std::move(*nfa));
}

std::string canonical_path_of(const std::string& text) {
  CanonicalText out;
  return canonical_path(text, out) ? std::string(out.view()) : std::string();
}
std::string canonical_host_of(const std::string& text) {
  CanonicalText out;
  return canonical_host(text, out) ? std::string(out.view()) : std::string();
}

// A wildcard over lower-case hosts as a pattern over hosts of any case.
std::string folded_wildcard(const std::string& wildcard) {
  std::string out;
  for (const char c : wildcard) {
    if (c == '*') out += ".*";
    else if (c == '?') out += ".";
    else if (c >= 'A' && c <= 'Z') out += "\\z.";  // never
    else if (c >= 'a' && c <= 'z')
      out += fmt::format("[{}{}]", c, static_cast<char>(c - 'a' + 'A'));
    else out += quoted(std::string_view(&c, 1));
  }
  return out;
}

std::string folded_name(const std::string& name) { return folded_wildcard(name) + "\\.?"; }

std::string next_address(const std::string& text, int by) {
  auto block = block_of(text);
  if (!block) return {};
  Address address = block->address;
  if (by > 0)  // the last of the block, then on
    for (unsigned bit = block->bits; bit < 128; ++bit)
      address[bit / 8] = static_cast<std::uint8_t>(address[bit / 8] | (0x80U >> (bit % 8)));
  for (std::size_t i = address.size(); i-- > 0;) {
    address[i] = static_cast<std::uint8_t>(address[i] + (by > 0 ? 1 : 0xff));
    if (address[i] != (by > 0 ? 0 : 0xff)) break;
  }
  std::string out;
  for (std::size_t i = 0; i < address.size(); i += 2)
    out += fmt::format("{}{:x}", i == 0 ? "" : ":", address[i] * 256 + address[i + 1]);
  const bool mapped =
      std::all_of(address.begin(), address.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
      address[10] == 0xff && address[11] == 0xff;
  if (mapped) out = fmt::format("{}.{}.{}.{}", address[12], address[13], address[14], address[15]);
  return out;
}

// Every block's ends, what lies beside them, and inside up to `count`: the blocks are intervals, so
// any address lies in one of the stretches between their ends.
std::vector<std::string> addresses(const std::vector<const Element*>& elements, std::size_t count) {
  std::vector<std::string> out{"192.0.2.1", "2001:db8::1", "x"};
  for (std::size_t i = 0; i < count; ++i) out.push_back(fmt::format("198.51.100.{}", i));
  for (const Element* element : elements) {
    std::string first = element->text.substr(0, element->text.find('/'));
    std::string last = next_address(element->text, 1);
    std::string before = next_address(first, -1);
    for (std::size_t i = 0; i <= count && !first.empty(); ++i) {
      for (const std::string& text : {first, last, before}) out.push_back(text);
      first = next_address(first, 1);
      last = last.empty() ? last : next_address(last, 1);
      before = before.empty() ? before : next_address(before, -1);
    }
  }
  return out;
}

std::vector<std::string> hosts_around(const std::set<std::string>& names, std::size_t count) {
  std::vector<std::string> out{"192.0.2.1", "2001:db8::1", "x..", "other.example"};
  for (std::size_t i = 1; i < count; ++i) out.push_back(fmt::format("other{}.example", i));
  for (const std::string& name : names) {
    out.push_back(name);
    std::string upper = name;
    for (char& c : upper)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    out.push_back(upper);
    if (!address_of(name)) out.push_back(name + ".");
    for (std::size_t i = 0; i < count; ++i) out.push_back(fmt::format("x{}.{}", i, name));
    out.push_back("x" + name);
  }
  return out;
}

std::vector<std::string> urls(const std::vector<const Element*>& elements, std::size_t count) {
  std::set<std::string> schemes{"http", "https", "other"};
  std::set<std::string> names;
  std::set<std::string> ports{"", ":81", ":443", ":80"};
  std::set<std::string> paths{"/", "/x"};
  for (const Element* element : elements) {
    const Element::Url& url = element->url;
    if (url.scheme) schemes.insert(*url.scheme);
    if (url.host) names.insert(canonical_host_of(*url.host));
    if (url.host_under) names.insert(canonical_host_of(*url.host_under));
    if (url.port) ports.insert(fmt::format(":{}", *url.port));
    if (!url.path_under) continue;
    const std::string root = canonical_path_of(*url.path_under);
    for (std::size_t i = 0; i < count; ++i)
      paths.insert(fmt::format("{}/x{}", root == "/" ? "" : root, i));
    paths.insert(root);
  }
  std::vector<std::string> hosts{"other.example", "192.0.2.1"};
  for (const std::string& name : names) {
    const bool six = name.find(':') != std::string::npos;
    hosts.push_back(six ? "[" + name + "]" : name);
    if (!six) hosts.push_back("x." + name);
  }
  std::vector<std::string> out{"x"};
  for (const std::string& scheme : schemes)
    for (const std::string& host : hosts)
      for (const std::string& port : ports)
        for (const std::string& path : paths)
          if (out.size() < kMostUrls) out.push_back(scheme + "://" + host + port + path);
  return out;
}

std::vector<std::string> emails(const std::vector<const Element*>& elements, std::size_t count) {
  std::set<std::string> hosts{"other.example"};
  std::vector<std::string> out{"x", "@other.example"};
  for (const Element* element : elements) {
    const auto at = element->text.find('@');
    hosts.insert(at == std::string::npos ? element->text : element->text.substr(at + 1));
    if (at != std::string::npos) out.push_back(element->text);
  }
  for (const std::string& host : hosts) {
    for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i)
      out.push_back(
          fmt::format("{}@{}", std::string(1 + i / 26, static_cast<char>('a' + i % 26)), host));
    out.push_back("@" + host);
    out.push_back(std::string(65, 'x') + "@" + host);  // the local part is too long
    out.push_back("x@" + host + "..");
  }
  return out;
}

}  // namespace

Canonical canonical_of(const Element& element) {
  switch (element.kind) {
    case Kind::kPathIs:
    case Kind::kPathUnder:
    case Kind::kPathLike: return Canonical::kPath;
    case Kind::kHostIs:
    case Kind::kHostUnder:
    case Kind::kHostLike: return Canonical::kHost;
    case Kind::kEmailIs:
    case Kind::kEmailDomain: return Canonical::kEmail;
    case Kind::kCidr: return Canonical::kCidr;
    case Kind::kUrl: return Canonical::kUrl;
    default: return Canonical::kNone;
  }
}

std::vector<RegularTest> separators(const Element& element) {
  std::vector<RegularTest> out;
  switch (element.kind) {
    case Kind::kPathIs:
    case Kind::kPathUnder: {
      const std::string own = canonical_path_of(element.text);
      add(out, kPathForm);
      add(out, quoted(own));
      if (element.kind == Kind::kPathUnder && own != "/") add(out, "(?s)" + quoted(own) + "/.*");
      break;
    }
    case Kind::kPathLike:
      add(out, kPathForm);
      out.emplace_back(wildcard_nfa(element.text));
      break;
    case Kind::kHostIs:
    case Kind::kHostUnder: {
      const std::string own = canonical_host_of(element.text);
      add(out, kHostForm);
      add(out, folded_name(own));
      if (element.kind == Kind::kHostUnder) add(out, "(?s).*\\." + folded_name(own));
      break;
    }
    case Kind::kHostLike:
      add(out, kHostForm);
      add(out, folded_wildcard(element.text));
      add(out, folded_name(element.text));
      break;
    case Kind::kEmailIs:
    case Kind::kEmailDomain: {
      const auto at = element.text.find('@');
      const std::string host = at == std::string::npos ? element.text : element.text.substr(at + 1);
      add(out, fmt::format("{}@{}", kLocalForm, kHostForm));
      const std::string local =
          at == std::string::npos ? "[^@]+" : quoted(element.text.substr(0, at));
      add(out, local + "@" + folded_name(canonical_host_of(host)));
      break;
    }
    default: break;
  }
  return out;
}

std::vector<std::string> texts_around(const std::vector<const Element*>& elements,
                                      Canonical canonical, std::size_t count) {
  switch (canonical) {
    case Canonical::kCidr: return addresses(elements, count);
    case Canonical::kUrl: return urls(elements, count);
    case Canonical::kEmail: return emails(elements, count);
    case Canonical::kHost: {
      std::set<std::string> names;
      for (const Element* element : elements)
        if (element->kind != Kind::kHostLike) names.insert(canonical_host_of(element->text));
      return hosts_around(names, count);
    }
    case Canonical::kPath: {
      std::vector<std::string> out{"x", "/"};
      for (const Element* element : elements)
        if (element->kind != Kind::kPathLike) out.push_back(canonical_path_of(element->text));
      return out;
    }
    case Canonical::kNone: break;
  }
  return {};
}

std::vector<std::string> path_spellings(const std::string& text,
                                        const std::vector<const Element*>& elements) {
  const std::string form = canonical_path_of(text);
  if (form.empty()) return {};
  std::vector<std::string> out{"/." + text, "/" + text,  "/x/.." + text,
                               text + "/",  text + "/.", text + "/x/.."};
  std::string up = text;
  if (form != "/")
    for (auto i = std::count(form.begin(), form.end(), '/'); i > 0; --i) up += "/..";
  out.push_back(up + "/x");
  for (const Element* element : elements) {
    if (element->kind == Kind::kPathLike) continue;
    const std::string own = canonical_path_of(element->text);
    out.push_back(up + own);
    out.push_back(up + own + "/x");
    out.push_back(own + "/.." + text);
  }
  return out;
}

}  // namespace policy::proving
