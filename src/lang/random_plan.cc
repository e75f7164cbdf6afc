// SPDX-License-Identifier: Apache-2.0
#include "lang/random_plan.h"

#include <algorithm>
#include <initializer_list>
#include <random>
#include <string_view>

namespace lang {
namespace {

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed), wild_(seed % 4 == 0) {}

  std::string plan() {
    const unsigned lines = 1 + below(4);
    for (unsigned i = 0; i < lines; ++i) statement(0, 3);
    return out_;
  }

 private:
  using Words = std::initializer_list<std::string_view>;
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  bool rarely(unsigned n) { return below(n) == 0; }
  std::string_view one_of(Words words) { return words.begin()[below(unsigned(words.size()))]; }
  // What is mostly refused, only in wild programs.
  std::string_view one_of(Words words, Words refused) {
    return one_of(wild_ && rarely(4) ? refused : words);
  }
  bool wild(unsigned n) { return wild_ && rarely(n); }
  std::string name() {
    return std::string(one_of({"a", "b", "mail", "total", "x1", "_s", "match", "case"}));
  }
  std::string space() {
    return std::string(one_of({" ", " ", " ", " ", "  ", "", "\t", " \\\n "}));
  }

  // Depth runs down to atoms.
  std::string list_of(unsigned most, std::string (Writer::*one)(unsigned), unsigned depth) {
    std::string out;
    const unsigned count = below(most + 1);
    for (unsigned i = 0; i < count; ++i) out += (i == 0 ? "" : "," + space()) + (this->*one)(depth);
    if (count > 0 && rarely(6)) out += ",";
    return out;
  }

  std::string number() {
    return std::string(one_of(
        {"0", "1", "42", "00", "1_000", "0x1F", "0o17", "0b101", "3.5", ".5", "1.", "1e3",
         "1_0.2_5e-1_0", "0xdead_beef", "99999999999999999999999", "0.1", "1E+5", "0_0", "1e400"},
        {"007", "0_7", "1__0", "0x", "0b2", "3j"}));
  }

  std::string plain_string() {
    const std::string_view prefix = one_of({"", "", "", "", "r", "R", "u"}, {"b", "rb", "x"});
    const std::string_view quote = one_of({"'", "\"", "'''", "\"\"\""});
    std::string out = std::string(prefix) + std::string(quote);
    for (unsigned i = below(4); i > 0; --i)
      out += one_of({"abc", " ", "\\n", "\\\\", "\\x41", "\\u00e9", "\\U0001F600", "\\101", "\\q",
                     "\xc3\xa9"
                     "",
                     "{", "}", "#", "\\\n",
                     "\xc3\xbc"
                     "\xe2\x82\xac"
                     "",
                     "\\'", "\\0", "\\\r\n"},
                    {"\\ud800", "\\N{DASH}", "\\x4"});
    if (quote.size() == 3 && rarely(3)) out += one_of({"\n", "\r\n", "\n  two\n", "\r"});
    return out + std::string(quote);
  }

  std::string field(unsigned depth, unsigned nested) {
    std::string out = "{" + std::string(one_of({"", "", "", " ", "\n"}));
    const unsigned kind = below(12);
    if (kind < 6) out += name();
    else if (kind == 6)
      out += one_of(
          {"'k'", "a['k']", "d[\"k\"]", "'}'", "'#'", "a!=b", "a<=b", "a==b", "{'x': 1}['x']"});
    else if (kind == 7)
      out += one_of({"(lambda x: 1)", "x:=5", "(x:=5)", "*a, b", "a for a in b"},
                    {"lambda x: 1", "*a", "yield", "#", "a\\n", "", " ", "a)(b", "!r", "a b"});
    else out += expression(depth > 0 ? depth - 1 : 0);
    out += one_of({"", "", "", "", " ", "=", " = "});
    out += one_of({"", "", "", "", "!r", "!s", "!a"}, {"!x", "! r", "!r "});
    if (rarely(3)) {
      out += ":";
      for (unsigned i = below(3); i > 0; --i)
        out += rarely(2) ? std::string(one_of({">10", ".2f", "\\n", "x", " "}, {"{{", "}}"}))
                         : field(0, nested + 1);
    }
    return out + (wild(40) ? "" : "}");
  }

