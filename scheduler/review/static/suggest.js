// Suggestions under the search box. Without it the box is a box, and the language is the same.
(() => {
  "use strict";
  const box = document.querySelector("[data-suggests]");
  if (!box) return;
  const list = document.getElementById("suggestions"), told = document.querySelector("[data-suggested]");
  const EVERY_MS = 150; // between two requests
  let found = null, at = -1, timer = null, asked = 0, askedAt = -EVERY_MS;

  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) box.setAttribute(name, value);

  // The server counts characters, the browser halves of pairs
  const characters = (text) => [...text].length;

  function close() {
    clearTimeout(timer);
    asked += 1; // an answer that is on its way comes too late
    found = null;
    at = -1;
    list.hidden = true;
    list.replaceChildren();
    told.textContent = "";
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function line(one, number) {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    for (const [name, text] of [["soft", one.kind], ["", one.name], ["soft number", one.address ? "打开" : one.count ? `${one.count} 条` : ""]]) {
      item.append(Object.assign(document.createElement("span"), { className: name, textContent: text }));
    }
    item.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the cursor
    item.addEventListener("click", () => take(number));
    return item;
  }

  function show(answer, text) {
    if (!answer.suggestions.length) return close();
    found = { ...answer, behind: characters(text) - answer.end }; // what is typed meanwhile belongs to the word
    at = -1;
    list.replaceChildren(...answer.suggestions.map(line));
    list.hidden = false;
    told.textContent = `${answer.suggestions.length} 条建议`;
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    const items = [...list.children];
    at = (number + items.length) % items.length;
    items.forEach((item, one) => item.setAttribute("aria-selected", String(one === at)));
    items[at].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", items[at].id);
  }

  function take(number) {
    const one = found.suggestions[number], letters = [...box.value];
    if (one.address) { location.href = one.address; return; }
    const before = letters.slice(0, found.start).join("") + one.insert;
    const after = letters.slice(letters.length - found.behind).join("");
    close();
    box.value = before + (before.endsWith(" ") ? after.trimStart() : after);
    box.focus();
    box.setSelectionRange(before.length, before.length);
    if (one.insert.endsWith(":")) later();
  }

  async function ask() {
    const mine = asked += 1;
    askedAt = performance.now();
    const text = box.value;
    const where = new URLSearchParams({ q: text, at: characters(text.slice(0, box.selectionStart)) });
    const answer = await fetch(`/search/suggest?${where}`, { redirect: "error", headers: { Accept: "application/json" } })
      .then((said) => said.ok ? said.json() : null).catch(() => null);
    if (mine === asked && answer && document.activeElement === box) show(answer, text);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, Math.max(EVERY_MS / 3, askedAt + EVERY_MS - performance.now()));
  }

  box.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  box.addEventListener("compositionend", later);
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowDown: () => choose(at + 1), ArrowUp: () => choose(at < 0 ? -1 : at - 1), Escape: close,
      Enter: at < 0 ? null : () => take(at), Tab: at < 0 ? null : () => take(at),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
})();
