// What a page gains from script besides its refresh: keys, the browser's time zone, copying, find and the theme without a reload. Everything works without.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => {
    const line = $("#say");
    line.textContent = "";
    setTimeout(() => (line.textContent = text), 50);
  };

  // Times: relative ones go on counting by the broker's clock, exact ones are in the browser's zone.
  const skew = $("#as-of") ? new Date($("#as-of").dataset.at) - Date.now() : 0;
  const exact = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "long" });
  const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const length = (seconds) =>
    seconds < 60 ? Math.max(0, Math.floor(seconds)) + " s"
      : seconds < 3600 ? Math.floor(seconds / 60) + " min"
      : seconds < 172800 ? Math.floor(seconds / 3600) + " h"
      : Math.floor(seconds / 86400) + " d";
  const put = (node, text) => node.textContent !== text && (node.textContent = text);
  function times(root) {
    for (const time of all("time", root)) {
      const at = new Date(time.dateTime), age = (Date.now() + skew - at) / 1000;
      time.title = exact.format(at);
      put(time, time.dataset.form === "clock" ? clock.format(at) : time.dataset.form === "length" ? length(Math.abs(age)) : length(age) + " ago");
    }
  }
  times($("#main"));
  if (!document.body.dataset.refresh) setInterval(() => document.hidden || times($("#main")), 1000);

  // Copying; off TLS browsers have only the old way.
  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = text;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(what + " copied");
  }
  const text = (element) => (element.matches(".lines") ? all("span", element).map((line) => line.lastChild.nodeValue).join("") : element.textContent);

  // Find in a log: marks what is found without touching the log.
  function find(field, step) {
    const log = field.closest(".log"), wanted = field.value, ranges = [];
    const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi");
    for (const line of wanted ? all(".lines > span", log) : []) {
      const node = line.lastChild;
      for (const { 0: found, index } of node.nodeValue.matchAll(pattern)) {
        const range = new Range();
        range.setStart(node, index);
        range.setEnd(node, index + found.length);
        ranges.push(range);
      }
    }
    const now = ranges.length ? ((Number(field.dataset.at) || 0) + step + ranges.length) % ranges.length : 0;
    field.dataset.at = now;
    const found = wanted ? (ranges.length ? now + 1 + " of " + ranges.length : "not found") : "";
    $("[data-found]", log).textContent = found;
    say(found);
    if (!CSS.highlights) return;
    CSS.highlights.set("found", new Highlight(...ranges));
    CSS.highlights.set("found-now", new Highlight(...ranges.slice(now, now + 1)));
    if (ranges.length) show($(".lines", log), ranges[now]);
  }
  // The place comes into sight, and for some frames is held there: lines that were never near only get their size then.
  function show(lines, range, frames = 10) {
    const frame = lines.getBoundingClientRect(), place = range.getBoundingClientRect();
    const isAside = place.left < frame.left || place.right > frame.right, isAway = place.top < frame.top || place.bottom > frame.bottom;
    lines.scrollBy(isAside ? place.left - frame.left - frame.width / 2 : 0, isAway ? place.top - frame.top - frame.height / 2 : 0);
    const below = range.getBoundingClientRect().bottom + 24 - innerHeight;
    if (below > 0) scrollBy(0, below);
    if (frames) requestAnimationFrame(() => show(lines, range, frames - 1));
  }
  document.addEventListener("input", (event) => {
    if (!event.target.closest("[data-find]")) return;
    event.target.dataset.at = 0;
    find(event.target, 0);
  });

  // Controls that need script show themselves.
  const reveal = (root) => all("[data-find], [data-copy], [data-help]", root).forEach((control) => (control.hidden = false));
  reveal(document);
  document.addEventListener("brokkr:arrived", (event) => {
    times(event.detail);
    reveal(event.detail);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(text(document.getElementById(button.dataset.copy)), "Text");
    if (event.target.closest("[data-help]")) $("#keys").showModal();
  });

  // The theme changes at once; the cookie follows.
  document.addEventListener("submit", (event) => {
    const { theme } = document.documentElement.dataset, chosen = event.submitter?.value;
    if (!event.target.matches(".themes") || event.defaultPrevented || theme === undefined) return;
    event.preventDefault();
    document.documentElement.dataset.theme = chosen;
    for (const button of all("button", event.target)) button.setAttribute("aria-pressed", button.value === chosen);
    fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target, event.submitter)), redirect: "manual" });
    say(event.submitter.title);
  });

  // Keys: never while somebody types, and never with a modifier.
  function row(step) {
    const links = all("[data-rows] tr").map((line) => $("a[href]", line)).filter(Boolean);
    const now = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    links[Math.min(Math.max(now + step, 0), links.length - 1)]?.focus();
  }
  const keys = {
    "?": () => $("#keys").showModal(),
    "/": () => $("#search")?.focus(),
    j: () => row(1),
    k: () => row(-1),
    d: () => ($("[data-act='diagnose']:enabled") ?? { click: () => say("There is nothing to diagnose here, or your key may not.") }).click(),
    y: () => copy(location.href, "Link"),
  };
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("[data-find]") && event.key === "Enter") {
      event.preventDefault();
      find(event.target, event.shiftKey ? -1 : 1);
    } else if (event.target.matches("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
    } else if (!$("dialog[open]")) {
      const section = Date.now() - waiting < 1500 && $("nav a[data-key='" + CSS.escape(event.key) + "']");
      waiting = event.key === "g" ? Date.now() : 0;
      if (!section && !keys[event.key]) return;
      event.preventDefault();
      (section ? () => section.click() : keys[event.key])();
    }
  });
})();
