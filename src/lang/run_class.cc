// SPDX-License-Identifier: Apache-2.0
// Classes: pydantic-like models, dataclasses, enums and exceptions. A class body is data: fields,
// their annotations and defaults; nothing in it runs but the defaults.
#include "lang/field_limit.h"
#include "lang/native.h"
#include "schema/write.h"

namespace lang {

namespace {

// One `@` between a name and a domain with a dot, no blanks.
bool looks_like_mail(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find('.', at + 2) != std::string_view::npos && !text.ends_with('.') &&
         text.find_first_of(" \t\r\n,;<>") == std::string_view::npos;
}
// Options of @dataclass that change nothing here.
bool known_option(std::string_view name, bool on) {
  if (name == "eq" || name == "repr" || name == "init") return on;
  return name == "slots" || ((name == "kw_only" || name == "unsafe_hash") && !on);
}

}  // namespace

bool Run::class_head(NodeId id, const Value* values, Value& out) {
  const Node& n = at(id);
  const Node& bases = at(n.a);
  Class* base = nullptr;
  bool mixed = false;
  for (std::uint32_t i = 0; i < bases.count; ++i) {
    if (at(part(bases, i)).kind == NodeKind::kKeyword)
      return type_error("class keywords are not part of the plan language");
    const Value v = *values++;
    if (!is(v, Kind::kClass)) return type_error("a class can only derive from a class");
    if (base == nullptr || base == type(TypeName::kStr) ||
        base == type(TypeName::kInt)) {  // class X(str, Enum)
      const Class* before = base;
      base = as<Class>(v);
      if (before != nullptr && base == type(TypeName::kEnum))
        base = type(before == type(TypeName::kStr) ? TypeName::kStrEnum : TypeName::kIntEnum);
      mixed = before != nullptr;
    } else {
      return type_error("a class derives from one class only");
    }
  }
  auto sort = Class::Sort::kData;
  std::uint8_t builtin = 0;
  if (base != nullptr) {
    const bool is_enum = base->is(type(TypeName::kEnum));
    sort = is_enum                                ? Class::Sort::kEnum
           : base->is(type(TypeName::kBaseModel)) ? Class::Sort::kModel
                                                  : base->sort;
    builtin = base->builtin;
    if (sort == Class::Sort::kBuiltin)
      return type_error(
          "a plan's class derives from BaseModel, Enum, IntEnum, StrEnum or an exception");
  }
  Class* made = heap.make<Class>(sort, text(n.text), base);
  made->builtin = builtin;
  made->own = control_;
  made->is_mixed = mixed || (base != nullptr && base->is_mixed);
  if (base != nullptr) {
    made->fields = base->fields;
    made->is_frozen = base->is_frozen;
    made->is_ordered = base->is_ordered;
    made->names = base->names;
  }
  for (std::uint32_t i = 0; n.b != kNoNode && i < at(n.b).count; ++i) {
    const Node& decorator = at(part(at(n.b), i));
    for (std::uint32_t k = 0; decorator.kind == NodeKind::kCall && k < decorator.count; ++k) {
      const Node& keyword = at(part(decorator, k));
      if (keyword.kind != NodeKind::kKeyword) return type_error("@dataclass takes keywords only");
      const Value v = *values++;
      const std::string name = keyword.text == kNoText ? "**" : text(keyword.text);
      if (name == "frozen") made->is_frozen = truth(v);
      else if (name == "order") made->is_ordered = truth(v);
      else if (!known_option(name, truth(v)))
        return type_error("@dataclass(" + name + "=...) is not part of the plan language");
    }
  }
  out = Value::object(made);
  return true;
}

bool Run::class_member(Class* made, NodeId id, const Value* values) {
  const Node& n = at(id);
  return n.kind == NodeKind::kAnnotated ? add_field(made, n, values) : add_member(made, n, values);
}

bool Run::field_options(const Node& call, const Value* values, Field& field) {
  for (std::uint32_t i = 0; i < call.count; ++i) {
    const Node& option_node = at(part(call, i));
    const Value v = *values++;
    if (option_node.kind != NodeKind::kKeyword) {
      if (option_node.kind == NodeKind::kStar) return type_error("Field() takes no star arguments");
      if (option_node.kind != NodeKind::kEllipsis) field.initial = v;
      continue;
    }
    const std::string name = option_node.text == kNoText ? "" : text(option_node.text);
    if (name == "default") field.initial = v;
    else if (name == "default_factory") field.factory = v;
    else if (name == "description") field.description = v;
    const auto limit = std::ranges::find(kFieldLimits, name);
    if (limit != kFieldLimits.end() &&
        !set_limit(field, static_cast<FieldLimit>(limit - kFieldLimits.begin()), v))
      return false;
  }
  return true;
}

bool Run::add_field(Class* made, const Node& n, const Value* values) {
  Field field;
  field.name = text(at(n.a).text);
  field.annotation = n.b;
  if (n.c != kNoNode) {
    const Node& value = at(n.c);
    const bool options =
        value.kind == NodeKind::kCall &&
        (at(value.a).kind == NodeKind::kName || at(value.a).kind == NodeKind::kAttribute) &&
        (text(at(value.a).text) == "Field" || text(at(value.a).text) == "field");
    if (!options) field.initial = values[0];
    else if (!field_options(value, values, field)) return false;
  }
  keep_names(made, n.b);
  hold(made, field.initial);
  for (const auto& [limit, bound] : field.limits) hold(made, bound);
  for (Field& known : made->fields)
    if (known.name == field.name) {
      known = field;
      return true;
    }
  made->fields.push_back(std::move(field));
  return true;
}

// What the names of an annotation mean here: it is looked at when the frame is gone.
void Run::keep_names(Class* made, NodeId annotation) {
  if (annotation == kNoNode) return;
  const Node& n = at(annotation);
  if (n.kind == NodeKind::kName) {
    const Ref& ref = plan_.refs[annotation];
    if (ref.kind != Ref::Kind::kLocal && ref.kind != Ref::Kind::kCell) return;
    if (const Value* place = place_of(ref)) made->names.emplace_back(annotation, *place);
    return;
  }
  if (n.kind == NodeKind::kCall) return;  // never run
  for (const NodeId inner : {n.a, n.b, n.c}) keep_names(made, inner);
  for (std::uint32_t i = 0; i < n.count; ++i) keep_names(made, part(n, i));
}

// A name in an annotation.
bool Run::annotated_name(const Class* owner, NodeId id, Value& out) {
  const Ref& ref = plan_.refs[id];
  switch (ref.kind) {
    case Ref::Kind::kGlobal: out = globals_[ref.slot]; break;
    case Ref::Kind::kBuiltin: return builtin_value(*this, ref.slot, out);
    case Ref::Kind::kTool: out = Value::object(heap.make<Tool>(ref.slot)); return true;
    default:
      for (const auto& [node, v] : owner->names)
        if (node == id) out = v;
      break;
  }
  return out.type() != Type::kUndefined ||
         raise(TypeName::kNameError, "name '" + text(at(id).text) + "' is not defined",
               out.label());
}

// A value in Literal[...].
bool Run::literal_of(const Class* owner, NodeId id, Value& out) {
  const Node& n = at(id);
  switch (n.kind) {
    case NodeKind::kNone: out = Value::none(); return true;
    case NodeKind::kTrue: out = Value::boolean(true); return true;
    case NodeKind::kFalse: out = Value::boolean(false); return true;
    case NodeKind::kString: return string(text(n.text), out);
    case NodeKind::kFloat:
      out = Value::real(std::strtod(text(n.text).c_str(), nullptr));
      return true;
    case NodeKind::kInt: {
      bool good = false;
      return parse_integer(*this, text(n.text), 0, out, good);
    }
    case NodeKind::kName: return annotated_name(owner, id, out);
    case NodeKind::kUnary: {
      Value v;
      return literal_of(owner, n.a, v) && unary(static_cast<Operator>(n.op), v, out);
    }
    case NodeKind::kAttribute: {
      Value v;
      return literal_of(owner, n.a, v) && get_attribute(v, text(n.text), out);
    }
    default: return type_error("a Literal holds literals");
  }
}

bool Run::add_member(Class* made, const Node& n, const Value* values) {
  const std::string& name = text(at(part(n, 0)).text);
  if (made->sort == Class::Sort::kModel && (name == "model_config" || name == "Config"))
    return true;
  const Node& value = at(n.a);
  const bool unread = (name == "model_config" || name == "Config") &&
                      value.kind != NodeKind::kString && value.kind != NodeKind::kInt;
  if (made->sort != Class::Sort::kEnum || unread)
    return type_error("a field needs a type: `" + name + ": type = default`");
  Value v;
  const bool automatic =
      value.kind == NodeKind::kCall &&
      (at(value.a).kind == NodeKind::kName || at(value.a).kind == NodeKind::kAttribute) &&
      text(at(value.a).text) == "auto";
  if (automatic) {
    v = Value::integer(made->next);
    if (static_cast<TypeName>(made->builtin) == TypeName::kStrEnum) {
      std::string lower = name;
      for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      v = short_string(lower);
    }
  } else {
    v = values[0];
  }
  if (v.type() == Type::kInt && v.as_int() < INT64_MAX) made->next = v.as_int() + 1;
  hold(made, v);
  for (const auto& [known, member] : made->members) {  // an alias
    bool same = false;
    if (!equal(as<Instance>(member)->items[1], v, same)) return false;
    if (!same) continue;
    return true;
  }
  auto* member = heap.make<Instance>(made);
  member->items = {short_string(name), v};
  hold(member, v);
  made->members.emplace_back(name, Value::object(member));
  made->nested = true;
  return true;
}

bool Run::construct(Class* made, Arguments& arguments, Value& out) {
  switch (made->sort) {
    case Class::Sort::kException: return make_exception(made, arguments, out);
    case Class::Sort::kModel:
    case Class::Sort::kData: return make_instance(made, arguments, out);
    case Class::Sort::kEnum:
      if (arguments.size() == 1) {
        const LabelId l = deep(arguments.list[0]);
        for (const auto& [name, member] : made->members) {
          bool same = false;
          if (!equal(as<Instance>(member)->items[1], arguments.list[0], same)) return false;
          if (same || (is(arguments.list[0], Kind::kInstance) &&
                       member.as_object() == arguments.list[0].as_object())) {
            out = labelled(member, l);
            survived(l);
            return true;
          }
        }
        std::string shown;
        return repr(arguments.list[0], shown) &&
               raise(TypeName::kValueError, shown + " is not a valid " + made->name, l);
      }
      break;
    case Class::Sort::kBuiltin: break;
  }
  return type_error("cannot make '" + made->name + "' instances");
}

bool Run::make_exception(Class* made, Arguments& arguments, Value& out) {
  auto* instance = heap.make<Instance>(made);
  instance->own = control_;
  instance->items.assign(arguments.list.begin(), arguments.list.end());
  for (const auto& [name, v] : arguments.keywords) instance->items.push_back(v);
  LabelId l = label::kClean;
  for (const Value& v : instance->items) {
    hold(instance, v);
    l = join(l, deep(v));
  }
  out = Value::object(instance, l);
  return true;
}

bool Run::make_instance(Class* made, Arguments& arguments, Value& out) {
  auto* instance = heap.make<Instance>(made);
  instance->own = control_;
  const bool model = made->sort == Class::Sort::kModel;
  if (model && arguments.size() > 0)
    return type_error(made->name + "() takes keyword arguments only");
  if (arguments.size() > made->fields.size())
    return type_error(made->name + "() takes " + std::to_string(made->fields.size()) +
                      " arguments but " + std::to_string(arguments.size()) + " were given");
  std::size_t used = 0;
  for (std::size_t i = 0; i < made->fields.size(); ++i) {
    const Field& field = made->fields[i];
    Value v;
    const Value* named = arguments.find(field.name);
    if (i < arguments.size()) v = arguments.list[i];
    else if (named != nullptr) v = *named;
    else if (field.factory.type() != Type::kUndefined) {
      Arguments none;
      if (!call(field.factory, none, v)) return false;
    } else {
      v = field.initial;
      const Native* copy_of = model ? find_method(v, "copy") : nullptr;
      Arguments one;
      one.list.push_back(v);
      if (copy_of != nullptr && !call_native(*copy_of, label::kClean, one, v)) return false;
    }
    used += i >= arguments.size() && named != nullptr ? 1 : 0;
    if (v.type() == Type::kUndefined)
      return raise(
          model ? TypeName::kValidationError : TypeName::kTypeError,
          model ? "1 validation error for " + made->name + ": field required: " + field.name
                : made->name + "() missing 1 required positional argument: '" + field.name + "'");
    LabelId l = deep(v);
    for (const auto& [limit, bound] : field.limits) l = join(l, bound.label());
    const bool given = i < arguments.size() || named != nullptr;  // defaults are not checked
    if (model && (!coerce(made, field.annotation, v, made->name + "." + field.name) ||
                  (given && !within(made, field, v)))) {
      if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, l);
      return false;
    }
    if (model) survived(l);
    instance->items.push_back(v);
    hold(instance, v);
  }
  if (!model && used < arguments.keywords.size())
    return type_error(made->name + "() got an unexpected keyword argument");
  out = Value::object(instance);
  return charge(made->fields.size());
}

