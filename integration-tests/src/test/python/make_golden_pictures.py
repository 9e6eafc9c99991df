"""Makes the golden files for pictures and for timm's configs: what Pillow and timm read.

    python3.11 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_golden_pictures.py

Writes below models-vit/src/test/resources/dev/ligo/models/vit:

- `image/pictures/`: small pictures of every kind, and `expected.tsv` with a line for each: name, rows,
  columns, and in base64 what `Image.open(f).convert("RGB")` and `convert("L")` give as (rows, columns,
  channels). In the place of these stands `transparent` where `convert("RGBA")` has an alpha below 255, and
  `unsupported` where the kind is one that ligo refuses by its name;
- `timm-configs.json`: configs, and what timm makes of each: mean, std, classes, names.

Pillow cannot write some kinds of JPEG; these come from others by changing a byte of a header, which gives
other colors, and a file that is as valid.
"""

import base64
import io
import json
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import timm
from PIL import Image, ImageCms

RESOURCES = Path(__file__).parents[4] / "models-vit" / "src" / "test" / "resources"
MODULE = RESOURCES / "dev" / "ligo" / "models" / "vit"
SIZE = (19, 14)  # columns, rows: not a multiple of a block of JPEG, nor of its halves
WHOLE = (32, 16)  # as many units whichever of two components is halved


def smooth(size, channels=3, seed=0):
    """A picture with colors that change within a block, so that every way to interpolate tells."""
    r = np.random.default_rng(seed)
    small = Image.fromarray(r.integers(0, 256, (5, 6, channels), dtype=np.uint8).squeeze())
    return small.resize(size, Image.Resampling.BICUBIC)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(size, bits, kind, rows, chunks=b"", interlace=0):
    """A PNG of samples as they are, without Pillow's ideas about modes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, interlace))
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + header + chunks + data + chunk(b"IEND", b"")


def deep(channels, kind, seed=1, chunks=b"", opaque=False, high=65536):
    a = np.random.default_rng(seed).integers(0, high, (SIZE[1], SIZE[0], channels)).astype(">u2")
    if opaque:
        a[:, :, -1] = 65535
    return png(SIZE, 16, kind, [row.tobytes() for row in a], chunks)


def interlaced(image):
    """Adam7, eight bits, three colors."""
    passes = (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
    a = np.array(image)
    rows = [row.tobytes() for x, y, across, down in passes for row in a[y::down, x::across]]
    return png(image.size, 8, 2, rows, interlace=1)


def saved(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def changed(data, marker, at, value):
    """Changes a byte of a JPEG's segment, counted from its marker."""
    place = data.index(marker) + at
    return data[:place] + bytes([value]) + data[place + 1 :]


def without(data, marker):
    """Leaves a segment of a JPEG out."""
    at = data.index(marker)
    return data[:at] + data[at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0] :]


