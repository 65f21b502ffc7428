/* Keys: g then a place's letter, / to search, u to undo, ? for the list. Never while someone is writing. */
(() => {
  "use strict";
  let waiting = 0;
  const isWriting = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const dialog = () => document.querySelector("#keys");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (Date.now() < waiting) {
      waiting = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
    } else if (event.key === "g") {
      waiting = Date.now() + 1500;
    } else if (event.key === "u") {
      const undo = [...document.querySelectorAll(".toast-card form button")].at(-1);
      if (undo) { event.preventDefault(); undo.click(); }
    } else if (event.key === "?") {
      event.preventDefault();
      dialog()?.showModal();
    } else if (event.key === "/") {
      event.preventDefault();
      const search = document.querySelector("main [data-search], main input[type=search]");
      if (search) search.focus();
      else {
        const clients = document.querySelector(".switch-client");
        if (!clients) return;
        clients.open = true;
        clients.querySelector("input, .menu-item")?.focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-open]")) dialog()?.showModal();
    if (event.target === dialog()) dialog().close();
  });
})();
