// Dialogs, keys, news and what is said offline. Everything here also works by links, buttons and forms without it.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-opens], [data-closes]");
    if (!target) return;
    event.preventDefault();
    if (target.dataset.opens) $("#" + target.dataset.opens).showModal();
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
    if (name) for (const box of $$(`input[name="${name}"]`)) box.checked = event.target.checked;
  });

  // Nothing that is pressed while the server cannot be reached leaves the page: what was typed stays.

  async function reach(asked) {
    try {
      const answer = await asked;
      $(".offline").hidden = true;
      return answer;
    } catch {
      $(".offline").hidden = false;
      return null;
    }
  }

  const isReached = async () => Boolean(await reach(ask()));

  // A key that is pressed twice sends once.
  let leaving = false;
  addEventListener("pageshow", () => { leaving = false; });

  document.addEventListener("submit", async (event) => {
    const form = event.target, pressed = event.submitter;
    if (form.method !== "post" || form.matches("[data-inplace]")) return;
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    if (!await isReached()) { leaving = false; return; }
    if (pressed?.name) {
      const carried = Object.assign(document.createElement("input"), { type: "hidden" });
      carried.name = pressed.name;
      carried.value = pressed.value;
      form.append(carried);
    }
    form.submit();
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
      $(".stale").hidden = false; // what was pressed is said by itself
      return;
    }
    $(".offline").hidden = true;
    $(".stale").hidden = true;
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

  // What takes a moment to count is asked for once the page stands
  for (const place of $$("[data-fills]")) {
    fetch(place.dataset.fills, { redirect: "error" })
      .then((answer) => answer.ok ? answer.json() : { said: "" })
      .catch(() => ({ said: "" }))
      .then((told) => { place.textContent = told.said; });
  }

  const lives = $("[data-refresh]");
  if (lives) setInterval(() => refresh(lives), 1000 * lives.dataset.refresh);
  navigator.serviceWorker?.register("/service-worker.js").catch(() => null); // none where the address is not secure
  setInterval(look, 30000);
  addEventListener("focus", look);
  look();

  const keys = {
    ".": () => !$(".news").hidden && $(".news a").click(),
    "/": () => {
      const box = $("input[type=search]");
      if (box) { box.focus(); box.select(); } else location.href = "/search";
    },
    "?": () => $("#keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    const at = event.target;
    const typing = at.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
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

  window.page = { $, $$, reach, isReached, keys };
})();
