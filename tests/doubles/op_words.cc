// SPDX-License-Identifier: Apache-2.0
#include "op_words.h"

#include <string_view>

namespace doubles {
namespace {

class Reader {
 public:
  Reader(int argc, char** argv) : argc_(argc), argv_(argv) {}

  bool read() {
    while (at_ < argc_) {
      const std::string_view word = argv_[at_++];
      if (!word.starts_with("-")) out_.words.emplace_back(word);
      else if (!take_flag(word) && !take_option(word)) return false;
    }
    return true;
  }
  Words take() { return std::move(out_); }

 private:
  bool take_flag(std::string_view word) {
    if (word == "--version" || word == "-v") return out_.version = true;
    if (word == "--no-newline" || word == "-n") return out_.no_newline = true;
    if (word == "--include-archive") return out_.include_archive = true;
    return word == "--no-color" || word == "--reveal" || word == "--cache" ||
           word == "--iso-timestamps";
  }

  // "--name value" and "--name=value".
  bool take_option(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    std::string value;
    if (equals != std::string_view::npos) value = word.substr(equals + 1);
    else if (at_ < argc_) value = argv_[at_++];
    else return false;
    if (name == "--vault") out_.vault = value;
    else if (name == "--account") out_.account = value;
    else if (name == "--fields") out_.fields = value;
    else if (name == "--format") out_.json = value == "json";
    else return name == "--cache" || name == "--encoding" || name == "--session";
    return true;
  }

  int argc_;
  char** argv_;
  int at_ = 1;
  Words out_;
};

}  // namespace

std::optional<Words> parse_words(int argc, char** argv) {
  Reader reader(argc, argv);
  if (!reader.read()) return {};
  return reader.take();
}

}  // namespace doubles
