// SPDX-License-Identifier: Apache-2.0
// The laundering test: a labelled leaf in every position of every form; the label is in the answer.
#include "lang/plan_testing.h"

namespace lang {
namespace {

// `@` is the leaf. What follows `|` is its kind: i an int, s a text, l a list, d a dict.
constexpr const char* kForms[] = {
    // operators
    "@ + 1|i",
    "1 + @|i",
    "@ - 1|i",
    "2 * @|i",
    "@ / 2|i",
    "14 // @|i",
    "@ % 4|i",
    "2 ** @|i",
    "@ << 1|i",
    "1024 >> @|i",
    "@ & 3|i",
    "@ \\| 8|i",
    "@ ^ 1|i",
    "-@|i",
    "+@|i",
    "~@|i",
    "not @|i",
    "@ + 'a'|s",
    "'a' + @|s",
    "@ * 2|s",
    "'%s' % @|s",
    "@ % 3|i",
    "@ + [1]|l",
    "[1] + @|l",
    "@ * 2|l",
    "[0] * @|i",
    "'a' * @|i",
    "1.5 * @|i",
    "2.0 ** @|i",
    // comparison
    "@ == 1|i",
    "1 != @|i",
    "@ < 3|i",
    "3 <= @|i",
    "@ > 3|i",
    "@ >= 3|i",
    "@ is None|i",
    "@ is not None|i",
    "1 in @|l",
    "@ in [1, 2]|i",
    "9 not in @|l",
    "'o' in @|s",
    "1 < @ < 3|i",
    "1 < 2 < @|i",
    "@ == [1]|l",
    "@ < [1]|l",
    // choice
    "@ and 1|i",
    "0 or @|i",
    "1 and @|i",
    "@ or 5|i",
    "1 if @ else 2|i",
    "@ if True else 2|i",
    "0 if False else @|i",
    "(lambda: @)()|i",
    "(lambda v: v)(@)|i",
    "(lambda v=@: v)()|i",
    "(y := @)|i",
    "(lambda *a: a)(@)|i",
    "(lambda **k: k)(q=@)|i",
    "(lambda: 1 if @ else 2)()|i",
    // displays
    "[@]|i",
    "(@, 1)|i",
    "{@}|i",
    "{@: 1}|i",
    "{1: @}|i",
    "[*@]|l",
    "(*@,)|l",
    "{*@}|l",
    "{**@}|d",
    "[1, *@, 2]|l",
    "[[@]]|i",
    "[[1, @], 2][0][1]|i",
    "{'a': {'b': @}}['a']|i",
    "list({@: 1})|i",
    // f-strings
    "f'{@}'|i",
    "f'{@!r}'|i",
    "f'{@:>5}'|i",
    "f'{1:>{@}}'|i",
    "f'a{@=}'|i",
    // items
    "@[0]|l",
    "@['k']|d",
    "[5, 6, 7, 8, 9, 10, 11, 12][@]|i",
    "@[0:1]|l",
    "[1, 2, 3][@:]|i",
    "[1, 2, 3][:@]|i",
    "[1, 2, 3][::@]|i",
    "'abcdefghij'[@]|i",
    "@[0]|s",
    "@[1:]|s",
    "@.get('k')|d",
    "@.get('none', 1)|d",
    "{7: 1}[@]|i",
    "{1: 1}.get(@)|i",
    "{1: 1}.get(2, @)|i",
    // comprehensions
    "[v for v in @]|l",
    "[1 for v in @]|l",
    "[@ for v in [1]]|i",
    "[1 for v in [1] if @]|i",
    "{v for v in @}|l",
    "{1: v for v in @}|l",
    "{v: 1 for v in @}|l",
    "[w for v in [1] for w in @]|l",
    "[w for v in @ for w in [1]]|l",
    "sum(v for v in @)|l",
    "[v for v in [1, 2] if v == @]|i",
    "[1 for v in [1] if not @]|i",
    // builtins
    "abs(@)|i",
    "all(@)|l",
    "any(@)|l",
    "all([@])|i",
    "bin(@)|i",
    "bool(@)|i",
    "chr(@)|i",
    "dict(@)|d",
    "dict(a=@)|i",
    "divmod(@, 2)|i",
    "divmod(20, @)|i",
    "list(enumerate(@))|l",
    "list(enumerate([1], @))|i",
    "list(filter(None, @))|l",
    "list(filter(lambda v: v > @, [1, 9]))|i",
    "float(@)|i",
    "format(@, '5')|i",
    "format(1, str(@))|i",
    "frozenset(@)|l",
    "hash(@)|i",
    "hex(@)|i",
    "int(@)|i",
    "int(str(@))|i",
    "isinstance(@, int)|i",
    "len(@)|s",
    "len(@)|l",
    "len(@)|d",
    "list(@)|l",
    "list(@)|s",
    "list(map(str, @))|l",
    "list(map(lambda v: @, [1]))|i",
    "max(@)|l",
    "max(1, @)|i",
    "max([1, 2], key=lambda v: v * @)|i",
    "min(@)|l",
    "min(99, @)|i",
    "oct(@)|i",
    "ord(@[0])|s",
    "pow(@, 2)|i",
    "pow(2, @)|i",
    "pow(2, 5, @)|i",
    "range(@)|i",
    "list(range(@))|i",
    "list(range(0, 20, @))|i",
    "repr(@)|s",
    "list(reversed(@))|l",
    "round(@, 1)|i",
    "round(1.55, @)|i",
    "set(@)|l",
    "sorted(@)|l",
    "sorted([1, 2], key=lambda v: v * @)|i",
    "sorted(@)[0]|l",
    "str(@)|i",
    "sum(@)|l",
    "sum([1], @)|i",
    "tuple(@)|l",
    "type(@)|i",
    "list(zip(@, [1, 2]))|l",
    "list(zip([1, 2], @))|l",
    "next(iter(@))|l",
    "next(iter([]), @)|i",
    // methods
    "@.upper()|s",
    "@.lower()|s",
    "@.title()|s",
    "@.strip()|s",
    "@.split()|s",
    "'a b'.split(@)|s",
    "'-'.join([@])|s",
    "@.join(['a', 'b'])|s",
    "@.replace('o', '0')|s",
    "'abc'.replace('b', @)|s",
    "'some text'.replace(@, 'b')|s",
    "@.find('o')|s",
    "'abc'.find(@)|s",
    "@.count('o')|s",
    "@.startswith('s')|s",
    "'abc'.startswith(@)|s",
    "@.endswith('s')|s",
    "@.partition(' ')|s",
    "@.splitlines()|s",
    "@.center(20)|s",
    "'a'.center(@)|i",
    "'a'.ljust(@)|i",
    "'a'.zfill(@)|i",
    "@.isdigit()|s",
    "@.isalpha()|s",
    "@.capitalize()|s",
    "'{}'.format(@)|s",
    "'{a}'.format(a=@)|s",
    "'{:>10}'.format(@)|s",
    "@.format(1)|s",
    "@.removeprefix('s')|s",
    "@.keys()|d",
    "@.values()|d",
    "@.items()|d",
    "@.copy()|l",
    "@.copy()|d",
    "@.index(1)|l",
    "[7].index(@)|i",
    "@.count(1)|l",
    "[1].count(@)|i",
    "@.pop()|l",
    "@.pop('k')|d",
    "{1, 2}.union(@)|l",
    "{1}.issubset(@)|l",
    "{1} \\| {@}|i",
    "{1} & {@}|i",
    "{7} - {@}|i",
    "{1} ^ {@}|i",
    "(1, @).index(1)|i",
    "dict.fromkeys(@)|l",
    "dict.fromkeys([1], @)|i",
    // modules
    "json.dumps(@)|d",
    "json.dumps({'a': @})|i",
    "json.loads(str(@))|i",
    "json.dumps([1], indent=@)|i",
    "re.search('o', @)|s",
    "re.search(@, 'some text')|s",
    "re.search('(o)', @).group(1)|s",
    "re.findall('[a-z]', @)|s",
    "re.sub('o', '0', @)|s",
    "re.sub('o', @, 'oo')|s",
    "re.sub('o', lambda m: m.group(), @)|s",
    "re.sub('o', lambda m: page, 'oo')|s",
    "re.split(' ', @)|s",
    "re.fullmatch('x', @)|s",
    "math.sqrt(@)|i",
    "math.floor(@)|i",
    "math.gcd(@, 2)|i",
    "Counter(@)|l",
    "Counter(@).most_common(1)|l",
    "defaultdict(list, @)|d",
    // models and dataclasses
    "M(f=@)|i",
    "M(f=@).f|i",
    "M(f=1, g=@).f if False else M(f=1, g=@).g|s",
    "M(f=@).model_dump()|i",
    "M(f=@).model_dump_json()|i",
    "M.model_validate({'f': @})|i",
    "D(@)|i",
    "D(@).a|i",
    "D(@) == D(1)|i",
    "str(D(@))|i",
    "E(@)|i",
    "str(E(@))|i",
};

struct Form {
  std::string text;
  char kind;
};
Form form_of(std::string row) {
  const char kind = row.back();
  row.resize(row.size() - 2);
  for (std::size_t at = row.find("\\|"); at != row.npos; at = row.find("\\|", at)) row.erase(at, 1);
  return {row, kind};
}
std::string with(const std::string& form, const std::string& leaf) {
  std::string out;
  for (const char c : form) out += c == '@' ? leaf : std::string(1, c);
  return out;
}
std::string_view leaf_of(char kind) {
  return kind == 'i' ? "secret" : kind == 's' ? "page" : kind == 'l' ? "items" : "data";
}
const std::string kHead = kGiven +
                          "import json, re, math\nfrom collections import Counter, "
                          "defaultdict\nfrom pydantic import BaseModel\n"
                          "from dataclasses import dataclass\nfrom enum import Enum\nclass "
                          "M(BaseModel):\n  f: int\n  g: str = ''\n"
                          "@dataclass\nclass D:\n  a: int\nclass E(Enum):\n  A = 7\n";

struct Place {
  const char* name;
  const char* before;
  const char* after;
};
// What is then done with the form's value; the answer is in `x`.
constexpr Place kPlaces[] = {
    {"assigned", "x = ", ""},
    {"in a list", "x = [", "]"},
    {"as a dict's value", "x = {'a': ", "}"},
    {"appended", "x = []\nx.append(", ")"},
    {"stored in an item", "x = [0]\nx[0] = ", ""},
    {"formatted", "x = f'{", "}'"},
    {"passed through a function", "def h(v):\n  return v\nx = h(", ")"},
    {"kept by a closure", "def h(v):\n  return lambda: v\nx = h(", ")()"},
    {"in an exception", "try:\n  raise ValueError(", ")\nexcept ValueError as e:\n  x = str(e)"},
    {"tested", "x = 1\nif ", ":\n  x = 2"},
    {"tested and not taken", "x = 1\nif not (", "):\n  x = 2\nelse:\n  pass"},
    {"looped over", "x = 0\nfor i in [", "]:\n  x = i"},
    {"unpacked", "x, y = ", ", 1"},
    {"printed and returned", "def h():\n  return ", "\nx = h()"},
};

TEST(Laundering, TheLabelOfALeafIsInTheAnswerOfEveryForm) {
  int runs = 0;
  for (const char* row : kForms)
    for (const Place& place : kPlaces) {
      const Form form = form_of(row);
      std::string expression = with(form.text, std::string(leaf_of(form.kind)));
      if (expression.starts_with("(y :=") && std::string_view(place.name) == "formatted") continue;
      if (std::string_view(place.name) == "formatted" &&
          expression.find_first_of("'\\\"{}!:=\n") != std::string::npos)
        continue;
      World world;
      const std::string source =
          kHead + place.before + expression + place.after + "\nfinal_return_value = str(x)\n";
      const Outcome out = world.run(source);
      ++runs;
      // A form that raises has to say so under the label.
      EXPECT_TRUE(out.kind == Outcome::Kind::kDone || out.kind == Outcome::Kind::kRaised)
          << expression << " " << place.name << ": " << out.text;
      EXPECT_EQ(out.label, world.secret)
          << expression << ", " << place.name << " gave " << schema::write(out.value) << out.error;
    }
  EXPECT_GT(runs, 2500);
}

TEST(Laundering, WithoutALabelledLeafAnAnswerIsClean) {
  for (const char* row : kForms) {
    const Form form = form_of(row);
    if (form.text.find("page") != std::string::npos) continue;
    const char* leaf = form.kind == 'i'   ? "(7)"
                       : form.kind == 's' ? "'some text'"
                       : form.kind == 'l' ? "[3, 1, 2]"
                                          : "dict(k=5)";
    if (form.text.find("f'") != std::string::npos) leaf = form.kind == 'i' ? "7" : leaf;
    World world;
    const Outcome out =
        world.run(kHead + "x = " + with(form.text, leaf) + "\nfinal_return_value = str(x)\n");
    EXPECT_NE(out.kind, Outcome::Kind::kLimit) << form.text << out.text;
    EXPECT_EQ(out.label, label::kClean) << form.text;
  }
}

}  // namespace
}  // namespace lang