def pictures():
    rgb, grey = smooth(SIZE), smooth(SIZE).convert("L")
    palette, cmyk = rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=40), rgb.convert("CMYK")
    alpha = rgb.convert("RGBA")
    half = rgb.copy()
    half.putalpha(grey)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    profile = profile[:24] + bytes(12) + profile[36:]  # not the time at which it was made
    yield "rgb.png", saved(rgb, "PNG")
    yield "rgb-interlaced.png", interlaced(rgb)
    yield "rgb-profile.png", saved(rgb, "PNG", icc_profile=profile)
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    yield "rgb-gamma.png", png(SIZE, 8, 2, [r.tobytes() for r in np.array(rgb)], gamma)
    yield "rgb-key-unused.png", saved(rgb, "PNG", transparency=(1, 2, 3))
    yield "rgb-key.png", saved(rgb, "PNG", transparency=rgb.getpixel((3, 3)))
    yield "rgba-opaque.png", saved(alpha, "PNG")
    yield "rgba.png", saved(half, "PNG")
    yield "grey.png", saved(grey, "PNG")
    yield "grey-1.png", saved(rgb.convert("1"), "PNG")
    for bits in 2, 4:
        r = np.random.default_rng(bits).integers(0, 256, (SIZE[1], (SIZE[0] * bits + 7) // 8), dtype=np.uint8)
        yield f"grey-{bits}.png", png(SIZE, bits, 0, [row.tobytes() for row in r])
    yield "grey-16.png", deep(1, 0, high=400)
    yield "grey-16-key.png", deep(1, 0, chunks=chunk(b"tRNS", b"\0\1"))
    yield "grey-key.png", saved(grey, "PNG", transparency=grey.getpixel((3, 3)))
    yield "grey-profile.png", saved(grey, "PNG", icc_profile=profile)
    yield "grey-alpha-opaque.png", saved(grey.convert("LA"), "PNG")
    yield "grey-alpha.png", saved(half.convert("LA"), "PNG")
    yield "grey-alpha-16.png", deep(2, 4, opaque=True)
    yield "rgb-16.png", deep(3, 2)
    yield "rgba-16.png", deep(4, 6, opaque=True)
    yield "palette.png", saved(palette, "PNG")
    yield "palette-2.png", saved(rgb.convert("P", palette=Image.Palette.ADAPTIVE, colors=4), "PNG", bits=2)
    yield "palette-grey.png", saved(grey.quantize(30), "PNG")
    yield "palette-key.png", saved(palette, "PNG", transparency=palette.getpixel((3, 3)))
    yield "palette-alpha-opaque.png", saved(palette, "PNG", transparency=bytes([255] * 40))
    yield "palette-alpha-unused.png", saved(palette, "PNG", transparency=bytes([255] * 40 + [0]))
    for name, sampling in ("444", 0), ("422", 1), ("420", 2):
        yield f"{name}.jpg", saved(rgb, "JPEG", subsampling=sampling, quality=90)
        yield f"{name}-progressive.jpg", saved(rgb, "JPEG", subsampling=sampling, progressive=True)
    whole = saved(smooth(WHOLE), "JPEG", subsampling=1, quality=90)
    sof = b"\xff\xc0"
    yield "440.jpg", changed(whole, sof, 11, 0x12)
    yield "411.jpg", changed(saved(smooth(WHOLE), "JPEG", subsampling=2, quality=90), sof, 11, 0x41)
    yield "unmarked-444.jpg", without(saved(rgb, "JPEG", subsampling=0), b"\xff\xe0")
    yield "unmarked-420.jpg", without(saved(rgb, "JPEG", subsampling=2), b"\xff\xe0")
    yield "rgb.jpg", saved(rgb, "JPEG", keep_rgb=True)
    yield "rgb-by-names.jpg", without(saved(rgb, "JPEG", keep_rgb=True), b"\xff\xee")
    yield "rgb-profile.jpg", saved(rgb, "JPEG", icc_profile=profile)
    exif = rgb.getexif()
    exif[0x0112] = 6
    yield "rotated.jpg", saved(rgb, "JPEG", exif=exif)
    yield "grey.jpg", saved(grey, "JPEG", quality=90)
    yield "grey-restarts.jpg", saved(grey, "JPEG", restart_marker_blocks=1)
    inks = saved(cmyk, "JPEG", quality=90)
    adobe = b"\xff\xee"
    yield "cmyk.jpg", inks
    black = saved(Image.merge("CMYK", (*rgb.split(), grey)), "JPEG", quality=90)
    yield "cmyk-black.jpg", black
    yield "cmyk-unmarked.jpg", without(inks, adobe)
    yield "ycck.jpg", changed(black, adobe, 15, 2)
    yield "named.jpg", saved(rgb, "PNG")
    yield "trailing.jpg", saved(rgb, "JPEG") + b"more"
    yield "palette.gif", saved(rgb, "GIF")
    yield "animated.gif", saved(rgb, "GIF", save_all=True, append_images=[smooth(SIZE, seed=5)], duration=50)
    yield "grey.gif", saved(grey, "GIF")
    yield "key.gif", saved(palette, "GIF", transparency=palette.getpixel((3, 3)))
    yield "rgb.bmp", saved(rgb, "BMP")
    yield "rgba.bmp", saved(half, "BMP")
    yield "palette.bmp", saved(palette, "BMP")
    yield "grey.bmp", saved(grey, "BMP")
    yield "grey-1.bmp", saved(rgb.convert("1"), "BMP")
    yield "webp-named.png", saved(rgb, "WEBP")
    yield "tiff-named.jpg", saved(rgb, "TIFF")


def expected(name, data):
    image = Image.open(io.BytesIO(data))
    columns, rows = image.size
    if image.format in ("WEBP", "TIFF"):
        values = ["unsupported"]
    elif np.array(image.convert("RGBA"))[:, :, 3].min() < 255:
        values = ["transparent"]
    else:
        values = [base64.b64encode(image.convert(mode).tobytes()).decode() for mode in ("RGB", "L")]
    return [name, rows, columns, *values]


def configs():
    sizes = dict(img_size=[32, 32], patch_size=8, embed_dim=32, depth=2, num_heads=4)
    published = dict(mean=[0.4, 0.5, 0.6], std=[0.2, 0.3, 0.4], input_size=[3, 224, 224], crop_pct=0.9)
    tiny = dict(architecture="vit_tiny_patch16_224")
    names = ["cat", "dog", "owl"]
    yield {**tiny, "num_classes": 3, "num_features": 192, "labels": names, **published}
    yield {**tiny, "num_classes": 3, "label_names": names, **published}
    yield {**tiny, "num_classes": 2, "labels": names, "input_size": [3, 224, 224]}
    yield {**tiny, "num_classes": 3, "label_names": names, "pretrained_cfg": published}
    yield {**tiny, "pretrained_cfg": {**published, "num_classes": 3, "label_names": names}}
    yield {**tiny, "num_classes": 3, "labels": names, "pretrained_cfg": published}
    yield {**tiny, "num_classes": 3, "pretrained_cfg": {"num_classes": 7}}
    yield {**tiny, "num_classes": 5, "model_args": {**sizes, "num_classes": 5}, "pretrained_cfg": published}
    yield {**tiny, "num_classes": 0, "model_args": {**sizes, "num_classes": 0}, "pretrained_cfg": published}
    yield {**tiny, "num_classes": 3, "model_args": {**sizes, "in_chans": 1}, "pretrained_cfg": published}
    yield {**tiny, "num_classes": 3, "mean": [0.4, 0.5, 0.6], "input_size": [1, 224, 224]}


def read_by_timm(config):
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "config.json").write_text(json.dumps(config))
        model = timm.create_model(f"local-dir:{directory}", pretrained=False)
    settled = timm.data.resolve_model_data_config(model)
    channels = model.patch_embed.proj.in_channels
    names = model.pretrained_cfg.get("label_names")

    def fit(numbers):
        """One number is the mean of all where there are other channels, as timm's transforms have it."""
        return list(numbers) if len(numbers) == channels else [sum(numbers) / len(numbers)] * channels

    return dict(
        config=config,
        mean=fit(settled["mean"]),
        std=fit(settled["std"]),
        classes=model.num_classes,
        names=list(names) if names and len(names) == model.num_classes else None,
    )


def main():
    directory = MODULE / "image" / "pictures"
    directory.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, data in pictures():
        (directory / name).write_bytes(data)
        lines.append("\t".join(map(str, expected(name, data))))
    (directory / "expected.tsv").write_text("\n".join(lines) + "\n")
    read = [read_by_timm(c) for c in configs()]
    (MODULE / "timm-configs.json").write_text(json.dumps(read, indent=1) + "\n")


main()
