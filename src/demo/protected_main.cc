// SPDX-License-Identifier: Apache-2.0
// yett-demo-services: the protected systems of the demo, and the thief that a redirect leads to.
#include "demo/program.h"
#include "demo/protected.h"

namespace demo {
namespace {

base::Status run(int argc, char** argv) {
  TRY_AS(
      const Options options,
      read_options(argc, argv, {"listen", "thief", "record", "mail-log", "canary", "canary-file"},
                   {"print-port", "no-stdin"}));
  TRY_AS(std::string canary, secret_option(options, "canary"));
  if (canary.empty()) canary = "demo-credential-0123456789";
  TRY_AS(Record record, Record::open(options.value("record")));
  TRY_AS(Record mail_log, Record::open(options.value("mail-log")));
  Protected systems(std::move(canary));
  systems.on_mail([&](std::string_view line) { mail_log.add(line); });
  const base::SystemClock clock;
  HttpServer server(clock);
  TRY_AS(const std::uint16_t port,
         server.listen(options.value("listen", "127.0.0.1:0"), [&](const Request& r) {
           record.add(systems.line_of(r));
           return systems.answer(r);
         }));
  TRY_AS(const std::uint16_t thief,
         server.listen(options.value("thief", "127.0.0.1:0"), [&](const Request& r) {
           record.add("THIEF " + systems.line_of(r));
           return systems.steal(r);
         }));
  systems.set_ports(port, thief);
  return serve(server, port, options);
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
  return demo::run_main("yett-demo-services", [&] { return demo::run(argc, argv); });
}
