// SPDX-License-Identifier: Apache-2.0
// The official client takes the double for the real CLI: version, reads, items, vaults, errors.
"use strict";
const assert = require("node:assert/strict");
const op = require("@1password/op-js");

const key = "op://SecureTools/OpenWeatherMap/api_key";

// What `call` throws must be the client's own error for a failed run, with this status and text.
function fails(token, call, status, text) {
  op.setServiceAccount(token);
  assert.throws(call, (e) => {
    assert.ok(e instanceof op.CLIError, `not a CLIError: ${e}`);
    assert.equal(e.status, status);
    assert.match(e.message, text);
    assert.ok(status === 2 || !Number.isNaN(e.timestamp.getTime()));
    return true;
  });
}

async function main() {
  await op.validateCli();
  assert.match(op.version(), /^\d+\.\d+\.\d+$/);

  op.setServiceAccount("ops_ok");
  assert.equal(op.read.parse(key), "double-weather-key-3f9a");
  assert.equal(op.read.parse(key, { noNewline: true }), "double-weather-key-3f9a");
  assert.equal(op.whoami().ServiceAccountType, "SERVICE_ACCOUNT");
  assert.deepEqual(op.vault.list().map((v) => v.name), ["SecureTools", "Other"]);
  assert.equal(op.vault.get("Other").name, "Other");
  const item = op.item.get("Status API", { vault: "SecureTools" });
  assert.equal(item.title, "Status API");
  assert.equal(item.fields.find((f) => f.label === "username").value, "robin");
  assert.equal(op.item.get("Status API", { vault: "SecureTools", fields: { label: ["token"] } }).value,
    "double-status-token-77c1");

  const read = (reference) => () => op.read.parse(reference);
  fails("ops_ok", read("op://No/x/y"), 1, /"No" isn't a vault in this account/);
  fails("ops_ok", read("op://SecureTools/No/y"), 1, /"No" isn't an item in the "SecureTools" vault/);
  fails("ops_ok", read("op://SecureTools/Duplicate/password"), 1, /More than one item matches/);
  fails("ops_ok", read("op://SecureTools/OpenWeatherMap/no"), 1, /could not find field or file no/);
  fails("ops_ok", read("op://a/b/c/d/e"), 1, /too many '\/'/);
  fails("ops_ok", () => op.item.get("OpenWeatherMap"), 1, /a vault query must be provided/);
  fails("ops_revoked", read(key), 1, /Service Account Deleted/);
  fails("ops_ratelimit", read(key), 1, /\(429\) Too Many Requests/);
  fails("ops_partial", read(key), 1, /context deadline exceeded/);
  fails("ops_panic", read(key), 2, /Unknown error/);
  console.log("op-js", require("@1password/op-js/package.json").version, "took the double for op");
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
