// The moving part of a page: what is new in it is marked for a moment, and nothing is exchanged under somebody's hands.
"use strict";

const HANDS = ".menu[open], :popover-open, input:focus, select:focus, textarea:focus";
const names = (part) => new Set([...part.querySelectorAll("[data-live]")].map((one) => one.dataset.live));
let before = new Set();
let opened = [];

// A beat's request is known by what it brings along.
const isBeat = (elt) => elt?.getAttribute("hx-include") === "#live-state";

// What was asked for before a menu was opened comes too late as well: it is not exchanged, and since the page keeps its
// old state with that, the next beat brings it again.
document.addEventListener("htmx:confirm", (event) => {
  const { elt, target } = event.detail;
  if (isBeat(elt) && target.querySelector(HANDS)) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target } = event.detail;
  if (!isBeat(requestConfig?.elt)) return;
  if (target.querySelector(HANDS)) event.detail.shouldSwap = false;
  before = names(target);
  opened = [...target.querySelectorAll("details[id][open]")].map((one) => one.id);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const { requestConfig, target } = event.detail;
  if (!isBeat(requestConfig?.elt)) return;
  for (const one of target.querySelectorAll("[data-live]")) {
    if (!before.has(one.dataset.live)) one.classList.add("is-new");
  }
  before = names(target);
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});
