// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/rows.h"

namespace plan_test {
namespace {

constexpr Row kRows[] = {
    {"builtin", "abs bin hex oct repr ascii bool float str hash", "%(`7`)"},
    {"builtin", "all any len list tuple set frozenset sorted sum max min reversed enumerate iter",
     "%(`[3,1,2]`)"},
    {"builtin", "all any sum max min sorted", "%(v * `2` for v in `[3,1,2]`)"},
    {"builtin", "callable", "callable(`7`)"},
    {"builtin", "callable", "callable(abs if `true` else 1)"},
    {"builtin", "chr", "chr(`97`)"},
    {"builtin", "divmod", "divmod(`20`, `7`)"},
    {"builtin", "enumerate", "enumerate(`[3,1]`, start=`2`)"},
    {"builtin", "exit", "x = 0\ntry:\n  exit(`\"bye\"`)\nexcept SystemExit as e:\n  x = str(e)"},
    {"builtin", "exit", "x = 0\ntry:\n  if `true`:\n    exit()\nexcept SystemExit:\n  x = 1"},
    {"builtin", "filter", "filter(lambda v: v > `1`, `[3,1,2]`)"},
    {"builtin", "filter", "filter(None, `[3,0,2]`)"},
    {"builtin", "format", "format(`3.25`, `\".1f\"`)"},
    {"builtin", "hasattr", "hasattr(`\"some\"`, 'upper')"},
    {"builtin", "isinstance", "isinstance(`7`, int)"},
    {"builtin", "isinstance", "isinstance(7, int if `true` else str)"},
    {"builtin", "issubclass", "issubclass(bool if `true` else int, int if `true` else str)"},
    {"builtin", "len", "len(`\"some\"`)"},
    {"builtin", "len", "len(`{\"k\":5}`)"},
    {"builtin", "map", "map(lambda v, w: v + w + `1`, `[3,1]`, `[1,2]`)"},
    {"builtin", "map", "x = []\nfor v in map(x.append, `[3,1]`):\n  pass"},
    {"builtin", "max min", "%(`3`, `4`)"},
    {"builtin", "max min", "%(`[]`, default=`4`)"},
    {"builtin", "max min", "%([3, 1], key=lambda v: v * `2`)"},
    {"builtin", "next", "next(iter(`[3,1]`))"},
    {"builtin", "next", "next(iter(`[]`), `4`)"},
    {"builtin", "next", "x = iter([1, 2, 3])\nif `true`:\n  next(x)"},
    {"builtin", "ord", "ord(`\"a\"`)"},
    {"builtin", "pow", "pow(`2`, `5`)"},
    {"builtin", "pow", "pow(`2`, `5`, `7`)"},
    {"builtin", "print", "print(`7`)"},
    {"builtin", "range", "range(`1`, `9`, `2`)"},
    {"builtin", "range", "list(range(`3`))"},
    {"builtin", "round", "round(`2.567`, `1`)"},
    {"builtin", "sorted", "sorted([3, 1], key=lambda v: v * `2`, reverse=`true`)"},
    {"builtin", "sum", "sum(`[3,1]`, `4`)"},
    {"builtin", "zip", "zip(`[3,1]`, `[1,2]`, strict=`true`)"},
    {"type", "bool float str type", "%(`7`)"},
    {"type", "int", "int(`\"7\"`)"},
    {"type", "int", "int(`\"17\"`, `8`)"},
    {"type", "list tuple set frozenset deque Counter", "%(`[3,1,2]`)"},
    {"type", "deque", "deque([1, 2, 3], `2`)"},
    {"type", "dict OrderedDict Counter", "%(`{\"k\":5}`)"},
    {"type", "dict OrderedDict Counter", "%(a=`5`)"},
    {"type", "dict OrderedDict", "%([(`\"a\"`, `1`)])"},
    {"type", "defaultdict", "defaultdict(int, `{\"k\":5}`)"},
    {"type", "defaultdict", "x = defaultdict(list)\nx[`\"a\"`].append(`1`)"},
    {"type", "defaultdict", "x = defaultdict(lambda: `1`)\ny = x['a']"},
    {"type", "range slice", "%(`1`, `9`, `2`)"},
    {"json", "dumps", "json.dumps(`{\"k\":5}`, indent=`2`, sort_keys=`true`, ensure_ascii=`true`)"},
    {"json", "dumps", "json.dumps({1, 2} if `true` else 1, default=lambda v: `7`)"},
    {"json", "loads", "json.loads(`\"[1]\"`)"},
    {"math",
     "sqrt exp sin cos tan asin acos atan log log2 log10 fabs floor ceil trunc sinh cosh "
     "tanh asinh atanh degrees radians erf erfc exp2 expm1 log1p ulp cbrt modf frexp isnan isinf "
     "isfinite",
     "math.%(`0.5`)"},
    {"math", "acosh", "math.acosh(`1.5`)"},
    {"math", "pow atan2 fmod copysign remainder nextafter hypot log", "math.%(`2.5`, `3.5`)"},
    {"math", "dist", "math.dist(`[1,2]`, `[3,4]`)"},
    {"math", "ldexp", "math.ldexp(`2.5`, `3`)"},
    {"math", "isqrt factorial", "math.%(`5`)"},
    {"math", "gcd lcm comb perm", "math.%(`6`, `4`)"},
    {"math", "prod fsum", "math.%(`[3,1,2]`)"},
    {"math", "isclose", "math.isclose(`1.0`, `1.1`, rel_tol=`0.5`, abs_tol=`0.1`)"},
    {"re", "search match fullmatch findall finditer split", "re.%(`\"s+\"`, `\"ss\"`)"},
    {"re", "search match", "x = str(re.%(`\"S\"`, `\"ss\"`, re.I if `true` else 0))"},
    {"re", "sub subn", "re.%(`\"o\"`, `\"0\"`, `\"some\"`, count=`1`)"},
    {"re", "sub subn", "re.%('o', lambda m: m.group() + `\"0\"`, 'some')"},
    {"re", "compile escape", "re.%(`\"s.\"`)"},
    {"dataclasses", "asdict astuple", "%(D(a=`1`))"},
    {"dataclasses", "replace", "dataclasses.replace(D(a=`1`), b=`2`)"},
    {"dataclasses", "is_dataclass", "%(D(a=`1`))"},
};

constexpr Exempt kExempt[] = {
    {"date class.today", "refused when called: a plan has no clock"},
    {"datetime class.now", "refused when called: a plan has no clock"},
    {"datetime class.utcnow", "refused when called: a plan has no clock"},
};

}  // namespace

std::span<const Row> function_rows() { return kRows; }
std::span<const Exempt> exempt() { return kExempt; }

}  // namespace plan_test
