"""Makes front_matter.json of ligo-core's tests: a model card's front matter as the hub reads it.

    mvn test -pl ligo-core -am -Dtest=LineageTest -Dsurefire.failIfNoSpecifiedTests=false
    venv/bin/pip install huggingface_hub==VERSION    # the version that the file names
    venv/bin/python make_golden_front_matter.py

The test leaves the card of a grown model in ligo-core/target/golden.
"""

import json
from pathlib import Path

import huggingface_hub
from huggingface_hub import ModelCard

CORE = Path(__file__).parents[4] / "ligo-core"
FILE = CORE / "src" / "test" / "resources" / "dev" / "ligo" / "core" / "front_matter.json"


def main() -> None:
    path = CORE / "target" / "golden" / "README.md"
    card = ModelCard.load(path)
    golden = dict(
        huggingface_hub=huggingface_hub.__version__,
        text=path.read_text().split("---\n", 2)[1],
        data=card.data.to_dict(),
    )
    FILE.write_text(json.dumps(golden, indent=2) + "\n")


if __name__ == "__main__":
    main()
