"""Makes the golden files for the vision models: tiny random checkpoints with what transformers or timm
computes on them.

    python3.11 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_golden_vit.py [directory [case ...]]

Writes `<case>/` for each of CASES (by default below ../resources/golden/vit): the checkpoint as
`save_pretrained`, or timm's `save_for_hf`, writes it, and `golden.safetensors` with

- the inputs `pixel_values` (batch, channels, rows, columns): float64, and, with a head, `labels`: int64;
- the outputs `hidden` (batch, tokens, width), after the last norm, `logits` and `loss`: float64. Without a
  head the loss is sum(hidden * R1), with `R1` stored as well. With two heads, those of DeiT's class and
  distillation token, the logits are the heads' mean and the loss the mean of their cross-entropies;
- `grad/<tensor>`, the loss's gradient for each tensor of the file: float64. A key's bias moves all scores
  of a query alike, which softmax does not see, so its gradient is rounding around zero; so is that of the
  bias with which heads talk before the softmax, CaiT's `proj_l.bias`.

A case `x-timm` has the weights of the case `x`. An `-interpolated` one has images of another size than its
config says, its positions interpolated as its library does; no gradients.

The softmax of transformers' eager attention is float32 in these models: here they use `sdpa`.
"""

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import safetensors.torch
import timm
import torch
from timm.layers import resample_abs_pos_embed
from timm.models import save_for_hf
from transformers import (
    DeiTConfig,
    DeiTForImageClassification,
    DeiTForImageClassificationWithTeacher,
    DeiTModel,
    ViTConfig,
    ViTForImageClassification,
    ViTModel,
)

from golden_files import draw, open_strictly, write_golden

GOLDEN = Path(__file__).parent.parent / "resources" / "golden" / "vit"

# Rows, columns, patches, channels, width and heads all differ: what mixes two of them up fails.
SIZES = dict(
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=3,
    intermediate_size=40,
    image_size=[8, 12],
    patch_size=4,
    num_channels=2,
    layer_norm_eps=1e-6,
)
ARGS = dict(
    embed_dim=24, depth=3, num_heads=3, mlp_ratio=40 / 24 + 1e-9, img_size=[8, 12], patch_size=4, in_chans=2
)
CAIT = dict(
    embed_dim=24, depth=3, num_heads=3, mlp_ratio=2.0, img_size=[8, 12], patch_size=4, in_chans=2,
    depth_token_only=2, mlp_ratio_token_only=3.0, init_values=0.3,
)  # fmt: skip
BATCH = 3
CLASSES = 5

# What transformers 5 calls parameters, and what its files do.
RENAMED = {
    "attention.q_proj": "attention.attention.query",
    "attention.k_proj": "attention.attention.key",
    "attention.v_proj": "attention.attention.value",
    "attention.o_proj": "attention.output.dense",
    "mlp.fc1": "intermediate.dense",
    "mlp.fc2": "output.dense",
    "layers.": "encoder.layer.",
}

# What timm calls the tensors of transformers' files.
TIMM_NAMES = {
    "embeddings.cls_token": "cls_token",
    "embeddings.distillation_token": "dist_token",
    "embeddings.position_embeddings": "pos_embed",
    "embeddings.patch_embeddings.projection": "patch_embed.proj",
    "encoder.layer.": "blocks.",
    "layernorm_before": "norm1",
    "layernorm_after": "norm2",
    "attention.output.dense": "attn.proj",
    "attention.attention.": "attn.",
    "intermediate.dense": "mlp.fc1",
    "output.dense": "mlp.fc2",
    "layernorm.": "norm.",
    "distillation_classifier": "head_dist",
    "cls_classifier": "head",
    "classifier": "head",
}


@dataclass
class Case:
    name: str
    seed: int
    model: type | str  # a class of transformers, or the name of a timm architecture
    config: dict = field(default_factory=dict)
    weights_of: str | None = None
    image: tuple[int, int] = (8, 12)


CASES = [
    Case("vit", 1, ViTForImageClassification),
    Case("vit-timm", 1, "vit_small_patch16_224", ARGS, weights_of="vit"),
    Case("vit-base", 2, ViTModel, dict(hidden_act="gelu_new", layer_norm_eps=1e-3)),
    Case("vit-no-qkv-bias", 3, ViTForImageClassification, dict(qkv_bias=False, image_size=8, num_channels=1), image=(8, 8)),
    Case("vit-interpolated", 4, ViTForImageClassification, dict(image_size=16), image=(8, 24)),
    Case("vit-timm-interpolated", 5, "deit_small_patch16_224", ARGS | dict(img_size=[20, 12]), image=(12, 20)),
    Case("deit", 6, DeiTForImageClassificationWithTeacher),
    Case("deit-timm", 6, "deit_small_distilled_patch16_224", ARGS, weights_of="deit"),
    Case("deit-base", 11, DeiTModel, dict(hidden_act="relu")),
    Case("deit-class-token", 7, DeiTForImageClassification, dict(layer_norm_eps=1e-12)),
    Case("cait", 8, "cait_xs24_384", CAIT),
    Case("cait-no-qkv-bias", 9, "cait_s24_224", CAIT | dict(qkv_bias=False, depth_token_only=1)),
    # Heads of 48 units, as the published ones have.
    Case("cait-head-48", 12, "cait_xs24_384", CAIT | dict(embed_dim=96, depth=1, num_heads=2, mlp_ratio=0.25, mlp_ratio_token_only=0.5, depth_token_only=1)),
    Case("cait-interpolated", 10, "cait_xs24_384", CAIT, image=(16, 8)),
]  # fmt: skip


