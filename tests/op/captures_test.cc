// SPDX-License-Identifier: Apache-2.0
// Recorded real runs against the double: the account that a run shows is written into op.data, the
// run's arguments are given again, and exit status and text of the error must be the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include <re2/re2.h>

#include "run_op.h"
#include "schema/parse.h"

namespace op {
namespace {

namespace fs = std::filesystem;
using schema::Value;

constexpr schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

struct Capture {
  std::string name;
  std::vector<std::string> arguments;
  int status = 0;
  std::string out;
  std::string err;
};

std::string text_member(const Value& root, std::string_view key) {
  const Value* member = root.find(key);
  return member == nullptr ? "" : std::string(member->find_string("text").value_or(""));
}

Capture load(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto root = schema::parse(text, kLimits);
  Capture out;
  out.name = file.stem();
  EXPECT_TRUE(root.ok()) << file;
  if (!root.ok()) return out;
  const Value* words = root->find("argv");
  for (std::size_t i = 1; i < words->as_array()->size(); ++i)
    out.arguments.push_back(*words->at(i)->as_string());
  out.status = static_cast<int>(root->find("exit_status")->as_i64().value_or(-1));
  out.out = text_member(*root, "stdout");
  out.err = text_member(*root, "stderr");
  return out;
}

std::string after_option(const Capture& c, std::string_view option) {
  const auto at = std::find(c.arguments.begin(), c.arguments.end(), option);
  return at == c.arguments.end() || at + 1 == c.arguments.end() ? "" : *(at + 1);
}

// Collects what a run shows of its account and writes it as op.data.
class Evidence {
 public:
  void see(const Capture& c) {
    see_account(c);
    see_error(c);
    if (c.status == 0) see_output(c);
  }

  std::string data() const {
    std::string out =
        "account\t" + account_ + "\n" + "url\t" + url_ + "\n" + "user\t" + user_ + "\n";
    if (!version_.empty()) out += "version\t" + version_ + "\n";
    for (const auto& [name, id] : vaults_) {
      out += "vault\t" + id + "\t" + name + "\n";
      for (const Item& i : items_)
        if (i.vault == name)
          out += "item\t" + i.id + "\t" + i.title + (i.archived ? "\tarchived" : "") +
                 "\nfield\t\tfirst\tvalue\n";
    }
    return out;
  }

 private:
  struct Item {
    std::string vault, id, title;
    bool archived = false;
  };

  void see_account(const Capture& c) {
    const bool stranger = c.err.find("no account found") != std::string::npos;
    const bool nobody = c.err.find("not signed in") != std::string::npos ||
                        c.err.find("not currently signed in") != std::string::npos;
    account_ = stranger ? "unknown" : nobody ? "nobody" : "user";
  }

