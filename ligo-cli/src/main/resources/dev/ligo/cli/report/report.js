
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("axis");

  const PREFIXES = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
  const power = (value) =>
    value > 0 ? Math.min(PREFIXES.length - 1, Math.max(0, Math.floor(Math.log10(value) / 3 + 1e-9))) : 0;
  const flopsText = (value) => (value / 1000 ** power(value)).toPrecision(3) + " " + PREFIXES[power(value)] + "FLOP";
  const secondsText = (s) => {
    const whole = Math.round(s);
    return s < 100
      ? s.toFixed(1) + " s"
      : whole < 3600
        ? Math.floor(whole / 60) + " min " + (whole % 60) + " s"
        : Math.floor(whole / 3600) + " h " + Math.floor((whole % 3600) / 60) + " min";
  };
  const count = (n) => Math.round(n).toLocaleString("en");
  const mean = (numbers) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

  const INTERRUPTED = "interrupted: " + (data.running?.name ?? "");
  const RUNNING = data.running?.interrupted ? INTERRUPTED : "running: " + (data.running?.name ?? "");
  const methods = data.methods.concat(
    data.running ? [{ name: RUNNING, colour: "var(--text)", dashes: "" }] : [],
  );
  const curves = data.curves.concat(data.running ? [{ ...data.running, name: RUNNING }] : []);
  const seeded = data.curves.length > data.methods.length;

  /** The mean of a method's curves, as far as all of them go. */
  function meanOf(method) {
    const own = curves.filter((c) => c.name === method);
    const length = Math.min(...own.map((c) => c.loss.length));
    const column = (key) => Array.from({ length }, (_, i) => mean(own.map((c) => c[key][i])));
    const columns = ["step", "flops", "seconds", "loss"].map((key) => [key, column(key)]);
    return { name: method, seed: null, ...Object.fromEntries(columns) };
  }

  const means = new Map(methods.map((m) => [m.name, meanOf(m.name)]));
  // Where there are several seeds their curves are thin, and their means are drawn over them.
  const drawn = (seeded ? curves : []).concat([...means.values()]);

  /** The unit of a number of seconds that is easily read. */
  const [timeUnit, timeScale] = (() => {
    const end = Math.max(1, ...curves.map((c) => c.seconds[c.seconds.length - 1]));
    return end < 600 ? ["s", 1] : end < 36000 ? ["min", 60] : ["h", 3600];
  })();
  const AXES = {
    flops: {
      title: "total compute (" + PREFIXES[power(data.budget)] + "FLOP)",
      scale: 1000 ** power(data.budget),
      text: flopsText,
    },
    seconds: { title: "time of growing and training (" + timeUnit + ")", scale: timeScale, text: secondsText },
  };

  function about(curve, i) {
    const seed = curve.seed === null ? (seeded ? "mean over seeds" : "") : "seed " + curve.seed;
    return [
      curve.name + (seed ? ", " + seed : ""),
      "loss " + curve.loss[i].toFixed(3) + " at step " + count(curve.step[i]),
      flopsText(curve.flops[i]) + ", " + ((100 * curve.flops[i]) / data.budget).toFixed(0) + " % of scratch's",
      secondsText(curve.seconds[i]),
    ];
  }

  /**
   * The range of losses: after the first falls, from which little of the rest could be seen. As long
   * as there is no final loss of scratch to look at closely, it is that of all losses.
   */
  function lossRange(series) {
    const begun = series.flatMap((s) => s.y.filter((_, i) => s.flops[i] >= data.budget / 5));
    const all = begun.length > 0 && data.levels.length > 0 ? begun : series.flatMap((s) => s.y);
    return rangeOf(all.concat(data.levels.map((l) => l.loss)), 0.2, 0.1); // below there is room for labels
  }

  function curvesBy(key) {
    const { title, scale, text } = AXES[key];
    const end = Math.max(...curves.map((c) => c[key][c[key].length - 1]), key === "flops" ? data.budget : 0);
    return {
      file: "curves",
      x: title,
      y: data.loss,
      methods,
      series: drawn.map((c) => ({
        method: c.name,
        thin: c.seed !== null,
        points: !seeded && c.loss.length <= 20,
        x: c[key].map((v) => v / scale),
        y: c.loss,
        flops: c.flops,
        about: (i) => about(c, i),
      })),
      range: (series) => ({ x: [0, (1.01 * end) / scale], y: lossRange(series) }),
      levels: data.levels.map((l) => ({ y: l.loss, text: l.name + " " + l.loss.toFixed(3) })),
      spans: (key === "flops" ? data.spans : []).map((s) => ({
        y: s.loss,
        from: s.from / scale,
        to: s.to / scale,
        text: s.label,
      })),
      place: (x) => (x !== null ? "Loss at " + text(x * scale) : data.running ? "Loss so far" : "Last loss, where each run ended"),
      value: (method, x) => {
        const last = (c) => c.loss[x === null ? c.loss.length - 1 : nearest(c[key], x * scale)];
        return mean(curves.filter((c) => c.name === method).map(last)).toFixed(3);
      },
      csv: () =>
        csv(
          ["method", "rate", "seed", "step", "flops", "seconds", "loss"],
          data.curves
            .concat(data.trials)
            .flatMap((c) => c.loss.map((l, i) => [c.name, c.rate, c.seed, c.step[i], c.flops[i], c.seconds[i], l])),
        ),
    };
  }

  /** The index of the number nearest to another one. */
  const nearest = (numbers, to) =>
    numbers.reduce((best, n, i) => (Math.abs(n - to) < Math.abs(numbers[best] - to) ? i : best), 0);

  const csv = (header, rows) =>
    [header, ...rows]
      .map((row) => row.map((v) => (/[",\r\n]/.test(v) ? '"' + String(v).replaceAll('"', '""') + '"' : v)).join(","))
      .join("\r\n") + "\r\n";

  /** What was saved from several sources. */
  function sources() {
    const percent = (v) => minus(v.toFixed(1)) + " %";
    /** Which places are of one shape, by their indices. */
    const shapes = (places) => [
      ...places.reduce((all, { shape }, i) => all.set(shape || i, [...(all.get(shape || i) ?? []), i]), new Map()).values(),
    ];
    /** The shape, at the last place of it, where there are several. */
    const labels = (places) =>
      places.map(({ shape }, i) =>
        shapes(places).length > 1 && places.findLastIndex((p) => p.shape === shape) === i ? shape : "",
      );
    const best = (series) => series.places.reduce((b, p, i) => (p.net > series.places[b].net ? i : b), 0);
    const all = data.sources.flatMap((s) => s.places);
    return {
      file: "sources",
      x: "training of the source (% of scratch's compute)",
      y: "net saving (%)",
      methods: data.sources,
      series: data.sources.map((s) => ({
        method: s.name,
        x: s.places.map((p) => p.source),
        y: s.places.map((p) => p.net),
        error: s.places.map((p) => p.deviation),
        points: true,
        lines: shapes(s.places),
        labels: labels(s.places),
        best: best(s),
        about: (i) => [
          s.places[i].name + (s.places[i].shape ? ", from " + s.places[i].shape : ""),
          percent(s.places[i].net) + " saved net, deviation " + percent(s.places[i].deviation),
          "source: " + percent(s.places[i].source) + " of scratch's compute",
        ],
      })),
      range: (series) => ({
        x: rangeOf(all.map((p) => p.source), 0.1, 0.1),
        y: rangeOf(series.flatMap((s) => s.y.flatMap((v, i) => [v - s.error[i], v + s.error[i]])), 0.1, 0.1),
      }),
      levels: [],
      spans: [],
      place: () => "Most saved, ringed",
      value: (method) => {
        const series = data.sources.find((s) => s.name === method);
        return percent(series.places[best(series)].net);
      },
      csv: () =>
        csv(
          ["method", "candidate", "source_shape", "source_percent", "net_saving_percent", "deviation_percent"],
          data.sources.flatMap((s) => s.places.map((p) => [s.name, p.name, p.shape, p.source, p.net, p.deviation])),
        ),
    };
  }

  /** Lists every point of every run, also of those that are not drawn. */
  function list() {
    const body = document.querySelector("#evaluations tbody");
    for (const c of data.curves.concat(data.trials)) {
      c.loss.forEach((loss, i) => {
        const texts = [c.rate, c.seed, loss.toFixed(3), count(c.step[i]), flopsText(c.flops[i]), secondsText(c.seconds[i])];
        body.append(
          html("tr", {}, html("th", { scope: "row" }, c.name), ...texts.map((t) => html("td", {}, String(t)))),
        );
      });
    }
  }
  document.getElementById("all").addEventListener("toggle", list, { once: true });

  /** Says at once what marks in tables stand for. Browsers say titles late, and not to fingers. */
  document.querySelectorAll(".row").forEach((row) => {
    const name = row.closest("tr").firstChild.textContent;
    const texts = [...row.querySelectorAll("title")].map((t) => t.textContent);
    row.querySelectorAll("title").forEach((t) => t.remove());
    filled(row, { tabindex: "0", role: "img", "aria-label": name + ": " + texts.join(", ") }, []);
    const say = (x, y) => tip.show(x, y, name, ...texts);
    row.addEventListener("pointermove", (e) => say(e.clientX, e.clientY));
    row.addEventListener("pointerleave", () => tip.hide());
    row.addEventListener("focus", () => say(row.getBoundingClientRect().left, row.getBoundingClientRect().bottom));
    row.addEventListener("blur", () => tip.hide());
  });

  const kept = history.state ?? {};
  let sourcesChart = null;
  if (data.sources.length > 0) {
    document.getElementById("sources-section").hidden = false;
    sourcesChart = new Chart(document.getElementById("sources-chart"), sources());
    sourcesChart.restore(kept.sources ?? {});
  }
  let chart = null;
  if (curves.length > 0) {
    form.hidden = false;
    form.elements.x.value = kept.axis ?? "flops";
    chart = new Chart(document.getElementById("curves-chart"), curvesBy(form.elements.x.value));
    chart.restore(kept);
    form.addEventListener("change", () => chart.show(curvesBy(form.elements.x.value)));
  }

  /** Says how far the run is that is not done. */
  function say(more) {
    const { name, seed, step, steps, interrupted } = data.running;
    const line = document.getElementById("running");
    line.hidden = false;
    line.textContent =
      (interrupted ? "Interrupted: " : "Running: ") + name + ", seed " + seed + ", at step "
      + count(step[step.length - 1]) + " of " + count(steps) + more;
  }

  /** The names of curves that are off, also under what the one that goes on is called later. */
  function off(names) {
    const shown = names.filter((n) => methods.some((m) => m.name === n));
    const isNew = data.methods.every((m) => m.name !== data.running.name);
    return shown.includes(RUNNING) ? shown.concat(INTERRUPTED, isNew ? data.running.name : []) : shown;
  }

  /** Loads the page again while a run goes on: soon while it is new, and rarely once it is old. */
  function reload() {
    const age = Date.now() - data.running.written;
    const wait = Math.min(600_000, Math.max(3_000, age / 2));
    say(
      (age < 60_000 ? "." : ". Last heard of " + secondsText(age / 1000) + " ago.")
        + " This page loads itself again.",
    );
    setTimeout(() => {
      const { view, off: names } = chart.state;
      history.replaceState({ axis: form.elements.x.value, view, off: off(names), sources: sourcesChart?.state }, "");
      location.reload();
    }, wait);
  }
  if (data.running?.interrupted) {
    say(". " + data.running.interrupted);
  } else if (data.running) {
    reload();
  }
})();
