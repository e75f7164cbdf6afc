// SPDX-License-Identifier: Apache-2.0
// The types of values.
#include "lang/library.h"
#include "lang/moment.h"

namespace lang {

Class* Run::type(TypeName name) {
  Class*& made = types_[static_cast<std::size_t>(name)];
  if (made != nullptr) return made;
  const TypeRow& row = kTypeRows[static_cast<std::size_t>(name)];
  Class* base = row.base == name ? nullptr : type(row.base);
  const auto sort =
      name >= TypeName::kBaseException ? Class::Sort::kException : Class::Sort::kBuiltin;
  made = heap.make<Class>(sort, std::string(row.name), base);
  made->builtin = static_cast<std::uint8_t>(name);
  add_constants(*this, made);
  return made;
}

Class* Run::type_of(const Value& v) {
  switch (v.type()) {
    case Type::kUndefined:
    case Type::kNone: return type(TypeName::kNoneType);
    case Type::kBool: return type(TypeName::kBool);
    case Type::kInt: return type(TypeName::kInt);
    case Type::kFloat: return type(TypeName::kFloat);
    case Type::kObject: break;
  }
  switch (v.as_object()->kind) {
    case Kind::kString: return type(TypeName::kStr);
    case Kind::kBig: return type(TypeName::kInt);
    case Kind::kList: return type(TypeName::kList);
    case Kind::kDeque: return type(TypeName::kDeque);
    case Kind::kForm: return type(TypeName::kTyping);
    case Kind::kTuple: return type(TypeName::kTuple);
    case Kind::kDict: {
      const auto flavour = as<Dict>(v)->flavour;
      return type(flavour == Dict::Flavour::kCounter   ? TypeName::kCounter
                  : flavour == Dict::Flavour::kDefault ? TypeName::kDefaultDict
                  : flavour == Dict::Flavour::kOrdered ? TypeName::kOrderedDict
                                                       : TypeName::kDict);
    }
    case Kind::kSet: return type(as<Dict>(v)->frozen ? TypeName::kFrozenset : TypeName::kSet);
    case Kind::kRange: return type(TypeName::kRange);
    case Kind::kSlice: return type(TypeName::kSlice);
    case Kind::kClass: return type(TypeName::kType);
    case Kind::kInstance: return as<Instance>(v)->type;
    case Kind::kModule: return type(TypeName::kModule);
    case Kind::kPattern: return type(TypeName::kPattern);
    case Kind::kMatch: return type(TypeName::kMatch);
    case Kind::kMoment: return type(as<Moment>(v)->type);
    default: return type(TypeName::kFunction);
  }
}

bool is_subclass(Run& run, const Class* type, const Class* wanted) {
  if (wanted == run.type(TypeName::kObject) || type->is(wanted)) return true;
  if (type->sort != Class::Sort::kEnum) return false;
  const auto base = static_cast<TypeName>(type->builtin);  // an IntEnum is an int
  return (base == TypeName::kIntEnum && wanted == run.type(TypeName::kInt)) ||
         (base == TypeName::kStrEnum && wanted == run.type(TypeName::kStr));
}

bool Run::is_a(const Value& v, const Class* wanted) {
  return is_subclass(*this, type_of(v), wanted);
}

}  // namespace lang
