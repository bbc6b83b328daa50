// Keys that move between pages and rows. Nothing is carried out by a key alone: each leads somewhere.
// j k: the next or former row · Enter: opens it (it is a link) · Esc: leaves · / : the filter · g and a letter: a page · ?: help
import { openPalette } from "./palette.js";
import { rows } from "./rows.js";

const WAIT = 1500; // milliseconds in which a letter after `g` counts
let going = 0;

const writing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const dialogOpen = () => document.querySelector("dialog[open]") !== null;

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const here = all.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function filter() {
  const field = document.querySelector("main [data-filter]");
  if (!field) return openPalette();
  field.focus();
  field.select?.();
}

function go(letter) {
  const link = document.querySelector(`a[data-go="${CSS.escape(letter)}"]`);
  if (link) link.click();
}

function help() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
}

function leave(target) {
  if (writing(target)) return target.blur();
  if (document.activeElement?.matches("a[data-row]")) return document.activeElement.blur();
  // The page that holds this one, as its trail of links says.
  document.querySelector('main nav[aria-label="Where this is"] a:last-of-type')?.click();
}

const plain = { j: () => move(1), k: () => move(-1), "/": filter, "?": help };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return openPalette();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || dialogOpen()) return;
  if (event.key === "Escape") {
    // A browser empties a search field on Esc: the filter would be undone a moment after the field is left.
    if (writing(event.target)) event.preventDefault();
    return leave(event.target);
  }
  if (writing(event.target)) return;
  if (going && performance.now() - going < WAIT) {
    going = 0;
    event.preventDefault();
    return go(event.key);
  }
  going = event.key === "g" ? performance.now() : 0;
  const act = plain[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-palette]")) openPalette();
  if (event.target.closest("[data-open-keys]")) help();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});
