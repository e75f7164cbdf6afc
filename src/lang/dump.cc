// SPDX-License-Identifier: Apache-2.0
#include "lang/dump.h"

#include <fmt/format.h>

#include <bit>
#include <cstdlib>

namespace lang {
namespace {

constexpr std::string_view kOperators[] = {
    "Add",   "Sub",    "Mult", "Div",  "FloorDiv", "Mod",    "Pow", "LShift", "RShift", "BitAnd",
    "BitOr", "BitXor", "Not",  "USub", "UAdd",     "Invert", "And", "Or",     "Eq",     "NotEq",
    "Lt",    "LtE",    "Gt",   "GtE",  "Is",       "IsNot",  "In",  "NotIn"};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') out += c;
    else out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out + '"';
}

// Digits of any base, with 0x, 0o, 0b → hex digits. By limbs: the number may be large.
std::string as_hex(std::string_view text) {
  std::uint32_t base = 10;
  if (text.size() > 2 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) text.remove_prefix(2);
  }
  std::vector<std::uint32_t> limbs{0};
  for (const char c : text) {
    std::uint64_t carry = static_cast<std::uint64_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    for (std::uint32_t& limb : limbs) {
      carry += std::uint64_t{limb} * base;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  std::string out = fmt::format("{:x}", limbs.back());
  for (std::size_t i = limbs.size() - 1; i > 0; --i) out += fmt::format("{:08x}", limbs[i - 1]);
  return out;
}

class Dumper {
 public:
  explicit Dumper(const Tree& tree) : tree_(tree) {}
  std::string run() {
    out_ = "(Module";
    list(tree_.at(tree_.root));
    return out_ + ")";
  }

 private:
  void text(std::string_view words) { (out_ += ' ') += words; }
  void text_or_none(std::uint32_t index) {
    text(index == kNoText ? std::string_view("_") : tree_.text(index));
  }
  void open(std::string_view kind, const Node& n) {
    ((out_ += '(') += kind) += '@';
    if (in_format_ == 0)
      fmt::format_to(std::back_inserter(out_), "{}:{}", n.place.line, n.place.column);
  }
  NodeId link(const Node& n, std::uint32_t i) const { return tree_.links[n.first + i]; }
  void child(NodeId id) {
    out_ += ' ';
    if (id == kNoNode) out_ += '_';
    else node(tree_.at(id));
  }
  void list(const Node& n, std::uint32_t from = 0, std::uint32_t step = 1) {
    out_ += " [";
    for (std::uint32_t i = from; i < n.count; i += step) child(link(n, i));
    out_ += " ]";
  }
  void body(NodeId id) {
    if (id == kNoNode) out_ += " [ ]";
    else list(tree_.at(id));
  }

  void node(const Node& n) {
    if (n.kind >= NodeKind::kExpression) statement(n);
    else if (n.kind >= NodeKind::kTuple) compound(n);
    else simple(n);
    out_ += ')';
  }

  void simple(const Node& n) {
    switch (n.kind) {
      case NodeKind::kNone: return open("None", n);
      case NodeKind::kTrue: return open("True", n);
      case NodeKind::kFalse: return open("False", n);
      case NodeKind::kEllipsis: return open("Ellipsis", n);
      case NodeKind::kInt: return open("Int", n), text(as_hex(tree_.text(n.text)));
      case NodeKind::kFloat:
        open("Float", n);
        return text(fmt::format("{:016x}", std::bit_cast<std::uint64_t>(
                                               std::strtod(tree_.text(n.text).c_str(), nullptr))));
      case NodeKind::kString: return open("Str", n), text(quoted(tree_.text(n.text)));
      case NodeKind::kFString:
        open("JoinedStr", n);
        ++in_format_;
        list(n);
        --in_format_;
        return;
      case NodeKind::kFormatted:
        open("FormattedValue", n);
        child(n.a);
        text(n.op == 0 ? std::string("_") : std::string(1, static_cast<char>(n.op)));
        return child(n.b);
      default: return open("Name", n), text(tree_.text(n.text));
    }
  }

  void compound(const Node& n) {
    switch (n.kind) {
      case NodeKind::kTuple: return open("Tuple", n), list(n);
      case NodeKind::kList: return open("List", n), list(n);
      case NodeKind::kSet: return open("Set", n), list(n);
      case NodeKind::kDict: return open("Dict", n), list(n, 0, 2), list(n, 1, 2);
      case NodeKind::kStar: return open("Starred", n), child(n.a);
      case NodeKind::kAttribute: return open("Attribute", n), child(n.a), text(tree_.text(n.text));
      case NodeKind::kSubscript: return open("Subscript", n), child(n.a), child(n.b);
      case NodeKind::kSlice: return open("Slice", n), child(n.a), child(n.b), child(n.c);
      case NodeKind::kCall: return open("Call", n), child(n.a), arguments(n);
      case NodeKind::kKeyword: return open("keyword", n), text_or_none(n.text), child(n.a);
      case NodeKind::kUnary: return open("UnaryOp", n), operation(n), child(n.a);
      case NodeKind::kBinary: return open("BinOp", n), child(n.a), operation(n), child(n.b);
      case NodeKind::kBool: return open("BoolOp", n), operation(n), list(n);
      case NodeKind::kCompare: return open("Compare", n), child(n.a), list(n);
      case NodeKind::kCompareTail: out_ += "(tail"; return operation(n), child(n.a);
      case NodeKind::kConditional: return open("IfExp", n), child(n.a), child(n.b), child(n.c);
      case NodeKind::kNamed: return open("NamedExpr", n), child(n.a), child(n.b);
      case NodeKind::kLambda: return open("Lambda", n), list(n), child(n.a);
      case NodeKind::kListComp: return open("ListComp", n), child(n.a), list(n);
      case NodeKind::kSetComp: return open("SetComp", n), child(n.a), list(n);
      case NodeKind::kGenerator: return open("GeneratorExp", n), child(n.a), list(n);
      case NodeKind::kDictComp: return open("DictComp", n), child(n.a), child(n.b), list(n);
      default: out_ += "(for"; return child(n.a), child(n.b), list(n);
    }
  }

  void statement(const Node& n) {
    switch (n.kind) {
      case NodeKind::kExpression: return open("Expr", n), child(n.a);
      case NodeKind::kAssign: return open("Assign", n), list(n), child(n.a);
      case NodeKind::kAugmented: return open("AugAssign", n), child(n.a), operation(n), child(n.b);
      case NodeKind::kAnnotated: return open("AnnAssign", n), child(n.a), child(n.b), child(n.c);
      case NodeKind::kDelete: return open("Delete", n), list(n);
      case NodeKind::kPass: return open("Pass", n);
      case NodeKind::kBreak: return open("Break", n);
      case NodeKind::kContinue: return open("Continue", n);
      case NodeKind::kIf: return open("If", n), child(n.a), list(n), body(n.b);
      case NodeKind::kWhile: return open("While", n), child(n.a), list(n), body(n.b);
      case NodeKind::kFor: return open("For", n), child(n.a), child(n.b), list(n), body(n.c);
      case NodeKind::kTry: return open("Try", n), list(n), body(n.a), body(n.b), body(n.c);
      case NodeKind::kHandler: return open("handler", n), child(n.a), text_or_none(n.text), list(n);
      case NodeKind::kRaise: return open("Raise", n), child(n.a), child(n.b);
      case NodeKind::kAssert: return open("Assert", n), child(n.a), child(n.b);
      case NodeKind::kReturn: return open("Return", n), child(n.a);
      case NodeKind::kParameter: return parameter(n);
      default: return declaration(n);
    }
  }

  void declaration(const Node& n) {
    switch (n.kind) {
      case NodeKind::kFunction:
        open("FunctionDef", n), text(tree_.text(n.text));
        return body(n.a), child(n.b), list(n);
      case NodeKind::kClass:
        open("ClassDef", n), text(tree_.text(n.text));
        return arguments(tree_.at(n.a)), body(n.b), list(n);
      case NodeKind::kImport: return open("Import", n), list(n);
      case NodeKind::kImportFrom: return open("ImportFrom", n), text(tree_.text(n.text)), list(n);
      case NodeKind::kAlias:
        return open("alias", n), text(tree_.text(n.text)), text_or_none(n.second);
      case NodeKind::kGlobal: return open("Global", n), names(n);
      case NodeKind::kNonlocal: return open("Nonlocal", n), names(n);
      default: return open("?", n);
    }
  }

  void operation(const Node& n) { text(kOperators[n.op]); }

  // Positional ones and keywords apart, as CPython has them.
  void arguments(const Node& n) {
    for (const bool keywords : {false, true}) {
      out_ += " [";
      for (std::uint32_t i = 0; i < n.count; ++i)
        if ((tree_.at(link(n, i)).kind == NodeKind::kKeyword) == keywords) child(link(n, i));
      out_ += " ]";
    }
  }

  void names(const Node& n) {
    for (std::uint32_t i = 0; i < n.count; ++i) text(tree_.text(tree_.at(link(n, i)).text));
  }

  void parameter(const Node& n) {
    if (n.text == kNoText) {
      (out_ += '(') += static_cast<char>(n.op);
      return;
    }
    open(n.op == 0 ? "arg" : n.op == '*' ? "vararg" : "kwarg", n);
    text(tree_.text(n.text));
    child(n.b);
    child(n.a);
  }

  const Tree& tree_;
  std::string out_;
  int in_format_ = 0;
};

}  // namespace

std::string dump(const Tree& tree) { return Dumper(tree).run(); }

}  // namespace lang
