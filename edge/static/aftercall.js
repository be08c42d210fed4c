// What the pages do beyond plain HTML: each piece finds its elements by a data attribute, and is not missed without.
"use strict";

// How many texts a message will be: GSM's seven-bit alphabet, or UCS-2 as soon as one character is not in it.
const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED = "^{}\\[~]|€\f";

function units(text) {
  const characters = Array.from(text);
  if (characters.every((one) => BASIC.includes(one) || EXTENDED.includes(one))) {
    return { sizes: characters.map((one) => (EXTENDED.includes(one) ? 2 : 1)), alone: 160, each: 153 };
  }
  return { sizes: characters.map((one) => one.length), alone: 70, each: 67 };
}

function texts(text) {
  const { sizes, alone, each } = units(text);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= alone) return 1;
  let count = 1, room = each;
  for (const size of sizes) {
    if (size > room) { count += 1; room = each; }
    room -= size;
  }
  return count;
}

for (const hint of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(hint.dataset.counts);
  const limit = Number(hint.dataset.limit);
  const show = () => {
    const length = Array.from(field.value).length;
    if (!length) { hint.textContent = `At most ${limit} characters.`; return; }
    const count = texts(field.value);
    const alphabet = units(field.value).alone === 70 ? ", because of a character outside of the plain alphabet" : "";
    hint.textContent = `${length} of ${limit} characters: ${count === 1 ? "one text" : `${count} texts${alphabet}`}.`;
  };
  field.addEventListener("input", show);
  show();
}

// A form is sent once: its button rests while the answer is on its way.
for (const form of document.querySelectorAll("form.act")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
}

// A page that nobody looks at asks for nothing by itself; looked at again, it is up to date within its next beat.
document.addEventListener("htmx:confirm", (event) => {
  if (document.hidden && event.detail.elt.getAttribute("hx-trigger")?.includes("every")) event.preventDefault();
});

// What goes on by itself is shown as it goes: asked again every three seconds while it is looked at, a minute at most.
async function follow(address) {
  let asked = 0;
  while (asked < 20 && document.querySelector("[data-waiting]")) {
    await new Promise((done) => { setTimeout(done, 3000); });
    if (document.hidden) continue;
    asked += 1;
    const answer = await fetch(address).catch(() => null);
    if (!answer) continue;
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("body > [id]")) {
      const shown = document.getElementById(part.id);
      if (shown && shown.innerHTML !== part.innerHTML) shown.replaceChildren(...part.childNodes);
    }
  }
}

for (const part of document.querySelectorAll("[data-news]")) follow(part.dataset.news);
