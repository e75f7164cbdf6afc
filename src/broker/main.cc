// SPDX-License-Identifier: Apache-2.0
//
// yett-broker: keeps the secrets, performs warrants. Descriptors and start record: wire/start.h.
// `yett-broker --vault-write ...` is its other mode (broker/vault_write.h): descriptor 0 gives the
// value, 7 is the vault, 8 its key. Exit 0: done, 1: failed, said on standard error.
#include <signal.h>

#include <cstdio>
#include <span>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/digest.h"
#include "broker/broker.h"
#include "broker/load.h"
#include "broker/vault_write.h"
#include "wire/start.h"

namespace {

int fail(const base::Error& error) {
  std::fprintf(stderr, "yett-broker: %s\n", base::printable(error.message).c_str());
  return 1;
}

base::Status serve() {
  const base::SystemClock clock;
  base::SystemRandom random;
  TRY_AS(wire::StartBroker start, wire::start_of<wire::StartBroker>());
  TRY_AS(const auto sealed, broker::load(std::move(start), broker::StartFds{}, clock, random));
  broker::Broker::Sockets sockets{base::Fd(wire::kChannelFd),
                                  base::Fd(wire::StartBroker::kSupervisorFd),
                                  base::Fd(wire::StartBroker::kRunnerFd)};
  TRY_AS(const wire::Ready ready, broker::lock_down(sandbox::Program::kBroker));
  TRY_AS(const auto broker, broker::Broker::create(*sealed, std::move(sockets), clock, random));
  TRY(broker->start(ready));
  while (true) TRY(broker->turn(-1));
}

base::Status write_vault(std::span<const char* const> arguments) {
  const base::SystemClock clock;
  base::SystemRandom random;
  TRY_AS(const broker::VaultOrder order, broker::parse_vault_order(arguments));
  TRY(broker::lock_down(sandbox::Program::kVaultWriter));
  TRY_AS(const std::string said, broker::write_vault(order, broker::VaultFds{}, clock, random));
  std::fputs(said.c_str(), stdout);
  return base::ok();
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  base::prepare_crypto();
  const std::span<const char* const> all(argv, static_cast<std::size_t>(argc));
  if (all.size() > 1 && std::string_view(all[1]) == "--vault-write") {
    const base::Status written = write_vault(all.subspan(2));
    return written.ok() ? 0 : fail(written.error());
  }
  if (all.size() > 1) return fail(base::invalid("started by yett, not by hand"));
  const base::Status ended = serve();
  // A monitor or supervisor that closes its end is how a broker is told to end.
  if (ended.ok() || ended.error().code == base::Errc::kUnavailable) return 0;
  return fail(ended.error());
}
