// The review of a draft: what is left, and each decision, sent at once. What was typed and not sent,
// and what could not be sent, stays in this browser.

const { guide, lang, endpoint, words, kinds, modalities } = JSON.parse(document.getElementById("known").textContent);
const get = (id) => document.getElementById(id);
const t = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const pane = get("text"), trouble = get("trouble"), said = get("said");
const FORMS = ["correct", "split", "reject", "reading"];

let state = null; // as the server told it last
let letters = []; // the text, by characters as the server counts them
let current = ""; // the item that is shown
let selected = null; // the span that was selected last in the text, or where it was clicked
let sending = false;
let waiting = null; // what is done once the reviewer has a name

function make(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// What this browser keeps; without a store, for as long as the page is open.
const memory = new Map();
const key = (name) => `guidekg:review:${guide}:${name}`;
function keep(name, value) {
  memory.set(name, value);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch { /* full, or not allowed */ }
}
function kept(name) {
  try { return JSON.parse(localStorage.getItem(name)) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; }
}
const BY = "guidekg:reviewer", UNSENT = key("unsent");

// What is told

// What the server says, as a sentence.
const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (/[.!?。！？]$/.test(text) ? "" : ".");
const tell = (text) => { said.textContent = text; };
const name = (item) => item[lang] || item.zh || item.name;
const statusOf = (item) => item.status === "not-understood" ? "not_understood" : item.doubtful ? "doubtful" : item.open ? "drafted" : "reviewed";
const excerpt = (start, end) => letters.slice(start, end).join("");

function warn(text, ...buttons) {
  const actions = buttons.map(([label, act]) => make("button", { type: "button", className: "quiet", onclick: act }, t(label)));
  trouble.replaceChildren(make("div", { className: "note bad" }, make("p", {}, text), ...(actions.length ? [make("p", { className: "actions" }, ...actions)] : [])));
}
const calm = () => trouble.replaceChildren();

// Talking with the server

async function ask(path, options = {}) {
  const headers = { accept: "application/json", "accept-language": lang, ...options.headers };
  const response = await fetch(endpoint + path, { ...options, headers });
  return [response, await response.json()];
}

async function look() {
  try {
    const [response, answer] = await ask("/state");
    if (!response.ok) {
      warn(sentence(answer.detail), ["again", load]);
      return false;
    }
    state = answer;
    return true;
  } catch {
    warn(t("unreachable"), ["again", load]);
    return false;
  }
}

async function load() {
  tell(t("loading"));
  const there = await look();
  tell("");
  if (!there) return;
  calm();
  draw();
  show(state.items[current] ? current : state.left[0] ?? state.order[0], { focus: false });
  const unsent = kept(UNSENT);
  if (unsent) offer(t("unsent", { what: t(unsent.what), name: unsent.about && state.items[unsent.about] ? name(state.items[unsent.about]) : unsent.about }), unsent);
}

function offer(text, body) {
  warn(text, ["again", () => send(body)], ["drop", () => { keep(UNSENT, null); calm(); }]);
}

function decide(what, more = {}) {
  const item = state?.items[current];
  if (!item && what !== "undo") return;
  const body = what === "undo" ? { what } : { what, about: item.name, seen: item.seen, ...more };
  send(body);
}

async function send(body) {
  if (sending) return;
  const by = kept(BY);
  if (!by) {
    waiting = body;
    rename();
    warn(t("by-first"));
    return;
  }
  body.by = by;
  sending = true;
  try {
    await deliver(body);
  } finally {
    sending = false;
  }
}

async function deliver(body) {
  const isUndo = body.what === "undo"; // sent again, it would undo one more
  if (!isUndo) keep(UNSENT, body);
  const before = state.items[body.about], next = following(body.about);
  let response, answer;
  try {
    [response, answer] = await ask("/decide", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    if (isUndo) warn(t("undo-unsure"), ["read-again", load]);
    else offer(t("unreachable"), body);
    return;
  }
  const detail = response.ok ? "" : sentence(answer.detail);
  if (response.status >= 500 || response.status === 429) {
    if (isUndo) warn(detail);
    else offer(t("not-now", { detail }), body);
    return;
  }
  const unreadable = !response.ok && answer.type.endsWith("unreadable-guide");
  if (unreadable && !isUndo) {
    offer(detail, body);
    return;
  }
  keep(UNSENT, null);
  if (response.ok) {
    keep(key(body.about), null);
    calm();
    await take(answer);
    tell(t(`done-${body.what}`, { name: name(before ?? state.items[answer.about] ?? { name: answer.about }) }));
    close();
    show(["accept", "correct", "reject"].includes(body.what) ? next : answer.about);
  } else if (response.status === 409 && !unreadable && !isUndo) await conflict(detail, body);
  else warn(detail);
}

// Somebody else was first: the thing is shown as it stands now, and what was typed stays.
async function conflict(detail, body) {
  if (!(await look())) return;
  draw();
  if (state.items[body.about]) {
    show(body.about);
    warn(`${detail} ${t("changed")}`);
    return;
  }
  const typed = Object.values(kept(key(body.about))?.values ?? {}).join(" · ");
  keep(key(body.about), null);
  close();
  show(state.left[0] ?? state.order[0]);
  warn(typed ? `${detail} ${t("gone", { typed })}` : detail);
}

async function take(answer) {
  const { about, changed, before, ...rest } = answer;
  if (before !== state.stamp) await look(); // others have changed something meanwhile
  else {
    for (const [item, stands] of Object.entries(changed)) {
      if (stands) state.items[item] = stands;
      else delete state.items[item];
    }
    Object.assign(state, rest);
  }
  draw();
}

// The one after an item that is left to decide on; the first, if it was the last.
function following(about, step = 1) {
  const { left, order } = state;
  const at = left.indexOf(about);
  if (at >= 0 && left.length > 1) return left[(at + step + left.length) % left.length];
  return left.find((one) => one !== about) ?? order[Math.max(0, order.indexOf(about))] ?? order[0];
}

// What is shown

function draw() {
  letters = [...state.text];
  drawProgress();
  drawText();
  drawList();
}

function drawProgress() {
  const share = (value) => new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 }).format(value);
  const { progress } = state;
  const figures = ["reviewed", "left", "not_understood", "doubtful"].map((one) => [one, progress[one]]);
  figures.push(["covered", share(progress.covered)], ["covered_reviewed", share(progress.covered_reviewed)]);
  get("progress").replaceChildren(...figures.map(([one, value]) => make("div", { className: one }, make("dt", {}, t(one)), make("dd", {}, String(value)))));
}

