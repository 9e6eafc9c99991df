"""Tiles a BERT by numpy alone, as ModernBERT's paper and public code describe it: the small weights in
the middle of the large ones, going on periodically to both sides; layer l copies round(l * L1 / L2).
Writes the SHA-256 of every tensor's bytes. No code of theirs or of ligo's is used.
"""

import hashlib
import json
import re
from pathlib import Path

import numpy
import safetensors.numpy

GOLDEN = Path(__file__).resolve().parents[1] / "resources" / "golden"
SOURCE, LAYERS, WIDTHS = "mlm-gelu", 5, {24: 36, 40: 60}


def tiled(weights: numpy.ndarray) -> numpy.ndarray:
    for axis, small in enumerate(weights.shape):
        large = WIDTHS.get(small, small)
        offset = (large - small) // 2
        copies = -(-large // small) + 2  # enough to both sides
        middle = numpy.concatenate([weights] * (2 * copies + 1), axis)
        start = copies * small - offset
        weights = numpy.take(middle, range(start, start + large), axis)
    return weights


def main() -> None:
    directory = GOLDEN / "bert" / SOURCE
    config = json.loads((directory / "config.json").read_text())
    small = safetensors.numpy.load_file(directory / "model.safetensors")
    depth = config["num_hidden_layers"]
    layers = [round(layer * depth / LAYERS) for layer in range(LAYERS)]
    hashes = {}
    for name, weights in small.items():
        match = re.search(r"\.layer\.(\d+)\.", name)
        # Which of the large layers come from this one; a tensor outside the stack stays one tensor.
        for layer in range(LAYERS) if match else [None]:
            if match and layers[layer] != int(match[1]):
                continue
            large = name.replace(match[0], f".layer.{layer}.") if match else name
            hashes[large] = hashlib.sha256(numpy.ascontiguousarray(tiled(weights)).tobytes()).hexdigest()
    out = GOLDEN / "grown" / "tile.json"
    out.write_text(json.dumps(dict(sorted(hashes.items())), indent=1) + "\n")


main()
