// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The monitor's pen: turns what happened into log entries. No record, no call: a writer that has
// stopped makes every later decision a denial. Trust zone: monitor.
#pragma once

#include "audit/recover.h"
#include "base/clock.h"
#include "monitor/judge.h"
#include "monitor/shadow_trial.h"
#include "monitor/values.h"
#include "wire/frames.h"
#include "wire/start.h"

namespace monitor {

// Who a call belongs to, as every entry about it says.
struct Whose {
  base::SessionId session;
  base::CallId call;
  std::uint32_t turn = 0;
};

class Journal {
 public:
  Journal(audit::Writer& writer, const base::Clock& clock, const wire::StartMonitor& start)
      : writer_(writer), clock_(clock), start_(start) {}

  bool stopped() const { return writer_.stopped(); }
  std::uint64_t entries() const { return writer_.entries(); }
  // Where arguments and observations are kept beside the log; borrowed. Without one none are.
  void keep_values(ValueStore& values) { values_ = &values; }
  // The tenant's data key: the salt of its digests comes from it (before it is set digests are of
  // nothing), and the key of the values.
  void set_data_key(std::string_view data_key);

  void config_loaded();
  void isolation(const wire::ProgramState& state);
  void program_ended(const std::string& program, const std::string& how);
  void session_opened(base::SessionId session);
  void session_refused(base::Reason reason);
  void session_closed(base::SessionId session);
  // False if it could not be recorded: then there is no call.
  struct PlanLine {
    base::CallId plan;
    std::uint32_t line = 0;  // 0: of no plan
  };
  bool intent(const Whose& whose, const wire::LabelledCall& call, const Case& asked,
              const Ruling& ruling, const PlanLine& plan, std::uint64_t epoch,
              std::uint64_t warrant);
  // A policy on trial would have said otherwise.
  void tried(const Whose& whose, const std::string& tool, const base::Digest& policy,
             const ShadowTrial::Opinion& opinion);
  void started(const Whose& whose, std::uint64_t warrant);
  // The end of an allowed call: an outcome, or "not started" where the broker is sure of it.
  // `label` is the result's.
  void ended(const Whose& whose, const wire::Observation& seen, std::int64_t duration_us,
             const wire::LabelText& label, const Lesson& lesson);
  // A plan is about to run: its number is `whose.call`; its text goes into the argument store.
  // The place of the text, or 0.
  std::uint64_t plan(const Whose& whose, const wire::PlanText& plan, const wire::LabelText& base);
  // The plan goes on in another session, after `steps` recorded answers.
  void plan_resumed(const Whose& whose, std::size_t steps);
  // Keeps what a plan was answered, and reads it back; ValueStore::keep and recall.
  std::uint64_t keep_step(base::CallId call, const wire::RecordedStep& step);
  std::optional<std::string> recall(std::uint64_t place);
  void forget(std::uint64_t place);
  // A value was chosen out of trusted ones.
  void endorsed(const Whose& whose, const wire::Endorsed& event);
  // Words of a model were kept from the client: a label does not admit it as a reader.
  void withheld(const Whose& whose);
  // Durably writes down as unknown what an earlier run left open: it is never retried by itself.
  base::Status settle_past(const audit::State& past);
  void alert(const Whose& whose, const wire::Alert& alert);
  void violation(const std::string& peer, base::SessionId session);

  // True if an entry waits for the next commit.
  bool pending() const { return !later_.empty() || writer_.entries() != writer_.acknowledged(); }
  // Encodes and chains what was only noted so far: work that no reply has to wait for.
  void catch_up();
  base::Status commit() {
    catch_up();
    return writer_.commit();
  }
  base::Status prepare() { return writer_.prepare(); }

  // Values that are not in the file yet; flushing never fails a call: a store that stops is
  // alerted.
  bool values_waiting() const { return values_ != nullptr && values_->waiting(); }
  bool values_full() const { return values_ != nullptr && values_->full(); }
  void flush_values();

 private:
  audit::Entry about(audit::Kind kind, const Whose& whose) const;
  bool write(audit::Entry entry);
  void obliged(const Whose& whose, const std::string& tool, const std::string& text);
  void outcome_unknown(base::CallId call);

  audit::Writer& writer_;
  const base::Clock& clock_;
  const wire::StartMonitor& start_;
  void values_stopped(const base::Error& why);

  // How far a call has come, to be written before the next entry of another kind or commit.
  struct Later {
    audit::Entry entry;
    std::string content;  // of which the entry shall hold the digest
  };
  std::vector<Later> later_;

  std::string salt_;
  ValueStore* values_ = nullptr;
};

}  // namespace monitor
