"use strict";
// Stands in for the module `vscode`, which only the editor has: enough for the extension to start its client.
const Module = require("node:module");

const disposable = { dispose() {} };
const event = () => disposable;

/** Anything that is asked for: a class to be extended, a function to be called, a namespace. */
function anything(known) {
  class Made {
    constructor() {
      Object.assign(this, disposable);
    }
  }
  return new Proxy(Object.assign(Made, known), {
    get: (target, name) => {
      if (name in target || typeof name === "symbol") return target[name];
      return (target[name] = /^on[A-Z]/.test(name) ? event : anything({}));
    },
    apply: () => disposable,
  });
}

class EventEmitter {
  listeners = new Set();
  event = (listener) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(given) {
    for (const listener of this.listeners) listener(given);
  }
  dispose() {}
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: event };
  cancel() {}
  dispose() {}
}

const said = [];
const vscode = anything({
  EventEmitter,
  CancellationTokenSource,
  workspace: anything({
    textDocuments: [],
    notebookDocuments: [],
    workspaceFolders: undefined,
    getConfiguration: () => ({ get: (name, otherwise) => (name === "command" ? process.env.CELLWRIGHT : otherwise) }),
    createFileSystemWatcher: () => ({ onDidCreate: event, onDidChange: event, onDidDelete: event, ...disposable }),
  }),
  window: anything({
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: event },
    showErrorMessage: (text) => said.push(text),
    createOutputChannel: () => ({ append() {}, appendLine() {}, show() {}, ...disposable }),
  }),
  commands: anything({ registerCommand: () => disposable }),
  env: anything({ appName: "stub", language: "en" }),
  version: "1.91.0",
});

const load = Module._load;
Module._load = (name, ...more) => (name === "vscode" ? vscode : load(name, ...more));
module.exports = { said };
