// Verdicts in place: nothing reloads or scrolls, and the forms that they replace work without it.
(() => {
  "use strict";
  const { $, $$, reach, keys } = window.page;
  const { choose, nextWaiting, picked, pickAll, forget, current } = window.page.rows;
  const foot = $(".foot");

  // Verdicts. What is being sent is marked; the answer says how every row stands now.

  const undoable = []; // groups of verdicts of this visit, the last one is undone first

  // What is pressed is sent in turn, so that the last verdict is the one that was pressed last.
  let turn = Promise.resolve();
  const inTurn = (act) => (turn = turn.then(act, act));

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
    for (const told of $$("[data-done], [data-waiting]")) {
      if (told.matches("progress")) told.value += step;
      else told.textContent = Number(told.textContent) + (told.matches("[data-done]") ? step : -step);
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
    const from = current(), scroll = [scrollX, scrollY];
    for (const row of rows) row.setAttribute("aria-busy", "true");
    if (mayMove && foot && rows.includes(from)) choose(nextWaiting(from));
    const answer = await inTurn(() => send("/verdicts", [...fields, ...abouts.map((about) => ["about", about])]));
    for (const row of rows) row.removeAttribute("aria-busy");
    if (!answer) {
      if (from !== current()) { choose(from, { scroll: false }); scrollTo(...scroll); }
      return;
    }
    settle(answer);
    if (answer.verdicts.length) undoable.push(answer.verdicts.map((one) => one.id));
    pickAll(false);
    offer(answer.said, answer.last);
    if (answer.ask) ask(answer.ask);
  }

  function settle(answer) {
    for (const one of answer.verdicts) {
      stateOf(one.path, one.about, one.verdict, one.word);
      const back = $("[data-back-judged]"); // a list that this leaves, or comes back to
      if (back) back.href = one.verdict ? back.dataset.backJudged : back.dataset.back;
    }
    forget();
  }

  async function undo(form) {
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    await turn; // what was pressed before is told first
    const ids = form.elements.id.value.split(",").filter(Boolean);
    const fields = ["csrftoken", "back"].map((name) => [name, form.elements[name].value]);
    const answer = ids.length && await inTurn(() => send("/verdicts/undo", [...fields, ...ids.map((id) => ["id", id])]));
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
    if (!form.matches("[data-inplace]") || event.submitter?.hasAttribute("formaction")) return;
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
    const about = $("[name=about]", current() ?? document.createElement("i"))?.value;
    const token = $("[name=csrftoken]")?.value, abouts = chosen.length ? chosen : about ? [about] : [];
    if (!abouts.length || !$(".verdicts")) return;
    if (value === "rejected") askReason(abouts);
    else judge([["csrftoken", token], ["back", location.pathname + location.search], ["verdict", value]], abouts);
  }

  Object.assign(keys, {
    c: () => verdict("confirmed"),
    w: () => verdict("watch"),
    r: () => verdict("rejected"),
    u: () => $("form[data-undo]:not([hidden])")?.requestSubmit(),
  });
})();
