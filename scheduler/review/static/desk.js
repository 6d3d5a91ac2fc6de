// Lists with a preview, and verdicts in place. Everything here also works by links, buttons and forms without it.
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
      fetched.set(key, fetch(`/${card.dataset.path}/preview`, { redirect: "error" })
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

  // Verdicts. What is being sent is marked; the answer says how every row stands now.

  const undoable = []; // groups of verdicts of this visit, the last one is undone first

  function stateOf(path, about, value, word) {
    for (const part of $$(`[data-path="${path}"]`)) {
      if (part.matches("tr")) {
        part.classList.remove("confirmed", "watch", "rejected");
        if (value) part.classList.add(value);
      }
      for (const mark of $$("[data-state]", part)) {
        const before = mark.classList.contains("new");
        mark.className = `state ${value || "new"}`;
        mark.removeAttribute("title");
        $("span", mark).textContent = word;
        if (part.dataset.number && before !== !value) count(before ? 1 : -1);
      }
      for (const button of $$("button[name=verdict]", part)) {
        button.setAttribute("aria-pressed", String(button.value === value));
        button.classList.toggle("strong", button.value === "confirmed" && !value);
      }
      for (const field of $$("[name=about]", part)) field.value = about;
    }
  }

  function count(step) {
    for (const told of $$("[data-done]", foot ?? document)) {
      if (told.matches("progress")) told.value += step;
      else told.textContent = Number(told.textContent) + step;
    }
  }

  function offer(said, last) {
    for (const form of $$("form[data-undo]")) {
      const group = undoable.at(-1);
      form.hidden = !group && !last;
      form.elements.id.value = group ? group.join(",") : last?.id ?? "";
      $("[data-said]", form).textContent = said || last?.said || "";
    }
  }

  const cardOf = (about) => $(`[data-card][data-path="${about.split(":")[0]}"]`);

  async function judge(fields, abouts, { mayMove = true } = {}) {
    const rows = abouts.map(cardOf).filter(Boolean).filter((row) => !row.hasAttribute("aria-busy"));
    if (rows.length < abouts.map(cardOf).filter(Boolean).length) return; // pressed twice
    const from = current, scroll = [scrollX, scrollY];
    for (const row of rows) row.setAttribute("aria-busy", "true");
    if (mayMove && foot && rows.includes(current)) choose(nextWaiting(current));
    const answer = await send("/verdicts", [...fields, ...abouts.map((about) => ["about", about])]);
    for (const row of rows) row.removeAttribute("aria-busy");
    if (!answer) {
      if (from !== current) { choose(from, { scroll: false }); scrollTo(...scroll); }
      return;
    }
    settle(answer);
    if (answer.verdicts.length) undoable.push(answer.verdicts.map((one) => one.id));
    pickAll(false);
    offer(answer.said, answer.last);
    if (answer.ask) ask(answer.ask);
  }

  function settle(answer) {
    for (const one of answer.verdicts) stateOf(one.path, one.about, one.verdict, one.word);
    fetched.clear();
  }

  async function undo(form) {
    const ids = form.elements.id.value.split(",").filter(Boolean);
    if (!ids.length || form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const answer = await send("/verdicts/undo", [["csrftoken", form.elements.csrftoken.value],
      ["back", form.elements.back.value], ...ids.map((id) => ["id", id])]);
    form.removeAttribute("aria-busy");
    if (!answer) return;
    if (undoable.at(-1)?.join() === ids.join()) undoable.pop();
    settle(answer);
    offer(answer.said, answer.last);
    const back = cardOf(answer.verdicts[0].path);
    if (back?.matches("tr")) choose(back);
  }

  // An answer that is no answer for a script (a login, a fault) is left to the browser: the form is sent as it is.
  async function send(action, fields) {
    const answer = await reach(fetch(action, {
      method: "POST", redirect: "manual", headers: { Accept: "application/json" }, body: new URLSearchParams(fields),
    }));
    if (!answer) return null;
    if (answer.status === 200 || answer.status === 409) {
      const isOurs = answer.headers.get("content-type")?.startsWith("application/json");
      if (isOurs) return answer.json();
    }
    const form = Object.assign(document.createElement("form"), { method: "post", action, hidden: true });
    for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
    document.body.append(form);
    form.submit();
    return null;
  }

  function ask(markup) {
    const dialog = $("#ask");
    dialog.innerHTML = markup; // a template of our server
    dialog.showModal();
    $("[data-keeps]", dialog).focus();
  }

  function askReason(abouts) {
    const dialog = $("#reject"), form = $("form", dialog);
    form.reset();
    for (const old of $$("[name=about]", form)) old.remove();
    for (const value of abouts) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "about", value }));
    const card = cardOf(abouts[0]);
    $("[data-about]", dialog).textContent = abouts.length > 1 ? `${abouts.length} 条` : card?.dataset.title ?? "";
    dialog.showModal();
    form.elements.reason[0].focus();
  }

  const aboutsOf = (form) => form.id === "several" ? picked().map((box) => box.value) : $$("[name=about]", form).map((field) => field.value);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-inplace]")) return;
    event.preventDefault();
    if (form.matches("[data-undo]")) { undo(form); return; }
    const verdict = event.submitter?.name === "verdict" ? event.submitter.value : form.elements.verdict.value;
    const abouts = aboutsOf(form), dialog = form.closest("dialog");
    if (!abouts.length) return;
    if (verdict === "rejected" && !dialog) { askReason(abouts); return; }
    const said = new FormData(form), fields = [["csrftoken", said.get("csrftoken")], ["back", said.get("back")], ["verdict", verdict]];
    for (const name of ["reason", "more"]) if (said.get(name)) fields.push([name, said.get(name)]);
    if (verdict === "rejected" && fields.length < 4) { form.elements.more.focus(); return; }
    dialog?.close();
    judge(fields, abouts, { mayMove: !dialog || dialog.id === "reject" });
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("dialog [data-keeps]")) return;
    event.preventDefault();
    location.reload(); // what stands now is shown
  });

  $("#reject")?.addEventListener("keydown", (event) => {
    const form = $("#reject form"), reason = form.elements.reason[Number(event.key) - 1];
    if (!reason || event.target.name === "more") return;
    event.preventDefault();
    reason.checked = true;
    form.requestSubmit();
  });

  // A verdict is about the chosen ones if there are any, else about the current one.
  function verdict(value) {
    const chosen = picked().map((box) => box.value);
    const about = $("[name=about]", current ?? document.createElement("i"))?.value;
    const token = $("[name=csrftoken]")?.value, abouts = chosen.length ? chosen : about ? [about] : [];
    if (!abouts.length || !$(".verdicts")) return;
    if (value === "rejected") askReason(abouts);
    else judge([["csrftoken", token], ["back", location.pathname + location.search], ["verdict", value]], abouts);
  }

  const follow = (link) => link && isReached().then((is) => is && link.click());
  Object.assign(window.page.keys, {
    j: () => move(1),
    k: () => move(-1),
    o: () => follow(current && $("a[data-open]", current)),
    c: () => verdict("confirmed"),
    w: () => verdict("watch"),
    r: () => verdict("rejected"),
    u: () => $("form[data-undo]:not([hidden])")?.requestSubmit(),
    n: () => follow($("a[data-next]")),
    s: () => follow($("a[data-key=s]")),
    i: () => follow($("a[data-key=i]")),
    x: () => current && pick(current),
    X: () => current && pickUpTo(current),
    a: () => pickAll(picked().length === 0),
    Escape: () => pickAll(false),
    h: () => document.body.classList.toggle("show-points"),
    q: () => { const all = $$(".elements details"); for (const one of all) one.open = !all.every((each) => each.open); },
  });
  window.page.keys.Enter = window.page.keys.o;

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
  const marked = named || $("[data-card][aria-current]") || (($("[data-first]") || $(".policy-bar")) && cards()[0]);
  if (marked) choose(marked, { scroll: Boolean(named), focus: false });
})();
