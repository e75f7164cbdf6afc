// SPDX-License-Identifier: Apache-2.0
#include "conformance/agentdojo/shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "schema/write.h"

namespace agentdojo {
namespace {

using schema::Value;
using Steps = std::set<std::size_t>;

// A part of a program: the value of an argument, or a call.
struct Part {
  std::string text;
  Steps needs;           // results that it reads
  std::size_t call = 0;  // that it belongs to
  bool is_call = false;
  bool quiet = false;  // a call that only reads
};

std::string literal(std::string_view text) {
  return schema::write(Value::string(std::string(text)));
}

// JSON as Python writes it.
std::string literal(const Value& value) {
  if (value.is_null()) return "None";
  if (const auto truth = value.as_bool()) return *truth ? "True" : "False";
  std::string out;
  if (const schema::Array* items = value.as_array()) {
    for (const Value& item : *items) out += (out.empty() ? "" : ", ") + literal(item);
    return "[" + out + "]";
  }
  if (const schema::Object* members = value.as_object()) {
    for (const schema::Member& member : *members)
      out += (out.empty() ? "" : ", ") + literal(member.key) + ": " + literal(member.value);
    return "{" + out + "}";
  }
  return value.as_string() ? literal(*value.as_string()) : schema::write(value);
}

// A pointer into a result as subscripts.
std::string subscripts(const Value& root, std::string_view pointer) {
  std::string out;
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    const Value* here = at_pointer(root, pointer.substr(0, at));
    const std::string step = unescaped(pointer.substr(at + 1, end - at - 1));
    out += here != nullptr && here->as_array() ? "[" + step + "]" : "[" + literal(step) + "]";
    at = end;
  }
  return out;
}

constexpr std::string_view kMail = R"([A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+)";
constexpr std::string_view kUrl = R"((?:https?://|www\\.)[A-Za-z0-9./_?=%-]*[A-Za-z0-9/])";

// The form by which code can find the value in a text; empty if it has none.
std::string_view form_of(std::string_view text) {
  if (text.find_first_of(" \n") != text.npos) return {};
  if (text.starts_with("www.") || text.starts_with("http")) return kUrl;
  return text.find('@') != text.npos ? kMail : std::string_view();
}

class Writer {
 public:
  Writer(const Data& data, const Task& task, const Shape& shape, const Attack* lie)
      : data_(data), task_(task), shape_(shape) {
    if (lie != nullptr)
      for (const Call& call : lie->calls) lies_.push_back(&call);
  }
  Program run();

 private:
  Steps sources(std::size_t call) const;
  Steps near(std::size_t call) const;
  Steps unused(std::size_t call) const;
  std::string list(const Steps& steps) const;
  std::string ask(std::size_t call, std::string_view what, const Value& answer,
                  const std::string& given);
  std::string fetched(std::size_t call, std::string_view pointer, const Value& value, Part& part);
  std::string from_result(std::size_t call, std::string_view pointer, const Value& value,
                          const Found& found, const std::string& path, Part& part);
  std::string looped(const Found& found, const std::string& path, Part& part);
  std::string expression(std::size_t call, std::string_view pointer, const Value& value,
                         Part& part);
  void argument(std::size_t call, const schema::Member& member, const Value* lie);
  void add_call(std::size_t call);
  const Call* take_lie(const Call& call);
  void find_used();
  void schedule();

