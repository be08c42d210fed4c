// What the settings do beyond plain HTML: copy a value, and show what a form has just said.
"use strict";

// The button of a value that can be copied is there only where a script can do it.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const word = button.firstChild;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    if (!await copied(field)) return;
    word.textContent = "Copied";
    button.dataset.copied = "";
    setTimeout(() => { word.textContent = "Copy"; delete button.dataset.copied; }, 2000);
  });
}

// Away from https and this very machine there is no clipboard: then what is selected is copied, or left selected.
async function copied(field) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(field.value).then(() => true, () => false);
  }
  field.focus();
  field.select();
  return document.execCommand("copy");
}

// What a form has just said is in sight and, where it is a complaint, read out first.
const said = document.querySelector("[data-said]");
if (said) {
  said.scrollIntoView({ block: "nearest" });
  if (said.matches(".complaint")) said.focus({ preventScroll: true });
}

// On a phone the tabs go on beyond the edge: the one that is open is in sight.
const tab = document.querySelector(".settings-tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
