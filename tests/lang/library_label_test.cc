// SPDX-License-Identifier: Apache-2.0
// Functions and methods of the library with a labelled argument: what comes of them is under its
// label. Made from the grammar: each rule of a row of the tables, one place of it labelled at a
// time.
#include <gtest/gtest.h>

#include "lang/grammar.h"
#include "lang/plan_testing.h"
#include "lang/versus.h"

namespace lang {
namespace {

struct Place {
  std::string_view kind, json, clean;
};
// Kinds that a tool's answer can stand for.
constexpr Place kPlaces[] = {{"int", "4", "4"},
                             {"small", "2", "2"},
                             {"num", "2.5", "2.5"},
                             {"float", "2.5", "2.5"},
                             {"str", "\\\"a b\\\"", "'a b'"},
                             {"char", "\\\"x\\\"", "'x'"},
                             {"width", "9", "9"},
                             {"exp", "3", "3"},
                             {"list", "[3, 1]", "[3, 1]"},
                             {"ilist", "[3, 1]", "[3, 1]"},
                             {"slist", "[\\\"b\\\", \\\"a\\\"]", "['b', 'a']"},
                             {"flist", "[0.5, 1.5]", "[0.5, 1.5]"},
                             {"seq", "[3, 1]", "[3, 1]"},
                             {"it", "[3, 1]", "[3, 1]"},
                             {"dict", "{\\\"a\\\": 1}", "{'a': 1}"},
                             {"any", "7", "7"},
                             {"jsonable", "[1]", "[1]"},
                             {"bool", "true", "True"},
                             {"year", "2024", "2024"},
                             {"month", "2", "2"},
                             {"day", "5", "5"},
                             {"hour", "9", "9"},
                             {"micro", "7", "7"},
                             {"week", "7", "7"},
                             {"base", "10", "10"},
                             {"digits", "\\\"12\\\"", "'12'"},
                             {"regex", "\\\"[a-z]\\\"", "'[a-z]'"},
                             {"repl", "\\\"-\\\"", "'-'"},
                             {"code", "65", "65"},
                             {"iso_date", "\\\"2024-02-29\\\"", "'2024-02-29'"},
                             {"iso_datetime", "\\\"2024-02-29T12:30\\\"", "'2024-02-29T12:30'"},
                             {"iso_time", "\\\"12:30\\\"", "'12:30'"},
                             {"stamp", "1700000000", "1700000000"},
                             {"json_list", "\\\"[1]\\\"", "'[1]'"},
                             {"num_text", "\\\"1e5\\\"", "'1e5'"}};

// Rules whose answer need not hold the argument: a default that was not used.
bool may_be_clean(const std::string& text, std::string_view kind) {
  static constexpr std::string_view kUnused[] = {"default=",    "next(",      ".get($str, 0)",
                                                 ".pop($str, ", "setdefault", "groups(",
                                                 "fromkeys",    "maxlen"};
  for (const std::string_view part : kUnused)
    if (text.find(part) != std::string::npos) return true;
  return kind == "bool" && text.find(" if ") != std::string::npos;
}

std::size_t place_of(const std::string& text, std::string_view kind) {
  const std::string spelled = "$" + std::string(kind);
  for (std::size_t at = text.find(spelled); at != text.npos; at = text.find(spelled, at + 1)) {
    const char next = at + spelled.size() < text.size() ? text[at + spelled.size()] : ' ';
    if (next != '_' && !(next >= 'a' && next <= 'z')) return at;
  }
  return text.npos;
}

TEST(LibraryLabels, WhatAFunctionReadIsInItsAnswer) {
  std::string error;
  const auto grammar = Grammar::read(YETT_SOURCE_DIR "/tests/lang/grammar.txt", error);
  ASSERT_TRUE(grammar) << error;
  const std::string preamble = file_text(YETT_SOURCE_DIR "/tests/lang/preamble.txt");
  std::size_t seen = 0, failed = 0;
  for (const Grammar::Rule& rule : grammar->rules()) {
    if (rule.entry == "-" || rule.kind == "stmt" || rule.kind == "dd") continue;
    for (const Place& place : kPlaces) {
      const std::size_t at = place_of(rule.text, place.kind);
      if (at == std::string::npos || may_be_clean(rule.text, place.kind)) continue;
      if (rule.text.find("lambda") != std::string::npos) continue;  // perhaps never called
      std::string text = rule.text;
      text.replace(at, place.kind.size() + 1, "leaf");
      const std::string written = grammar->expand(text, 3);
      World world;
      const Outcome out = world.run(preamble + "leaf = give('" + std::string(place.json) +
                                    "')\ni0, i1, i2, f0 = 3, -8, 3, 2.5\ns0, s1 = 'Text', 'one'\n"
                                    "l0, l1, l2 = [4], [4, 0], ['x']\nd0 = {'a': 1}\n"
                                    "d1 = date(2024, 1, 31)\nt0 = datetime(2023, 12, 31, 23)\n"
                                    "final_return_value = str(" +
                                    written + ")\n");
      // No attribute: nothing of the call was read.
      if (out.kind == Outcome::Kind::kLimit || out.error == "AttributeError") continue;
      ++seen;
      if (out.label == world.secret) continue;
      ++failed;
      ADD_FAILURE() << rule.entry << ": " << written << " gave " << schema::write(out.value)
                    << out.error;
    }
  }
  EXPECT_GT(seen, 300U);
  EXPECT_EQ(failed, 0U);
}

TEST(LibraryLabels, DatesFromSecretPartsAreSecret) {  // agentdojo-camel.md §4.5
  for (const char* const source :
       {"datetime(2024, secret, 1)", "timedelta(days=secret)", "date(2024, 1, secret).isoformat()",
        "datetime(2024, 1, 1) + timedelta(hours=secret)", "timezone(timedelta(hours=secret))",
        "datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=secret))).timestamp()",
        "date(2024, 1, 1).replace(day=secret).weekday()",
        "datetime.combine(date(2024, 1, secret), time())",
        "datetime(2024, secret, 1).strftime('%d')",
        "(date(2024, secret, 1) - date(2024, 1, 1)).days",
        "date(2024, secret, 1) < date(2024, 1, 1)", "date(2024, secret, 1).year",
        "f'{date(2024, secret, 1):%Y}'", "len(Counter(a=secret) | Counter(b=1))",
        "date(2024, 99, secret)", "timedelta(days=secret) * 2",
        "timedelta(days=secret).total_seconds()", "time(secret).minute"}) {
    World world;
    const Outcome out = world.run(
        "from collections import Counter\n"
        "from datetime import date, datetime, time, timedelta, timezone\n" +
        kGiven + "final_return_value = str(" + source + ")\n");
    EXPECT_EQ(out.label, world.secret) << source << " " << out.error << out.text;
  }
}

}  // namespace
}  // namespace lang
