// SPDX-License-Identifier: Apache-2.0
#include "session/model_reply.h"

namespace session {
namespace {

// The first name and the first id count: some servers repeat them with every piece.
void set_once(std::string& to, std::string_view text) {
  if (to.empty()) to = text.substr(0, ModelReply::kNameBytes);
}

}  // namespace

bool ModelReply::add(wire::DeltaKind kind, std::uint32_t index, std::string_view text) {
  bytes_ += text.size();
  if (bytes_ > kBytes) return false;
  switch (kind) {
    case wire::DeltaKind::kText: text_ += text; break;
    case wire::DeltaKind::kThinking: break;
    case wire::DeltaKind::kFinish: finish_ = text.substr(0, kNameBytes); break;
    case wire::DeltaKind::kUsage: break;
    case wire::DeltaKind::kToolName:
      if (AskedCall* call = call_at(index)) set_once(call->name, text);
      break;
    case wire::DeltaKind::kToolId:
      if (AskedCall* call = call_at(index)) set_once(call->id, text);
      break;
    case wire::DeltaKind::kToolInput:
      if (AskedCall* call = call_at(index)) call->input += text;
      break;
  }
  return true;
}

AskedCall* ModelReply::call_at(std::uint32_t index) {
  const auto found = calls_.find(index);
  if (found != calls_.end()) return &found->second;
  if (calls_.size() < kCalls) return &calls_[index];
  ++unkept_;
  return nullptr;
}

std::vector<AskedCall> ModelReply::take_calls() {
  std::vector<AskedCall> out;
  out.reserve(calls_.size());
  for (auto& [index, call] : calls_) out.push_back(std::move(call));
  calls_.clear();
  return out;
}

}  // namespace session
