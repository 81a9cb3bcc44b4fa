"use strict";
// The switch works without this; it only tells the page's language and title, and opens the
// checklists for the printer.
for (const input of document.querySelectorAll('input[name="lang"]')) {
  const tell = () => {
    if (!input.checked) return;
    document.documentElement.lang = input.value;
    document.title = input.dataset.title;
  };
  input.addEventListener("change", tell);
  tell();
}
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
