// SPDX-License-Identifier: Apache-2.0
#include "monitor/asked.h"

#include <algorithm>
#include <bit>

#include "wire/codec.h"
#include "wire/value.h"

namespace monitor {
namespace {

// The field list: one word for each part of a policy::Question.
struct AskedLeaf {
  std::string path;
  wire::LeafKind kind = wire::LeafKind::kString;
  std::string text;
  std::uint16_t label = 0;
  bool named = false;
  template <class V> void visit(V& v) { v(path, kind, text, label, named); }
};
struct AskedCounter {
  std::string name;
  bool whole = true;
  std::int64_t integer = 0;
  std::uint64_t decimal = 0;  // the bits of the double
  template <class V> void visit(V& v) { v(name, whole, integer, decimal); }
};
struct Asked {
  std::uint8_t version = 1;
  std::string tool;
  std::vector<AskedLeaf> leaves;
  std::vector<wire::LabelText> labels;  // what AskedLeaf::label indexes
  wire::LabelText control;
  std::string principal, tenant, door, environment;
  std::vector<std::string> roles, scopes;
  std::int64_t now_us = 0;
  wire::LabelText session;
  bool has_session_value = false;
  std::string session_value;
  std::vector<AskedCounter> counters;
  template <class V> void visit(V& v) {
    v(version, tool, leaves, labels, control, principal, tenant, door, environment, roles, scopes,
      now_us, session, has_session_value, session_value, counters);
  }
  bool valid() const {
    return version == 1 && std::ranges::all_of(leaves, [&](const AskedLeaf& leaf) {
             return leaf.label < labels.size();
           });
  }
};

wire::LabelText text_of(const label::Sets& sets) {
  return {sets.tags.list(), sets.producers.list(), sets.consumers.is_everyone(),
          sets.consumers.names().list(), sets.origins.list()};
}

label::Sets sets_of(const wire::LabelText& text) {
  return {label::Names(text.tags), label::Names(text.producers), label::Names(text.origins),
          text.everyone ? label::Consumers::everyone()
                        : label::Consumers::only(label::Names(text.consumers))};
}

// The index of a label; equal ones are kept once.
std::uint16_t place_of(std::vector<wire::LabelText>& labels, const label::Sets& sets) {
  const wire::LabelText text = text_of(sets);
  const auto same = std::ranges::find(labels, text);
  const auto place = static_cast<std::uint16_t>(same - labels.begin());
  if (same == labels.end()) labels.push_back(text);
  return place;
}

}  // namespace

std::string encode(const policy::Question& question) {
  Asked asked;
  asked.tool = question.tool;
  for (const auto& leaf : question.leaves)
    asked.leaves.push_back({leaf.path, static_cast<wire::LeafKind>(leaf.kind), leaf.text,
                            place_of(asked.labels, leaf.label), leaf.named});
  asked.control = text_of(question.control);
  asked.principal = question.asker.principal;
  asked.tenant = question.asker.tenant;
  asked.door = question.asker.door;
  asked.environment = question.asker.environment;
  asked.roles = question.asker.roles.list();
  asked.scopes = question.asker.scopes.list();
  asked.now_us = question.now.us;
  asked.session = text_of(question.session.label);
  asked.has_session_value = question.session.value.has_value();
  asked.session_value = question.session.value.value_or("");
  for (const auto& [name, number] : question.counters)
    asked.counters.push_back(
        {name, number.whole, number.integer, std::bit_cast<std::uint64_t>(number.decimal)});
  return wire::encode(asked);
}

base::Result<policy::Question> decode_question(std::string_view bytes) {
  TRY_AS(Asked asked, wire::decode<Asked>(bytes));
  policy::Question question;
  question.tool = std::move(asked.tool);
  for (auto& leaf : asked.leaves)
    question.leaves.push_back({std::move(leaf.path), static_cast<policy::LeafKind>(leaf.kind),
                               std::move(leaf.text), sets_of(asked.labels[leaf.label]),
                               leaf.named});
  question.control = sets_of(asked.control);
  question.asker = {asked.principal,
                    asked.tenant,
                    asked.door,
                    asked.environment,
                    label::Names(asked.roles),
                    label::Names(asked.scopes)};
  question.now = {asked.now_us};
  question.session.label = sets_of(asked.session);
  if (asked.has_session_value) question.session.value = std::move(asked.session_value);
  for (const auto& counter : asked.counters)
    question.counters[counter.name] = {counter.whole, counter.integer,
                                       std::bit_cast<double>(counter.decimal)};
  return question;
}

}  // namespace monitor
