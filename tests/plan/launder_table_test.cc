// SPDX-License-Identifier: Apache-2.0
// The generated laundering test: a labelled leaf in every place of every entry of every table.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "lang/native.h"
#include "tests/plan/launder.h"
#include "tests/plan/rows.h"

namespace plan_test {
namespace {

std::vector<std::string> words(std::string_view text, char between) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(between, at), text.size());
    if (end > at) out.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string replaced(std::string text, char what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, 1, by);
  return text;
}

// Every entry's templates, by "owner.name".
std::multimap<std::string, Template> templates() {
  std::multimap<std::string, Template> all;
  for (const auto rows : {function_rows(), method_rows(), moment_rows()})
    for (const Row& row : rows)
      for (const std::string& owner : words(row.owners, '|')) {
        std::string receiver;
        for (const Receiver& one : receivers())
          if (one.owner == owner) receiver = one.form;
        for (const std::string& name : words(row.names, ' ')) {
          std::string form(row.form);
          const std::size_t places = static_cast<std::size_t>(std::ranges::count(form, '$'));
          EXPECT_TRUE(places == 0 || !receiver.empty()) << owner;
          // A form of formats may hold `%` itself: only the one behind a dot or in front is a name.
          for (const char* const mark : {".%", "%("})
            if (const std::size_t at = form.find(mark); at != std::string::npos)
              form.replace(at + (mark[0] == '.' ? 1 : 0), 1, name);
          all.emplace(owner + "." + name, parse_form(replaced(form, '$', receiver)));
        }
      }
  return all;
}

TEST(Laundering, EveryEntryOfEveryTableHasATemplate) {
  const auto all = templates();
  std::set<std::string> free;
  for (const Exempt& one : exempt()) free.emplace(one.key);
  std::set<std::string> known;
  for (const lang::NativeTable& table : lang::native_tables())
    for (const lang::Native& native : table.rows) {
      const std::string key = table.owner + "." + std::string(native.name);
      known.insert(key);
      EXPECT_TRUE(all.contains(key) || free.contains(key)) << "no template for " << key;
    }
  EXPECT_GT(known.size(), 250u);
  for (const auto& [key, form] : all)
    if (!known.contains(key)) fmt::print("template without an entry: {}\n", key);
}

TEST(Laundering, ALabelInAnyPlaceOfAnyEntryReachesTheSink) {
  std::size_t runs = 0;
  for (const auto& [key, form] : templates())
    for (std::size_t place = 0; place < form.leaves.size(); ++place)
      for (std::size_t use = 0; use < uses().size(); ++use)
        for (std::size_t kind = 0; kind < kLabelKinds.size(); ++kind) {
          if (use > 0 && kind != (use + place) % kLabelKinds.size()) continue;  // in turn
          const Told told = run_template(form, place, static_cast<LabelKind>(kind), uses()[use]);
          ++runs;
          EXPECT_TRUE(told.ran) << key << "\n" << told.text;
          EXPECT_TRUE(told.carried) << key << ", " << uses()[use].name << ", " << kLabelKinds[kind]
                                    << " in h" << place << "\n"
                                    << told.text;
        }
  fmt::print("{} runs\n", runs);
}

TEST(Laundering, WithoutALabelNoneOfItsAnswersHasOne) {
  for (const auto& [key, form] : templates())
    for (const Use& use : uses()) {
      const Told told = run_template(form, form.leaves.size(), LabelKind::kTag, use);
      EXPECT_TRUE(told.ran && told.clean) << key << "\n" << told.text;
    }
}

}  // namespace
}  // namespace plan_test