// The items that cite a character, the one of the fewest words first.
const lengthOf = (item) => item.spans.at(-1)[1] - item.spans[0][0];
function citing(place) {
  return Object.values(state.items).filter((item) => item.spans.some(([start, end]) => start <= place && place < end)).sort((a, b) => lengthOf(a) - lengthOf(b));
}

function drawText() {
  const cited = Object.values(state.items).filter((item) => item.spans.length);
  const edges = new Set([0, letters.length]);
  for (const item of cited) for (const span of item.spans) for (const edge of span) edges.add(edge);
  const sorted = [...edges].sort((a, b) => a - b);
  const worst = ["not_understood", "doubtful", "drafted", "reviewed"];
  pane.replaceChildren(...sorted.slice(0, -1).map((start, index) => {
    const words = excerpt(start, sorted[index + 1]);
    const here = citing(start);
    if (!here.length) return words;
    const statuses = here.map(statusOf);
    const piece = make("span", { className: `piece ${worst.find((one) => statuses.includes(one))}` }, words);
    piece.dataset.start = start;
    piece.dataset.items = here.map((item) => item.name).join(" ");
    return piece;
  }));
  light();
}

function light() {
  for (const piece of pane.querySelectorAll(".piece")) {
    piece.classList.toggle("chosen", piece.dataset.items.split(" ").includes(current));
  }
}

function listed() {
  const which = get("which").value;
  if (which === "which-left") return state.left;
  return state.order.filter((one) => which === "which-all" || (state.items[one].status && !state.items[one].open));
}

