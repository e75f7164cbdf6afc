// SPDX-License-Identifier: Apache-2.0
#include "tidy.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tidy {
namespace {

constexpr const char* kHead =
    "// SPDX-License-Identifier: Apache-2.0\n// Copyright the Yett authors\n//\n"
    "// A sample. Trust zone: all programs.\n#pragma once\n";
constexpr const char* kSpdxLine = "// SPDX-License-Identifier: Apache-2.0\n";

// The rules that fire on one file, each once.
std::set<std::string> rules(const std::string& path, const std::string& text) {
  std::set<std::string> out;
  const std::vector<File> files{make_file(path, text),
                                make_file("layers.txt", "layer base:\nlayer lang: label\n"),
                                make_file("src/base/CMakeLists.txt",
                                          "# " + std::string(kSpdxLine) + "x.cc x_test.cc y.cc\n")};
  for (const Finding& f : check_all(files)) {
    if (f.path == path) out.insert(f.rule);
  }
  return out;
}
std::set<std::string> in_code(const std::string& body) {
  return rules("src/base/x.cc", kSpdxLine + body);
}
using Rules = std::set<std::string>;

TEST(Tidy, LeavesGoodCodeAlone) {
  EXPECT_EQ(in_code("#include \"base/y.h\"\nint two() { return 2; }\n"), Rules{});
}

TEST(Tidy, EveryBannedCallFires) {
  for (const char* call : {"int a = system(\"ls\");",
                           "auto* f = popen(\"ls\", \"r\");",
                           "strcpy(a, b);",
                           "strcat(a, b);",
                           "sprintf(a, b);",
                           "std::sprintf(a, b);",
                           "sscanf(a, b);",
                           "atoi(a);",
                           "gets(a);",
                           "alloca(3);",
                           "strtok(a, b);",
                           "int r = rand();",
                           "srand(1);",
                           "gmtime(&t);",
                           "std::regex r;",
                           "out << std::endl;",
                           "std::cout << 1;",
                           "using namespace std;",
                           "std::mt19937 g;",
                           "std::random_device d;",
                           "std::chrono::steady_clock::now();",
                           "usleep(3);",
                           "thread.detach();",
                           "throw 1;"}) {
    EXPECT_EQ(in_code(std::string(call) + "\n"), Rules{"call"}) << call;
  }
}

TEST(Tidy, ACallIsNotWhatACommentALiteralOrAMemberSays) {
  EXPECT_EQ(in_code("// system(\"ls\")\n/* rand() */\n"), Rules{});
  EXPECT_EQ(in_code("auto a = \"rand()\";\nauto b = R\"(system(\"ls\"))\";\n"), Rules{});
  EXPECT_EQ(in_code("int n = error.system();\nint brand(int);\n"), Rules{});
  EXPECT_EQ(in_code("int n = 1'000;\nchar c = '\"'; // throw\n"), Rules{});
}

TEST(Tidy, AListedFileMayThrow) {
  Findings out;
  const Layers layers = parse_layers(make_file("layers.txt", "throws src/base/x.cc\n"), out);
  check_calls(make_file("src/base/x.cc", "throw 1;\n"), layers, out);
  EXPECT_TRUE(out.empty());
}

TEST(Tidy, MacrosWithArgumentsFire) {
  EXPECT_EQ(in_code("#define TWICE(x) ((x) * 2)\n"), Rules{"macro"});
  EXPECT_EQ(in_code("#define NUMBER 3\n"), Rules{});
}

TEST(Tidy, BannedWordsFireInTypesFunctionsAndFileNames) {
  for (const char* line : {"class CallManager;", "struct io_helper {};", "enum class MiscKind {};",
                           "namespace utils {}", "int run_engine(int);", "using HTTPHandler = int;",
                           "class [[nodiscard]] EventService {};", "void handleCommon();"}) {
    EXPECT_EQ(in_code(std::string(line) + "\n"), Rules{"name"}) << line;
  }
  EXPECT_TRUE(rules("src/base/string_util.cc", kSpdxLine).contains("name"));
}

TEST(Tidy, ForeignNamesAndLongerWordsPass) {
  EXPECT_EQ(in_code("a.sa_handler = f;\nstd::set_terminate_handler(f);\nclass Utilitarian;\n"),
            Rules{});
}

TEST(Tidy, TextRulesFire) {
  EXPECT_EQ(in_code("int a; \n"), Rules{"space"});
  EXPECT_EQ(in_code("int a;"), Rules{"space"});
  EXPECT_EQ(in_code("\tint a;\n"), Rules{"tab"});
  EXPECT_EQ(in_code("// " + std::string(98, 'x') + "\n"), Rules{"line-length"});
  EXPECT_EQ(in_code("// " + std::string(97, 'x') + "\n"), Rules{});
  EXPECT_EQ(in_code("auto s = \"\xc3\xbc\";\n"), Rules{"ascii"});
  EXPECT_EQ(in_code("// \xc2\xa7 4\n"), Rules{});
  EXPECT_EQ(in_code("// \xe2\x80\xae\n"), Rules{"ascii"});
  EXPECT_EQ(rules("src/base/x.cc", "int a;\n"), Rules{"spdx"});
  EXPECT_EQ(rules("tools/go", "#!/bin/sh\ntrue\n"), Rules{"spdx"});
}

TEST(Tidy, MarksOfUnfinishedWorkAndOfOneMachineFire) {
  EXPECT_EQ(in_code(std::string("// TO") + "DO: later\n"), Rules{"open-end"});
  EXPECT_EQ(in_code(std::string("// FIX") + "ME(me)\n"), Rules{"open-end"});
  EXPECT_EQ(in_code(std::string("// TO") + "DO(#12): later\n"), Rules{});
  EXPECT_EQ(in_code("mkostemp(\"XXXXXX\");\n"), Rules{});
  EXPECT_EQ(rules("docs/a.md", std::string("see /wo") + "rk/main\n"), Rules{"machine-path"});
  EXPECT_EQ(rules("a.json", std::string("\"https://registry.") + "npmjs.org/x\"\n"),
            Rules{"registry"});
}

TEST(Tidy, HeadersSayWhatTheyAreForAndWhoTrustsThem) {
  const auto user = make_file("src/base/x.cc", std::string(kSpdxLine) + "#include \"base/y.h\"\n");
  const auto fired = [&](const std::string& text) {
    Findings out;
    check_head(make_file("src/base/y.h", text), out);
    Rules found;
    for (const Finding& f : out) found.insert(f.rule);
    return found;
  };
  EXPECT_EQ(fired(kHead), Rules{});
  EXPECT_EQ(fired(std::string(kSpdxLine) + "#pragma once\n"), Rules{"head"});
  EXPECT_TRUE(fired(std::string(kSpdxLine) + "int a;\n").contains("pragma-once"));
}

TEST(Tidy, LayersHold) {
  const std::string include = std::string(kSpdxLine) + "#include \"lang/run.h\"\n";
  EXPECT_TRUE(rules("src/base/x.cc", include).contains("layer"));
  EXPECT_TRUE(
      rules("src/base/x.cc", std::string(kSpdxLine) + "#include \"y.h\"\n").contains("layer"));
  EXPECT_TRUE(rules("src/elsewhere/x.cc", kSpdxLine).contains("layer"));
  EXPECT_FALSE(rules("src/lang/x.cc", std::string(kSpdxLine) + "#include \"label/l.h\"\n")
                   .contains("layer"));
  EXPECT_TRUE(rules("src/lang/x.cc", std::string(kSpdxLine) + "#include \"language/l.h\"\n")
                  .contains("layer"));
}

// Findings of check_layers over a few files, as "path rule".
std::set<std::string> layer_findings(const std::string& layers_text,
                                     const std::vector<std::pair<std::string, std::string>>& tree) {
  Findings out;
  const Layers layers = parse_layers(make_file("layers.txt", layers_text), out);
  std::vector<File> files;
  for (const auto& [path, text] : tree) files.push_back(make_file(path, text));
  check_layers(files, layers, out);
  std::set<std::string> found;
  for (const Finding& f : out) found.insert(f.path + " " + f.rule);
  return found;
}

TEST(Tidy, APartOfAFolderCanBeALayerOfItsOwn) {
  const std::string layers = "layer audit: schema\nlayer audit/proof:\nlayer broker: audit/proof\n";
  EXPECT_EQ(layer_findings(layers, {{"src/broker/a.cc", "#include \"audit/proof.h\"\n"},
                                    {"src/broker/b.cc", "#include \"audit/tree.h\"\n"},
                                    {"src/audit/tree.cc", "#include \"audit/proof.h\"\n"},
                                    {"src/audit/proof_test.cc", "#include \"audit/tree.h\"\n"},
                                    {"src/audit/proof.cc", "#include \"audit/tree.h\"\n"}}),
            (Rules{"src/broker/b.cc layer", "src/audit/proof.cc layer"}));
}

TEST(Tidy, AStarIsEveryFolderThatIsNotAProgram) {
  EXPECT_EQ(layer_findings("layer cli: *\nlayer wire:\nprogram monitor cli\n",
                           {{"src/cli/a.cc", "#include \"wire/frame.h\"\n"},
                            {"src/cli/b.cc", "#include \"monitor/loop.h\"\n"}}),
            Rules{"src/cli/b.cc layer"});
}

TEST(Tidy, DoorsOpenOnlyForListedFiles) {
  const std::string layers =
      "layer label:\nlayer session: label\ndoor label/endorse.h: src/session/a.cc tests/gone.cc\n";
  const std::string include = "#include \"label/endorse.h\"\n";
  EXPECT_EQ(layer_findings(layers, {{"src/session/a.cc", include},
                                    {"src/session/b.cc", include},
                                    {"src/label/endorse_test.cc", include},
                                    {"tests/c.cc", include}}),
            (Rules{"src/session/b.cc door", "tests/c.cc door", "layers.txt door"}));
}

TEST(Tidy, TheOwnHeaderComesFirst) {
  EXPECT_EQ(
      layer_findings("layer base:\n", {{"src/base/y.h", ""},
                                       {"src/base/y.cc", "#include <x>\n#include \"base/y.h\"\n"}}),
      Rules{"src/base/y.cc include-order"});
}

TEST(Tidy, FilesThatNobodyBuildsOrIncludesAreDead) {
  Findings out;
  check_dead(
      {make_file("src/base/CMakeLists.txt", "yett_library(base SOURCES x.cc)\n"),
       make_file("src/base/x.cc", "#include \"base/used.h\"\n"), make_file("src/base/used.h", ""),
       make_file("src/base/max.cc", ""), make_file("src/base/idle.h", "")},
      out);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].path, "src/base/max.cc");
  EXPECT_EQ(out[1].path, "src/base/idle.h");
}

