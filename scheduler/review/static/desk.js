// Lists with a preview: the row that keys are about, and choosing several. Links and boxes work without it.
(() => {
  "use strict";
  const { $, $$, reach, isReached } = window.page;
  const cards = () => $$("[data-card]").filter((card) => card.checkVisibility());
  const pickOf = (card) => $(".pick", card);
  const foot = $(".foot"), pane = $("[data-preview]");
  let current = null, lastPicked = null;

  // Which row the keys are about

  function choose(card, { scroll = true, focus = true } = {}) {
    current?.removeAttribute("aria-current");
    current = card;
    if (!card) return;
    card.setAttribute("aria-current", "true");
    const open = $("a[data-open]", card);
    if (focus && open && document.activeElement?.closest("[data-card]") !== card) open.focus({ preventScroll: true });
    if (scroll) card.scrollIntoView({ block: "nearest" });
    const at = foot && $("[data-at]", foot);
    if (at && card.dataset.number) at.textContent = card.dataset.number;
    show(card);
  }

  function move(step) {
    const all = cards();
    if (all.length) choose(all[Math.min(all.length - 1, Math.max(0, all.includes(current) ? all.indexOf(current) + step : 0))]);
  }

  const isWaiting = (card) => $("[data-state]", card)?.classList.contains("new") && !card.hasAttribute("aria-busy");

  function nextWaiting(card) {
    const all = cards(), at = all.indexOf(card);
    return all.slice(at + 1).find(isWaiting) || all[at + 1] || card;
  }

  // The preview: fetched once for each state of a row, the next one ahead

  const fetched = new Map();
  let shown = pane && $("[data-path]", pane)?.dataset.path, timer;
  const isPaneVisible = () => pane && getComputedStyle(pane).display !== "none";
  const keyOf = (card) => card.dataset.path + ($("[name=about]", card)?.value || "");

  function preview(card) {
    const key = keyOf(card);
    if (!fetched.has(key)) {
      fetched.set(key, fetch(`/${card.dataset.path}/preview?list=${encodeURIComponent(location.pathname + location.search)}`, { redirect: "error" })
        .then((answer) => answer.ok ? answer.text() : Promise.reject(answer.status))
        .catch(() => { fetched.delete(key); return null; }));
    }
    return fetched.get(key);
  }

  function show(card) {
    clearTimeout(timer);
    if (!isPaneVisible() || card.dataset.path === shown) return;
    timer = setTimeout(async () => {
      const text = await preview(card);
      if (card !== current || text === null) return;
      const part = document.createElement("div");
      part.innerHTML = text; // made by our server, every value escaped
      pane.replaceChildren(...part.childNodes);
      pane.scrollTop = 0;
      shown = card.dataset.path;
      const all = cards(), next = all[all.indexOf(card) + 1];
      if (next) preview(next);
    }, 40);
  }

  // Choosing several

  const picked = () => $$(".pick:checked");

  function tell() {
    const chosen = picked().length, told = foot && $("[data-chosen]", foot);
    if (told) told.textContent = chosen;
    foot?.classList.toggle("choosing", chosen > 0);
  }

  function pick(card, isOn = !pickOf(card)?.checked) {
    const box = card && pickOf(card);
    if (!box) return;
    box.checked = isOn;
    lastPicked = card;
    tell();
  }

  function pickUpTo(card) {
    const all = cards(), ends = [all.indexOf(lastPicked ?? card), all.indexOf(card)].sort((a, b) => a - b);
    for (const one of all.slice(ends[0], ends[1] + 1)) pick(one, true);
    lastPicked = card;
  }

  function pickAll(isOn) {
    for (const box of $$(".pick")) box.checked = isOn && box.checkVisibility();
    tell();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches(".pick")) { lastPicked = event.target.closest("[data-card]"); tell(); }
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-unchoose]")) pickAll(false);
    const row = event.target.closest("tr[data-card]");
    if (!row || event.target.closest("a, button, input") || !isPaneVisible()) return;
    choose(row, { scroll: false });
  });

  const follow = (link) => link && isReached().then((is) => is && link.click());
  Object.assign(window.page.keys, {
    j: () => follow($(".policy-bar a[rel=next]")) || move(1),
    k: () => follow($(".policy-bar a[rel=prev]")) || move(-1),
    o: () => follow(current && $("a[data-open]", current)),
    n: () => follow($("a[data-next]")),
    s: () => follow($("a[data-key=s]")),
    i: () => follow($("a[data-key=i]")),
    x: () => current && pick(current),
    X: () => current && pickUpTo(current),
    a: () => pickAll(picked().length === 0),
    t: () => { if (current && !picked().length) pick(current, true); if (picked().length) $("[data-tags]")?.click(); },
    Escape: () => pickAll(false),
    h: () => document.body.classList.toggle("show-points"),
    q: () => { const all = $$(".elements details"); for (const one of all) one.open = !all.every((each) => each.open); },
  });
  window.page.keys.Enter = window.page.keys.o;
  window.page.rows = { choose, nextWaiting, picked, pickAll, forget: () => fetched.clear(), current: () => current };

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && card !== current && card.matches("tr, li")) choose(card, { scroll: false, focus: false });
  });

  // A sentence that a folded part leads to is shown, and a part that is linked is opened.
  document.addEventListener("click", (event) => {
    const to = event.target.closest("a[href^='#']")?.getAttribute("href").slice(1);
    const details = to && document.getElementById(decodeURIComponent(to))?.closest("details");
    if (details) details.open = true;
  });

  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("[data-card]");
  const first = $("[data-card][aria-current]");
  if (named) first?.removeAttribute("aria-current");
  const marked = named || first || (($("[data-first]") || $(".policy-bar")) && cards()[0]);
  if (marked) choose(marked, { scroll: Boolean(named), focus: false });
})();
