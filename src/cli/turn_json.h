// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The events of a turn as members of the document of --json. Trust zone: command line.
#pragma once

#include "cli/door_client.h"

namespace cli {

schema::Value json_of_call(const DoorEvent& notice);  // kCall
schema::Value json_of_plan(const DoorEvent& plan);    // kPlan
// What the end of a plan adds: line, output, metadata, each where there is one.
void add_plan_end(schema::Value& document, const DoorEvent& end);  // kDone

}  // namespace cli
