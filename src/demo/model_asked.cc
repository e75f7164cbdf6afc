// SPDX-License-Identifier: Apache-2.0
// From a chat request to what it asks.
#include "demo/model_wire.h"
#include "schema/parse.h"

namespace demo {
namespace {

using schema::Value;

// A string, or the texts of a list of parts.
std::string text_of(const Value* content) {
  if (content == nullptr) return {};
  if (const std::string* text = content->as_string()) return *text;
  std::string out;
  if (content->as_array() == nullptr) return out;
  for (const Value& part : *content->as_array()) out += part.find_string("text").value_or("");
  return out;
}

bool flag(const Value* v, bool otherwise) {
  return v == nullptr ? otherwise : v->as_bool().value_or(otherwise);
}

void take_messages(const schema::Array& messages, Asked& out) {
  out.messages = messages.size();
  for (const Value& m : messages) {
    const auto role = m.find_string("role").value_or("");
    if (role == "user") {
      out.user = text_of(m.find("content"));
      out.results.clear();
    } else if (role == "tool") {
      out.results.push_back(text_of(m.find("content")));
    }
  }
}

void take_tools(const Value* tools, Asked& out) {
  if (tools == nullptr || tools->as_array() == nullptr) return;
  for (const Value& tool : *tools->as_array()) {
    const Value* function = tool.find("function");
    if (function == nullptr) continue;
    const Value* parameters = function->find("parameters");
    out.tools.push_back({std::string(function->find_string("name").value_or("")),
                         parameters != nullptr ? *parameters : Value::object()});
  }
}

}  // namespace

base::Result<Asked> asked_of(std::string_view body, Dialect dialect) {
  TRY_AS(const Value root, schema::parse(body));
  const Value* messages = root.find("messages");
  if (messages == nullptr || messages->as_array() == nullptr)
    return base::invalid("messages is required");
  Asked out;
  out.model = root.find_string("model").value_or("");
  out.stream = flag(root.find("stream"), dialect == Dialect::kOllama);
  if (const Value* options = root.find("stream_options"))
    out.usage = flag(options->find("include_usage"), false);
  take_messages(*messages->as_array(), out);
  take_tools(root.find("tools"), out);
  return out;
}

}  // namespace demo
