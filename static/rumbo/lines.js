/* The lines of a sale: more of them, fewer of them, what they add up to, and products by the beginning of a word. */
(() => {
  "use strict";
  const box = document.querySelector("[data-lines]");
  if (!box) return;
  const one = (selector, from = box) => from.querySelector(selector);
  const lines = () => [...box.querySelectorAll("[data-line]")];
  const field = (line, name) => one(`[name$="-${name}"]`, line);
  const amount = document.querySelector("#id_amount");
  let next = lines().length;
  box.querySelectorAll("[data-line-add], [data-line-remove]").forEach((each) => { each.hidden = false; });
  one("[data-line-add]").addEventListener("click", () => {
    const fragment = one("[data-line-blank]").content.cloneNode(true);
    fragment.querySelectorAll("[name], [id], [for]").forEach((each) => {
      for (const name of ["name", "id", "for"]) if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).replace("line-new", `line-${next}`));
    });
    one("[data-line-remove]", fragment).hidden = false;
    next += 1;
    one("ol").append(fragment);
    field(lines().at(-1), "product").focus();
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line-remove]");
    if (!button) return;
    const line = button.closest("[data-line]");
    const near = line.nextElementSibling ?? line.previousElementSibling;
    line.remove();
    (near ? field(near, "product") : one("[data-line-add]")).focus();
    add();
  });
  /* As the server reads it (accounts/numbers/reading.py): the sum here is a help, what counts is reckoned there. */
  function number(line, name) {
    const input = field(line, name);
    const text = input.value.replace(/[^\d.,\u2212-]/g, "").replace("\u2212", "-");
    if (text === "") return null;
    const signs = text.match(/[.,]/g) ?? [];
    const doesGroup = /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(text);
    if (doesGroup && (!input.dataset.number || signs[0] === input.dataset.number)) return null; // it will be refused
    const isOneKind = new Set(signs).size === 1;
    const decimal = isOneKind && (signs.length > 1 || doesGroup) ? "" : signs.at(-1);
    const value = Number([...text].map((each) => (each === decimal ? "." : ".,".includes(each) ? "" : each)).join(""));
    return Number.isNaN(value) ? null : value;
  }
  function written(value) {
    const text = String(Math.round(value * 1e6) / 1e6).replace(".", amount?.dataset.number || ".");
    return /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(text) ? `${text}0` : text;
  }
  function add() {
    const amounts = lines().map((line) => {
      const said = number(line, "amount");
      const price = number(line, "unit_price");
      const sum = price === null ? null : price * (number(line, "units") ?? 1);
      field(line, "amount").placeholder = said === null && sum !== null ? written(sum) : "";
      return said ?? sum;
    }).filter((each) => each !== null);
    const sum = amounts.reduce((whole, each) => whole + each, 0);
    const place = one("[data-line-sum]");
    place.textContent = amounts.length ? `${place.dataset.word}: ${sum.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: "always" })}` : "";
    if (!amount) return;
    amount.readOnly = amounts.length > 0;
    if (amounts.length) amount.value = written(sum);
  }
  let waiting = 0;
  function find(text) {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const answer = await fetch(`${box.dataset.products}?as=options&find=${encodeURIComponent(text)}`);
      if (answer.ok) one("#line-products").innerHTML = await answer.text();
    }, 200);
  }
  box.addEventListener("input", (event) => {
    if (event.target.name.endsWith("-product")) find(event.target.value);
    else add();
  });
  box.addEventListener("focusin", (event) => { if (event.target.name?.endsWith("-product") && !event.target.value) find(""); });
  if (lines().some((line) => number(line, "amount") !== null)) add();
})();