// What pydantic's lax mode does to one value; a type that is not known admits everything.
bool Run::coerce(const Class* owner, NodeId annotation, Value& v, const std::string& field) {
  bool good = true;
  const LabelId l = v.label();
  if (!coerce_any(owner, annotation, v, good)) return false;
  v = labelled(v, l);
  return good ||
         raise(TypeName::kValidationError, "validation error: " + field + " has another type");
}

bool Run::coerce_named(const std::string& name, Value& v, bool& good) {
  const LabelId l = v.label();
  Value made;
  if (name == "str" || name == "EmailStr") {
    good = is_string(v) && (name == "str" || looks_like_mail(text_of(v)));
  } else if (name == "bool") {
    good = v.type() == Type::kBool;
  } else if (name == "int") {
    if (v.type() == Type::kBool) v = Value::integer(v.as_bool() ? 1 : 0, l);
    if (v.type() == Type::kFloat &&
        v.as_float() == static_cast<double>(static_cast<std::int64_t>(v.as_float())))
      v = Value::integer(static_cast<std::int64_t>(v.as_float()), l);
    good = ::lang::is_integer(v);
    if (is_string(v)) {
      if (!parse_integer(*this, text_of(v), 10, made, good)) return false;
      if (good) v = made.with(l);
    }
  } else if (name == "float") {
    double number = 0;
    good = v.type() == Type::kFloat || ::lang::is_integer(v);
    if (good) v = Value::real(float_of(v), l);
    else if (is_string(v) && parse_float(text_of(v), number)) {
      good = true;
      v = Value::real(number, l);
    }
  } else if (name == "list" || name == "List") {
    good = is(v, Kind::kList);
  } else if (name == "dict" || name == "Dict") {
    good = is(v, Kind::kDict);
  } else if (name == "set" || name == "Set") {
    good = is(v, Kind::kSet);
  } else if (name == "tuple" || name == "Tuple") {
    good = is(v, Kind::kTuple);
  }
  return true;
}

