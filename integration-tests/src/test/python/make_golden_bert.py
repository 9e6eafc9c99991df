"""Makes the golden files for BERT, as golden_cases.py says.

    python3.11 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_golden_bert.py [directory]

Two gradients to know of:

- `attention.self.key.bias`: it moves all scores of a query alike, which softmax does not see, so what
  stands here is rounding around zero. Compare it on the scale of the other gradients, not of its own.
- In `mlm-gelu-new`, untied, transformers 5 holds two biases of the prediction head: it adds
  `cls.predictions.decoder.bias` and never reads `cls.predictions.bias`, whose gradient is zero. They
  differ here, to show which is used. (transformers 4 makes them one and saves `cls.predictions.bias`
  alone; so a reader takes `decoder.bias` where there is one. In a tied model they are one in both.)
"""

from pathlib import Path

import numpy
import safetensors.torch
import torch
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification, BertModel

from golden_cases import Case, Family, activate, as_tensors, chosen_labels, main, weights

# Vocabulary, width, intermediate size, positions and sequence all differ, and the intermediate size is
# not the usual 4 x width: what mixes two of them up fails.
SIZES = dict(
    vocab_size=61,
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=40,
    max_position_embeddings=19,
    type_vocab_size=2,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
LENGTHS = (13, 9, 6)  # tokens of each row of the batch; the rest is padding
CLASSES = 3


def save_legacy(model, directory: Path) -> None:
    """Saves as files from 2018 are: F16, LayerNorm's gamma and beta, the positions as a buffer."""
    model.half().save_pretrained(directory)
    file = directory / "model.safetensors"
    tensors = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in safetensors.torch.load_file(file).items()
    }
    tensors["bert.embeddings.position_ids"] = torch.arange(SIZES["max_position_embeddings"])[None]
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})


def save_sharded(model, directory: Path) -> None:
    model.save_pretrained(directory, max_shard_size="25KB")


CASES = [
    Case("mlm-gelu", 1, BertForMaskedLM),
    Case(
        "mlm-gelu-new",
        2,
        BertForMaskedLM,
        dict(hidden_act="gelu_new", layer_norm_eps=1e-3, tie_word_embeddings=False),
    ),
    Case("base", 3, BertModel),
    Case("classification", 4, BertForSequenceClassification, dict(num_labels=CLASSES)),
    Case("mlm-relu-legacy", 5, BertForMaskedLM, dict(hidden_act="relu"), save_legacy),
    Case("mlm-sharded", 6, BertForMaskedLM, save=save_sharded),
]


def config(case: Case) -> BertConfig:
    return BertConfig(**SIZES, **case.config)


def inputs(case: Case, generator):
    rows, columns = len(LENGTHS), max(LENGTHS)
    length = numpy.array(LENGTHS)[:, None]
    column = numpy.arange(columns)[None]
    mask = column < length
    # 0 is the padding, and only that: torch leaves the padding's row out of the embedding's gradient.
    ids = generator.integers(1, SIZES["vocab_size"], (rows, columns)) * mask
    types = (column >= length // 2) & mask
    return as_tensors(input_ids=ids, attention_mask=mask, token_type_ids=types)


def targets(case: Case, inputs, generator):
    if case.model_class is BertForMaskedLM:
        return dict(labels=chosen_labels(inputs, SIZES["vocab_size"], generator, 4, low=1))
    if case.model_class is BertForSequenceClassification:
        return dict(labels=torch.from_numpy(generator.integers(0, CLASSES, len(LENGTHS))))
    return weights(inputs, SIZES["hidden_size"], generator)


def mistakes(case: Case, inputs):
    def set_eps(model):
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.eps = 1e-5

    other = "gelu_new" if case.config.get("hidden_act", "gelu") == "gelu" else "gelu"
    positions = torch.arange(inputs["input_ids"].shape[1])[None] + 1
    return [
        (f"{other} instead", activate(other, "intermediate_act_fn", "transform_act_fn"), {}, 2e-4),
        ("positions one later", None, dict(position_ids=positions), 1e-3),
        ("no attention mask", None, dict(attention_mask=torch.ones_like(inputs["attention_mask"])), 1e-3),
        ("no token types", None, dict(token_type_ids=torch.zeros_like(inputs["token_type_ids"])), 1e-3),
        ("layer norm eps 1e-5", set_eps, {}, 0),  # for the reader: what a tolerance can tell
    ]


if __name__ == "__main__":
    main(Family("bert", CASES, config, inputs, targets, mistakes))
