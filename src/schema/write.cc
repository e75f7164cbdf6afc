// SPDX-License-Identifier: Apache-2.0
#include "schema/write.h"

#include "base/bytes.h"

namespace schema {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// The letter of a two-character escape, or 0.
char short_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void escape_to(std::string& out, char c) {
  if (const char letter = short_escape(c)) {
    out += '\\';
    out += letter;
    return;
  }
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[static_cast<unsigned char>(c) & 15];
}

void quote_well_formed(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!needs_escape(text[i])) continue;
    out += text.substr(clean, i - clean);
    escape_to(out, text[i]);
    clean = i + 1;
  }
  out += text.substr(clean);
  out += '"';
}

// Writes a value in either layout. INVARIANT: texts inside a Value are well-formed already.
class Writer {
 public:
  Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void value(const Value& v, std::size_t depth) {
    CHECK(depth <= kDepthCap);
    switch (v.kind()) {
      case Kind::kNull: out_ += "null"; return;
      case Kind::kBool: out_ += *v.as_bool() ? "true" : "false"; return;
      case Kind::kNumber: out_ += *v.number_text(); return;
      case Kind::kString: quote_well_formed(out_, *v.as_string()); return;
      case Kind::kArray: array(*v.as_array(), depth + 1); return;
      case Kind::kObject: object(*v.as_object(), depth + 1); return;
    }
  }

 private:
  void line(std::size_t depth) {
    if (pretty_) out_.append(1, '\n').append(2 * depth, ' ');
  }
  void array(const Array& items, std::size_t depth) {
    out_ += '[';
    for (const Value& item : items) {
      if (&item != items.data()) out_ += ',';
      line(depth);
      value(item, depth);
    }
    if (!items.empty()) line(depth - 1);
    out_ += ']';
  }
  void object(const Object& members, std::size_t depth) {
    out_ += '{';
    for (const Member& member : members) {
      if (&member != members.begin()) out_ += ',';
      line(depth);
      quote_well_formed(out_, member.key);
      out_ += pretty_ ? ": " : ":";
      value(member.value, depth);
    }
    if (!members.empty()) line(depth - 1);
    out_ += '}';
  }

  std::string& out_;
  bool pretty_;
};

}  // namespace

void write_to(std::string& out, const Value& value) { Writer(out, false).value(value, 0); }

std::string write(const Value& value) {
  std::string out;
  write_to(out, value);
  return out;
}

std::string write_pretty(const Value& value) {
  std::string out;
  Writer(out, true).value(value, 0);
  return out;
}

void quote_to(std::string& out, std::string_view text) {
  if (base::is_utf8(text)) return quote_well_formed(out, text);
  quote_well_formed(out, well_formed(std::string(text)));
}

}  // namespace schema
