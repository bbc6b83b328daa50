// Dialogs that answer for plans, and the key that opens one. Nothing here sends anything by itself.

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

const open = (name) => {
  const dialog = document.getElementById(name);
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    dialog.showModal();
  }
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener !== null) {
    open(opener.dataset.opens);
  }
});

document.addEventListener("keydown", (event) => {
  // `g a` goes to a page: whoever takes a key says so.
  const plain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  if (event.key !== "a" || !plain || typing(event.target) || document.querySelector("dialog[open]")) {
    return;
  }
  const group = event.target.closest(".plan-group") ?? document.querySelector(".plan-group:target");
  const first = (group ?? document).querySelector("[data-approve]");
  if (first !== null) {
    event.preventDefault();
    first.click();
  }
});

// A log that is read at its end stays there as lines are added.
const log = document.querySelector(".log");
if (log !== null) {
  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 48;
  let follows = true;
  log.scrollTop = log.scrollHeight;
  log.addEventListener("scroll", () => { follows = atEnd(); }, { passive: true });
  new MutationObserver(() => { if (follows) { log.scrollTop = log.scrollHeight; } })
    .observe(log, { childList: true, subtree: true });
}

const AGAIN = 3_000; // milliseconds between two looks whether a stream has to be asked for

// The server asks for the page to be loaded again: too much has changed, or the session has ended.
for (const element of document.querySelectorAll("[data-reloads]")) {
  for (const name of ["reload", "closed"]) {
    element.addEventListener(name, () => { location.reload(); });
  }
  ask(element);
}

// A stream that breaks off is asked for again by htmx; one that the server has refused at first, because its ledger
// was away, is not.
function ask(element) {
  let asked = null;
  document.addEventListener("htmx:before:request", ({ detail }) => {
    if (detail?.ctx?.sourceElement === element) asked = detail.ctx;
  });
  document.addEventListener("htmx:finally:request", ({ detail }) => {
    if (detail?.ctx === asked) asked = null;
  });
  setInterval(() => {
    // A stream that there is already is kept.
    if (asked === null && !document.hidden) htmx.trigger(element, "again");
  }, AGAIN);
}
