// A recording and its transcript go together: the line that is spoken is marked, a line's time is played from, and an
// address with #t=83 opens at that moment. Without this script there is a plain player, and plain links between lines.
"use strict";

const audio = document.querySelector("[data-player] audio");
const talk = document.querySelector(".talk");
const lines = [...document.querySelectorAll(".line[data-at]")];
const starts = lines.map((line) => Number(line.dataset.at));
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let isFollowing = true;
let now = null;

const clock = (seconds) => {
  const whole = Math.floor(seconds), rest = String(whole % 60).padStart(2, "0"), minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
};

// Times may miss from some lines, but those that have one come in their order.
const lineAt = (seconds) => lines[starts.findLastIndex((start) => start <= seconds + 0.05)] ?? null;

// Within the transcript where that scrolls by itself, else with the page.
function bring(line) {
  const behavior = calm ? "auto" : "smooth";
  if (talk.scrollHeight > talk.clientHeight + 1) {
    const { top, bottom } = line.getBoundingClientRect(), box = talk.getBoundingClientRect();
    if (top < box.top || bottom > box.bottom) talk.scrollBy({ top: top - box.top - box.height / 3, behavior });
  } else line.scrollIntoView({ block: "nearest", behavior });
}

function mark(line, isMoved) {
  if (line === now) return;
  now?.classList.remove("line-now");
  now?.removeAttribute("aria-current");
  now = line;
  line?.classList.add("line-now");
  line?.setAttribute("aria-current", "true");
  if (line && isMoved) bring(line);
}

function seek(seconds) {
  isFollowing = true;
  if (audio) audio.currentTime = Math.max(0, seconds);
  mark(lineAt(seconds), true);
}

const play = () => audio?.play().catch(() => say("Press play to listen from here."));
const say = (words) => { const told = document.querySelector("[data-told]"); if (told) told.textContent = words; };

// #t=83 is a moment, #t12 the thirteenth line.
function open(isPlayed) {
  const moment = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  const line = /^#t\d+$/.test(location.hash) ? document.querySelector(location.hash) : null;
  const seconds = moment ? Number(moment[1]) : line?.dataset.at !== undefined ? Number(line.dataset.at) : null;
  if (seconds === null) return;
  seek(seconds);
  if (line) bring(line);
  if (isPlayed) play();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#t']");
  const line = link && /^#t\d+$/.test(link.hash) ? document.querySelector(link.hash) : null;
  if (!line || line.dataset.at === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.replaceState(null, "", `#t=${Math.floor(Number(line.dataset.at))}`);
  seek(Number(line.dataset.at));
  if (!lines.includes(link.closest(".line"))) line.scrollIntoView({ block: "nearest" });
  play();
});

async function copy() {
  history.replaceState(null, "", `#t=${Math.floor(audio.currentTime)}`);
  const at = clock(audio.currentTime);
  try {
    await navigator.clipboard.writeText(location.href);
    say(`Copied: the link opens at ${at}.`);
  } catch {
    say(`The address above now opens at ${at}.`);
  }
}

const ACTS = {
  back: () => seek(audio.currentTime - 10),
  forward: () => seek(audio.currentTime + 10),
  copy,
};

function wire(player) {
  player.querySelector("[data-controls]").hidden = false;
  for (const button of player.querySelectorAll("button[data-act]")) button.addEventListener("click", ACTS[button.dataset.act]);
  player.querySelector("select").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
  // Before the browser's own controls hear of it: both would toggle.
  player.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target !== audio) return;
    event.preventDefault();
    event.stopPropagation();
    if (audio.paused) play(); else audio.pause();
  }, true);
  audio.addEventListener("timeupdate", () => mark(lineAt(audio.currentTime), isFollowing && !audio.paused));
  audio.addEventListener("play", () => { isFollowing = true; });
  audio.addEventListener("playing", () => say(""));
  audio.addEventListener("error", () => say("The recording cannot be played any more: load this page again."));
  // Who scrolls by hand reads elsewhere; it is followed again from the next play or seek.
  for (const by of ["wheel", "touchmove"]) addEventListener(by, () => { isFollowing = false; }, { passive: true });
}

if (audio) wire(audio.closest("[data-player]"));
addEventListener("hashchange", () => open(true));
open(false);