  const Data& data_;
  const Task& task_;
  const Shape& shape_;
  std::vector<const Call*> lies_;
  Program out_;
  std::vector<Part> parts_;
  Steps used_;       // results that an argument takes something from
  Steps looked_at_;  // and those that were looked at for want of such an argument
  bool fetches_ = false;
  int names_ = 0;
};

// What was read before `call`: all, or since the last change if there is anything.
Steps Writer::sources(std::size_t call) const {
  Steps all;
  Steps recent;
  for (std::size_t i = 0; i < call; ++i) {
    if (task_.calls[i].writes) {
      recent.clear();
      continue;
    }
    all.insert(i);
    recent.insert(i);
  }
  if (all.empty())
    for (std::size_t i = 0; i < call; ++i) all.insert(i);
  return shape_.sources == Shape::Sources::kNear && !recent.empty() ? recent : all;
}

void walk(const Value& value, const std::string& pointer, auto&& leaf) {
  if (const schema::Array* items = value.as_array()) {
    for (std::size_t i = 0; i < items->size(); ++i)
      walk((*items)[i], fmt::format("{}/{}", pointer, i), leaf);
  } else if (const schema::Object* members = value.as_object()) {
    for (const schema::Member& member : *members)
      walk(member.value, pointer + "/" + member.key, leaf);
  } else {
    leaf(pointer, value);
  }
}

// The place from which a leaf is taken: where a result holds exactly it, else holds it in a text.
struct Place {
  const Found* found = nullptr;
  std::string path;
  bool whole = false;
};
Place place_of(const Task& task, const Origin* origin, const Value& value) {
  Place part;
  if (origin == nullptr) return part;
  for (const Found& found : origin->results)
    for (const std::string& path : found.paths) {
      const Value* there = at_pointer(task.calls[found.step].result, path);
      if (there == nullptr) continue;
      if (same_value(*there, value)) return {&found, path, true};
      if (part.found == nullptr && there->as_string() != nullptr) part = {&found, path, false};
    }
  return part;
}

void Writer::find_used() {
  for (std::size_t i = 0; i < task_.calls.size(); ++i)
    walk(task_.calls[i].arguments, "", [&](const std::string& pointer, const Value& value) {
      if (is_constant(data_, task_, i, pointer, value)) return;
      const Place place = place_of(task_, task_.calls[i].origin(pointer), value);
      if (place.found != nullptr) used_.insert(place.found->step);
      else used_.merge(sources(i));
    });
}

// What was read between the change before `call`, itself one, and it.
Steps Writer::near(std::size_t call) const {
  Steps out;
  if (!task_.calls[call].writes) return out;
  for (std::size_t i = call; i-- > 0 && !task_.calls[i].writes;) out.insert(i);
  return out;
}
Steps Writer::unused(std::size_t call) const {
  Steps out = near(call);
  std::erase_if(out, [&](std::size_t i) { return used_.contains(i) || looked_at_.contains(i); });
  return out;
}

std::string Writer::list(const Steps& steps) const {
  std::string out;
  for (const std::size_t step : steps) out += fmt::format("{}r{}", out.empty() ? "" : ", ", step);
  return "[" + out + "]";
}

std::string Writer::ask(std::size_t call, std::string_view what, const Value& answer,
                        const std::string& given) {
  std::string query = fmt::format("{} of {} {}", what, task_.calls[call].tool, call);
  out_.answers[query] = answer;
  return fmt::format("{}({}, {})", kModelTool, literal(query), given);
}

std::string Writer::looped(const Found& found, const std::string& path, Part& part) {
  const Value& result = task_.calls[found.step].result;
  const std::size_t end = std::min(path.find('/', 1), path.size());
  if (result.as_array() == nullptr || path.empty())
    return fmt::format("r{}{}", found.step, subscripts(result, path));
  const int n = names_++;
  part.text += fmt::format(
      "v{0} = None\nfor p{0}, x{0} in enumerate(r{1}):\n    if x{0} != None and p{0} == {2}:\n"
      "        v{0} = x{0}{3}\n",
      n, found.step, path.substr(1, end - 1),
      subscripts(result, path).substr(subscripts(result, path.substr(0, end)).size()));
  return fmt::format("v{}", n);
}

std::string Writer::from_result(std::size_t call, std::string_view pointer, const Value& value,
                                const Found& found, const std::string& path, Part& part) {
  part.needs.insert(found.step);
  if (shape_.fetch == Shape::Fetch::kModel)
    return ask(call, pointer, value, fmt::format("r{}", found.step));
  const Value& result = task_.calls[found.step].result;
  const std::string place = shape_.fetch == Shape::Fetch::kLoop
                                ? looped(found, path, part)
                                : fmt::format("r{}{}", found.step, subscripts(result, path));
  if (same_value(*at_pointer(result, path), value)) return place;
  const std::string_view form =
      value.as_string() ? form_of(*value.as_string()) : std::string_view();
  if (form.empty()) return ask(call, pointer, value, place);
  return fmt::format("re.search(\"{}\", {}).group(0)", form, place);
}

std::string Writer::fetched(std::size_t call, std::string_view pointer, const Value& value,
                            Part& part) {
  const Place place = place_of(task_, task_.calls[call].origin(pointer), value);
  std::string out;
  if (place.found != nullptr) {
    out = from_result(call, pointer, value, *place.found, place.path, part);
  } else {
    const Steps given = sources(call);
    part.needs.insert(given.begin(), given.end());
    out = ask(call, pointer, value, list(given));
  }
  const Steps more = fetches_ ? Steps{} : unused(call);
  fetches_ = true;
  if (more.empty()) return out;
  part.needs.insert(more.begin(), more.end());
  looked_at_.insert(more.begin(), more.end());
  return fmt::format("({} if len(str({})) >= 0 else None)", out, list(more));
}

std::string Writer::expression(std::size_t call, std::string_view pointer, const Value& value,
                               Part& part) {
  std::string out;
  if (const schema::Array* items = value.as_array()) {
    for (std::size_t i = 0; i < items->size(); ++i)
      out += (out.empty() ? "" : ", ") +
             expression(call, fmt::format("{}/{}", pointer, i), (*items)[i], part);
    return "[" + out + "]";
  }
  if (const schema::Object* members = value.as_object()) {
    for (const schema::Member& member : *members)
      out += (out.empty() ? "" : ", ") + literal(member.key) + ": " +
             expression(call, fmt::format("{}/{}", pointer, member.key), member.value, part);
    return "{" + out + "}";
  }
  if (is_constant(data_, task_, call, pointer, value)) return literal(value);
  return fetched(call, pointer, value, part);
}

void Writer::argument(std::size_t call, const schema::Member& member, const Value* lie) {
  Part part;
  part.call = call;
  std::string value = expression(call, "/" + member.key, member.value, part);
  if (lie != nullptr && !part.needs.empty()) {
    value = fmt::format("({} if str({}) != \"\" else None)", literal(*lie), value);
    ++out_.swapped;
  }
  part.text += fmt::format("a{}_{} = {}\n", call, member.key, value);
  parts_.push_back(std::move(part));
}

const Call* Writer::take_lie(const Call& call) {
  const auto found =
      std::ranges::find_if(lies_, [&](const Call* lie) { return lie->tool == call.tool; });
  if (found == lies_.end()) return nullptr;
  const Call* taken = *found;
  lies_.erase(found);
  return taken;
}

std::string indented(const std::string& text) { return "    " + text; }

void Writer::add_call(std::size_t call) {
  const Call& made = task_.calls[call];
  const Call* lie = take_lie(made);
  const policy::ToolShape& shape = data_.tool(made.tool)->shape;
  fetches_ = false;
  const std::size_t before = parts_.size();
  std::string arguments;
  if (const schema::Object* members = made.arguments.as_object())
    for (const schema::Member& member : *members) {
      argument(call, member, lie == nullptr ? nullptr : lie->arguments.find(member.key));
      arguments +=
          fmt::format("{}{}=a{}_{}", arguments.empty() ? "" : ", ", member.key, call, member.key);
    }
  const bool constant = std::all_of(parts_.begin() + static_cast<std::ptrdiff_t>(before),
                                    parts_.end(), [](const Part& p) { return p.needs.empty(); });
  Part part;
  part.call = call;
  part.is_call = true;
  part.quiet = !made.writes && (policy::effective(shape) == policy::ToolEffect::kRead || constant);
  part.text = fmt::format("r{} = {}({})\n", call, made.tool, arguments);
  const Steps guard = says(task_, "if") ? near(call) : Steps{};
  if (!guard.empty()) {
    part.needs = guard;
    const std::string test =
        shape_.fetch == Shape::Fetch::kModel
            ? ask(call, "whether to make the call", Value::boolean(true), list(guard))
            : fmt::format("len(str({})) >= 0", list(guard));
    part.text = shape_.guard == Shape::Guard::kInside
                    ? fmt::format("if {}:\n{}", test, indented(part.text))
                    : fmt::format("if not ({}):\n    raise ValueError(\"not this time\")\n{}", test,
                                  part.text);
  }
  parts_.push_back(std::move(part));
}

// Reads first: values as soon as they can be had, then what only reads; what may reach somebody by
// what was read keeps its order.
void Writer::schedule() {
  Steps done;
  std::vector<bool> written(parts_.size());
  const auto ready = [&](std::size_t i) {
    const Part& part = parts_[i];
    if (!std::ranges::includes(done, part.needs)) return false;
    if (!part.is_call) return true;
    for (std::size_t j = 0; j < i; ++j)
      if (parts_[j].call == part.call && !written[j]) return false;
    return true;
  };
  const auto write = [&](std::size_t i) {
    written[i] = true;
    out_.text += parts_[i].text;
    if (!parts_[i].is_call) return;
    done.insert(parts_[i].call);
    out_.order.push_back(parts_[i].call);
  };
  const auto next = [&](auto wanted) {
    for (std::size_t i = 0; i < parts_.size(); ++i)
      if (!written[i] && wanted(parts_[i]) && ready(i)) return i;
    return parts_.size();
  };
  const bool first = shape_.order == Shape::Order::kReadsFirst;
  for (std::size_t left = parts_.size(); left > 0; --left) {
    std::size_t i = parts_.size();
    if (first) {
      i = next([](const Part& part) { return !part.is_call; });
      if (i == parts_.size()) i = next([](const Part& part) { return part.quiet; });
    }
    if (i == parts_.size())
      i = static_cast<std::size_t>(std::ranges::find(written, false) - written.begin());
    write(i);
  }
}

Program Writer::run() {
  find_used();
  out_.text = "import re\n";
  for (std::size_t i = 0; i < task_.calls.size(); ++i) add_call(i);
  schedule();
  out_.text += "final_return_value = \"done\"\n";
  return std::move(out_);
}

}  // namespace

std::string Shape::name() const {
  constexpr const char* kFetch[] = {"index", "loop", "model"};
  return fmt::format("{}/{}/{}/{}", kFetch[static_cast<int>(fetch)],
                     sources == Sources::kAll ? "all" : "near",
                     order == Order::kRecorded ? "recorded" : "reads-first",
                     guard == Guard::kInside ? "inside" : "raise");
}

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = [] {
    std::vector<Shape> out;
    for (const auto fetch : {Shape::Fetch::kIndex, Shape::Fetch::kLoop, Shape::Fetch::kModel})
      for (const auto sources : {Shape::Sources::kAll, Shape::Sources::kNear})
        for (const auto order : {Shape::Order::kRecorded, Shape::Order::kReadsFirst})
          for (const auto guard : {Shape::Guard::kInside, Shape::Guard::kRaise})
            out.push_back({fetch, sources, order, guard});
    return out;
  }();
  return kShapes;
}

Program write_program(const Data& data, const Task& task, const Shape& shape, const Attack* lie) {
  return Writer(data, task, shape, lie).run();
}

}  // namespace agentdojo
