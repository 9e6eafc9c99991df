"""Makes traces.json of ligo-core's tests: files of events, and what tensorboard reads in them; the names that the
Trainer's state has in transformers.

    mvn test -pl ligo-core -am -Dtest=EventFileTest -Dsurefire.failIfNoSpecifiedTests=false
    venv/bin/pip install tensorboard==VERSION transformers==VERSION    # the versions that the file names
    venv/bin/python make_golden_traces.py

The test leaves the files in ligo-core/target/golden/events.
"""

import base64
import dataclasses
import json
from pathlib import Path

import tensorboard.version
import transformers
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

CORE = Path(__file__).parents[4] / "ligo-core"
FILE = CORE / "src" / "test" / "resources" / "dev" / "ligo" / "core" / "traces.json"


def main() -> None:
    directory = CORE / "target" / "golden" / "events"
    events = EventAccumulator(str(directory)).Reload()
    scalars = {
        tag: [[e.step, float(f"{e.value:.6g}")] for e in events.Scalars(tag)] for tag in sorted(events.Tags()["scalars"])
    }
    files = {f.name: base64.b64encode(f.read_bytes()).decode() for f in sorted(directory.iterdir())}
    golden = dict(
        tensorboard=tensorboard.version.VERSION,
        files=files,
        scalars=scalars,
        transformers=transformers.__version__,
        trainer_state=sorted(f.name for f in dataclasses.fields(transformers.TrainerState)),
    )
    FILE.write_text(json.dumps(golden, indent=2) + "\n")


if __name__ == "__main__":
    main()
