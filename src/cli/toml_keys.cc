// SPDX-License-Identifier: Apache-2.0
#include "cli/toml_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "base/bytes.h"

namespace cli {
namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a text";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a point";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
  }
}

// The text of a scalar; nothing for tables, arrays and dates.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* s = node.as_string()) return s->get();
  if (const auto* n = node.as_integer()) return fmt::format("{}", n->get());
  if (const auto* b = node.as_boolean()) return std::string(b->get() ? "true" : "false");
  if (const auto* d = node.as_floating_point()) return fmt::format("{}", d->get());
  return std::nullopt;
}

}  // namespace

Place place_of(const toml::node& node) {
  const auto& begin = node.source().begin;
  return {begin.line, begin.column};
}

const toml::node* Keys::take(std::string_view key) {
  known_.emplace_back(key);
  return table_.get(key);
}

void Keys::wrong_type(const toml::node& node, std::string_view key, std::string_view expected) {
  problem(place_of(node),
          fmt::format("`{}` is {}, expected {}", base::printable(key), type_name(node), expected));
}

std::optional<Text> Keys::text(std::string_view key) {
  const toml::node* found = take(key);
  if (found == nullptr) return std::nullopt;
  const auto* value = found->as_string();
  if (value == nullptr) return wrong_type(*found, key, "a text"), std::nullopt;
  if (looks_like_secret(key, value->get())) {
    problem(
        place_of(*found),
        fmt::format("the value of `{}` looks like a secret; store it with `yett secret add NAME` "
                    "and name it here instead",
                    key));
    return std::nullopt;
  }
  return Text{value->get(), place_of(*found)};
}

Text Keys::required_text(std::string_view key) {
  auto value = text(key);
  if (!value && table_.get(key) == nullptr) problem(place(), fmt::format("`{}` is missing", key));
  return value.value_or(Text{"", place()});
}

std::optional<std::int64_t> Keys::number(std::string_view key, std::int64_t least,
                                         std::int64_t most) {
  const toml::node* found = take(key);
  if (found == nullptr) return std::nullopt;
  const auto* value = found->as_integer();
  if (value == nullptr) return wrong_type(*found, key, "a whole number"), std::nullopt;
  if (value->get() >= least && value->get() <= most) return value->get();
  problem(place_of(*found),
          fmt::format("`{}` is {}, expected {} to {}", key, value->get(), least, most));
  return std::nullopt;
}

std::optional<double> Keys::real(std::string_view key) {
  const toml::node* found = take(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* n = found->as_integer()) return static_cast<double>(n->get());
  if (const auto* d = found->as_floating_point(); d != nullptr && d->get() - d->get() == 0)
    return d->get();
  return wrong_type(*found, key, "a finite number"), std::nullopt;
}

std::optional<bool> Keys::boolean(std::string_view key) {
  const toml::node* found = take(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* value = found->as_boolean()) return value->get();
  return wrong_type(*found, key, "true or false"), std::nullopt;
}

const toml::table* Keys::table(std::string_view key) {
  const toml::node* found = take(key);
  if (found == nullptr) return nullptr;
  if (found->as_table() == nullptr) wrong_type(*found, key, "a table");
  return found->as_table();
}

const toml::array* Keys::array(std::string_view key) {
  const toml::node* found = take(key);
  if (found == nullptr) return nullptr;
  if (found->as_array() == nullptr) wrong_type(*found, key, "an array");
  return found->as_array();
}

const toml::node* Keys::node(std::string_view key) { return take(key); }

std::vector<std::pair<std::string, Text>> Keys::texts(std::string_view key) {
  std::vector<std::pair<std::string, Text>> out;
  const toml::table* inner = table(key);
  if (inner == nullptr) return out;
  for (const auto& [name, value] : *inner) {
    auto text = scalar_text(value);
    if (!text) {
      wrong_type(value, name.str(), "a text, number or boolean");
    } else if (looks_like_secret(name.str(), *text)) {
      problem(
          place_of(value),
          fmt::format("the value of `{}` looks like a secret; store it with `yett secret add NAME` "
                      "and name it under `secrets`",
                      base::printable(name.str())));
    } else {
      out.emplace_back(std::string(name.str()), Text{std::move(*text), place_of(value)});
    }
  }
  return out;
}

std::optional<std::size_t> Keys::choice(std::string_view key,
                                        std::initializer_list<std::string_view> choices) {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto found = std::ranges::find(choices, value->value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  const std::string_view near = base::nearest(value->value, choices);
  problem(value->at, fmt::format("`{}` is `{}`, expected one of {}{}", key,
                                 base::printable(value->value), fmt::join(choices, ", "),
                                 near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
  return std::nullopt;
}

void Keys::finish() {
  for (const auto& [key, value] : table_) {
    if (std::ranges::find(known_, key.str()) != known_.end()) continue;
    const std::string_view near = base::nearest(key.str(), known_);
    const auto& begin = key.source().begin;
    problem(
        {begin.line, begin.column},
        fmt::format("unknown key `{}`{}", base::printable(key.str()),
                    near.empty() ? fmt::format("; the keys here are {}", fmt::join(known_, ", "))
                                 : fmt::format("; did you mean `{}`?", near)));
  }
}

std::optional<Node> plain(const toml::node& node, Keys& keys) {
  const Place at = place_of(node);
  if (const auto* b = node.as_boolean()) return Node{b->get(), at};
  if (const auto* n = node.as_integer()) return Node{n->get(), at};
  if (const auto* d = node.as_floating_point()) return Node{d->get(), at};
  if (const auto* s = node.as_string()) {
    if (!looks_like_secret("", s->get())) return Node{s->get(), at};
    keys.problem(at,
                 "a value looks like a secret; store it with `yett secret add NAME` and name it "
                 "under `secrets`");
    return std::nullopt;
  }
  if (const auto* array = node.as_array()) {
    std::vector<Node> items;
    for (const auto& item : *array)
      if (auto made = plain(item, keys)) items.push_back(std::move(*made));
    return Node{std::move(items), at};
  }
  if (const auto* table = node.as_table()) {
    Node::Table members;
    for (const auto& [key, value] : *table)
      if (auto made = plain(value, keys))
        members.push_back({std::string(key.str()), std::move(*made)});
    return Node{std::move(members), at};
  }
  keys.problem(at, "a date or time; write it as a text");
  return std::nullopt;
}

}  // namespace cli
