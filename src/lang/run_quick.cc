// SPDX-License-Identifier: Apache-2.0
#include "lang/quick.h"

#include "lang/run.h"

namespace lang {

// `owner[index] = v` where the key is there already.
bool Run::quick_set_item(const Value& owner, const Value& index, const Value& v) {
  if (tainted_ || !is_simple(v) || v.type() == Type::kUndefined) return false;
  const Value* there = quick_item(owner, index);
  if (there == nullptr || owner.as_object()->kind == Kind::kTuple) return false;
  *const_cast<Value*>(there) = v;
  return true;
}

bool Run::quick_call(Quick quick, const Value* first, std::size_t count, Value& out) {
  const Value& receiver = first[1];
  if (receiver.type() != Type::kObject) return false;
  if (quick == Quick::kAppend && !tainted_) {
    if (count != 1 || receiver.as_object()->kind != Kind::kList) return false;
    const Value v = first[2];
    if (!is_simple(v)) return false;
    List* list = as<List>(receiver);
    if (list->items.size() == list->items.capacity()) return false;
    if (list->items.size() >= limits_.elements) return false;
    list->items.push_back(v);
    out = Value::none();
    ++steps_;
    return true;
  }
  return quick == Quick::kGet && quick_get(first, count, out);
}

// As call_native() does it for `get`: the result is under all that was read.
bool Run::quick_get(const Value* first, std::size_t count, Value& out) {
  if (count == 0 || count > 2 || first[1].as_object()->kind != Kind::kDict) return false;
  auto* dict = as<Dict>(first[1]);
  if (dict->flavour != Dict::Flavour::kPlain) return false;
  const Dict::Entry* entry = quick_find(*dict, first[2]);
  if (entry == nullptr) return false;
  const Value found = entry->value;
  ++steps_;
  if (!tainted_) {
    out = found;
    return true;
  }
  LabelId l = join(shape(first[1]), first[2].label());
  if (count == 2) l = join(l, shape(first[3]));
  out = decided(found, l);
  survived(l);
  return true;
}

}  // namespace lang
