/* A list: filters that fold away on a phone, an address without empty parts, and its keys:
   j k to move, Enter opens, x selects, e edits, n adds. */
(() => {
  "use strict";
  const one = (selector, from = document) => from.querySelector(selector);
  const rows = () => [...document.querySelectorAll("[data-list] tr[data-row]")];
  const here = () => one("[data-list] tr.is-here");
  const isWriting = (element) => element.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]") !== null;

  document.addEventListener("click", (event) => {
    const more = event.target.closest("[data-list-more]");
    if (!more) return;
    const isOpen = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(isOpen));
    one("#list-filters").classList.toggle("is-open", isOpen);
  });
  /* What is typed is asked for as it is typed: leaving the field must not ask again and forget the row one stands on. */
  document.addEventListener("change", (event) => { if (event.target.id === "list-search") event.stopPropagation(); }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-list-form]")) return;
    const parameters = event.detail.parameters;
    for (const [name, value] of Object.entries(parameters)) if (value === "") delete parameters[name];
  });

  /* what is selected */
  const picks = () => [...document.querySelectorAll("input[data-pick]")];
  function count() {
    const place = one("[data-pick-count]");
    if (!place) return;
    const chosen = picks().filter((each) => each.checked);
    place.dataset.word ??= place.textContent;
    const every = one("[data-pick-every]");
    if (every && chosen.length < picks().length) every.checked = false;
    place.textContent = chosen.length && !every?.checked ? `${place.dataset.word}: ${chosen.length}` : place.dataset.word;
    picks().forEach((each) => each.closest("tr").classList.toggle("is-picked", each.checked));
    const all = one("[data-pick-all]");
    all.checked = chosen.length > 0 && chosen.length === picks().length;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  const pick = (isChosen) => { picks().forEach((each) => { each.checked = isChosen; }); count(); };
  let last = null;
  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-pick-all]")) pick(event.target.checked);
    if (event.target.closest("[data-pick-none]")) pick(false);
    if (event.target.matches("[data-pick-every]")) pick(event.target.checked || picks().every((each) => each.checked));
    if (!event.target.matches("[data-pick]")) return;
    const all = picks();
    if (event.shiftKey && last) {
      const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
      if (from >= 0) all.slice(from, to + 1).forEach((each) => { each.checked = event.target.checked; });
    }
    last = event.target;
    count();
  });
  window.addEventListener("pageshow", count);
  one(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

  function stand(row) {
    here()?.classList.remove("is-here");
    if (!row) return;
    row.classList.add("is-here");
    one("[data-row-open]", row)?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    j: () => { const all = rows(); stand(all[all.indexOf(here()) + 1] ?? all.at(-1)); },
    k: () => { const all = rows(); stand(all[Math.max(all.indexOf(here()) - 1, 0)]); },
    Enter: () => one("[data-row-open]", here())?.click(),
    e: () => { if (here().dataset.edit) location.assign(here().dataset.edit); else one("[data-row-open]", here())?.click(); },
    x: () => one("input[data-pick]", here())?.click(),
    n: () => one("[data-list-new]")?.click(),
    Escape: () => pick(false),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !one("[data-list]")) return;
    if (isWriting(event.target)) return;
    const act = keys[event.key];
    const needsRow = ["Enter", "e", "x"].includes(event.key);
    if (!act || (needsRow && !here())) return;
    if (event.key === "Enter" && event.target.closest("a, button")) return;
    event.preventDefault();
    act();
  });
})();