bool Run::coerce_class(Class* type, Value& v, bool& good) {
  if (is(v, Kind::kInstance) && as<Instance>(v)->type->is(type)) return true;
  const bool fields = type->sort == Class::Sort::kModel || type->sort == Class::Sort::kData;
  if (fields && is(v, Kind::kDict)) return validate(type, v, v);
  good = false;
  for (const auto& [name, member] : type->members) {
    bool same = false;
    if (!equal(as<Instance>(member)->items[1], v, same)) return false;
    if (!same) continue;
    v = member.with(v.label());
    good = true;
    return true;
  }
  return true;
}

bool Run::coerce_subscript(const Class* owner, const Node& n, Value& v, bool& good) {
  const Node& head = at(n.a);
  const std::string name = head.text == kNoText ? "" : text(head.text);
  const Node& inner = at(n.b);
  if (name == "Optional" && v.type() == Type::kNone) return true;
  if (name == "Optional") return coerce_any(owner, n.b, v, good);
  if (name == "Annotated")
    return coerce_any(owner, inner.kind == NodeKind::kTuple ? part(inner, 0) : n.b, v, good);
  if (name == "Union" || name == "Literal") {
    const std::uint32_t count = inner.kind == NodeKind::kTuple ? inner.count : 1;
    for (std::uint32_t i = 0; i < count; ++i) {
      const NodeId one = inner.kind == NodeKind::kTuple ? part(inner, i) : n.b;
      good = true;
      if (name == "Union") {
        if (!coerce_any(owner, one, v, good)) return false;
      } else {
        Value literal;
        if (!literal_of(owner, one, literal) || !equal(literal, v, good)) return false;
      }
      if (good) return true;
    }
    return true;
  }
  if (!coerce_named(name, v, good)) return false;
  if (!good) return true;
  if (is(v, Kind::kList)) {
    Values items = as<List>(v)->items;
    for (Value& item : items) {
      if (!coerce_any(owner, n.b, item, good)) return false;
      if (!good) return true;
    }
    const Value made = list(std::move(items));
    raise_own(made.as_object(), shape(v));
    v = made.with(v.label());
  }
  if (is(v, Kind::kDict) && inner.kind == NodeKind::kTuple && inner.count == 2)
    for (auto& entry : as<Dict>(v)->entries) {
      Value item = entry.value;
      if (entry.live && !coerce_any(owner, part(inner, 1), item, good)) return false;
      if (!good) return true;
    }
  return true;
}

