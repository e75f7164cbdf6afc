// SPDX-License-Identifier: Apache-2.0
#include "audit/render.h"

#include <ctime>

#include <fmt/format.h>

#include "audit/entry_visit.h"
#include "base/bytes.h"

namespace audit {
namespace {

std::string time_text(std::int64_t wall_us, bool local) {
  const auto seconds = static_cast<std::time_t>(wall_us / 1'000'000);
  struct ::tm t = {};
  if ((local ? ::localtime_r(&seconds, &t) : ::gmtime_r(&seconds, &t)) == nullptr) return "?";
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}.{:06}{}", t.tm_year + 1900L,
                     t.tm_mon + 1, t.tm_mday, local ? ' ' : 'T', t.tm_hour, t.tm_min, t.tm_sec,
                     wall_us % 1'000'000, local ? "" : "Z");
}

std::string quoted(std::string_view s) {
  std::string out = "\"";
  for (const char c : base::printable(s)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string_view word(std::string_view (*of)(std::uint16_t), std::uint16_t code) {
  return of == nullptr ? std::string_view() : of(code);
}

bool is_code(const FieldInfo& info) {
  return info.field == Field::kOutcome || info.field == Field::kReasons;
}

// Writes name=value for each present field but those that the line begins with.
class LineWriter {
 public:
  LineWriter(const Wording& wording, std::string& out) : wording_(wording), out_(out) {}
  template <class T> void operator()(const FieldInfo& info, const T& v) {
    if (v == T{} || info.field == Field::kEffect || info.field == Field::kAlert ||
        info.field == Field::kTool || info.field == Field::kProgram)
      return;
    out_ += fmt::format(" {}={}", info.name, text(info, v));
  }

 private:
  std::string text(const FieldInfo& info, std::uint16_t v) const {
    if (!is_code(info)) return std::to_string(v);
    const auto named = word(info.field == Field::kOutcome ? wording_.outcome : wording_.reason, v);
    return named.empty() ? std::to_string(v) : base::printable(named);
  }
  std::string text(const FieldInfo&, std::uint32_t v) const { return std::to_string(v); }
  std::string text(const FieldInfo&, std::uint64_t v) const { return std::to_string(v); }
  std::string text(const FieldInfo&, Effect v) const { return std::string(name_of(v)); }
  std::string text(const FieldInfo&, Alert v) const { return std::string(name_of(v)); }
  std::string text(const FieldInfo&, Answer v) const { return std::string(name_of(v)); }
  template <class Tag> std::string text(const FieldInfo&, const base::Id<Tag>& v) const {
    return id_text(v.value);
  }
  std::string text(const FieldInfo&, const base::Digest& v) const {
    return base::hex(base::view(v).substr(0, 6));
  }
  std::string text(const FieldInfo&, const Detail& v) const { return quoted(v.text()); }
  std::string text(const FieldInfo&, const std::string& v) const {
    const bool plain = v.find_first_of(" \"\\") == std::string::npos;
    return plain ? base::printable(v) : quoted(v);
  }
  template <class T> std::string text(const FieldInfo& info, const std::vector<T>& v) const {
    std::string out;
    for (const T& item : v) out += (out.empty() ? "" : ",") + text(info, item);
    return out;
  }

  const Wording& wording_;
  std::string& out_;
};

// Writes ,"name":value for each present field.
class JsonWriter {
 public:
  JsonWriter(const Wording& wording, std::string& out) : wording_(wording), out_(out) {}
  template <class T> void operator()(const FieldInfo& info, const T& v) {
    if (v == T{}) return;
    out_ += fmt::format(",\"{}\":{}", info.name, value(info, v));
  }

 private:
  std::string value(const FieldInfo& info, std::uint16_t v) const {
    if (!is_code(info)) return std::to_string(v);
    const auto named = word(info.field == Field::kOutcome ? wording_.outcome : wording_.reason, v);
    return fmt::format("{{\"code\":{},\"text\":{}}}", v, quoted(named));
  }
  std::string value(const FieldInfo&, std::uint32_t v) const { return std::to_string(v); }
  std::string value(const FieldInfo&, std::uint64_t v) const { return std::to_string(v); }
  std::string value(const FieldInfo&, Effect v) const { return quoted(name_of(v)); }
  std::string value(const FieldInfo&, Alert v) const { return quoted(name_of(v)); }
  std::string value(const FieldInfo&, Answer v) const { return quoted(name_of(v)); }
  template <class Tag> std::string value(const FieldInfo&, const base::Id<Tag>& v) const {
    return quoted(id_text(v.value));
  }
  std::string value(const FieldInfo&, const base::Digest& v) const {
    return quoted(base::hex(base::view(v)));
  }
  std::string value(const FieldInfo&, const Detail& v) const { return quoted(v.text()); }
  std::string value(const FieldInfo&, const std::string& v) const { return quoted(v); }
  template <class T> std::string value(const FieldInfo& info, const std::vector<T>& v) const {
    std::string out;
    for (const T& item : v) out += (out.empty() ? "" : ",") + value(info, item);
    return "[" + out + "]";
  }

  const Wording& wording_;
  std::string& out_;
};

}  // namespace

std::string id_text(std::uint64_t id) { return fmt::format("{:016x}", id); }

std::string line(const Entry& e, const Wording& wording) {
  std::string out =
      fmt::format("{} #{} {}", time_text(e.wall_us, true), e.sequence, name_of(e.kind));
  if (e.effect != Effect{}) out += fmt::format(" {}", name_of(e.effect));
  if (e.alert != Alert{}) out += fmt::format(" {}", name_of(e.alert));
  if (!e.tool.empty()) out += " " + base::printable(e.tool);
  if (!e.program.empty()) out += " " + base::printable(e.program);
  visit(e, LineWriter(wording, out));
  return out;
}

std::string json(const Entry& e, const Wording& wording) {
  std::string out = fmt::format("{{\"sequence\":{},\"time\":\"{}\",\"kind\":\"{}\"", e.sequence,
                                time_text(e.wall_us, false), name_of(e.kind));
  visit(e, JsonWriter(wording, out));
  return out + "}";
}

}  // namespace audit
