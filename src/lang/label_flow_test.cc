// SPDX-License-Identifier: Apache-2.0
// Leaks that are known of other interpreters of this kind, each with the right answer, and what
// control decides.
#include "lang/plan_testing.h"

namespace lang {
namespace {

// The label of `x` after `source` ran behind the given values.
label::LabelId after(const std::string& source) {
  World world;
  const Outcome out = world.run(kGiven + source + "\nfinal_return_value = x\n");
  EXPECT_EQ(out.kind, Outcome::Kind::kDone) << source << ": " << out.error << " " << out.text;
  return out.label == label::kClean  ? label::kClean
         : out.label == world.secret ? label::LabelId{2}
                                     : out.label;
}
constexpr label::LabelId kSecret{2};

// The control labels with which `send` was called.
std::vector<bool> tainted_sends(const std::string& source) {
  World world;
  const Outcome out = world.run(kGiven + source);
  EXPECT_NE(out.kind, Outcome::Kind::kLimit) << source << ": " << out.text;
  std::vector<bool> tainted;
  for (const Call& call : world.sent) tainted.push_back(call.control == world.secret);
  return tainted;
}

TEST(Labels, AListOfASecretAnswersWithItsElement) { EXPECT_EQ(after("x = [secret]"), kSecret); }

TEST(Labels, StrLenMaxSumSortedJoinAndGetKeepTheLabel) {
  for (const char* expression :
       {"str(page)", "len(page)", "max(items)", "sum(items)", "sorted(items)[0]",
        "','.join([page])", "{'some text': 1}.get(page)", "{'some text': 1}[page]",
        "[10, 20, 30, 40, 50, 60, 70, 80][secret]"})
    EXPECT_EQ(after(std::string("x = ") + expression), kSecret) << expression;
}

TEST(Labels, AToolsArgumentCarriesTheLabelWhole) {
  World world;
  world.run(kGiven + "send(page, f'about {page}')\nsend([1, [secret]])\nsend(1)\n");
  ASSERT_EQ(world.sent.size(), 3u);
  EXPECT_EQ(world.sent[0].arguments[0].label, world.secret);
  EXPECT_EQ(world.sent[0].arguments[1].label, world.secret);
  EXPECT_EQ(world.sent[1].arguments[0].label, world.secret);
  EXPECT_EQ(world.sent[1].arguments[0].leaves[0].path, "/0");
  EXPECT_EQ(world.sent[1].arguments[0].leaves[0].label, label::kClean);
  EXPECT_EQ(world.sent[1].arguments[0].leaves[1].label, world.secret);
  EXPECT_EQ(world.sent[2].arguments[0].label, label::kClean);
}

TEST(Labels, AFieldOfAModelKeepsTheLabelOfWhatItWasMadeOf) {
  EXPECT_EQ(
      after("from pydantic import BaseModel\nclass M(BaseModel):\n  f: int\nx = M(f=secret).f"),
      kSecret);
  EXPECT_EQ(
      after("from pydantic import BaseModel\nclass M(BaseModel):\n  f: int\nx = str(M(f=secret))"),
      kSecret);
}

TEST(Labels, CallsInComprehensionsOverOrUnderASecretAreControlledByIt) {
  EXPECT_EQ(tainted_sends("y = [send(1) for i in items]"), std::vector<bool>(3, true));
  EXPECT_EQ(tainted_sends("y = [send(1) for i in [1] if secret]"), std::vector<bool>{true});
  EXPECT_EQ(tainted_sends("y = [send(1) for i in [1]]"), std::vector<bool>{false});
}

TEST(Labels, ACallBehindAndIsControlledByTheLeftSide) {
  EXPECT_EQ(tainted_sends("secret and send(1)"), std::vector<bool>{true});
  EXPECT_EQ(tainted_sends("nothing or send(1)"), std::vector<bool>{true});
  EXPECT_EQ(tainted_sends("send(1) if secret else 0"), std::vector<bool>{true});
}

TEST(Labels, AfterARaiseThatASecretDecidedCallsAreControlledByIt) {
  EXPECT_EQ(tainted_sends("if nothing:\n  raise ValueError()\nsend(1)"), std::vector<bool>{true});
  EXPECT_EQ(tainted_sends("assert secret\nsend(1)"), std::vector<bool>{true});
  EXPECT_EQ(tainted_sends("def f():\n  raise ValueError()\nif nothing:\n  f()\nsend(1)"),
            std::vector<bool>{true});
}

TEST(Labels, AVariableOfAnUntakenBranchCarriesTheTest) {
  EXPECT_EQ(after("x = 1\nif not secret:\n  x = 2"), kSecret);
  EXPECT_EQ(after("x = 1\nif secret:\n  x = 2"), kSecret);
  EXPECT_EQ(after("x = 1\nif secret:\n  y = 2"), label::kClean);
  EXPECT_EQ(after("x = 1\nif secret:\n  pass\nelse:\n  x = 2"), kSecret);
}

TEST(Labels, AComprehensionsFilterDecidesTheShape) {
  EXPECT_EQ(after("x = [1 for i in [1] if secret]"), kSecret);
  EXPECT_EQ(after("x = [1 for i in [1] if nothing]"), kSecret);
  EXPECT_EQ(after("x = {1: 2 for i in [1] if nothing}"), kSecret);
  EXPECT_EQ(after("x = any(i == 9 for i in items)"), kSecret);
}

TEST(Labels, ListsOfDifferentLengthsDiffer) {
  World world;
  EXPECT_EQ(world.value("final_return_value = [1, 2] == [1]"), "false");
}

TEST(Labels, FormatReachesNoAttributes) {
  World world;
  EXPECT_EQ(world.value("'{0.__class__}'.format(1)").substr(0, 11), "!ValueError");
  EXPECT_EQ(world.value("x = (1).__class__").substr(0, 9), "!refused:");
}

TEST(Labels, AnAnnotationOfAFieldIsNeverRun) {
  World world;
  world.run("from pydantic import BaseModel\nclass A(BaseModel):\n  x: send(1)\n");
  EXPECT_TRUE(world.sent.empty());
  EXPECT_EQ(world.value("class A:\n  x: __import__('os')\n").substr(0, 9), "!refused:");
}

TEST(Labels, DivisionByZeroAndHugeNumbersAreErrorsOfThePlan) {
  World world;
  EXPECT_EQ(world.value("1/0"), "!ZeroDivisionError: division by zero");
  EXPECT_EQ(world.value("10**(10**7)"), "!integer of more than 4,096 bits");
  EXPECT_EQ(world.value("list(range(10**9))"), "!elements");
}

// Control.

TEST(Control, AnEarlyReturnDecidesTheResultAndWhatFollows) {
  EXPECT_EQ(after("def f():\n  if nothing:\n    return 1\n  return 2\nx = f()"), kSecret);
  EXPECT_EQ(after("def f():\n  if nothing:\n    return 1\nx = f()"), kSecret);
  EXPECT_EQ(after("x = 0\ndef f():\n  global x\n  if secret:\n    return 1\n  x = 5\nf()"),
            kSecret);
  EXPECT_EQ(after("x = []\ndef f():\n  if secret:\n    return 1\n  x.append(1)\nf()"), kSecret);
  EXPECT_EQ(tainted_sends("def f():\n  if nothing:\n    return\n  send(1)\nf()\nsend(2)"),
            (std::vector<bool>{true, false}));
}

TEST(Control, BreakAndContinueDecideWhatTheLoopLeaves) {
  EXPECT_EQ(after("x = 0\nfor i in range(3):\n  if secret:\n    break\n  x = i"), kSecret);
  EXPECT_EQ(after("x = 0\nfor i in range(3):\n  if nothing:\n    continue\n  x = i"), kSecret);
  EXPECT_EQ(after("x = 0\nfor i in range(3):\n  if secret:\n    break\nelse:\n  x = 1"), kSecret);
  EXPECT_EQ(after("x = 0\nwhile x < 3:\n  x += 1\n  if nothing:\n    break"), kSecret);
  EXPECT_EQ(tainted_sends("for i in [1]:\n  if nothing:\n    break\n  send(1)\nsend(2)"),
            (std::vector<bool>{true, false}));
}

TEST(Control, LoopsCarryTheirIterableAndTest) {
  EXPECT_EQ(after("x = 0\nfor i in items:\n  x += 1"), kSecret);
  EXPECT_EQ(after("x = 0\nfor i in give('[]'):\n  x = 1"), kSecret);
  EXPECT_EQ(after("x = 0\nwhile x < secret:\n  x += 1"), kSecret);
  EXPECT_EQ(after("x = 0\nwhile nothing:\n  x = 1"), kSecret);
  EXPECT_EQ(after("x = []\nfor i in items:\n  x.append(1)"), kSecret);
}

TEST(Control, ContainersChangedInABranchTakenOrNotCarryIt) {
  for (const char* test : {"secret", "nothing"}) {
    const std::string head = std::string("if ") + test + ":\n  ";
    EXPECT_EQ(after("x = []\n" + head + "x.append(1)"), kSecret) << test;
    EXPECT_EQ(after("x = [0]\n" + head + "x[0] = 1"), kSecret) << test;
    EXPECT_EQ(after("x = {'a': [0]}\n" + head + "x['a'].append(1)"), kSecret) << test;
    EXPECT_EQ(after("x = []\ny = x\n" + head + "y.append(1)"), kSecret) << test;
    EXPECT_EQ(after("x = []\n" + head + "z = x\n  z.append(1)"), kSecret) << test;
    EXPECT_EQ(after("x = []\ndef f():\n  x.append(1)\n" + head + "f()"), kSecret) << test;
    EXPECT_EQ(after("x = []\ndef f(l):\n  l.append(1)\n" + head + "f(x)"), kSecret) << test;
    EXPECT_EQ(after("x = 0\ndef f():\n  global x\n  x = 1\n" + head + "f()"), kSecret) << test;
    EXPECT_EQ(after("x = []\n" + head + "x += [1]"), kSecret) << test;
    EXPECT_EQ(after("x = {1: 2}\n" + head + "del x[1]"), kSecret) << test;
    EXPECT_EQ(after("x = []\nfs = [lambda: x.append(1)]\n" + head + "fs[0]()"), kSecret) << test;
    EXPECT_EQ(after("x = []\n" + head + "list(map(x.append, [1]))"), kSecret) << test;
    EXPECT_EQ(after("x = []\ng = x.append\n" + head + "g(1)"), kSecret) << test;
    EXPECT_EQ(after("x = []\n" + head + "[[x.append(i) for i in [1]] for j in [1]]"), kSecret)
        << test;
    EXPECT_EQ(after("x = []\n(" + std::string(test) + " and (z := x) and 0) or (" + test +
                    " and x.append(1))"),
              kSecret)
        << test;
    EXPECT_EQ(after("x = []\ny = [0 for i in [1] if " + std::string(test) +
                    " for z in [x] if z.append(1)]"),
              kSecret)
        << test;
    EXPECT_EQ(after("x = []\nd = {'f': lambda l: l.append(1)}\n" + head + "d['f'](x)"), kSecret)
        << test;
    EXPECT_EQ(after("class P:\n  v: int = 0\nx = P(1)\n" + head + "x.v = 2"), kSecret) << test;
    EXPECT_EQ(after("x = []\ndef f():\n  def g():\n    x.append(1)\n  g()\n" + head + "f()"),
              kSecret)
        << test;
    EXPECT_EQ(after("x = 0\ndef f():\n  y = 0\n  def g():\n    nonlocal y\n    y = 1\n  " + head +
                    "  g()\n  return y\nx = f()"),
              kSecret)
        << test;
    EXPECT_EQ(after("x = [3, 1]\n" + head + "x.sort()"), kSecret) << test;
    EXPECT_EQ(after("x = 0\n" + head + "for x in [1]:\n    pass"), kSecret) << test;
    EXPECT_EQ(after("x = 1\n" + head + "def x():\n    pass\nx = 1 if callable(x) else 2"), kSecret)
        << test;
  }
}

TEST(Control, AnItemOfADefaultdictReadInABranchChangesItTakenOrNot) {
  const std::string made = "from collections import defaultdict\nd = defaultdict(list)\n";
  for (const std::string test : {"secret", "nothing"}) {
    const std::string head = "if " + test + ":\n  ";
    for (const std::string& branch :
         {head + "d['a']", head + "y = d['a']", head + "d['a'].append(1)", head + "'%(a)s' % d",
          head + "'{a}'.format_map(d)", "e = d\n" + head + "e['a']", head + "e = d\n  e['a']",
          "def f():\n  return d['a']\n" + head + "f()",
          "def f(e):\n  return e['a']\n" + head + "f(d)", "e = [d]\n" + head + "e[0]['a']",
          test + " and d['a']", "not " + test + " or d['a']", "0 if " + test + " else d['a']",
          "y = [i for i in [1] if " + test + " and d['a']]",
          "while " + test + ":\n  d['a']\n  break", "f = lambda: d['a']\n" + head + "f()"}) {
      EXPECT_EQ(after(made + branch + "\nx = len(d)"), kSecret) << branch;
      EXPECT_EQ(after(made + branch + "\nx = [k for k in d]"), kSecret) << branch;
      EXPECT_EQ(after(made + branch + "\nx = 'a' in d"), kSecret) << branch;
    }
  }
  EXPECT_EQ(after(made + "for i in give('[]'):\n  d['a']\nx = str(d)"), kSecret);
}

TEST(Control, TheFactoryOfADefaultdictIsCalledInABranchTakenOrNot) {
  const std::string head =
      "from collections import defaultdict\nx = []\ndef f():\n  "
      "x.append(1)\nd = defaultdict(f)\n";
  for (const char* test : {"secret", "nothing"})
    EXPECT_EQ(after(head + "if " + test + ":\n  d['a']"), kSecret) << test;
  EXPECT_EQ(after(head + "d['some text'] = 1\nd[page]"), kSecret);
}

TEST(Control, AnItemThatADefaultdictHadSaysThatNoneWasAdded) {
  const std::string head = "from collections import defaultdict\nd = defaultdict(list)\n";
  EXPECT_EQ(after(head + "d['some text']\nd[page]\nx = len(d)"), kSecret);
  EXPECT_EQ(after(head + "e = defaultdict(list)\nd['a']\n(d if secret else e)['a']\nx = len(e)"),
            kSecret);
}

TEST(Control, ReadingAnItemOfOtherDictsChangesNothing) {
  const std::string head = "from collections import Counter\nd = {'a': 1}\n";
  EXPECT_EQ(after(head + "if secret:\n  d['a']\nx = len(d)"), label::kClean);
  EXPECT_EQ(after(head + "c = Counter('a')\nif secret:\n  c['b']\nx = len(c)"), label::kClean);
  EXPECT_EQ(after("from collections import defaultdict\nd = defaultdict(list)\ne = {'a': 1}\n"
                  "if secret:\n  e['a']\nd['a']\nx = len(d)"),
            label::kClean);
}

TEST(Control, ChoosingWhichContainerChangesIsSeenInBoth) {
  EXPECT_EQ(after("x = []\ny = []\n(y if secret else x).append(1)"), kSecret);
  EXPECT_EQ(after("x = []\ny = []\nz = x\nif secret:\n  z = y\nz.append(1)"), kSecret);
  EXPECT_EQ(after("l = [0, 0, 0, 0, 0, 0, 0, 0]\nl[secret] = 1\nx = l[0]"), kSecret);
  EXPECT_EQ(after("x = 0\ndef f():\n  global x\n  x = 1\ndef g():\n  pass\n(g if secret else f)()"),
            kSecret);
}

TEST(Control, ACaughtExceptionCarriesWhyItWasRaised) {
  EXPECT_EQ(after("x = 0\ntry:\n  int(page)\n  x = 1\nexcept ValueError:\n  x = 2"), kSecret);
  EXPECT_EQ(after("x = 0\ntry:\n  y = 1 // secret\n  x = 1\nexcept ZeroDivisionError:\n  x = 2"),
            kSecret);
  EXPECT_EQ(after("x = 0\ntry:\n  y = 1 // secret\nexcept ZeroDivisionError:\n  x = 2"), kSecret);
  EXPECT_EQ(after("x = 0\ntry:\n  if nothing:\n    raise ValueError()\n  x = 1\nexcept "
                  "ValueError:\n  pass"),
            kSecret);
  EXPECT_EQ(after("try:\n  raise ValueError(page)\nexcept ValueError as e:\n  x = str(e)"),
            kSecret);
  EXPECT_EQ(after("try:\n  {}[page]\nexcept KeyError as e:\n  x = str(e)"), kSecret);
  EXPECT_EQ(after("x = 0\ntry:\n  fail()\nexcept ToolError:\n  x = 1"), kSecret);
  EXPECT_EQ(after("x = 0\ntry:\n  y = 1\n  x = 1\nexcept ValueError:\n  x = 2"), label::kClean);
  EXPECT_EQ(tainted_sends("try:\n  int(page)\nexcept ValueError:\n  send(1)\nsend(2)"),
            (std::vector<bool>{true, false}));
}

TEST(Control, ADenialCannotBeCaught) {
  World world;
  const Outcome out =
      world.run("try:\n  deny()\nexcept BaseException:\n  send(1)\nfinally:\n  send(2)\n");
  EXPECT_EQ(out.kind, Outcome::Kind::kDenied);
  EXPECT_TRUE(world.sent.empty());
}

TEST(Control, ASuspendedCallResumesUnderItsControlLabel) {
  World world;
  auto checked = Plan::check(
      kGiven + "if secret:\n  y = later(1)\n  send(y)\nfinal_return_value = 1\n", World::tools());
  Machine machine(std::get<Plan>(checked), world.table);
  const Outcome waits = machine.run(world);
  ASSERT_EQ(waits.kind, Outcome::Kind::kSuspended);
  EXPECT_EQ(waits.call.control, world.secret);
  const int before = world.calls;
  Answer answer;
  answer.kind = Answer::Kind::kResult;
  answer.value = schema::Value::integer(4);
  const Outcome done = machine.resume(world, answer);
  EXPECT_EQ(done.kind, Outcome::Kind::kDone);
  EXPECT_EQ(world.calls, before + 1);  // only `send`: the rest came from the records
  ASSERT_EQ(world.sent.size(), 1u);
  EXPECT_EQ(world.sent[0].control, world.secret);
}

TEST(Control, TheOutcomeOfAPlanThatASecretEndedCarriesIt) {
  World world;
  const Outcome out = world.run(kGiven + "raise ValueError(page)");
  EXPECT_EQ(out.kind, Outcome::Kind::kRaised);
  EXPECT_EQ(out.label, world.secret);
}

TEST(Control, WhatAnUntakenBranchWouldHaveShownIsLabelled) {
  World world;
  EXPECT_EQ(world.run(kGiven + "0\nif nothing:\n  5\n").label, world.secret);
  EXPECT_EQ(world.run(kGiven + "if nothing:\n  final_return_value = 1\n").label, world.secret);
  EXPECT_EQ(world.run(kGiven + "if nothing:\n  print('a')").output_label, world.secret);
}

TEST(Control, PrintedTextCarriesTheJoin) {
  World world;
  EXPECT_EQ(world.run(kGiven + "print('a', page)").output_label, world.secret);
  EXPECT_EQ(world.run(kGiven + "if secret:\n  print('a')").output_label, world.secret);
  EXPECT_EQ(world.run(kGiven + "print('a')").output_label, label::kClean);
}

}  // namespace
}  // namespace lang
