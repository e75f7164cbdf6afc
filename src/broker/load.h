// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a broker does before its first frame: take over manifest, vault, token and environment
// values, close the descriptors that held them, lock itself down. Trust zone: broker.
#pragma once

#include <memory>

#include "base/clock.h"
#include "broker/broker.h"
#include "sandbox/lockdown.h"
#include "wire/start.h"

namespace broker {

// The descriptors that are read here and closed. A descriptor that is not open is no vault, no key.
struct StartFds {
  int vault = wire::StartBroker::kVaultFd;
  int key = wire::StartBroker::kVaultKeyFd;
};

// Takes the start record over; its values are wiped. A secret without a value does not fail: the
// calls that need it do. Errors: those of ManifestView::create and of the vault (vault_file.h), and
// kInvalid if the vault's key is of another kind than the record says.
base::Result<std::unique_ptr<Sealed>> load(wire::StartBroker start, StartFds fds,
                                           const base::Clock& clock, base::Random& random);

// Locks this process down for good and says what was had: the call site of sandbox::apply for
// either mode of the program. Errors: those of sandbox::apply.
base::Result<wire::Ready> lock_down(sandbox::Program program);

}  // namespace broker
