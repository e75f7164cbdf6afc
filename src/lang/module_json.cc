// SPDX-License-Identifier: Apache-2.0
// The module json: dumps; loads is json_read.cc.
#include <fmt/format.h>

#include <cmath>

#include "lang/json_read.h"
#include "lang/native.h"

namespace lang {
namespace {

struct Layout {
  bool pretty = false, ascii = true, sort = false, skip = false, finite = false;
  std::string indent, item = ", ", key = ": ";
  const Value* otherwise = nullptr;
  std::vector<const Object*> around;
};

void quote(const std::string& text, bool ascii, std::string& out) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    std::uint32_t point = decode_point(text, at);
    if (point == '"' || point == '\\') {
      out += '\\';
      out += static_cast<char>(point);
    } else if (point == '\n') out += "\\n";
    else if (point == '\r') out += "\\r";
    else if (point == '\t') out += "\\t";
    else if (point == '\b') out += "\\b";
    else if (point == '\f') out += "\\f";
    else if (point < 0x20 || (ascii && point >= 0x80 && point < 0x10000))
      out += fmt::format("\\u{:04x}", point);
    else if (ascii && point >= 0x10000) {
      point -= 0x10000;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
    } else {
      out += std::string_view(text).substr(from, at - from);
    }
  }
  out += '"';
}

bool write(Run& run, const Value& v, Layout& layout, std::size_t depth, std::string& out);

void line(Layout& layout, std::size_t depth, std::string& out) {
  if (!layout.pretty) return;
  out += '\n';
  for (std::size_t i = 0; i < depth; ++i) out += layout.indent;
}

struct Row {
  std::string key;
  Value v;
};
bool rows_of(Run& run, const Dict& dict, Layout& layout, std::vector<Row>& rows) {
  Values keys, values;
  LabelId decided = label::kClean;
  for (const auto& entry : dict.entries) {
    if (!entry.live) continue;
    keys.push_back(entry.key);
    values.push_back(entry.value);
  }
  const Values unsorted = keys;
  if (layout.sort && (!sort_by(run, values, unsorted, false, decided) ||
                      !sort_by(run, keys, unsorted, false, decided)))
    return false;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::string key;
    if (is_string(keys[i])) key = text_of(keys[i]);
    else if (keys[i].type() == Type::kNone || keys[i].type() == Type::kBool ||
             keys[i].type() == Type::kFloat || is_integer(keys[i])) {
      if (!write(run, keys[i], layout, 0, key)) return false;
    } else if (layout.skip) {
      continue;
    } else {
      return run.type_error("keys must be str, int, float, bool or None, not " +
                            run.type_of(keys[i])->name);
    }
    rows.push_back({std::move(key), values[i]});
  }
  return true;
}
bool write_dict(Run& run, const Dict& dict, Layout& layout, std::size_t depth, std::string& out) {
  std::vector<Row> rows;
  if (dict.live == 0) return out += "{}", true;
  if (!rows_of(run, dict, layout, rows)) return false;
  out += '{';
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out += layout.item;
    line(layout, depth + 1, out);
    quote(rows[i].key, layout.ascii, out);
    out += layout.key;
    if (!write(run, rows[i].v, layout, depth + 1, out)) return false;
  }
  line(layout, depth, out);
  out += '}';
  return true;
}
bool write_list(Run& run, const Values& items, Layout& layout, std::size_t depth,
                std::string& out) {
  if (items.empty()) return out += "[]", true;
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += layout.item;
    line(layout, depth + 1, out);
    if (!write(run, items[i], layout, depth + 1, out)) return false;
  }
  line(layout, depth, out);
  out += ']';
  return true;
}
bool write_object(Run& run, const Value& v, Layout& layout, std::size_t depth, std::string& out) {
  const bool known = is(v, Kind::kList) || is(v, Kind::kTuple);
  if (known) return write_list(run, Values(as<List>(v)->items), layout, depth, out);
  if (is(v, Kind::kDict)) return write_dict(run, *as<Dict>(v), layout, depth, out);
  if (layout.otherwise == nullptr)
    return run.type_error("Object of type " + run.type_of(v)->name + " is not JSON serializable");
  Arguments one;
  Value made;
  one.list.push_back(v);
  if (!run.call_back(*layout.otherwise, one, made)) return false;
  run.decides(run.deep(made));
  return write(run, made, layout, depth, out);
}

