// SPDX-License-Identifier: Apache-2.0
#include "conformance/tables.h"

#include <algorithm>

#include <toml++/toml.h>

#include "conformance/suite.h"

namespace conformance {
namespace {

base::Result<toml::table> parsed(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& e) {
    const auto at = e.source().begin;
    return base::invalid(
        fmt::format("line {}, column {}: {}", at.line, at.column, e.description()));
  }
}

base::Error wrong(const toml::node& node, std::string_view what) {
  return base::invalid(fmt::format("line {}: {}", node.source().begin.line, what));
}

// A string, or an array of strings.
base::Result<std::vector<std::string>> texts_of(const toml::node& node) {
  if (const auto* one = node.as_string()) return std::vector<std::string>{one->get()};
  std::vector<std::string> out;
  const auto* many = node.as_array();
  if (many == nullptr || many->empty()) return wrong(node, "expected a string or strings");
  for (const auto& item : *many) {
    const auto* text = item.as_string();
    if (text == nullptr) return wrong(item, "expected a string");
    out.push_back(text->get());
  }
  return out;
}

std::string replaced(std::string_view wording, const Facts& fields) {
  std::string out;
  while (!wording.empty()) {
    const std::size_t open = wording.find('{');
    const std::size_t close = open == std::string_view::npos ? open : wording.find('}', open);
    out += wording.substr(0, close == std::string_view::npos ? close : open);
    if (close == std::string_view::npos) break;
    const auto field = fields.find(wording.substr(open + 1, close - open - 1));
    out += field != fields.end() ? std::string_view(field->second)
                                 : wording.substr(open, close - open + 1);
    wording.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

base::Result<Differences> Differences::load(const std::filesystem::path& file) {
  TRY_AS(std::string text, read_file(file));
  return parse(text);
}

base::Result<Differences> Differences::parse(std::string_view text) {
  TRY_AS(toml::table root, parsed(text));
  Differences out;
  for (const auto& [key, node] : root) {
    const auto* list = node.as_array();
    if (key.str() != "difference" || list == nullptr) return wrong(node, "expected [[difference]]");
    for (const auto& item : *list) {
      const auto* table = item.as_table();
      if (table == nullptr) return wrong(item, "expected a table");
      Entry entry;
      for (const auto& [name, value] : *table) {
        if (name.str() == "facts" && value.is_table()) {
          for (const auto& [fact, wanted] : *value.as_table()) {
            TRY_AS(entry.wanted[std::string(fact.str())], texts_of(wanted));
          }
          continue;
        }
        if (!value.is_string()) return wrong(value, "expected a string");
        const std::string one = value.as_string()->get();
        if (name.str() == "suite") entry.suite = one;
        else if (name.str() == "reason") entry.reason = one;
        else if (name.str() == "id") entry.wanted["id"] = {one};
        else return wrong(value, fmt::format("unknown key '{}'", name.str()));
      }
      if (entry.suite.empty() || entry.reason.empty() || entry.wanted.empty()) {
        return wrong(item, "a difference has a suite, a reason, and an id or facts");
      }
      out.entries_.push_back(std::move(entry));
    }
  }
  return out;
}

std::string_view Differences::reason_for(std::string_view suite, const Facts& facts) const {
  for (const Entry& entry : entries_) {
    const bool fits =
        std::all_of(entry.wanted.begin(), entry.wanted.end(), [&](const auto& wanted) {
          const auto fact = facts.find(wanted.first);
          return fact != facts.end() && std::find(wanted.second.begin(), wanted.second.end(),
                                                  fact->second) != wanted.second.end();
        });
    if (fits && entry.suite == suite) return entry.reason;
  }
  return {};
}

base::Result<Reasons> Reasons::load(const std::filesystem::path& file) {
  TRY_AS(std::string text, read_file(file));
  return parse(text);
}

base::Result<Reasons> Reasons::parse(std::string_view text) {
  TRY_AS(toml::table root, parsed(text));
  Reasons out;
  for (const auto& [name, node] : root) {
    const auto* codes = node.as_table();
    if (codes == nullptr) return wrong(node, "expected a table of cases, [NAME]");
    for (const auto& [code, wordings] : *codes) {
      TRY_AS(out.tables_[std::string(name.str())][std::string(code.str())], texts_of(wordings));
    }
  }
  return out;
}

bool Reasons::agree(std::string_view table, std::string_view code, const Facts& fields,
                    std::string_view wording) const {
  const auto codes = tables_.find(table);
  if (codes == tables_.end()) return false;
  const auto wordings = codes->second.find(code);
  if (wordings == codes->second.end()) return false;
  return std::any_of(wordings->second.begin(), wordings->second.end(),
                     [&](const std::string& w) { return replaced(w, fields) == wording; });
}

}  // namespace conformance
