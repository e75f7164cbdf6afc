// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one field list of an entry: encoding, decoding and rendering all walk it. Trust zone: as
// audit/entry.h.
#pragma once

#include <cstddef>
#include <string_view>

#include "audit/entry.h"

namespace audit {

// A field as the walk presents it. `most` bounds the bytes of a text or the items of a list.
struct FieldInfo {
  Field field;
  std::string_view name;
  std::size_t most = 0;
};

// Calls f(FieldInfo, member) for each optional field in ascending order of Field; `E` is Entry or
// const Entry. INVARIANT: every Field but kCount_ appears exactly once (a test shows it).
template <class E, class F> void visit(E& e, F&& f) {
  constexpr std::size_t name = base::limits::kNameBytes;
  f(FieldInfo{Field::kSession, "session"}, e.session);
  f(FieldInfo{Field::kCall, "call"}, e.call);
  f(FieldInfo{Field::kTurn, "turn"}, e.turn);
  f(FieldInfo{Field::kTenant, "tenant", name}, e.tenant);
  f(FieldInfo{Field::kPrincipal, "principal", name}, e.principal);
  f(FieldInfo{Field::kDoor, "door", name}, e.door);
  f(FieldInfo{Field::kTraceparent, "traceparent", 55}, e.traceparent);
  f(FieldInfo{Field::kDetail, "detail", kDetailBytes}, e.detail);
  f(FieldInfo{Field::kTool, "tool", name}, e.tool);
  f(FieldInfo{Field::kToolHash, "tool_hash"}, e.tool_hash);
  f(FieldInfo{Field::kEffect, "decision"}, e.effect);
  f(FieldInfo{Field::kRule, "rule"}, e.rule);
  f(FieldInfo{Field::kReasons, "reasons", kReasons}, e.reasons);
  f(FieldInfo{Field::kPolicy, "policy"}, e.policy);
  f(FieldInfo{Field::kIdempotencyKey, "idempotency_key"}, e.idempotency_key);
  f(FieldInfo{Field::kArguments, "arguments"}, e.arguments);
  f(FieldInfo{Field::kArgumentLeaves, "argument_leaves"}, e.argument_leaves);
  f(FieldInfo{Field::kTags, "tags", kLabelNames}, e.tags);
  f(FieldInfo{Field::kProducers, "producers", kLabelNames}, e.producers);
  f(FieldInfo{Field::kConsumers, "consumers", kLabelNames}, e.consumers);
  f(FieldInfo{Field::kOrigins, "origins", kLabelNames}, e.origins);
  f(FieldInfo{Field::kNamesOmitted, "names_omitted"}, e.names_omitted);
  f(FieldInfo{Field::kWarrantEpoch, "warrant_epoch"}, e.warrant_epoch);
  f(FieldInfo{Field::kWarrantSequence, "warrant_sequence"}, e.warrant_sequence);
  f(FieldInfo{Field::kCredential, "credential", name}, e.credential);
  f(FieldInfo{Field::kOutcome, "outcome"}, e.outcome);
  f(FieldInfo{Field::kHttpStatus, "http_status"}, e.http_status);
  f(FieldInfo{Field::kRequestBytes, "request_bytes"}, e.request_bytes);
  f(FieldInfo{Field::kResponseBytes, "response_bytes"}, e.response_bytes);
  f(FieldInfo{Field::kDurationUs, "duration_us"}, e.duration_us);
  f(FieldInfo{Field::kScrubHits, "scrub_hits"}, e.scrub_hits);
  f(FieldInfo{Field::kResult, "result"}, e.result);
  f(FieldInfo{Field::kTokensIn, "tokens_in"}, e.tokens_in);
  f(FieldInfo{Field::kTokensOut, "tokens_out"}, e.tokens_out);
  f(FieldInfo{Field::kEarlierCall, "earlier_call"}, e.earlier_call);
  f(FieldInfo{Field::kAlert, "alert"}, e.alert);
  f(FieldInfo{Field::kProgram, "program", name}, e.program);
  f(FieldInfo{Field::kWaitStatus, "wait_status"}, e.wait_status);
  f(FieldInfo{Field::kIsolation, "isolation", kIsolationBytes}, e.isolation);
  f(FieldInfo{Field::kConfig, "config"}, e.config);
  f(FieldInfo{Field::kGeneration, "generation"}, e.generation);
  f(FieldInfo{Field::kApproval, "approval"}, e.approval);
  f(FieldInfo{Field::kApprover, "approver", name}, e.approver);
  f(FieldInfo{Field::kAnswer, "answer"}, e.answer);
  f(FieldInfo{Field::kPriorHead, "prior_head"}, e.prior_head);
  f(FieldInfo{Field::kPriorEntries, "prior_entries"}, e.prior_entries);
  f(FieldInfo{Field::kDroppedBytes, "dropped_bytes"}, e.dropped_bytes);
}

}  // namespace audit
