// SPDX-License-Identifier: Apache-2.0
// Plans that would take everything: each ends with a limit that names it, soon.
#include "lang/plan_testing.h"

namespace lang {
namespace {

std::string limit(const std::string& source) {
  World world;
  const Outcome out = world.run(source);
  return out.kind == Outcome::Kind::kLimit ? out.text : "ended with " + out.error + out.text;
}

TEST(Limits, EachNamesItself) {
  const std::pair<const char*, const char*> kRows[] = {
      {"10**(10**7)", "integer of more than 4,096 bits"},
      {"1 << 5000", "integer of more than 4,096 bits"},
      {"x = 3\nwhile True:\n  x *= x", "integer of more than 4,096 bits"},
      {"for i in range(10**9):\n  pass", "steps"},
      {"while True:\n  pass", "steps"},
      {"list(range(10**9))", "elements"},
      {"[0] * 10**9", "elements"},
      {"'a' * 10**9", "string"},
      {"x = 'a' * 10**7\nx = x + x", "string"},
      {"'a'.ljust(10**9)", "string"},
      {"f'{1:1000000000}'", "string"},
      {"('a' * 10**6).replace('a', 'b' * 10**6)", "string"},
      {"(',' * 10**6).join(['a'] * 100)", "string"},
      {"def f():\n  return f()\nf()", "call depth"},
      {"f = lambda: f()\nf()", "call depth"},
      {"def f(n):\n  return [[[[f(n + 1)]]]]\nf(0)", "call depth"},
      {"x = []\nwhile True:\n  x.append('a' * 100000)", "heap"},
      {"x = []\nfor i in range(10**8):\n  x.append(i)", "elements"},
      {"while True:\n  print('a' * 10000)", "output"},
      {"for i in range(300):\n  send(1)", "tool calls"},
      {"import re\nre.search('(?=a)b', 'ab')",
       "regular expression: look-ahead (patterns are RE2's) at position 0: write it without"},
      {"import re\nre.search(r'(a)\\1', 'aa')",
       "regular expression: back-reference (patterns are RE2's) at position 3: write it without"},
      {"x = []\nx.append(x)\nrepr(x)", "nesting of values"},
      {"x = []\nx.append(x)\ny = [x]\ny.append(y)\nx == y", "ended with "},
      {"x = []\nfor i in range(1000):\n  x = [x]\nx == [x]", "nesting of values"},
      {"x = {}\nx['a'] = x\nsend(x)", "nesting of values"},
      {"import math\nmath.factorial(5000)", "integer of more than 4,096 bits"},
  };
  for (const auto& [source, expected] : kRows) EXPECT_EQ(limit(source), expected) << source;
}

TEST(Limits, ARegexThatWouldBacktrackForeverEnds) {
  World world;
  EXPECT_EQ(
      world.value("import re\nfinal_return_value = re.match('(a+)+$', 'a' * 5000 + 'b') is None"),
      "true");
}

TEST(Limits, ACyclicContainerHasALabel) {
  World world;
  const Outcome out =
      world.run(kGiven + "x = []\ny = [x, secret]\nx.append(y)\nfinal_return_value = len(x)\n");
  EXPECT_EQ(out.label, world.secret);
}

TEST(Limits, TwoHundredCallsDeepFit) {
  World world;
  EXPECT_EQ(
      world.value("def f(n):\n  return 0 if n == 0 else 1 + f(n - 1)\nfinal_return_value = f(198)"),
      "198");
}

TEST(Refused, WhatIsNotInTheLanguageIsRefusedBeforeAnythingRuns) {
  for (const char* source :
       {"send(1)\neval('1')", "send(1)\n__import__('os')", "send(1)\nimport os",
        "send(1)\nfrom os import path", "send(1)\nx.__class__", "send(1)\nopen('f')",
        "send(1)\nglobals()", "send(1)\nclass A:\n  def f(self):\n    pass", "send(1)\nbreak",
        "send(1)\nreturn 1", "send(1)\nnever_defined", "send(1)\nsned(2)",
        "send(1)\nimport json.decoder", "send(1)\nfrom json import nothing",
        "send(1)\ndef f(a, a):\n  pass", "send(1)\n@cache\nclass A:\n  pass",
        "send(1)\ndef f():\n  nonlocal q\n", "send(1)\nsеnd(2)"}) {
    World world;
    const Outcome out = world.run(source);
    EXPECT_EQ(out.text.substr(0, 8), "refused:") << source;
    EXPECT_TRUE(world.sent.empty()) << source;
  }
}

TEST(Refused, AMisspelledNameGetsTheNearestAsAHint) {
  World world;
  EXPECT_NE(world.run("sned(2)").text.find("did you mean `send`?"), std::string::npos);
}

}  // namespace
}  // namespace lang
