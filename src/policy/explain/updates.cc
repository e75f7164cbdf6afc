// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/updates.h"

#include <fmt/format.h>

#include "policy/explain/phrase.h"
#include "policy/syntax/print.h"

namespace policy::tracing {
namespace {

constexpr std::size_t kLines = 200;  // LIMIT: of updates that ran; they all run
constexpr std::size_t kSetBytes = 160;

std::string_view sign(Update::Op op) {
  switch (op) {
    case Update::Op::kSet: return "=";
    case Update::Op::kUnion: return "|=";
    case Update::Op::kIntersect: return "&=";
    case Update::Op::kMinus: return "-=";
    case Update::Op::kXor: return "^=";
  }
  return "?";
}

std::string text_of(const Update& update) {
  return fmt::format("@session.{} {} {}", spelling(update.field), sign(update.op),
                     fitted(print(update.value), kSetBytes));
}

label::Names names_of(const NameSet& set) {
  return label::Names(std::vector<std::string>(set.names.begin(), set.names.end()));
}

base::Result<NameSet> changed(const Loaded& loaded, Judge& judge, const Update& update,
                              const NameSet& old, const NameSet& value) {
  switch (update.op) {
    case Update::Op::kSet: return value;
    case Update::Op::kUnion:
      if (update.field == Field::kConsumers && old.universal &&
          loaded.options.consumers_union_replaces)
        return value;
      return united(old, value);
    case Update::Op::kIntersect: return intersected(judge, old, value);
    case Update::Op::kMinus: return minus(judge, old, value);
    case Update::Op::kXor: return differing(old, value);
  }
  return base::invalid("this is no update");
}

base::Status put(label::Sets& label, Field field, const NameSet& set) {
  if (!set.plain()) return base::invalid("a matcher stands where only names may");
  if (field == Field::kConsumers) {
    label.consumers =
        set.universal ? label::Consumers::everyone() : label::Consumers::only(names_of(set));
    return base::ok();
  }
  if (set.universal) return base::invalid("every name is no value for tags or producers");
  if (field == Field::kOrigins) return base::invalid("origins are never set");
  (field == Field::kTags ? label.tags : label.producers) = names_of(set);
  return base::ok();
}

// The updates of one session, in turn.
class Run {
 public:
  Run(const Loaded& loaded, const Question& question, Judge& judge, SessionState& session,
      std::vector<std::string>& lines)
      : loaded_(loaded),
        judge_(judge),
        session_(session),
        scene_(loaded, question, session_),
        tracer_(scene_, judge, none_, false),
        lines_(lines) {}

  void statement(const Statement& statement, const Lets* lets) {
    // In the set of an update an absent argument is an error whatever compat says.
    const Setting in_when{lets, loaded_.options.missing_argument_is_false};
    Truth truth = Truth::kTrue;
    Traced unseen;
    if (statement.when) truth = tracer_.trace(*statement.when, in_when, unseen);
    if (truth == Truth::kFalse) return;
    for (const Update& update : statement.updates) {
      const base::Status done = truth == Truth::kError
                                    ? base::Status(base::invalid("its condition is an error"))
                                    : apply(update, Setting{lets, false});
      if (!done.ok()) session_.label = label::join(session_.label, label::most_restrictive());
      say(update, done);
    }
  }

 private:
  base::Status apply(const Update& update, const Setting& setting) {
    TRY_AS(const NameSet value, tracer_.evaluate(update.value, setting));
    const NameSet old = field_of(session_.label, update.field);
    TRY_AS(const NameSet next, changed(loaded_, judge_, update, old, value));
    return put(session_.label, update.field, next);
  }

  void say(const Update& update, const base::Status& done) {
    if (lines_.size() > kLines) return;
    if (lines_.size() == kLines) {
      lines_.push_back("\xe2\x80\xa6 and more updates");
      return;
    }
    Operand operand;
    operand.scope = Scope::kSession;
    operand.field = update.field;
    const std::string what = done.ok() ? says(operand, field_of(session_.label, update.field))
                                       : fmt::format("is restricted, for {}", done.error().message);
    lines_.push_back(fmt::format("{}: {}: the session {}",
                                 place_of(loaded_, update.span.file, update.span.line),
                                 text_of(update), fitted(what, kNoteBytes)));
  }

  const Loaded& loaded_;
  Judge& judge_;
  SessionState& session_;
  Scene scene_;
  Budget none_{.parts = 0};
  Tracer tracer_;
  std::vector<std::string>& lines_;
};

}  // namespace

std::string place_of(const Loaded& loaded, std::uint32_t file, std::uint32_t line) {
  const std::string name =
      file < loaded.sources.size() ? fitted(loaded.sources[file].name, kTextBytes) : "?";
  return fmt::format("{}:{}", name, line);
}

void run_before(const Loaded& loaded, const Question& question, const std::vector<Applied>& blocks,
                Judge& judge, SessionState& session, std::vector<std::string>& lines) {
  Run run(loaded, question, judge, session, lines);
  for (const Applied& applied : blocks)
    for (const ToolPolicy::Member& member : applied.block->members) {
      const auto* const block = std::get_if<Block>(&member);
      if (block == nullptr || block->kind != Block::Kind::kBefore) continue;
      for (const Statement& s : block->statements) run.statement(s, applied.lets);
    }
}

}  // namespace policy::tracing
