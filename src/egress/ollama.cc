// SPDX-License-Identifier: Apache-2.0
//
// Ollama /api/chat (ollama/ollama api/types.go): objects with `message`, the last with `done`.
#include "egress/chat.h"
#include "schema/write.h"

namespace egress {
namespace {

using wire::DeltaKind;

class Ollama final : public Dialect {
 public:
  bool take(const schema::Value& object, std::vector<Delta>& out) override {
    if (done_) return false;
    if (const schema::Value* message = object.find("message"))
      if (!take_message(*message, out)) return false;
    const schema::Value* done = object.find("done");
    if (done == nullptr) return true;
    if (!done->as_bool()) return false;
    done_ = *done->as_bool();
    if (done_) take_end(object, out);
    return true;
  }
  bool end(std::vector<Delta>&) override { return done_; }

 private:
  bool take_message(const schema::Value& message, std::vector<Delta>& out) {
    if (message.as_object() == nullptr) return false;
    if (!take_text(message.find("thinking"), DeltaKind::kThinking, out)) return false;
    if (!take_text(message.find("content"), DeltaKind::kText, out)) return false;
    const schema::Value* calls = message.find("tool_calls");
    if (calls == nullptr || calls->is_null()) return true;
    if (calls->as_array() == nullptr) return false;
    for (const schema::Value& call : *calls->as_array())
      if (!take_call(call, out)) return false;
    return true;
  }
  static bool take_text(const schema::Value* text, DeltaKind kind, std::vector<Delta>& out) {
    if (text == nullptr || text->is_null()) return true;
    if (text->as_string() == nullptr) return false;
    put(out, kind, 0, *text->as_string());
    return true;
  }
  // A call comes whole. Its `index` is not trusted to be there or to be unique: calls are counted.
  bool take_call(const schema::Value& call, std::vector<Delta>& out) {
    const schema::Value* function = call.find("function");
    if (function == nullptr || calls_ == kToolCallsPerReply) return false;
    const auto name = function->find_string("name");
    if (!name || name->empty()) return false;
    const std::uint32_t index = calls_++;
    put(out, DeltaKind::kToolName, index, *name);
    put(out, DeltaKind::kToolId, index, call.find_string("id").value_or(""));
    const schema::Value* arguments = function->find("arguments");
    if (arguments == nullptr || arguments->is_null()) put(out, DeltaKind::kToolInput, index, "{}");
    else if (arguments->as_object() != nullptr)
      put(out, DeltaKind::kToolInput, index, schema::write(*arguments));
    else if (const std::string* text = arguments->as_string())
      put(out, DeltaKind::kToolInput, index, *text);
    else return false;
    return true;
  }
  static void take_end(const schema::Value& object, std::vector<Delta>& out) {
    put(out, DeltaKind::kFinish, 0, object.find_string("done_reason").value_or("stop"));
    if (object.find("prompt_eval_count") != nullptr || object.find("eval_count") != nullptr)
      put(out, DeltaKind::kUsage, 0, usage_text(object, "prompt_eval_count", "eval_count"));
  }

  std::uint32_t calls_ = 0;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Dialect> make_ollama() { return std::make_unique<Ollama>(); }

}  // namespace egress
