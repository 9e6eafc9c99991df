"""Makes tiny sources and recipes, and the hashes of what mergekit makes of them.

    python3.11 -m venv venv && venv/bin/pip install -r requirements-mergekit.txt
    venv/bin/python make_golden_recipes.py [directory]

Writes, beside the sources, each recipe as NAME.yaml and hashes.json: for each recipe the SHA-256, the
dtype and the shape of every tensor that mergekit writes. The tensors' bytes are hashed, and not the
files: mergekit may order and shard them in another way than ligo does.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # sources without a tokenizer are not looked for elsewhere

import torch
import yaml
from mergekit.config import MergeConfiguration
from mergekit.merge import MergeOptions, run_merge
from tokenizers import Tokenizer, models
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

RESOURCES = Path(__file__).parent.parent / "resources" / "recipes"

TOKENS = 23
LLAMA = dict(
    vocab_size=TOKENS,
    hidden_size=16,
    intermediate_size=20,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=32,
    initializer_range=0.3,
)
GPT2 = dict(vocab_size=TOKENS, n_embd=12, n_layer=4, n_head=3, n_positions=16, initializer_range=0.3)


def save(model, directory: Path, dtype=torch.float32) -> None:
    """Draws all values, norms too, so that every tensor is told from every other."""
    generator = torch.Generator().manual_seed(7)
    for name, parameter in model.named_parameters():
        drawn = torch.randn(parameter.shape, generator=generator) * 0.3
        parameter.data = drawn + (1 if "norm" in name or ".ln_" in name else 0)
    model.to(dtype).save_pretrained(directory)
    (directory / "generation_config.json").unlink(missing_ok=True)


def sources(root: Path) -> None:
    save(LlamaForCausalLM(LlamaConfig(**LLAMA)), root / "llama")
    save(LlamaForCausalLM(LlamaConfig(**LLAMA)), root / "llama-bf16", torch.bfloat16)
    tied = root / "llama-tied"
    save(LlamaForCausalLM(LlamaConfig(**LLAMA, tie_word_embeddings=True)), tied)
    tokenizer = Tokenizer(models.WordLevel({f"t{i}": i for i in range(TOKENS)}, unk_token="t0"))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="t0").save_pretrained(tied)
    save(GPT2LMHeadModel(GPT2Config(**GPT2)), root / "gpt2")


def part(model: str, first: int, last: int, **parameters) -> dict:
    source = dict(model=model, layer_range=[first, last])
    if parameters:
        source["parameters"] = parameters
    return dict(sources=[source])


def scale(*conditions) -> list:
    return [dict(filter=f, value=v) if f else dict(value=v) for f, v in conditions]


def recipe(*slices, **keys) -> dict:
    return dict(slices=list(slices), merge_method="passthrough", **keys)


def silent(*filters) -> list:
    return scale(*((f, 0.0) for f in filters), ("", 1.0))


PRO = silent("o_proj", "down_proj")
HALVED = scale(("q_proj", 0.8536), ("k_proj", 0.8536), ("", 1.0))

RECIPES = {
    "solar": recipe(part("llama", 0, 3), part("llama", 1, 4)),
    "llama-pro": recipe(
        part("llama", 0, 2),
        part("llama", 1, 2, scale=PRO),
        part("llama", 2, 4),
        part("llama", 3, 4, scale=PRO),
    ),
    "midas": recipe(part("llama", 0, 3), part("llama", 1, 3), part("llama", 1, 4)),
    "scaled-q-k": recipe(part("llama", 0, 4), part("llama", 2, 4, scale=HALVED)),
    "layers-left-out": recipe(part("llama", 0, 1), part("llama", 2, 4), part("llama", 2, 3), part("llama", 3, 4)),
    "single-layers": recipe(*(part("llama", i, i + 1) for i in (0, 0, 1, 3, 2, 2, 3))),
    "reads-bfloat16": recipe(
        part("llama", 0, 3), part("llama", 2, 4, scale=scale(("mlp", 0.7))), dtype="bfloat16"
    ),
    "writes-bfloat16": recipe(
        part("llama", 0, 3), part("llama", 2, 4, scale=scale(("mlp", 0.7))), out_dtype="bfloat16"
    ),
    "reads-float16-writes-float32": recipe(
        part("llama", 0, 4, scale=scale(("self_attn", 1.1))),
        part("llama", 3, 4),
        dtype="float16",
        out_dtype="float32",
    ),
    "tied-with-tokenizer": recipe(
        part("llama-tied", 0, 3), part("llama-tied", 1, 4), tokenizer_source="base"
    ),
    "bfloat16-scaled": recipe(part("llama-bf16", 0, 3, scale=scale(("v_proj", 0.3))), part("llama-bf16", 1, 4, scale=PRO)),
    "bfloat16-to-float32": recipe(
        part("llama-bf16", 0, 4), part("llama-bf16", 0, 2, scale=scale(("", 0.9))), dtype="float32"
    ),
    # The source's scales, the slice's, those of all; embeddings as the first slice, the head as the last.
    "scales-at-each-level": recipe(
        {**part("llama", 0, 3, scale=scale(("q_proj", 2.0))), "parameters": dict(scale=scale(("k_proj", 3.0)))},
        {**part("llama", 2, 4), "parameters": dict(scale=scale(("layers.3.", 0.1), ("lm_head", 0.2)))},
        parameters=dict(scale=scale(("norm", 1.5), ("*", 1.25))),
    ),
    "one-number": recipe(part("llama", 0, 4), part("llama", 2, 4), parameters=dict(scale=0.6)),
    "gpt2-solar": recipe(part("gpt2", 0, 3), part("gpt2", 1, 4)),
    "gpt2-silent": recipe(
        part("gpt2", 0, 4), part("gpt2", 3, 4, scale=silent("c_proj")), dtype="bfloat16"
    ),
}


def hashes(directory: Path) -> dict:
    """Hashes each tensor's bytes as they stand in the files."""
    found = {}
    for file in sorted(directory.glob("*.safetensors")):
        data = file.read_bytes()
        size = int.from_bytes(data[:8], "little")
        for name, entry in json.loads(data[8 : 8 + size]).items():
            if name != "__metadata__":
                begin, end = (8 + size + offset for offset in entry["data_offsets"])
                found[name] = dict(
                    dtype=entry["dtype"],
                    shape=entry["shape"],
                    sha256=hashlib.sha256(data[begin:end]).hexdigest(),
                )
    return dict(sorted(found.items()))


def merged(text: str) -> dict:
    with tempfile.TemporaryDirectory() as out:
        configuration = MergeConfiguration.model_validate(yaml.safe_load(text))
        run_merge(configuration, out, options=MergeOptions(copy_tokenizer=False, write_model_card=False, quiet=True))
        return hashes(Path(out))


def main(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    sources(root)
    os.chdir(root)  # recipes name their sources from here
    found = {}
    for name, content in RECIPES.items():
        text = yaml.safe_dump(content, sort_keys=False, default_flow_style=None)
        Path(f"{name}.yaml").write_text(text)
        found[name] = merged(text)
    Path("hashes.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else RESOURCES)
