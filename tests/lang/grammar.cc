// SPDX-License-Identifier: Apache-2.0
#include "lang/grammar.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lang {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

bool is_kind(std::string_view text, std::size_t at) {
  return text[at] == '$' && at + 1 < text.size() && letter(text[at + 1]);
}
// The kind that begins behind the `$` at `at`, which ends behind it.
std::string_view kind_at(std::string_view text, std::size_t& at) {
  const std::size_t begin = ++at;
  while (at < text.size() && letter(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::vector<std::string> kinds_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    if (is_kind(text, at)) out.emplace_back(kind_at(text, at));
    else ++at;
  }
  return out;
}

constexpr unsigned kFar = 1000;

}  // namespace

class Grammar::Writer {
 public:
  Writer(const Grammar& grammar, std::uint64_t seed) : grammar_(grammar), random_(seed) {}

  std::string expand(std::string_view kind, unsigned depth, unsigned indent) {
    if (kind == "block") return block(depth, indent);
    return text_of(pick(kind, depth), depth, indent);
  }
  std::string text_of(const Rule& rule, unsigned depth, unsigned indent) {
    ++rule.used;
    std::string out;
    const std::string_view text = rule.text;
    unsigned inside = indent;
    for (std::size_t at = 0; at < text.size();) {
      if (is_kind(text, at)) {
        const std::string_view kind = kind_at(text, at);
        out += expand(kind, depth > 0 ? depth - 1 : 0, kind == "block" ? inside : indent);
      } else if (text.substr(at, 2) == "\\n" && rule.kind == "stmt") {
        inside = indent;
        out += "\n" + std::string(indent * 2, ' ');
        for (at += 2; text.substr(at, 2) == "\\t"; at += 2) out += "  ", ++inside;
        inside = indent;
      } else {
        out += text[at++];
      }
    }
    return out;
  }
  std::string guarded(const std::string& statement) {
    return "try:\n  " + statement +
           "\nexcept (TypeError, AttributeError, json.JSONDecodeError, re.error) as e:\n"
           "  print(type(e).__name__)\nexcept Exception as e:\n  print(type(e).__name__, e)\n";
  }
  std::string variables() {
    std::string out;
    for (const auto& [name, kind] :
         std::initializer_list<std::pair<const char*, const char*>>{{"i0", "small"},
                                                                    {"i1", "int"},
                                                                    {"i2", "small"},
                                                                    {"f0", "float"},
                                                                    {"s0", "str"},
                                                                    {"s1", "str"},
                                                                    {"l0", "list"},
                                                                    {"l1", "ilist"},
                                                                    {"l2", "slist"},
                                                                    {"d0", "dict"},
                                                                    {"d1", "date"},
                                                                    {"t0", "datetime"}}) {
      const std::string_view word = kind;
      const std::string plain = word == "small"      ? "3"
                                : word == "int"      ? "-8"
                                : word == "float"    ? "2.5"
                                : word == "str"      ? "'Text, one'"
                                : word == "date"     ? "date(2024, 1, 31)"
                                : word == "datetime" ? "datetime(2023, 12, 31, 23, 59, 59)"
                                : word == "dict"     ? "{'a': 1, 'b': 2}"
                                : word == "slist"    ? "['x', 'Yy', '']"
                                                     : "[4, 0, 4]";
      out += std::string(name) + " = " + plain + "\n";
    }
    return out;
  }
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  std::string block(unsigned depth, unsigned indent) {
    std::string out;
    for (unsigned i = 1 + below(2); i > 0; --i)
      out += "\n" + std::string((indent + 1) * 2, ' ') +
             expand("stmt", std::min(depth, 3U), indent + 1);
    return out;
  }
  const Rule& pick(std::string_view kind, unsigned depth) {
    const auto& all = grammar_.kinds_.find(kind)->second;
    std::vector<std::size_t> fit;
    unsigned least = kFar;
    for (const std::size_t i : all) least = std::min(least, grammar_.rules_[i].height);
    for (const std::size_t i : all)
      if (grammar_.rules_[i].height <= std::max(depth, least)) fit.push_back(i);
    return grammar_.rules_[fit[below(static_cast<unsigned>(fit.size()))]];
  }
  const Grammar& grammar_;
  std::mt19937_64 random_;
};

std::optional<Grammar> Grammar::read(const std::string& path, std::string& error) {
  std::ifstream file(path);
  Grammar out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Rule rule;
    words >> rule.kind >> rule.entry;
    std::getline(words, rule.text);
    if (!rule.text.empty()) rule.text.erase(0, 1);
    rule.height = kFar;
    out.kinds_[rule.kind].push_back(out.rules_.size());
    out.rules_.push_back(std::move(rule));
  }
  out.kinds_["block"];
  for (bool changed = true; changed;) {
    changed = false;
    for (Rule& rule : out.rules_) {
      unsigned height = 0;
      for (const std::string& kind : kinds_of(rule.text)) {
        const auto found = out.kinds_.find(kind);
        if (found == out.kinds_.end()) return error = "no rule of " + kind, std::nullopt;
        unsigned least = kind == "block" ? 1 : kFar;
        for (const std::size_t i : found->second) least = std::min(least, out.rules_[i].height);
        height = std::max(height, least + 1);
      }
      changed = changed || height < rule.height;
      rule.height = std::min(rule.height, height);
    }
  }
  if (out.rules_.empty()) return error = "no rules in " + path, std::nullopt;
  return out;
}

bool Grammar::is_expression(const std::string& kind) {
  static constexpr std::string_view kParts[] = {"slice", "ispec",   "fspec",   "sspec",
                                                "spec",  "tformat", "pformat", "strp_pair",
                                                "it",    "ikey",    "skey",    "akey"};
  return kind != "stmt" &&
         std::find(std::begin(kParts), std::end(kParts), kind) == std::end(kParts);
}

std::string Grammar::program(std::uint64_t seed) const {
  Writer writer(*this, seed);
  std::string out = writer.variables();
  for (unsigned i = 4 + writer.below(6); i > 0; --i)
    out += writer.guarded(writer.expand("stmt", 1 + writer.below(5), 1));
  return out;
}

std::string Grammar::expand(const std::string& text, std::uint64_t seed) const {
  const Rule rule{"", "-", text};
  return Writer(*this, seed).text_of(rule, 0, 0);
}

std::string Grammar::program_of(const Rule& rule, std::uint64_t seed) const {
  Writer writer(*this, seed);
  const std::string text = writer.text_of(rule, 1 + writer.below(2), 1);
  return writer.variables() + writer.guarded(rule.kind == "stmt"  ? text
                                             : rule.kind == "set" ? "print(sorted(" + text + "))"
                                                                  : "print(repr(" + text + "))");
}

}  // namespace lang
