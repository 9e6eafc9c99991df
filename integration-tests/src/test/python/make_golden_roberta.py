"""Makes the golden files for RoBERTa, as golden_cases.py says.

    venv/bin/python make_golden_roberta.py [directory]

The families that are RoBERTa by another name are made from here by make_golden_roberta_kin.py.

For masked language models one row of the batch is padded on the left: only there do positions that
count tokens differ from positions that count places. (A loss that reads the first token would move the
padding's embeddings there, which torch does not do.) As with BERT, `attention.self.key.bias` has no true gradient, and an untied
head computes with `lm_head.decoder.bias` alone.
"""

import torch
from transformers import (
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaForSequenceClassification,
    RobertaModel,
)

from golden_cases import Case, Family, activate, as_tensors, chosen_labels, main, padded, weights

PAD = 1
VOCABULARY = 61
HIDDEN = 24
CLASSES = 3
LENGTHS = (13, 9, 6)
LEFT = (2,)

SIZES = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=40,
    max_position_embeddings=17,
    type_vocab_size=1,
    layer_norm_eps=1e-5,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)

CASES = [
    Case("mlm", 11, RobertaForMaskedLM),
    # The head's activation is gelu whatever the layers have.
    Case("mlm-relu-untied", 12, RobertaForMaskedLM, dict(hidden_act="relu", tie_word_embeddings=False)),
    Case("base", 13, RobertaModel),
    Case("classification", 14, RobertaForSequenceClassification, dict(num_labels=CLASSES)),
]


def masked(case: Case) -> bool:
    return case.name.startswith("mlm")


def config(case: Case) -> RobertaConfig:
    return RobertaConfig(**SIZES, **case.config)


def inputs(case: Case, generator):
    left = LEFT if masked(case) else ()
    ids, mask = padded(LENGTHS, VOCABULARY, PAD, generator, left)
    return as_tensors(input_ids=ids, attention_mask=mask)


def targets(case: Case, inputs, generator):
    if masked(case):
        return dict(labels=chosen_labels(inputs, VOCABULARY, generator, 4))
    if case.name.startswith("classification"):
        return dict(labels=torch.from_numpy(generator.integers(0, CLASSES, len(LENGTHS))))
    return weights(inputs, HIDDEN, generator)


def mistakes(case: Case, inputs):
    places = torch.arange(inputs["input_ids"].shape[1])[None].repeat(len(LENGTHS), 1)
    other = "gelu" if case.config.get("hidden_act") == "relu" else "relu"
    return [
        (f"{other} instead", activate(other, "intermediate_act_fn"), {}, 1e-3),
        ("positions from 0", None, dict(position_ids=places), 1e-3),
        ("positions of places", None, dict(position_ids=places + PAD + 1), 1e-3 if masked(case) else 0),
        ("no attention mask", None, dict(attention_mask=torch.ones_like(inputs["attention_mask"])), 1e-3),
    ]


if __name__ == "__main__":
    main(Family("roberta", CASES, config, inputs, targets, mistakes))
