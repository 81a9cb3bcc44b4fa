"use strict";
// The editor in place of the plain form. Nothing is asked of another host: completions are our own
// terms and prefixes, links to share lead here, and the endpoint is this server's.
{
  const known = JSON.parse(document.getElementById("known").textContent);
  const plain = document.getElementById("plain");
  const { Yasqe, Yasr } = window.Yasgui;
  const local = (name, get, from) => Yasqe.forkAutocompleter(from, { name, persistenceId: null, bulk: true, get });
  local("ours-prefixes", () => Object.entries(known.prefixes).map(([name, iri]) => `${name}: <${iri}>`), "prefixes");
  const full = (term) => {
    const [prefix, name] = term.split(":");
    return known.prefixes[prefix] + name;
  };
  local("ours-class", () => known.terms.class.map(full), "class");
  local("ours-property", () => known.terms.property.map(full), "property");

  document.getElementById("editor").hidden = false;
  plain.hidden = true;
  const yasqe = new Yasqe(document.getElementById("yasqe"), {
    value: plain.elements.query.value.trim(),
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: (one) => {
      const address = new URL(location.pathname, location.origin);
      address.searchParams.set("query", one.getValue());
      return address.href;
    },
    autocompleters: ["variables", "ours-prefixes", "ours-class", "ours-property"],
    screenReaderLabel: known.label,
    editorHeight: "22rem",
    resizeable: true,
    requestConfig: {
      endpoint: new URL(known.endpoint, location.origin).href,
      method: "POST",
      acceptHeaderGraph: "text/turtle",
      acceptHeaderSelect: "application/sparql-results+json",
      headers: { "Accept-Language": document.documentElement.lang },
    },
  });
  // Our prefixes need no declaration: the editor is to mark others only.
  const mode = yasqe.getMode();
  const start = mode.startState;
  mode.startState = (...given) => ({ ...start(...given), prefixes: { ...known.prefixes } });
  yasqe.setValue(yasqe.getValue());
  const yasr = new Yasr(document.getElementById("yasr"), {
    persistenceId: null,
    prefixes: () => ({ ...known.prefixes, ...yasqe.getPrefixesFromQuery() }),
  });
  // What went wrong is told in the words of the server, not in its JSON.
  const worded = (error) => {
    try {
      const { title, detail } = JSON.parse(error.message);
      return new Error(`${title}: ${detail}`);
    } catch {
      return error;
    }
  };
  const notice = document.getElementById("notice");
  yasqe.on("queryResponse", (_, response, duration) => {
    const failed = response instanceof Error;
    const unknown = (!failed && response.headers.get("guidekg-unknown-terms")) || "";
    const items = unknown.matchAll(/"([^"]*)"(?:;nearest="([^"]*)")?(;replaced)?/g);
    notice.replaceChildren(
      ...Array.from(items, ([, name, near, replaced]) => {
        const line = document.createElement("p");
        const words = known.unknown[replaced ? "replaced" : near ? "nearest" : "alone"];
        const put = { name, near: near?.replaceAll(" ", known.unknown.comma) };
        line.textContent = words.replace(/\{(name|near)\}/g, (_, key) => decodeURI(put[key]));
        return line;
      }),
    );
    yasr.setResponse(failed ? worded(response) : response, duration);
  });

  // What the editor writes is put in the page's language, and our names lead to their pages here.
  const patterns = Object.entries(known.said).map(([from, to]) => {
    const escaped = from.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll("{n}", "([\\d.,]+)");
    return [new RegExp(`^\\s*${escaped}\\s*$`), to];
  });
  const said = (text) => {
    for (const [pattern, to] of patterns) {
      const found = pattern.exec(text);
      if (found) {
        let next = 1;
        return to.replace(/\{n\}/g, () => found[next++]);
      }
    }
    return null;
  };
  const translate = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = root; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (node.parentElement?.closest("td, th, .CodeMirror-code")) continue;
        const text = said(node.data);
        if (text !== null && text !== node.data) node.data = text;
        continue;
      }
      if (node.matches?.("select.tableSizer:not([aria-label])")) node.setAttribute("aria-label", "Page size:");
      for (const name of ["title", "aria-label", "placeholder"]) {
        const text = node.hasAttribute?.(name) ? said(node.getAttribute(name)) : null;
        if (text !== null) node.setAttribute(name, text);
      }
      if (node.tagName === "A" && node.href.startsWith(`${known.base}/`)) {
        node.href = location.origin + known.root + node.href.slice(known.base.length);
        node.removeAttribute("target");
      }
    }
  };
  const editor = document.getElementById("editor");
  translate(editor);
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translate);
      else translate(change.target);
    }
  }).observe(editor, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["title", "aria-label"] });
}