// `depth`: of the indent.
bool write(Run& run, const Value& v, Layout& layout, std::size_t depth, std::string& out) {
  if (!run.string_room(out.size())) return false;
  switch (v.type()) {
    case Type::kUndefined:
    case Type::kNone: return out += "null", true;
    case Type::kBool: return out += v.as_bool() ? "true" : "false", true;
    case Type::kFloat: {
      const double d = v.as_float();
      if (layout.finite && !std::isfinite(d))
        return run.value_error("Out of range float values are not JSON compliant");
      return out += std::isnan(d)   ? "NaN"
                    : std::isinf(d) ? (d > 0 ? "Infinity" : "-Infinity")
                                    : float_repr(d),
             true;
    }
    case Type::kInt: return run.repr(v, out);
    case Type::kObject: break;
  }
  if (is_string(v)) return quote(text_of(v), layout.ascii, out), true;
  if (is(v, Kind::kBig)) return run.repr(v, out);
  if (is(v, Kind::kInstance)) {
    const auto* instance = as<Instance>(v);
    const auto base = static_cast<TypeName>(instance->type->builtin);
    if (instance->type->sort == Class::Sort::kEnum && base != TypeName::kEnum)
      return write(run, instance->items[1], layout, depth, out);
  }
  if (std::ranges::find(layout.around, v.as_object()) != layout.around.end())
    return run.value_error("Circular reference detected");
  if (layout.around.size() >= 200) return run.limit("nesting of values");
  layout.around.push_back(v.as_object());
  const bool ok = write_object(run, v, layout, depth, out);
  layout.around.pop_back();
  return ok && run.charge(1);
}

// Reads the keywords of dumps.
bool layout_of(Run& run, std::span<const Value* const> given, Layout& layout) {
  const auto flag = [&](std::size_t i, bool& out) {
    if (given[i] != nullptr) out = run.truth(*given[i]);
  };
  const auto there = [&](std::size_t i) {
    return given[i] != nullptr && given[i]->type() != Type::kNone;
  };
  bool unchecked = true, any = true;
  flag(1, layout.skip);
  flag(2, layout.ascii);
  flag(3, unchecked);
  flag(4, any);
  flag(8, layout.sort);
  layout.finite = !any;
  if (there(5)) {
    std::int64_t width = 0;
    if (is_string(*given[5])) layout.indent = text_of(*given[5]);
    else if (!run.as_index(*given[5], width)) return false;
    if (width > 100 || layout.indent.size() > 100) return run.limit("indent of more than 100");
    layout.indent += std::string(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
    layout.pretty = true;
    layout.item = ",";
  }
  if (there(6)) {
    Values both;
    if (!run.iterate(*given[6], both)) return false;
    if (both.size() != 2) return run.value_error("separators must be two strings");
    if (!is_string(both[0]) || !is_string(both[1]))
      return run.type_error("separators must be two strings");
    layout.item = text_of(both[0]);
    layout.key = text_of(both[1]);
  }
  if (there(7)) layout.otherwise = given[7];
  return true;
}

bool dumps(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {
      "obj",    "skipkeys",   "ensure_ascii", "check_circular", "allow_nan",
      "indent", "separators", "default",      "sort_keys"};
  const Value* given[9] = {};
  Layout layout;
  std::string text;
  return named(run, a, "dumps", 0, 1, kNames, given, 1) && layout_of(run, given, layout) &&
         write(run, *given[0], layout, 0, text) && run.string(std::move(text), out);
}
bool loads(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"s"};
  const Value* given[1] = {};
  if (!named(run, a, "loads", 0, 1, kNames, given)) return false;
  if (!is_string(*given[0]))
    return run.type_error("the JSON object must be str, not " + run.type_of(*given[0])->name);
  return read_json(run, text_of(*given[0]), out);
}

constexpr Native kJson[] = {{"dumps", dumps}, {"loads", loads}};

}  // namespace

std::span<const Native> json_functions() { return kJson; }

}  // namespace lang
