// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Every message between the programs. Who may send which to whom, and when: wire/permits.h.
// Trust zone: all programs.
#pragma once

#include "wire/frame.h"
#include "wire/frames_broker.h"
#include "wire/frames_door.h"
#include "wire/frames_egress.h"
#include "wire/frames_runner.h"
#include "wire/frames_session.h"
#include "wire/frames_supervisor.h"
