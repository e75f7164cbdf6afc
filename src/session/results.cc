// SPDX-License-Identifier: Apache-2.0
#include "session/results.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace session {
namespace {

using schema::Value;

bool takes_text(const Tool* tool, std::string_view argument) {
  if (tool == nullptr) return true;
  const auto& params = tool->params.params();
  const auto found = std::ranges::find(params, argument, &schema::Param::name);
  return found == params.end() || found->type == schema::ParamType::kString;
}

base::Result<Value> parsed(std::string_view content, base::CallId call) {
  schema::ParseLimits limits;
  limits.case_variants = schema::CaseVariants::kAllow;  // looked up by exact name
  auto value = schema::parse(content, limits);
  if (value.ok()) return value;
  return base::invalid(fmt::format("The result of c{} is text, not JSON", call.value));
}

base::Result<Value> value_of(const Tool* tool, const wire::ResultRef& ref,
                             const std::string& content) {
  if (ref.field.empty() && takes_text(tool, ref.argument)) return Value::string(content);
  TRY_AS(Value whole, parsed(content, ref.call));
  if (ref.field.empty()) return whole;
  const Value* field = whole.find(ref.field);
  if (field != nullptr) return *field;
  return base::invalid(fmt::format("The result of c{} has no field '{}'", ref.call.value,
                                   base::printable(ref.field.substr(0, 64))));
}

}  // namespace

void Results::keep(base::CallId call, std::string content, wire::LabelText label) {
  if (content.size() > kBytes) return;
  bytes_ += content.size();
  kept_.push_back({call, std::move(content), std::move(label)});
  while (kept_.size() > kCount || bytes_ > kBytes) {
    bytes_ -= kept_.front().content.size();
    kept_.pop_front();
  }
}

void Results::forget() {
  kept_.clear();
  bytes_ = 0;
}

const Results::Kept* Results::find(base::CallId call) const {
  const auto found = std::ranges::find(kept_, call, &Kept::call);
  return found == kept_.end() ? nullptr : &*found;
}

base::Result<Results::Filled> Results::fill(const Toolset& tools, const std::string& tool,
                                            std::string_view arguments,
                                            const std::vector<wire::ResultRef>& from) const {
  Filled out;
  out.arguments = arguments;
  if (from.empty()) return out;
  TRY_AS(Value object, schema::parse(arguments));
  if (object.as_object() == nullptr) return base::invalid("The arguments are not one object");
  for (const wire::ResultRef& ref : from) {
    const Kept* kept = find(ref.call);
    if (kept == nullptr)
      return base::invalid(
          fmt::format("This session holds no result of c{}; it keeps those of its last {} calls",
                      ref.call.value, kCount));
    if (object.find(ref.argument) != nullptr)
      return base::invalid(
          fmt::format("Argument '{}' is given twice", base::printable(ref.argument.substr(0, 64))));
    TRY_AS(Value value, value_of(tools.find(tool), ref, kept->content));
    object.set(ref.argument, std::move(value));
    out.from.push_back({ref.argument, kept->label});
  }
  out.arguments = schema::write(object);
  return out;
}

}  // namespace session