function drawList() {
  const list = get("list");
  const rows = listed().map((one) => {
    const item = state.items[one], status = statusOf(item);
    const row = make("button", { type: "button", className: `row ${status}`, onclick: () => show(one) },
      make("span", { className: "sign" }, t(status)), make("span", { className: "what", lang: "zh-CN" }, item.zh));
    if (item.sort !== "provision") row.append(make("span", { className: "sort" }, t(item.sort)));
    if (one === current) row.setAttribute("aria-current", "true");
    row.dataset.item = one;
    return make("li", {}, row);
  });
  const none = make("li", { className: "help" }, t(get("which").value === "which-left" ? "all-done" : "queue-empty"));
  list.replaceChildren(...(rows.length ? rows : [none]));
}

const kindName = (kind) => kinds[kind] ?? (kind || t("kind-none"));
function pair(label, ...value) {
  return make("div", {}, make("dt", {}, t(label)), make("dd", {}, ...value));
}

// What an item says, for its card and, beside it, for another reading of the same words.
function told(item) {
  const parts = [], facts = [];
  facts.push(pair("label-zh", make("span", { lang: "zh-CN" }, item.zh)), pair("label-en", make("span", { lang: "en" }, item.en)));
  if (item.sort === "provision") {
    facts.push(pair("under", item.scheme), pair("kind", kindName(item.kind)), pair("modality", modalities[item.modality] ?? item.modality));
  }
  facts.push(pair("status", make("span", { className: `badge ${statusOf(item)}` }, t(statusOf(item)))));
  if (item.by) facts.push(pair("reviewed", t("decided", { by: item.by, at: new Date(item.at).toLocaleString(lang) })));
  if (item.status === "drafted") facts.push(pair("confidence", `${Math.round(100 * item.confidence)}%`));
  if (item.may_be.length) facts.push(pair("may-be", item.may_be.map(kindName).join(lang === "zh" ? "、" : ", ")));
  if (item.found_by.length) facts.push(pair("found-by", item.found_by.map((one) => (one === "person" ? t("person") : one)).join(lang === "zh" ? "、" : ", ")));
  parts.push(make("dl", { className: "pairs" }, ...facts));
  if (item.states.length) parts.push(make("h3", {}, t("states")), make("pre", { tabIndex: 0, "aria-label": t("states") }, item.states.join("\n")));
  if (item.readings.length) {
    parts.push(make("h3", {}, t("readings")), make("ul", { className: "plain" }, ...item.readings.map(([zh, en]) => make("li", { className: "reading" }, lang === "zh" ? zh : en))));
  }
  return parts;
}

function show(one, { focus = true } = {}) {
  if (one !== current) close();
  current = state.items[one] ? one : "";
  const item = state.items[current];
  const heading = get("item-name");
  heading.textContent = item ? `${t(item.sort)}${lang === "zh" ? "：" : ": "}${name(item)}` : t("nothing");
  get("item").className = `card ${item ? statusOf(item) : ""}`;
  get("quote").textContent = item?.quote ?? "";
  const parts = item ? told(item) : [];
  for (const other of item?.beside ?? []) {
    const rival = state.items[other];
    parts.push(make("section", { className: "beside", "aria-label": t("beside") },
      make("h3", {}, t("beside")), make("p", { className: "help" }, t("beside-hint")),
      make("blockquote", { className: "printed", lang: "zh-CN" }, rival.quote), ...told(rival),
      make("p", {}, make("button", { type: "button", className: "quiet", onclick: () => show(other) }, t("see")))));
  }
  get("shown").replaceChildren(...parts);
  get("shown").classList.toggle("two", Boolean(item?.beside.length));
  const provision = item?.sort === "provision", drafted = provision && (item.kind || item.open);
  for (const button of get("actions").children) {
    const what = button.dataset.do;
    button.disabled = !item ? what !== "undo" : ["split", "join"].includes(what) ? !drafted : ["reject", "reading"].includes(what) && !provision;
  }
  light();
  for (const row of get("list").querySelectorAll("button")) {
    if (row.dataset.item === current) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
  reveal(pane.querySelector(".piece.chosen"), pane);
  reveal(get("list").querySelector("[aria-current]"), get("list"));
  if (focus) {
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "nearest" });
  }
  const draft = item && kept(key(current));
  if (draft) {
    open(draft.form, draft.values);
    tell(t("kept"));
  }
}

