// SPDX-License-Identifier: Apache-2.0
// Any bytes as a compiled policy: refused, or every evaluation ends inside its tables. A program
// that is taken has one encoding, and decides the same when it is linked again.
#include <cstdint>
#include <string_view>

#include "policy/decide.h"
#include "wire/codec.h"

namespace {

policy::Question question(std::string tool) {
  policy::Question q;
  q.tool = std::move(tool);
  label::Sets label;
  label.tags = label::Names{"pii", "a"};
  label.consumers = label::Consumers::only(label::Names{"alice"});
  q.leaves = {{"to/0", policy::LeafKind::kString, "bob@x.org", label, true},
              {"to/1", policy::LeafKind::kString, "https://x.org/a", {}, false},
              {"n", policy::LeafKind::kInteger, "5", label, false},
              {"b", policy::LeafKind::kBoolean, "true", {}, false},
              {"deep/0/x", policy::LeafKind::kNumber, "1.5", label, false}};
  q.asker.roles = label::Names{"operator", "a.*"};
  q.session.label = label;
  q.session.value = "2024-01-01";
  return q;
}

void ask(const policy::PolicySet& set, const policy::PolicySet& again, const std::string& tool) {
  policy::Question q = question(tool);
  const policy::Answer answer = policy::answer(set, q);
  CHECK(answer == policy::answer(again, q));
  if (!set.can_allow(tool)) CHECK(answer.effect == policy::Effect::kDeny);
  q.session = answer.before;
  policy::Observed observed;
  observed.text = "done";
  CHECK(policy::learn(set, q, observed) == policy::learn(again, q, observed));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto program = wire::decode<policy::Program>(bytes);
  if (!program.ok()) return 0;
  CHECK(wire::encode(*program) == bytes);
  const auto set = policy::PolicySet::link(*program);
  const auto again = policy::PolicySet::link(*program);
  CHECK(set.ok() == again.ok());
  if (!set.ok()) return 0;
  ask(*set, *again, "send");
  ask(*set, *again, "nobody");
  for (const policy::ToolCode& tool : program->tools) ask(*set, *again, tool.name);
  return 0;
}
