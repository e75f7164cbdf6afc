// SPDX-License-Identifier: Apache-2.0
// yett log tail, yett log verify.
#include <fmt/format.h>
#include <poll.h>

#include <charconv>
#include <deque>

#include "base/bytes.h"
#include "cli/log_view.h"
#include "cli/verbs.h"

namespace cli {
namespace {

using schema::Value;

constexpr int kLookAgainMs = 250;  // a person does not notice; a disk does not either

// The log of this command, opened; failures are said.
struct OpenLog {
  std::unique_ptr<audit::File> file;
  std::string path;
};

base::Result<OpenLog> log_of(const Context& context) {
  TRY_AS(const LogPlace place, find_log(context.options.config));
  TRY_AS(auto file, open_log(place.paths));
  return OpenLog{std::move(file), place.paths.log};
}

std::string text_of(const audit::Entry& entry, bool json) {
  return (json ? audit::json(entry, wording()) : audit::line(entry, wording())) + "\n";
}

bool torn(const audit::Reader& reader) {
  return reader.finding() && reader.finding()->damage == audit::Damage::kTorn;
}

// The last `count` entries. A finding is left in the reader.
base::Status print_last(audit::Reader& reader, std::uint32_t count, const Context& context) {
  std::deque<std::string> last;
  while (true) {
    const auto more = reader.next();
    if (more.ok() && *more) {
      last.push_back(text_of(reader.entry(), context.options.json));
      if (last.size() > count) last.pop_front();
      continue;
    }
    for (const std::string& line : last) context.terminal.out(line);
    if (more.ok()) return base::ok();
    return more.error();
  }
}

// Prints entries as they come until Ctrl-C.
base::Status follow(audit::Reader& reader, const Context& context, const Interrupts& interrupts) {
  while (true) {
    const auto more = reader.next();
    if (more.ok() && *more) {
      context.terminal.out(text_of(reader.entry(), context.options.json));
      continue;
    }
    // A batch that is being written looks torn until it is whole.
    if (!more.ok() && !torn(reader)) return more.error();
    if (!more.ok()) reader.rewind();
    pollfd wait{interrupts.fd(), POLLIN, 0};
    if (::poll(&wait, 1, kLookAgainMs) == 1) return base::ok();
  }
}

std::string damage_text(const audit::Finding& finding, const std::string& path) {
  const std::string where = fmt::format("{}: {}", path, audit::text_of(finding));
  if (finding.damage == audit::Damage::kTorn)
    return where +
           "\nthe last write was cut off, as a power loss does; nobody had been told of it, and "
           "the next "
           "start takes it off";
  return where +
         "\nbytes were changed, dropped, moved or added; nothing is repaired: keep the file as it "
         "is and "
         "compare it with a backup";
}

base::Result<audit::Anchor> parse_anchor(const std::string& text) {
  const std::size_t colon = text.find(':');
  audit::Anchor anchor;
  const char* end = text.data() + std::min(colon, text.size());
  const auto read = std::from_chars(text.data(), end, anchor.entries);
  const auto head = colon == std::string::npos ? std::nullopt : base::unhex(text.substr(colon + 1));
  if (read.ec != std::errc() || read.ptr != end || anchor.entries == 0 || !head ||
      head->size() != anchor.head.size())
    return base::invalid(
        "--anchor is not ENTRIES:HEAD as `yett log verify` prints it, such as `120:9f86d0...`");
  std::copy(head->begin(), head->end(), anchor.head.begin());
  return anchor;
}

Exit report(const Context& context, const audit::Report& report, const std::string& path,
            bool anchored) {
  const std::string head = base::hex(base::view(report.position.head));
  if (context.options.json) {
    Value document = Value::object();
    document.set("ok", Value::boolean(!report.finding));
    document.set("log", json_text(path));
    document.set("origin", json_text(report.header.origin));
    document.set("entries", json_number(report.position.entries));
    document.set("head", json_text(head));
    if (report.finding) document.set("error", json_text(audit::text_of(*report.finding)));
    print(context, document);
  } else if (!report.finding) {
    context.terminal.out(fmt::format("{}: {} entries, all whole and in their place{}\n", path,
                                     report.position.entries,
                                     anchored ? "; it begins as the anchor says" : ""));
    context.terminal.out(fmt::format("head {}:{}\n", report.position.entries, head));
    context.terminal.out(
        "keep the head elsewhere: with --anchor it also shows whether the end was cut off\n");
  } else {
    context.terminal.complain(damage_text(*report.finding, path));
  }
  return report.finding ? Exit::kFailed : Exit::kOk;
}

}  // namespace

Exit run(const LogTailCommand& command, const Context& context) {
  const auto log = log_of(context);
  if (!log.ok()) return fail_to_start(context, log.error());
  auto reader = audit::Reader::open(*log->file);
  if (!reader.ok()) return fail(context, Exit::kFailed, log->path + ": " + reader.error().message);
  auto shown = print_last(*reader, command.count, context);
  if (command.follow && (shown.ok() || torn(*reader))) {
    const Interrupts interrupts;
    shown = follow(*reader, context, interrupts);
  }
  if (shown.ok()) return Exit::kOk;
  context.terminal.complain(reader->finding() ? damage_text(*reader->finding(), log->path)
                                              : shown.error().message);
  return Exit::kFailed;
}

Exit run(const LogVerifyCommand& command, const Context& context) {
  std::optional<audit::Anchor> anchor;
  if (!command.anchor.empty()) {
    const auto read = parse_anchor(command.anchor);
    if (!read.ok()) return fail(context, Exit::kUsage, read.error().message);
    anchor = *read;
  }
  const auto log = log_of(context);
  if (!log.ok()) return fail_to_start(context, log.error());
  const auto verified = audit::verify(*log->file, anchor);
  if (!verified.ok())
    return fail(context, Exit::kFailed, log->path + ": " + verified.error().message);
  return report(context, *verified, log->path, anchor.has_value());
}

}  // namespace cli
