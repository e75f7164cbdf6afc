// SPDX-License-Identifier: Apache-2.0
//
// Wycheproof's tests of JSON Web Signatures and keys: a key or a set of keys as the group gives it,
// a token, and whether it is one of theirs. JWE is not ours.
#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "conformance/suites.h"
#include "identity/local_mac.h"
#include "identity/verify.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;
using schema::Value;

// The files are not made for our parser: names may differ in case alone.
constexpr schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

// What came of one token: accepted, or why not.
struct Verdict {
  bool accepted = false;
  std::string why;
};

// Public keys where a group has them; a secret only where it has nothing else.
const Value* key_of(const Value& group) {
  const Value* key = group.find("public");
  return key != nullptr ? key : group.find("private");
}

Verdict verdict_of(const Value& key, std::string_view jws) {
  std::vector<identity::FoundSecret> secrets;
  const identity::KeyRules rules{.allowed = identity::AlgorithmSet::all()};
  const auto keys = identity::KeySet::parse(schema::write(key), rules, &secrets);
  if (!keys.ok()) return {false, "key_set: " + keys.error().message};
  identity::LocalMac oracle;
  for (identity::FoundSecret& s : secrets) oracle.add(s.name, std::move(s.bytes));
  auto token = identity::UnverifiedToken::parse(jws);
  if (!token) return {false, std::string(slug(token.refusal()))};
  const auto done = identity::Verifier::verify(std::move(*token), *keys, oracle);
  return done ? Verdict{true, ""} : Verdict{false, std::string(slug(done.refusal()))};
}

// A token in its JSON form is an object in some files; it is handed over as its text.
std::string jws_of(const Value& test) {
  const Value* jws = test.find("jws");
  return jws->as_string() != nullptr ? *jws->as_string() : schema::write(*jws);
}

std::optional<std::string> header_of(std::string_view jws) {
  return base::unbase64(jws.substr(0, jws.find('.')), base::Base64::kUrl);
}

// Whether the key's `alg` is that of the token: rules of differences.toml speak of it.
std::string key_alg(const Value& key, std::string_view jws) {
  const auto text = header_of(jws);
  const auto header = schema::parse(text.value_or(""), kLimits);
  const auto mine = key.find_string("alg");
  if (!header.ok() || !mine) return "absent";
  return header->find_string("alg") == *mine ? "same" : "other";
}

std::string is_strict(std::string_view jws) {
  const bool strict = std::ranges::all_of(jws, [](char c) {
    return c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  });
  return strict ? "yes" : "no";
}

// Whether another test of the group gives this very token the other result: then no verifier can
// answer as both say.
bool is_contradicted(const Value& group, const Value& test) {
  return std::ranges::any_of(*group.find("tests")->as_array(), [&](const Value& other) {
    const Value* jws = other.find("jws");
    return jws != nullptr && *jws == *test.find("jws") &&
           other.find_string("result") != test.find_string("result");
  });
}

class JoseSuite final : public Suite {
 public:
  std::string_view name() const override { return "jose"; }
  std::string_view default_folder() const override { return "vectors/wycheproof-jose"; }

  base::Status run(const Run& run, Report& report) override {
    const auto files = files_of(run.folder, ".json");
    if (files.empty()) report.skipped({.id = "jose", .table = "jose"}, Skip::kDataAbsent, "files");
    for (const fs::path& file : files) TRY(run_file(run, file, report));
    return base::ok();
  }

 private:
  static base::Status run_file(const Run& run, const fs::path& file, Report& report) {
    TRY_AS(const std::string text, read_file(file));
    TRY_AS(const Value root, schema::parse(text, kLimits));
    const Value* groups = root.find("testGroups");
    if (groups == nullptr || groups->as_array() == nullptr)
      return base::invalid(file.string() + ": no testGroups");
    for (const Value& group : *groups->as_array())
      if (const Value* tests = group.find("tests");
          tests != nullptr && tests->as_array() != nullptr)
        for (const Value& test : *tests->as_array())
          judge(run, {file.stem().string(), group, test}, report);
    return base::ok();
  }

  struct Test {
    std::string table;
    const Value& group;
    const Value& test;
  };

  static void judge(const Run& run, const Test& t, Report& report) {
    const Value* number = t.test.find("tcId");
    Case c{.id = fmt::format("{}#{}", t.table,
                             number != nullptr ? schema::write(*number) : std::string("?")),
           .table = t.table};
    if (!run.selects(c.table, c.id)) return;
    const Value* key = key_of(t.group);
    if (t.test.find("jwe") != nullptr) return report.skipped(c, Skip::kLater, "JWE");
    if (key == nullptr || t.test.find("jws") == nullptr)
      return report.skipped(c, Skip::kProse, "no key or no token");
    const std::string jws = jws_of(t.test);
    const Verdict got = verdict_of(*key, jws);
    const std::string result(t.test.find_string("result").value_or(""));
    const bool fits = result == (got.accepted ? "valid" : "invalid");
    c.facts = {{"result", result},
               {"answer", got.accepted ? "accepted" : got.why},
               {"key_alg", key_alg(*key, jws)},
               {"strict_base64url", is_strict(jws)},
               {"contradicted", is_contradicted(t.group, t.test) ? "yes" : "no"}};
    const std::string comment(t.test.find_string("comment").value_or(""));
    if (fits) report.passed(c);
    else
      report.failed(c, fmt::format("{}: expected {}, got {}", comment, result,
                                   got.accepted ? "accepted" : got.why));
  }
};

}  // namespace

std::unique_ptr<Suite> jose_suite() { return std::make_unique<JoseSuite>(); }

}  // namespace conformance