// Bring an element into view in its own pane, and leave the page where it is.
function reveal(element, inside) {
  if (!element) return;
  const box = element.getBoundingClientRect(), frame = inside.getBoundingClientRect();
  if (box.top < frame.top || box.bottom > frame.bottom) inside.scrollTop += box.top - frame.top - inside.clientHeight / 3;
}

// The forms of a decision

const opened = () => FORMS.map(get).find((form) => !form.hidden);

function close() {
  for (const one of FORMS) get(one).hidden = true;
}

function open(what, values) {
  const item = state?.items[current];
  if (!item || get("actions").querySelector(`[data-do="${what}"]`).disabled) return;
  close();
  const form = get(what);
  form.reset();
  form.hidden = false;
  if (what === "correct") {
    form.querySelector("fieldset").hidden = form.querySelector("fieldset").disabled = item.sort !== "provision";
    fill(form, asItIs(item));
  }
  if (what === "split" && selected && within(item, selected[0])) fill(form, { at: selected[0] });
  if (values) fill(form, values);
  preview();
  (form.querySelector("fieldset:not([hidden]) select, input:not(:disabled), select:not(:disabled), textarea:not(:disabled)"))?.focus();
  form.scrollIntoView({ block: "nearest" });
}

// What the form of a correction holds before anything is typed.
function asItIs({ kind, modality, zh, en, spans }) {
  const [start, end] = spans.length ? [spans[0][0], spans.at(-1)[1]] : [0, 1];
  return { kind, modality, value: "", start: String(start), end: String(end), how: "", information: "", test: "one-of", values: "", zh, en };
}

// What was typed in a form, by fields.
function typedIn(form) {
  const before = form.id === "correct" ? asItIs(state.items[current]) : {};
  return Object.fromEntries([...new FormData(form)].filter(([field, value]) => value !== (before[field] ?? "")));
}

function fill(form, values) {
  for (const [field, value] of Object.entries(values)) form.elements[field].value = value;
}

const within = (item, at) => item.spans.length && item.spans[0][0] < at && at < item.spans.at(-1)[1];

function preview() {
  const item = state?.items[current];
  if (!item) return;
  const { start, end } = get("correct").elements;
  get("correct").querySelector("output").textContent = excerpt(Number(start.value), Number(end.value));
  const at = get("split").elements.at;
  const fits = at.value !== "" && within(item, Number(at.value));
  at.setCustomValidity(fits || at.value === "" ? "" : t("split-outside"));
  get("split").querySelector("output").textContent = fits
    ? t("split-into", { first: excerpt(item.spans[0][0], Number(at.value)), second: excerpt(Number(at.value), item.spans.at(-1)[1]) })
    : at.validity.customError ? t("split-outside") : "";
}

// A value as it is written: a number, a list, or else a text.
function valueOf(text) {
  try { return JSON.parse(text); } catch { return text; }
}

function corrected(form) {
  const { start, end, value, how, information, test, values, ...given } = typedIn(form);
  if (how) given.condition = how === "none" ? null : { how, information: information ?? "", test: form.elements.test.value, values: values ?? "" };
  if (value) given.value = valueOf(value.trim());
  if (start || end) Object.assign(given, { start: Number(form.elements.start.value), end: Number(form.elements.end.value) });
  return given;
}

const SUBMIT = {
  correct(form) {
    const given = corrected(form);
    if (Object.keys(given).length) decide("correct", given);
    else warn(t("nothing-changed"));
  },
  split: (form) => decide("split", { at: Number(form.elements.at.value) }),
  reject: (form) => decide("reject", { reason: [form.elements.zh.value, form.elements.en.value] }),
  reading: (form) => decide("reading", { reason: [form.elements.zh.value, form.elements.en.value] }),
};

