// Datasette's menus of columns in Chinese, and names for what its editor of SQL leaves without one.
const WORDS = {
  "Sort ascending": "升序", "Sort descending": "降序", "Facet by this": "按这一列分面", "Hide this column": "收起这一列",
  "Show all columns": "显示全部列", "Show not-blank rows": "只看不空的行",
};
const wordMenus = () => {
  "use strict";
  for (const field of document.querySelectorAll(".cm-content, .CodeMirror textarea")) {
    if (!field.hasAttribute("aria-label")) field.setAttribute("aria-label", "SQL");
  }
  for (const title of document.querySelectorAll(".dropdown-menu-icon title")) {
    if (title.textContent === "Column menu") title.textContent = "这一列的菜单";
  }
  for (const link of document.querySelectorAll(".dropdown-menu a")) {
    if (WORDS[link.textContent]) link.textContent = WORDS[link.textContent];
  }
  for (const type of document.querySelectorAll(".dropdown-column-type")) {
    type.textContent = type.textContent.replace("Type: ", "类型：").replace(", NOT NULL", "，不能为空");
  }
};
addEventListener("DOMContentLoaded", () => {
  wordMenus();
  new MutationObserver(wordMenus).observe(document.body, { childList: true, subtree: true });
});
