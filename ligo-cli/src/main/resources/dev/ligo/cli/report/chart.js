"use strict";

/** Makes an element of HTML, or of SVG. */
const html = (name, attributes, ...children) => filled(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

function filled(element, attributes, children) {
  Object.entries(attributes ?? {}).forEach(([key, value]) => element.setAttribute(key, value));
  element.append(...children);
  return element;
}

/** Offers text as a file. */
function save(name, type, text) {
  const link = html("a", { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** What is said beside the pointer, or beside what the keyboard is at. */
const tip = {
  box: document.body.appendChild(html("div", { id: "tip", role: "status", hidden: "" })),
  show(x, y, head, ...lines) {
    this.box.replaceChildren(html("b", {}, head), ...lines.map((l) => html("div", {}, l)));
    this.box.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = x + 14 + width > innerWidth ? x - 14 - width : x + 14;
    this.box.style.left = Math.max(4, left) + "px";
    this.box.style.top = Math.max(4, Math.min(y + 14, innerHeight - height - 4)) + "px";
  },
  hide() {
    this.box.hidden = true;
  },
};
addEventListener("scroll", () => tip.hide(), { passive: true });

/** The text of a number with a minus sign in the place of a hyphen. */
const minus = (text) => text.replace(/^-/, "−");

/** Round numbers in a range, at most some, with as many digits as tell them apart. */
function ticks([low, high], most) {
  const least = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= least * (1 - 1e-9));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const all = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    all.push({ value: i * step, text: minus((i * step).toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1")) });
  }
  return all;
}

/** The range of numbers, with some room. */
function rangeOf(numbers, below, above) {
  const finite = numbers.filter(Number.isFinite);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const room = high - low || Math.abs(high) / 10 || 1;
  return [low - below * room, high + above * room];
}

const moved = ([low, high], by) => [low + by * (high - low), high + by * (high - low)];
const zoomed = ([low, high], factor, at) => [at + factor * (low - at), at + factor * (high - at)];

/**
 * Lines over two axes, as SVG: on the screen, on paper and as a file the same. Read by pointer,
 * finger or keyboard; enlarged by dragging, pinching, buttons or keys. Its legend switches methods.
 *
 * What it shows: `x` and `y` titles with units; `series` with `method`, `x`, `y`, what `about(i)`
 * says of a point, and perhaps `error`, `points`, `lines` (what is joined, by index; else all),
 * `labels` of points, `thin` and `best`; `methods` with `name`, `colour`
 * and `dashes`; `range(series)`; `levels` and `spans` that are marked; `value(method, x)` for the
 * legend; `file`, and `csv()` with all of it.
 */
class Chart {
  #view = null;
  #off = new Set();
  #scale = null;
  #box;
  #show;
  #picture = svg("svg", { tabindex: "0", role: "application", "aria-roledescription": "chart" });
  #legend = html("fieldset", { class: "legend" });
  #whole;
  #pointers = new Map();
  #drag = null;
  #at = null;
  #printing = false;

  constructor(box, show) {
    this.#box = box;
    this.#whole = this.#button("Show all", () => this.zoom(null));
    box.append(this.#picture, this.#legend, this.#tools(), this.#hint());
    this.show(show);
    this.#listen();
  }

  /** Shows something else, all of it. */
  show(show) {
    this.#show = show;
    this.#view = null;
    this.#at = null;
    this.#picture.setAttribute("aria-label", show.x + ", " + show.y);
    this.#list();
    this.draw();
  }

  /** What a reader has chosen: the part that is enlarged, and the methods that are off. */
  get state() {
    return { view: this.#view, off: [...this.#off] };
  }

  restore({ view = null, off = [] }) {
    this.#off = new Set(off);
    this.#list();
    this.zoom(view);
  }

  zoom(view) {
    this.#view = view;
    this.draw();
  }

  #button(text, act) {
    const button = html("button", { type: "button" }, text);
    button.addEventListener("click", act);
    return button;
  }

  #tools() {
    const center = (factor) => {
      const { x, y } = this.#scale;
      const middle = ([low, high]) => (low + high) / 2;
      this.zoom({ x: zoomed(x, factor, middle(x)), y: zoomed(y, factor, middle(y)) });
    };
    const all = (on) => {
      this.#off = new Set(on ? [] : this.#show.methods.map((m) => m.name));
      this.#list();
      this.draw();
    };
    return html(
      "div",
      { class: "tools" },
      this.#button("Zoom in", () => center(0.7)),
      this.#button("Zoom out", () => center(1 / 0.7)),
      this.#whole,
      this.#button("All methods", () => all(true)),
      this.#button("No methods", () => all(false)),
      this.#button("Save as CSV", () => save(this.#show.file + ".csv", "text/csv", this.#show.csv())),
      this.#button("Save as SVG", () => save(this.#show.file + ".svg", "image/svg+xml", this.#standalone())),
    );
  }

  #hint() {
    return html(
      "p",
      { class: "hint" },
      "Drag over a part to enlarge it, or pinch. Keys: arrows read values, + and − zoom, Shift and"
        + " arrows move, 0 shows all.",
    );
  }

  #mark(method) {
    const line = svg("line", { class: "curve", x1: 0, x2: 28, y1: 5, y2: 5, "stroke-dasharray": method.dashes });
    return svg("svg", { style: "color:" + method.colour, "aria-hidden": "true" }, line);
  }

  /** Lists the methods, each with a switch. */
  #list() {
    const rows = this.#show.methods.map((method) => {
      const input = html("input", { type: "checkbox" });
      input.checked = !this.#off.has(method.name);
      input.addEventListener("change", () => {
        this.#off[input.checked ? "delete" : "add"](method.name);
        this.draw();
      });
      const label = html("label", {}, input, this.#mark(method), html("span", {}, method.name), html("output"));
      label.addEventListener("pointerenter", () => this.#fade(method.name));
      label.addEventListener("pointerleave", () => this.#fade(null));
      return label;
    });
    this.#legend.replaceChildren(html("legend"), ...rows);
    this.#values(null);
  }

  /** Shows the values at a place, or at the end. */
  #values(x) {
    this.#legend.firstChild.textContent = this.#show.place(x);
    this.#legend.querySelectorAll("output").forEach((output, i) => {
      output.textContent = this.#show.value(this.#show.methods[i].name, x);
    });
  }

  #fade(method) {
    this.#picture.querySelectorAll("[data-method]").forEach((g) => {
      g.classList.toggle("faded", method !== null && g.dataset.method !== method);
    });
  }

  get #shown() {
    return this.#show.series.filter((s) => !this.#off.has(s.method));
  }

  draw() {
    const show = this.#show;
    const shown = this.#shown;
    const { x, y } = this.#view ?? show.range(shown.length > 0 ? shown : show.series);
    const width = this.#printing ? 680 : Math.max(280, this.#box.clientWidth);
    const height = Math.round(Math.min(440, Math.max(300, 0.45 * width)));
    const [top, bottom] = [26, height - 46];
    const rows = ticks(y, Math.floor((bottom - top) / 32));
    const left = 16 + 7.2 * Math.max(...rows.map((t) => t.text.length));
    const right = width - 14;
    const X = (v) => left + ((right - left) * (v - x[0])) / (x[1] - x[0]);
    const Y = (v) => bottom - ((bottom - top) * (v - y[0])) / (y[1] - y[0]);
    this.#scale = { x, y, left, right, top, bottom, width, X, Y };
    const inside = "clip-" + show.file;
    const text = (at, words, attributes) => svg("text", { x: at[0], y: at[1], ...attributes }, words);
    const line = (x1, y1, x2, y2, kind) => svg("line", { x1, y1, x2, y2, class: kind });
    const columns = ticks(x, Math.floor((right - left) / 70));
    this.#picture.setAttribute("viewBox", "0 0 " + width + " " + height);
    this.#picture.replaceChildren(
      svg("clipPath", { id: inside }, svg("rect", { x: left, y: top, width: right - left, height: bottom - top })),
      svg("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }),
      ...rows.map((t) => line(left, Y(t.value), right, Y(t.value), "grid")),
      ...columns.map((t) => line(X(t.value), top, X(t.value), bottom, "grid")),
      ...rows.map((t) => text([left - 6, Y(t.value) + 4], t.text, { "text-anchor": "end" })),
      ...columns.map((t) => text([X(t.value), bottom + 17], t.text, { "text-anchor": "middle" })),
      text([0, 14], show.y, { class: "title" }),
      text([(left + right) / 2, height - 8], show.x, { class: "title", "text-anchor": "middle" }),
      svg(
        "g",
        { "clip-path": "url(#" + inside + ")" },
        ...show.levels.map((l) => line(left, Y(l.y), right, Y(l.y), "level")),
        ...shown.map((s) => this.#curve(s)),
        ...show.spans.flatMap((s) => [
          svg("path", { class: "span", d: arrow(X(s.from), X(s.to), Y(s.y)) }),
          text([Math.max(left + 4, Math.min(X(s.from) + 12, right - 4 - 7 * s.text.length)), Y(s.y) + 32], s.text, { class: "note" }),
        ]),
        ...show.levels.map((l) => text([left + 4, Y(l.y) + 15], l.text, { class: "note" })),
      ),
      svg("g", { class: "pointed" }),
    );
    this.#whole.disabled = this.#view === null;
    this.#point(null);
  }

  #curve(series) {
    const { X, Y } = this.#scale;
    const method = this.#show.methods.find((m) => m.name === series.method);
    const at = series.x.map((x, i) => [X(x), Y(series.y[i])]);
    const place = ([x, y]) => x.toFixed(1) + "," + y.toFixed(1);
    const kind = "curve" + (series.thin ? " thin" : "");
    return svg(
      "g",
      { "data-method": series.method, style: "color:" + method.colour },
      ...(series.error ?? []).map((e, i) =>
        svg("line", { class: "error", x1: at[i][0], x2: at[i][0], y1: Y(series.y[i] - e), y2: Y(series.y[i] + e) }),
      ),
      ...(series.lines ?? [[...at.keys()]]).map((line) => {
        const points = line.map((i) => place(at[i])).join(" ");
        return svg("polyline", { class: kind, points, "stroke-dasharray": method.dashes });
      }),
      ...(series.labels ?? []).map((label, i) =>
        svg("text", { class: "note", "text-anchor": "middle", x: at[i][0], y: at[i][1] - 12 }, label),
      ),
      ...(series.points ? at : []).map(([cx, cy]) => svg("circle", { class: "point", cx, cy, r: 3.5 })),
      ...(series.best === undefined ? [] : [svg("circle", { class: "best", cx: at[series.best][0], cy: at[series.best][1], r: 7 })]),
    );
  }

  /** Shows a point of a curve, or none. */
  #point(at) {
    this.#at = at;
    const pointed = this.#picture.querySelector(".pointed");
    if (at === null) {
      pointed.replaceChildren();
      tip.hide();
      this.#fade(null);
      this.#values(null);
      return;
    }
    const { X, Y, top, bottom, width } = this.#scale;
    const { series, i } = at;
    const [x, y] = [X(series.x[i]), Y(series.y[i])];
    const { colour } = this.#show.methods.find((m) => m.name === series.method);
    pointed.replaceChildren(
      svg("line", { class: "cursor", x1: x, x2: x, y1: top, y2: bottom }),
      svg("circle", { class: "point", style: "color:" + colour, cx: x, cy: y, r: 5 }),
    );
    this.#fade(series.method);
    this.#values(series.x[i]);
    const box = this.#picture.getBoundingClientRect();
    const ratio = box.width / width;
    tip.show(box.left + x * ratio, box.top + y * ratio, ...series.about(i));
  }

  /** Returns the point nearest to a place between the axes, of those in view. */
  /** Draws anew, and shows the point again that was shown. */
  #keepingPoint(draw) {
    const kept = this.#at;
    draw();
    this.#point(kept);
  }

  #nearest([px, py]) {
    const { X, Y } = this.#scale;
    let best = null;
    let least = Infinity;
    for (const series of this.#inside(px, py) ? this.#shown : []) {
      series.x.forEach((x, i) => {
        const distance = Math.hypot(X(x) - px, Y(series.y[i]) - py);
        if (distance < least && this.#inside(X(x), Y(series.y[i]))) {
          [best, least] = [{ series, i }, distance];
        }
      });
    }
    return best;
  }

  #inside(px, py) {
    const { left, right, top, bottom } = this.#scale;
    return px >= left - 1 && px <= right + 1 && py >= top - 1 && py <= bottom + 1;
  }

  /** Returns where an event is. */
  #place(event) {
    const box = this.#picture.getBoundingClientRect();
    const ratio = this.#scale.width / box.width;
    return this.#read([(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio]);
  }

  /** Returns a place in the picture, with what the axes say of it. */
  #read([px, py]) {
    const { x, y, left, right, top, bottom } = this.#scale;
    return {
      pixel: [px, py],
      x: x[0] + ((px - left) / (right - left)) * (x[1] - x[0]),
      y: y[0] + ((bottom - py) / (bottom - top)) * (y[1] - y[0]),
    };
  }

  #listen() {
    const picture = this.#picture;
    picture.addEventListener("pointerdown", (e) => this.#down(e));
    picture.addEventListener("pointermove", (e) => this.#move(e));
    picture.addEventListener("pointerup", (e) => this.#up(e));
    picture.addEventListener("pointercancel", (e) => this.#up(e, true));
    picture.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && this.#point(null));
    picture.addEventListener("dblclick", () => this.zoom(null));
    picture.addEventListener("wheel", (e) => this.#wheel(e), { passive: false });
    picture.addEventListener("keydown", (e) => this.#key(e));
    picture.addEventListener("blur", () => this.#point(null));
    new ResizeObserver(() => this.#keepingPoint(() => this.draw())).observe(this.#box);
    const print = (on) => {
      this.#printing = on;
      this.draw();
    };
    addEventListener("beforeprint", () => print(true));
    addEventListener("afterprint", () => print(false));
  }

  #down(event) {
    const place = this.#place(event);
    this.#picture.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, place);
    this.#drag = this.#pointers.size === 1 ? place : null;
    this.#point(event.pointerType === "mouse" ? null : this.#nearest(place.pixel));
  }

  #move(event) {
    const place = this.#place(event);
    if (!this.#pointers.has(event.pointerId)) {
      this.#point(this.#nearest(place.pixel));
    } else if (this.#pointers.size === 2) {
      this.#pinch(event.pointerId, place);
    } else if (event.pointerType === "mouse") {
      this.#select(place);
    } else if (this.#view !== null) {
      const { x, y } = this.#view;
      this.zoom({ x: x.map((v) => v + this.#drag.x - place.x), y });
    } else {
      this.#point(this.#nearest(place.pixel));
    }
  }

  /** Two fingers: what is below the one that rests stays there. */
  #pinch(id, place) {
    const [other] = [...this.#pointers].filter(([i]) => i !== id).map(([, p]) => p);
    const distance = (p) => Math.hypot(p.pixel[0] - other.pixel[0], p.pixel[1] - other.pixel[1]);
    const ratio = distance(this.#pointers.get(id)) / Math.max(1, distance(place));
    const factor = Math.min(2, Math.max(0.5, ratio));
    const { x, y } = this.#scale;
    this.#pointers.set(id, place);
    this.zoom({ x: zoomed(x, factor, other.x), y: zoomed(y, factor, other.y) });
    // The scale is another one now, by which both fingers are read.
    this.#pointers.forEach((p, i) => this.#pointers.set(i, this.#read(p.pixel)));
  }

  /** Shows what is dragged over. */
  #select(place) {
    const [a, b] = [this.#drag.pixel, place.pixel];
    const { top, bottom } = this.#scale;
    const flat = Math.abs(a[1] - b[1]) < 20;
    const [low, high] = flat ? [top, bottom] : [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
    const rect = { class: "area", x: Math.min(a[0], b[0]), width: Math.abs(a[0] - b[0]), y: low, height: high - low };
    this.#picture.querySelector(".pointed").replaceChildren(svg("rect", rect));
  }

  #up(event, cancelled) {
    const place = this.#place(event);
    const from = this.#drag;
    this.#pointers.delete(event.pointerId);
    this.#drag = [...this.#pointers.values()][0] ?? null;
    if (cancelled || event.pointerType !== "mouse" || from === null) {
      return;
    }
    const [a, b] = [from.pixel, place.pixel];
    const sorted = (p, q) => [Math.min(p, q), Math.max(p, q)];
    if (Math.abs(a[0] - b[0]) > 8) {
      const flat = Math.abs(a[1] - b[1]) < 20;
      this.zoom({ x: sorted(from.x, place.x), y: flat ? this.#scale.y : sorted(from.y, place.y) });
    } else {
      this.#point(this.#nearest(place.pixel));
    }
  }

  /** Zooms where the browser would enlarge the page: Ctrl and the wheel, or a pinch on a trackpad. */
  #wheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      const place = this.#place(event);
      const factor = Math.exp(Math.max(-0.5, Math.min(0.5, event.deltaY / 100)));
      const { x, y } = this.#scale;
      this.zoom({ x: zoomed(x, factor, place.x), y: zoomed(y, factor, place.y) });
    }
  }

  #key(event) {
    const { x, y } = this.#scale;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const at = this.#at && { x: this.#at.series.x[this.#at.i], y: this.#at.series.y[this.#at.i] };
    const zoom = (factor) => {
      const { x: cx, y: cy } = at ?? { x: (x[0] + x[1]) / 2, y: (y[0] + y[1]) / 2 };
      this.#keepingPoint(() => this.zoom({ x: zoomed(x, factor, cx), y: zoomed(y, factor, cy) }));
    };
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (step && event.shiftKey) {
      this.zoom({ x: moved(x, step[0] / 10), y: moved(y, -step[1] / 10) });
    } else if (step) {
      this.#step(...step);
    } else if (event.key === "+" || event.key === "=") {
      zoom(0.7);
    } else if (event.key === "-" || event.key === "−") {
      zoom(1 / 0.7);
    } else if (event.key === "0" || event.key === "Escape") {
      this.zoom(null);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Goes on to the next point of a curve, or to the next curve. */
  #step(along, across) {
    const curves = this.#shown.filter((s) => !s.thin);
    if (curves.length === 0) {
      return;
    }
    const at = this.#at ?? { series: curves[0], i: curves[0].x.length };
    const place = curves.indexOf(at.series);
    const series = curves[(place + across + curves.length) % curves.length];
    const i = across === 0 ? at.i + along : Math.min(at.i, series.x.length - 1);
    this.#point({ series, i: Math.max(0, Math.min(i, series.x.length - 1)) });
  }

  /** The picture as a file of its own: with a legend, its colours written out, on white. */
  #standalone() {
    const root = document.documentElement;
    root.classList.add("light");
    const names = ["color", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin"];
    names.push("opacity", "paint-order", "font-family", "font-size");
    const copy = this.#picture.cloneNode(true);
    const copies = [copy, ...copy.querySelectorAll("*")];
    [this.#picture, ...this.#picture.querySelectorAll("*")].forEach((original, i) => {
      const style = getComputedStyle(original);
      names.forEach((name) => copies[i].setAttribute(name, style.getPropertyValue(name)));
      ["class", "style", "tabindex", "role"].forEach((name) => copies[i].removeAttribute(name));
    });
    const { width } = this.#scale;
    const height = this.#picture.viewBox.baseVal.height;
    const shown = this.#show.methods.filter((m) => !this.#off.has(m.name));
    const columns = Math.max(1, Math.floor(width / (50 + 7 * Math.max(...shown.map((m) => m.name.length), 10))));
    shown.forEach((method, i) => {
      const [x, y] = [((i % columns) * width) / columns, height + 14 + 18 * Math.floor(i / columns)];
      const colour = getComputedStyle(root).getPropertyValue(method.colour.slice(4, -1)).trim();
      const line = { x1: x, x2: x + 28, y1: y, y2: y, stroke: colour, "stroke-width": 2.5, "stroke-dasharray": method.dashes };
      copy.append(svg("line", line), svg("text", { x: x + 34, y: y + 4, "font-size": 12 }, method.name));
    });
    const whole = height + 12 + 18 * Math.ceil(shown.length / columns);
    copy.prepend(svg("rect", { width, height: whole, fill: "#ffffff" }));
    filled(copy, { width, height: whole, viewBox: "0 0 " + width + " " + whole }, []);
    root.classList.remove("light");
    return new XMLSerializer().serializeToString(copy);
  }
}

/** A line that ends in an arrowhead at its left. */
const arrow = (from, to, y) =>
  "M" + to + "," + y + "H" + from + "m6,-4l-6,4l6,4";