  std::string format_string(unsigned depth) {
    const std::string_view quote = one_of({"'", "\"", "'''", "\"\"\""});
    std::string out = std::string(one_of({"f", "f", "F", "rf", "fR"})) + std::string(quote);
    for (unsigned i = below(4); i > 0; --i)
      out += rarely(3) ? std::string(one_of({"text ", "{{", "}}", "\\n",
                                             "\xc3\xa9"
                                             "",
                                             "\\x41", "{{}}"},
                                            {"}", "\\{"}))
                       : field(depth, 0);
    return out + std::string(quote);
  }

  std::string strings(unsigned depth) {
    std::string out;
    for (unsigned i = rarely(5) ? 2 : 1; i > 0; --i)
      out += (out.empty() ? "" : space()) + (rarely(3) ? format_string(depth) : plain_string());
    return out;
  }

  std::string atom() {
    switch (below(6)) {
      case 0: return number();
      case 1: return plain_string();
      case 2: return std::string(one_of({"None", "True", "False", "[]", "()", "{}"}, {"..."}));
      default: return name();
    }
  }

  std::string clauses(unsigned depth) {
    std::string out;
    do {
      out += " for " + targets(depth) + " in " + operand(depth);
      while (rarely(3)) out += " if " + operand(depth);
    } while (rarely(4));
    return out;
  }

  // In tame programs operands stand in parentheses where they would bind otherwise.
  std::string operand(unsigned depth) {
    return wild_ || depth == 0 ? expression(depth)
           : rarely(2)         ? "(" + expression(depth) + ")"
                               : primary(depth);
  }

  std::string expression(unsigned depth) {
    if (depth == 0) return atom();
    --depth;
    switch (below(22)) {
      case 0:
      case 1:
        return operand(depth) + space() +
               std::string(one_of({"+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"},
                                  {"@"})) +
               space() + operand(depth);
      case 2: return std::string(one_of({"-", "+", "~", "not "})) + operand(depth);
      case 3:
        return operand(depth) +
               std::string(one_of({" < ", ">", "==", " != ", " in ", " not in ", " is ", " is not ",
                                   "<=", " >= "})) +
               operand(depth);
      case 4: return operand(depth) + std::string(one_of({" and ", " or "})) + operand(depth);
      case 5: return operand(depth) + " if " + operand(depth) + " else " + expression(depth);
      case 6: return "(" + list_of(3, &Writer::element, depth) + ")";
      case 7: return "[" + list_of(3, &Writer::element, depth) + "]";
      case 8: return "{" + list_of(3, &Writer::pair, depth) + "}";
      case 9: return "{" + list_of(3, &Writer::element, depth) + "}";
      case 10:
      case 11: return primary(depth) + "(" + list_of(3, &Writer::argument, depth) + ")";
      case 12: return primary(depth) + "." + name();
      case 13: return primary(depth) + "[" + list_of(2, &Writer::index, depth) + "]";
      case 14: return "[" + expression(depth) + clauses(depth) + "]";
      case 15: return "(" + expression(depth) + clauses(depth) + ")";
      case 16: return "{" + name() + ":" + expression(depth) + clauses(depth) + "}";
      case 17:
        return name() + "(" + (wild_ ? element(depth) : expression(depth)) + clauses(depth) + ")";
      case 18:
        return "lambda " + list_of(3, &Writer::lambda_parameter, depth) + ": " + expression(depth);
      case 19: return "(" + expression(depth) + ")";
      default: return strings(depth);
    }
  }

