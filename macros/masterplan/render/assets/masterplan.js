/* Interaction on pages: filter and sort tables, copy text, open the source at a line. Pages are complete without this
   script, which uses no library and makes no request. */
(() => {
  "use strict";

  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* Announcements for screen readers */

  const announcement = make("div", { className: "mp-said" });
  announcement.setAttribute("role", "status");

  /* Tables */

  const lines = (text) => (text ? text.split("\n") : []);
  const ranks = (table) => lines(table.dataset.ranks);
  const NOTHING = "\u2014";

  const rowsOf = (table) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains("mp-below"));

  /* A row with the full-width row below it, if there is one. */
  const parts = (row) => {
    const next = row.nextElementSibling;
    return next && next.classList.contains("mp-below") ? [row, next] : [row];
  };

  const sortable = (table) => {
    for (const header of table.tHead.rows[0].cells) {
      if (!header.textContent.trim()) continue;
      const button = make("button", { type: "button", className: "mp-sort", textContent: header.textContent });
      button.addEventListener("click", () => {
        sortBy(table, header, header.getAttribute("aria-sort") !== "ascending");
        keep(table, { sort: (header.getAttribute("aria-sort") === "descending" ? "-" : "") + header.textContent });
      });
      header.replaceChildren(button);
    }
    const sort = isMain(table) && asked.get("sort");
    const header = sort && [...table.tHead.rows[0].cells].find((cell) => cell.textContent === sort.replace(/^-/, ""));
    if (header) sortBy(table, header, !sort.startsWith("-"));
  };

  const sortBy = (table, header, upwards) => {
    for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", upwards ? "ascending" : "descending");
    const words = (row) => sortKey(row.cells[header.cellIndex]);
    const rows = rowsOf(table).sort((a, b) => compare(words(a), words(b), upwards ? 1 : -1, ranks(table)));
    table.tBodies[0].append(...rows.flatMap(parts));
    cap(table);
    announcement.textContent = `Sorted by ${header.textContent}, ${header.getAttribute("aria-sort")}`;
  };

  /* The sort key of a cell: its text without the mark of a change, with a leading date as ISO date. */

  const sortKey = (cell) => {
    const [day, mark] = [cell.querySelector("time"), cell.querySelector(":scope > .mp-new")];
    const text = cell.textContent.slice(0, mark ? -mark.textContent.length : undefined).trim();
    return day && text.startsWith(day.textContent) ? day.dateTime + text.slice(day.textContent.length) : text;
  };

  /* Compare ranked words by rank, numbers by value, other text alphabetically; empty cells are last in either order. */
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
    const words = make("input", { type: "search", name: "filter", placeholder: "Filter", ariaLabel: "Filter the table" });
    const facts = lines(table.dataset.filters);
    const names = pairs(table.dataset.names);
    const selects = facts.map((fact, n) => choice(fact, `fact${n}`, rows, ranks(table))).filter(Boolean);
    const tools = [words, ...selects];
    const clear = make("button", { type: "button", textContent: "Clear filters", hidden: true });
    const unit = table.tHead.rows[0].cells[0].textContent.trim().toLowerCase() || "row";
    const none = make("p", { className: "mp-empty", hidden: true, textContent: `No ${unit} matches.` });
    const texts = new Map();
    const text = (row) => {
      if (!texts.has(row)) {
        const labels = facts.flatMap((_, n) => values(row, `fact${n}`));
        const ids = labels.map((value) => names.ids[value] || "");
        texts.set(row, [...parts(row).map((part) => part.textContent), ...labels, ...ids].join(" ").toLowerCase());
      }
      return texts.get(row);
    };
    const update = () => {
      const wanted = words.value.trim().toLowerCase();
      for (const row of rows) {
        const fits = selects.every(({ value, dataset }) => !value || values(row, dataset.fact).includes(value));
        const isHidden = !fits || (wanted !== "" && !text(row).includes(wanted));
        for (const part of parts(row)) part.hidden = isHidden;
      }
      const shown = rows.filter((row) => !row.hidden).length;
      announcement.textContent = `${shown} of ${rows.length} shown`;
      count.textContent = shown === rows.length ? "" : announcement.textContent;
      clear.hidden = tools.every((tool) => !tool.value);
      none.hidden = shown > 0;
      cap(table);
    };
    const change = () => {
      update();
      keep(table, Object.fromEntries(tools.map((tool) => [tool.name, names.ids[tool.value] || tool.value])));
    };
    clear.addEventListener("click", () => {
      for (const tool of tools) tool.value = "";
      change();
      words.focus();
    });
    const bar = make("div", { className: "mp-filter" }, ...tools, clear, count);
    bar.addEventListener("input", change);
    table.parentElement.before(bar);
    table.parentElement.after(none);
    if (tools.filter((tool) => asked.has(tool.name) && choose(tool, asked.get(tool.name), names)).length) update();
  };

  /* Filters in the address; the value for a person may be a name or an id. */

  const asked = new URLSearchParams(location.search);

  const isMain = (table) => table === document.querySelector(".mp-table[data-filters]");

  const pairs = (text) => {
    const listed = lines(text).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
    return { of: Object.fromEntries(listed), ids: Object.fromEntries(listed.map(([id, name]) => [name, id])) };
  };

  const choose = (tool, value, names) => {
    const wanted = (names.of[value] || value).toLowerCase();
    if (tool.options) {
      const option = [...tool.options].find((candidate) => candidate.value.toLowerCase() === wanted);
      if (!option) tool.append(make("option", { value, textContent: names.of[value] || value }));
      tool.value = option ? option.value : value;
    } else tool.value = value;
    return Boolean(tool.value);
  };

  /* Write the choices into the address, so that it can be bookmarked and shared. */
  const keep = (table, chosen) => {
    if (!location.protocol.startsWith("http") || !isMain(table)) return;
    const address = new URL(location);
    for (const [name, value] of Object.entries(chosen)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, "", address);
  };

  const values = (row, key) => (row.dataset[key] ? row.dataset[key].split("; ") : []);

  const choice = (fact, key, rows, ranked) => {
    const choices = [...new Set(rows.flatMap((row) => values(row, key)))];
    if (!choices.length || rows.every((row) => row.dataset[key] === rows[0].dataset[key])) return null;
    const any = make("option", { value: "", textContent: `any ${fact}` });
    const sorted = choices.sort((a, b) => compare(a, b, 1, ranked));
    const options = sorted.map((value) => make("option", { value, textContent: value }));
    const select = make("select", { name: fact, ariaLabel: `Filter by ${fact}` }, any, ...options);
    select.dataset.fact = key;
    return select;
  };

  /* A long table shows its first rows until all are requested; on paper it shows all. A table with filters is what its
     page is for, so it shows more. On a phone, where rows are cards, it shows fewer. A few rows more than `atFirst` are
     not worth a button. */

  const phone = matchMedia("(max-width: 44.984375em)");
  const FEWEST = 5;
  const atFirst = (table) => (phone.matches ? (table.dataset.filters ? 10 : FEWEST) : table.dataset.filters ? 30 : 10);
  const showAll = new WeakMap();

  const cap = (table) => {
    const button = showAll.get(table);
    if (!button) return;
    const rows = rowsOf(table).filter((row) => !row.hidden);
    const most = atFirst(table);
    const isOpen = button.dataset.asked || rows.length <= 1.5 * most;
    rows.forEach((row, n) => parts(row).forEach((part) => part.classList.toggle("mp-rest", !isOpen && n >= most)));
    button.hidden = isOpen;
    button.textContent = `Show all ${rows.length.toLocaleString("en")}`;
  };

  const capped = (table) => {
    const button = make("button", { type: "button", className: "mp-all" });
    showAll.set(table, button);
    button.addEventListener("click", () => {
      const next = table.querySelector(".mp-rest");
      uncap(table);
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
    });
    table.parentElement.after(button);
    cap(table);
  };

  const uncap = (table) => {
    showAll.get(table).dataset.asked = "all";
    cap(table);
  };

  /* Make a box focusable while its content is wider, so that it scrolls by keyboard. */
  const scrollable = (box) =>
    new ResizeObserver(() => {
      box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
    }).observe(box);

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

  /* A link to folded content or to a line of the source opens every part around it. */

  const openTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const rest = target && target.closest(".mp-rest");
    const folded = target && target.closest("details");
    if (rest) uncap(rest.closest("table"));
    if (!folded && !rest) return;
    for (let part = folded; part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView({ block: target.matches(".mp-folded") ? "start" : "center" });
  };

  const start = () => {
    document.body.append(announcement);
    for (const table of document.querySelectorAll(".mp-table")) {
      if (rowsOf(table).length > 1.5 * FEWEST) capped(table);
      if (rowsOf(table).length > 1 && !("transposed" in table.dataset)) sortable(table);
      if (rowsOf(table).length > 1 && table.dataset.filters) filterable(table);
    }
    document.querySelectorAll(".mp-table-box, .mp-risks, .mp-figure:not([tabindex])").forEach(scrollable);
    document.querySelectorAll(".mp-copyable").forEach(copyable);
    phone.addEventListener("change", () => document.querySelectorAll(".mp-table").forEach(cap));
    window.addEventListener("hashchange", openTarget);
    openTarget();
  };

  /* By then the theme has wrapped plain tables in boxes of its own. */
  window.addEventListener("load", () => document.querySelectorAll(".md-typeset__scrollwrap").forEach(scrollable));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
