// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The whole of Yett for a test: a configuration in a fresh directory, the real programs, a
// connection to the door. Trust zone: tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "audit/entry.h"
#include "cli/start.h"
#include "schema/value.h"

namespace e2e {

class System {
 public:
  // Writes `config` and `policy` into a fresh directory (its state beside them).
  System(const std::string& config, const std::string& policy, std::string programs = "");
  ~System();

  // Starts the programs; the error text if they do not come up.
  std::string start();
  int stop();
  // A new connection in the place of the old one; false if the door does not take it.
  bool reconnect();
  cli::Running& running() { return *running_; }
  const std::string& directory() const { return directory_; }

  void send(const std::string& line);
  // The next line; null after `timeout_ms` or at the end of the connection.
  schema::Value receive(int timeout_ms = 15'000);
  // The next line that closes request `id` (done, result, refused, error), collecting those before
  // it.
  schema::Value closing(std::int64_t id, std::vector<schema::Value>* before = nullptr);
  std::string open(const std::string& name = "");
  schema::Value call(const std::string& session, const std::string& tool,
                     const std::string& arguments_json);
  schema::Value turn(const std::string& session, const std::string& text,
                     std::vector<schema::Value>* before = nullptr, const std::string& mode = "");

  // The log as it stands on the disk.
  std::vector<audit::Entry> log() const;
  std::string log_bytes() const;
  void write_file(const std::string& name, const std::string& content, unsigned mode = 0600) const;

  cli::StartOptions options;

 private:
  std::string directory_;
  std::unique_ptr<cli::Running> running_;
  std::string buffer_;
  std::int64_t next_id_ = 1;
};

// The processes of that name below a supervisor: a session that is in use cannot be told from one
// of the pool.
std::vector<int> programs_of(int supervisor, const std::string& program);

// A text member of an object, "" if it is not there.
std::string text_of(const schema::Value& object, std::string_view key);
std::int64_t number_of(const schema::Value& object, std::string_view key);

}  // namespace e2e
