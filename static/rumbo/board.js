/* The board: a card is dragged to a stage it can go to; arrows walk over the cards, m opens the menu of one. */
(() => {
  "use strict";
  const board = () => document.querySelector("#board");
  let dragged = null;
  const isOpenTo = (column) => column && dragged && dragged.dataset.ahead.split(" ").includes(column.dataset.stage);
  const columns = () => [...board().querySelectorAll("[data-stage]")];

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]") ?? null;
    if (!dragged) return;
    event.dataTransfer.setData("text/plain", dragged.dataset.move);
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("is-dragged");
    columns().forEach((column) => column.classList.toggle("is-open-to", isOpenTo(column)));
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const column = event.target.closest?.("[data-stage]");
    columns().forEach((each) => each.classList.toggle("is-under", each === column && isOpenTo(column)));
    if (isOpenTo(column)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const column = event.target.closest?.("[data-stage]");
    if (!isOpenTo(column)) return;
    event.preventDefault();
    const values = { stage: column.dataset.stage, next: location.pathname + location.search };
    window.htmx.ajax("POST", dragged.dataset.move, { values, target: "#board", select: "#board", swap: "outerHTML" });
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    columns().forEach((column) => column.classList.remove("is-open-to", "is-under"));
  });

  const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
  const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  document.addEventListener("keydown", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "m") {
      const menu = card.closest("li").querySelector("details");
      if (!menu) return;
      event.preventDefault();
      menu.open = true;
      menu.querySelector("button")?.focus();
      return;
    }
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const here = card.closest("[data-stage]");
    const place = cardsOf(here).indexOf(card);
    if (step[1]) { cardsOf(here)[place + step[1]]?.focus(); return; }
    const all = columns();
    for (let at = all.indexOf(here) + step[0]; all[at]; at += step[0]) {
      const cards = cardsOf(all[at]);
      if (cards.length) { cards[Math.min(place, cards.length - 1)].focus(); return; }
    }
  });
})();
