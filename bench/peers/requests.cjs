// SPDX-License-Identifier: Apache-2.0
// The 64 questions that all engines are asked; question i is about tool i modulo `tools`. 18 of them
// are to be allowed: an operator or somebody with the scope, an address of the firm, clean labels.
'use strict';

function label(i) {
  if (i & 8) return ['public'];
  return i & 16 ? ['public', 'untrusted'] : ['internal'];
}

exports.requests = (tools) =>
  Array.from({ length: 64 }, (_, i) => ({
    tool: `tool${i % tools}`,
    role: i & 1 ? 'operator' : 'viewer',
    scopes: i & 2 ? ['mail:send', 'fs:read'] : ['fs:read'],
    to: i & 4 ? 'bob.smith@example.com' : 'eve@evil.test',
    labels: label(i),
  }));
exports.forbidden = ['secret', 'pii', 'untrusted'];
