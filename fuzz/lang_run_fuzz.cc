// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a plan, checked and run under small limits with a host that answers under a label:
// no crash; every leaf of a call has a label and a value; limits hold; the same the second time.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "lang/plan.h"

namespace {

class Stub : public lang::Host {
 public:
  explicit Stub(label::Table& table)
      : secret_(table.intern({label::Names{"secret"},
                              {},
                              {label::Names{"tool:give"}},
                              label::Consumers::only(label::Names{"alice"})})) {}
  lang::Answer call(const lang::Call& call) override {
    ++calls;
    for (const lang::Argument& argument : call.arguments)
      for (const lang::LeafLabel& leaf : argument.leaves)
        CHECK(leaf.path.empty() || leaf.path.front() == '/');
    lang::Answer out;
    out.kind = call.arguments.size() > 2 ? lang::Answer::Kind::kError : lang::Answer::Kind::kResult;
    if (!call.arguments.empty()) out.value = call.arguments[0].value;
    out.label = call.tool % 2 == 0 ? secret_ : label::kClean;
    return out;
  }
  std::size_t calls = 0;

 private:
  label::LabelId secret_;
};

const std::vector<lang::Signature>& tools() {
  static const std::vector<lang::Signature> kTools{
      {"give", {"value"}},
      {"send_email", {"to", "body", "subject"}},
      {"query_ai_assistant", {"query", "output_schema"}},
      {"get_unread_emails", {}}};
  return kTools;
}

lang::Limits small() {
  lang::Limits limits;
  limits.steps = 50'000;
  limits.heap_bytes = 4 << 20;
  limits.string_bytes = 1 << 16;
  limits.elements = 10'000;
  limits.output_bytes = 1 << 12;
  limits.calls = 50;
  return limits;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data),
                                std::min<std::size_t>(size, 4096));
  const auto checked = lang::Plan::check(source, tools());
  if (!std::holds_alternative<lang::Plan>(checked)) return 0;
  lang::Outcome outcomes[2];
  for (lang::Outcome& outcome : outcomes) {
    label::Table table;
    Stub host(table);
    lang::Machine machine(std::get<lang::Plan>(checked), table, small());
    outcome = machine.run(host);
    CHECK(host.calls <= small().calls);
    CHECK(outcome.output.size() <= small().output_bytes + small().string_bytes);
  }
  CHECK(outcomes[0].kind == outcomes[1].kind && outcomes[0].text == outcomes[1].text);
  CHECK(outcomes[0].output == outcomes[1].output && outcomes[0].label == outcomes[1].label);
  return 0;
}