bool Run::coerce_any(const Class* owner, NodeId annotation, Value& v, bool& good) {
  if (annotation == kNoNode) return true;
  const Node& n = at(annotation);
  switch (n.kind) {
    case NodeKind::kNone: good = v.type() == Type::kNone; return true;
    case NodeKind::kSubscript: return coerce_subscript(owner, n, v, good);
    case NodeKind::kBinary: {
      if (!coerce_any(owner, n.b, v, good)) return false;
      if (good) return true;
      good = true;
      return coerce_any(owner, n.a, v, good);
    }
    case NodeKind::kName: {
      Value type_value;
      if (!annotated_name(owner, annotation, type_value)) return false;
      if (is(type_value, Kind::kClass) && as<Class>(type_value)->sort != Class::Sort::kBuiltin)
        return coerce_class(as<Class>(type_value), v, good);
      return coerce_named(text(n.text), v, good);
    }
    default: return true;
  }
}

bool Run::validate(Class* made, const Value& v, Value& out) {
  if (!is(v, Kind::kDict))
    return raise(TypeName::kValidationError,
                 "1 validation error for " + made->name + ": a dictionary is needed", deep(v));
  Arguments arguments;
  const LabelId l = shape(v);
  for (const auto& entry : as<Dict>(v)->entries)
    if (entry.live && is_string(entry.key))
      arguments.keywords.emplace_back(text_of(entry.key), labelled(entry.value, l));
  if (made->sort == Class::Sort::kData)  // a model's fields are coerced as it is made
    for (auto& [name, value] : arguments.keywords)
      for (const Field& field : made->fields)
        if (field.name == name &&
            (!coerce(made, field.annotation, value, made->name + "." + field.name) ||
             !within(made, field, value)))
          return false;
  if (!make_instance(made, arguments, out)) {
    if (pending.kind == Pending::Kind::kRaise) pending.value = labelled(pending.value, l);
    return false;
  }
  raise_own(out.as_object(), l);
  out = labelled(out, l);
  return true;
}

