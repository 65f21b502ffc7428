/* Completes names while a formula is typed. The check itself is the server's: here is no grammar. */
(() => {
  "use strict";
  const MOST = 6;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function start(field) {
    const area = field.querySelector("textarea");
    const list = field.querySelector("[role=listbox]");
    const source = document.getElementById("formula-vocabulary");
    if (!area || !list || !source || "started" in field.dataset) return;
    field.dataset.started = "";
    const names = JSON.parse(source.textContent).map((entry) => ({ ...entry, words: plain(`${entry.key} ${entry.name}`) }));
    let found = [];
    let at = -1;

    /* The word under the caret, unless it stands inside a filter's brackets. */
    function word() {
      const before = area.value.slice(0, area.selectionStart);
      if (before.lastIndexOf("[") > before.lastIndexOf("]")) return null;
      const match = /[A-Za-z_][\w]*$/.exec(before);
      if (!match) return null;
      const rest = /^\w*/.exec(area.value.slice(area.selectionStart))[0];
      return { text: match[0], start: match.index, end: area.selectionStart + rest.length };
    }

    function close() {
      found = [];
      at = -1;
      list.hidden = true;
      area.removeAttribute("aria-activedescendant");
    }

    function choose(index) {
      at = (index + found.length) % found.length;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
      area.setAttribute("aria-activedescendant", `formula-name-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }

    function open() {
      const typed = word();
      if (!typed) return close();
      const wanted = plain(typed.text);
      found = names
        .filter((entry) => entry.words.includes(wanted))
        .sort((one, two) => Number(two.key.startsWith(wanted)) - Number(one.key.startsWith(wanted)) || one.key.length - two.key.length)
        .slice(0, MOST);
      if (!found.length || (found.length === 1 && found[0].key === typed.text)) return close();
      list.replaceChildren(...found.map((entry, index) => {
        const item = document.createElement("li");
        item.id = `formula-name-${index}`;
        item.role = "option";
        const parts = [["code", entry.key], ["small", entry.kind], ["span", entry.name]];
        item.append(...parts.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
        return item;
      }));
      list.hidden = false;
      choose(0);
    }

    function put(text, start, end) {
      area.setRangeText(text, start, end, "end");
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
      close();
    }

    function take(index) {
      const typed = word();
      if (typed) put(found[index].key, typed.start, typed.end);
    }

    area.addEventListener("input", (event) => { if (event.isTrusted) open(); });
    area.addEventListener("blur", close);
    area.addEventListener("keydown", (event) => {
      if (event.key === " " && event.ctrlKey) { event.preventDefault(); open(); return; }
      if (list.hidden) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) choose(at + step);
      else if (event.key === "Enter" || event.key === "Tab") take(at);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.("[data-instead]");
      if (button && document.body.contains(field)) put(button.dataset.instead, Number(button.dataset.start), Number(button.dataset.end));
    });
    document.addEventListener("change", (event) => {
      if (event.target.matches("[data-try], #trial select")) field.dispatchEvent(new Event("rumbo:formula"));
    });
  }

  const startAll = () => document.querySelectorAll("[data-formula]").forEach(start);
  document.addEventListener("DOMContentLoaded", startAll);
  if (document.readyState !== "loading") startAll();
  document.addEventListener("htmx:afterSettle", startAll);
})();
