// SPDX-License-Identifier: Apache-2.0
// repr, str and format specs, as CPython writes them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lang/characters.h"
#include "lang/moment.h"
#include "lang/native.h"
#include "lang/regex.h"

namespace lang {
void repr_string(const std::string& text, std::string& out) {
  const bool twice = text.find('\'') != std::string::npos && text.find('"') == std::string::npos;
  const char quote = twice ? '"' : '\'';
  out += quote;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const std::uint32_t point = decode_point(text, at);
    if (point == static_cast<unsigned char>(quote) || point == '\\') {
      out += '\\';
      out += static_cast<char>(point);
    } else if (point == '\n') {
      out += "\\n";
    } else if (point == '\r') {
      out += "\\r";
    } else if (point == '\t') {
      out += "\\t";
    } else if (!is_printable(point)) {
      out += point < 0x100     ? fmt::format("\\x{:02x}", point)
             : point < 0x10000 ? fmt::format("\\u{:04x}", point)
                               : fmt::format("\\U{:08x}", point);
    } else {
      out += std::string_view(text).substr(from, at - from);
    }
  }
  out += quote;
}

namespace {

// CPython prints a Counter as most_common() gives it; as it is, where counts have no order.
bool greatest_first(Run& run, std::vector<Dict::Entry>& entries) {
  std::erase_if(entries, [](const Dict::Entry& e) { return !e.live; });
  Values places, counts;
  LabelId decided = label::kClean;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    places.push_back(Value::integer(static_cast<std::int64_t>(i)));
    counts.push_back(entries[i].value);
  }
  if (!sort_by(run, places, counts, true, decided)) {
    if (run.pending.kind != Pending::Kind::kRaise) return false;
    run.pending = {};
    return true;
  }
  const auto before = entries;
  for (std::size_t i = 0; i < entries.size(); ++i)
    entries[i] = before[static_cast<std::size_t>(places[i].as_int())];
  return true;
}

std::string class_repr(const Class& type) {
  const auto builtin = static_cast<TypeName>(type.builtin);
  if (type.sort == Class::Sort::kEnum) return "<enum '" + type.name + "'>";
  if (type.sort != Class::Sort::kBuiltin && type.name != kTypeRows[type.builtin].name)
    return "<class '__main__." + type.name + "'>";
  const bool moment = builtin >= TypeName::kDate && builtin <= TypeName::kTimezone;
  const bool collection = builtin >= TypeName::kCounter && builtin <= TypeName::kDeque;
  return std::string("<class '") +
         (moment       ? "datetime."
          : collection ? "collections."
                       : "") +
         type.name + "'>";
}

}  // namespace

bool Run::repr_dict(const Value& v, std::string& out) {
  const auto* dict = as<Dict>(v);
  const bool is_dict = v.as_object()->kind == Kind::kDict;
  const bool wrapped = dict->frozen || dict->flavour != Dict::Flavour::kPlain;
  if (wrapped) {
    out += type_of(v)->name + "(";
    if (dict->flavour == Dict::Flavour::kDefault) {
      if (!repr(dict->factory, out)) return false;
      out += ", ";
    }
    if (dict->live == 0 && dict->flavour != Dict::Flavour::kDefault) return out += ")", true;
  }
  if (!is_dict && dict->live == 0) return out += "set()", true;
  if (dict->flavour == Dict::Flavour::kOrdered) {
    out += "[";
    bool first_pair = true;
    for (const auto& entry : dict->entries) {
      if (!entry.live) continue;
      out += std::exchange(first_pair, false) ? "(" : ", (";
      if (!repr(entry.key, out)) return false;
      out += ", ";
      if (!repr(entry.value, out)) return false;
      out += ")";
    }
    return out += "])", true;
  }
  out += "{";
  bool first = true;
  auto entries = dict->entries;
  if (dict->flavour == Dict::Flavour::kCounter && !greatest_first(*this, entries)) return false;
  for (const auto& entry : entries) {
    if (!entry.live) continue;
    if (!std::exchange(first, false)) out += ", ";
    if (!repr(entry.key, out)) return false;
    if (is_dict) out += ": ";
    if (is_dict && !repr(entry.value, out)) return false;
  }
  out += wrapped ? "})" : "}";
  return true;
}

