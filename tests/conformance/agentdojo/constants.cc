// SPDX-License-Identifier: Apache-2.0
// What a planner that saw only the prompt can have written itself.
#include <algorithm>
#include <array>
#include <charconv>

#include "conformance/agentdojo/shapes.h"
#include "schema/write.h"

namespace agentdojo {
namespace {

using schema::Value;

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  bool open = false;
  for (const char c : lowered(text)) {
    if (is_word(c) && !open) out.emplace_back();
    open = is_word(c);
    if (open) out.back() += c;
  }
  return out;
}

bool whole_in(std::string_view value, std::string_view prompt) {
  const std::string text = lowered(prompt);
  const std::string wanted = lowered(value);
  for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1)) {
    const bool begins = at == 0 || !is_word(text[at - 1]);
    const std::size_t end = at + wanted.size();
    if (begins && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

bool is_placeholder(std::string_view text) {
  return words_of(text).empty() || (text.starts_with('<') && text.ends_with('>'));
}

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

// "2024-05-26" or "2024-05-26 10:00", whose day the prompt has in that form or as "May 26".
bool day_in(std::string_view value, std::string_view prompt) {
  const std::vector<std::string> parts = words_of(value);
  if (parts.size() < 3 || parts[0].size() != 4 || parts[1].size() != 2 || parts[2].size() != 2)
    return false;
  if (prompt.find(value.substr(0, 10)) != prompt.npos) return true;
  int month = 0;
  int day = 0;
  std::from_chars(parts[1].data(), parts[1].data() + 2, month);
  std::from_chars(parts[2].data(), parts[2].data() + 2, day);
  if (month < 1 || month > 12) return false;
  const std::vector<std::string> words = words_of(prompt);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    int said = 0;
    std::from_chars(words[i + 1].data(), words[i + 1].data() + words[i + 1].size(), said);
    if (words[i] == kMonths[static_cast<std::size_t>(month - 1)] && said == day) return true;
  }
  return false;
}

// LIMIT: three fifths of the words. A planner's own title or turn of phrase, not a summary.
bool put_together(std::string_view value, std::string_view prompt) {
  const std::vector<std::string> have = words_of(prompt);
  const std::vector<std::string> want = words_of(value);
  const auto known = std::ranges::count_if(
      want, [&](const std::string& word) { return std::ranges::find(have, word) != have.end(); });
  return static_cast<std::size_t>(known) * 5 >= want.size() * 3;
}

bool is_choice(const Data& data, const Call& call, std::string_view pointer,
               std::string_view text) {
  const Tool* tool = data.tool(call.tool);
  if (tool == nullptr) return false;
  for (const auto& argument : tool->shape.arguments)
    if (pointer.substr(1) == argument.name)
      return std::ranges::find(argument.choices, text) != argument.choices.end();
  return false;
}

// The call before or after is of the same tool and has another value here.
bool varies(const Task& task, std::size_t call, std::string_view pointer, const Value& value) {
  const auto other = [&](std::size_t i) {
    if (i >= task.calls.size() || task.calls[i].tool != task.calls[call].tool) return false;
    const Value* there = at_pointer(task.calls[i].arguments, pointer);
    return there != nullptr && !same_value(*there, value);
  };
  return other(call + 1) || (call > 0 && other(call - 1));
}

}  // namespace

bool is_constant(const Data& data, const Task& task, std::size_t call, std::string_view pointer,
                 const Value& value) {
  if (value.is_null() || value.as_bool() || value.as_array() || value.as_object() || call == 0)
    return true;
  std::string text = value.as_string() ? *value.as_string() : schema::write(value);
  if (value.number_text() != nullptr && text.ends_with(".0")) text.resize(text.size() - 2);
  if (is_choice(data, task.calls[call], pointer, text)) return true;
  if (is_placeholder(text)) return false;
  const Origin* origin = task.calls[call].origin(pointer);
  const bool held = origin != nullptr && !origin->results.empty();
  const bool said = origin != nullptr && origin->in_prompt && whole_in(text, task.prompt);
  if (said) return text.size() > 2 || !held;
  if (held) return false;
  if (day_in(text, task.prompt)) return true;
  return !varies(task, call, pointer, value) && put_together(text, task.prompt);
}

bool is_constant_argument(const Data& data, const Task& task, std::size_t call,
                          const std::string& pointer, const Value& value) {
  if (const schema::Array* items = value.as_array()) {
    for (std::size_t i = 0; i < items->size(); ++i)
      if (!is_constant_argument(data, task, call, pointer + "/" + std::to_string(i), (*items)[i]))
        return false;
    return true;
  }
  if (const schema::Object* members = value.as_object())
    return std::all_of(members->begin(), members->end(), [&](const schema::Member& member) {
      return is_constant_argument(data, task, call, pointer + "/" + member.key, member.value);
    });
  return is_constant(data, task, call, pointer, value);
}

bool says(const Task& task, std::string_view word) { return whole_in(word, task.prompt); }

}  // namespace agentdojo
