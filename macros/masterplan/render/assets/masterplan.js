/* What a page can do beyond being read: filter and sort tables, enlarge diagrams, copy text, open the source at a line.
   Everything is there to read without it. No library, no request. */
(() => {
  "use strict";

  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* What has just happened, for those who listen to the page. */

  const said = make("div", { className: "mp-said" });
  said.setAttribute("role", "status");

  /* Tables */

  const lines = (text) => (text ? text.split("\n") : []);
  const ranks = (table) => lines(table.dataset.ranks);
  const NOTHING = "\u2014";

  /* The rows of a table, each with the row that stands below it at full width, if there is one. */
  const rowsOf = (table) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains("mp-below"));

  const parts = (row) => {
    const next = row.nextElementSibling;
    return next && next.classList.contains("mp-below") ? [row, next] : [row];
  };

  const sortable = (table) => {
    for (const header of table.tHead.rows[0].cells) {
      if (!header.textContent.trim()) continue;
      const button = make("button", { type: "button", className: "mp-sort", textContent: header.textContent });
      button.addEventListener("click", () => sortBy(table, header));
      header.replaceChildren(button);
    }
  };

  const sortBy = (table, header) => {
    const upwards = header.getAttribute("aria-sort") !== "ascending";
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", upwards ? "ascending" : "descending");
    const words = (row) => sortKey(row.cells[header.cellIndex]);
    const rows = rowsOf(table).sort((a, b) => compare(words(a), words(b), upwards ? 1 : -1, ranks(table)));
    table.tBodies[0].append(...rows.flatMap(parts));
    said.textContent = `Sorted by ${header.textContent}, ${header.getAttribute("aria-sort")}`;
  };

  /* What a cell sorts by: of one that begins with a date in words, the date. */

  const sortKey = (cell) => {
    const [text, day] = [cell.textContent.trim(), cell.querySelector("time")];
    return day && text.startsWith(day.textContent) ? day.dateTime + text.slice(day.textContent.length) : text;
  };

  /* Levels and choices by their rank, numbers by their value, all else by the alphabet; empty cells last either way. */
  const compare = (one, other, way, ranked) => {
    if (one === NOTHING || other === NOTHING) return (one === NOTHING) - (other === NOTHING);
    return way * collator.compare(key(one, ranked), key(other, ranked));
  };

  const key = (words, ranked) => {
    const rank = ranked.indexOf(words.replace(/ risk$/, ""));
    return rank < 0 ? words.replace(/(\d),(?=\d{3})/g, "$1") : String(rank);
  };

  const filterable = (table) => {
    const rows = rowsOf(table);
    const count = make("span", { className: "mp-small" });
    const words = make("input", { type: "search", placeholder: "Filter", ariaLabel: "Filter the table" });
    const facts = lines(table.dataset.filters);
    const selects = facts.map((fact, n) => choice(fact, `fact${n}`, rows, ranks(table))).filter(Boolean);
    const update = () => {
      const wanted = words.value.trim().toLowerCase();
      for (const row of rows) {
        const fits = selects.every((one) => !one.value || values(row, one.dataset.fact).includes(one.value));
        const text = parts(row).map((part) => part.textContent).join(" ").toLowerCase();
        for (const part of parts(row)) part.hidden = !fits || !text.includes(wanted);
      }
      const shown = rows.filter((row) => !row.hidden).length;
      said.textContent = `${shown} of ${rows.length} shown`;
      count.textContent = shown === rows.length ? "" : said.textContent;
    };
    const bar = make("div", { className: "mp-filter" }, words, ...selects, count);
    bar.addEventListener("input", update);
    table.parentElement.before(bar);
  };

  const values = (row, key) => (row.dataset[key] ? row.dataset[key].split("; ") : []);

  const choice = (fact, key, rows, ranked) => {
    const choices = [...new Set(rows.flatMap((row) => values(row, key)))];
    if (choices.length < 2) return null;
    const any = make("option", { value: "", textContent: `any ${fact}` });
    const sorted = choices.sort((a, b) => compare(a, b, 1, ranked));
    const options = sorted.map((value) => make("option", { value, textContent: value }));
    const select = make("select", { name: fact, ariaLabel: `Filter by ${fact}` }, any, ...options);
    select.dataset.fact = key;
    return select;
  };

  /* A table wider than its box scrolls by keyboard too. */
  const scrollable = (box) =>
    new ResizeObserver(() => {
      box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
    }).observe(box);

  /* Diagrams: larger and smaller, and moved with the pointer while they are larger than their frame. */

  const zoomable = (figure) => {
    const svg = figure.querySelector("svg");
    const width = svg.width.baseVal.value;
    let scale = 1;
    const zoom = (factor) => {
      scale = factor ? Math.min(4, Math.max(0.5, scale * factor)) : 1;
      svg.style.width = scale === 1 ? "" : `${width * scale}px`;
      svg.style.maxWidth = scale === 1 ? "" : "none";
    };
    const button = (label, text, factor) => {
      const made = make("button", { type: "button", textContent: text, title: label, ariaLabel: label });
      made.addEventListener("click", () => zoom(factor));
      return made;
    };
    const tools = [button("Larger", "+", 1.25), button("Smaller", "\u2212", 0.8), button("1:1, as it was", "1:1", 0)];
    figure.before(make("div", { className: "mp-zoom" }, ...tools));
    movable(figure);
  };

  const isCrowded = (figure) => figure.querySelectorAll("a").length > 8 || figure.scrollWidth > figure.clientWidth;

  const movable = (figure) => {
    let from = null;
    figure.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.target.closest("a, button")) return;
      from = { x: event.clientX + figure.scrollLeft, y: event.clientY + figure.scrollTop };
      figure.setPointerCapture(event.pointerId);
    });
    figure.addEventListener("pointermove", (event) => {
      if (from) figure.scrollTo(from.x - event.clientX, from.y - event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) figure.addEventListener(end, () => (from = null));
  };

  /* Text to copy */

  const copyable = (block) => {
    const button = make("button", { type: "button", className: "mp-copy", textContent: "Copy" });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("pre").textContent);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    block.querySelector("pre").before(button);
  };

  /* A link to what is folded away, or to a line of the source, opens every part that it is in. */

  const openTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details");
    if (!folded) return;
    for (let part = folded; part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView({ block: target.matches(".mp-folded") ? "start" : "center" });
  };

  const start = () => {
    // Measured before anything is added, or every addition would lay out the page again.
    const crowded = [...document.querySelectorAll(".mp-figure")].filter(isCrowded);
    document.body.append(said);
    for (const table of document.querySelectorAll(".mp-table")) {
      if (rowsOf(table).length < 5) continue;
      sortable(table);
      if (table.dataset.filters) filterable(table);
    }
    document.querySelectorAll(".mp-table-box, .mp-risks").forEach(scrollable);
    crowded.forEach(zoomable);
    document.querySelectorAll(".mp-copyable").forEach(copyable);
    window.addEventListener("hashchange", openTarget);
    openTarget();
  };

  /* The theme has put its own boxes around plain tables by then. */
  window.addEventListener("load", () => document.querySelectorAll(".md-typeset__scrollwrap").forEach(scrollable));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