bool Run::repr_instance(const Value& v, std::string& out) {
  const auto* instance = as<Instance>(v);
  const Class* type = instance->type;
  if (type->sort == Class::Sort::kEnum) {
    out += "<" + type->name + "." + text_of(instance->items[0]) + ": ";
    if (!repr(instance->items[1], out)) return false;
    return out += ">", true;
  }
  out += type->name + "(";
  if (type->sort == Class::Sort::kException) {
    for (std::size_t i = 0; i < instance->items.size(); ++i) {
      if (i > 0) out += ", ";
      if (!repr(instance->items[i], out)) return false;
    }
  } else {
    for (std::size_t i = 0; i < instance->items.size(); ++i) {
      out += (i > 0 ? ", " : "") + type->fields[i].name + "=";
      if (!repr(instance->items[i], out)) return false;
    }
  }
  return out += ")", true;
}

bool Run::repr(const Value& v, std::string& out) {
  switch (v.type()) {
    case Type::kUndefined:
    case Type::kNone: out += "None"; return true;
    case Type::kBool: out += v.as_bool() ? "True" : "False"; return true;
    case Type::kInt: out += std::to_string(v.as_int()); return true;
    case Type::kFloat: out += float_repr(v.as_float()); return true;
    case Type::kObject: break;
  }
  Deeper deeper(*this);
  if (!deeper.fits() || !string_room(out.size())) return false;
  const auto all = [&](const Values& items, std::string_view separator) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += separator;
      if (!repr(items[i], out)) return false;
    }
    return true;
  };
  switch (v.as_object()->kind) {
    case Kind::kString: repr_string(text_of(v), out); return true;
    case Kind::kBig: out += integer_text(v); return true;
    case Kind::kList:
      out += "[";
      if (!all(as<List>(v)->items, ", ")) return false;
      out += "]";
      return true;
    case Kind::kTuple:
      out += "(";
      if (!all(as<List>(v)->items, ", ")) return false;
      out += as<List>(v)->items.size() == 1 ? ",)" : ")";
      return true;
    case Kind::kDeque:
      out += "deque([";
      if (!all(as<List>(v)->items, ", ")) return false;
      out += as<List>(v)->most < 0 ? "])" : fmt::format("], maxlen={})", as<List>(v)->most);
      return true;
    case Kind::kDict:
    case Kind::kSet: return repr_dict(v, out);
    case Kind::kRange: {
      const auto* range = as<Range>(v);
      out += fmt::format("range({}, {}", range->begin, range->end);
      out += range->step == 1 ? ")" : fmt::format(", {})", range->step);
      return true;
    }
    case Kind::kInstance: return repr_instance(v, out);
    case Kind::kClass: return out += class_repr(*as<Class>(v)), true;
    case Kind::kSlice:
      out += "slice(";
      if (!all({as<Slice>(v)->begin, as<Slice>(v)->end, as<Slice>(v)->step}, ", ")) return false;
      out += ")";
      return true;
    case Kind::kPattern: return repr_pattern(*this, *as<Pattern>(v), out);
    case Kind::kMatch: return repr_match(*this, *as<Match>(v), out);
    case Kind::kMoment: moment_repr(*as<Moment>(v), out); return true;
    default: out += "<" + type_of(v)->name + ">"; return true;
  }
}

bool Run::str(const Value& v, std::string& out) {
  if (is_string(v)) {
    out += text_of(v);
    return string_room(out.size());
  }
  if (is_moment(v)) return out += moment_text(*as<Moment>(v)), true;
  if (is(v, Kind::kInstance)) {
    const auto* instance = as<Instance>(v);
    const Class* type = instance->type;
    if (type->sort == Class::Sort::kException) {
      if (instance->items.empty()) return true;
      if (instance->items.size() == 1)
        return type->is(this->type(TypeName::kKeyError)) ? repr(instance->items[0], out)
                                                         : str(instance->items[0], out);
      return repr(list(instance->items, Kind::kTuple), out);
    }
    if (type->sort == Class::Sort::kEnum) {
      if (static_cast<TypeName>(type->builtin) != TypeName::kEnum && !type->is_mixed)
        return str(instance->items[1], out);
      out += type->name + "." + text_of(instance->items[0]);
      return true;
    }
    if (type->sort == Class::Sort::kModel) {
      for (std::size_t i = 0; i < instance->items.size(); ++i) {
        out += (i > 0 ? " " : "") + type->fields[i].name + "=";
        if (!repr(instance->items[i], out)) return false;
      }
      return true;
    }
  }
  return repr(v, out);
}

bool Run::print(std::string text, LabelId l) {
  if (output_.size() + text.size() > limits_.output_bytes) return limit("output");
  output_ += text;
  output_label_ = join(output_label_, join(l, control_));
  return charge(text.size() / 64 + 1);
}

}  // namespace lang
