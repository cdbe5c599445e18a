/* Controls of dependency diagrams: fit, zoom, full screen, hide done units, and focus on one unit with its direct and
   indirect predecessors and successors. Without this script, diagrams have their full size and scroll. */
(() => {
  "use strict";

  const CROWDED = 12;
  const PADDING = 16;
  const GUTTER = 118;
  const LEAST_READABLE = 0.75;
  const READABLE = 0.9;

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const button = (label, act, name = label) => {
    const made = make("button", { type: "button", textContent: label, title: name, ariaLabel: name });
    made.addEventListener("click", act);
    return made;
  };

  const asked = () => new URLSearchParams(location.search).get("focus") || "";

  const remember = (key) => {
    const address = new URL(location.href);
    if (key) address.searchParams.set("focus", key);
    else address.searchParams.delete("focus");
    history.replaceState(history.state, "", address);
  };

  const nameOf = (box) => {
    const words = (css) => [...box.querySelectorAll(css)].map((line) => line.textContent).join(" ");
    return [words(".mp-name"), words(".mp-title")].filter(Boolean).join(": ");
  };

  /* A unit with all units that are reachable along the lines, in either direction. */
  const related = (key, edges) => {
    const reach = (from, to) => {
      const reached = new Set([key]);
      for (const next of reached) for (const edge of edges) if (edge.dataset[from] === next) reached.add(edge.dataset[to]);
      return reached;
    };
    return new Set([...reach("from", "to"), ...reach("to", "from")]);
  };

  class Diagram {
    constructor(figure) {
      this.figure = figure;
      this.svg = figure.querySelector(":scope > svg");
      this.boxes = [...this.svg.querySelectorAll("[data-key]")];
      this.edges = [...this.svg.querySelectorAll("[data-from]")];
      this.headings = [...this.svg.querySelectorAll(":scope > .mp-heading")];
      this.whole = this.svg.getAttribute("viewBox").split(" ").map(Number);
      this.scale = 0;
      this.focus = "";
      this.withoutDone = false;
      this.build();
    }

    build() {
      const names = this.boxes.map((box) => make("option", { value: box.dataset.key, textContent: nameOf(box) }));
      this.choice = make("select", { ariaLabel: "Focus on" }, make("option", { value: "", textContent: "Focus on …" }), ...names);
      this.choice.addEventListener("change", () => this.focusOn(this.choice.value));
      this.all = button("Show all", () => this.focusOn(""));
      this.done = button("Hide done", () => this.toggleDone());
      this.done.setAttribute("aria-pressed", "false");
      this.choice.hidden = this.boxes.length <= CROWDED;
      this.done.hidden = this.choice.hidden || !this.svg.querySelector(".mp-node.mp-done");
      this.window = button("Full screen", () => this.fill(!this.frame.classList.contains("mp-graph--full")));
      this.count = make("span", { className: "mp-small" });
      this.count.setAttribute("role", "status");
      const tools = [
        this.choice, this.all, this.done, this.count,
        button("Fit", () => this.zoom(0)), button("+", () => this.zoom(1.25), "Zoom in"),
        button("\u2212", () => this.zoom(0.8), "Zoom out"), this.window,
      ];
      this.tools = make("div", { className: "mp-zoom" }, ...tools);
      this.frame = make("div", { className: "mp-graph" });
      const legend = this.figure.querySelector(".mp-legend");
      this.figure.before(this.frame);
      this.frame.append(this.tools, this.figure);
      if (legend) this.frame.append(legend);
      this.listen();
      this.show();
    }

    listen() {
      this.svg.addEventListener("click", (event) => {
        const box = event.target.closest("[data-key]");
        const follows = event.ctrlKey || event.metaKey || event.shiftKey || !event.detail;
        if (!box || follows || this.boxes.length <= CROWDED || box.dataset.key === this.focus) return;
        event.preventDefault();
        event.stopPropagation();
        this.focusOn(box.dataset.key);
      }, true);
      this.svg.addEventListener("keydown", (event) => {
        const box = event.target.closest("[data-key]");
        if (box && event.key === "f" && !event.ctrlKey && !event.metaKey) this.focusOn(box.dataset.key);
      });
      this.frame.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.frame.classList.contains("mp-graph--full")) this.fill(false);
      });
    }

    focusOn(key) {
      this.focus = this.boxes.some((box) => box.dataset.key === key) ? key : "";
      this.scale = 0;
      remember(this.focus);
      this.show();
      if (this.focus) this.bringNear();
    }

    /* Centre the unit in focus, large enough to read. */
    bringNear() {
      const now = this.svg.getBoundingClientRect().width / this.box[2];
      if (now > LEAST_READABLE) return;
      this.zoom(READABLE / now);
      const [box, frame] = [this.svg.querySelector(".mp-in-focus"), this.figure].map((part) => part.getBoundingClientRect());
      this.figure.scrollBy(
        box.x + box.width / 2 - frame.x - frame.width / 2,
        box.y + box.height / 2 - frame.y - frame.height / 2,
      );
    }

    toggleDone() {
      this.withoutDone = !this.withoutDone;
      this.done.setAttribute("aria-pressed", String(this.withoutDone));
      this.scale = 0;
      this.show();
    }

    fill(whole) {
      this.frame.classList.toggle("mp-graph--full", whole);
      this.window.textContent = whole ? "Exit full screen" : "Full screen";
      this.window.title = this.window.ariaLabel = this.window.textContent;
      this.zoom(0);
    }

    zoom(factor) {
      const now = this.svg.getBoundingClientRect().width / this.box[2];
      this.scale = factor ? Math.min(4, Math.max(0.1, now * factor)) : 0;
      this.size();
    }

    size() {
      this.svg.style.width = this.scale ? `${this.box[2] * this.scale}px` : "";
      this.figure.classList.toggle("mp-figure--fitted", !this.scale);
    }

    show() {
      const chosen = this.focus && related(this.focus, this.edges);
      const isShown = (box) => {
        const key = box.dataset.key;
        const isDone = this.withoutDone && key !== this.focus && box.querySelector(".mp-node.mp-done");
        return (!chosen || chosen.has(key)) && !isDone;
      };
      const shown = new Set(this.boxes.filter(isShown).map((box) => box.dataset.key));
      const parts = [];
      for (const box of this.boxes) this.keep(box, shown.has(box.dataset.key), parts);
      for (const edge of this.edges) this.keep(edge, shown.has(edge.dataset.from) && shown.has(edge.dataset.to), parts);
      for (const box of this.boxes) box.classList.toggle("mp-in-focus", box.dataset.key === this.focus);
      this.crop(shown.size && shown.size < this.boxes.length ? parts : []);
      this.choice.value = this.focus;
      this.all.hidden = !this.focus;
      this.count.textContent = shown.size < this.boxes.length ? `${shown.size} of ${this.boxes.length} shown` : "";
      this.size();
    }

    keep(part, isKept, parts) {
      part.classList.toggle("mp-away", !isKept);
      if (isKept) parts.push(part);
    }

    /* Crop the picture to these parts; headings move to its edge. */
    crop(parts) {
      const areas = parts.map((part) => part.getBBox());
      const [, , width, height] = this.whole;
      const isDown = new Set(this.headings.map((line) => line.getAttribute("x"))).size === 1;
      let [left, top, right, bottom] = [0, 0, width, height];
      if (areas.length) {
        left = Math.max(0, Math.min(...areas.map((area) => area.x)) - PADDING - (isDown ? GUTTER : 0));
        top = Math.max(0, Math.min(...areas.map((area) => area.y)) - PADDING - (isDown || !this.headings.length ? 0 : GUTTER / 2));
        right = Math.min(width, Math.max(...areas.map((area) => area.x + area.width)) + PADDING);
        bottom = Math.min(height, Math.max(...areas.map((area) => area.y + area.height)) + PADDING);
      }
      this.box = [left, top, right - left, bottom - top];
      this.svg.setAttribute("viewBox", this.box.join(" "));
      this.svg.setAttribute("width", this.box[2]);
      this.svg.setAttribute("height", this.box[3]);
      for (const line of this.headings) line.setAttribute("transform", isDown ? `translate(${left} 0)` : `translate(0 ${top})`);
    }
  }

  /* Drag a picture that is larger than its frame. */
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

  const isWide = (figure) => figure.querySelector(":scope > svg").width.baseVal.value > figure.clientWidth;

  const start = () => {
    const figures = [...document.querySelectorAll(".mp-figure")].filter(
      (figure) => figure.querySelector("[data-key]") && !figure.closest(".mp-graph"),
    );
    const wanted = figures.filter((figure) => {
      const keys = [...figure.querySelectorAll("[data-key]")].map((box) => box.dataset.key);
      return keys.length > 8 || isWide(figure) || (asked() && keys.includes(asked()));
    });
    for (const figure of wanted) {
      const diagram = new Diagram(figure);
      movable(figure);
      if (!asked() || !diagram.boxes.some((box) => box.dataset.key === asked())) continue;
      diagram.focusOn(asked());
      if (!location.hash) diagram.frame.scrollIntoView({ block: "start" });
    }
  };

  /* Instant navigation replaces the page without loading it. */
  if (window.document$) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
