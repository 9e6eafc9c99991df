"""Opens a grown checkpoint with transformers and writes what it computes, for a Java test to compare.

    venv/bin/python open_grown.py grown-directory golden.safetensors

The directory holds a model of the class that its config's `architectures` names. It must open
without a missing, left-over or misshapen tensor; a pooler alone may be missing or left over.

The inputs follow from the sizes, with `b` the row and `s` the column of a batch of 3 x min(13, longest):

    input_ids[b][s]      = first + (7 b + 3 s + 5) mod (vocabulary - first)
    token_type_ids[b][s] = s * token types / columns, rounded down, where there are types
    attention_mask[b][s] = 1, but 0 in the last third (columns / 3, rounded down) of the last row, where
                           there is a window in fewer tokens than it has, so that it never sees these alone

where `first` is 0, or the id after the padding's where positions depend on it. They are written as
int64, with `last_hidden_state` and, from a model with a language-model head, `logits`, both computed in
float64. The metadata holds `model_class` and, for each weight file, `sha256/<file name>`: a test can
tell that the golden file belongs to the checkpoint before it.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
import transformers

from golden_files import open_strictly, write_golden

ROWS = 3
COLUMNS = 13


def model_class_of(directory: Path):
    named = json.loads((directory / "config.json").read_text()).get("architectures") or []
    if len(named) != 1 or not hasattr(transformers, named[0]):
        sys.exit(f"{directory}: expected one class of transformers under 'architectures', found {named}")
    return getattr(transformers, named[0])


def make_inputs(config) -> dict[str, torch.Tensor]:
    first = config.pad_token_id + 1 if config.model_type == "roberta" else 0
    columns = min(COLUMNS, config.max_position_embeddings - first)
    types = getattr(config, "type_vocab_size", 1)
    b = torch.arange(ROWS)[:, None]
    s = torch.arange(columns)[None]
    mask = torch.ones(ROWS, columns, dtype=torch.int64)
    window = getattr(config, "sliding_window", None) or columns
    mask[-1, columns - min(columns // 3, window - 1) :] = 0
    inputs = dict(
        input_ids=first + (7 * b + 3 * s + 5) % (config.vocab_size - first),
        attention_mask=mask,
    )
    if types > 1:
        inputs["token_type_ids"] = (s * types // columns).repeat(ROWS, 1)
    return inputs


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, golden = Path(sys.argv[1]), Path(sys.argv[2])
    model_class = model_class_of(directory)
    model = open_strictly(model_class, directory, allowed="pooler.")
    inputs = make_inputs(model.config)
    with torch.no_grad():
        out = model(**inputs, output_hidden_states=True)
    outputs = {"last_hidden_state": out.hidden_states[-1]}
    if "logits" in out:
        outputs["logits"] = out.logits
    hashes = {
        f"sha256/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(directory.glob("model*.safetensors"))
    }
    write_golden(golden, inputs | outputs, model_class=model_class.__name__, **hashes)


if __name__ == "__main__":
    main()
