// SPDX-License-Identifier: Apache-2.0
#include "gateway/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "schema/parse.h"
#include "schema/write.h"
#include "wire/value.h"

namespace gateway {
namespace {

using schema::Value;

struct Form {
  std::string_view name;
  Op op;
  std::array<std::string_view, 7> keys;  // besides `op`; the first `required` ones must be there
  std::size_t required;
};
constexpr std::array kForms{
    Form{"open", Op::kOpen, {"id", "session"}, 2},
    Form{"turn", Op::kTurn, {"id", "session", "text", "model", "stream", "mode", "trace"}, 3},
    Form{"call", Op::kCall, {"id", "session", "tool", "arguments", "from"}, 3},
    Form{"cancel", Op::kCancel, {"target", "id"}, 1},
    Form{"reset", Op::kReset, {"session", "id"}, 1},
    Form{"close", Op::kClose, {"session", "id"}, 1},
};

constexpr std::size_t kShownKeyBytes = 64;
constexpr std::size_t kReferences = 64;   // LIMIT: of one call
constexpr std::size_t kFieldBytes = 256;  // LIMIT: the name of a field

std::string shown(std::string_view key) { return base::printable(key.substr(0, kShownKeyBytes)); }

std::optional<std::uint64_t> number_of(const Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto number = value->as_i64();
  if (!number || *number <= 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

const Form* form_of(std::string_view name) {
  const auto found = std::ranges::find(kForms, name, &Form::name);
  return found == kForms.end() ? nullptr : &*found;
}

std::string key_fault(const Form& form, const schema::Object& line) {
  for (const schema::Member& m : line) {
    const bool known = std::ranges::find(form.keys, m.key) != form.keys.end();
    if (m.key == "op" || (known && !m.key.empty())) continue;
    const auto near = base::nearest(m.key, form.keys);
    return fmt::format("unknown key '{}' for '{}'{}", shown(m.key), form.name,
                       near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near));
  }
  for (std::size_t i = 0; i < form.required; ++i) {
    if (line.find(form.keys[i]) != nullptr) continue;
    return fmt::format("key '{}' is missing for '{}'", form.keys[i], form.name);
  }
  return "";
}

// Fills the members that `line` has. INVARIANT: key_fault was empty.
class Reader {
 public:
  explicit Reader(const Value& line) : line_(line) {}

  void number(std::string_view key, std::uint64_t& to) {
    const Value* value = line_.find(key);
    if (value == nullptr) return;
    const auto number = number_of(value);
    if (!number) return refuse(key, "must be a whole number above 0");
    to = *number;
  }
  void text(std::string_view key, std::string& to) {
    const Value* value = line_.find(key);
    if (value == nullptr) return;
    if (value->as_string() == nullptr) return refuse(key, "must be a string");
    if (value->as_string()->size() > kPayloadBytes) return refuse(key, "is too large");
    to = *value->as_string();
  }
  void name(std::string_view key, std::string& to, bool may_be_empty) {
    if (line_.find(key) == nullptr) return;
    text(key, to);
    if (!fault_.empty() || (to.empty() && may_be_empty) || wire::is_name(to)) return;
    refuse(key, "must be a name: 1 to 128 visible ASCII characters without spaces");
  }
  void flag(std::string_view key, bool& to) {
    const Value* value = line_.find(key);
    if (value == nullptr) return;
    if (!value->as_bool()) return refuse(key, "must be true or false");
    to = *value->as_bool();
  }
  void mode(std::string_view key, wire::TurnMode& to) {
    const Value* value = line_.find(key);
    if (value == nullptr) return;
    const std::string* word = value->as_string();
    if (word != nullptr && *word == "plain") to = wire::TurnMode::kPlain;
    else if (word != nullptr && *word == "dual") to = wire::TurnMode::kDual;
    else if (word != nullptr && *word == "plan") to = wire::TurnMode::kPlan;
    else refuse(key, "must be one of plain, dual, plan");
  }
  void object(std::string_view key, std::string& to) {
    const Value* value = line_.find(key);
    if (value == nullptr) return;
    if (value->as_object() == nullptr) return refuse(key, "must be an object");
    to = schema::write(*value);
    if (to.size() > kPayloadBytes) return refuse(key, "is too large");
  }
  // {"ARGUMENT": {"call": "c12", "field": "NAME"}, ...}; `field` may be left out.
  void references(std::string_view key, std::vector<wire::ResultRef>& to) {
    const Value* value = line_.find(key);
    if (value == nullptr) return;
    if (value->as_object() == nullptr) return refuse(key, "must be an object");
    for (const schema::Member& m : *value->as_object()) {
      auto ref = reference(m);
      if (!ref)
        return refuse(key,
                      "must name a result for each argument: {\"call\":\"c12\"}, with "
                      "\"field\" for a field of it");
      to.push_back(std::move(*ref));
    }
    if (to.size() > kReferences) refuse(key, "names too many arguments");
  }
  const std::string& fault() const { return fault_; }

 private:
  static std::optional<wire::ResultRef> reference(const schema::Member& m) {
    const schema::Object* object = m.value.as_object();
    if (object == nullptr || !wire::is_name(m.key)) return std::nullopt;
    wire::ResultRef out;
    out.argument = m.key;
    for (const schema::Member& part : *object) {
      const std::string* text = part.value.as_string();
      if (text == nullptr) return std::nullopt;
      if (part.key == "call") out.call = call_of(*text);
      else if (part.key == "field" && !text->empty() && text->size() <= kFieldBytes)
        out.field = *text;
      else return std::nullopt;
    }
    if (!out.call) return std::nullopt;
    return out;
  }
  // As results name it: "c12".
  static base::CallId call_of(std::string_view text) {
    std::uint64_t number = 0;
    if (!text.starts_with('c')) return {};
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + 1, end, number);
    return read.ec == std::errc() && read.ptr == end ? base::CallId{number} : base::CallId{};
  }
  void refuse(std::string_view key, std::string_view what) {
    if (fault_.empty()) fault_ = fmt::format("'{}' {}", key, what);
  }
  const Value& line_;
  std::string fault_;
};

std::string read_into(Request& request, const Value& line) {
  Reader reader(line);
  reader.number("id", request.id);
  reader.number("target", request.target);
  reader.name("session", request.session, request.op == Op::kOpen);
  reader.text("text", request.text);
  reader.name("model", request.model, true);
  reader.flag("stream", request.stream);
  reader.mode("mode", request.mode);
  reader.flag("trace", request.trace);
  if (request.op == Op::kCall) reader.name("tool", request.tool, false);
  reader.object("arguments", request.arguments);
  reader.references("from", request.from);
  return reader.fault();
}

}  // namespace

std::variant<Request, Fault> parse_request(std::string_view line) {
  schema::ParseLimits limits;
  limits.max_bytes = kLineBytes;
  const auto parsed = schema::parse(line, limits);
  if (!parsed.ok()) return Fault{0, "not JSON: " + parsed.error().message, true};
  const schema::Object* object = parsed->as_object();
  if (object == nullptr) return Fault{0, "a line is one JSON object", false};
  const std::uint64_t id = number_of(object->find("id")).value_or(0);
  const auto op = parsed->find_string("op");
  if (!op) return Fault{id, "key 'op' is missing or not a string", false};
  const Form* form = form_of(*op);
  if (form == nullptr) return Fault{id, fmt::format("unknown op '{}'", shown(*op)), false};
  if (std::string why = key_fault(*form, *object); !why.empty())
    return Fault{id, std::move(why), false};
  Request request;
  request.op = form->op;
  if (std::string why = read_into(request, *parsed); !why.empty()) {
    return Fault{id, std::move(why), false};
  }
  return request;
}

}  // namespace gateway
