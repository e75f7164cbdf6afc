// SPDX-License-Identifier: Apache-2.0
//
// The default profile of each program: reviewed data, like the lists in profiles/.
#include "sandbox/allow_network.h"
#include "sandbox/lockdown.h"

namespace sandbox {
namespace {

// RLIMIT_DATA of programs that parse hostile input: a body is at most 16 MiB (base/limits.h); the
// rest is room for its parsed form and for one session's values. Beyond it allocation fails and the
// program ends.
constexpr std::uint64_t kParserBytes = 512u << 20;
constexpr std::uint64_t kEgressBytes = 256u << 20;

// What getaddrinfo() and OpenSSL read. No /etc/passwd, no /proc.
std::vector<std::string> name_and_ca_files() {
  return {"/etc/resolv.conf",
          "/etc/hosts",
          "/etc/host.conf",
          "/etc/nsswitch.conf",
          "/etc/gai.conf",
          "/etc/services",
          "/etc/protocols",
          "/etc/ssl/certs",
          "/etc/ssl/openssl.cnf",
          "/usr/lib/ssl",
          "/usr/share/ca-certificates",
          "/usr/local/share/ca-certificates",
          "/etc/localtime",
          "/usr/share/zoneinfo"};
}

Profile plain(Program program) {
  Profile p;
  p.program = program;
  p.user = kFirstUser + static_cast<std::uint32_t>(program);
  return p;
}

Profile parser(Program program, std::uint64_t data_bytes) {
  Profile p = plain(program);
  p.data_bytes = data_bytes;
  return p;
}

Profile vault_writer() {
  Profile p = plain(Program::kVaultWriter);
  p.user = kFirstUser + static_cast<std::uint32_t>(Program::kBroker);  // the vault is the broker's
  return p;
}

Profile egress() {
  Profile p = parser(Program::kEgress, kEgressBytes);
  p.read = name_and_ca_files();
  return p;
}

// Programs that a vault child may be, and what the loader reads for them.
Profile runner() {
  Profile p = plain(Program::kRunner);
  p.alone = false;
  p.run = {"/usr", "/lib", "/lib64", "/bin", "/opt"};
  p.read = name_and_ca_files();
  for (const char* path : {"/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld.so.conf",
                           "/etc/alternatives", "/dev/urandom", "/dev/zero"})
    p.read.emplace_back(path);
  p.write = {"/dev/null"};
  return p;
}

// Inside the runner's walls already; it only closes the way to itself and lists its calls.
Profile launcher() {
  Profile p = plain(Program::kLauncher);
  p.user.reset();
  p.alone = false;
  p.landlock = false;
  return p;
}

// Mild: it opens the stores, starts the programs and stays who it is.
Profile supervisor() {
  Profile p = launcher();
  p.program = Program::kSupervisor;
  return p;
}

}  // namespace

Profile profile_of(Program program) {
  switch (program) {
    case Program::kGateway:
    case Program::kSession: return parser(program, kParserBytes);
    case Program::kMonitor:
    case Program::kBroker: return plain(program);
    case Program::kVaultWriter: return vault_writer();
    case Program::kEgress: return egress();
    case Program::kRunner: return runner();
    case Program::kLauncher: return launcher();
    case Program::kSupervisor: return supervisor();
  }
  return plain(program);
}

void allow_connect(Profile& profile, std::vector<std::uint16_t> ports) {
  CHECK(profile.program == Program::kEgress || profile.program == Program::kRunner);
  profile.ports_ = std::move(ports);
}

}  // namespace sandbox