std::string calls(std::size_t n) {
  std::string out;
  while (n-- > 0) out += "  f();\n";
  return out;
}

TEST(Tidy, LongFunctionsFireWhereverTheyStand) {
  EXPECT_EQ(in_code("void a() {\n" + calls(68) + "}\n"), Rules{});
  EXPECT_EQ(in_code("void a() {\n" + calls(69) + "}\n"), Rules{"function-length"});
  for (const char* head :
       {"TEST(A, B) {",
        "namespace n {\nclass C final : public D {\n public:\n  C() : a_{1}, b_(2) {",
        "template <class T = int>\nauto f(T t) -> std::vector<T> {", "extern \"C\" int g() {",
        "bool C::operator==(const C& c) const {", "struct S h(int a = 3) {",
        "struct alignas(8) P {\n  int x = 3;\n  int y{4};\n  int q() const noexcept {"}) {
    const std::string open(head);
    const auto braces = static_cast<std::size_t>(std::count(open.begin(), open.end(), '{') -
                                                 std::count(open.begin(), open.end(), '}'));
    EXPECT_EQ(in_code(open + "\n" + calls(70) + std::string(braces, '}') + "\n"),
              Rules{"function-length"})
        << head;
  }
}

TEST(Tidy, TablesAndClassesAreNotFunctions) {
  EXPECT_EQ(in_code("constexpr std::array kTable{\n" + calls(80) + "};\n"), Rules{});
  EXPECT_EQ(in_code("const auto kTable = make({\n" + calls(80) + "});\n"), Rules{});
  EXPECT_EQ(in_code("class alignas(8) C : public D<int> {\n" + calls(80) + "};\n"), Rules{});
}

