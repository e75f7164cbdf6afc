// SPDX-License-Identifier: Apache-2.0
// Values as CPython has them: programs of both languages, their output compared.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>

#include "lang/heap.h"
#include "lang/plan_testing.h"

namespace lang {
namespace {

// Statements that print; each row is a program of its own.
std::vector<std::string> written() {
  std::ifstream file(std::string(YETT_SOURCE_DIR) + "/src/lang/values_test.txt");
  std::vector<std::string> out(1);
  for (std::string line; std::getline(file, line);)
    if (line == "---") out.emplace_back();
    else out.back() += line + "\n";
  return out;
}

// Expressions by rule, of ints, floats, texts and lists.
class Generator {
 public:
  explicit Generator(unsigned seed) : rng_(seed) {}
  std::string program() {
    std::string out = "a, b, c = " + number() + ", " + number() + ", " + number() +
                      "\ns, t = " + text() + ", " + text() + "\nl, m = " + list(1) + ", " +
                      list(1) + "\n";
    for (int i = 0; i < 6; ++i)
      out += "try:\n  print(repr(" + any(3) +
             "))\nexcept Exception as e:\n  print(type(e).__name__)\n";
    return out;
  }

 private:
  unsigned pick(unsigned n) { return static_cast<unsigned>(rng_() % n); }
  std::string one(std::initializer_list<const char*> words) {
    return *(words.begin() + pick(static_cast<unsigned>(words.size())));
  }
  std::string number() {
    return one({"0", "1", "-1", "2", "7", "-13", "255", "10**18", "-2**63", "2**70", "0.5", "-2.25",
                "1e16", "3.0", "1e-7", "True"});
  }
  std::string text() {
    return one({"''", "'a'", "'Hello World'", "'a,b,,c'", "'  x y '", "'h\\u00e9llo'",
                "'\\U0001f600z'", "'123'", "\"it's\"", "'a\\nb'"});
  }
  std::string list(int d) {
    std::string out = "[";
    for (unsigned i = pick(4); i > 0; --i)
      out += (d > 0 && pick(5) == 0 ? list(d - 1) : pick(3) == 0 ? text() : number()) + ", ";
    return out + "]";
  }
  std::string any(int d) {
    switch (pick(4)) {
      case 0: return ints(d);
      case 1: return texts(d);
      case 2: return lists(d);
      default:
        return one({"(", ""}) == "(" ? "(" + ints(d) + ", " + texts(d) + ")"
                                     : "{" + texts(d) + ": " + ints(d) + "}";
    }
  }
  std::string ints(int d) {
    if (d <= 0) return pick(2) == 0 ? number() : one({"a", "b", "c"});
    switch (pick(10)) {
      case 0:
        return "(" + ints(d - 1) + " " + one({"+", "-", "*", "//", "%", "/", "&", "|", "^"}) + " " +
               ints(d - 1) + ")";
      case 1:
        return "(" + ints(d - 1) + " " + one({"<", "<=", "==", "!=", ">", ">="}) + " " +
               ints(d - 1) + ")";
      case 2: return one({"abs", "int", "float", "bool", "round"}) + "(" + ints(d - 1) + ")";
      case 3: return "len(" + (pick(2) == 0 ? lists(d - 1) : texts(d - 1)) + ")";
      case 4:
        return texts(d - 1) + one({".find(", ".count(", ".startswith(", ".endswith("}) +
               texts(d - 1) + ")";
      case 5: return "(" + one({"-", "+", "~", "not "}) + ints(d - 1) + ")";
      case 6: return "divmod(" + ints(d - 1) + ", " + ints(d - 1) + ")[" + one({"0", "1"}) + "]";
      case 7: return "(" + ints(d - 1) + " if " + ints(d - 1) + " else " + ints(d - 1) + ")";
      case 8:
        return "(" + ints(d - 1) + one({" and ", " or ", " in "}) +
               (pick(2) == 0 ? lists(d - 1) : ints(d - 1)) + ")";
      default: return one({"sum", "max", "min"}) + "([" + ints(d - 1) + ", " + ints(d - 1) + "])";
    }
  }
  std::string slice() {
    return "[" + one({"", "1", "-2", "0", "5"}) + ":" + one({"", "2", "-1", "9"}) + ":" +
           one({"", "1", "-1", "2", "-2"}) + "]";
  }
  std::string texts(int d) {
    if (d <= 0) return pick(2) == 0 ? text() : one({"s", "t"});
    switch (pick(10)) {
      case 0: return "(" + texts(d - 1) + " + " + texts(d - 1) + ")";
      case 1: return "(" + texts(d - 1) + " * " + one({"0", "1", "3", "-1"}) + ")";
      case 2: return texts(d - 1) + slice();
      case 3:
        return texts(d - 1) +
               one({".upper()", ".lower()", ".title()", ".strip()", ".capitalize()", ".swapcase()",
                    ".zfill(6)", ".center(9)", ".rjust(7, '*')", ".lstrip()"});
      case 4: return "str(" + any(d - 1) + ")";
      case 5: return "repr(" + any(d - 1) + ")";
      case 6:
        return "f'{" + one({"a", "b", "c"}) + ":" +
               one({"",  ">8", "<8", "^9", "08", "+", ",",  ".2f", ".3e", "10.1f",
                    "g", "x",  "d",  "%",  "_",  "e", "#x", "b",   "=+9", "*^12,"}) +
               "}'";
      case 7: return texts(d - 1) + ".replace(" + texts(d - 1) + ", " + texts(d - 1) + ")";
      case 8: return texts(d - 1) + ".join([" + texts(d - 1) + ", " + texts(d - 1) + "])";
      default:
        return "'%s-%5d-%.2f' % (" + texts(d - 1) + ", " + ints(d - 1) + ", " + ints(d - 1) + ")";
    }
  }
  std::string lists(int d) {
    if (d <= 0) return pick(2) == 0 ? list(1) : one({"l", "m"});
    switch (pick(9)) {
      case 0: return "(" + lists(d - 1) + " + " + lists(d - 1) + ")";
      case 1: return lists(d - 1) + slice();
      case 2:
        return "[x for x in " + lists(d - 1) + " if " +
               one({"x", "not x", "x != 1", "isinstance(x, str)"}) + "]";
      case 3:
        return "sorted(" + lists(d - 1) + one({"", ", key=str", ", key=repr, reverse=True"}) + ")";
      case 4:
        return texts(d - 1) + one({".split()", ".split(',')", ".splitlines()", ".partition(',')",
                                   ".rsplit(',', 1)", ".rsplit(None, 1)", ".split(None, 1)"});
      case 5: return "list(" + one({"reversed(", "enumerate(", "tuple("}) + lists(d - 1) + "))";
      case 6: return "list(zip(" + lists(d - 1) + ", " + texts(d - 1) + "))";
      case 7:
        return "list({" + texts(d - 1) + ": " + ints(d - 1) + ", " + texts(d - 1) + ": 1}.items())";
      default: return "list(map(str, " + lists(d - 1) + "))";
    }
  }
  std::mt19937 rng_;
};

std::string ours(const std::string& source) {
  World world;
  const Outcome out = world.run(source);
  std::string text = out.output;
  if (out.kind == Outcome::Kind::kRaised) text += "raised " + out.error + "\n";
  if (out.kind == Outcome::Kind::kLimit) text += "limit " + out.text + "\n";
  return text;
}

// The output of each program in CPython, in order; empty if there is none.
std::vector<std::string> theirs(const std::vector<std::string>& programs) {
  const std::string base = ::testing::TempDir() + "yett_values_" + std::to_string(::getpid());
  std::ofstream(base + ".in", std::ios::binary) << [&] {
    std::string all;
    for (const std::string& p : programs) all += p + '\x01';
    return all;
  }();
  std::ofstream(base + ".py") << R"py(
import sys, io, contextlib
sys.set_int_max_str_digits(0)
for p in open(sys.argv[1], encoding='utf-8', newline='').read().split('\x01')[:-1]:
    o = io.StringIO()
    with contextlib.redirect_stdout(o):
        try: exec(compile(p, 'p', 'exec'), {'__name__': '__main__'})
        except Exception as e: print('raised', type(e).__name__)
    sys.stdout.buffer.write((o.getvalue() + '\x01').encode('utf-8', 'backslashreplace'))
)py";
  std::vector<std::string> out;
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return out;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::execlp("python3", "python3", (base + ".py").c_str(), (base + ".in").c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string all;
  std::array<char, 65536> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    all.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  for (std::size_t at = 0, end = 0; (end = all.find('\x01', at)) != all.npos; at = end + 1)
    out.push_back(all.substr(at, end - at));
  for (const char* suffix : {".in", ".py"}) std::filesystem::remove(base + suffix);
  return out;
}

void compare(const std::vector<std::string>& programs) {
  const auto expected = theirs(programs);
  if (expected.empty()) GTEST_SKIP() << "python3 is not there";
  ASSERT_EQ(expected.size(), programs.size());
  int differences = 0;
  for (std::size_t i = 0; i < programs.size() && differences < 12; ++i) {
    const std::string got = ours(programs[i]);
    if (got == expected[i] || got.find("limit ") != got.npos) continue;
    ++differences;
    ADD_FAILURE() << programs[i] << "--- CPython:\n" << expected[i] << "--- ours:\n" << got;
  }
}

TEST(Values, WrittenProgramsPrintWhatCPythonPrints) {
  const auto programs = written();
  ASSERT_GT(programs.size(), 20u);
  compare(programs);
}

TEST(Values, GeneratedProgramsPrintWhatCPythonPrints) {
  std::vector<std::string> programs;
  const char* more = std::getenv("YETT_PROGRAMS");  // a longer search by hand
  const unsigned count = more == nullptr ? 1500 : static_cast<unsigned>(decimal(more));
  for (unsigned seed = 0; seed < count; ++seed) programs.push_back(Generator(seed).program());
  compare(programs);
}

}  // namespace
}  // namespace lang
