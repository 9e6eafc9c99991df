"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const box = document.getElementById("chart");
  const form = document.getElementById("axis");
  const place = document.querySelector("#readout thead th");
  const readout = document.querySelector("#readout tbody");
  const COLOURS = 6;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Curves of one method, with different seeds, share its colour and its row.
  const methods = [...new Set(data.curves.map((c) => c.name))];
  const methodOf = (curve) => methods.indexOf(curve.name);
  const methodColour = (i) => colour("--method-" + (i % COLOURS));
  const DASHES = [undefined, [8, 5], [2, 4], [12, 4, 2, 4]];
  // Twenty-four methods look each their own: of one colour the dashes change every sixth.
  const dash = (i) =>
    ((i + Math.floor(i / (2 * COLOURS))) % 2) + 2 * (Math.floor(i / COLOURS) % 2);

  const PREFIXES = ["", "k", "M", "G", "T", "P", "E"];
  const power = (value) =>
    Math.min(PREFIXES.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3 + 1e-9)));
  const flopsText = (value) => {
    const p = value > 0 ? power(value) : 0;
    return (value / 1000 ** p).toPrecision(3) + " " + PREFIXES[p] + "FLOP";
  };
  const secondsText = (s) =>
    s < 100
      ? s.toFixed(1) + " s"
      : Math.floor(Math.round(s) / 60) + " min " + (Math.round(s) % 60) + " s";

  const exponent = 3 * power(data.budget);
  const superscript = [...String(exponent)].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("");
  const AXES = {
    flops: {
      label: "total compute (10" + superscript + " FLOP)",
      scale: 10 ** exponent,
      end: data.budget,
    },
    seconds: {
      label: "time of growing and training (s)",
      scale: 1,
      end: Math.max(...data.curves.map((c) => c.seconds[c.seconds.length - 1])),
    },
  };

  /** The mean of a method's curves, as far as all of them go. */
  function mean(method) {
    const own = data.curves.filter((c) => c.name === method);
    const length = Math.min(...own.map((c) => c.loss.length));
    const column = (key) =>
      Array.from({ length }, (_, i) => own.reduce((sum, c) => sum + c[key][i], 0) / own.length);
    return { name: method, flops: column("flops"), seconds: column("seconds"), loss: column("loss") };
  }

  const seeded = data.curves.length > methods.length;
  // Where there are several seeds their curves are thin, and their means are drawn over them.
  const drawn = data.curves.concat(seeded ? methods.map(mean) : []);
  const isMean = (i) => i >= data.curves.length;

  /** One column of places, and for each curve the losses there, null where it has none. */
  function columns(key) {
    const scale = AXES[key].scale;
    const places = [...new Set(drawn.flatMap((c) => c[key]))].sort((a, b) => a - b);
    const losses = drawn.map((c) => {
      const at = new Map(c[key].map((x, i) => [x, c.loss[i]]));
      return places.map((x) => at.get(x) ?? null);
    });
    return [places.map((x) => x / scale), ...losses];
  }

  /** The place nearest to the cursor at which a curve has a loss. */
  function nearest(u, series, index, x) {
    if (series === 0) {
      return index;
    }
    let best = null;
    u.data[series].forEach((loss, i) => {
      if (loss !== null && (best === null || Math.abs(u.data[0][i] - x) < Math.abs(u.data[0][best] - x))) {
        best = i;
      }
    });
    return best;
  }

  /** The means of points, one of each of a method's curves. */
  function cells(points) {
    const mean = (key) => points.reduce((sum, p) => sum + p[key], 0) / points.length;
    return [
      mean("loss").toFixed(3),
      String(Math.round(mean("step"))),
      flopsText(mean("flops")),
      ((100 * mean("flops")) / data.budget).toFixed(0) + " %",
      secondsText(mean("seconds")),
    ];
  }

  const point = (curve, i) =>
    Object.fromEntries(["loss", "step", "flops", "seconds"].map((key) => [key, curve[key][i]]));

  /** The point of a curve nearest to the cursor, or the last one. */
  function pointed(u, key, c) {
    const curve = data.curves[c];
    const index = u.cursor.left >= 0 ? u.cursor.idxs[c + 1] : null;
    const x = index === null ? null : u.data[0][index];
    const at = x === null ? -1 : curve[key].findIndex((v) => v / AXES[key].scale === x);
    return point(curve, at < 0 ? curve.loss.length - 1 : at);
  }

  /** Shows for each method the mean of its curves' points. */
  function show(u, key) {
    place.textContent = u.cursor.left >= 0 ? "at the cursor" : "at the end";
    methods.forEach((method, m) => {
      const points = data.curves.flatMap((c, i) => (c.name === method ? [pointed(u, key, i)] : []));
      cells(points).forEach((text, i) => {
        readout.rows[m].cells[i + 1].textContent = text;
      });
    });
  }

  /** Draws levels and savings over the curves. */
  function annotate(u, key) {
    const ctx = u.ctx;
    const ratio = devicePixelRatio;
    const { left, top, width, height } = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.font = 12 * ratio + "px system-ui, sans-serif";
    ctx.textAlign = "left";
    ctx.textBaseline = "top";
    ctx.lineWidth = ratio;
    ctx.strokeStyle = ctx.fillStyle = colour("--muted");
    for (const level of data.levels) {
      const y = u.valToPos(level.loss, "y", true);
      ctx.setLineDash([2 * ratio, 4 * ratio]);
      line(ctx, left, y, left + width, y);
      ctx.setLineDash([]);
      label(ctx, level.name + " " + level.loss.toFixed(3), left + 4 * ratio, y + 4 * ratio);
    }
    ctx.strokeStyle = ctx.fillStyle = colour("--text");
    for (const saving of key === "flops" ? data.savings : []) {
      const y = u.valToPos(saving.loss, "y", true);
      const from = u.valToPos(saving.from / AXES[key].scale, "x", true);
      const to = u.valToPos(saving.to / AXES[key].scale, "x", true);
      line(ctx, from, y, to, y);
      line(ctx, from + 6 * ratio, y - 4 * ratio, from, y);
      line(ctx, from + 6 * ratio, y + 4 * ratio, from, y);
      const end = left + width - ctx.measureText(saving.label).width - 4 * ratio;
      label(ctx, saving.label, Math.min(from + 12 * ratio, end), y + 20 * ratio); // below the level's
    }
    ctx.restore();
  }

  function line(ctx, x1, y1, x2, y2) {
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  }

  /** Writes text that stays legible where it lies over a curve. */
  function label(ctx, text, x, y) {
    ctx.save();
    ctx.strokeStyle = colour("--page");
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.lineJoin = "round";
    ctx.strokeText(text, x, y);
    ctx.restore();
    ctx.fillText(text, x, y);
  }

  /** The range of losses after the first falls, from which little of the rest could be seen. */
  function lossRange() {
    const begun = data.curves.flatMap((c) => c.loss.filter((_, i) => c.flops[i] >= data.budget / 5));
    const all = begun.concat(data.levels.map((l) => l.loss));
    const finite = all.filter(Number.isFinite);
    const low = Math.min(...finite);
    const high = Math.max(...finite);
    const margin = 0.09 * (high - low) || 0.1;
    return [low - 2 * margin, high + margin]; // below there is room for two labels
  }

  /** What was dragged over, or all of the budget. */
  function xRange(places, from, to, axis) {
    const whole = from === places[0] && to === places[places.length - 1];
    return whole ? [0, (axis.end / axis.scale) * 1.01] : [from, to];
  }

  function draw(key) {
    const axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--grid"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: "12px system-ui, sans-serif",
      labelFont: "13px system-ui, sans-serif",
    };
    return new uPlot(
      {
        width: box.clientWidth,
        height: box.clientHeight,
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: true, y: true },
          bind: { dblclick: () => () => redraw() },
          dataIdx: nearest,
        },
        scales: {
          x: { time: false, range: (u, from, to) => xRange(u.data[0], from, to, AXES[key]) },
          y: { range: lossRange },
        },
        axes: [
          { ...axis, label: AXES[key].label, labelSize: 24, size: 34 },
          { ...axis, size: 44 },
        ],
        series: [
          {},
          ...drawn.map((curve, i) => ({
            label: curve.name,
            stroke: methodColour(methodOf(curve)),
            alpha: seeded && !isMean(i) ? 0.5 : 1,
            width: seeded && !isMean(i) ? 1 : 2.5,
            dash: DASHES[dash(methodOf(curve))],
            spanGaps: true,
            points: { show: !seeded && curve.loss.length <= 20, size: 6, fill: methodColour(methodOf(curve)) },
          })),
        ],
        hooks: { setCursor: [(u) => show(u, key)], draw: [(u) => annotate(u, key)] },
      },
      columns(key),
      box,
    );
  }

  methods.forEach((method, i) => {
    const row = readout.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    const mark = document.createElement("i");
    mark.style.borderTopColor = "var(--method-" + (i % COLOURS) + ")";
    mark.style.borderTopStyle = ["solid", "dashed", "dotted", "double"][dash(i)];
    head.append(mark, method);
    row.append(head, ...Array.from({ length: 5 }, () => document.createElement("td")));
  });
  /** Lists every point of every run, also of those that are not drawn. */
  function list() {
    const body = document.querySelector("#evaluations tbody");
    const columns = [...document.querySelectorAll("#evaluations th")].map((h) => h.textContent);
    for (const c of data.curves.concat(data.trials)) {
      c.loss.forEach((loss, i) => {
        const row = body.insertRow();
        const head = document.createElement("th");
        head.scope = "row";
        head.append(c.name);
        row.append(head);
        const texts = [c.rate, c.seed, loss.toFixed(3), c.step[i], flopsText(c.flops[i])];
        texts.concat(secondsText(c.seconds[i])).forEach((text, t) => {
          const cell = row.insertCell();
          cell.dataset.label = columns[t + 1];
          cell.append(text);
        });
      });
    }
  }
  document.getElementById("all").addEventListener("toggle", list, { once: true });

  form.hidden = false;
  document.getElementById("zoom").hidden = false;
  box.style.display = "block";

  let chart = null;
  function redraw() {
    chart?.destroy();
    const key = form.elements.x.value;
    chart = draw(key);
    show(chart, key);
  }
  redraw();
  form.addEventListener("change", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: box.clientHeight })).observe(box);
})();