bool Run::annotation_schema(const Class* owner, NodeId annotation, Value& out) {
  Dict* made = dict();
  out = Value::object(made);
  const auto set = [&](std::string_view key, const Value& v) {
    return put(made, short_string(key), v);
  };
  if (annotation == kNoNode) return true;
  const Node& n = at(annotation);
  if (n.kind == NodeKind::kNone) return set("type", short_string("null"));
  const auto alternatives = [&](std::vector<NodeId> ids, bool null) {
    const Value options = list({});
    for (const NodeId id : ids) {
      Value one;
      if (!annotation_schema(owner, id, one) || !push(as<List>(options), one)) return false;
    }
    if (null) {
      Dict* none = dict();
      if (!put(none, short_string("type"), short_string("null")) ||
          !push(as<List>(options), Value::object(none)))
        return false;
    }
    return set("anyOf", options);
  };
  if (n.kind == NodeKind::kBinary) return alternatives({n.a, n.b}, false);
  if (n.kind == NodeKind::kSubscript) {
    const std::string name = at(n.a).text == kNoText ? "" : text(at(n.a).text);
    const Node& inner = at(n.b);
    std::vector<NodeId> ids{n.b};
    if (inner.kind == NodeKind::kTuple)
      ids.assign(tree_.links.begin() + inner.first,
                 tree_.links.begin() + inner.first + inner.count);
    Value one;
    if (name == "Optional") return alternatives({n.b}, true);
    if (name == "Union") return alternatives(ids, false);
    if (name == "Literal") {
      const Value options = list({});
      for (const NodeId id : ids)
        if (!literal_of(owner, id, one) || !push(as<List>(options), one)) return false;
      return set("enum", options);
    }
    if (name == "dict" || name == "Dict")
      return annotation_schema(owner, ids.back(), one) && set("type", short_string("object")) &&
             set("additionalProperties", one);
    return annotation_schema(owner, ids[0], one) && set("type", short_string("array")) &&
           set("items", one);
  }
  if (n.kind != NodeKind::kName) return true;
  const std::string& name = text(n.text);
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"str", "string"},   {"EmailStr", "string"}, {"int", "integer"}, {"float", "number"},
      {"bool", "boolean"}, {"list", "array"},      {"dict", "object"}};
  for (const auto& [ours, theirs] : kNames)
    if (ours == name) return set("type", short_string(theirs));
  Value type_value;
  if (!annotated_name(owner, annotation, type_value)) return false;
  if (is(type_value, Kind::kClass) && as<Class>(type_value)->sort != Class::Sort::kBuiltin)
    return schema_of(as<Class>(type_value), out);
  return true;
}

