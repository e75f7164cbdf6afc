// SPDX-License-Identifier: Apache-2.0
#include "demo/script.h"

#include <algorithm>

#include "demo/script_rule.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace demo {
namespace {

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool found(std::string_view text, std::string_view part) {
  return lower(text).find(lower(part)) != std::string::npos;
}

// Without the marks that the session puts around a tool's output.
std::string unwrapped(std::string text) {
  for (const std::string_view mark : {"<untrusted_tool_output>", "</untrusted_tool_output>"})
    if (const std::size_t at = text.find(mark); at != std::string::npos)
      text.erase(at, mark.size());
  while (!text.empty() && text.front() == '\n') text.erase(0, 1);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Filling filling_of(const Asked& asked) {
  Filling out{.user = asked.user};
  if (!asked.results.empty()) out.result = unwrapped(asked.results.back());
  for (const OfferedTool& t : asked.tools) out.tools += (out.tools.empty() ? "" : ", ") + t.name;
  if (out.tools.empty()) out.tools = "none";
  return out;
}

std::optional<std::string> value_of(std::string_view name, const Filling& f) {
  if (name == "user") return f.user;
  if (name == "result") return f.result;
  if (name == "tools") return f.tools;
  if (name.size() != 1 || name[0] < '1' || name[0] > '9') return {};
  const auto group = static_cast<std::size_t>(name[0] - '1');
  return group < f.groups.size() ? f.groups[group] : std::string();
}

std::string quoted(std::string_view text) {
  std::string out;
  schema::quote_to(out, text);
  return out;
}

// One "k=v" of `words`, and what follows it.
struct Word {
  std::string key;
  std::string value;
  bool pair = false;
};

Word take_word(std::string_view& words) {
  Word out;
  char quote = 0;
  std::size_t i = 0;
  for (; i < words.size(); ++i) {
    const char c = words[i];
    if (quote != 0 && c == quote) quote = 0;
    else if (quote == 0 && out.pair && (c == '"' || c == '\'')) quote = c;
    else if (quote == 0 && (c == ' ' || c == '\n' || c == '\t')) break;
    else if (c == '=' && !out.pair) out.pair = true;
    else (out.pair ? out.value : out.key) += c;
  }
  words.remove_prefix(std::min(i + 1, words.size()));
  return out;
}

bool is_bare(const std::string& value, const OfferedTool* tool, const std::string& key) {
  const schema::Value* properties = tool ? tool->parameters.find("properties") : nullptr;
  const schema::Value* property = properties ? properties->find(key) : nullptr;
  const auto type = property ? property->find_string("type").value_or("") : "";
  const bool typed = !type.empty() && type != "string";
  return typed && schema::parse(value).ok();
}

}  // namespace

const OfferedTool* Asked::offered(std::string_view name) const {
  for (const OfferedTool& t : tools)
    if (t.name == name) return &t;
  return nullptr;
}

std::string filled(std::string_view text, const Filling& filling, Place place) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    const auto value = end == std::string_view::npos
                           ? std::nullopt
                           : value_of(text.substr(i + 1, end - i - 1), filling);
    if (!value) {
      out += text[i];
      continue;
    }
    const std::string json = quoted(*value);
    out += place == Place::kText ? *value : json.substr(1, json.size() - 2);
    i = end;
  }
  return out;
}

std::vector<std::string> pieces_of(std::string_view text, std::size_t bytes) {
  std::vector<std::string> out;
  std::string piece;
  for (std::size_t i = 0; i < text.size(); ++i) {
    piece += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    const bool inside = (static_cast<unsigned char>(next) & 0xC0) == 0x80;
    const bool word = text[i] == ' ' && next != ' ';
    if (inside || (bytes == 0 ? !word : piece.size() < bytes)) continue;
    out.push_back(std::move(piece));
    piece.clear();
  }
  if (!piece.empty()) out.push_back(std::move(piece));
  return out;
}

std::string arguments_of(std::string_view words, const OfferedTool* tool) {
  const std::size_t start = words.find_first_not_of(" \t\n");
  words = start == std::string_view::npos ? "" : words.substr(start);
  if (words.starts_with("{")) return std::string(words);
  std::string out = "{";
  while (!words.empty()) {
    const Word word = take_word(words);
    if (!word.pair || word.key.empty()) continue;
    if (out.size() > 1) out += ',';
    out += quoted(word.key) + ":";
    out += is_bare(word.value, tool, word.key) ? word.value : quoted(word.value);
  }
  return out + "}";
}

std::optional<Filling> Script::Rule::fits(const Asked& asked) const {
  Filling out = filling_of(asked);
  const auto count = static_cast<std::int64_t>(asked.results.size());
  if (results && *results != count) return {};
  if (count < results_from) return {};
  if (user && !found(asked.user, *user)) return {};
  if (result && (asked.results.empty() || !found(asked.results.back(), *result))) return {};
  if (pattern) {
    const auto groups = static_cast<std::size_t>(pattern->NumberOfCapturingGroups()) + 1;
    std::vector<re2::StringPiece> parts(groups);
    const bool hit = pattern->Match(asked.user, 0, asked.user.size(), re2::RE2::UNANCHORED,
                                    parts.data(), static_cast<int>(groups));
    if (!hit) return {};
    for (std::size_t i = 1; i < groups; ++i) out.groups.emplace_back(parts[i].as_string());
  }
  if (offered && asked.offered(filled(*offered, out, Place::kText)) == nullptr) return {};
  return out;
}

Play Script::Rule::play(const Asked& asked, const Filling& filling) const {
  Play out = rest;
  out.text = pieces_of(filled(text, filling, Place::kText), piece);
  out.thinking = pieces_of(filled(thinking, filling, Place::kText), piece);
  out.error = filled(rest.error, filling, Place::kText);
  for (const ScriptedCall& c : calls) {
    out.calls.push_back({c.id, filled(c.tool, filling, Place::kText),
                         filled(c.arguments, filling, Place::kJsonString)});
  }
  if (obey && !filling.groups.empty()) {
    const std::string& tool = filling.groups[0];
    const std::string words = filling.groups.size() > 1 ? filling.groups[1] : "";
    out.calls.push_back({"", tool, arguments_of(words, asked.offered(tool))});
  }
  return out;
}

Script::Script() = default;
Script::Script(Script&&) noexcept = default;
Script& Script::operator=(Script&&) noexcept = default;
Script::~Script() = default;

Play Script::play(const Asked& asked) const {
  for (const Rule& rule : rules_)
    if (const auto filling = rule.fits(asked)) return rule.play(asked, *filling);
  return Play{.text = {"The script has no rule for this."}};
}

bool Script::knows(std::string_view model) const {
  const bool listed = std::find(models_.begin(), models_.end(), model) != models_.end();
  return models_.empty() || listed;
}

}  // namespace demo
