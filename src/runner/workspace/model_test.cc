// SPDX-License-Identifier: Apache-2.0
// Random sequences of tools against a model that is a map.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>

#include "runner/workspace/rig.h"

namespace workspace {
namespace {

namespace fs = std::filesystem;

// What there is: contents by path, directories with nothing.
using Tree = std::map<std::string, std::optional<std::string>>;

Tree tree_of(const Rig& rig) {
  Tree out;
  for (const auto& entry : fs::recursive_directory_iterator(rig.root())) {
    const std::string name = fs::relative(entry.path(), rig.root());
    out[name] = entry.is_directory() ? std::nullopt : std::optional(rig.get(name));
  }
  return out;
}

std::string parent_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == name.npos ? "" : name.substr(0, slash);
}
bool under(const std::string& name, const std::string& folder) {
  return name == folder || name.starts_with(folder + "/");
}

// The tools as they are described, over the map. Each answers whether it did something.
class Model {
 public:
  Tree tree;
  std::vector<Tree> past;

  bool is_folder(const std::string& name) const {
    return name.empty() || (tree.contains(name) && !tree.at(name));
  }
  bool is_file(const std::string& name) const { return tree.contains(name) && tree.at(name); }
  bool write(const std::string& name, const std::string& content) {
    if (!is_folder(parent_of(name)) || is_folder(name)) return false;
    return set(name, content);
  }
  bool create(const std::string& name, const std::string& content) {
    return !tree.contains(name) && write(name, content);
  }
  bool edit(const std::string& name, const std::string& from, const std::string& to) {
    if (!is_file(name)) return false;
    std::string text = *tree.at(name);
    const std::size_t at = text.find(from);
    if (at == text.npos || text.find(from, at + 1) != text.npos) return false;
    return set(name, text.replace(at, from.size(), to));
  }
  bool make(const std::string& name) {
    if (!is_folder(parent_of(name)) || tree.contains(name)) return false;
    return set(name, std::nullopt);
  }
  bool remove(const std::string& name) {
    if (!tree.contains(name)) return false;
    past.push_back(tree);
    std::erase_if(tree, [&](const auto& e) { return under(e.first, name); });
    return true;
  }
  bool move(const std::string& from, const std::string& to) {
    if (!tree.contains(from) || tree.contains(to) || !is_folder(parent_of(to)) || under(to, from))
      return false;
    past.push_back(tree);
    Tree moved;
    for (const auto& [name, content] : tree)
      moved[under(name, from) ? to + name.substr(from.size()) : name] = content;
    tree = moved;
    return true;
  }
  bool undo() {
    if (past.empty()) return false;
    tree = past.back();
    past.pop_back();
    return true;
  }

 private:
  bool set(const std::string& name, std::optional<std::string> content) {
    past.push_back(tree);
    tree[name] = std::move(content);
    return true;
  }
};

class Pair {
 public:
  explicit Pair(unsigned seed) : random_(seed) {}

  // One random act on both; they must agree on whether it was done and on what there is now.
  void step() {
    const std::string a = some_name();
    const std::string b = some_name();
    const std::string text = some_text();
    Workspace& w = rig_.tools();
    switch (random_() % 9) {
      case 0:
      case 1:
        return same("write " + a, model_.write(a, text),
                    cause(w.write(path(a), {.content = text})));
      case 2:
        return same("create " + a, model_.create(a, text),
                    cause(w.create(path(a), {.content = text})));
      case 3:
        return same("edit " + a, model_.edit(a, "x", text),
                    cause(w.edit(path(a), {.old_text = "x", .new_text = text})));
      case 4:
        return same("make " + a, model_.make(a),
                    cause(w.make_directory(path(a), Parents::kMustExist)));
      case 5: return same("remove " + a, model_.remove(a), cause(w.remove(path(a))));
      case 6:
        return same("move " + a + " " + b, model_.move(a, b), cause(w.move(path(a), path(b))));
      case 7: return same("undo", model_.undo(), cause(w.undo()));
      case 8: {
        const auto got = w.read(path(a), {});
        ASSERT_EQ(got.ok(), model_.is_file(a)) << a << cause(got);
        if (got.ok()) {
          ASSERT_EQ(got->content, *model_.tree.at(a));
        }
        if (random_() % 8 == 0) {
          ASSERT_TRUE(rig_.reopen().ok());
        }
      }
    }
  }

  void undo_everything() {
    ASSERT_TRUE(rig_.tools().undo_to(0).ok());
    ASSERT_EQ(tree_of(rig_), Tree());
    ASSERT_EQ(rig_.leftovers(), 0u);
  }

 private:
  void same(const std::string& what, bool expected, std::string_view got) {
    ASSERT_EQ(expected, got == "ok") << what << ": " << got;
    ASSERT_EQ(tree_of(rig_), model_.tree) << what;
  }
  std::string some_name() {
    static constexpr const char* kNames[] = {"a", "b", "c"};
    std::string out = kNames[random_() % 3];
    while (random_() % 2 == 0 && out.size() < 5) out += std::string("/") + kNames[random_() % 3];
    return out;
  }
  std::string some_text() {
    static constexpr const char* kTexts[] = {"x", "xy", "line\nx\n", "", "other", "x x"};
    return kTexts[random_() % 6];
  }

  std::mt19937 random_;
  Rig rig_;
  Model model_;
};

TEST(Model, AgreesWithTheTools) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Pair pair(seed);
    for (int i = 0; i < 100; ++i) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " act " << i);
      ASSERT_NO_FATAL_FAILURE(pair.step());
    }
    ASSERT_NO_FATAL_FAILURE(pair.undo_everything());
  }
}

}  // namespace
}  // namespace workspace
