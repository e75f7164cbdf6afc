// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/leaks.h"

namespace plan_test {
namespace {

constexpr Leak kLeaks[] = {
    {"UnpackedArgumentsSayHowManyThereAre",
     "l = high('ints')\n"
     "x = (lambda *a: a)(*l)\n"
     "send(len(x))\n"
     "send(x)\n"},
    {"UnpackedKeywordsSayWhichThereAre",
     "d = high('dict')\n"
     "send((lambda **k: k)(**d))\n"},
    {"CallBacksAreUnderTheirIterable",
     "l = high('ints')\n"
     "x = list(map(lambda v: send(1), l))\n"
     "send(2)\n"},
    {"SortKeysAreUnderTheList",
     "l = high('ints')\n"
     "l.sort(key=lambda v: echo(1))\n"
     "send(1)\n"},
    {"FiltersCallUnderTheirIterable",
     "l = high('ints')\n"
     "def f(v):\n"
     "  send(1)\n"
     "  return v\n"
     "x = filter(f, l)\n"
     "send(1)\n"},
    {"WhatAndWouldHavePrinted",
     "b = high('bool')\n"
     "b and print(1)\n"},
    {"WhatAComparisonWouldHavePrinted",
     "i = high('int')\n"
     "(0 < i < echo(3)) and 0\n"},
    {"AHandlersRaiseWasPerhapsSkipped",
     "i = high('int')\n"
     "v = [0]\n"
     "try:\n"
     "  v[i]\n"
     "except IndexError:\n"
     "  raise Stop()\n"
     "send(1)\n"},
    {"AnAssertBehindWhatMayRaise",
     "i = high('int')\n"
     "try:\n"
     "  assert 0 / i\n"
     "except ZeroDivisionError:\n"
     "  pass\n"
     "send(1)\n"},
    {"TheElseOfALoopThatAssertsUnderALabel",
     "b = high('bool')\n"
     "try:\n"
     "  for e in [1]:\n"
     "    assert b\n"
     "  else:\n"
     "    send(1)\n"
     "except AssertionError:\n"
     "  pass\n"},
    {"AComprehensionsBodyMayRaise",
     "l = high('ints')\n"
     "v = 0\n"
     "try:\n"
     "  x = [1 // 0 for w in l]\n"
     "  v = 2\n"
     "except ZeroDivisionError:\n"
     "  pass\n"
     "send(v)\n"},
    {"DeletingMayRaise",
     "i = high('int')\n"
     "v = 1\n"
     "try:\n"
     "  l = [1]\n"
     "  del l[i]\n"
     "  v = 2\n"
     "except IndexError:\n"
     "  pass\n"
     "send(v)\n"},
    {"ChosenContainersOfUnequalBirth",
     "b = high('bool')\n"
     "l = high('ints')\n"
     "y = []\n"
     "z = l if b else y\n"
     "z.append(1)\n"
     "send(y)\n"},
    {"ChosenBeforeTheBranch",
     "b = high('bool')\n"
     "x = []\n"
     "y = []\n"
     "z = x if b else y\n"
     "if b:\n"
     "  z.append(1)\n"
     "send(x)\n"
     "send(y)\n"},
    {"ReboundInTheBranch",
     "b = high('bool')\n"
     "x = []\n"
     "z = x\n"
     "for i in [0, 1]:\n"
     "  if b:\n"
     "    z += [1]\n"
     "    z = []\n"
     "send(x)\n"},
    {"WhichFunctionRan",
     "b = high('bool')\n"
     "n = 0\n"
     "m = 0\n"
     "def f():\n"
     "  global n\n"
     "  n = 1\n"
     "def g():\n"
     "  global m\n"
     "  m = 1\n"
     "(f if b else g)()\n"
     "send(n)\n"
     "send(m)\n"},
    {"WhatAnotherFunctionWouldHavePrinted",
     "b = high('bool')\n"
     "(print if b else str)(1)\n"},
    {"WhatAFinallyRunsBehind",
     "t = high('text')\n"
     "v = 1\n"
     "try:\n"
     "  int(t)\n"
     "  send(1)\n"
     "  v = 2\n"
     "finally:\n"
     "  send(v)\n"},
    {"AFunctionThatIsPerhapsNotThere",
     "i = high('int')\n"
     "v = 0\n"
     "if i == 1:\n"
     "  def f(x):\n"
     "    return 0\n"
     "try:\n"
     "  filter(f)\n"
     "except TypeError:\n"
     "  pass\n"
     "except NameError:\n"
     "  pass\n"
     "send(i)\n"
     "send(v)\n"},
    {"AMethodKeptInABranch",
     "i = high('int')\n"
     "v = []\n"
     "w = []\n"
     "send(i)\n"
     "if i == 1:\n"
     "  m = w.append\n"
     "send(v)\n"
     "send(w)\n"},
    {"AListUnderALabelHoldsOthers",
     "l = high('ints')\n"
     "x = []\n"
     "([x for g in l] + [l])[0].append(0)\n"
     "send(x)\n"},
    {"TheLineOfAFinally",
     "i = high('int')\n"
     "send(i)\n"
     "try:\n"
     "  assert False\n"
     "finally:\n"
     "  if i:\n"
     "    v = 0\n"},
    {"ALaterAssertThatABreakSkips",
     "b = high('bool')\n"
     "send(b)\n"
     "for v in [0]:\n"
     "  if b:\n"
     "    break\n"
     "  for e in []:\n"
     "    assert v\n"
     "send(1)\n"},
    {"AnElseThatBreaksTheOuterLoop",
     "i = high('int')\n"
     "n = 0\n"
     "for e in [1, 2]:\n"
     "  while n < i % 2:\n"
     "    n = 1\n"
     "  else:\n"
     "    if e:\n"
     "      break\n"
     "send(n)\n"},
    {"AFunctionThatABranchDefines",
     "b = high('bool')\n"
     "x = []\n"
     "if b:\n"
     "  def f(v):\n"
     "    x.append(1)\n"
     "  f(1)\n"
     "send(x)\n"},
    {"WhatARestOfAFunctionWouldHavePrinted",
     "b = high('bool')\n"
     "def f():\n"
     "  if b:\n"
     "    return 1\n"
     "  print(2)\n"
     "  return 2\n"
     "f()\n"},
    {"TheReverseOfASortInPlace",
     "b = high('bool')\n"
     "x = [1, 2]\n"
     "x.sort(reverse=b)\n"
     "send(x)\n"},
    {"TheDefaultOfJson",
     "i = high('int')\n"
     "send(json.dumps([{1, 2}], default=lambda v: i))\n"},
    {"TheTypeOfAHandler",
     "b = high('bool')\n"
     "t = ValueError if b else KeyError\n"
     "x = 0\n"
     "try:\n"
     "  raise ValueError()\n"
     "except t:\n"
     "  x = 1\n"
     "except ValueError:\n"
     "  x = 2\n"
     "send(x)\n"},
    {"WhatAnAssertSkipsInATry",
     "b = high('bool')\n"
     "x = []\n"
     "try:\n"
     "  assert b\n"
     "  x.append(1)\n"
     "except AssertionError:\n"
     "  pass\n"
     "send(x)\n"},
    {"WhetherALoopOverAGrowingListGoesOn",
     "b = high('bool')\n"
     "y = [1]\n"
     "v = [1]\n"
     "for e in v:\n"
     "  if not b:\n"
     "    if len(v) < 3:\n"
     "      v.extend(y)\n"
     "send(y)\n"
     "send(v)\n"},
    {"RemoveComparesElements",
     "i = high('int')\n"
     "x = 0\n"
     "try:\n"
     "  [i, 5].remove(3)\n"
     "  x = 1\n"
     "except ValueError:\n"
     "  pass\n"
     "send(x)\n"},
    {"AResultThatIsNoJson",
     "b = high('bool')\n"
     "b and send\n"},
};

}  // namespace

std::span<const Leak> leaks() { return kLeaks; }

}  // namespace plan_test
