// Names for what Datasette's pages leave without one, for those who listen to them or have no mouse.
const nameFields = () => {
  "use strict";
  const names = [
    ["select[name^=_filter_column]", "筛选哪一列"], ["select[name^=_filter_op]", "怎样筛选"],
    [".filter-value", "筛选的值"], ["select[name=_sort]", "按哪一列排序"], ["textarea[name=sql]", "SQL"],
    [".cm-content", "SQL"], ["textarea", "SQL"],
  ];
  for (const [selector, name] of names) {
    for (const field of document.querySelectorAll(selector)) {
      if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", name);
    }
  }
  for (const scrolled of document.querySelectorAll(".table-wrapper")) scrolled.tabIndex = 0; // the keyboard scrolls it
  for (const heading of document.querySelectorAll("h3")) heading.setAttribute("aria-level", "2");
};
addEventListener("DOMContentLoaded", () => {
  nameFields();
  new MutationObserver(nameFields).observe(document.body, { childList: true, subtree: true }); // the editor of SQL comes later
});
