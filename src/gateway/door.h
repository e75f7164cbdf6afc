// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the unix door knows: its clients, the sessions each has opened, the requests each has under
// way. Lines and frames in, lines and frames out; no sockets. Trust zone: gateway (reads hostile
// text, holds nothing).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "gateway/request.h"
#include "wire/frames.h"

namespace gateway {

using ClientId = std::uint64_t;  // of one connection; never used twice
using ToMonitor = std::variant<wire::OpenSession, wire::UserTurn, wire::DirectCall, wire::Cancel,
                               wire::ResetSession, wire::CloseSession>;
using FromMonitor = std::variant<wire::SessionOpened, wire::Say, wire::CallNotice, wire::TurnEnded,
                                 wire::CallEnded, wire::PlanNotice>;

struct ToClient {
  ClientId client = 0;
  std::string line;  // with its line feed
  bool ends_connection = false;
};

// What is to be done, each in order.
struct Effects {
  std::vector<ToMonitor> frames;
  std::vector<ToClient> lines;
};

// INVARIANT: a request that went to the monitor is closed at its client exactly once, or its client
// is gone; a handle works only for the client that it was given to.
class Door {
 public:
  // LIMIT: of one client.
  static constexpr std::size_t kRequests = 256;
  static constexpr std::size_t kHandles = base::limits::kSessions;

  void connected(ClientId client, std::uint32_t uid);
  void line(ClientId client, std::string_view line, Effects& out);
  // Cancels what the client had under way and closes its unnamed sessions.
  void gone(ClientId client, Effects& out);
  void frame(const FromMonitor& frame, Effects& out);

  std::size_t pending_count() const { return pending_.size(); }

 private:
  struct Client {
    std::uint32_t uid = 0;
    struct Opened {
      base::SessionId session;
      bool named = false;
    };
    std::unordered_map<std::string, Opened> handles;
    std::map<std::uint64_t, base::RequestId> requests;  // by the client's number
  };
  struct Pending {
    ClientId client = 0;
    std::uint64_t id = 0;  // the client's number
    Op op = Op::kOpen;     // kOpen, kTurn or kCall
    base::SessionId session;
    bool named = false;
    bool orphan = false;  // the client is gone; kept for a session that nobody will close
  };

  void ask(ClientId client, Client& from, Request request, Effects& out);
  void open(Client& from, base::RequestId number, Request request, Effects& out);
  void cancel(const Client& from, const Request& request, Effects& out);
  void on(const wire::SessionOpened& frame, Effects& out);
  void on(const wire::Say& frame, Effects& out);
  void on(const wire::CallNotice& frame, Effects& out);
  void on(const wire::PlanNotice& frame, Effects& out);
  void on(const wire::TurnEnded& frame, Effects& out);
  void on(const wire::CallEnded& frame, Effects& out);
  const Pending* pending(base::RequestId number, Op op) const;
  Pending close(base::RequestId number);

  std::unordered_map<ClientId, Client> clients_;
  std::unordered_map<base::RequestId, Pending> pending_;
  std::uint64_t last_request_ = 0;
};

}  // namespace gateway
