"""Makes golden/f1.json: accuracy and F1 of random predictions, as scikit-learn has them.

    venv/bin/pip install scikit-learn==VERSION    # the version that the file names
    venv/bin/python make_golden_f1.py [file]

In some cases a class does not occur, or is never predicted, or both.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy
import sklearn
from sklearn.metrics import accuracy_score, f1_score

FILE = Path(__file__).parent.parent / "resources" / "golden" / "f1.json"

warnings.filterwarnings("ignore")  # scores that are 0 by convention


def case(classes: int, actual, predicted) -> dict:
    actual, predicted = [int(i) for i in actual], [int(i) for i in predicted]
    scores = dict(accuracy=accuracy_score(actual, predicted), macro=f1_score(actual, predicted, average="macro"))
    if classes == 2:
        scores["f1"] = f1_score(actual, predicted)
    return dict(classes=classes, actual=actual, predicted=predicted, **scores)


def main() -> None:
    generator = numpy.random.default_rng(1)
    cases = []
    for classes, occurring in ((2, 2), (2, 1), (3, 3), (5, 5), (5, 3), (12, 9)):
        actual = generator.integers(0, occurring, 23)
        right = generator.random(23) < 0.6
        cases.append(case(classes, actual, numpy.where(right, actual, generator.integers(0, occurring, 23))))
    cases.append(case(2, [0, 0, 0], [0, 0, 0]))
    cases.append(case(2, [1, 1, 1], [0, 0, 0]))
    cases.append(case(3, [0, 1, 0], [2, 2, 2]))
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    lines = ",\n".join(json.dumps(c) for c in cases)
    file.write_text(f'{{"scikit_learn": "{sklearn.__version__}", "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
