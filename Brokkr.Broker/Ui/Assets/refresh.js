// Asks for the page again while it is looked at, and changes what differs: nothing that a person holds, points at or types into moves.
"use strict";
(() => {
  const interval = () => Number(document.body.dataset.refresh) || 0;
  const main = document.getElementById("main"), asOf = document.getElementById("as-of"), outage = document.getElementById("outage"), pill = document.getElementById("pending");
  let loaded = performance.now(), failures = 0, busy = false, held = 0, timer, again = () => {};

  const selected = (element) => getSelection().rangeCount > 0 && !getSelection().isCollapsed && getSelection().containsNode(element, true);
  const keep = (element) => "keep" in element.dataset || (element.matches("tr, p, pre, dd, summary") && selected(element));
  const touched = (rows) => rows.matches(":hover") || rows.contains(document.activeElement) || selected(rows);

  function patch(old, now) {
    if (keep(old)) return;
    for (const { name } of [...old.attributes]) {
      if (!now.hasAttribute(name) && !(name === "open" && old.tagName === "DETAILS")) old.removeAttribute(name);
    }
    for (const { name, value } of now.attributes) {
      if (old.getAttribute(name) !== value && !(name === "open" && old.tagName === "DETAILS")) old.setAttribute(name, value);
    }
    if ("rows" in old.dataset && hold(old, now)) return;
    children(old, now);
  }

  // Rows that are pointed at stay where they are: those that are still there are brought up to date, the others wait.
  function hold(old, now) {
    const ids = (rows) => [...rows.children].map((row) => row.id), before = ids(old), after = ids(now);
    if (before.join() === after.join() || !touched(old)) return false;
    for (const row of old.children) {
      const fresh = row.id && now.querySelector("#" + CSS.escape(row.id));
      row.classList.toggle("gone", !fresh);
      if (fresh) patch(row, fresh);
    }
    held += before.filter((id) => !after.includes(id)).length + after.filter((id) => !before.includes(id)).length || 1;
    return true;
  }

  function children(old, now) {
    const byId = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
    let at = old.firstChild;
    for (const fresh of [...now.childNodes]) {
      let match = fresh.id ? byId.get(fresh.id) : at;
      if (match && (match.nodeName !== fresh.nodeName || (!fresh.id && match.id))) match = undefined;
      if (!match) {
        old.insertBefore(document.importNode(fresh, true), at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else if (old.moveBefore && match.isConnected) old.moveBefore(match, at);
      else old.insertBefore(match, at);
      if (match.nodeType === Node.ELEMENT_NODE) patch(match, fresh);
      else if (match.nodeValue !== fresh.nodeValue && !(match.parentElement && keep(match.parentElement))) match.nodeValue = fresh.nodeValue;
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  }

  function take(page) {
    const fresh = page.getElementById("main");
    if (!fresh) return fail(500);
    document.dispatchEvent(new CustomEvent("brokkr:arrived", { detail: fresh }));
    [failures, held, loaded] = [0, 0, performance.now()];
    patch(main, fresh);
    document.title = page.title;
    const { refresh } = page.body.dataset;
    if (refresh === undefined) delete document.body.dataset.refresh;
    if (asOf) asOf.dataset.at = page.getElementById("as-of")?.dataset.at ?? asOf.dataset.at;
    pill.hidden = held === 0;
    pill.textContent = held === 1 ? "1 change" : held + " changes";
    again();
    tick();
  }

  // One status that failed is noise; an answer that did not come is not.
  function fail(status) {
    failures += status ? 1 : 2;
    tick();
  }

  function ask() {
    clearTimeout(timer);
    if (busy || !interval()) return;
    busy = true;
    const request = new XMLHttpRequest();
    request.open("GET", location.href.split("#")[0]);
    request.setRequestHeader("X-Brokkr-Refresh", "1");
    request.responseType = "document";
    request.timeout = 10000;
    request.onloadend = () => {
      busy = false;
      if (request.status && new URL(request.responseURL).pathname !== location.pathname) location.reload();
      else if (request.status === 200 && request.response) take(request.response);
      else fail(request.status);
      schedule();
    };
    request.send();
  }

  function schedule() {
    clearTimeout(timer);
    if (interval() && !document.hidden) timer = setTimeout(ask, interval());
  }

  function tick() {
    if (!asOf) return;
    asOf.hidden = !interval();
    const age = Math.floor((performance.now() - loaded) / 1000), away = failures > 1 && age >= 60, at = new Date(asOf.dataset.at).toLocaleTimeString([], { hour12: false });
    asOf.firstElementChild.textContent = "as of " + (age < 60 ? age + " s" : Math.floor(age / 60) + " min") + " ago";
    asOf.classList.toggle("late", age >= 15);
    document.body.classList.toggle("stale", away);
    if (outage.hidden === away) {
      outage.hidden = !away;
      outage.textContent = away ? "The broker does not answer; this is from " + at + "." : "";
      document.getElementById("say").textContent = away ? outage.textContent : "The broker answers again.";
    }
  }

  // While the broker is away a link would lead to the browser's own error page, and what is shown would be lost.
  function stay(event) {
    const leaves = event.type === "submit" ? event.target.method !== "dialog" : event.target.closest?.("a[href]:not([href^='#'])");
    if (failures < 2 || !leaves) return;
    event.preventDefault();
    document.getElementById("say").textContent = "The broker does not answer: trying again.";
    ask();
  }

  if (interval()) setInterval(tick, 1000);
  addEventListener("click", stay, true);
  addEventListener("submit", stay, true);
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
  document.addEventListener("mouseout", (event) => held > 0 && event.target.closest?.("[data-rows]") && !event.relatedTarget?.closest?.("[data-rows]") && ask());
  pill.addEventListener("click", () => {
    const rows = document.activeElement.closest?.("[data-rows]");
    if (rows) document.activeElement.blur();
    getSelection().removeAllRanges();
    ask();
  });
  tick();
  schedule();
})();
