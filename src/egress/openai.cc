// SPDX-License-Identifier: Apache-2.0
//
// OpenAI chat completions (openai/openai-openapi): chunks with `choices[].delta`, or one object
// with `choices[].message`. Only the choice of index 0 is read: one is asked for.
#include "egress/chat.h"

namespace egress {
namespace {

using wire::DeltaKind;

bool absent(const schema::Value* v) { return v == nullptr || v->is_null(); }

class OpenAi final : public Dialect {
 public:
  bool take(const schema::Value& object, std::vector<Delta>& out) override {
    if (object.as_object() == nullptr) return false;
    const schema::Value* usage = object.find("usage");
    if (!absent(usage)) usage_ = usage_text(*usage, "prompt_tokens", "completion_tokens");
    const schema::Value* choices = object.find("choices");
    if (absent(choices)) return true;
    if (choices->as_array() == nullptr) return false;
    for (const schema::Value& choice : *choices->as_array())
      if (!take_choice(choice, out)) return false;
    return true;
  }
  void over() override { over_ = true; }
  bool end(std::vector<Delta>& out) override {
    put(out, DeltaKind::kUsage, 0, usage_);
    return over_;
  }

 private:
  bool take_choice(const schema::Value& choice, std::vector<Delta>& out) {
    if (choice.as_object() == nullptr) return false;
    const schema::Value* index = choice.find("index");
    if (!absent(index) && index->as_i64() != 0) return index->as_i64().has_value();
    const schema::Value* whole = choice.find("message");
    const schema::Value* message = absent(whole) ? choice.find("delta") : whole;
    if (!absent(message) && !take_message(*message, out)) return false;
    if (!absent(whole)) over_ = true;
    const schema::Value* finish = choice.find("finish_reason");
    if (absent(finish)) return true;
    if (finish->as_string() == nullptr) return false;
    over_ = true;
    if (!finished_) put(out, DeltaKind::kFinish, 0, *finish->as_string());
    finished_ = true;
    return true;
  }
  bool take_message(const schema::Value& message, std::vector<Delta>& out) {
    if (message.as_object() == nullptr) return false;
    const schema::Value* thinking = message.find("reasoning_content");
    if (absent(thinking)) thinking = message.find("reasoning");
    // Reasoning may also come as an object of some provider: that one is passed over.
    if (!absent(thinking) && thinking->as_string() != nullptr)
      put(out, DeltaKind::kThinking, 0, *thinking->as_string());
    if (!take_content(message.find("content"), out)) return false;
    if (const auto refusal = message.find_string("refusal"))
      put(out, DeltaKind::kText, 0, *refusal);
    const schema::Value* calls = message.find("tool_calls");
    if (absent(calls)) return true;
    if (calls->as_array() == nullptr) return false;
    for (const schema::Value& call : *calls->as_array())
      if (!take_call(call, out)) return false;
    return true;
  }
  // A string, or a list of parts of which those of type text count.
  static bool take_content(const schema::Value* content, std::vector<Delta>& out) {
    if (absent(content)) return true;
    if (const std::string* text = content->as_string()) {
      put(out, DeltaKind::kText, 0, *text);
      return true;
    }
    if (content->as_array() == nullptr) return false;
    for (const schema::Value& part : *content->as_array())
      if (part.find_string("type") == "text")
        put(out, DeltaKind::kText, 0, part.find_string("text").value_or(""));
    return true;
  }
  // Which call a piece belongs to: its index; where a server leaves it out, a new id or (in a whole
  // message) a new name begins a new call, and anything else goes on with the last.
  std::optional<std::size_t> place_of(const schema::Value& call) const {
    const schema::Value* index = call.find("index");
    if (!absent(index)) {
      const auto at = index->as_i64();
      if (!at || *at < 0 || *at >= static_cast<std::int64_t>(kToolCallsPerReply)) return {};
      return static_cast<std::size_t>(*at);
    }
    const auto id = call.find_string("id");
    const bool begins = calls_.empty() || (id && !id->empty() && *id != calls_.back().id);
    const std::size_t at = begins ? calls_.size() : calls_.size() - 1;
    return at < kToolCallsPerReply ? std::optional(at) : std::nullopt;
  }
  bool take_call(const schema::Value& call, std::vector<Delta>& out) {
    const auto at = place_of(call);
    if (!at) return false;
    if (*at >= calls_.size()) calls_.resize(*at + 1);
    Call& known = calls_[*at];
    const auto index = static_cast<std::uint32_t>(*at);
    const schema::Value* function = call.find("function");
    if (!absent(function)) {
      const auto name = function->find_string("name").value_or("");
      if (!settle(known.name, name, DeltaKind::kToolName, index, out)) return false;
    }
    if (!settle(known.id, call.find_string("id").value_or(""), DeltaKind::kToolId, index, out))
      return false;
    if (absent(function) || absent(function->find("arguments"))) return true;
    const auto input = function->find_string("arguments");
    if (!input) return false;
    put(out, DeltaKind::kToolInput, index, *input);
    return true;
  }
  // SECURITY: name and id are said once. A later piece may repeat them, not change them.
  static bool settle(std::string& known, std::string_view said, DeltaKind kind, std::uint32_t index,
                     std::vector<Delta>& out) {
    if (said.empty() || said == known) return true;
    if (!known.empty()) return false;
    known = said;
    put(out, kind, index, said);
    return true;
  }

  struct Call {
    std::string id;
    std::string name;
  };
  std::vector<Call> calls_;
  std::string usage_;
  bool finished_ = false;
  bool over_ = false;
};

}  // namespace

std::unique_ptr<Dialect> make_openai() { return std::make_unique<OpenAi>(); }

}  // namespace egress
