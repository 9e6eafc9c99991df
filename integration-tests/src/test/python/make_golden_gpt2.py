"""Makes the golden files for GPT-2, as golden_cases.py says.

    venv/bin/python make_golden_gpt2.py [directory]

Labels are those of transformers, which compares the prediction at a place with the label at the next.
"""

import json
from pathlib import Path

import safetensors.torch
import torch
from transformers import GPT2Config, GPT2ForSequenceClassification, GPT2LMHeadModel, GPT2Model

from golden_cases import Case, Family, activate, as_tensors, chosen_labels, main, padded, save_plain, weights

VOCABULARY = 61
HIDDEN = 24
LENGTHS = (13, 9, 6)

SIZES = dict(
    vocab_size=VOCABULARY,
    n_embd=HIDDEN,
    n_layer=3,
    n_head=4,
    n_positions=17,
    n_inner=40,
    embd_pdrop=0.0,
    attn_pdrop=0.0,
    resid_pdrop=0.0,
    summary_first_dropout=0.0,
    bos_token_id=0,
    eos_token_id=0,
)


def save_old(model, directory: Path) -> None:
    """Saves as the first files are: without a prefix, with the causal mask beside the weights."""
    save_plain(model, directory)
    file = directory / "model.safetensors"
    tensors = {name.removeprefix("transformer."): t for name, t in safetensors.torch.load_file(file).items()}
    n = SIZES["n_positions"]
    for layer in range(SIZES["n_layer"]):
        tensors[f"h.{layer}.attn.bias"] = torch.tril(torch.ones(1, 1, n, n))
        tensors[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})


def save_flag_lost(model, directory: Path) -> None:
    """Saves an untied head beside a config that says tied: the public model keeps the head it finds."""
    save_plain(model, directory)
    file = directory / "config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps(config | {"tie_word_embeddings": True}, indent=2, sort_keys=True) + "\n")


CASES = [
    Case("lm", 21, GPT2LMHeadModel),
    Case("lm-inner-null-old", 22, GPT2LMHeadModel, dict(n_inner=None), save_old),
    Case(
        "lm-gelu-untied",
        23,
        GPT2LMHeadModel,
        dict(activation_function="gelu", layer_norm_epsilon=1e-3, tie_word_embeddings=False),
    ),
    Case("base", 24, GPT2Model),
    Case(
        "lm-gelu-fast-flag-lost",
        26,
        GPT2LMHeadModel,
        dict(activation_function="gelu_fast", tie_word_embeddings=False),
        save_flag_lost,
    ),
    Case("classification", 25, GPT2ForSequenceClassification, dict(num_labels=3, pad_token_id=0)),
]


def config(case: Case) -> GPT2Config:
    return GPT2Config(**(SIZES | case.config))


def inputs(case: Case, generator):
    ids, mask = padded(LENGTHS, VOCABULARY, 0, generator)
    return as_tensors(input_ids=ids, attention_mask=mask)


def targets(case: Case, inputs, generator):
    if case.model_class is GPT2LMHeadModel:
        return dict(labels=chosen_labels(inputs, VOCABULARY, generator, 2))
    if case.model_class is GPT2ForSequenceClassification:
        return dict(labels=torch.from_numpy(generator.integers(0, case.config["num_labels"], len(LENGTHS))))
    return weights(inputs, HIDDEN, generator)


def mistakes(case: Case, inputs):
    other = "gelu_new" if case.config.get("activation_function") == "gelu" else "gelu"
    positions = torch.arange(inputs["input_ids"].shape[1])[None] + 1

    def halve_heads(model):
        for module in model.modules():
            if hasattr(module, "head_dim"):
                module.num_heads, module.head_dim = module.num_heads // 2, module.head_dim * 2
                if hasattr(module, "scaling"):
                    module.scaling *= 2**-0.5

    def transpose_projections(model):
        for name, parameter in model.named_parameters():
            if name.endswith("attn.c_proj.weight"):
                parameter.data = parameter.data.T.contiguous()

    return [
        (f"{other} instead", activate(other, "act"), {}, 2e-5),
        ("positions one later", None, dict(position_ids=positions), 1e-3),
        ("half the heads", halve_heads, {}, 1e-3),
        ("c_proj transposed", transpose_projections, {}, 1e-3),
    ]


if __name__ == "__main__":
    main(Family("gpt2", CASES, config, inputs, targets, mistakes, leftover="masked_bias"))