def rename(name: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        name = name.replace(old, new)
    return name


def randomize(model, generator) -> None:
    """Draws every parameter so wide that each shows in the result."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = draw(generator, parameter.shape)
            if "norm" in name or "gamma" in name:
                values = 0.2 * values + (0 if name.endswith("bias") else 1)
            else:
                values = 0.3 * values
            parameter.copy_(values)


def timm_weights(directory: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file of transformers as timm has them."""
    prefix = ("vit.", "deit.")
    tensors = {}
    for name, tensor in safetensors.torch.load_file(directory / "model.safetensors").items():
        for p in prefix:
            name = name.removeprefix(p)
        tensors[rename(name, TIMM_NAMES)] = tensor
    for name in [n for n in tensors if ".attn.query." in n]:
        parts = [tensors.pop(name.replace("query", part)) for part in ("query", "key", "value")]
        tensors[name.replace("query", "qkv")] = torch.cat(parts)
    return tensors


def save(case: Case, directory: Path, generator) -> None:
    if isinstance(case.model, str):
        args = dict(case.config, num_classes=CLASSES)
        model = timm.create_model(case.model, pretrained=False, **args)
        if case.weights_of:
            model.load_state_dict(timm_weights(directory.parent / case.weights_of))
        else:
            randomize(model, generator)
        model.pretrained_cfg["num_classes"] = CLASSES
        args.pop("num_classes")
        save_for_hf(model, directory, model_args=args, safe_serialization=True)
        return
    config_class = ViTConfig if case.model.__name__.startswith("ViT") else DeiTConfig
    model = case.model(config_class(**(SIZES | dict(num_labels=CLASSES) | case.config)))
    randomize(model, generator)
    model.save_pretrained(directory)


def open_timm(directory: Path, **args):
    model = timm.create_model(f"local-dir:{directory}", pretrained=True, **args)
    stored = safetensors.torch.load_file(directory / "model.safetensors")
    for name, tensor in model.state_dict().items():
        if name != "pos_embed" and not torch.equal(tensor, stored[name]):
            raise ValueError(f"{directory}: timm did not load {name}")
    return model.double().eval()


def interpolated(case: Case, directory: Path):
    """timm's model for the case's images. CaiT has no filter of its own that resamples: it is done here."""
    model = timm.create_model(f"local-dir:{directory}", pretrained=False, img_size=list(case.image))
    state = safetensors.torch.load_file(directory / "model.safetensors")
    patch = ARGS["patch_size"]
    new = [n // patch for n in case.image]
    old = [n // patch for n in case.config["img_size"]]
    leading = state["pos_embed"].shape[1] - old[0] * old[1]
    state["pos_embed"] = resample_abs_pos_embed(state["pos_embed"], new, old, num_prefix_tokens=leading)
    model.load_state_dict(state)
    return model.double().eval()


def hidden_and_logits(case: Case, model, pixels) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """The normalised tokens, and each head's logits."""
    if isinstance(case.model, str):
        hidden = model.forward_features(pixels)
        heads = [model.head(hidden[:, 0])]
        if "distilled" in case.model:
            heads.append(model.head_dist(hidden[:, 1]))
        torch.testing.assert_close(sum(heads) / len(heads), model(pixels), rtol=1e-12, atol=1e-12)
        return hidden, heads
    other = {"interpolate_pos_encoding": True} if case.name.endswith("interpolated") else {}
    out = model(pixels, **other)
    if case.model in (ViTModel, DeiTModel):
        return out.last_hidden_state, []
    base = model.vit if hasattr(model, "vit") else model.deit
    hidden = base(pixels, **other).last_hidden_state
    if case.model is DeiTForImageClassificationWithTeacher:
        return hidden, [out.cls_logits, out.distillation_logits]
    return hidden, [out.logits]


def make(case: Case, directory: Path) -> None:
    generator = numpy.random.default_rng(case.seed)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    save(case, directory, generator)
    changed = case.name.endswith("interpolated")
    if isinstance(case.model, str):
        model = interpolated(case, directory) if changed else open_timm(directory)
        channels = case.config["in_chans"]
    else:
        model = open_strictly(case.model, directory, attention="sdpa")
        channels = model.config.num_channels

    # A generator of its own: the inputs are those of the case whose weights it has.
    inputs = numpy.random.default_rng(100 + case.seed)
    pixels = draw(inputs, (BATCH, channels, *case.image))
    labels = torch.from_numpy(inputs.integers(0, CLASSES, BATCH))
    hidden, heads = hidden_and_logits(case, model, pixels)
    tensors = {"pixel_values": pixels, "hidden": hidden}
    if heads:
        loss = sum(torch.nn.functional.cross_entropy(logits, labels) for logits in heads) / len(heads)
        tensors |= {"labels": labels, "logits": sum(heads) / len(heads), "loss": loss}
    else:
        weights = draw(inputs, hidden.shape)
        tensors |= {"R1": weights, "loss": (hidden * weights).sum()}
    if not changed:
        tensors["loss"].backward()
        for name, p in model.named_parameters():
            file_name = name if isinstance(case.model, str) else rename(name, RENAMED)
            tensors[f"grad/{file_name}"] = torch.zeros_like(p) if p.grad is None else p.grad
        stored = set(safetensors.torch.load_file(directory / "model.safetensors"))
        found = {n.removeprefix("grad/") for n in tensors if n.startswith("grad/")}
        if found != stored:
            raise ValueError(f"{case.name}: gradients of {sorted(found ^ stored)}")
    write_golden(directory / "golden.safetensors", tensors, case=case.name, seed=case.seed, timm=timm.__version__)
    print(f"{case.name}: {json.loads((directory / 'config.json').read_text()).get('model_type', case.model)}")


def main() -> None:
    golden = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    only = sys.argv[2:]
    for case in CASES:
        if only and case.name not in only:
            continue
        make(case, golden / case.name)


if __name__ == "__main__":
    main()
