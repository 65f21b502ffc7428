/* Sorting by head: <th data-sort="number|text">. Unknown values ("—", no data-value) go last. */
(() => {
  "use strict";
  const cellOf = (row, index) => row.cells[index];
  const keyOf = (cell, kind) => {
    const raw = cell.dataset.value ?? (kind === "text" ? cell.textContent.trim() : "");
    if (kind === "text") return raw;
    return raw === "" ? null : Number(raw);
  };

  function sort(head) {
    const table = head.closest("table");
    const index = head.cellIndex;
    const kind = head.dataset.sort;
    const first = kind === "number" ? "descending" : "ascending";
    const second = kind === "number" ? "ascending" : "descending";
    const order = head.getAttribute("aria-sort") === first ? second : first;
    table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const body = table.tBodies[0];
    const language = document.documentElement.lang;
    const rows = [...body.rows].map((row) => [keyOf(cellOf(row, index), kind), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * (kind === "number" ? a - b : a.localeCompare(b, language, { numeric: true }));
    });
    body.append(...rows.map(([, row]) => row));
  }

  function prepare(root) {
    root.querySelectorAll("th[data-sort]:not([data-ready])").forEach((head) => {
      head.dataset.ready = "";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sorter";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(head));
    });
  }
  /* Where the table fits, its head sticks to the page instead of a frame that scrolls in itself;
     where it does not, the frame can be scrolled by keyboard. */
  function reach() {
    document.querySelectorAll(".table-frame").forEach((frame) => {
      const table = frame.querySelector("table");
      frame.classList.toggle("is-fitting", Boolean(table) && table.offsetWidth <= frame.clientWidth + 1);
      if (frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight) frame.tabIndex = 0;
      else frame.removeAttribute("tabindex");
    });
  }
  const ready = () => { prepare(document); reach(); };
  ready();
  window.addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  document.addEventListener("htmx:afterSettle", ready);
})();
