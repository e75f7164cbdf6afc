// SPDX-License-Identifier: Apache-2.0
// node cedar.cjs TOOLS SECONDS: Cedar in WebAssembly, its policy set parsed once.
'use strict';

const cedar = require('@cedar-policy/cedar-wasm/nodejs');
const { requests, forbidden } = require('./requests.cjs');
const { measure } = require('./measure.cjs');

const [tools, seconds] = process.argv.slice(2).map(Number);
const rule = (i) => `permit (principal, action == Action::"tool${i}", resource)
when {
  (context.role == "operator" || context.scopes.contains("mail:send")) &&
  context.to like "*@example.com" &&
  !context.labels.containsAny(${JSON.stringify(forbidden)})
};`;

const parsed = cedar.preparsePolicySet('bench', {
  staticPolicies: Array.from({ length: tools }, (_, i) => rule(i)).join('\n'),
});
if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));

const questions = requests(tools).map(({ tool, ...context }) => ({
  principal: { type: 'Agent', id: 'one' },
  action: { type: 'Action', id: tool },
  resource: { type: 'Tool', id: tool },
  context,
  preparsedPolicySetId: 'bench',
  entities: [],
}));
measure(
  questions,
  (question) => cedar.statefulIsAuthorized(question).response.decision === 'allow',
  seconds,
);
