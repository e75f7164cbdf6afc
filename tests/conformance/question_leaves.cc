// SPDX-License-Identifier: Apache-2.0
#include "conformance/question_leaves.h"

namespace conformance {

using schema::Value;

void add_leaves(const std::string& path, const Value& value, const label::Sets& label,
                std::vector<policy::LeafValue>& out) {
  if (const schema::Array* items = value.as_array()) {
    for (std::size_t i = 0; i < items->size(); ++i)
      add_leaves(path + "/" + std::to_string(i), (*items)[i], label, out);
    return;
  }
  if (const schema::Object* object = value.as_object()) {
    for (const schema::Member& member : *object)
      add_leaves(path + "/" + member.key, member.value, label, out);
    return;
  }
  policy::LeafValue leaf{path, policy::LeafKind::kNull, "null", label, false};
  if (const std::string* text = value.as_string()) {
    leaf.kind = policy::LeafKind::kString;
    leaf.text = *text;
  } else if (value.as_bool()) {
    leaf.kind = policy::LeafKind::kBoolean;
    leaf.text = *value.as_bool() ? "true" : "false";
  } else if (const std::string* number = value.number_text()) {
    leaf.kind = value.is_integer() ? policy::LeafKind::kInteger : policy::LeafKind::kNumber;
    leaf.text = *number;
  }
  out.push_back(std::move(leaf));
}

std::vector<policy::LeafValue> leaves_of(const Value& arguments, const label::Sets& label) {
  std::vector<policy::LeafValue> out;
  if (const schema::Object* object = arguments.as_object())
    for (const schema::Member& member : *object) add_leaves(member.key, member.value, label, out);
  return out;
}

}  // namespace conformance
