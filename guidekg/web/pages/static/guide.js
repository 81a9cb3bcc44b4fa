// Choosing without leaving the place: the same page is fetched, and its text put in.
"use strict";

const find = () => document.getElementById("guide");

async function swap(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  if (!response.ok) return false;
  const made = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = made.getElementById("guide");
  if (!fresh) return false;
  find().replaceWith(fresh);
  for (const [index, link] of document.querySelectorAll("link[hreflang], a.switch").entries()) {
    const other = made.querySelectorAll("link[hreflang], a.switch")[index];
    if (other) link.href = other.getAttribute("href");
  }
  return true;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("#guide .piece, #guide .note-item > a, #guide .spans a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const path = [...find().querySelectorAll("a")].indexOf(link);
  const before = link.getBoundingClientRect().top;
  const id = link.id;
  if (!(await swap(link.href))) {
    location.assign(link.href);
    return;
  }
  history.pushState(null, "", link.href);
  const target = link.matches(".piece")
    ? document.getElementById(id)
    : find().querySelector(".note-item.chosen > a") || find().querySelectorAll("a")[path];
  if (!target) return;
  target.focus({ preventScroll: true });
  // What was clicked stays under the pointer.
  scrollBy(0, target.getBoundingClientRect().top - before);
  const place = document.getElementById(new URL(link.href).hash.slice(1));
  const box = place?.getBoundingClientRect();
  if (box && (box.bottom < 0 || box.top > innerHeight)) place.scrollIntoView({ block: "center" });
});

addEventListener("popstate", async () => {
  if (!(await swap(location.href))) location.reload();
});
