// Asks for the page again while it is looked at, and changes what differs: nothing that a person holds, points at or types into moves.
// A list under other filters is still the same page: it changes in place, too.
"use strict";
(() => {
  const interval = () => Number(document.body.dataset.refresh) || 0;
  const main = document.getElementById("main"), asOf = document.getElementById("as-of"), outage = document.getElementById("outage"), pill = document.getElementById("pending");
  const here = () => location.pathname + location.search;
  let loaded = performance.now(), failures = 0, held = 0, turned = false, shown = here(), timer, request, again = () => {};

  const selected = (element) => getSelection().rangeCount > 0 && !getSelection().isCollapsed && getSelection().containsNode(element, true);
  const keep = (element) => "keep" in element.dataset || (element.matches("tr, p, pre, dd, summary") && selected(element));
  const touched = (rows) => rows.matches(":hover") || rows.contains(document.activeElement) || selected(rows);

  function patch(old, now) {
    if (!turned && keep(old)) return;
    for (const { name } of [...old.attributes]) {
      if (!now.hasAttribute(name) && !(name === "open" && old.tagName === "DETAILS")) old.removeAttribute(name);
    }
    for (const { name, value } of now.attributes) {
      if (old.getAttribute(name) !== value && !(name === "open" && old.tagName === "DETAILS")) old.setAttribute(name, value);
    }
    if (turned && old.matches("input, select") && old !== document.activeElement) old.value = now.value;
    if (!turned && "rows" in old.dataset && hold(old, now)) return;
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
      else if (match.nodeValue !== fresh.nodeValue && (turned || !(match.parentElement && keep(match.parentElement)))) match.nodeValue = fresh.nodeValue;
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

  // One call at a time: whoever asks later has the say.
  function load(url, refreshes, done) {
    clearTimeout(timer);
    const before = request, mine = (request = new XMLHttpRequest());
    before?.abort();
    mine.open("GET", url);
    if (refreshes) mine.setRequestHeader("X-Brokkr-Refresh", "1");
    mine.responseType = "document";
    mine.timeout = 10000;
    mine.onloadend = () => {
      if (mine !== request) return;
      request = undefined;
      done(mine, mine.status && new URL(mine.responseURL).pathname === location.pathname);
      schedule();
    };
    mine.send();
  }

  function ask() {
    clearTimeout(timer);
    if (request || !interval()) return;
    load(here(), true, (answer, isHere) => {
      if (answer.status && !isHere) location.reload();
      else if (answer.status === 200 && answer.response) take(answer.response);
      else fail(answer.status);
    });
  }

  // What is no list to show, such as an error, is opened as the page that it is.
  function turn(url, isNew) {
    main.setAttribute("aria-busy", "true");
    load(url, false, (answer, isHere) => {
      if (!isHere || answer.status !== 200 || !answer.response?.getElementById("main")) {
        if (isNew) location.assign(url);
        else location.reload();
        return;
      }
      if (isNew) history.pushState(null, "", url);
      [shown, turned] = [here(), true];
      take(answer.response);
      turned = false;
      if (document.activeElement === document.body) main.focus({ preventScroll: true });
      document.getElementById("say").textContent = main.querySelector(".title p")?.textContent ?? "";
    });
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

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("#main [data-turn] a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const facet = link.closest("details");
    if (facet) {
      facet.open = false;
      facet.querySelector("summary").focus();
    }
    turn(link.href, true);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("#main [data-turn] form")) return;
    event.preventDefault();
    const asked = [...new FormData(event.target)].filter(([, value]) => value !== "");
    turn(event.target.action + (asked.length > 0 ? "?" + new URLSearchParams(asked) : ""), true);
  });
  addEventListener("popstate", () => here() !== shown && turn(here(), false));

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
