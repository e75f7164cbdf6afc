// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/tracer.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/explain/phrase.h"
#include "policy/syntax/print.h"

namespace policy::tracing {
namespace {

using Kind = Predicate::Kind;

constexpr std::size_t kDepth = 4'200;  // load() lets 2,048 levels through; each may be a name too

Truth truth_of(bool b) { return b ? Truth::kTrue : Truth::kFalse; }

const Path& left_path(const Predicate& p) {
  if (p.kind == Kind::kIn || p.kind == Kind::kCompare) return p.left.path;
  if (p.kind == Kind::kPresent || p.kind == Kind::kAbsent || p.kind == Kind::kNamed) return p.path;
  return p.operand.path;
}

}  // namespace

Lets lets_of(const Tree& tree) {
  Lets out;
  for (const auto& declaration : tree.declarations)
    if (const auto* let = std::get_if<Let>(&declaration)) out.emplace(let->name, let);
  return out;
}

void Tracer::head(const Predicate& p, Traced& out) const {
  out.span = p.span;
  out.text = fitted(print(p), kTextBytes);
}

bool Tracer::may_go_on() {
  if (budget_.steps > 0) --budget_.steps;
  return budget_.steps > 0 && depth_ <= kDepth;
}

Traced* Tracer::part_of(Traced& out) {
  if (budget_.parts == 0) {
    out.note = "not all parts are shown";
    return nullptr;
  }
  --budget_.parts;
  return &out.parts.emplace_back();
}

Truth Tracer::trace(const Predicate& p, const Setting& s, Traced& out) {
  const Deeper deeper(depth_);
  if (budget_.parts > 0) head(p, out);
  if (!may_go_on()) {
    out.note = "the rule is nested too deeply or too large";
    return out.truth = Truth::kError;
  }
  switch (p.kind) {
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot: return out.truth = junction(p, s, out);
    case Kind::kName: return out.truth = name(p, s, out);
    case Kind::kAny:
    case Kind::kAll: return out.truth = quantified(p, s, out);
    default: return out.truth = comparison(p, s, nullptr, out);
  }
}

Truth Tracer::junction(const Predicate& p, const Setting& s, Traced& out) {
  const Truth stops = p.kind == Kind::kOr ? Truth::kTrue : Truth::kFalse;
  Truth truth = p.kind == Kind::kOr ? Truth::kFalse : Truth::kTrue;
  bool known = false;
  for (const Predicate& part : p.parts) {
    Traced unseen;
    Traced* const written = part_of(out);
    Traced& to = written != nullptr ? *written : unseen;
    if (known) {
      if (written != nullptr) head(part, to);
      to.evaluated = false;
      continue;
    }
    truth = trace(part, s, to);
    known = truth == Truth::kError || (p.kind != Kind::kNot && truth == stops);
  }
  if (p.kind != Kind::kNot || truth == Truth::kError) return truth;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

Truth Tracer::name(const Predicate& p, const Setting& s, Traced& out) {
  const auto found = s.lets->find(p.name);
  const Predicate* const bound =
      found == s.lets->end() ? nullptr : std::get_if<Predicate>(&found->second->value);
  if (bound != nullptr) {
    Traced unseen;
    Traced* const written = part_of(out);
    return trace(*bound, s, written != nullptr ? *written : unseen);
  }
  // An alias of a predicate: the parser cannot know its kind.
  if (found != s.lets->end()) {
    const SetExpr& alias = std::get<SetExpr>(found->second->value);
    if (alias.kind == SetExpr::Kind::kName) {
      Predicate next;
      next.kind = Kind::kName;
      next.name = alias.name;
      next.span = alias.span;
      Traced unseen;
      Traced* const written = part_of(out);
      return trace(next, s, written != nullptr ? *written : unseen);
    }
  }
  out.note = "the name is bound to no predicate";
  return Truth::kError;
}

Truth Tracer::quantified(const Predicate& p, const Setting& s, Traced& out) {
  const Predicate& inner = p.parts[0];
  const auto places = scene_.places(left_path(inner));
  if (!places.ok()) {
    out.note = places.error().message;
    return Truth::kError;
  }
  const Truth stops = p.kind == Kind::kAny ? Truth::kTrue : Truth::kFalse;
  for (const Place& here : *places) {
    Traced unseen;
    Traced* const written = part_of(out);
    const Truth truth = item(inner, s, here, written != nullptr ? *written : unseen);
    if (truth == stops || truth == Truth::kError) return truth;
  }
  if (places->empty()) out.note = fmt::format("{} has no items", left_path(inner).argument);
  return p.kind == Kind::kAny ? Truth::kFalse : Truth::kTrue;
}

Truth Tracer::item(const Predicate& p, const Setting& s, const Place& here, Traced& out) {
  if (budget_.parts > 0) head(p, out);
  return out.truth = comparison(p, s, &here, out);
}

Truth Tracer::comparison(const Predicate& p, const Setting& s, const Place* here, Traced& out) {
  std::string note;
  const base::Result<bool> result = compared(p, s, here, note);
  if (result.ok()) {
    out.note = fitted(note, kNoteBytes);
    return truth_of(*result);
  }
  out.note = fitted(result.error().message, kNoteBytes);
  if (result.error().code == base::Errc::kNotFound && s.absent_is_false) return Truth::kFalse;
  return Truth::kError;
}

base::Result<bool> Tracer::compared(const Predicate& p, const Setting& s, const Place* here,
                                    std::string& note) {
  switch (p.kind) {
    case Kind::kIn: return in_set(p, s, here, note);
    case Kind::kCompare: return values(p, here, note);
    case Kind::kOverlaps:
    case Kind::kSubset:
    case Kind::kSuperset:
    case Kind::kSetEqual: return sets(p, s, here, note);
    case Kind::kEmpty:
    case Kind::kUniversal:
    case Kind::kGrants: return one_set(p, here, note);
    case Kind::kPresent:
    case Kind::kAbsent:
    case Kind::kNamed: return about_path(p, here, note);
    default: return base::invalid("this is no comparison");
  }
}

bool Tracer::about_path(const Predicate& p, const Place* here, std::string& note) {
  const Place place = here != nullptr ? *here : Scene::place(p.path);
  if (p.kind == Kind::kNamed) {
    const bool named = scene_.named(place.at);
    note = fmt::format("{} is {}in the user's own words{}", place.shown, named ? "" : "not ",
                       from(scene_.label_at(place.at).origins));
    return named;
  }
  const bool present = scene_.present(place.at);
  note = fmt::format("{} is {}", place.shown, present ? "present" : "absent");
  return present == (p.kind == Kind::kPresent);
}

}  // namespace policy::tracing
