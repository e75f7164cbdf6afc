// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/json.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"

namespace workspace {
namespace {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kFile: return "file";
    case Kind::kDirectory: return "directory";
    case Kind::kSymlink: return "symlink";
    case Kind::kSpecial: return "special";
  }
  return "";
}

std::string_view name_of(Difference::How how) {
  switch (how) {
    case Difference::How::kChanged: return "changed";
    case Difference::How::kCreated: return "created";
    case Difference::How::kDeleted: return "deleted";
    case Difference::How::kMoved: return "moved";
  }
  return "";
}

void add_passed(JsonText& json, const Passed& passed) {
  if (passed.unnameable > 0) json.key("unnameable").number(passed.unnameable);
  if (passed.unreadable > 0) json.key("unreadable").number(passed.unreadable);
}

// The bytes of the next code point of `text`, or 0 if they are none.
std::size_t whole_character(std::string_view text) {
  for (std::size_t size = 1; size <= std::min<std::size_t>(4, text.size()); ++size)
    if (base::is_utf8(text.substr(0, size))) return size;
  return 0;
}

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

// One character that is not plain; returns how many bytes of `text` it was.
std::size_t add_one(std::string& out, std::string_view text) {
  const char c = text[0];
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') out += '\\', out += c;
  else if (c == '\n') out += "\\n";
  else if (c == '\t') out += "\\t";
  else if (c == '\r') out += "\\r";
  else if (byte < 0x80) out += fmt::format("\\u{:04x}", byte);
  else if (const std::size_t whole = whole_character(text); whole > 0)
    return out += text.substr(0, whole), whole;
  else out += "\xef\xbf\xbd";
  return 1;
}

void add_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(add_one(out, text));
  }
}

}  // namespace

void JsonText::separate() {
  if (!fresh_) out_ += ',';
  fresh_ = false;
}

JsonText& JsonText::open(char bracket) {
  separate();
  out_ += bracket;
  fresh_ = true;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  fresh_ = false;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  text(name);
  out_ += ':';
  fresh_ = true;
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  separate();
  out_ += '"';
  add_escaped(out_, value);
  out_ += '"';
  return *this;
}

JsonText& JsonText::number(std::uint64_t value) {
  separate();
  out_ += std::to_string(value);
  return *this;
}

JsonText& JsonText::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

std::string json_of(const ReadAnswer& a) {
  std::string out;
  JsonText json(out);
  json.open('{').key("content").text(a.content);
  if (a.encoding == Encoding::kBase64) json.key("encoding").text("base64");
  json.key("size").number(a.size);
  if (a.first_line > 0) json.key("first_line").number(a.first_line);
  if (a.lines > 0) json.key("lines").number(a.lines);
  if (a.truncated) json.key("truncated").boolean(true);
  json.key("sha256").text(base::hex(base::view(a.digest))).close('}');
  return out;
}

std::string json_of(const ChangeAnswer& a, std::string_view message) {
  std::string out;
  JsonText json(out);
  json.open('{').key("success").boolean(true).key("message").text(message);
  json.key("step").number(a.step);
  if (a.created) json.key("created").boolean(true);
  if (a.after) {
    json.key("size").number(a.size);
    json.key("sha256").text(base::hex(base::view(*a.after)));
  }
  json.close('}');
  return out;
}

std::string json_of(const ListAnswer& a) {
  std::string out;
  JsonText json(out);
  json.open('{').key("files").open('[');
  for (const Shown& e : a.entries) {
    std::string name = e.path.text();
    if (e.kind == Kind::kDirectory) name += '/';
    json.text(name);
  }
  json.close(']').key("entries").open('[');
  for (const Shown& e : a.entries) {
    json.open('{').key("path").text(e.path.text()).key("kind").text(name_of(e.kind));
    if (e.kind == Kind::kFile) json.key("size").number(e.size);
    if (e.hard_link) json.key("hard_link").boolean(true);
    if (e.is_protected) json.key("protected").boolean(true);
    json.close('}');
  }
  json.close(']');
  if (a.truncated) json.key("truncated").boolean(true);
  add_passed(json, a.passed);
  json.close('}');
  return out;
}

std::string json_of(const SearchAnswer& a) {
  std::string out;
  JsonText json(out);
  json.open('{').key("results").open('[');
  for (const Match& m : a.matches) {
    json.open('{').key("file").text(m.path.text()).key("line").number(m.line);
    json.key("column").number(m.column).key("content").text(m.text).close('}');
  }
  json.close(']').key("searched").number(a.files);
  if (a.skipped > 0) json.key("skipped").number(a.skipped);
  if (a.truncated) json.key("truncated").boolean(true);
  add_passed(json, a.passed);
  json.close('}');
  return out;
}

std::string json_of(const StatAnswer& a, const Path& path) {
  std::string out;
  JsonText json(out);
  json.open('{').key("path").text(path.text()).key("kind").text(name_of(a.status.kind));
  json.key("size").number(a.status.size).key("mode").text(fmt::format("{:04o}", a.status.mode));
  json.key("modified_us")
      .number(static_cast<std::uint64_t>(std::max<std::int64_t>(0, a.status.modified_us)));
  if (a.status.kind == Kind::kFile && a.status.links > 1) json.key("hard_link").boolean(true);
  if (a.is_protected) json.key("protected").boolean(true);
  json.close('}');
  return out;
}

std::string json_of(const DiffAnswer& a) {
  std::string whole;
  for (const Difference& d : a.files) whole += d.diff;
  std::string out;
  JsonText json(out);
  json.open('{').key("diff").text(whole).key("files").open('[');
  for (const Difference& d : a.files) {
    json.open('{').key("path").text(d.path.text()).key("change").text(name_of(d.how));
    if (!d.was.is_root()) json.key("was").text(d.was.text());
    json.close('}');
  }
  json.close(']');
  if (a.truncated) json.key("truncated").boolean(true);
  json.close('}');
  return out;
}

std::string json_of(const Failure& failure) {
  std::string out;
  JsonText json(out);
  json.open('{').key("error").text(failure.message);
  json.key("cause").text(slug(failure.cause)).close('}');
  return out;
}

}  // namespace workspace
