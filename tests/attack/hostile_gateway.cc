// SPDX-License-Identifier: Apache-2.0
//
// What a gateway does once it is taken over. The script comes as a line of a client,
// "<<gateway ...>>":
//   call WORDS       a system call (raw_calls.h); its result goes to the client
//   raw WORDS        frames that no gateway sends (raw_frames.h); then it stays
//   handle COUNT     calls under handles that it was never given
//   uid NUMBER       opens a session for that user
//   act NAME TOOL PROJECT   joins the session NAME of another client and calls
//   overheard        what other clients have said, as far as it was kept
//   lie WORD         a false line to every client
//   sessions COUNT   opens so many
#include <sys/socket.h>
#include <unistd.h>

#include <set>

#include "base/bytes.h"
#include "raw_calls.h"
#include "raw_frames.h"
#include "schema/write.h"
#include "takeover.h"
#include "wire/start.h"

namespace attack {
namespace {

using Words = std::span<const std::string>;

class Hostile {
 public:
  explicit Hostile(const Taken& taken) : taken_(taken) {
    if (auto start = wire::decode<wire::StartGateway>(start_record()); start.ok()) start_ = *start;
  }

  void act(Words words) {
    const std::string& what = words[0];
    if (what == "call") tell(word_of(make_call(words.subspan(1))));
    if (what == "raw")
      (void)malformed(words.subspan(1), wire::FrameType::kCancel, wire::encode(wire::Cancel{}));
    if (what == "handle") tell(guess_handles(std::stoul(words[1])));
    if (what == "uid") tell(open({}, static_cast<std::uint32_t>(std::stoul(words[1]))).second);
    if (what == "act") tell(act_for(words[1], words[2], words[3]));
    if (what == "overheard") tell(overheard());
    if (what == "lie") lie(words[1]);
    if (what == "sessions") tell(open_many(std::stoul(words[1])));
  }

 private:
  void tell_on(int fd, const std::string& text) const {
    std::string line = R"({"id":1,"event":"result","reason":"ok","content":)";
    schema::quote_to(line, text);
    line += "}\n";
    (void)::send(fd, line.data(), line.size(), MSG_NOSIGNAL);
  }
  void tell(const std::string& text) const { tell_on(taken_.fd, text); }

  // The session and the reason.
  std::pair<base::SessionId, std::string> open(const std::string& name, std::uint32_t uid) {
    (void)send_well_formed(wire::OpenSession{{++request_}, uid, name});
    while (const auto frame = next_frame(10'000)) {
      if (frame->type != wire::FrameType::kSessionOpened) continue;
      const auto opened = wire::decode<wire::SessionOpened>(frame->payload);
      if (opened.ok()) return {opened->session, std::string(base::slug(opened->reason))};
    }
    return {{}, "nothing"};
  }

  std::string call(base::SessionId session, const std::string& tool, const std::string& project) {
    wire::DirectCall call;
    call.session = session;
    call.request = {++request_};
    call.tool = tool;
    call.arguments = R"({"project":")" + project + "\"}";
    (void)send_well_formed(call);
    while (const auto frame = next_frame(10'000)) {
      if (frame->type != wire::FrameType::kCallEnded) continue;
      const auto ended = wire::decode<wire::CallEnded>(frame->payload);
      if (ended.ok()) return std::string(base::slug(ended->reason)) + " " + ended->content;
    }
    return "nothing";
  }

  std::string guess_handles(std::size_t count) {
    std::set<std::string> answers;
    for (std::uint64_t i = 0; i < count; ++i)
      answers.insert(call({0x9e3779b97f4a7c15u * (i + 1)}, "status", "guessed"));
    std::string all;
    for (const std::string& answer : answers) all += answer + ";";
    return all;
  }

  std::string act_for(const std::string& name, const std::string& tool,
                      const std::string& project) {
    const auto [session, reason] = open(name, start_.owner_uid);
    return session ? call(session, tool, project) : "refused " + reason;
  }

  std::string open_many(std::size_t count) {
    std::size_t had = 0;
    for (std::size_t i = 0; i < count; ++i)
      if (open({}, start_.owner_uid).first) ++had;
    return std::to_string(had);
  }

  std::string overheard() const {
    std::string all;
    for (const auto& [fd, text] : taken_.texts)
      if (fd != taken_.fd) all += text;
    return all;
  }

  void lie(const std::string& text) const {
    std::set<int> clients;
    for (const auto& [fd, said] : taken_.texts) clients.insert(fd);
    for (const int fd : clients) tell_on(fd, text);
  }

  const Taken& taken_;
  wire::StartGateway start_;
  std::uint64_t request_ = 1u << 20;
};

}  // namespace

std::string_view mark() { return "<<gateway "; }

void hostile(const Taken& taken) {
  Hostile(taken).act(taken.script);
  linger();
}

}  // namespace attack
