// The day's page: its chart, menus that close again, and a word where a form did not get through.
"use strict";

const HEIGHT = 220;
let drawn = null;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const named = (day, style) => new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...style }).format(day * 1000);
const short = (day) => named(day, { month: "short", day: "numeric" });
// Half a call is none: the steps between the lines of the chart.
const WHOLE = [...Array(6).keys()].flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));

function options(width, days) {
  const ink = { stroke: token("--soft"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  const bars = uPlot.paths.bars({ size: [0.62, 40], radius: 0.2 });
  return {
    width,
    height: HEIGHT,
    padding: [12, 20, 0, 0],
    scales: { x: { time: false, range: [days[0] - 43200, days.at(-1) + 43200] }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 4)] } },
    axes: [
      { ...ink, grid: { show: false }, splits: () => days.filter((_, place) => (days.length - 1 - place) % Math.ceil(days.length / Math.max(2, Math.floor(width / 80))) === 0), values: (_, at) => at.map(short) },
      { ...ink, size: 44, incrs: WHOLE, grid: { stroke: token("--line"), width: 1 }, values: (_, at) => at.map(String) },
    ],
    series: [
      { label: "Day", value: (_, day) => (day == null ? "" : named(day, { weekday: "short", month: "short", day: "numeric" })) },
      { label: "Calls", fill: token("--accent-wash"), stroke: token("--accent"), width: 1, paths: bars, points: { show: false }, value: (_, count) => count ?? "" },
      { label: "Booked", stroke: token("--mark-line"), width: 2.5, points: { show: days.length <= 31, size: 6, fill: token("--mark-line") }, value: (_, count) => count ?? "" },
    ],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    legend: { live: true },
  };
}

function draw() {
  const place = document.querySelector("[data-chart]");
  if (!place || typeof uPlot === "undefined") return;
  drawn?.destroy();
  place.replaceChildren();
  const given = JSON.parse(place.dataset.chart);
  const days = given.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
  drawn = new uPlot(options(place.clientWidth, days), [days, given.calls, given.bookings], place);
}

draw();
document.addEventListener("htmx:afterSettle", () => {
  if (!document.querySelector("[data-chart] .uplot")) draw();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
addEventListener("resize", () => {
  const place = document.querySelector("[data-chart]");
  if (place && drawn && place.clientWidth !== drawn.width) draw();
});

// A snooze menu closes when somebody turns to something else.
const openMenus = () => document.querySelectorAll(".todo-snooze[open]");
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Who puts something aside by keyboard goes on where it can be taken back; who takes it back, at what stands there again.
document.addEventListener("htmx:afterSettle", (event) => {
  const { requestConfig } = event.detail;
  if (requestConfig?.verb !== "post" || document.activeElement !== document.body) return;
  const [, subject, act] = requestConfig.formData.get("mark").split(":");
  const next = act === "reopen" ? document.getElementById(`todo-${subject}`) : document.getElementById("undo");
  (next ?? document.querySelector(".todo-link, #put-aside"))?.focus({ preventScroll: true });
});

// What was tapped and not carried out is said; a beat that fails is tried again by itself.
for (const trouble of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(trouble, (event) => {
    if (event.detail.requestConfig?.verb === "post") document.getElementById("today-trouble").hidden = false;
  });
}
