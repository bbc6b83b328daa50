"use strict";
// The extension starts the language server, and ends it. CELLWRIGHT names the command.
const test = require("node:test");
const assert = require("node:assert");
const { said } = require("./stub.js");
const { LanguageClient } = require("vscode-languageclient/node");
const extension = require("../extension.js");

const started = [];
const start = LanguageClient.prototype.start;
LanguageClient.prototype.start = function () {
  started.push(this);
  return start.call(this);
};

test("it starts the server, which tells what it can do, and ends it", { timeout: 120_000 }, async () => {
  await extension.activate({ subscriptions: [] });
  const [client] = started;
  assert.deepEqual(said, []);
  assert.ok(client.isRunning());
  const can = client.initializeResult.capabilities;
  for (const ability of ["hoverProvider", "completionProvider", "definitionProvider", "codeActionProvider"]) {
    assert.ok(can[ability], ability);
  }
  await extension.deactivate();
  assert.ok(!client.isRunning());
});

test("it says what to do where the command is not there", { timeout: 120_000 }, async () => {
  process.env.CELLWRIGHT = "/nowhere/cellwright";
  await extension.activate({ subscriptions: [] });
  assert.match(said.join("\n"), /Set cellwright\.command/);
  await extension.deactivate();
});
