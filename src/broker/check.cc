// SPDX-License-Identifier: Apache-2.0
#include "broker/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/bytes.h"
#include "broker/numbers.h"

namespace broker {
namespace {

using wire::ArgumentType;
using wire::LeafKind;

base::Error wrong(const wire::ArgumentSpec& spec, std::string_view what) {
  return base::invalid(fmt::format("argument {} {}", spec.name, what));
}

bool kind_fits(ArgumentType type, LeafKind kind) {
  switch (type) {
    case ArgumentType::kString: return kind == LeafKind::kString;
    case ArgumentType::kInteger: return kind == LeafKind::kInteger;
    case ArgumentType::kNumber: return kind == LeafKind::kNumber || kind == LeafKind::kInteger;
    case ArgumentType::kBoolean: return kind == LeafKind::kBoolean;
    case ArgumentType::kArray: return false;
  }
  return false;
}

bool text_fits(LeafKind kind, std::string_view text) {
  switch (kind) {
    case LeafKind::kString: return base::is_utf8(text);
    case LeafKind::kInteger: return is_integer(text);
    case LeafKind::kNumber: return is_number(text);
    case LeafKind::kBoolean: return text == "true" || text == "false";
    case LeafKind::kNull: return false;
  }
  return false;
}

base::Status check_bounds(const wire::ArgumentSpec& spec, const wire::Leaf& leaf) {
  if (leaf.kind != LeafKind::kInteger && leaf.kind != LeafKind::kNumber) return base::ok();
  const auto below = spec.minimum ? compare_numbers(leaf.text, *spec.minimum) : std::optional(0);
  const auto above = spec.maximum ? compare_numbers(leaf.text, *spec.maximum) : std::optional(0);
  if (!below || *below < 0) return wrong(spec, "is below its minimum");
  if (!above || *above > 0) return wrong(spec, "is above its maximum");
  return base::ok();
}

// One scalar: the argument itself, or an item of an array.
base::Status check_leaf(const wire::ArgumentSpec& spec, ArgumentType type, const wire::Leaf& leaf) {
  if (!kind_fits(type, leaf.kind)) return wrong(spec, "has another type");
  if (!text_fits(leaf.kind, leaf.text)) return wrong(spec, "is not a value of its type");
  if (leaf.text.size() > spec.max_bytes) return wrong(spec, "is too long");
  if (!spec.choices.empty() && std::ranges::find(spec.choices, leaf.text) == spec.choices.end())
    return wrong(spec, "is none of its choices");
  return check_bounds(spec, leaf);
}

// How often each declared argument has been seen; for an array, how many items.
using Seen = std::map<const wire::ArgumentSpec*, std::uint32_t>;

// An item NAME/INDEX. INVARIANT: items come in order, so an index that is not the number of items
// before it is a gap, a repetition or another spelling.
base::Status check_item(const wire::ArgumentSpec& spec, std::string_view index,
                        const wire::Leaf& leaf, std::uint32_t& count) {
  if (spec.type != ArgumentType::kArray) return wrong(spec, "is not an array");
  if (index != fmt::format("{}", count)) return wrong(spec, "has items out of order");
  if (++count > spec.max_items) return wrong(spec, "has too many items");
  return check_leaf(spec, spec.item, leaf);
}

base::Status check_one(const wire::ToolSpec& tool, const wire::Leaf& leaf, Seen& seen) {
  const std::string_view path = leaf.path;
  const std::size_t slash = path.find('/');
  const wire::ArgumentSpec* spec = argument_of(tool, path.substr(0, slash));
  if (spec == nullptr) return base::invalid("an argument is not declared");
  std::uint32_t& count = seen[spec];
  if (slash != std::string_view::npos)
    return check_item(*spec, path.substr(slash + 1), leaf, count);
  if (++count > 1) return wrong(*spec, "occurs twice");
  return check_leaf(*spec, spec->type, leaf);
}

Checked refused(std::string why) { return Refused{std::move(why)}; }

}  // namespace

base::Status check_arguments(const wire::ToolSpec& tool, const std::vector<wire::Leaf>& leaves) {
  Seen seen;
  for (const wire::Leaf& leaf : leaves) TRY(check_one(tool, leaf, seen));
  for (const wire::ArgumentSpec& spec : tool.arguments) {
    const bool absent = spec.type != ArgumentType::kArray && !seen.contains(&spec);
    if (spec.required && absent) return wrong(spec, "is missing");
  }
  return base::ok();
}

Checked WarrantGate::check(const wire::Warrant& warrant, std::int64_t now_us) {
  if (warrant.epoch != epoch_) return Broken{"warrant of another epoch"};
  if (warrant.sequence != next_) return Broken{"warrant out of sequence"};
  ++next_;
  if (warrant.tenant != view_.get().tenant) return Broken{"warrant of another tenant"};
  const wire::ToolSpec* tool = view_.tool(warrant.tool);
  if (tool == nullptr) return refused("the tool is not in the manifest");
  if (warrant.definition != tool->definition) return refused("the definition is another one");
  if (warrant.deadline_us <= now_us) return refused("the deadline has passed");
  const base::Status arguments = check_arguments(*tool, warrant.arguments);
  if (!arguments.ok()) return refused(arguments.error().message);
  for (const std::string& field : warrant.redact)
    if (std::ranges::find(tool->keep, field, &wire::KeptField::name) == tool->keep.end())
      return refused("a field to redact is none that is kept");
  return Accepted{tool};
}

}  // namespace broker
