// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as lines of a client of the unix door: no crash; what goes on in a frame is within its
// bounds and in our own spelling; every answer is one line of JSON; a line that is not JSON ends
// the connection; only a handle that was given out reaches a session.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/door.h"
#include "schema/parse.h"
#include "schema/write.h"
#include "wire/codec.h"

namespace {

constexpr gateway::ClientId kClient = 1;
constexpr std::uint64_t kSession = 0xabc;

void look_at(const gateway::ToMonitor& frame) {
  std::visit([](const auto& f) { CHECK(wire::encode(f).size() <= base::limits::kBodyBytes); },
             frame);
  if (const auto* open = std::get_if<wire::OpenSession>(&frame)) {
    CHECK(open->client_uid == 1000 && (open->name.empty() || wire::is_name(open->name)));
  }
  if (const auto* turn = std::get_if<wire::UserTurn>(&frame))
    CHECK(turn->session.value == kSession);
  if (const auto* call = std::get_if<wire::DirectCall>(&frame)) {
    CHECK(call->session.value == kSession && wire::is_name(call->tool));
    const auto arguments = schema::parse(call->arguments);
    CHECK(arguments.ok() && arguments->as_object() != nullptr);
    CHECK(schema::write(*arguments) == call->arguments);
  }
}

void look_at(const gateway::ToClient& to, std::string_view line) {
  CHECK(to.client == kClient);
  CHECK(to.line.find('\n') == to.line.size() - 1 && schema::parse(to.line).ok());
  CHECK(to.ends_connection == !schema::parse(line).ok());
}

void give_session(gateway::Door& door) {
  gateway::Effects asked;
  door.line(kClient, R"({"op":"open","id":1,"session":""})", asked);
  const auto& open = std::get<wire::OpenSession>(asked.frames.at(0));
  gateway::Effects told;
  door.frame(wire::SessionOpened{open.request, {kSession}, base::Reason::kNone}, told);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  gateway::Door door;
  door.connected(kClient, 1000);
  give_session(door);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    gateway::Effects out;
    door.line(kClient, line, out);
    for (const auto& frame : out.frames) look_at(frame);
    for (const auto& to : out.lines) look_at(to, line);
  }
  gateway::Effects out;
  door.gone(kClient, out);
  return 0;
}
