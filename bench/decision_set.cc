// SPDX-License-Identifier: Apache-2.0
#include "decision_set.h"

#include <fmt/format.h>

#include <cstdio>

#include "measure.h"
#include "policy/compile/compile.h"

namespace bench {
namespace {

constexpr std::size_t kToolsInFile = 2500;  // a file holds at most 1 MiB
constexpr std::string_view kBad = "eve@evil.test";
constexpr std::string_view kSubject = "Minutes of the meeting";
constexpr std::string_view kBody = "Dear all, please find the minutes of Tuesday's meeting below.";

bool is_own(Pattern p) { return p == Pattern::kOwnSuffix || p == Pattern::kOwnRe2; }

std::string pattern_of(std::size_t tool, Pattern pattern) {
  const std::string host = is_own(pattern) ? fmt::format("t{}[.]example", tool) : "example";
  const bool re2 = pattern == Pattern::kRe2 || pattern == Pattern::kOwnRe2;
  // A dotted local part needs an automaton; a run of one class before a text does not.
  if (!re2)
    return is_own(pattern) ? fmt::format("[^@\\s]+@t{}\\.example\\.com", tool)
                           : "[^@\\s]+@example\\.com";
  return "[a-z]+([.][a-z]+)*@" + host + "[.]com";
}

double ms_since(double start_us) { return (cpu_us() - start_us) / 1000; }

}  // namespace

std::vector<policy::Source> policy_files(std::size_t tools, Pattern pattern) {
  std::vector<policy::Source> files;
  for (std::size_t i = 0; i < tools; ++i) {
    if (i % kToolsInFile == 0)
      files.push_back({fmt::format("bench{}.sqrt", files.size()), "language yett 1;\n"});
    files.back().text += fmt::format(
        "tool \"tool{}\" {{\n"
        "  must allow when (@principal.roles overlaps {{\"operator\"}}\n"
        "      or @principal.scopes overlaps {{\"mail:send\"}})\n"
        "    and to.value in {{r\"{}\"}}\n"
        "    and not to.tags overlaps {{\"secret\", \"pii\", \"untrusted\"}};\n"
        "}}\n",
        i, pattern_of(i, pattern));
  }
  return files;
}

policy::Tools tools_of(std::size_t tools) {
  using Kind = policy::ArgumentShape::Kind;
  policy::ToolShape shape;
  shape.effect = policy::ToolEffect::kWrite;
  for (const char* name : {"to", "subject", "body"})
    shape.arguments.push_back({name, Kind::kString, Kind::kString, std::nullopt, true, {}});
  policy::Tools out(tools, shape);
  for (std::size_t i = 0; i < tools; ++i) out[i].name = fmt::format("tool{}", i);
  return out;
}

policy::PolicySet make_set(std::size_t tools, Pattern pattern, LoadTimes* times) {
  const std::vector<policy::Source> files = policy_files(tools, pattern);
  const policy::Tools shapes = tools_of(tools);
  double start = cpu_us();
  const policy::Outcome outcome = policy::load(files, shapes, {}, nullptr);
  if (times != nullptr) times->load = ms_since(start);
  if (!outcome.loaded) fmt::print(stderr, "{}\n", outcome.diagnostics.front().message);
  CHECK(outcome.loaded.has_value());
  start = cpu_us();
  auto program = policy::compile(*outcome.loaded);
  CHECK(program.ok());
  if (times != nullptr) times->compile = ms_since(start);
  start = cpu_us();
  auto set = policy::PolicySet::link(std::move(*program));
  CHECK(set.ok());
  if (times != nullptr) times->link = ms_since(start);
  return std::move(*set);
}

Questions::Questions(std::size_t tools, Pattern pattern) : set_(make_set(tools, pattern)) {
  for (std::size_t i = 0; i < tools; ++i) {
    names_.push_back(fmt::format("tool{}", i));
    good_.push_back(is_own(pattern) ? fmt::format("bob.smith@t{}.example.com", i)
                                    : "bob.smith@example.com");
  }
  for (std::size_t i = 0; i < 4; ++i) {
    policy::Asker asker{"one", "firm", "door", "bench", {}, {"fs:read"}};
    asker.roles = label::Names{(i & 1) != 0 ? "operator" : "viewer"};
    if ((i & 2) != 0) asker.scopes = label::Names{"fs:read", "mail:send"};
    principals_.push_back(set_.principal(std::move(asker)));
  }
  for (const label::Names& tags : {label::Names{"internal"}, label::Names{"public"},
                                   label::Names{"public", "untrusted"}, label::Names{}}) {
    label::Sets sets;
    sets.tags = tags;
    labels_.push_back(set_.project(std::move(sets)));
  }
}

policy::Call Questions::call(std::size_t kind, std::size_t tool, std::string_view name) {
  const std::size_t label = (kind & 8) != 0 ? 1 : (kind & 16) != 0 ? 2 : 0;
  auto& arguments = arguments_[kind];
  const std::string_view to = (kind & 4) != 0 ? std::string_view(good_[tool]) : kBad;
  arguments[0] = {"to", policy::LeafKind::kString, to, &labels_[label], false};
  arguments[1] = {"subject", policy::LeafKind::kString, kSubject, &labels_[label], false};
  arguments[2] = {"body", policy::LeafKind::kString, kBody, &labels_[label], false};
  return {name, arguments, &labels_[3]};
}

policy::Context Questions::context(std::size_t kind) const {
  return {&principals_[kind & 3], {}, &labels_[3], std::nullopt, {}};
}

}  // namespace bench
