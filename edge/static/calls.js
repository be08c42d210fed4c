// The list of calls by keyboard: / searches, j and k go through the rows, ? tells so. None of them while somebody types.
"use strict";

const help = document.getElementById("keys");
const links = () => [...document.querySelectorAll(".calls .row-link")];

function go(by) {
  const rows = links();
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  next.focus({ preventScroll: true });
  next.closest("tr").scrollIntoView({ block: "nearest" });
}

function search() {
  const field = document.getElementById("q");
  field?.focus();
  field?.select();
}

const KEYS = { "/": search, j: () => go(1), k: () => go(-1), "?": () => help?.togglePopover() };
const ARROWS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const isInList = event.target.matches(".row-link");
  const act = event.key in ARROWS && isInList ? () => go(ARROWS[event.key]) : Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
  if (!act) return;
  event.preventDefault();
  act();
});

// An address without the filters that are not set.
document.querySelector(".filters")?.addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});
