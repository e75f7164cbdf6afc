// SPDX-License-Identifier: Apache-2.0
//
// What a session does once it is taken over. The script comes in the text of a turn or in the
// arguments of a call, "<<session ...>>":
//   call WORDS            a system call (raw_calls.h); its result goes to the client
//   raw WORDS             frames that no session sends (raw_frames.h); then it stays
//   propose KEY=VALUE...  tool, definition (good, stale), origin, times, number, turn; every other
//                         key is an argument; %XX are decoded. The verdicts go to the client
//   replay                the same proposal twice
//   prompt BYTES          a model call with so many bytes
//   foreign KIND TURN     spoken, turn_done, call_done or propose, for a turn that is not its own
//   say WORD              false words to its own client
//   flood COUNT BYTES     so many pieces of text for its own client
//   leave | hang          ends without a word; stays without a word
#include <unistd.h>

#include <map>

#include "base/bytes.h"
#include "raw_calls.h"
#include "raw_frames.h"
#include "takeover.h"
#include "wire/start.h"

namespace attack {
namespace {

using Words = std::span<const std::string>;

struct Wish {
  std::string tool = "status";
  std::string definition = "good";
  std::string origin = "user";
  std::uint32_t times = 1;
  std::uint32_t number = 0;
  std::uint64_t turn = 0;
  std::vector<wire::Leaf> arguments;
};

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const auto byte = escape ? base::unhex(text.substr(i + 1, 2)) : std::nullopt;
    out += byte ? *byte : std::string(1, text[i]);
    if (byte) i += 2;
  }
  return out;
}

class Hostile {
 public:
  explicit Hostile(const Taken& taken) {
    const auto payload = std::string_view(taken.message).substr(8);
    if (auto turn = wire::decode<wire::Turn>(payload); turn.ok()) turn_ = turn->turn;
    if (auto call = wire::decode<wire::Call>(payload); call.ok())
      turn_ = call->turn, direct_ = true;
    if (auto start = wire::decode<wire::StartSession>(start_record()); start.ok()) start_ = *start;
  }

  void act(Words words) {
    const std::string& what = words[0];
    if (what == "call") tell(result_of(words.subspan(1)));
    if (what == "raw") (void)malformed(words.subspan(1), wire::FrameType::kSpoken, good_frame());
    if (what == "propose") propose(words.subspan(1));
    if (what == "replay") replay();
    if (what == "prompt") prompt(std::stoul(words[1]));
    if (what == "foreign") foreign(words[1], {std::stoull(words[2])});
    if (what == "say") tell(words[1]);
    if (what == "flood") flood(std::stoul(words[1]), std::stoul(words[2]));
    if (what == "leave") ::_exit(0);
  }

 private:
  // Its own client is told `text`, as the answer of a tool or of a model.
  void tell(const std::string& text) {
    wire::CallDone call;
    call.turn = turn_;
    call.content = text;
    wire::TurnDone turn;
    turn.turn = turn_;
    turn.text = text;
    (void)(direct_ ? send_well_formed(call) : send_well_formed(turn));
  }

  static std::string result_of(Words words) {
    const long result = make_call(words);
    if (words[0] == "look" && result >= 0) return result == 1 ? "found" : "not there";
    return word_of(result);
  }

  std::string good_frame() const {
    return wire::encode(wire::Spoken{turn_, wire::DeltaKind::kText, "x"});
  }

  base::Digest definition_of(const std::string& tool) const {
    for (const auto& offered : start_.tools)
      if (offered.name == tool) return offered.definition;
    for (const auto& model : start_.models)
      if (model.tool == tool) return model.definition;
    return {};
  }

  wire::LabelledCall call_of(const Wish& wish) {
    wire::LabelledCall call;
    call.turn = wish.turn != 0 ? base::RequestId{wish.turn} : turn_;
    call.proposal = wish.number != 0 ? wish.number : ++proposal_;
    call.tool = wish.tool;
    call.definition = definition_of(wish.tool);
    if (wish.definition == "stale") call.definition[0] ^= 1;
    call.arguments = wish.arguments;
    call.labels.push_back({});
    call.labels[0].origins = {wish.origin};
    call.control = call.labels[0];
    return call;
  }

