// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/flow_writer.h"

namespace plan_test {

std::string FlowWriter::variable(Sort sort) {
  std::vector<const Variable*> found;
  for (const Variable& v : scopes_.back().read)
    if (v.sort == sort) found.push_back(&v);
  if (found.empty()) return {};
  return found[dice_.below(found.size())]->name;
}

// Without quotes: Python 3.11 takes none inside of an f-string.
std::string FlowWriter::named(Sort sort) {
  const std::string name = variable(sort);
  return name.empty() ? "2" : name;
}

std::string FlowWriter::literal(Sort sort) {
  switch (sort) {
    case Sort::kInt: return std::to_string(dice_.below(6));
    case Sort::kBool: return of({"True", "False"});
    case Sort::kText: return of({"'a'", "'b'", "'ab'", "''", "'b a'", "'3'"});
    case Sort::kInts: return of({"[]", "[1]", "[2, 1]", "[0, 3, 1]"});
    case Sort::kTexts: return of({"[]", "['a']", "['b', 'a']"});
    case Sort::kDict: return of({"{}", "{'a': 1}", "{'b': 2, 'a': 0}"});
    case Sort::kSet: return of({"set()", "{1}", "{2, 0}"});
    case Sort::kPair: return of({"(1, 'a')", "(0, 'b')"});
    case Sort::kLists: return of({"[]", "[[1], [2]]", "[[], [3, 1]]"});
    case Sort::kPoint: return of({"P(1, [2])", "P(0, [])"});
    case Sort::kModel: return of({"M(n=1, s='a')", "M(n=0)"});
    case Sort::kFunction: return of({"(lambda q: q)", "(lambda q: q + 1)"});
    case Sort::kColor: return of({"C.A", "C.B"});
  }
  return "0";
}

std::string FlowWriter::any_value(int depth) {
  static constexpr Sort kShown[] = {Sort::kInt,   Sort::kBool,  Sort::kText,  Sort::kInts,
                                    Sort::kDict,  Sort::kSet,   Sort::kTexts, Sort::kPair,
                                    Sort::kLists, Sort::kPoint, Sort::kModel, Sort::kColor};
  if (dice_.one_in(6)) {
    const std::string one = any_value(depth - 1);
    return dice_.one_in(2) ? "[" + one + ", " + any_value(depth - 1) + "]" : "{'k': " + one + "}";
  }
  return expression(kShown[dice_.below(std::size(kShown))], depth);
}

std::string FlowWriter::effect(int depth) {
  switch (dice_.below(4)) {
    case 0: return "echo(" + expression(Sort::kInt, depth) + ")";
    case 1: return "send(" + any_value(depth) + ", " + any_value(depth - 1) + ")";
    default: return "send(" + any_value(depth) + ")";
  }
}

// An expression of `wanted` in which `name` can be read.
std::string FlowWriter::with_bound(const std::string& name, Sort sort, Sort wanted, int depth) {
  const auto size = scopes_.back().read.size();
  scopes_.back().read.push_back({name, sort});
  std::string out = dice_.one_in(2) && sort == wanted ? name : expression(wanted, depth);
  scopes_.back().read.resize(size);
  return out;
}

std::string FlowWriter::expression(Sort sort, int depth) {
  if (depth <= 0 || dice_.one_in(4)) {
    std::string name = variable(sort);
    return name.empty() || dice_.one_in(5) ? literal(sort) : name;
  }
  const auto sub = [&](Sort s) { return expression(s, depth - 1); };
  if (dice_.one_in(9))
    return "(" + sub(sort) + " if " + sub(Sort::kBool) + " else " + sub(sort) + ")";
  if (dice_.one_in(30))
    if (const std::string to = target(sort); !to.empty() && to.find('.') == std::string::npos)
      return "(" + to + " := " + sub(sort) + ")";
  if (dice_.one_in(24) && sort != Sort::kFunction)
    return "(" + sub(sort) + of({" and ", " or "}) + sub(sort) + ")";
  if (dice_.one_in(40)) return "(lambda: " + sub(sort) + ")()";
  if (dice_.one_in(40)) return "[" + sub(sort) + ", " + sub(sort) + "][" + sub(Sort::kBool) + "]";
  if (dice_.one_in(40))
    return "{True: " + sub(sort) + ", False: " + sub(sort) + "}[" + sub(Sort::kBool) + "]";
  if (dice_.one_in(50)) return "(echo(" + sub(Sort::kInt) + "), " + sub(sort) + ")[1]";
  switch (sort) {
    case Sort::kInt: return integer(depth - 1);
    case Sort::kBool: return truth(depth - 1);
    case Sort::kText: return text(depth - 1);
    case Sort::kInts: return ints(depth - 1);
    case Sort::kTexts: return texts(depth - 1);
    case Sort::kDict: return dict(depth - 1);
    case Sort::kSet: return set(depth - 1);
    case Sort::kPair: return "(" + sub(Sort::kInt) + ", " + sub(Sort::kText) + ")";
    case Sort::kLists: return lists(depth - 1);
    case Sort::kPoint: return "P(" + sub(Sort::kInt) + ", " + sub(Sort::kInts) + ")";
    case Sort::kModel:
      return dice_.one_in(3)
                 ? sub(Sort::kModel) + ".model_copy(update={'n': " + sub(Sort::kInt) + "})"
             : dice_.one_in(2) ? "M(n=" + sub(Sort::kInt) + ")"
                               : "M(n=" + sub(Sort::kInt) + ", s=" + sub(Sort::kText) + ")";
    case Sort::kFunction: return function(depth - 1);
    case Sort::kColor: return "C(1 + " + sub(Sort::kInt) + " % 2)";
  }
  return "0";
}

std::string FlowWriter::unsafe_integer(int depth) {
  const auto i = [&] { return expression(Sort::kInt, depth); };
  switch (dice_.below(9)) {
    case 0: return "(" + i() + " // " + i() + ")";
    case 1: return expression(Sort::kInts, depth) + "[" + i() + "]";
    case 2: return expression(Sort::kDict, depth) + "[" + expression(Sort::kText, depth) + "]";
    case 3: return "int(" + expression(Sort::kText, depth) + ")";
    case 4: return expression(Sort::kInts, depth) + ".index(" + i() + ")";
    case 5: return "max(" + expression(Sort::kInts, depth) + ")";
    case 6: return "fail(" + expression(Sort::kBool, depth) + ")";
    case 7: return "C[" + expression(Sort::kText, depth) + "].value";
    default: return "(" + i() + " % " + i() + ")";
  }
}

std::string FlowWriter::integer_of_container(int depth) {
  const auto i = [&] { return expression(Sort::kInt, depth); };
  const auto l = [&] { return expression(Sort::kInts, depth); };
  const auto d = [&] { return expression(Sort::kDict, depth); };
  switch (dice_.below(22)) {
    case 0: return "len(" + l() + ")";
    case 1: return "len(" + expression(Sort::kText, depth) + ")";
    case 2: return "sum(" + l() + ")";
    case 3: return "max(" + l() + " + [" + i() + "])";
    case 4: return "(" + l() + " + [" + i() + "])[0]";
    case 5: return d() + ".get(" + expression(Sort::kText, depth) + ", " + i() + ")";
    case 6: return expression(Sort::kPoint, depth) + ".v";
    case 7: return expression(Sort::kModel, depth) + ".n";
    case 8: return expression(Sort::kPair, depth) + "[0]";
    case 9: return "len(" + d() + ")";
    case 10: return "len(" + expression(Sort::kSet, depth) + ")";
    case 11: return l() + ".count(" + i() + ")";
    case 12: return "next(iter(" + l() + "), " + i() + ")";
    case 13: {
      const std::string v = fresh("g");
      return "sum(" + with_bound(v, Sort::kInt, Sort::kInt, depth) + " for " + v + " in " + l() +
             " if " + with_bound(v, Sort::kInt, Sort::kBool, depth) + ")";
    }
    case 14: return "min(" + i() + ", " + i() + ", key=" + expression(Sort::kFunction, depth) + ")";
    case 15:
      return "(sorted(" + l() + ", key=" + expression(Sort::kFunction, depth) + ") + [0])[0]";
    case 16:
      return expression(Sort::kText, depth) + ".find(" + expression(Sort::kText, depth) + ")";
    case 17: return expression(Sort::kColor, depth) + ".value";
    case 18:
      return "(" + expression(Sort::kLists, depth) + " + [[" + i() + "]])[0].count(" + i() + ")";
    case 19: return d() + ".setdefault(" + expression(Sort::kText, depth) + ", " + i() + ")";
    case 20: return d() + ".pop(" + expression(Sort::kText, depth) + ", " + i() + ")";
    default: return "len(str(" + any_value(depth) + "))";
  }
}

std::string FlowWriter::integer(int depth) {
  const auto i = [&] { return expression(Sort::kInt, depth); };
  if (scopes_.back().tries && dice_.one_in(4)) return unsafe_integer(depth);
  if (dice_.one_in(60)) return unsafe_integer(depth);
  if (dice_.one_in(2)) return integer_of_container(depth);
  switch (dice_.below(16)) {
    case 0: return "(" + i() + " + " + i() + ")";
    case 1: return "(" + i() + " - " + i() + ")";
    case 2: return "((" + i() + " * " + i() + ") % 100)";
    case 3: return "(-" + i() + ")";
    case 4: return "abs(" + i() + ")";
    case 5: return "(" + i() + " // (abs(" + i() + ") + 1))";
    case 6: return "(" + i() + " & 3)";
    case 7: return "min(" + i() + ", " + i() + ")";
    case 8: return "int(" + expression(Sort::kBool, depth) + ")";
    case 9: return expression(Sort::kFunction, depth) + "(" + i() + ")";
    case 10: return effect(depth);
    case 11: {
      const std::string v = fresh("g");
      return "(lambda " + v + ", z=" + i() + ": " + with_bound(v, Sort::kInt, Sort::kInt, depth) +
             ")(" + i() + ")";
    }
    case 12: return "int(str(" + i() + "))";
    case 13: return "divmod(" + i() + ", 3)[" + of({"0", "1"}) + "]";
    case 14: return "len(f'{" + named(Sort::kInt) + "}:{" + named(Sort::kInts) + "!r}')";
    default: return "(" + i() + " ^ " + i() + ")";
  }
}

std::string FlowWriter::truth(int depth) {
  const auto i = [&] { return expression(Sort::kInt, depth); };
  const auto b = [&] { return expression(Sort::kBool, depth); };
  const auto l = [&] { return expression(Sort::kInts, depth); };
  const auto s = [&] { return expression(Sort::kText, depth); };
  switch (dice_.below(20)) {
    case 0: return "(" + i() + " < " + i() + ")";
    case 1: return "(" + i() + " <= " + i() + " < " + i() + ")";
    case 2: return "(" + i() + " == " + i() + ")";
    case 3: return "(" + s() + " != " + s() + ")";
    case 4: return "(" + i() + of({" in ", " not in "}) + l() + ")";
    case 5: return "(" + s() + " in " + expression(Sort::kDict, depth) + ")";
    case 6: return "(not " + b() + ")";
    case 7: return "(" + b() + " and " + b() + ")";
    case 8: return "(" + b() + " or " + b() + ")";
    case 9: return "(" + l() + " is " + l() + ")";
    case 10: return "(" + l() + " == " + l() + ")";
    case 11: {
      const std::string v = fresh("g");
      return of({"any", "all"}) + "(" + with_bound(v, Sort::kInt, Sort::kBool, depth) + " for " +
             v + " in " + l() + ")";
    }
    case 12: return s() + ".startswith(" + s() + ")";
    case 13: return "bool(" + any_value(depth) + ")";
    case 14:
      return "(" + expression(Sort::kPoint, depth) + " == " + expression(Sort::kPoint, depth) + ")";
    case 15: return "(" + i() + " in " + expression(Sort::kSet, depth) + ")";
    case 16: return "(" + i() + " > 1 and " + effect(depth) + " == 1)";
    case 17: return "(" + expression(Sort::kColor, depth) + of({" == ", " is "}) + "C.A)";
    case 18:
      return "(" + expression(Sort::kSet, depth) + " <= " + expression(Sort::kSet, depth) + ")";
    default: return "isinstance(" + any_value(depth) + ", int)";
  }
}

std::string FlowWriter::text(int depth) {
  const auto s = [&] { return expression(Sort::kText, depth); };
  const auto i = [&] { return expression(Sort::kInt, depth); };
  switch (dice_.below(16)) {
    case 0: return "(" + s() + " + " + s() + ")[:20]";
    case 1: return "str(" + any_value(depth) + ")[:20]";
    case 2:
      return "f'{" + named(Sort::kInt) + "}-{" + named(Sort::kInt) + ":>{2 + " + named(Sort::kInt) +
             " % 3}}'";
    case 3: return s() + ".upper()";
    case 4: return s() + "[" + i() + ":]";
    case 5: return "','.join(" + expression(Sort::kTexts, depth) + ")";
    case 6: return "repr(" + any_value(depth) + ")[:20]";
    case 7: return s() + ".replace(" + s() + ", 'x')[:20]";
    case 8: return "json.dumps(" + expression(Sort::kDict, depth) + ")";
    case 9: return expression(Sort::kModel, depth) + ".s";
    case 10: return "'{} {}'.format(" + i() + ", " + i() + ")";
    case 11: return "('%s' % (" + i() + ",))";
    case 12: return expression(Sort::kPair, depth) + "[1]";
    case 13: return expression(Sort::kColor, depth) + ".name";
    case 14: return "next(iter(" + expression(Sort::kDict, depth) + "), " + s() + ")";
    default: return "(" + s() + " * (" + i() + " % 3))[:20]";
  }
}

std::string FlowWriter::ints(int depth) {
  const auto l = [&] { return expression(Sort::kInts, depth); };
  const auto i = [&] { return expression(Sort::kInt, depth); };
  const std::string v = fresh("g");
  switch (dice_.below(24)) {
    case 0: return "[" + i() + ", " + i() + "]";
    case 1: return "(" + l() + " + " + l() + ")[:9]";
    case 2:
      return "[" + with_bound(v, Sort::kInt, Sort::kInt, depth) + " for " + v + " in " + l() + "]";
    case 3:
      return "[" + with_bound(v, Sort::kInt, Sort::kInt, depth) + " for " + v + " in " + l() +
             " if " + with_bound(v, Sort::kInt, Sort::kBool, depth) + "]";
    case 4: return "sorted(" + l() + ")";
    case 5:
      return "sorted(" + l() + ", key=" + expression(Sort::kFunction, depth) +
             ", reverse=" + expression(Sort::kBool, depth) + ")";
    case 6: return l() + "[" + i() + ":]";
    case 7: return "list(" + expression(Sort::kDict, depth) + ".values())";
    case 8: return "list(map(" + expression(Sort::kFunction, depth) + ", " + l() + "))";
    case 9: return "list(range(" + i() + " % 4))";
    case 10: return "list(" + expression(Sort::kSet, depth) + ")";
    case 11: return "list(reversed(" + l() + "))";
    case 12: return "(" + expression(Sort::kLists, depth) + " + [" + l() + "])[0]";
    case 13:
    case 14: return expression(Sort::kPoint, depth) + ".l";
    case 15: return l() + ".copy()";
    case 16: return "[*" + l() + ", *" + l() + "][:9]";
    case 17: return "list(filter(" + expression(Sort::kFunction, depth) + ", " + l() + "))";
    case 18: return "[a * b for a, b in zip(" + l() + ", " + l() + ")]";
    case 19: return "[a for a, b in enumerate(" + l() + ")]";
    case 20:
      return "[" + i() + " for " + v + " in " + l() + " for w in " + l() + " if " +
             with_bound(v, Sort::kInt, Sort::kBool, depth) + "][:9]";
    case 21: return "(" + l() + " * (" + i() + " % 3))[:9]";
    case 22: return "list(" + expression(Sort::kModel, depth) + ".model_dump().values())[:1]";
    default: return "(lambda *a: list(a))(*" + l() + ")";
  }
}

std::string FlowWriter::texts(int depth) {
  const auto s = [&] { return expression(Sort::kText, depth); };
  switch (dice_.below(6)) {
    case 0: return "[" + s() + ", " + s() + "]";
    case 1: return s() + ".split('a')";
    case 2: return "list(" + expression(Sort::kDict, depth) + ".keys())";
    case 3: return "sorted(" + expression(Sort::kTexts, depth) + ")";
    case 4: return "[str(w) for w in " + expression(Sort::kInts, depth) + "]";
    default: return "list(" + s() + ")";
  }
}

std::string FlowWriter::dict(int depth) {
  const auto d = [&] { return expression(Sort::kDict, depth); };
  const auto s = [&] { return expression(Sort::kText, depth); };
  const auto i = [&] { return expression(Sort::kInt, depth); };
  const std::string v = fresh("g");
  switch (dice_.below(8)) {
    case 0: return "{" + s() + ": " + i() + "}";
    case 1: return "{**" + d() + ", " + s() + ": " + i() + "}";
    case 2:
      return "{" + v + ": " + with_bound(v, Sort::kText, Sort::kInt, depth) + " for " + v + " in " +
             expression(Sort::kTexts, depth) + " if " +
             with_bound(v, Sort::kText, Sort::kBool, depth) + "}";
    case 3:
      return "dict(zip(" + expression(Sort::kTexts, depth) + ", " + expression(Sort::kInts, depth) +
             "))";
    case 4: return "(" + d() + " | " + d() + ")";
    case 5: return "dict(a=" + i() + ", b=" + i() + ")";
    case 6: return "(lambda **k: k)(**" + d() + ")";
    default: return d() + ".copy()";
  }
}

std::string FlowWriter::set(int depth) {
  const auto s = [&] { return expression(Sort::kSet, depth); };
  const std::string v = fresh("g");
  switch (dice_.below(5)) {
    case 0: return "{" + expression(Sort::kInt, depth) + ", " + expression(Sort::kInt, depth) + "}";
    case 1: return "set(" + expression(Sort::kInts, depth) + ")";
    case 2: return "(" + s() + of({" | ", " & ", " - ", " ^ "}) + s() + ")";
    case 3:
      return s() + of({".union(", ".intersection(", ".difference("}) +
             expression(Sort::kInts, depth) + ")";
    default:
      return "{" + with_bound(v, Sort::kInt, Sort::kInt, depth) + " for " + v + " in " +
             expression(Sort::kInts, depth) + "}";
  }
}

std::string FlowWriter::lists(int depth) {
  const auto l = [&] { return expression(Sort::kInts, depth); };
  const std::string v = fresh("g");
  switch (dice_.below(4)) {
    case 0: return "[" + l() + ", " + l() + "]";
    case 1: return "([" + l() + "] * 2)";
    case 2:
      return "[" + with_bound(v, Sort::kInt, Sort::kInts, depth) + " for " + v + " in " + l() + "]";
    default: return "sorted(" + expression(Sort::kLists, depth) + ")";
  }
}

std::string FlowWriter::function(int depth) {
  const std::string v = fresh("g");
  switch (dice_.below(4)) {
    case 0: return "(lambda " + v + ": " + with_bound(v, Sort::kInt, Sort::kInt, depth) + ")";
    case 1:
      return "(lambda " + v + ", y=" + expression(Sort::kInt, depth) + ": y + " +
             with_bound(v, Sort::kInt, Sort::kInt, depth) + ")";
    case 2: return "(lambda " + v + ": " + effect(depth) + " and " + v + ")";
    default: {
      const std::string name = variable(Sort::kFunction);
      return name.empty() ? literal(Sort::kFunction) : name;
    }
  }
}

}  // namespace plan_test
