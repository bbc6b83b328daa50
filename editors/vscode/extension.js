"use strict";

const { workspace, window, commands } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

function makeClient() {
  const settings = workspace.getConfiguration("cellwright");
  const command = settings.get("command", "cellwright");
  return new LanguageClient(
    "cellwright",
    "Cellwright",
    { command, args: [...settings.get("arguments", []), "language-server"] },
    {
      documentSelector: [{ scheme: "file", language: "yaml" }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{yaml,yml,tf}") },
    },
  );
}

async function start() {
  try {
    client = makeClient();
    await client.start();
  } catch (fault) {
    const told = fault instanceof Error ? fault.message : String(fault);
    window.showErrorMessage(
      `Cellwright's language server does not start: ${told}. Set cellwright.command to where cellwright is; ` +
        "it needs pip install 'cellwright[editor]'.",
    );
  }
}

/** @param {import("vscode").ExtensionContext} context */
async function activate(context) {
  const restart = async () => {
    await deactivate();
    await start();
  };
  context.subscriptions.push(commands.registerCommand("cellwright.restart", restart));
  await start();
}

async function deactivate() {
  const running = client;
  client = undefined;
  if (running?.isRunning()) {
    await running.stop();
  }
}

module.exports = { activate, deactivate };
