// SPDX-License-Identifier: Apache-2.0
// What policy redacts does not leave the egress.
#include <gtest/gtest.h>

#include "broker/broker_testing.h"

namespace broker {
namespace {

using base::Reason;
using testing::leaf;
using testing::World;

wire::Manifest keeping(std::vector<wire::KeptField> fields) {
  wire::Manifest manifest = testing::sample_manifest();
  manifest.tools[0].keep = std::move(fields);
  return manifest;
}

TEST(Redact, ARedactedFieldIsNotEvenSelected) {
  World w(keeping({{"state", "/state"}, {"ssn", "/ssn"}}));
  wire::Warrant warrant = w.warrant("status", {leaf("project", "apollo")});
  warrant.redact = {"ssn"};
  w.order(warrant);
  w.serve();
  const wire::Request request = w.workers.back()->request();
  ASSERT_EQ(request.keep.size(), 1u);
  EXPECT_EQ(request.keep[0].name, "state");
  EXPECT_TRUE(request.select);
}

TEST(Redact, AllFieldsRedactedIsNothingAndNotTheWholeAnswer) {
  World w(keeping({{"ssn", "/ssn"}}));
  wire::Warrant warrant = w.warrant("status", {leaf("project", "apollo")});
  warrant.redact = {"ssn"};
  w.order(warrant);
  w.serve();
  EXPECT_TRUE(w.workers.back()->request().keep.empty());
  EXPECT_TRUE(w.workers.back()->request().select);
}

// The body of an error is not selected from, so it is not shown where something is redacted.
TEST(Redact, AnErrorShowsNothing) {
  World w(keeping({{"state", "/state"}, {"ssn", "/ssn"}}));
  wire::Warrant warrant = w.warrant("status", {leaf("project", "apollo")});
  warrant.redact = {"ssn"};
  w.order(warrant);
  w.serve();
  auto& worker = *w.workers.back();
  w.sent(worker);
  wire::Answer error;
  error.request = worker.request().request;
  error.reason = Reason::kUpstreamStatus;
  error.sent = true;
  error.http_status = 404;
  error.content = "ssn 123 is unknown";
  ASSERT_TRUE(worker.channel->send(error).ok());
  w.settle();
  ASSERT_EQ(w.observations().size(), 1u);
  EXPECT_EQ(w.observations()[0].content, "");
  EXPECT_EQ(w.observations()[0].reason, Reason::kUpstreamStatus);
}

}  // namespace
}  // namespace broker
