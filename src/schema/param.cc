// SPDX-License-Identifier: Apache-2.0
#include "schema/param.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "schema/constraint.h"
#include "schema/fold.h"
#include "schema/refusal.h"

namespace schema {
namespace {

// LIMIT: a compiled pattern and its automata. RE2's own default is 8 MiB, times every parameter.
constexpr std::int64_t kPatternMemory = 1 << 20;
constexpr std::size_t kPatternBytes = 4096;
constexpr std::size_t kDescriptionBytes = 8192;

constexpr std::array<std::string_view, 5> kTypeNames = {"string", "integer", "number", "boolean",
                                                        "array"};

bool is_name(std::string_view s) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !s.empty() && s.size() <= base::limits::kNameBytes && letter(s.front()) &&
         std::all_of(s.begin(), s.end(), inner);
}

bool is_text(const std::string& s, std::size_t limit) {
  return s.size() <= limit && base::is_utf8(s);
}

// The first constraint that does not go with the type, or null.
const char* misplaced(const Param& p) {
  const ParamType type = scalar_type(p);
  const bool numeric = type == ParamType::kInteger || type == ParamType::kNumber;
  if (type == ParamType::kArray) return "items that are arrays";
  if (p.type != ParamType::kArray && (p.min_items || p.max_items)) return "a number of items";
  if (type != ParamType::kString && (p.min_length || p.max_length)) return "a length";
  if (type != ParamType::kString && !p.pattern.empty()) return "a pattern";
  if (!numeric && (p.min || p.max)) return "a least or greatest value";
  if (type == ParamType::kBoolean && !p.one_of.empty()) return "a list of values";
  return nullptr;
}

template <class T> bool crossed(const std::optional<T>& least, const std::optional<T>& greatest) {
  return least && greatest && !(*least <= *greatest);
}

bool is_finite(const std::optional<double>& bound) { return !bound || Value::real(*bound).ok(); }

// What is wrong with the declaration of one parameter by itself; empty if nothing is.
std::string declaration_fault(const Param& p) {
  if (const char* what = misplaced(p)) {
    return fmt::format("{} does not go with type {}", what, name_of(p.type));
  }
  if (!is_finite(p.min) || !is_finite(p.max)) return "a bound must be finite";
  if (crossed(p.min, p.max) || crossed(p.min_length, p.max_length) ||
      crossed(p.min_items, p.max_items)) {
    return "the least is greater than the greatest";
  }
  if (!is_text(p.description, kDescriptionBytes)) {
    return fmt::format("the description must be UTF-8 of at most {} bytes", kDescriptionBytes);
  }
  if (!is_text(p.pattern, kPatternBytes)) {
    return fmt::format("the pattern must be UTF-8 of at most {} bytes", kPatternBytes);
  }
  return "";
}

base::Error wrong(const std::string& tool, std::string_view param, std::string_view what) {
  return base::invalid(fmt::format("tool '{}', parameter {}: {}", tool, shown_key(param), what));
}

// Each listed value must be of the type and hold the other constraints, and be there once.
std::string listed_fault(const ParamSet& set, std::size_t index) {
  const Param& p = set.params()[index];
  std::vector<std::string> seen;
  for (const Value& allowed : p.one_of) {
    if (const std::string fault = fault_of(set, index, allowed); !fault.empty()) {
      return "a listed value " + fault;
    }
    seen.push_back(*leaf_text(allowed, scalar_type(p)));
  }
  std::sort(seen.begin(), seen.end());
  const bool twice = std::adjacent_find(seen.begin(), seen.end()) != seen.end();
  return twice ? "a value is listed twice" : "";
}

}  // namespace

struct ParamSet::Patterns {
  std::vector<std::unique_ptr<re2::RE2>> compiled;  // one a parameter; null without a pattern
};

ParamSet::ParamSet(std::string tool, std::vector<Param> params)
    : tool_(std::move(tool)), params_(std::move(params)), patterns_(std::make_unique<Patterns>()) {
  patterns_->compiled.resize(params_.size());
}
ParamSet::ParamSet(ParamSet&&) noexcept = default;
ParamSet& ParamSet::operator=(ParamSet&&) noexcept = default;
ParamSet::~ParamSet() = default;

std::string_view name_of(ParamType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<ParamType> param_type_of(std::string_view name) {
  const auto at = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (at == kTypeNames.end()) return std::nullopt;
  return static_cast<ParamType>(at - kTypeNames.begin());
}

base::Result<ParamSet> ParamSet::create(std::string tool, std::vector<Param> params) {
  if (params.size() > base::limits::kArguments) {
    return base::invalid(fmt::format("tool '{}': {} parameters, at most {}", tool, params.size(),
                                     base::limits::kArguments));
  }
  ParamSet set(std::move(tool), std::move(params));
  for (std::size_t i = 0; i < set.params_.size(); ++i) {
    const Param& p = set.params_[i];
    if (!is_name(p.name)) {
      return wrong(set.tool_, p.name, "a name is a letter or '_', then letters, digits, '_.-'");
    }
    const auto same = [&](const Param& q) { return compare_folded(p.name, q.name) == 0; };
    const auto here = set.params_.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find_if(set.params_.begin(), here, same) != here) {
      return wrong(set.tool_, p.name, "the name is there before, in this or another case");
    }
    if (const auto fault = declaration_fault(p); !fault.empty())
      return wrong(set.tool_, p.name, fault);
    TRY(set.compile(i));
    if (const auto fault = listed_fault(set, i); !fault.empty())
      return wrong(set.tool_, p.name, fault);
  }
  return set;
}

base::Status ParamSet::compile(std::size_t index) {
  const Param& p = params_[index];
  if (p.pattern.empty()) return base::ok();
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  auto pattern = std::make_unique<re2::RE2>(p.pattern, options);
  if (!pattern->ok()) return wrong(tool_, p.name, "the pattern: " + pattern->error());
  patterns_->compiled[index] = std::move(pattern);
  return base::ok();
}

const Param* ParamSet::find(std::string_view name) const {
  const auto at =
      std::find_if(params_.begin(), params_.end(), [&](const Param& p) { return p.name == name; });
  return at != params_.end() ? &*at : nullptr;
}

bool ParamSet::matches(std::size_t index, std::string_view text) const {
  const auto& pattern = patterns_->compiled[index];
  return pattern == nullptr || re2::RE2::FullMatch({text.data(), text.size()}, *pattern);
}

}  // namespace schema
