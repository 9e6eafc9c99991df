"""Fits L(x) = floor + scale * x^-exponent to curves of loss by SciPy: to synthetic ones with noise,
and to the validation losses of published runs. Finds by SciPy, too, how long a small model is best
trained where its curve and that of the large one are known. No code of ligo's is used.
"""

import json
from pathlib import Path

import numpy
from scipy.optimize import least_squares, minimize_scalar

ROOT = Path(__file__).resolve().parents[4]
GOLDEN = Path(__file__).resolve().parents[1] / "resources" / "golden"


def fit(x: numpy.ndarray, y: numpy.ndarray) -> dict:
    best = None
    for start in (0.05, 0.2, 0.5, 1.0, 2.0, 4.0):  # several, since there may be more than one valley
        unit = numpy.exp(numpy.log(x).mean())
        found = least_squares(
            lambda p: p[0] + p[1] * (x / unit) ** -p[2] - y,
            (max(y.min() * 0.9, 0.0), y.max() - y.min(), start),
            bounds=((0, 0, 0.01), (numpy.inf, numpy.inf, 5)),
            xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20000,
        )
        if best is None or found.cost < best[0]:
            best = found.cost, found.x, unit
    cost, (floor, scale, exponent), unit = best
    return {
        "x": x.tolist(),
        "loss": y.tolist(),
        "floor": floor,
        "scale_at_middle": scale,
        "middle": unit,
        "exponent": exponent,
        "deviation": float(numpy.sqrt(2 * cost / len(x))),
    }


def synthetic(rng, floor, scale, exponent, noise, n) -> dict:
    x = numpy.geomspace(0.01, 1, n)
    return fit(x, floor + scale * x ** -exponent + noise * rng.standard_normal(n))


def published(run: str, skip: int) -> dict:
    points = json.loads((ROOT / "docs/results" / run).read_text())["points"]
    x = numpy.array(points["step"][skip:], float)
    return fit(x / x[-1], numpy.array(points["loss"][skip:]))


def equal_slopes(small, large, cost) -> dict:
    def loss(p, x):
        return p[0] + p[1] * x ** -p[2]

    def reaches(p, y):
        return ((y - p[0]) / p[1]) ** (-1 / p[2])

    found = minimize_scalar(
        lambda x: cost * x - min(1.0, reaches(large, loss(small, x))),
        bounds=(0.001, 1), method="bounded", options={"xatol": 1e-12},
    )
    return {"small": small, "large": large, "cost": cost, "length": found.x, "net": -found.fun}


def main() -> None:
    rng = numpy.random.default_rng(7)
    curves = [
        synthetic(rng, 3.1, 0.9, 0.4, 0.0, 12),
        synthetic(rng, 3.1, 0.9, 0.4, 0.02, 40),
        synthetic(rng, 0.0, 4.0, 0.1, 0.01, 25),
        synthetic(rng, 1.5, 0.05, 1.3, 0.005, 30),
        published("gpt2/runs/scratch@0.002-2.json", 10),
        published("bert/runs/scratch@0.001-2.json", 20),
        published("deit/runs/scratch@0.001-3.json", 5),
    ]
    points = [
        equal_slopes([3.5, 0.1, 0.5], [3.0, 0.5, 0.5], 0.25),
        equal_slopes([3.6, 0.2, 0.6], [2.9, 0.8, 0.35], 0.5),
        equal_slopes([2.6, 0.5, 0.5], [1.5, 1.4, 0.3], 0.4),
    ]
    out = GOLDEN / "plan" / "curves.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"curves": curves, "equal_slopes": points}, indent=1) + "\n")


main()
