// SPDX-License-Identifier: Apache-2.0
#include "system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "audit/file.h"
#include "audit/reader.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace e2e {

System::System(const std::string& config, const std::string& policy, std::string programs) {
  std::string pattern = "/tmp/yett-e2e-XXXXXX";
  CHECK(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  write_file("yett.toml", config, 0644);
  write_file("policy.sqrt", policy, 0644);
  options.config_path = directory_ + "/yett.toml";
  options.programs = programs.empty() ? YETT_BIN_DIR : std::move(programs);
}

System::~System() {
  running_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void System::write_file(const std::string& name, const std::string& content, unsigned mode) const {
  const std::string path = directory_ + "/" + name;
  const base::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  CHECK(fd && ::fchmod(fd.get(), mode) == 0);
  CHECK(::write(fd.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()));
}

std::string System::start() {
  auto started = cli::start(options);
  if (!started.ok()) return started.error().message;
  running_ = std::make_unique<cli::Running>(std::move(*started));
  return "";
}

int System::stop() {
  const int result = running_ ? running_->stop() : -1;
  running_.reset();
  return result;
}

bool System::reconnect() {
  buffer_.clear();
  auto door = running_->connect();
  if (!door.ok()) return false;
  running_->door = std::move(*door);
  return true;
}

void System::send(const std::string& line) {
  const std::string whole = line + "\n";
  std::size_t done = 0;
  while (done < whole.size()) {
    const ssize_t n =
        ::send(running_->door.get(), whole.data() + done, whole.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return;
    done += static_cast<std::size_t>(n);
  }
}

schema::Value System::receive(int timeout_ms) {
  while (true) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto parsed = schema::parse(std::string_view(buffer_).substr(0, end));
      buffer_.erase(0, end + 1);
      return parsed.ok() ? std::move(*parsed) : schema::Value();
    }
    pollfd wait{running_->door.get(), POLLIN, 0};
    if (::poll(&wait, 1, timeout_ms) != 1) return {};
    char chunk[65536];
    const ssize_t n = ::read(running_->door.get(), chunk, sizeof chunk);
    if (n <= 0) return {};
    buffer_.append(chunk, static_cast<std::size_t>(n));
  }
}

schema::Value System::closing(std::int64_t id, std::vector<schema::Value>* before) {
  while (true) {
    schema::Value line = receive();
    if (line.is_null()) return line;
    const std::string event = text_of(line, "event");
    const bool closes = event == "done" || event == "result" || event == "refused" ||
                        event == "error" || event == "opened";
    if (closes && number_of(line, "id") == id) return line;
    if (before != nullptr) before->push_back(std::move(line));
  }
}

std::string System::open(const std::string& name) {
  const std::int64_t id = next_id_++;
  send(fmt::format(R"({{"op":"open","id":{},"session":"{}"}})", id, name));
  const schema::Value opened = closing(id);
  if (text_of(opened, "event") != "opened") fmt::print(stderr, "open: {}\n", schema::write(opened));
  return text_of(opened, "session");
}

schema::Value System::call(const std::string& session, const std::string& tool,
                           const std::string& arguments_json) {
  const std::int64_t id = next_id_++;
  send(fmt::format(R"({{"op":"call","id":{},"session":"{}","tool":"{}","arguments":{}}})", id,
                   session, tool, arguments_json));
  return closing(id);
}

schema::Value System::turn(const std::string& session, const std::string& text,
                           std::vector<schema::Value>* before, const std::string& mode) {
  const std::int64_t id = next_id_++;
  std::string quoted;
  schema::quote_to(quoted, text);
  send(fmt::format(R"({{"op":"turn","id":{},"session":"{}","text":{}{}}})", id, session, quoted,
                   mode.empty() ? "" : ",\"mode\":\"" + mode + "\""));
  return closing(id, before);
}

std::vector<audit::Entry> System::log() const {
  std::vector<audit::Entry> out;
  audit::PosixFile file{
      base::Fd(::open((directory_ + "/state/log").c_str(), O_RDONLY | O_CLOEXEC))};
  auto reader = audit::Reader::open(file);
  if (!reader.ok()) return out;
  for (auto more = reader->next(); more.ok() && *more; more = reader->next())
    out.push_back(reader->entry());
  return out;
}

std::string System::log_bytes() const {
  const base::Fd fd(::open((directory_ + "/state/log").c_str(), O_RDONLY | O_CLOEXEC));
  auto all = cli::read_all(fd, std::size_t{1} << 30);
  return all.ok() ? *all : "";
}

namespace {

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream in(path);
  std::getline(in, line);
  return line;
}

int parent_of(const std::string& pid) {
  const std::string stat = first_line("/proc/" + pid + "/stat");
  const auto end = stat.rfind(')');
  return end == std::string::npos ? 0 : std::stoi(stat.substr(end + 4));
}

}  // namespace

std::vector<int> programs_of(int supervisor, const std::string& program) {
  if (program == "yett-supervisor") return {supervisor};
  std::vector<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(pid) == supervisor && first_line("/proc/" + pid + "/comm") == program)
      found.push_back(std::stoi(pid));
  }
  return found;
}

std::string text_of(const schema::Value& object, std::string_view key) {
  return std::string(object.find_string(key).value_or(""));
}

std::int64_t number_of(const schema::Value& object, std::string_view key) {
  const schema::Value* found = object.find(key);
  return found == nullptr ? -1 : found->as_i64().value_or(-1);
}

}  // namespace e2e
