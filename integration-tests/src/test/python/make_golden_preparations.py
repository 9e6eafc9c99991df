"""Makes the golden files for resizing and cropping: what image processors of transformers and timm's
evaluation transform make of pictures.

    python3.11 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_golden_preparations.py

Writes `preparations/` below models-vit/src/test/resources/dev/ligo/models/vit: pictures of several sizes, and
`expected.json` with an entry for each case: the picture, the model's shape as (channels, rows, columns), the
contents of `preprocessor_config.json` or those of timm's `pretrained_cfg`, and in base64 the pixels that come
out, as (channels, rows, columns), before they are normalized. The image processors are those on Pillow.
"""

import base64
import json
import tempfile
from pathlib import Path

import numpy as np
import timm
import torch
from PIL import Image
from transformers import AutoImageProcessor

RESOURCES = Path(__file__).parents[4] / "models-vit" / "src" / "test" / "resources"
DIRECTORY = RESOURCES / "dev" / "ligo" / "models" / "vit" / "preparations"
FILTERS = "nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"


def pictures():
    """Colors that change from pixel to pixel in one half, and slowly in the other."""
    for name, columns, rows in ("wide", 61, 37), ("tall", 22, 45), ("tiny", 5, 7), ("exact", 16, 16):
        r = np.random.default_rng(columns)
        small = Image.fromarray(r.integers(0, 256, (4, 3, 3), dtype=np.uint8))
        a = np.array(small.resize((columns, rows), Image.Resampling.BICUBIC))
        a[: rows // 2] = r.integers(0, 256, (rows // 2, columns, 3), dtype=np.uint8)
        yield name, Image.fromarray(a)


def processors():
    square, grey, oblong = [3, 16, 16], [1, 16, 16], [3, 16, 24]
    vit = {"image_processor_type": "ViTImageProcessor"}
    for resample in range(6):
        yield square, {**vit, "size": {"height": 16, "width": 16}, "resample": resample}
    yield grey, {**vit, "size": 16}
    yield oblong, {**vit, "size": [16, 24]}
    yield oblong, {"size": {"height": 16, "width": 24}}
    yield square, {"feature_extractor_type": "DeiTFeatureExtractor", "size": 18, "crop_size": 16}
    yield square, {"image_processor_type": "DeiTImageProcessor", "size": 13, "crop_size": 16, "resample": 2}
    clip = {"image_processor_type": "CLIPImageProcessor"}
    yield square, {**clip, "size": 17, "crop_size": 16}
    yield square, {**clip, "size": {"shortest_edge": 16}, "crop_size": {"height": 16, "width": 16}}
    yield oblong, {**clip, "size": {"shortest_edge": 16}, "crop_size": {"height": 16, "width": 24}, "resample": 2}
    yield square, {**vit, "do_resize": False, "do_center_crop": True, "crop_size": 16}


def evaluations():
    square, oblong = [3, 16, 16], [3, 16, 24]
    for interpolation in FILTERS:
        yield square, {"interpolation": interpolation}
    for mode in "center", "squash", "border":
        for share in 0.9, 1.0, 1.2:
            yield square, {"crop_mode": mode, "crop_pct": share, "mean": [0.4, 0.5, 0.6], "std": [0.5, 0.5, 0.5]}
        yield oblong, {"crop_mode": mode, "crop_pct": 0.8, "interpolation": "bilinear"}
    yield square, {}


def processed(image, shape, file):
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "preprocessor_config.json").write_text(json.dumps(file))
        (Path(directory) / "config.json").write_text(json.dumps({"model_type": "vit"}))
        processor = AutoImageProcessor.from_pretrained(directory, backend="pil")
    return processor(image, do_rescale=False, do_normalize=False)["pixel_values"][0]


def evaluated(image, shape, config):
    settled = timm.data.resolve_data_config(pretrained_cfg={**config, "input_size": tuple(shape)})
    transform = timm.data.create_transform(**settled, normalize=False)
    return transform(image).numpy()


def case(name, image, shape, key, config, make):
    pixels = np.asarray(make(image.convert("L" if shape[0] == 1 else "RGB"), shape, config))
    assert pixels.dtype == np.uint8 and list(pixels.shape) == shape, (config, pixels.dtype, pixels.shape)
    return {"picture": name, "shape": shape, key: config, "pixels": base64.b64encode(pixels.tobytes()).decode()}


def main():
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    cases = []
    for name, image in pictures():
        image.save(DIRECTORY / f"{name}.png")
        for shape, file in processors():
            cases.append(case(name, image, shape, "processor", file, processed))
        for shape, config in evaluations():
            if list(image.size) != shape[:0:-1]:  # those are taken as they are
                cases.append(case(name, image, shape, "pretrained_cfg", config, evaluated))
    (DIRECTORY / "expected.json").write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


torch.set_num_threads(1)
main()
