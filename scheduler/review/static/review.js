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

  document.addEventListener("submit", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && event.target.dataset.verdict) comeBackTo(event.target, card);
  });

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
    o: () => current && $("a[data-open]", current)?.click(),
    c: () => send(current, "confirmed"),
    w: () => send(current, "watch"),
    r: () => current && $("[data-rejects]", current)?.click(),
    n: () => $("a[data-next]")?.click(),
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
