// Keeps the part of the page with `data-live` current. The server tells that there is news; the part is then asked
// for again, as the page's address and filters are at that moment. Where no stream can be had, it is asked for slowly.
import { rows } from "./rows.js";

const SLOWLY = 30_000; // milliseconds between two looks while there is no stream
let stream = null;
let looking = 0;
let opening = 0;
let asked = null; // the request for the part that is under way
let missed = false; // there was news meanwhile

const part = () => document.querySelector("[data-live]");
const answering = (element) => element.querySelector("dialog[open]") !== null;

function refresh() {
  const element = part();
  if (element === null) return;
  missed = asked !== null || answering(element);
  if (!missed) htmx.trigger(element, "refresh");
}

function lookSlowly(wanted) {
  clearInterval(looking);
  looking = wanted ? setInterval(refresh, SLOWLY) : 0;
}

function open() {
  const element = part();
  close();
  if (element === null || document.hidden) return;
  stream = new EventSource(`${element.dataset.live}?mark=${encodeURIComponent(element.dataset.mark)}`);
  stream.addEventListener("open", () => lookSlowly(false));
  stream.addEventListener("news", refresh);
  stream.addEventListener("closed", () => location.reload());
  stream.addEventListener("error", () => {
    if (!looking) lookSlowly(true);
    // The browser comes again by itself, with the id of the last event, unless the server has refused.
    if (stream.readyState === EventSource.CLOSED) opening = setTimeout(open, SLOWLY);
  });
}

function close() {
  stream?.close();
  stream = null;
  clearTimeout(opening);
  lookSlowly(false);
}

// Where the keyboard is, so that it is there again when the part was replaced.
let row = null;

function remember() {
  const all = rows();
  const index = all.indexOf(document.activeElement);
  row = index < 0 ? null : { href: all[index].getAttribute("href"), index };
}

function restore() {
  if (row === null || document.activeElement?.getAttribute("href") === row.href) return;
  const all = rows();
  const same = all.find((item) => item.getAttribute("href") === row.href);
  (same ?? all[Math.min(row.index, all.length - 1)])?.focus({ preventScroll: true });
}

const concerns = (event) => event.detail?.ctx?.target === part() && part() !== null;

document.addEventListener("htmx:before:request", (event) => { if (concerns(event)) asked = event.detail.ctx; });
document.addEventListener("htmx:before:swap", (event) => { if (concerns(event)) remember(); });
document.addEventListener("htmx:after:swap", (event) => { if (concerns(event)) restore(); });
document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail?.ctx !== asked) return;
  asked = null;
  if (missed) refresh();
});
document.addEventListener("close", () => { if (missed) refresh(); }, true);
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("online", open);
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => { if (event.persisted) open(); });
open();
