// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "tests/plan/flow_writer.h"

namespace plan_test {

void FlowWriter::line(std::string text) {
  out_ += std::string(static_cast<std::size_t>(indent_) * 2, ' ') + std::move(text) + "\n";
}

std::string FlowWriter::target(Sort sort) {
  std::vector<const Variable*> found;
  for (const Variable& v : scopes_.back().write)
    if (v.sort == sort) found.push_back(&v);
  return found.empty() ? std::string() : found[dice_.below(found.size())]->name;
}

void FlowWriter::block(int depth) {
  ++indent_;
  const std::size_t before = out_.size();
  for (std::size_t i = 1 + dice_.below(3); i > 0; --i) statement(depth);
  if (out_.size() == before) line("pass");
  --indent_;
}

void FlowWriter::statement(int depth) {
  if (--budget_ < 0) return;
  const std::size_t kind = dice_.below(100);
  const bool deep = depth > 0;
  if (kind < 26) return assign(2);
  if (kind < 36) return change(2);
  if (kind < 46) return sink(2);
  if (kind < 62) return deep ? branch(depth) : assign(2);
  if (kind < 66) return deep ? loop_while(depth) : change(2);
  if (kind < 73) return deep ? loop_for(depth) : sink(2);
  if (kind < 82) return deep ? attempt(depth) : change(2);
  if (kind < 86) return deep && scopes_.size() < 3 ? define(depth) : assign(2);
  if (kind < 92) return leave(1);
  if (kind < 95) return raise_or_assert(1);
  if (kind < 98) return unpack(2);
  return deep && scopes_.size() == 1 ? define_class(2) : change_unsafe(1);
}

void FlowWriter::assign(int depth) {
  const Sort sort = any_sort();
  std::string to = target(sort);
  if (to.empty()) return sink(depth);
  if (dice_.one_in(12) && scopes_.size() == 1)
    return line("final_return_value = " + any_value(depth));
  if (sort == Sort::kInt && dice_.one_in(4))
    return line(to + of({" += ", " -= ", " ^= "}) + expression(sort, depth));
  if (sort == Sort::kInts && dice_.one_in(4))
    return line(to + " += " + expression(sort, depth) + "[:3]");
  if (sort == Sort::kDict && dice_.one_in(4)) return line(to + " |= " + expression(sort, depth));
  if (sort == Sort::kSet && dice_.one_in(4))
    return line(to + of({" |= ", " &= ", " -= ", " ^= "}) + expression(sort, depth));
  if (dice_.one_in(10))
    if (const std::string other = target(sort); !other.empty())
      return line(to + " = " + other + " = " + expression(sort, depth));
  if (dice_.one_in(8)) {
    const std::string p = variable(Sort::kPoint);
    if (sort == Sort::kInt && !p.empty()) to = p + ".v";
    if (sort == Sort::kInts && !p.empty()) to = p + ".l";
  }
  line(to + " = " + expression(sort, depth));
}

void FlowWriter::change(int depth) {
  const auto i = [&] { return expression(Sort::kInt, depth); };
  const std::string l = expression(Sort::kInts, dice_.one_in(2) ? 0 : 2);
  const std::string d = expression(Sort::kDict, dice_.one_in(2) ? 0 : 2);
  const std::string s = expression(Sort::kSet, dice_.one_in(2) ? 0 : 2);
  const std::string p = expression(Sort::kPoint, dice_.one_in(2) ? 0 : 2);
  switch (dice_.below(21)) {
    case 0: return line(l + ".append(" + i() + ")");
    case 1: return line(l + ".extend(" + expression(Sort::kInts, depth) + "[:3])");
    case 2: return line(l + ".insert(" + i() + ", " + i() + ")");
    case 3: return line(l + of({".clear()", ".sort()", ".reverse()"}));
    case 4: return line(l + ".sort(key=" + expression(Sort::kFunction, depth) + ")");
    case 5:
      return line(l + "[" + i() + ":" + i() + "] = " + expression(Sort::kInts, depth) + "[:3]");
    case 6: return line(d + "[" + expression(Sort::kText, depth) + "] = " + i());
    case 7: return line(d + ".update(" + expression(Sort::kDict, depth) + ")");
    case 8: return line(d + ".clear()");
    case 9: return line(d + ".pop(" + expression(Sort::kText, depth) + ", 0)");
    case 10: return line(s + ".add(" + i() + ")");
    case 11: return line(s + ".discard(" + i() + ")");
    case 12:
      return line(s + of({".update(", ".difference_update(", ".intersection_update("}) +
                  expression(Sort::kInts, depth) + ")");
    case 13: return line(p + ".v = " + i());
    case 14: return line(p + ".l = " + l);
    case 15: return line(p + ".l.append(" + i() + ")");
    case 16: return line("del " + l + "[" + i() + ":" + i() + "]");
    case 17: return line(expression(Sort::kLists, 1) + ".append(" + l + ")");
    case 18:
      return line("(" + expression(Sort::kLists, 1) + " + [" + l + "])[0].append(" + i() + ")");
    case 19: {
      const std::string name = fresh("bound");
      line(name + " = " + l + ".append");
      return line(name + "(" + i() + ")");
    }
    default: return change_unsafe(depth);
  }
}

void FlowWriter::change_unsafe(int depth) {
  if (!scopes_.back().tries && !dice_.one_in(12)) return;
  const auto i = [&] { return expression(Sort::kInt, depth); };
  const std::string l = expression(Sort::kInts, 1);
  switch (dice_.below(7)) {
    case 0: return line(l + "[" + i() + "] = " + i());
    case 1: return line(l + ".pop()");
    case 2: return line(l + ".remove(" + i() + ")");
    case 3: return line("del " + l + "[" + i() + "]");
    case 4:
      return line("del " + expression(Sort::kDict, 1) + "[" + expression(Sort::kText, 1) + "]");
    case 5: return line(l + "[" + i() + "] += " + i());
    default: {
      const std::string name = target(any_sort());
      return line(name.empty() || scopes_.size() > 1 ? "pass" : "del " + name);
    }
  }
}

void FlowWriter::branch(int depth) {
  line("if " + (dice_.one_in(4) ? any_value(2) : expression(Sort::kBool, 2)) + ":");
  block(depth - 1);
  if (dice_.one_in(4)) {
    line("elif " + expression(Sort::kBool, 2) + ":");
    block(depth - 1);
  }
  if (!dice_.one_in(3)) return;
  line("else:");
  block(depth - 1);
}

void FlowWriter::loop_while(int depth) {
  const std::string n = fresh("n");
  line(n + " = 0");
  line("while " + n + " < 3 and " + expression(Sort::kBool, 2) + ":");
  ++scopes_.back().loops;
  ++indent_;
  line(n + " += 1");
  --indent_;
  block(depth - 1);
  --scopes_.back().loops;
  if (!dice_.one_in(3)) return;
  line("else:");
  block(depth - 1);
}

void FlowWriter::loop_for(int depth) {
  const std::string v = fresh("e");
  const auto size = scopes_.back().read.size();
  const auto head = [&](const std::string& names, const std::string& from) {
    line("for " + names + " in " + from + ":");
  };
  switch (dice_.below(8)) {
    case 0: head(v, expression(Sort::kTexts, 2)); break;
    case 1: head(v, expression(Sort::kSet, 2)); break;
    case 2: head(v + "k, " + v, "list(" + expression(Sort::kDict, 2) + ".items())"); break;
    case 3: head(v, "range(" + expression(Sort::kInt, 2) + " % 4)"); break;
    case 4: head(v + "k, " + v, "enumerate(" + expression(Sort::kInts, 2) + ")"); break;
    case 5: {
      std::string to = target(Sort::kInt);
      head(to.empty() ? v : to, expression(Sort::kInts, 2));
      break;
    }
    default: head(v, expression(Sort::kInts, 2) + "[:5]"); break;
  }
  // What `v` is where it is a number: told by the last line.
  const std::string written = out_.substr(out_.rfind("for "));
  if (written.find("for " + v + " in range") == 0) scopes_.back().read.push_back({v, Sort::kInt});
  if (written.find("for " + v + "k, ") == 0) scopes_.back().read.push_back({v, Sort::kInt});
  ++scopes_.back().loops;
  block(depth - 1);
  --scopes_.back().loops;
  scopes_.back().read.resize(size);
  if (!dice_.one_in(3)) return;
  line("else:");
  block(depth - 1);
}

void FlowWriter::attempt(int depth) {
  line("try:");
  const bool tries = std::exchange(scopes_.back().tries, true);
  block(depth - 1);
  scopes_.back().tries = tries;
  const bool lastly = dice_.one_in(4);
  const std::size_t handlers = lastly ? dice_.below(2) : 1 + dice_.below(2);
  const bool handler = std::exchange(scopes_.back().handler, true);
  for (std::size_t i = 0; i < handlers; ++i) {
    const std::string name = fresh("x");
    const bool all = i + 1 == handlers && dice_.one_in(3);
    line(all ? "except:"
             : "except " +
                   of({"Stop", "ValueError", "(KeyError, IndexError)", "Exception",
                       "ZeroDivisionError", "LookupError"}) +
                   (dice_.one_in(2) ? " as " + name : "") + ":");
    const std::string head = out_.substr(out_.rfind("except"));
    const auto size = scopes_.back().read.size();
    if (head.find(" as ") != std::string::npos) {
      ++indent_;
      const std::string told = fresh("t");
      line(told + " = str(" + name + ")");
      scopes_.back().read.push_back({told, Sort::kText});
      --indent_;
    }
    block(depth - 1);
    scopes_.back().read.resize(size);
  }
  scopes_.back().handler = handler;
  if (handlers > 0 && dice_.one_in(3)) {
    line("else:");
    block(depth - 1);
  }
  if (!lastly) return;
  line("finally:");
  block(depth - 1);
}

void FlowWriter::raise_or_assert(int depth) {
  if (!scopes_.back().tries && scopes_.size() == 1 && !dice_.one_in(6)) return sink(depth);
  if (scopes_.back().handler && dice_.one_in(4)) return line("raise");
  if (dice_.one_in(2)) return line("assert " + expression(Sort::kBool, 2));
  line("if " + expression(Sort::kBool, 2) + ":");
  line("  raise Stop(" + any_value(depth) + ")");
}

void FlowWriter::leave(int depth) {
  const Scope& scope = scopes_.back();
  const bool in_if = dice_.percent(80);
  std::string what;
  if (scope.loops > 0 && dice_.one_in(2)) what = of({"break", "continue"});
  else if (scope.function) what = "return " + expression(Sort::kInt, depth + 1);
  else if (scope.loops > 0) what = of({"break", "continue"});
  if (what.empty()) return sink(depth);
  if (!in_if) return line(what);
  line("if " + expression(Sort::kBool, 2) + ":");
  line("  " + what);
}

void FlowWriter::sink(int depth) {
  switch (dice_.below(7)) {
    case 0: return line("print(" + any_value(depth) + ")");
    case 1: return line(any_value(depth));
    case 2: return line("y = " + effect(depth));
    case 3: return line("[" + effect(depth) + " for w in " + expression(Sort::kInts, depth) + "]");
    case 4: return line(expression(Sort::kBool, depth) + of({" and ", " or "}) + effect(depth));
    default: return line(effect(depth));
  }
}

void FlowWriter::unpack(int depth) {
  const std::string i = target(Sort::kInt), s = target(Sort::kText), l = target(Sort::kInts),
                    j = target(Sort::kInt);
  if (i.empty() || s.empty() || l.empty()) return sink(depth);
  switch (dice_.below(4)) {
    case 0: return line(i + ", " + s + " = " + expression(Sort::kPair, depth));
    case 1: return line(i + ", *" + l + " = " + expression(Sort::kInts, depth) + " + [1]");
    case 2: return line(i + ", " + j + " = " + j + ", " + i);
    default:
      return line("(" + i + ", " + s + "), " + l + " = " + expression(Sort::kPair, depth) + ", " +
                  expression(Sort::kInts, depth));
  }
}

void FlowWriter::define(int depth) {
  const std::string name = fresh("f"), parameter = fresh("p");
  const bool rest = dice_.one_in(4);
  line("def " + name + "(" + parameter + (rest ? ", *r" : "") + ", q" + parameter + "=" +
       expression(Sort::kInt, 1) + "):");
  Scope inner;
  inner.read = scopes_.back().read;
  inner.function = true;
  inner.tries = dice_.one_in(4);
  ++indent_;
  for (const Variable& v : scopes_.back().write) {
    if (!dice_.one_in(5)) continue;
    const bool local = v.name[0] == 'L' || v.name[0] == 'p';
    line((local ? "nonlocal " : "global ") + v.name);
    inner.write.push_back(v);
  }
  for (std::size_t i = dice_.below(3); i > 0; --i) {
    const Variable local{fresh("L"), any_sort()};
    scopes_.push_back(inner);
    line(local.name + " = " + expression(local.sort, 1));
    scopes_.pop_back();
    inner.read.push_back(local);
    inner.write.push_back(local);
  }
  inner.read.push_back({parameter, Sort::kInt});
  inner.read.push_back({"q" + parameter, Sort::kInt});
  inner.write.push_back({parameter, Sort::kInt});
  scopes_.push_back(std::move(inner));
  --indent_;
  block(depth - 1);
  ++indent_;
  if (!dice_.one_in(6)) line("return " + expression(Sort::kInt, 2));
  else line("return 0");
  --indent_;
  scopes_.pop_back();
  scopes_.back().read.push_back({name, Sort::kFunction});
  if (dice_.one_in(2)) line(name + "(" + expression(Sort::kInt, 2) + ")");
}

void FlowWriter::define_class(int depth) {
  line("@dataclass");
  line("class P:");
  line("  v: int");
  line("  l: list");
  line("  w: int = " + expression(Sort::kInt, depth));
}

void FlowWriter::prelude() {
  out_ =
      "import json\nfrom dataclasses import dataclass\nfrom enum import Enum\n"
      "from pydantic import BaseModel\n"
      "class Stop(Exception):\n  pass\nclass C(Enum):\n  A = 1\n  B = 2\n"
      "@dataclass\nclass P:\n  v: int\n  l: list\nclass M(BaseModel):\n  n: int\n  s: str = 'm'\n";
  Scope& top = scopes_.back();
  const auto give = [&](std::string name, Sort sort, const std::string& text) {
    line(name + " = " + text);
    top.read.push_back({name, sort});
  };
  static constexpr std::string_view kHigh[] = {"int", "bool", "text", "ints", "texts", "dict"};
  for (std::size_t i = 0; i < std::size(kHigh); ++i)
    if (dice_.percent(45))
      give("h" + std::to_string(i), static_cast<Sort>(i), "high('" + std::string(kHigh[i]) + "')");
  if (dice_.one_in(300)) give("m", Sort::kInt, "mid(" + literal(Sort::kInt) + ")");
  for (std::size_t i = 0; i < kSorts; ++i)
    for (std::size_t k = 1 + (i < 4 ? dice_.below(2) : 0); k > 0; --k) {
      const Variable v{fresh("v"), static_cast<Sort>(i)};
      line(v.name + " = " + (dice_.percent(65) ? literal(v.sort) : expression(v.sort, 1)));
      top.read.push_back(v);
      top.write.push_back(v);
    }
}

std::string FlowWriter::program() {
  scopes_.assign(1, {});
  budget_ = static_cast<int>(6 + dice_.below(18));
  prelude();
  while (budget_ > 0) statement(3);
  const std::size_t shown = 1 + dice_.below(3);
  for (std::size_t i = 0; i < shown; ++i) line("send(" + any_value(1) + ")");
  if (dice_.one_in(2)) line("final_return_value = " + any_value(2));
  return out_;
}

}  // namespace plan_test
