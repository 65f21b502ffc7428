/* Narrows a list on the page as one types: <input data-search="#list .item">. */
(() => {
  "use strict";
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  document.addEventListener("input", (event) => {
    const selector = event.target.dataset?.search;
    if (!selector) return;
    const words = plain(event.target.value).split(/\s+/).filter(Boolean);
    let found = 0;
    document.querySelectorAll(selector).forEach((item) => {
      const text = plain(`${item.textContent} ${item.dataset.words ?? ""}`);
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) found += 1;
    });
    document.querySelectorAll("[data-search-group]").forEach((group) => {
      group.hidden = !group.querySelector("article:not([hidden]), li:not([hidden]), tbody tr:not([hidden])");
    });
    const none = document.querySelector("[data-search-none]");
    if (none) none.hidden = found > 0;
  });
})();