  std::string primary(unsigned depth) { return rarely(2) ? name() : "(" + expression(depth) + ")"; }
  std::string element(unsigned depth) {
    if (rarely(12)) return "*" + name();
    if (wild(8)) return "*" + expression(depth);
    return (rarely(10) ? name() + " := " : "") + expression(depth);
  }
  std::string pair(unsigned depth) {
    if (wild(6)) return "**" + expression(depth);
    if (rarely(8)) return "**" + name();
    return expression(depth) + ":" + space() + expression(depth);
  }
  std::string argument(unsigned depth) {
    switch (below(8)) {
      case 0: return (wild_ ? "*" : "") + expression(depth);
      case 1: return (wild_ ? "**" : "") + expression(depth);
      case 2:
      case 3: return wild_ ? name() + "=" + expression(depth) : expression(depth);
      case 4: return wild_ ? name() + ":=" + expression(depth) : name();
      default: return expression(depth);
    }
  }
  std::string index(unsigned depth) {
    if (rarely(2)) return element(depth);
    if (rarely(3)) return name() + "[*" + name() + "]";
    std::string out = rarely(2) ? expression(depth) : "";
    out += ":" + (rarely(2) ? expression(depth) : "");
    return out + (rarely(3) ? ":" + (rarely(2) ? expression(depth) : "") : "");
  }
  std::string lambda_parameter(unsigned depth) { return parameter(depth, false); }
  std::string def_parameter(unsigned depth) { return parameter(depth, true); }
  std::string parameter(unsigned depth, bool annotations) {
    const unsigned kind = below(12);
    if (wild_ && kind < 2) return kind == 0 ? "*" : "/";
    std::string out = (!wild_ || kind > 3 ? ""
                       : kind == 2        ? "*"
                                          : "**") +
                      name() + std::to_string(++names_);
    if (annotations && rarely(3)) out += ": " + expression(depth);
    if (!wild_ || rarely(3)) out += "=" + expression(depth);
    return out;
  }
  std::string target(unsigned depth) {
    switch (below(10)) {
      case 0: return name() + "." + name();
      case 1: return name() + "[" + expression(depth) + "]";
      case 2: return "(" + targets(depth > 0 ? depth - 1 : 0) + ")";
      case 3: return "[" + targets(depth > 0 ? depth - 1 : 0) + "]";
      case 4: return wild(2) ? "*" + name() : name();
      case 5: return wild(4) ? expression(depth) : name();
      default: return name();
    }
  }
  std::string targets(unsigned depth) {
    std::string out = target(depth);
    while (rarely(4)) out += ", " + target(depth);
    return out + (rarely(12) ? "," : "");
  }
  std::string values(unsigned depth) {
    std::string out = wild(12) ? "*" + expression(depth) : expression(depth);
    while (rarely(6)) out += ", " + element(depth);
    return out + (rarely(12) ? "," : "");
  }

  std::string simple(unsigned depth) {
    switch (below(20)) {
      case 0: return targets(0) + " = " + targets(depth) + " = " + values(depth);
      case 1:
        return (wild_ ? target(depth) : name()) +
               std::string(
                   one_of({" += ", " -= ", "*=", " //= ", " **= ", ">>=", "|="}, {" @= "})) +
               values(depth);
      case 2:
        return (wild_ ? target(depth) : name()) + ": " + expression(depth) +
               (rarely(2) ? " = " + values(depth) : "");
      case 3: return "del " + (wild_ ? targets(depth) : name() + ", a[" + expression(depth) + "]");
      case 4:
        return std::string(one_of({"pass", "break", "continue", "return", "raise"},
                                  {"yield", "print a", "a := 1"}));
      case 5: return "return " + values(depth);
      case 6: return "raise " + expression(depth) + (rarely(2) ? " from " + expression(depth) : "");
      case 7: return "assert " + expression(depth) + (rarely(2) ? ", " + expression(depth) : "");
      case 8:
        return "import " + name() + (rarely(2) ? "." + name() : "") +
               (rarely(2) ? " as " + name() : "") + (rarely(4) ? ", json" : "");
      case 9:
        return "from " + std::string(one_of({""}, {".", "..."})) + name() + " import " +
               std::string(
                   one_of({"a", "a as b", "a, b", "(a, b as c,)", "(a)"}, {"()", "a,", "*"}));
      case 10:
        return std::string(one_of({"global ", "nonlocal "})) + name() +
               (rarely(3) ? ", " + name() : "");
      case 11:
      case 12:
      case 13:
      case 14: return targets(depth) + " = " + values(depth);
      default: return values(depth);
    }
  }

  void line(unsigned indent, const std::string& text) {
    out_ += (tabs_ ? std::string(indent, '\t') : std::string(indent * 4, ' ')) + text;
    if (rarely(15)) out_ += "  # " + name();
    out_ += rarely(30) ? "\r\n" : rarely(60) ? "\r" : "\n";
    if (rarely(20)) out_ += one_of({"\n", "   \n", "# note\n", "\t\n", "\f\n"});
  }

  void block(unsigned indent, unsigned depth) {
    if (wild(40)) tabs_ = !tabs_;
    for (unsigned i = 1 + below(2); i > 0; --i) statement(indent + 1, depth > 0 ? depth - 1 : 0);
  }

