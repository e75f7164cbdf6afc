// SPDX-License-Identifier: Apache-2.0
#include "schema/pointer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/bytes.h"

namespace schema {
namespace {

base::Result<std::string> unescape(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
      continue;
    }
    const char next = i + 1 < step.size() ? step[++i] : '\0';
    if (next != '0' && next != '1') {
      return base::invalid("in a JSON pointer '~' stands only in '~0' and '~1'");
    }
    out += next == '0' ? '~' : '/';
  }
  return out;
}

std::string escape(std::string_view step) {
  std::string out;
  for (const char c : step) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

const Value* item(const Value& array, std::string_view step) {
  if (step.empty() || (step.size() > 1 && step.front() == '0')) return nullptr;
  std::size_t index = 0;
  const char* end = step.data() + step.size();
  const auto [at, ec] = std::from_chars(step.data(), end, index);
  return ec == std::errc{} && at == end ? array.at(index) : nullptr;
}

}  // namespace

base::Result<Pointer> Pointer::parse(std::string_view text) {
  if (!base::is_utf8(text)) return base::invalid("a JSON pointer is UTF-8");
  if (!text.empty() && text.front() != '/') {
    return base::invalid("a JSON pointer is empty or begins with '/'");
  }
  Pointer out;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view step = text.substr(0, text.find('/'));
    TRY_AS(std::string name, unescape(step));
    out.steps_.push_back(std::move(name));
    text.remove_prefix(step.size());
  }
  if (out.steps_.size() > kDepthCap) {
    return base::invalid(fmt::format("a JSON pointer of more than {} steps", kDepthCap));
  }
  return out;
}

const Value* Pointer::find(const Value& root) const {
  const Value* at = &root;
  for (const std::string& step : steps_) {
    at = at->kind() == Kind::kArray ? item(*at, step) : at->find(step);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string Pointer::text() const {
  std::string out;
  for (const std::string& step : steps_) out += "/" + escape(step);
  return out;
}

}  // namespace schema
