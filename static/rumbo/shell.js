/* Menus, drawer, toasts, questions before destroying, and htmx's token and progress bar. */
(() => {
  "use strict";
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (event.target.closest("[data-drawer]")) toggleDrawer();
    if (event.target.closest("[data-drawer-close]")) toggleDrawer(false);
    if (event.target.closest("[data-toast-close]")) event.target.closest(".toast-card").remove();
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => toast("good", copy.dataset.copied || "✓"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
    if (root.classList.contains("is-drawer-open")) toggleDrawer(false);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details[data-menu][open]")) one("[data-menu-filter]", event.target)?.focus();
  }, true);
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-menu-filter]")) return;
    const words = event.target.value.trim().toLowerCase();
    event.target.closest(".menu-body").querySelectorAll(".menu-item").forEach((item) => {
      item.hidden = !item.textContent.toLowerCase().includes(words);
    });
  });

  function toggleDrawer(open = !root.classList.contains("is-drawer-open")) {
    root.classList.toggle("is-drawer-open", open);
    const button = one("[data-drawer]");
    button?.setAttribute("aria-expanded", String(open));
    if (open) one("#side summary, #side a")?.focus(); else button?.focus();
  }

  /* toasts */
  function toast(tone, text, undo = "") {
    const place = one("#toasts");
    if (!place) return;
    const card = document.createElement("div");
    card.className = `toast-card toast-${{ good: "success", bad: "error", warn: "warning" }[tone] || "info"}`;
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button";
    close.dataset.toastClose = "";
    close.setAttribute("aria-label", place.dataset.closeWord);
    close.textContent = "×";
    card.append(words, ...(undo ? [undoForm(undo, place.dataset.undoWord)] : []), close);
    if (tone === "bad") card.setAttribute("role", "alert");
    place.append(card);
    if (tone !== "bad") fade(card);
  }
  /* "Undo" leaves the page by a form, as it does where the server draws the message. */
  function undoForm(address, word) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    const fields = { csrfmiddlewaretoken: one('meta[name="csrf-token"]').content, next: location.pathname + location.search };
    for (const [name, value] of Object.entries(fields)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    const button = document.createElement("button");
    button.type = "submit";
    button.className = "btn btn-sm";
    button.textContent = word;
    form.append(button);
    return form;
  }
  /* A toast that offers the way back waits longer, and never goes while it is looked at. */
  function fade(card) {
    const wait = card.querySelector("form") ? 15000 : 8000;
    setTimeout(() => { if (card.matches(":hover, :focus-within")) fade(card); else card.remove(); }, wait);
  }
  document.querySelectorAll(".toast-card[data-fades]").forEach(fade);
  document.addEventListener("rumbo:toast", (event) => toast(event.detail.tone, event.detail.text));
  document.addEventListener("rumbo:toasts", (event) => event.detail.toasts.forEach((each) => toast(each.tone, each.text, each.undo)));

  /* questions before destroying */
  let asked = null;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const dialog = one("#confirm");
    if (!form.dataset.confirm || asked === form || !dialog) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    one("h2", dialog).textContent = form.dataset.confirm;
    if (form.dataset.confirmButton) one("[data-confirm-yes]", dialog).textContent = form.dataset.confirmButton;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      asked = form;
      form.requestSubmit(submitter);
      asked = null;
    }, { once: true });
    dialog.showModal();
  }, true);

  /* a form on its way is not sent again by a second click; where the answer is a file the page stays as it is */
  let sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), 4000);
  });
  window.addEventListener("pageshow", () => { sent = new WeakSet(); });

  /* a form that was refused begins at its first error */
  const wrong = (from) => one("main .is-invalid, main [aria-invalid=true]", from)?.focus();
  wrong(document);
  /* htmx */
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = one('meta[name="csrf-token"]').content;
  });
  /* An answer that would replace a field which was written in since it was asked for would put back what stood there
     before: it is left, and asked for again at the latest when the field is. */
  const written = new WeakMap();
  let moment = 0;
  let owed = null;
  ["input", "change"].forEach((name) => document.addEventListener(name, (event) => {
    if (event.target.closest("form[hx-trigger]")) written.set(event.target, moment += 1);
  }, true));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    const fields = [...target.querySelectorAll("input, select, textarea")];
    if (!fields.some((field) => written.get(field) > requestConfig.moment)) return;
    event.detail.shouldSwap = false;
    owed = requestConfig.elt;
  });
  document.addEventListener("focusout", () => owed?.dispatchEvent(new Event("change", { bubbles: true })));
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.requestConfig.moment = moment;
    if (event.detail.elt === owed) owed = null;
    root.classList.add("is-requesting");
  });
  document.addEventListener("htmx:afterRequest", () => root.classList.remove("is-requesting"));
  ["htmx:responseError", "htmx:sendError"].forEach((name) => document.addEventListener(name, () => {
    const words = one("#toasts")?.dataset.failed;
    if (words) toast("bad", words);
  }));
  document.addEventListener("htmx:afterSettle", (event) => wrong(event.target));
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "main" || event.detail.target?.id === "main") openMenus().forEach((menu) => { menu.open = false; });
  });
})();
