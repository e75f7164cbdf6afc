// SPDX-License-Identifier: Apache-2.0
// Lists, dicts and sets; items, slices and attributes.
#include <algorithm>
#include <bit>

#include "lang/library.h"

namespace lang {
namespace {

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

struct Span {
  std::int64_t begin = 0, end = 0, step = 1;
  std::size_t count = 0;
};

bool span_of(Run& run, const Slice& slice, std::size_t length, Span& out) {
  const auto n = static_cast<std::int64_t>(length);
  const auto part = [&](const Value& v, std::int64_t otherwise, std::int64_t& to) {
    if (v.type() == Type::kNone) {
      to = otherwise;
      return true;
    }
    return run.as_index(v, to,
                        "slice indices must be integers or None or have an __index__ method");
  };
  if (!part(slice.step, 1, out.step)) return false;
  if (out.step == 0) return run.value_error("slice step cannot be zero");
  const bool up = out.step > 0;
  if (!part(slice.begin, up ? 0 : n - 1, out.begin)) return false;
  if (!part(slice.end, up ? n : -n - 1, out.end)) return false;
  const auto clip = [&](std::int64_t at) {
    if (at < 0) at += n;
    return std::clamp<std::int64_t>(at, up ? 0 : -1, up ? n : n - 1);
  };
  if (slice.begin.type() != Type::kNone || !up) out.begin = clip(out.begin);
  out.end = clip(out.end);
  out.step = std::clamp<std::int64_t>(out.step, -(n + 2), n + 2);
  const std::int64_t distance = up ? out.end - out.begin : out.begin - out.end;
  const std::int64_t width = up ? out.step : -out.step;
  out.count = distance <= 0 ? 0 : static_cast<std::size_t>((distance - 1) / width + 1);
  return true;
}

void rehash(Dict* owner) {
  std::size_t size = 8;
  while (size < owner->entries.size() * 2 + 2) size *= 2;
  owner->index.assign(size, 0);
  for (std::size_t i = 0; i < owner->entries.size(); ++i) {
    if (!owner->entries[i].live) continue;
    std::size_t at = owner->entries[i].hash;
    while (owner->index[at & (size - 1)] != 0) ++at;
    owner->index[at & (size - 1)] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace

Value Run::list(Values items, Kind kind, bool lazy) {
  List* made = heap.make<List>(kind);
  made->items = std::move(items);
  made->lazy = lazy;
  made->own = control_;
  made->mixed = control_ != label::kClean;
  heap.used += made->items.size() * sizeof(Value);
  for (const Value& v : made->items) hold(made, v);
  return Value::object(made);
}

bool Run::string(std::string text, std::size_t points, Value& out) {
  if (text.size() > limits_.string_bytes) return limit("string");
  heap.used += text.size() > 15 ? text.size() : 0;
  steps_ += text.size() / 256;
  out = Value::object(heap.make_text(std::move(text), points));
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

Value Run::short_string(std::string_view text) {
  return Value::object(heap.make_text(std::string(text)));
}

bool Run::push(List* owner, const Value& v) {
  if (owner->items.size() >= limits_.elements) return limit("elements");
  if (owner->items.size() == owner->items.capacity())
    heap.used += std::max<std::size_t>(owner->items.size(), 4) * sizeof(Value);
  owner->items.push_back(v);
  const LabelId known = join(owner->own, owner->inner);
  hold(owner, v);
  grown(known, v);
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

bool same_key(Run& run, const Value& a, const Value& b, bool& same) {
  same = a.type() == b.type() && a.bits() == b.bits() && a.type() != Type::kFloat;
  if (same) return true;
  if (!is_string(a) || !is_string(b)) return run.equal(a, b, same);
  same = text_of(a) == text_of(b);
  return true;
}

// Of the index: where the key is, or the free place where it would be.
bool probe(Run& run, Dict* owner, const Value& key, std::size_t hash, std::size_t& at,
           std::size_t& entry) {
  entry = kNowhere;
  if (owner->index.empty()) {
    for (std::size_t i = 0; i < owner->entries.size(); ++i) {
      const Dict::Entry& candidate = owner->entries[i];
      if (!candidate.live || candidate.hash != hash) continue;
      bool same = false;
      if (!same_key(run, candidate.key, key, same)) return false;
      if (!same) continue;
      entry = i;
      return true;
    }
    return true;
  }
  const std::size_t mask = owner->index.size() - 1;
  std::size_t probes = 0;
  for (at = hash & mask; owner->index[at] != 0; at = (at + 1) & mask) {
    if (++probes % 16 == 0 && !run.charge(1)) return false;
    const std::size_t place = owner->index[at] - 1;
    const Dict::Entry& candidate = owner->entries[place];
    if (!candidate.live || candidate.hash != hash) continue;
    bool same = false;
    if (!same_key(run, candidate.key, key, same)) return false;
    if (!same) continue;
    entry = place;
    return true;
  }
  return true;
}

Dict::Entry* Run::find(Dict* owner, const Value& key, bool& ok) {
  std::size_t h = 0, at = 0, entry = kNowhere;
  ok = hash(key, h);
  if (!ok || owner->entries.empty()) return nullptr;
  ok = probe(*this, owner, key, h, at, entry);
  return !ok || entry == kNowhere ? nullptr : &owner->entries[entry];
}

Dict::Entry* Run::find_text(Dict* owner, std::string_view key) {
  for (auto& entry : owner->entries)
    if (entry.live && is_string(entry.key) && text_of(entry.key) == key) return &entry;
  return nullptr;
}

bool Run::put(Dict* owner, const Value& key, const Value& v) {
  std::size_t h = 0, at = 0, entry = kNowhere;
  if (!hash(key, h)) {
    if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, deep(key));
    return false;
  }
  if (owner->entries.capacity() == 0) {
    owner->entries.reserve(4);
    heap.used += std::size_t{4} * 56;
  }
  if (owner->entries.size() >= Dict::kFew &&
      (owner->entries.size() + 1) * 2 > owner->index.size()) {
    if (owner->live * 2 < owner->entries.size())
      std::erase_if(owner->entries, [](const Dict::Entry& e) { return !e.live; });
    rehash(owner);
  }
  if (!probe(*this, owner, key, h, at, entry)) return false;
  const LabelId shape_label = deep(key);  // which keys there are is the shape
  if (!at_most(shape_label, owner->own)) {
    raise_own(owner, shape_label);
    heap.changed();
  }
  const LabelId known = join(owner->own, owner->inner);
  hold(owner, key);
  hold(owner, v);
  grown(known, key);
  grown(known, v);
  if (entry != kNowhere) {
    owner->entries[entry].value = v;
    return true;
  }
  if (owner->live >= limits_.elements) return limit("elements");
  if (owner->entries.size() == owner->entries.capacity())
    heap.used += std::max<std::size_t>(owner->entries.size(), 4) * 56;
  owner->entries.push_back({key, v, h, true});
  if (!owner->index.empty()) owner->index[at] = static_cast<std::uint32_t>(owner->entries.size());
  ++owner->live;
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

// A text as a key that is not there yet; everything under `l`, as from_json() makes it.
bool Run::put_new(Dict* owner, const Value& key, const Value& v, LabelId l) {
  if (owner->entries.size() >= Dict::kFew) return put(owner, key.with(l), v);
  std::size_t h = 0;
  if (!hash(key, h)) return false;
  if (owner->entries.capacity() == owner->entries.size()) heap.used += std::size_t{Dict::kFew} * 56;
  owner->own = join(owner->own, l);
  hold(owner, key.with(l));
  hold(owner, v);
  owner->entries.push_back({key.with(l), v, h, true});
  ++owner->live;
  return heap.used <= limits_.heap_bytes ? true : limit("heap");
}

bool Run::remove(Dict* owner, const Value& key, bool& there, Value& out) {
  bool ok = true;
  Dict::Entry* entry = find(owner, key, ok);
  there = entry != nullptr;
  if (!ok || !there) return ok;
  out = entry->value;
  entry->live = false;
  --owner->live;
  if (owner->live == 0) {
    owner->entries.clear();
    owner->index.clear();
  }
  heap.changed();
  return true;
}

bool Run::iterate(const Value& v, Values& out) {
  const LabelId l = shape(v);
  const auto add = [&](const Value& item) { out.push_back(read(v, item)); };
  if (v.type() == Type::kObject) switch (v.as_object()->kind) {
      case Kind::kList:
      case Kind::kTuple:
      case Kind::kDeque:
        // As much as pushing one by one would take: what a list has room for counts.
        if (out.empty() && !as<List>(v)->items.empty())
          out.reserve(std::bit_ceil(as<List>(v)->items.size()));
        for (const Value& item : as<List>(v)->items) add(item);
        return charge(out.size() / 8 + 1);
      case Kind::kDict:
      case Kind::kSet:
        for (const auto& entry : as<Dict>(v)->entries)
          if (entry.live) add(entry.key);
        return charge(out.size() / 8 + 1);
      case Kind::kString: {
        const std::string& text = text_of(v);
        if (!room(text.size())) return false;
        for (std::size_t at = 0; at < text.size();) {
          const std::size_t from = at;
          decode_point(text, at);
          add(short_string(std::string_view(text).substr(from, at - from)));
        }
        return charge(text.size());
      }
      case Kind::kRange: {
        const auto* range = as<Range>(v);
        if (range->size() > limits_.elements) return limit("elements");
        for (std::size_t i = 0; i < range->size(); ++i) add(Value::integer(range->at(i)));
        return charge(range->size());
      }
      case Kind::kClass:
        if (as<Class>(v)->sort != Class::Sort::kEnum) break;
        for (const auto& [name, member] : as<Class>(v)->members) add(member);
        return true;
      case Kind::kInstance: {
        if (as<Instance>(v)->type->sort != Class::Sort::kModel) break;
        const auto* instance = as<Instance>(v);
        for (std::size_t i = 0; i < instance->items.size(); ++i)
          add(list({short_string(instance->type->fields[i].name), instance->items[i]},
                   Kind::kTuple));
        return true;
      }
      default: break;
    }
  return raise(TypeName::kTypeError, "'" + type_of(v)->name + "' object is not iterable", l);
}

namespace {

bool in_range(Run& run, const Value& index, std::size_t length, const char* what, const char* name,
              std::size_t& out) {
  std::int64_t at = 0;
  if (!is_integer(index))
    return run.type_error(std::string(name) + " indices must be integers or slices, not " +
                          run.type_of(index)->name);
  if (!run.as_index(index, at)) return false;
  const auto n = static_cast<std::int64_t>(length);
  if (at < 0) at += n;
  if (at < 0 || at >= n)
    return run.raise(TypeName::kIndexError, std::string(what) + " index out of range");
  out = static_cast<std::size_t>(at);
  return true;
}

bool slice_string(Run& run, const String& from, const Slice& slice, Value& out) {
  Span span;
  if (!span_of(run, slice, from.length, span)) return false;
  std::string made;
  if (from.ascii()) {
    for (std::size_t i = 0; i < span.count; ++i)
      made += from.text[static_cast<std::size_t>(span.begin +
                                                 static_cast<std::int64_t>(i) * span.step)];
  } else {
    std::vector<std::uint32_t> points;
    for (std::size_t at = 0; at < from.text.size();) points.push_back(decode_point(from.text, at));
    for (std::size_t i = 0; i < span.count; ++i)
      append_point(
          points[static_cast<std::size_t>(span.begin + static_cast<std::int64_t>(i) * span.step)],
          made);
  }
  return run.string(std::move(made), out);
}

bool slice_list(Run& run, const Value& owner, const Slice& slice, Value& out) {
  Span span;
  const Values& items = as<List>(owner)->items;
  if (!span_of(run, slice, items.size(), span)) return false;
  Values made;
  for (std::size_t i = 0; i < span.count; ++i)
    made.push_back(
        items[static_cast<std::size_t>(span.begin + static_cast<std::int64_t>(i) * span.step)]);
  if (!run.room(made.size())) return false;
  out = run.list(std::move(made), owner.as_object()->kind);
  return true;
}

bool dict_item(Run& run, const Value& owner, const Value& index, Value& out) {
  bool ok = true;
  Dict* dict = as<Dict>(owner);
  if (const Dict::Entry* entry = run.find(dict, index, ok)) {
    out = entry->value;
    return true;
  }
  if (!ok) return false;
  if (dict->flavour == Dict::Flavour::kCounter) {
    out = Value::integer(0);
    return true;
  }
  if (dict->flavour == Dict::Flavour::kDefault && dict->factory.type() != Type::kUndefined) {
    Arguments none;
    if (!run.call_under(run.join(run.shape(owner), run.deep(index)), dict->factory, none, out))
      return false;
    run.touch(owner, run.deep(index));
    out = run.labelled(out, run.control());
    return run.put(dict, index, out);
  }
  auto* made = run.heap.make<Instance>(run.type(TypeName::kKeyError));
  made->items.push_back(index);
  run.hold(made, index);
  return run.raise_value(Value::object(made));
}

bool slice_range(Run& run, const Range& range, const Slice& slice, Value& out) {
  Span span;
  if (!span_of(run, slice, range.size(), span)) return false;
  std::int64_t by = 1;
  const Value& given = slice.step;
  if (given.type() != Type::kNone && !run.as_index(given, by)) return false;
  const auto step = static_cast<std::int64_t>(static_cast<std::uint64_t>(range.step) *
                                              static_cast<std::uint64_t>(by));
  out = Value::object(run.heap.make<Range>(range.at(static_cast<std::size_t>(span.begin)),
                                           range.at(static_cast<std::size_t>(span.end)), step));
  return true;
}

bool deque_item(Run& run, const List& deque, const Value& index, Value& out) {
  std::size_t at = 0;
  if (!is_integer(index))
    return run.type_error("sequence index must be integer, not '" + run.type_of(index)->name + "'");
  if (!in_range(run, index, deque.items.size(), "deque", "deque", at)) return false;
  out = deque.items[at];
  return true;
}

bool item_of(Run& run, const Value& owner, const Value& index, Value& out) {
  std::size_t at = 0;
  if (owner.type() == Type::kObject) switch (owner.as_object()->kind) {
      case Kind::kString: {
        const auto& text = *as<String>(owner);
        if (is(index, Kind::kSlice)) return slice_string(run, text, *as<Slice>(index), out);
        if (!in_range(run, index, text.length, "string", "string", at)) return false;
        if (text.ascii()) {
          out = run.short_string(std::string_view(text.text).substr(at, 1));
          return true;
        }
        const std::size_t from = point_offset(text.text, at);
        std::size_t end = from;
        decode_point(text.text, end);
        out = run.short_string(std::string_view(text.text).substr(from, end - from));
        return run.charge(from / 64);
      }
      case Kind::kList:
      case Kind::kTuple: {
        const bool is_list = owner.as_object()->kind == Kind::kList;
        if (is(index, Kind::kSlice)) return slice_list(run, owner, *as<Slice>(index), out);
        if (!in_range(run, index, as<List>(owner)->items.size(), is_list ? "list" : "tuple",
                      is_list ? "list" : "tuple", at))
          return false;
        out = as<List>(owner)->items[at];
        return true;
      }
      case Kind::kDeque: return deque_item(run, *as<List>(owner), index, out);
      case Kind::kDict: return dict_item(run, owner, index, out);
      case Kind::kRange: {
        const auto* range = as<Range>(owner);
        if (is(index, Kind::kSlice)) {
          return slice_range(run, *range, *as<Slice>(index), out);
        }
        if (!in_range(run, index, range->size(), "range object", "range", at)) return false;
        out = Value::integer(range->at(at));
        return true;
      }
      case Kind::kClass: {
        if (as<Class>(owner)->sort != Class::Sort::kEnum) {
          out = Value::object(run.heap.make<Form>(as<Class>(owner)->name, index));  // list[int]
          return true;
        }
        for (const auto& [name, member] : as<Class>(owner)->members)
          if (is_string(index) && text_of(index) == name) {
            out = member;
            return true;
          }
        return run.raise(TypeName::kKeyError, is_string(index) ? text_of(index) : "");
      }
      case Kind::kForm:
        return out = Value::object(run.heap.make<Form>(as<Form>(owner)->name, index)), true;
      case Kind::kMatch: {
        Arguments arguments;
        arguments.list.push_back(owner);
        arguments.list.push_back(index);
        return find_method(owner, "group")->call(run, arguments, out);
      }
      default: break;
    }
  return run.type_error("'" + run.type_of(owner)->name + "' object is not subscriptable");
}

}  // namespace

// SECURITY: reading an item of a defaultdict changes it where there is none, so that nothing was
// added says as much.
void Run::may_add(const Value& owner, const Value& index) {
  if (!tainted_ || !is(owner, Kind::kDict)) return;
  const auto* dict = as<Dict>(owner);
  const bool adds = dict->flavour == Dict::Flavour::kDefault &&
                    dict->factory.type() != Type::kUndefined && dict->factory.type() != Type::kNone;
  const LabelId why = deep(index);
  if (!adds) return;
  const LabelId l = join(join(shape(owner), why), control_);
  if (owner.is_chosen() || !at_most(l, dict->own)) touch(owner, why);
  if (at_most(l, control_)) return;
  Arguments factory;
  factory.list.push_back(dict->factory);
  may_call(factory, l);
}

bool Run::get_item(const Value& owner, const Value& index, Value& out) {
  may_add(owner, index);
  const LabelId l = join(shape(owner), deep(index));
  if (!item_of(*this, owner, index, out)) {
    if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, l);
    return false;
  }
  if (is(index, Kind::kSlice) && out.type() == Type::kObject && is_container(out.as_object()))
    raise_own(out.as_object(), l);
  out = read(owner, out, deep(index));
  return true;
}

bool Run::set_item(const Value& owner, const Value& index, const Value& v) {
  const LabelId l = join(shape(owner), deep(index));
  may_raise(l);
  const auto failed = [&](bool ok) {
    if (!ok && pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, l);
    return ok;
  };
  if (is(owner, Kind::kList) || is(owner, Kind::kDeque)) {
    auto& items = as<List>(owner)->items;
    const bool deque = is(owner, Kind::kDeque);
    if (is(index, Kind::kSlice) && !deque) {
      Span span;
      Values fresh;
      if (!failed(span_of(*this, *as<Slice>(index), items.size(), span)) || !iterate(v, fresh))
        return false;
      if (span.step != 1 && fresh.size() != span.count)
        return failed(value_error("attempt to assign sequence of size " +
                                  std::to_string(fresh.size()) + " to extended slice of size " +
                                  std::to_string(span.count)));
      touch(owner, join(l, shape(v)));
      for (const Value& item : fresh) hold(as<List>(owner), item);
      if (span.step != 1) {
        for (std::size_t i = 0; i < span.count; ++i)
          items[static_cast<std::size_t>(span.begin + static_cast<std::int64_t>(i) * span.step)] =
              fresh[i];
        return true;
      }
      const auto from = items.begin() + span.begin;
      const auto place = items.erase(from, from + static_cast<std::ptrdiff_t>(span.count));
      items.insert(place, fresh.begin(), fresh.end());
      heap.used += fresh.size() * sizeof(Value);
      return room(items.size());
    }
    std::size_t at = 0;
    if (!is_integer(index) ||
        !in_range(*this, index, items.size(), deque ? "deque" : "list assignment", "list", at)) {
      if (pending.kind == Pending::Kind::kNone)
        type_error("list indices must be integers or slices, not " + type_of(index)->name);
      return failed(false);
    }
    touch(owner, l);
    items[at] = v;
    hold(as<List>(owner), v);
    return true;
  }
  if (is(owner, Kind::kDict)) {
    touch(owner, l);
    return failed(put(as<Dict>(owner), index, v));
  }
  return failed(
      type_error("'" + type_of(owner)->name + "' object does not support item assignment"));
}

bool Run::delete_item(const Value& owner, const Value& index) {
  const LabelId l = join(shape(owner), deep(index));
  may_raise(l);
  bool ok = false;
  if (is(owner, Kind::kDict)) {
    bool there = false;
    Value gone;
    ok = remove(as<Dict>(owner), index, there, gone);
    if (ok && !there && as<Dict>(owner)->flavour != Dict::Flavour::kCounter) {
      Value none;
      ok = item_of(*this, owner, index, none) && raise(TypeName::kKeyError, "");
    }
  } else if (is(owner, Kind::kList) || is(owner, Kind::kDeque)) {
    auto& items = as<List>(owner)->items;
    const bool deque = is(owner, Kind::kDeque);
    std::size_t at = 0;
    if (is(index, Kind::kSlice) && !deque) {
      Span span;
      ok = span_of(*this, *as<Slice>(index), items.size(), span);
      std::vector<bool> gone(items.size());
      for (std::size_t i = 0; ok && i < span.count; ++i)
        gone[static_cast<std::size_t>(span.begin + static_cast<std::int64_t>(i) * span.step)] =
            true;
      Values kept;
      for (std::size_t i = 0; i < items.size(); ++i)
        if (!gone[i]) kept.push_back(items[i]);
      items = std::move(kept);
    } else if (in_range(*this, index, items.size(), deque ? "deque" : "list assignment", "list",
                        at)) {
      ok = true;
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
    }
  } else {
    type_error("'" + type_of(owner)->name + "' object doesn't support item deletion");
  }
  if (ok) touch(owner, l);
  else if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, l);
  return ok;
}

bool Run::get_attribute(const Value& owner, const std::string& name, Value& out) {
  const LabelId l = shape(owner);
  if (is(owner, Kind::kModule)) {
    const auto module = static_cast<ModuleName>(as<Module>(owner)->index);
    if (!module_has(module, name))
      return raise(TypeName::kAttributeError,
                   "module '" + std::string(kModuleNames[as<Module>(owner)->index]) +
                       "' has no attribute '" + name + "'");
    return module_member(*this, module, name, out);
  }
  if (is(owner, Kind::kInstance)) {
    const auto* instance = as<Instance>(owner);
    const Class* type = instance->type;
    const auto item = [&](std::size_t i) {
      out = read(owner, instance->items[i]);
      return true;
    };
    if (type->sort == Class::Sort::kException && name == "args") {
      out = labelled(list(instance->items, Kind::kTuple), l);
      return true;
    }
    if (type->sort == Class::Sort::kEnum && name == "name") return item(0);
    if (type->sort == Class::Sort::kEnum && name == "value") return item(1);
    for (std::size_t i = 0; i < type->fields.size() && i < instance->items.size(); ++i)
      if (type->fields[i].name == name) return item(i);
  }
  if (is(owner, Kind::kClass)) {
    Class* type = as<Class>(owner);
    if (name == "__name__") {
      out = short_string(type->name).with(l);
      return true;
    }
    for (const auto& [known, member] : type->members)
      if (known == name) {
        out = labelled(member, l);
        return true;
      }
    for (const Field& field : type->fields)
      if (field.name == name && field.initial.type() != Type::kUndefined) {
        out = labelled(field.initial, l);
        return true;
      }
  }
  if (is(owner, Kind::kFunction) && name == "__name__") {
    const Node& n = at(as<Function>(owner)->node);
    out = short_string(n.kind == NodeKind::kLambda ? "<lambda>" : text(n.text)).with(l);
    return true;
  }
  bool known = false;
  if (!library_attribute(*this, owner, name, out, known)) return false;
  if (known) return out = labelled(out, l), true;
  if (const Native* method = unbound_method(owner, name)) {
    out = Value::object(heap.make<NativeFunction>(*method), l);
    return true;
  }
  if (const Native* method = find_method(owner, name)) {
    auto* bound = heap.make<Bound>(owner, *method);
    hold(bound, owner);
    out = Value::object(bound, l);
    return true;
  }
  const bool is_type = is(owner, Kind::kClass);
  return raise(TypeName::kAttributeError,
               (is_type ? "type object '" + as<Class>(owner)->name + "'"
                        : "'" + type_of(owner)->name + "' object") +
                   " has no attribute '" + name + "'",
               l);
}

bool Run::set_attribute(const Value& owner, const std::string& name, const Value& v) {
  const LabelId l = shape(owner);
  if (is(owner, Kind::kInstance)) {
    auto* instance = as<Instance>(owner);
    const Class* type = instance->type;
    for (std::size_t i = 0; i < type->fields.size() && i < instance->items.size(); ++i) {
      if (type->fields[i].name != name) continue;
      if (type->is_frozen)
        return raise(TypeName::kFrozenInstanceError, "cannot assign to field '" + name + "'", l);
      touch(owner);
      instance->items[i] = v;
      hold(instance, v);
      return true;
    }
  }
  return raise(TypeName::kAttributeError,
               "'" + type_of(owner)->name + "' object has no attribute '" + name + "'", l);
}

}  // namespace lang
