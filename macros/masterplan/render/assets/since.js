/* Changes since the reader's last visit: a banner on the overview and marks at changed values, until marked as read.
   The last visit is stored only in this browser and for this site; nothing is sent. `?since=2026-11-12` shows the
   changes since that day to everybody. Plan text is inserted as text, never as HTML. */
(() => {
  "use strict";

  const data = new URL("since.json", document.currentScript.src);
  const home = new URL("..", data);
  const KEY = `masterplan-since ${home.pathname}`;
  const MOST_NAMED = 3;
  let loaded = null;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* The last visit: the newest commit read, and the day; null if the browser has none. */

  const lastVisit = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY));
    } catch {
      return null;
    }
  };

  const keep = (commits) => {
    const now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => `${n}`.padStart(2, "0")).join("-");
    try {
      localStorage.setItem(KEY, JSON.stringify({ commit: commits[0].id, day }));
    } catch {
      /* Without storage there is no last visit, so nothing is new. */
    }
  };

  /* The new commits, and the day since which they are new; none on a first visit. */

  const fresh = ({ commits, more }) => {
    const asked = new URLSearchParams(location.search).get("since") || "";
    if (/^\d{4}-\d\d-\d\d$/.test(asked) && !isNaN(Date.parse(asked))) {
      const recent = commits.filter(({ day }) => day >= asked);
      return { day: asked, commits: recent, more: more && recent.length === commits.length, asked: true };
    }
    const last = lastVisit();
    if (!last || typeof last.day !== "string" || isNaN(Date.parse(last.day))) {
      keep(commits);
      return { commits: [] };
    }
    const at = commits.findIndex(({ id }) => id === last.commit);
    const recent = at < 0 ? commits.filter(({ day }) => day > last.day) : commits.slice(0, at);
    if (!recent.some(({ changes }) => changes.length)) keep(commits);
    return { day: last.day, commits: recent, more: more && recent.length === commits.length };
  };

  /* A date as pages show it: `12 Oct`, with the year if it is not the current one. */

  const inWords = (day) => {
    const [year, month, number] = day.split("-").map(Number);
    const name = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[month - 1];
    return `${number} ${name}${year === new Date().getFullYear() ? "" : ` ${year}`}`;
  };

  /* Counts by kind of change: `2 dates moved, 1 risk up, Sprint 3 done` */

  const summary = (changes, kinds) => {
    const named = [...new Set(changes.map(({ now }) => now).filter(Boolean))];
    const counted = kinds.map(([one, many], kind) => {
      const number = changes.filter((change) => change.kind === kind).length;
      return number && !(kind === 0 && named.length) ? `${number} ${number === 1 ? one : many}` : "";
    });
    const states = named.length > MOST_NAMED ? [`${named.length} ${kinds[0][1]}`] : named;
    return [...states, ...counted].filter(Boolean).join(", ");
  };

  const listed = (changes) =>
    make("ul", {}, ...changes.map(({ text, page }) => make("li", {}, make("a", { href: new URL(page, home), textContent: text }))));

  const banner = (title, changes, more, read) => {
    const box = make(
      "section",
      { className: "mp-banner mp-since", ariaLabel: "What is new" },
      make("p", { className: "mp-banner__title", textContent: title }),
      make("details", { className: "mp-more" }, make("summary", { textContent: "Show what changed" }), listed(changes)),
    );
    if (more) box.append(make("p", { textContent: "Older changes are on the page of changes." }));
    if (read) {
      const button = make("button", { type: "button", className: "md-button", textContent: "Mark as read" });
      button.addEventListener("click", read);
      box.append(button);
    }
    return box;
  };

  const path = (address) => new URL(address, location).pathname.replace(/index\.html$/, "");

  /* Mark changed values: in a table row its cell, or else its name; on a sprint's own page its fact. */

  const put = (since, changes, target) => {
    const texts = new Map();
    for (const change of changes) {
      const element = target(...loaded.kinds[change.kind].slice(2));
      if (element) texts.set(element, [...(texts.get(element) || []), change.text]);
    }
    for (const [element, lines] of texts) {
      const chip = make("span", { className: "mp-chip mp-new", textContent: "changed", title: since + lines.join("; ") });
      if (element.matches("a")) element.after(" ", chip);
      else element.append(" ", chip);
    }
  };

  const mark = (since, pages, here) => {
    for (const row of document.querySelectorAll(".mp-table tbody tr")) {
      const link = row.cells[0] && row.cells[0].querySelector("a[href]");
      const changes = (link && pages.get(path(link.href))) || [];
      put(since, changes, (label) => [...row.cells].slice(1).find((cell) => label && cell.dataset.label === label) || link);
    }
    const facts = [...document.querySelectorAll(".mp-facts dt")];
    put(since, pages.get(here) || [], (label, place) => {
      const name = facts.find((fact) => label && fact.textContent === label);
      return name ? name.nextElementSibling : facts.length && place && document.querySelector(place);
    });
  };

  const show = () => {
    for (const old of document.querySelectorAll(".mp-since, .mp-new")) old.remove();
    const { day, commits, more, asked } = fresh(loaded);
    const changes = commits.flatMap((commit) => commit.changes);
    const heading = document.querySelector("article h1, [role=main] h1, main h1");
    if (!changes.length || !heading) return;
    const title = `Since ${inWords(day)}: `;
    const here = path(location.href);
    const pages = new Map();
    for (const change of changes) {
      const page = path(new URL(change.page, home));
      if (page !== path(home)) pages.set(page, [...(pages.get(page) || []), change]);
    }
    mark(title, pages, here); /* first, as the banner below would match selectors of values */
    const read = () => {
      keep(loaded.commits);
      show();
      heading.tabIndex = -1;
      heading.focus();
    };
    if (here === path(home)) {
      heading.after(banner(title + summary(changes, loaded.kinds), changes, more, asked ? null : read));
    } else if (pages.has(here)) {
      const own = changes.filter((change) => path(new URL(change.page, home)) === here);
      heading.after(banner(title + summary(own, loaded.kinds), own, false, null));
    }
  };

  const start = async () => {
    try {
      loaded ||= await (await fetch(data)).json();
    } catch {
      return; /* A page opened from disk cannot fetch files. */
    }
    if (loaded.commits.length) show();
  };

  /* Instant navigation replaces the page without loading it. */
  if (window.document$) window.document$.subscribe(start);
  else start();
})();
