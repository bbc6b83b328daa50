// The rows of a page that keys move between: links, from top to bottom.
export const rows = () =>
  [...document.querySelectorAll("main a[data-row]")].filter((row) => row.checkVisibility());
