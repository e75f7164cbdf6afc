// SPDX-License-Identifier: Apache-2.0
#include "lang/plan.h"

#include <algorithm>

#include "base/result.h"
#include "lang/code.h"
#include "lang/parse.h"
#include "lang/resolve.h"
#include "lang/run.h"

namespace lang {

Plan::Plan(std::unique_ptr<Resolved> resolved, std::unique_ptr<Program> program,
           std::vector<Signature> tools)
    : resolved_(std::move(resolved)), program_(std::move(program)), tools_(std::move(tools)) {}
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;
Plan::~Plan() = default;

std::variant<Plan, Problem> Plan::check(std::string_view source,
                                        const std::vector<Signature>& tools) {
  auto parsed = parse(source);
  if (auto* problem = std::get_if<Problem>(&parsed)) return std::move(*problem);
  auto resolved = resolve(std::move(std::get<Tree>(parsed)), tools);
  if (auto* problem = std::get_if<Problem>(&resolved)) return std::move(*problem);
  auto checked = std::make_unique<Resolved>(std::move(std::get<Resolved>(resolved)));
  auto program = std::make_unique<Program>(compile(*checked, false));
  if (program->too_long) return Problem{Problem::Kind::kLimit, {1, 0}, "the plan is too long", ""};
  return Plan(std::move(checked), std::move(program), tools);
}

// Answers from the records first.
class Machine::Replay : public Answers {
 public:
  Replay(std::vector<Recorded>& records, std::size_t next, Host& live)
      : records_(records), next_(next), live_(live) {}
  const Answer* ask(const Call& call) override {
    if (next_ < records_.size()) {
      if (!(records_[next_].call == call)) return nullptr;
      return &records_[next_++].answer;
    }
    Answer answer = live_.call(call);
    if (answer.kind == Answer::Kind::kLater) return &later_;
    records_.push_back({call, std::move(answer)});
    return &records_[next_++].answer;
  }

 private:
  std::vector<Recorded>& records_;
  std::size_t next_;
  Host& live_;
  const Answer later_;
};

Machine::Machine(const Plan& plan, label::Table& labels, const Limits& limits, Tracer* tracer,
                 Memory* memory)
    : plan_(plan), labels_(labels), limits_(limits), tracer_(tracer), memory_(memory) {}
Machine::~Machine() = default;

void Machine::recall(std::vector<Recorded> records) {
  CHECK(run_ == nullptr && !waiting_);
  records_ = std::move(records);
}

Outcome Machine::run(Host& host) {
  if (tracer_ != nullptr && program_ == nullptr)
    program_ = std::make_unique<Program>(compile(plan_.resolved(), true));
  const Program& program = program_ != nullptr ? *program_ : plan_.program();
  if (records_.empty()) records_.reserve(4);
  Replay replay(records_, 0, host);
  run_ = std::make_unique<Run>(plan_, program, labels_, limits_, tracer_, traced_, memory_);
  return settled(run_->run(replay));
}

Outcome Machine::settled(Outcome outcome) {
  traced_ = std::max(traced_, run_->events());
  waiting_.reset();
  if (outcome.kind == Outcome::Kind::kSuspended) waiting_ = outcome.call;
  if (!waiting_ || !run_->resumable()) run_.reset();
  return outcome;
}

Outcome Machine::resume(Host& host, Answer answer) {
  CHECK(waiting_.has_value() && answer.kind != Answer::Kind::kLater);
  records_.push_back({std::move(*waiting_), std::move(answer)});
  waiting_.reset();
  if (run_ == nullptr) return run(host);
  Replay replay(records_, records_.size(), host);
  const Recorded last = records_.back();
  Outcome outcome = settled(run_->resume(replay, last.answer));
  return outcome;
}

}  // namespace lang
