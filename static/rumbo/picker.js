/* The forms above a chart: a choice is sent at once; the address carries only what was chosen. */
(() => {
  "use strict";
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-picker] select")) event.target.form.requestSubmit();
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-picker]")) return;
    const parameters = event.detail.parameters;
    const period = [parameters.period].flat().at(-1);
    if (period) parameters.period = period;
    if (period && period !== "custom") { delete parameters.from; delete parameters.to; }
    if (period === "custom") delete parameters.period;
    for (const [name, value] of Object.entries(parameters)) if (value === "") delete parameters[name];
  });
})();
