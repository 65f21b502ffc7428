/* Runs before anything is drawn, so that a dark page never flashes light. */
(() => {
  "use strict";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem("rumbo-theme") || "auto"; } catch { return "auto"; }
  };
  const apply = () => {
    const choice = chosen();
    const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    const changed = document.documentElement.dataset.bsTheme !== theme;
    document.documentElement.dataset.bsTheme = theme;
    document.querySelectorAll("[data-theme-choice]").forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice)));
    if (changed) document.dispatchEvent(new CustomEvent("rumbo:theme"));
  };
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try { localStorage.setItem("rumbo-theme", button.dataset.themeChoice); } catch { /* this page only */ }
    document.documentElement.dataset.bsTheme = "";
    apply();
  });
})();
