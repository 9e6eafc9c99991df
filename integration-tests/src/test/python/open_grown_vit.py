"""Opens a grown ViT, DeiT or CaiT checkpoint with transformers, or with timm if its config is timm's, and
writes what it computes, for a Java test to compare.

    venv/bin/python open_grown_vit.py grown-directory golden.safetensors

Every tensor must be found and used, in its own shape. The images follow from the sizes, with image `b`,
channel `c`, row `y` and column `x` of a batch of 2:

    pixel_values[b][c][y][x] = ((7 b + 3 c + 5 y + 11 x) mod 17) / 8 - 1

They are written as float64, with `logits` computed in float64; the metadata holds the file's SHA-256.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
import transformers

from golden_files import open_strictly, write_golden
from make_golden_vit import open_timm


def make_images(channels: int, rows: int, columns: int) -> torch.Tensor:
    b, c, y, x = torch.meshgrid(*map(torch.arange, (2, channels, rows, columns)), indexing="ij")
    return ((7 * b + 3 * c + 5 * y + 11 * x) % 17).double() / 8 - 1


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, golden = Path(sys.argv[1]), Path(sys.argv[2])
    config = json.loads((directory / "config.json").read_text())
    if "model_type" in config:
        (class_name,) = config["architectures"]
        model = open_strictly(getattr(transformers, class_name), directory, attention="sdpa")
        size = model.config.image_size
        rows, columns = (size, size) if isinstance(size, int) else size
        pixels = make_images(model.config.num_channels, rows, columns)
    else:
        model = open_timm(directory)
        pixels = make_images(model.patch_embed.proj.in_channels, *model.patch_embed.img_size)
    with torch.no_grad():
        out = model(pixels)
    file = directory / "model.safetensors"
    write_golden(
        golden,
        dict(pixel_values=pixels, logits=out if torch.is_tensor(out) else out.logits),
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
    )


if __name__ == "__main__":
    main()