bool Run::schema_of(Class* type_class, Value& out) {
  Deeper deeper(*this);
  if (!deeper.fits()) return false;
  Dict* made = dict();
  out = Value::object(made);
  if (type_class->sort == Class::Sort::kBuiltin) {
    static constexpr std::pair<TypeName, std::string_view> kNames[] = {
        {TypeName::kStr, "string"},   {TypeName::kInt, "integer"}, {TypeName::kFloat, "number"},
        {TypeName::kBool, "boolean"}, {TypeName::kList, "array"},  {TypeName::kDict, "object"}};
    for (const auto& [type_name, word] : kNames)
      if (type(type_name) == type_class) return put(made, short_string("type"), short_string(word));
    return type_error("Object of type type is not JSON serializable");
  }
  if (type_class->sort == Class::Sort::kEnum) {
    const Value options = list({});
    for (const auto& [name, member] : type_class->members)
      if (!push(as<List>(options), as<Instance>(member)->items[1])) return false;
    return put(made, short_string("enum"), options) &&
           put(made, short_string("title"), short_string(type_class->name));
  }
  Dict* properties = dict();
  const Value required = list({});
  for (const Field& field : type_class->fields) {
    Value one;
    if (!annotation_schema(type_class, field.annotation, one) ||
        !limit_schema(field, as<Dict>(one)))
      return false;
    if (field.initial.type() != Type::kUndefined &&
        !put(as<Dict>(one), short_string("default"), field.initial))
      return false;
    if (is_string(field.description) &&
        !put(as<Dict>(one), short_string("description"), field.description))
      return false;
    if (!put(properties, short_string(field.name), one)) return false;
    if (field.initial.type() == Type::kUndefined && field.factory.type() == Type::kUndefined &&
        !push(as<List>(required), short_string(field.name)))
      return false;
  }
  return put(made, short_string("properties"), Value::object(properties)) &&
         (as<List>(required)->items.empty() || put(made, short_string("required"), required)) &&
         put(made, short_string("title"), short_string(type_class->name)) &&
         put(made, short_string("type"), short_string("object"));
}

