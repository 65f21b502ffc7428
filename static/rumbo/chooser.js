/* The list of chosen KPIs: Alt with an arrow moves the line one is on, Enter in the search adds the
   first KPI found, and what is chosen already is marked among the offers. The steps themselves are
   buttons that the server answers. */
(() => {
  "use strict";
  const mark = () => {
    const chosen = new Set(Array.from(document.querySelectorAll("[data-chosen] input[name=text]"), (input) => input.value));
    document.querySelectorAll("[data-offer]").forEach((offer) => {
      offer.setAttribute("aria-pressed", String(chosen.has(offer.dataset.offer)));
    });
  };
  document.addEventListener("keydown", (event) => {
    const step = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const line = event.target.closest?.("[data-line]");
    if (event.altKey && step && line) {
      event.preventDefault();
      const button = line.querySelector(`[data-step=${step}]`);
      button?.focus();
      button?.click();
    } else if (event.key === "Enter" && event.target.matches?.("[data-search-add]")) {
      event.preventDefault();
      document.querySelector(".offer:not([hidden]) [data-offer]")?.click();
    } else if (event.key === "Enter" && event.target.closest?.("[data-line] input")) {
      event.preventDefault(); // Enter in a heading is no wish for the form's first button
    }
  });
  document.addEventListener("htmx:afterSettle", mark);
  document.addEventListener("DOMContentLoaded", mark);
})();
