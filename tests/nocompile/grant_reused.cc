// SPDX-License-Identifier: Apache-2.0
// A grant is used up by its endorsement.
// EXPECT: no matching function for call
#include "label/endorse.h"

bool endorse(label::Table& table, label::Grant& grant, const label::Labelled<std::string>& value);
bool endorse(label::Table& table, label::Grant& grant, const label::Labelled<std::string>& value) {
#ifdef MUST_COMPILE
  return label::Endorser(grant.session, 0)
      .endorse(table, std::move(grant), "send_email", value)
      .ok();
#else
  return label::Endorser(grant.session, 0).endorse(table, grant, "send_email", value).ok();
#endif
}
