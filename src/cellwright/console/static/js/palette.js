// The command palette: pages, cells, units and runs, found by the server. Whatever is chosen is only gone to.
const dialog = document.getElementById("palette");
const field = document.getElementById("palette-text");
const list = document.getElementById("palette-list");
const note = document.getElementById("palette-note");
const PAUSE = 120; // milliseconds without typing before the server is asked

let chosen = -1;
let waiting = 0;
let asked = null;

export function openPalette() {
  if (!dialog || dialog.open) return;
  field.value = "";
  dialog.showModal();
  search();
}

function option(item, number) {
  const row = document.createElement("li");
  row.id = `palette-${number}`;
  row.setAttribute("role", "option");
  row.className = "palette-row";
  const link = document.createElement("a");
  link.href = item.path;
  link.tabIndex = -1;
  const title = document.createElement("span");
  title.textContent = item.title;
  const kind = document.createElement("span");
  kind.className = "palette-kind";
  kind.textContent = item.note ? `${item.kind} · ${item.note}` : item.kind;
  link.append(title, kind);
  row.append(link);
  return row;
}

function choose(number) {
  const rows = [...list.children];
  chosen = rows.length ? Math.min(Math.max(number, 0), rows.length - 1) : -1;
  rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === chosen)));
  if (chosen >= 0) {
    field.setAttribute("aria-activedescendant", rows[chosen].id);
    rows[chosen].scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

async function search() {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`/palette?q=${encodeURIComponent(field.value)}`, {
      signal: asked.signal,
      headers: { accept: "application/json" },
    });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    list.replaceChildren(...found.items.map(option));
    note.textContent = found.items.length ? "" : "Nothing is called that. Try part of a name, or a run's id.";
    choose(0);
  } catch (fault) {
    if (fault.name === "AbortError") return;
    list.replaceChildren();
    note.textContent = "The server can't be reached. Try again in a moment.";
    choose(-1);
  }
}

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, PAUSE);
});

field?.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    choose(chosen + steps[event.key]);
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    list.children[chosen].querySelector("a").click();
  }
});

list?.addEventListener("click", (event) => {
  // A link within the page that is shown leaves no new page behind which the palette would close.
  if (event.target.closest("a")) dialog.close();
});
