// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// SECURITY: a door. Endorsing raises the trust of one value, for one sink, in one session, until a
// time, because somebody who may said so. Who may include this stands in layers.txt.
// Trust zone: monitor, session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/id.h"
#include "base/result.h"
#include "label/labelled.h"
#include "label/sets.h"

namespace label {

// Leave to endorse. Whoever makes one has checked that `who` may and that `who` signed it: this
// folder knows no keys.
struct Grant {
  std::string who;   // the principal, 1..limits::kNameBytes bytes
  std::string sink;  // the tool that may take the value
  base::SessionId session;
  base::Digest value{};         // SHA-256 of the one value's text
  std::int64_t expires_us = 0;  // wall clock; not valid at or after it
  std::string reason;           // for the log; not empty
};

// For the log: what was endorsed by whom. Holds no value.
struct Endorsement {
  Grant grant;
  Sets before;
  Sets after;
  std::int64_t at_us = 0;
};

// A value after an endorsement: trusted for its sink, and as it was for every other.
template <class Owner> class Endorsed {
 public:
  Endorsed(Labelled<std::string, Owner> before, Labelled<std::string, Owner> after,
           Endorsement record)
      : before_(std::move(before)), after_(std::move(after)), record_(std::move(record)) {}

  const Labelled<std::string, Owner>& at(std::string_view sink) const {
    return sink == record_.grant.sink ? after_ : before_;
  }
  const Endorsement& record() const { return record_; }

 private:
  Labelled<std::string, Owner> before_;
  Labelled<std::string, Owner> after_;
  Endorsement record_;
};

// What `before` becomes: its origins give way to `endorsed:WHO`. Tags, producers and consumers
// stay: they say what the value is and who may have it, not who vouches for it.
Sets endorsed(const Sets& before, std::string_view who);

// What an option becomes that was chosen out of a small set of trusted ones because of data under
// `by`: its own origins and producers vouch for it, which the data cannot add to; tags and
// consumers of both stay, for which option it is tells of the data. The caller has checked that
// every option of the set is trusted, and logs the choice.
Sets chosen(const Sets& option, const Sets& by);

class Endorser {
 public:
  Endorser(base::SessionId session, std::int64_t now_us) : session_(session), now_us_(now_us) {}

  // `value` under the label that endorsed() says at `sink`, and the record for the log. The grant
  // is used up. kDenied: it is for another sink, session or value, has expired, or lacks who or
  // why. LIMIT: a full table answers with the most restrictive label, never with the one before.
  template <class Owner>
  base::Result<Endorsed<Owner>> endorse(TableOf<Owner>& table, Grant&& grant, std::string_view sink,
                                        const Labelled<std::string, Owner>& value) const {
    const std::string& text = value.reveal(base::PassKey<Endorser>());
    TRY(admits(grant, sink, text));
    const Sets before = table.sets(value.label());
    const Sets after = endorsed(before, grant.who);
    return Endorsed<Owner>(value, {text, table.intern(after)},
                           {std::move(grant), before, after, now_us_});
  }

 private:
  base::Status admits(const Grant& grant, std::string_view sink, std::string_view text) const;

  base::SessionId session_;
  std::int64_t now_us_;
};

}  // namespace label