  void statement(unsigned indent, unsigned depth) {
    if (depth == 0 || rarely(2)) {
      std::string text = simple(2);
      while (rarely(10)) text += ";" + space() + simple(1);
      return line(indent, text + (rarely(30) ? ";" : ""));
    }
    switch (below(10)) {
      case 0:
      case 1:
        line(indent, "if " + element(2) + ":");
        block(indent, depth);
        while (rarely(3)) line(indent, "elif " + expression(2) + ":"), block(indent, depth);
        return otherwise(indent, depth);
      case 2:
        line(indent, "while " + element(2) + ":");
        block(indent, depth);
        return otherwise(indent, depth);
      case 3:
      case 4:
        line(indent, "for " + targets(1) + " in " + values(2) + ":");
        block(indent, depth);
        return otherwise(indent, depth);
      case 5: return attempt(indent, depth);
      case 6:
      case 7:
        if (wild(8)) line(indent, "@" + expression(1));
        line(indent, (wild(10) ? "async def " : "def ") + name() + "(" +
                         list_of(4, &Writer::def_parameter, 1) + ")" +
                         (rarely(4) ? " -> " + expression(1) : "") + ":");
        return block(indent, depth);
      case 8:
        if (rarely(3)) line(indent, "@" + element(1));
        line(indent, "class " + name() +
                         (rarely(3) ? "" : "(" + list_of(2, &Writer::argument, 1) + ")") + ":");
        return block(indent, depth);
      default: return odd(indent, depth);
    }
  }

  void otherwise(unsigned indent, unsigned depth) {
    if (rarely(4)) line(indent, "else:"), block(indent, depth);
  }

  void attempt(unsigned indent, unsigned depth) {
    line(indent, "try:");
    block(indent, depth);
    do {
      line(indent, std::string(one_of({"except a", "except (a, b) as e", "except a as e"},
                                      {"except", "except a, b", "except *a"})) +
                       ":");
      block(indent, depth);
    } while (rarely(3));
    otherwise(indent, depth);
    if (rarely(2)) line(indent, "finally:"), block(indent, depth);
  }

  void odd(unsigned indent, unsigned depth) {
    switch (wild_ ? below(4) : 2 + below(2)) {
      case 0: line(indent, "with " + expression(1) + " as a:"); return block(indent, depth);
      case 1:
        line(indent, "match " + values(1) + ":");
        line(indent + 1, "case " + std::string(one_of({"1", "a", "_"})) + ":");
        return block(indent + 1, depth);
      case 2: return line(indent, "if " + expression(1) + ": " + simple(1));
      default: return line(indent, "while " + expression(1) + ": " + simple(1) + "; " + simple(1));
    }
  }

  std::mt19937_64 random_;
  std::string out_;
  bool wild_;
  bool tabs_ = false;
  unsigned names_ = 0;
};

}  // namespace

std::string random_plan(std::uint64_t seed) { return Writer(seed).plan(); }

std::string break_plan(std::string plan, std::uint64_t seed) {
  static constexpr std::string_view kPieces[] = {"(",
                                                 ")",
                                                 "[",
                                                 "]",
                                                 "{",
                                                 "}",
                                                 ",",
                                                 ":",
                                                 ";",
                                                 "=",
                                                 ":=",
                                                 "*",
                                                 "**",
                                                 ".",
                                                 "\n",
                                                 "\n    ",
                                                 " ",
                                                 "'",
                                                 "\"",
                                                 "\\",
                                                 "#",
                                                 "f'{",
                                                 "!r",
                                                 " if ",
                                                 " else ",
                                                 " for ",
                                                 " in ",
                                                 "lambda ",
                                                 "not ",
                                                 "\t",
                                                 "0",
                                                 "1",
                                                 "if",
                                                 "elif",
                                                 "/",
                                                 "->",
                                                 "@",
                                                 "...",
                                                 "is",
                                                 "\r",
                                                 "\f",
                                                 "$",
                                                 "?",
                                                 "!",
                                                 "\xc3\xa9"
                                                 "",
                                                 "\0"};
  std::mt19937_64 random(seed);
  for (unsigned i = 1 + static_cast<unsigned>(random() % 2); i > 0 && !plan.empty(); --i) {
    const std::size_t at = random() % plan.size();
    const std::size_t length = std::min<std::size_t>(1 + random() % 4, plan.size() - at);
    switch (random() % 3) {
      case 0: plan.erase(at, length); break;
      case 1: plan.insert(at, plan.substr(at, length)); break;
      default: plan.insert(at, kPieces[random() % std::size(kPieces)]); break;
    }
  }
  return plan;
}

}  // namespace lang