  void see_error(const Capture& c) {
    std::string place, title, id;
    const re2::RE2 in_vault(R"re(isn't an item in the "([^"]+)" vault)re");
    if (re2::RE2::PartialMatch(c.err, in_vault, &place)) vault(place);
    const re2::RE2 line(R"re(\* for the item "([^"]+)" in vault ([^:\n]+): (\w+))re");
    re2::StringPiece rest(c.err);
    while (re2::RE2::FindAndConsume(&rest, line, &title, &place, &id)) item({place, id, title});
  }

  void see_output(const Capture& c) {
    const auto root = schema::parse(c.out, kLimits);
    if (!root.ok()) {
      if (c.arguments[0] == "--version") version_ = c.out.substr(0, c.out.find('\n'));
      return;
    }
    if (root->as_array() == nullptr) return see_object(*root, c);
    for (const Value& v : *root->as_array()) see_object(v, c);
  }

  void see_object(const Value& v, const Capture& c) {
    const auto text = [&](std::string_view key) {
      return std::string(v.find_string(key).value_or(""));
    };
    if (!text("user_uuid").empty()) user_ = text("user_uuid");
    if (!text("URL").empty()) url_ = text("URL");
    if (!text("url").empty()) url_ = text("url");
    const Value* in = v.find("vault");
    const std::string place = in == nullptr ? after_option(c, "--vault")
                                            : std::string(in->find_string("name").value_or(""));
    const std::string id = in == nullptr ? "" : std::string(in->find_string("id").value_or(""));
    const bool is_vault = v.find("content_version") != nullptr;
    if (is_vault) return vault(text("name"), text("id"));
    if (place.empty()) return;
    vault(place, id);
    const auto verb = std::find(c.arguments.begin(), c.arguments.end(), "get");
    const std::string asked = verb == c.arguments.end() ? "" : *(verb + 1);
    item({place, text("id"), text("title").empty() ? asked : text("title"),
          text("state") == "ARCHIVED"});
  }

  void vault(const std::string& name, const std::string& id = "") {
    for (auto& [known, known_id] : vaults_)
      if (known == name) return;
    vaults_.emplace_back(name, id.empty() ? "id-of-" + name : id);
  }
  void item(Item i) {
    vault(i.vault);
    items_.push_back(std::move(i));
  }

  std::string account_ = "user", url_ = "u", user_ = "someone", version_;
  std::vector<std::pair<std::string, std::string>> vaults_;
  std::vector<Item> items_;
};

std::string without_stamp(std::string err) {
  const re2::RE2 stamp(R"(\[ERROR\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d )");
  re2::RE2::GlobalReplace(&err, stamp, "[ERROR] ");
  return err;
}

// A panic's stack is the build's own: only that it is one counts.
std::string comparable(const std::string& err) {
  return err.starts_with("panic: ") ? err.substr(0, err.find('\n')) : without_stamp(err);
}

// By the folder's naming: runs of one account state share the name before "--".
std::string token_for(const Capture& c) {
  const std::string group = c.name.substr(0, c.name.find("--"));
  const bool service = c.out.find("SERVICE_ACCOUNT") != std::string::npos ||
                       group.find("svc-acct") != std::string::npos;
  if (c.err.starts_with("panic: ")) return "ops_panic";
  return service ? "ops_ok" : "";
}

std::set<std::string> ids_of(const std::string& out) {
  std::set<std::string> ids;
  const auto root = schema::parse(out, kLimits);
  if (!root.ok()) return ids;
  const auto add = [&](const Value& v) {
    if (v.find("title") != nullptr || v.find("content_version") != nullptr)
      ids.insert(std::string(v.find_string("id").value_or("")));
  };
  if (root->as_array() == nullptr) add(*root);
  else
    for (const Value& v : *root->as_array()) add(v);
  return ids;
}

TEST(RecordedRuns, TheDoubleAnswersAsTheRealOneDid) {
  const fs::path folder = fs::path(YETT_SHARED_DIR) / "vectors/op-cli-captures";
  if (!fs::exists(folder)) GTEST_SKIP() << "op-cli-captures: absent";
  std::size_t known = 0, failures = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const Capture c = load(file);
    Evidence evidence;
    evidence.see(c);
    const Double d(fs::path(YETT_OP_FOLDER) / "captures", evidence.data());
    const Ran run = d.run(c.arguments, token_for(c));
    if (run.status == 64) continue;
    ++known;
    failures += run.status != 0 ? 1U : 0U;
    EXPECT_EQ(run.status, c.status) << c.name << "\n" << evidence.data();
    EXPECT_EQ(comparable(run.err), comparable(c.err)) << c.name;
    EXPECT_EQ(ids_of(run.out), ids_of(c.out)) << c.name;
    EXPECT_EQ(run.out.empty(), c.out.empty()) << c.name;
  }
  std::printf("%zu of %zu recorded runs are known, %zu of them fail\n", known, files.size(),
              failures);
  EXPECT_GE(known, files.size() / 3);
  EXPECT_GE(failures, 1u);
}

}  // namespace
}  // namespace op