TEST(Tidy, FunctionsAreNamed) {
  const auto found = functions_of(make_file("a.cc", "int C::f(int a) {\n}\nTEST(A, B) {\n}\n"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "f");
  EXPECT_EQ(found[1].name, "B");
  EXPECT_EQ(found[1].line, 3u);
}

TEST(Tidy, LongFilesAreAskedAboutThenRefused) {
  Exceptions none;
  Findings out;
  check_sizes(make_file("src/base/x.cc", std::string(501, '\n')), none, out);
  check_sizes(make_file("src/base/x.cc", std::string(1001, '\n')), none, out);
  check_sizes(make_file("src/base/x.h", std::string(201, '\n')), none, out);
  ASSERT_EQ(out.size(), 3u);
  EXPECT_TRUE(out[0].warning);
  EXPECT_FALSE(out[1].warning);
  EXPECT_EQ(out[2].rule, "header-length");
}

TEST(Tidy, TheRatchetOnlyTightens) {
  const std::string text = "void a() {\n" + calls(78) + "}\n";  // 80 lines
  const auto run = [&](const std::string& listed) {
    Findings out;
    Exceptions exceptions = Exceptions::parse(make_file("tools/tidy.exceptions", listed), out);
    check_sizes(make_file("x.cc", text), exceptions, out);
    exceptions.report_unused(out);
    Rules found;
    for (const Finding& f : out) found.insert(f.rule);
    return found;
  };
  EXPECT_EQ(run("function-length x.cc:a 80\n"), Rules{});
  EXPECT_EQ(run("function-length x.cc:a 79\n"), Rules{"function-length"});
  EXPECT_EQ(run("function-length x.cc:a 81\n"), Rules{"exceptions"});
  EXPECT_EQ(run("function-length x.cc:a 80\nfile-length y.cc 2000\n"), Rules{"exceptions"});
  EXPECT_EQ(run("function-length x.cc:a\n"), (Rules{"exceptions", "function-length"}));
}

TEST(Tidy, LayersFileItselfIsRead) {
  EXPECT_EQ(layer_findings("layr base:\nlayer base\n", {}), Rules{"layers.txt layers.txt"});
}

}  // namespace
}  // namespace tidy
