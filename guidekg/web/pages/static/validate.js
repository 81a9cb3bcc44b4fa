"use strict";
// The form works without this. It takes files that are dropped, keeps a text that was not sent yet,
// and opens the checklists for the printer.
{
  const form = document.getElementById("judge");
  const box = form.querySelector("textarea");
  const name = form.querySelector('input[name="name"]');
  const file = document.getElementById("file");
  const status = form.querySelector("[data-status]");
  const limit = Number(form.dataset.limit);
  const key = "guidekg:proposal";
  const tell = (text) => { status.textContent = text; };
  const keep = (text) => {
    try {
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
    } catch { /* full, or not allowed: then nothing is kept */ }
  };
  const kept = () => { try { return sessionStorage.getItem(key); } catch { return null; } };
  const tooLarge = (one) => {
    if (one.size <= limit) return false;
    tell(form.dataset.tooLarge.replace("{name}", () => one.name));
    return true;
  };

  // One text goes into the box; several files, and what is no text, go to the choice of files.
  const take = async (files) => {
    if ([...files].some(tooLarge)) return;
    if (files.length === 1) {
      try {
        const bytes = await files[0].arrayBuffer();
        const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        if (!text.includes("\0")) {
          box.value = text;
          name.value = files[0].name;
          keep(text);
          tell(form.dataset.dropped.replace("{name}", () => files[0].name));
          box.focus();
          return;
        }
      } catch { /* the server says what is wrong with it */ }
    }
    file.files = files;
    tell(form.dataset.dropped.replace("{name}", () => [...files].map((one) => one.name).join(", ")));
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer.files);
  });
  file.addEventListener("change", () => {
    if ([...file.files].some(tooLarge)) file.value = "";
  });

  box.addEventListener("input", () => keep(box.value));
  form.querySelector("[data-clear]").addEventListener("click", () => keep(""));
  if (form.hasAttribute("data-judged")) keep(box.value);
  else if (!box.value && kept()) {
    box.value = kept();
    tell(form.dataset.kept);
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
}