for (const what of FORMS) {
  const form = get(what);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    SUBMIT[what](form);
  });
  form.addEventListener("input", () => {
    preview();
    keep(key(current), { form: what, values: typedIn(form) });
  });
}
get("usual").addEventListener("change", () => {
  const { zh, en } = get("usual").selectedOptions[0].dataset;
  if (zh) fill(get("reject"), { zh, en });
  get("reject").dispatchEvent(new Event("input"));
});

// The name of the reviewer

function rename() {
  get("known-by").hidden = true;
  get("ask-by").hidden = false;
  get("by").value = kept(BY) ?? "";
  get("by").focus();
}
function greet() {
  const by = kept(BY);
  get("known-by").hidden = !by;
  get("ask-by").hidden = Boolean(by);
  get("known-by").querySelector("b").textContent = by ?? "";
}
get("who").addEventListener("submit", (event) => {
  event.preventDefault();
  const by = get("by").value.trim();
  if (!by) return;
  keep(BY, by);
  greet();
  const body = waiting;
  waiting = null;
  if (body) send(body);
  else get("item-name").focus();
});

// The text: where it is clicked, and what is selected in it

function placeOf(node, offset) {
  const range = document.createRange();
  range.setStart(pane, 0);
  range.setEnd(node, offset);
  return [...range.toString()].length;
}

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  if (!state || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!pane.contains(range.startContainer) || !pane.contains(range.endContainer)) return;
  selected = [placeOf(range.startContainer, range.startOffset), placeOf(range.endContainer, range.endOffset)];
  if (!get("split").hidden && selected[0] === selected[1]) {
    fill(get("split"), { at: selected[0] });
    get("split").dispatchEvent(new Event("input"));
  }
});

pane.addEventListener("click", (event) => {
  if (!getSelection().isCollapsed) return;
  const names = event.target.closest(".piece")?.dataset.items.split(" ") ?? [];
  // Where the words of an item are clicked while one parts them, it stays.
  if (names.length && names[0] !== current && !(names.includes(current) && !get("split").hidden)) show(names[0], { focus: false });
});

function use() {
  const form = get("correct");
  if (!selected || selected[0] === selected[1]) {
    warn(t("no-selection"));
    return;
  }
  const [start, end] = selected;
  if (form.hidden) open("correct");
  if (form.hidden) return;
  calm();
  fill(form, { start, end });
  form.dispatchEvent(new Event("input"));
}

// What the keys and buttons do

function join() {
  const item = state.items[current];
  const after = state.order.slice(state.order.indexOf(current) + 1).map((one) => state.items[one]);
  const other = after.find((one) => one.sort === "provision" && one.scheme === item.scheme && (one.kind || one.open));
  if (other) decide("join", { other: other.name });
  else warn(t("no-next"));
}

function leave() {
  if (opened()) keep(key(current), null);
  close();
  get("item-name").focus();
}

const ACTS = {
  accept: () => decide("accept"), undo: () => decide("undo"), join, use, leave, rename,
  next: () => show(following(current)), previous: () => show(following(current, -1)),
  ...Object.fromEntries(FORMS.map((what) => [what, () => open(what)])),
};
const KEYS = { a: "accept", c: "correct", s: "split", j: "join", r: "reject", d: "reading", u: "undo", n: "next", p: "previous", e: "use" };

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button && (state || button.dataset.do === "rename")) ACTS[button.dataset.do]();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && (opened() || event.target.closest("form"))) {
    // What was typed stays for the next time that the item is shown.
    close();
    get("item-name").focus();
    return;
  }
  if (event.target.closest("input, textarea, select") || event.repeat) return;
  if (event.key === "?") {
    get("keys").open = !get("keys").open;
    get("keys").scrollIntoView({ block: "nearest" });
    event.preventDefault();
    return;
  }
  const what = KEYS[event.key.toLowerCase()];
  const button = get("actions").querySelector(`[data-do="${what}"]`);
  if (!what || !state || button?.disabled) return;
  event.preventDefault();
  ACTS[what]();
});

get("which").addEventListener("change", drawList);
// A file that was mended by hand is read again when one comes back.
addEventListener("focus", () => { if (!state) load(); });
greet();
load();
