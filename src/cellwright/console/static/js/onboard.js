// What htmx can't do for the form: placeholders follow the defaults, fields say that they are wrong, and the
// button is pressed once.
const form = document.getElementById("client-form");

function follow() {
  for (const line of form.querySelectorAll("[data-for]")) {
    const field = document.getElementById(line.dataset.for);
    if (field && "placeholder" in field && !field.placeholder.startsWith("${secret.")) {
      field.placeholder = line.dataset.default;
    }
  }
  for (const faults of form.querySelectorAll(".faults")) {
    const field = document.getElementById(faults.id.replace("fault-", "field-"));
    if (field && faults.querySelector(".fault:not(.fault-warning)")) {
      field.setAttribute("aria-invalid", "true");
    } else if (field) {
      field.removeAttribute("aria-invalid");
    }
  }
}

// A link to a field opens what hides it.
function reveal() {
  const field = document.getElementById(location.hash.slice(1));
  const hidden = field && field.closest("details:not([open])");
  if (hidden) {
    hidden.open = true;
  }
  if (field && field.matches("input, select, textarea")) {
    field.focus();
  }
}

document.addEventListener("htmx:after:swap", follow);
addEventListener("hashchange", reveal);
document.getElementById("error-summary")?.focus();
form.addEventListener("submit", (event) => {
  const button = form.querySelector("[data-once]");
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
  }
  button.setAttribute("aria-disabled", "true");
});
// After going back in the browser's history it can be pressed again.
addEventListener("pageshow", () => form.querySelector("[data-once]").removeAttribute("aria-disabled"));
