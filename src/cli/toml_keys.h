// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Strict reading of one TOML table: every key is taken once by name and type; what is left over is
// a problem with the nearest right key. Seen only by the files that read the configuration, as the
// TOML library is heavy. Trust zone: supervisor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config.h"
#include "cli/toml.h"

namespace cli {

Place place_of(const toml::node& node);

class Keys {
 public:
  // `where` names the table in messages, such as "[tool.weather]".
  Keys(const toml::table& table, std::string where, Problems& problems)
      : table_(table), where_(std::move(where)), problems_(problems) {}

  std::optional<Text> text(std::string_view key);
  Text required_text(std::string_view key);
  std::optional<std::int64_t> number(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<double> real(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  const toml::table* table(std::string_view key);
  const toml::array* array(std::string_view key);
  // Any value at all.
  const toml::node* node(std::string_view key);
  // A table of scalars: numbers and booleans become their text.
  std::vector<std::pair<std::string, Text>> texts(std::string_view key);
  // One of `choices`, as its index.
  std::optional<std::size_t> choice(std::string_view key,
                                    std::initializer_list<std::string_view> choices);

  // Reports what was never asked for.
  void finish();

  void problem(const Place& at, std::string what) {
    problems_.add(at.line, at.column, where_ + ": " + what);
  }
  Place place() const { return place_of(table_); }
  const std::string& where() const { return where_; }
  Problems& problems() { return problems_; }

 private:
  const toml::node* take(std::string_view key);
  void wrong_type(const toml::node& node, std::string_view key, std::string_view expected);

  const toml::table& table_;
  std::string where_;
  Problems& problems_;
  std::vector<std::string> known_;
};

// `node` as plain data; a date is a problem.
std::optional<Node> plain(const toml::node& node, Keys& keys);

// The choices that SQRT leaves open, as the configuration and policy tests write them:
// docs/reference/policy.md §9.
void read_compat(const toml::table& table, policy::Options& to, Problems& problems);

}  // namespace cli
