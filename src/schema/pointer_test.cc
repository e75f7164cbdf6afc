// SPDX-License-Identifier: Apache-2.0
#include "schema/pointer.h"

#include <gtest/gtest.h>

#include "schema/parse.h"
#include "schema/write.h"

namespace schema {
namespace {

// RFC 6901 §5, with an array of our own.
constexpr char kDocument[] =
    R"({"foo":["bar","baz",{"x":[10,11]}],"":0,"a/b":1,"c%d":2,"m~n":8," ":7,"0":"zero"})";

std::string found(std::string_view pointer) {
  const auto parsed = Pointer::parse(pointer);
  if (!parsed.ok()) return "refused";
  const Value document = *parse(kDocument);
  const Value* value = parsed->find(document);
  return value != nullptr ? write(*value) : "absent";
}

TEST(Pointer, FindsWhatItNames) {
  const std::pair<const char*, const char*> table[] = {
      {"/foo/0", "\"bar\""},
      {"/foo/2/x/1", "11"},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/c%d", "2"},
      {"/m~0n", "8"},
      {"/ ", "7"},
      {"/0", "\"zero\""},
      {"/foo/2/x", "[10,11]"},
      {"/foo/-", "absent"},
      {"/foo/01", "absent"},
      {"/foo/3", "absent"},
      {"/foo/+1", "absent"},
      {"/foo/", "absent"},
      {"/none", "absent"},
      {"/a~1b/c", "absent"},
      {"/foo/99999999999999999999", "absent"},
      {"/FOO", "absent"},
  };
  for (const auto& [pointer, want] : table) EXPECT_EQ(found(pointer), want) << pointer;
  EXPECT_EQ(found(""), write(*parse(kDocument)));
}

TEST(Pointer, RefusesWhatIsNone) {
  for (const char* text : {"foo", "/~", "/~2", "/a~", "#/foo", "/\xFF"}) {
    EXPECT_EQ(found(text), "refused") << text;
  }
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "/0";
  EXPECT_EQ(found(deep), "refused");
}

TEST(Pointer, WritesItsTextBack) {
  for (const char* text : {"", "/", "/a~1b/m~0n//0", "/\xC3\xA9"}) {
    EXPECT_EQ(Pointer::parse(text)->text(), text);
  }
}

}  // namespace
}  // namespace schema
