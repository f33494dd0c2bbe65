
(() => {
  const table = document.getElementById("moves");
  if (!table) return;
  const body = table.tBodies[0];
  const language = document.documentElement.lang;
  const number = (text) => parseFloat(text.replace(/[\u2212\u2013]/, "-").replace(/[^\d.-]/g, ""));
  table.querySelectorAll("thead th").forEach((head, column) => {
    const isNumber = head.classList.contains("n");
    const order = isNumber
      ? (a, b, way) => isNaN(a) - isNaN(b) || way * (a - b)
      : (a, b, way) => way * a.localeCompare(b, language);
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      const rows = [...body.rows].map((row) => {
        const text = row.cells[column].textContent.trim();
        return [isNumber ? number(text) : text, row];
      });
      rows.sort(([a], [b]) => order(a, b, way));
      body.append(...rows.map(([, row]) => row));
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    });
  });
})();
