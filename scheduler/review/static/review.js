// Keys and dialogs. Everything here also works by links, buttons and forms without it.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  const $ = (selector, from = document) => from.querySelector(selector);
  const cards = () => [...document.querySelectorAll("[data-card]")];
  let current = null;

  function choose(card, scroll = true) {
    current?.classList.remove("current");
    current = card;
    if (!card) return;
    card.classList.add("current");
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    if (scroll) card.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = cards();
    if (!all.length) return;
    const at = all.indexOf(current);
    choose(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))]);
  }

  // A form sent from a card returns to the card after it, so that the next key is about the next one.
  function cardAfter(card) {
    const all = cards();
    const next = all[all.indexOf(card) + 1] || card;
    return next.id ? "#" + next.id : "";
  }

  function comeBackTo(form, card) {
    const back = form.elements.back;
    if (back && card) back.value = back.value.split("#")[0] + cardAfter(card);
  }

  function send(card, verdict) {
    const form = card && $(`form[data-verdict="${verdict}"]`, card);
    if (form) form.requestSubmit($("button", form)); // the button carries the verdict
  }

  function askReason(link) {
    const dialog = $("#reject");
    const form = $("form", dialog);
    const card = link.closest("[data-card]");
    form.action = link.dataset.rejects;
    form.elements.reason.value = "";
    form.elements.seen.value = link.dataset.seen;
    $("[data-about]", dialog).textContent = link.dataset.title;
    comeBackTo(form, card);
    dialog.showModal();
    form.elements.reason.focus();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-rejects], [data-opens], [data-closes]");
    if (!target) return;
    event.preventDefault();
    if (target.dataset.rejects) askReason(target);
    else if (target.dataset.opens) $("#" + target.dataset.opens).showModal();
    else target.closest("dialog").close();
  });

  // Without a secure address the browser gives no clipboard: the text is chosen, and the older way tried.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text.textContent);
      return true;
    } catch {
      getSelection().selectAllChildren(text);
      return document.execCommand("copy");
    }
  }

  document.addEventListener("click", (event) => { if (event.target.closest("[data-prints]")) print(); });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const done = await copy($("#" + button.dataset.copies));
    button.nextElementSibling.textContent = done ? "已复制" : "已选中，请按 Ctrl+C";
  });

  document.addEventListener("change", (event) => {
    const name = event.target.dataset.checks;
    if (name) for (const box of document.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
  });

  // Nothing that is pressed while the server cannot be reached leaves the page: what was typed stays.
  // A key that is pressed twice sends once.
  let leaving = false;
  addEventListener("pageshow", () => { leaving = false; });

  async function whenReached(act) {
    if (leaving) return;
    leaving = true;
    const told = $(".offline");
    try {
      await ask();
    } catch {
      told.hidden = false;
      leaving = false;
      return;
    }
    told.hidden = true;
    act();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, pressed = event.submitter;
    const card = form.closest("[data-card]");
    if (card && form.dataset.verdict) comeBackTo(form, card);
    if (form.method !== "post") return;
    event.preventDefault();
    whenReached(() => {
      if (pressed?.name) {
        const carried = Object.assign(document.createElement("input"), { type: "hidden" });
        carried.name = pressed.name;
        carried.value = pressed.value;
        form.append(carried);
      }
      form.submit();
    });
  });

  // An open page asks now and then what came after it, and says so quietly; nothing moves by itself.
  const title = document.title;

  async function ask() {
    const stop = AbortSignal.timeout(5000);
    const answer = await fetch("/news?since=" + document.body.dataset.latest, { signal: stop, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  async function look() {
    let told;
    try {
      told = await ask();
    } catch {
      return; // it is said when something is pressed
    }
    $(".offline").hidden = true;
    document.title = told.waiting ? `(${told.waiting}) ${title}` : title;
    const hint = $(".news");
    $("span", hint).textContent = `${told.new} 条新政策`;
    hint.hidden = !told.new;
  }

  async function refresh(part) {
    if (part.contains(document.activeElement) || $("details[open]", part)) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = $("[data-refresh]", page);
    if (!now) location.reload();
    else if (now.innerText !== part.innerText) part.replaceChildren(...now.childNodes);
  }

  const lives = $("[data-refresh]");
  if (lives) setInterval(() => refresh(lives), 1000 * lives.dataset.refresh);
  setInterval(look, 30000);
  addEventListener("focus", look);
  look();

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && card !== current) {
      current?.classList.remove("current");
      current = card;
      card.classList.add("current");
    }
  });

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => current && $("a[data-open]", current) && whenReached(() => $("a[data-open]", current).click()),
    c: () => send(current, "confirmed"),
    w: () => send(current, "watch"),
    r: () => current && $("[data-rejects]", current)?.click(),
    n: () => $("a[data-next]") && whenReached(() => $("a[data-next]").click()),
    ".": () => !$(".news").hidden && $(".news a").click(),
    u: () => $("form[data-undo]")?.requestSubmit(),
    "/": () => {
      const box = $("input[type=search]");
      if (box) { box.focus(); box.select(); } else location.href = "/search";
    },
    "?": () => $("#keys").showModal(),
  };
  keys.Enter = keys.o;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    const at = event.target;
    const typing = at.closest("input, textarea, select, [contenteditable]");
    if (typing) {
      if (event.key === "Escape") at.blur();
      return;
    }
    if (event.key === "Enter" && at.closest("a, button, summary")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const first = named?.closest("[data-card]") || ($("[data-first]") && cards()[0]);
  if (first) choose(first, Boolean(named));
})();