bool model_validate(Run& run, Arguments& a, Value& out) {
  return arity(run, a, "model_validate", 2, 2) &&
         run.validate(as<Class>(a.list[0]), a.list[1], out);
}

namespace {

// A model as a dict, the models in it likewise.
bool plain(Run& run, const Value& v, Value& out) {
  if (is(v, Kind::kInstance) && as<Instance>(v)->type->sort == Class::Sort::kModel) {
    const auto* instance = as<Instance>(v);
    Dict* made = run.dict();
    run.raise_own(made, run.shape(v));
    out = Value::object(made);
    for (std::size_t i = 0; i < instance->items.size(); ++i) {
      Value one;
      if (!plain(run, instance->items[i], one) ||
          !run.put(made, run.short_string(instance->type->fields[i].name), one))
        return false;
    }
    return true;
  }
  out = v;
  if (!is(v, Kind::kList)) return true;
  Values items = as<List>(v)->items;
  for (Value& item : items)
    if (!plain(run, Value(item), item)) return false;
  out = run.list(std::move(items));
  run.raise_own(out.as_object(), run.shape(v));
  return true;
}
bool dump(Run& run, Arguments& a, Value& out) { return plain(run, a.list[0], out); }
bool dump_json(Run& run, Arguments& a, Value& out) {
  schema::Value json;
  if (!run.to_json(a.list[0], label::kClean, "", json, nullptr)) return false;
  return run.string(schema::write(json), out);
}
bool json_schema(Run& run, Arguments& a, Value& out) {
  return run.schema_of(as<Class>(a.list[0]), out);
}
bool copy(Run& run, Arguments& a, Value& out) {
  const auto* from = as<Instance>(a.list[0]);
  auto* made = run.heap.make<Instance>(from->type);
  made->own = from->own;
  made->items = from->items;
  if (const Value* changes = a.find("update"); changes != nullptr && is(*changes, Kind::kDict))
    for (std::size_t i = 0; i < made->items.size(); ++i)
      if (const Dict::Entry* entry = run.find_text(as<Dict>(*changes), from->type->fields[i].name))
        made->items[i] = entry->value;
  for (const Value& v : made->items) run.hold(made, v);
  out = Value::object(made);
  return true;
}

constexpr Native kOnClass[] = {{"model_validate", model_validate},
                               {"model_json_schema", json_schema},
                               {"schema", json_schema}};
constexpr Native kOnInstance[] = {{"model_dump", dump, true},
                                  {"dict", dump, true},
                                  {"model_dump_json", dump_json},
                                  {"model_copy", copy, true},
                                  {"json", dump_json}};

}  // namespace

std::span<const Native> model_methods(bool on_class) {
  if (on_class) return kOnClass;
  return kOnInstance;
}
const Native* model_method(std::string_view name, bool on_class) {
  return on_class ? find_native(kOnClass, name) : find_native(kOnInstance, name);
}

}  // namespace lang
