// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "schema/constraint.h"
#include "schema/param.h"
#include "schema/refusal.h"
#include "schema/write.h"

namespace schema {
namespace {

constexpr std::size_t kFaultsShown = 8;

class Checker {
 public:
  explicit Checker(const ParamSet& set) : set_(set) {}

  void declared(std::size_t index, const Object& given) {
    const Param& p = set_.params()[index];
    const Value* value = given.find(p.name);
    if (value == nullptr) {
      if (p.required) {
        faults_.push_back(
            fmt::format("Missing required parameter '{}' for tool '{}'", p.name, set_.tool()));
      }
      return;
    }
    if (p.type == ParamType::kArray) return array(index, *value);
    scalar(index, *value, std::nullopt);
  }

  void unknown(const std::string& name) {
    std::vector<std::string_view> names;
    if (name.size() <= base::limits::kNameBytes) {
      for (const Param& p : set_.params()) names.push_back(p.name);
    }
    const std::string_view near = base::nearest(name, names);
    faults_.push_back(fmt::format("Unknown parameter {} for tool '{}'{}", shown_key(name),
                                  set_.tool(),
                                  near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }

  void too_many() {
    faults_.push_back(fmt::format("Too many values for tool '{}': at most {}", set_.tool(),
                                  base::limits::kArguments));
  }

  std::vector<std::string> take_faults() { return std::move(faults_); }
  std::vector<Leaf> take_leaves() { return std::move(leaves_); }
  // SECURITY: also bounds the work that a text made of faults can cause.
  bool full() const { return leaves_.size() + faults_.size() > base::limits::kArguments; }

 private:
  void fault(std::size_t index, std::optional<std::uint32_t> item, std::string_view what) {
    const Param& p = set_.params()[index];
    faults_.push_back(fmt::format("Parameter '{}{}' for tool '{}' {}", p.name,
                                  item ? fmt::format("[{}]", *item) : "", set_.tool(), what));
  }

  void scalar(std::size_t index, const Value& value, std::optional<std::uint32_t> item) {
    const Param& p = set_.params()[index];
    if (const auto what = fault_of(set_, index, value); !what.empty())
      return fault(index, item, what);
    const ParamType type = scalar_type(p);
    std::string text = *leaf_text(value, type);
    if (const auto what = listed(p, text); !what.empty()) return fault(index, item, what);
    leaves_.push_back({p.name, item, type, std::move(text), value.offset()});
  }

  void array(std::size_t index, const Value& value) {
    const Param& p = set_.params()[index];
    const Array* items = value.as_array();
    if (items == nullptr) {
      return fault(index, {}, fmt::format("must be an array, not {}", name_of(value.kind())));
    }
    const auto must_have = [&](const char* bound, std::uint32_t n) {
      fault(index, {},
            fmt::format("must have {} {} item{}, not {}", bound, n, n == 1 ? "" : "s",
                        items->size()));
    };
    if (p.min_items && items->size() < *p.min_items) must_have("at least", *p.min_items);
    if (p.max_items && items->size() > *p.max_items) return must_have("at most", *p.max_items);
    for (std::size_t i = 0; i < items->size() && !full(); ++i) {
      scalar(index, (*items)[i], static_cast<std::uint32_t>(i));
    }
  }

  const ParamSet& set_;
  std::vector<std::string> faults_;
  std::vector<Leaf> leaves_;
};

std::string joined(const std::vector<std::string>& faults) {
  std::string out;
  for (std::size_t i = 0; i < faults.size() && i < kFaultsShown; ++i) {
    if (i > 0) out += '\n';
    out += faults[i];
  }
  if (faults.size() > kFaultsShown)
    out += fmt::format("\nand {} more", faults.size() - kFaultsShown);
  return out;
}

}  // namespace

base::Result<CheckedArguments> check(const ParamSet& set, const Value& arguments) {
  const Object* given = arguments.as_object();
  if (given == nullptr) {
    return base::invalid(fmt::format("Arguments for tool '{}' must be an object, not {}",
                                     set.tool(), name_of(arguments.kind())));
  }
  Checker checker(set);
  for (std::size_t i = 0; i < set.params().size() && !checker.full(); ++i)
    checker.declared(i, *given);
  for (const Member& member : *given) {
    if (checker.full()) break;
    if (set.find(member.key) == nullptr) checker.unknown(member.key);
  }
  if (checker.full()) checker.too_many();
  if (const auto faults = checker.take_faults(); !faults.empty())
    return base::invalid(joined(faults));
  // Whole numbers that this form would change are faults already.
  TRY_AS(std::string text, canonical_strict(arguments));
  return CheckedArguments{checker.take_leaves(), std::move(text)};
}

}  // namespace schema
