"""Makes golden files for configs that differ in one value from those of other golden checkpoints.

    venv/bin/python make_golden_variants.py

Writes `variants.safetensors` beside the `golden.safetensors` of each checkpoint below, whose inputs it
takes: for each value, under the name `KEY=VALUE`, what transformers computes from the checkpoint with this
value in its config, in float64. That is the logits of a model with a head, and else the last hidden states.

The names of activations are those that ligo computes. Several mean one function, and some differ by so
little that a test in float32 does not tell them apart; GELU and its tanh form do differ.
"""

from pathlib import Path

import safetensors.torch
import torch
from transformers import (
    BertModel,
    DeiTModel,
    GPT2ForSequenceClassification,
    GPT2Model,
    RobertaModel,
    ViTModel,
)

from golden_files import open_strictly, relative_deviation, write_golden

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
ACTIVATIONS = (
    "gelu",
    "gelu_python",
    "gelu_new",
    "gelu_fast",
    "gelu_accurate",
    "gelu_pytorch_tanh",
    "gelu_python_tanh",
    "quick_gelu",
    "relu",
    "silu",
    "swish",
)


def activations(key: str) -> list[tuple[str, str]]:
    return [(key, name) for name in ACTIVATIONS]


NO_PADDING = [("pad_token_id", -1)]

VARIANTS = {
    "bert/base": (BertModel, activations("hidden_act")),  # of padding BERT knows nothing but the mask
    "roberta/base": (RobertaModel, activations("hidden_act") + NO_PADDING),
    "gpt2/base": (GPT2Model, activations("activation_function")),
    "gpt2/classification": (GPT2ForSequenceClassification, NO_PADDING),
    "vit/vit-base": (ViTModel, activations("hidden_act")),
    "vit/deit-base": (DeiTModel, activations("hidden_act")),
}
INPUTS = ("input_ids", "attention_mask", "token_type_ids", "pixel_values")


def open_variant(model_class, directory: Path, key: str, value):
    config = model_class.config_class.from_pretrained(directory)
    setattr(config, key, value)
    attention = "sdpa" if directory.parent.name == "vit" else "eager"
    model, report = model_class.from_pretrained(
        directory, config=config, dtype=torch.float64, attn_implementation=attention, output_loading_info=True
    )
    if any(report.values()):
        raise ValueError(f"opening {directory}: {report}")
    return model.eval()


def main() -> None:
    for name, (model_class, values) in VARIANTS.items():
        directory = GOLDEN / name
        golden = safetensors.torch.load_file(directory / "golden.safetensors")
        inputs = {n: golden[n] for n in INPUTS if n in golden}
        found = {}
        for key, value in values:
            with torch.no_grad():
                out = open_variant(model_class, directory, key, value)(**inputs)
            found[f"{key}={value}"] = out.logits if "logits" in out else out.last_hidden_state
        write_golden(directory / "variants.safetensors", found, case=name)
        first = next(iter(found.values()))
        for variant, output in found.items():
            print(f"{name} {variant:30}{relative_deviation(output, first):9.1e}")


if __name__ == "__main__":
    main()
