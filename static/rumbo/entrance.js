/* Before and at the beginning: the browser's time zone, and passwords that can be looked at. */
(() => {
  "use strict";
  document.querySelectorAll("[data-browser-zone]").forEach((field) => {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  });
  document.querySelectorAll("[data-reveal]").forEach((box) => {
    box.hidden = false;
    const button = box.querySelector("input");
    button.addEventListener("change", () => {
      document.querySelectorAll(box.dataset.reveal).forEach((field) => {
        field.type = button.checked ? "text" : "password";
      });
    });
  });
})();
