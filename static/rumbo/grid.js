/* A month of cells: arrows and Enter move, a pasted column fills the days that follow. A table says by
   data-columns how many cells a row has: Enter goes down in it, and what is pasted keeps its rows. */
(() => {
  "use strict";
  const cellsOf = (input) => [...input.closest("[data-grid]").querySelectorAll("input[data-cell]:not([disabled])")];

  const tableOf = (input) => Number(input.closest("[data-grid]").dataset.columns) || 0;

  function fill(input, rows, columns) {
    const cells = cellsOf(input);
    const start = cells.indexOf(input);
    rows.forEach((row, down) => row.slice(0, columns - start % columns).forEach((value, right) => {
      const cell = cells[start + down * columns + right];
      if (cell) cell.value = value.trim();
    }));
  }

  function go(input, steps) {
    const cells = cellsOf(input);
    const target = cells[cells.indexOf(input) + steps];
    if (target) { target.focus(); target.select(); }
  }

  document.addEventListener("keydown", (event) => {
    const input = event.target.closest?.("[data-grid] input[data-cell]");
    if (!input || event.altKey || event.ctrlKey || event.metaKey) return;
    const table = tableOf(input);
    const columns = table || Number(getComputedStyle(input.closest("[data-grid]")).getPropertyValue("--columns")) || 7;
    const isAtEnd = input.selectionStart === input.value.length;
    const isAtStart = input.selectionEnd === 0 || input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (event.key === "Enter") go(input, (event.shiftKey ? -1 : 1) * (table || 1));
    else if (event.key === "ArrowDown") go(input, columns);
    else if (event.key === "ArrowUp") go(input, -columns);
    else if (event.key === "ArrowRight" && isAtEnd) go(input, 1);
    else if (event.key === "ArrowLeft" && isAtStart) go(input, -1);
    else return;
    event.preventDefault();
  });

  document.addEventListener("paste", (event) => {
    const input = event.target.closest?.("[data-grid] input[data-cell]");
    const lines = event.clipboardData?.getData("text").replace(/\r/g, "").replace(/\n+$/, "").split("\n") ?? [];
    const values = lines.length > 1 ? lines.map((line) => line.split("\t").at(-1)) : (lines[0] ?? "").split("\t");
    const rows = lines.map((line) => line.split("\t"));
    if (!input || values.length < 2 && rows.length < 2) return;
    event.preventDefault();
    if (tableOf(input)) { fill(input, rows, tableOf(input)); return; }
    const cells = cellsOf(input);
    const start = cells.indexOf(input);
    values.forEach((value, index) => { if (cells[start + index]) cells[start + index].value = value.trim(); });
    cells[Math.min(start + values.length, cells.length) - 1].focus();
  });
})();