  static Wish wish_of(Words words) {
    Wish wish;
    for (const std::string& word : words) {
      const std::string key = word.substr(0, word.find('='));
      const std::string value = decoded(word.substr(key.size() + 1));
      if (key == "tool") wish.tool = value;
      else if (key == "definition") wish.definition = value;
      else if (key == "origin") wish.origin = value;
      else if (key == "times") wish.times = static_cast<std::uint32_t>(std::stoul(value));
      else if (key == "number") wish.number = static_cast<std::uint32_t>(std::stoul(value));
      else if (key == "turn") wish.turn = std::stoull(value);
      else wish.arguments.push_back({key, wire::LeafKind::kString, value, 0});
    }
    return wish;
  }

  // The verdict on the last proposal, and the result if it was allowed.
  std::string outcome() {
    while (const auto frame = next_frame(10'000)) {
      if (frame->type == wire::FrameType::kVerdict) {
        const auto verdict = wire::decode<wire::Verdict>(frame->payload);
        if (verdict.ok() && !verdict->allowed)
          return "denied " + std::string(base::slug(verdict->reason));
      }
      if (frame->type != wire::FrameType::kCallResult) continue;
      const auto result = wire::decode<wire::CallResult>(frame->payload);
      if (!result.ok()) return "result without a form";
      return "allowed " + std::string(base::slug(result->reason)) + " " + result->content;
    }
    return "nothing";
  }

  void propose(Words words) {
    const Wish wish = wish_of(words);
    std::map<std::string, int> counts;
    for (std::uint32_t i = 0; i < wish.times; ++i) {
      if (!send_well_formed(call_of(wish))) break;
      ++counts[outcome()];
    }
    std::string report;
    for (const auto& [text, count] : counts) report += std::to_string(count) + " x " + text + "; ";
    tell(report);
  }

  void replay() {
    Wish wish;
    wish.number = ++proposal_;
    wish.arguments.push_back({"project", wire::LeafKind::kString, "replayed", 0});
    const wire::LabelledCall call = call_of(wish);
    (void)send_well_formed(call);
    (void)outcome();
    (void)send_well_formed(call);
  }

  void prompt(std::size_t bytes) {
    if (start_.models.empty()) return tell("no model");
    Wish wish;
    wish.tool = start_.models.front().tool;
    wish.arguments.push_back({"body", wire::LeafKind::kString, std::string(bytes, 'x'), 0});
    wire::Channel channel(base::Fd(wire::kChannelFd), wire::kMonitorToSession, "monitor");
    (void)channel.send(call_of(wish));
    while (channel.wants_write() && channel.flush().ok()) {}
    tell(outcome());
    linger();  // the channel closes with its object
  }

  void foreign(const std::string& kind, base::RequestId turn) {
    if (kind == "spoken") send_well_formed(wire::Spoken{turn, wire::DeltaKind::kText, "false"});
    if (kind == "turn_done")
      send_well_formed(wire::TurnDone{turn, base::Reason::kOk, "false", "", 0});
    if (kind == "call_done") {
      wire::CallDone done;
      done.turn = turn;
      done.content = "false";
      send_well_formed(done);
    }
    if (kind == "propose") {
      Wish wish;
      wish.turn = turn.value;
      wish.arguments.push_back({"project", wire::LeafKind::kString, "foreign", 0});
      send_well_formed(call_of(wish));
    }
  }

  void flood(std::size_t count, std::size_t bytes) {
    const wire::Spoken piece{turn_, wire::DeltaKind::kText, std::string(bytes, 'x')};
    for (std::size_t i = 0; i < count; ++i)
      if (!send_well_formed(piece)) return;
    tell("flooded");
  }

  base::RequestId turn_;
  bool direct_ = false;
  wire::StartSession start_;
  std::uint32_t proposal_ = 1'000;
};

}  // namespace

std::string_view mark() { return "<<session "; }

void hostile(const Taken& taken) {
  Hostile(taken).act(taken.script);
  linger();
}

}  // namespace attack
