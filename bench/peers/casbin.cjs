// SPDX-License-Identifier: Apache-2.0
// node casbin.cjs TOOLS SECONDS: node-casbin, asked synchronously.
'use strict';

const { newEnforcer, newModelFromString, StringAdapter } = require('casbin');
const { requests, forbidden } = require('./requests.cjs');
const { measure } = require('./measure.cjs');

const [tools, seconds] = process.argv.slice(2).map(Number);
const model = `
[request_definition]
r = who, tool
[policy_definition]
p = tool, role, scope, address, eft
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.tool == p.tool && (r.who.role == p.role || holds(r.who.scopes, p.scope)) && \
regexMatch(r.who.to, p.address) && !tainted(r.who.labels)
`;
const line = (i) => `p, tool${i}, operator, mail:send, @example[.]com$, allow`;

async function main() {
  const policy = Array.from({ length: tools }, (_, i) => line(i)).join('\n');
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(policy));
  await enforcer.addFunction('holds', (names, name) => names.includes(name));
  await enforcer.addFunction('tainted', (names) => names.some((n) => forbidden.includes(n)));
  const questions = requests(tools).map(({ tool, ...who }) => [who, tool]);
  measure(questions, (question) => enforcer.enforceSync(...question), seconds);
}
main();
