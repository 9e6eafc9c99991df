"""Makes the golden files for OLMo 2, the family of another author's, as golden_cases.py says.

    venv/bin/python make_golden_olmo2.py [directory]

transformers computes the norms, the rotary angles and the softmax of this model in float32 whatever its
weights are, so the outputs are good to some 1e-7, and only a float32 test can compare with them.
"""

from pathlib import Path

import torch
from transformers import Olmo2Config, Olmo2ForCausalLM, Olmo2Model

import golden_cases
from golden_cases import Case, Family, activate, as_tensors, chosen_labels, main, padded, weights

VOCABULARY = 61
HIDDEN = 24
LENGTHS = (13, 9, 6)
PAD = 1  # as the published configs have it

SIZES = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=40,
    max_position_embeddings=17,
    rms_norm_eps=1e-5,
)


def save_sharded(model, directory: Path) -> None:
    model.save_pretrained(directory, max_shard_size="20KB")


CASES = [
    Case("lm", 31, Olmo2ForCausalLM),
    # One key for all queries, heads wider than their share of the hidden size, every bias.
    Case(
        "lm-tied-one-key",
        32,
        Olmo2ForCausalLM,
        dict(
            num_key_value_heads=1,
            head_dim=8,
            attention_bias=True,
            tie_word_embeddings=True,
            rms_norm_eps=1e-3,
            rope_parameters=dict(rope_type="default", rope_theta=100.0),
        ),
    ),
    Case("lm-sharded", 33, Olmo2ForCausalLM, dict(hidden_act="gelu", num_key_value_heads=4), save_sharded),
    Case("base", 34, Olmo2Model),
]


def config(case: Case) -> Olmo2Config:
    return Olmo2Config(**(SIZES | case.config))


def inputs(case: Case, generator):
    ids, mask = padded(LENGTHS, VOCABULARY, PAD, generator)
    return as_tensors(input_ids=ids, attention_mask=mask)


def targets(case: Case, inputs, generator):
    if case.model_class is Olmo2ForCausalLM:
        return dict(labels=chosen_labels(inputs, VOCABULARY, generator, 2))
    return weights(inputs, HIDDEN, generator)


def mistakes(case: Case, inputs):
    other = "relu" if case.config.get("hidden_act") == "gelu" else "gelu"

    def slower(model):
        for module in model.modules():
            if hasattr(module, "inv_freq"):
                module.inv_freq = module.inv_freq / 2

    def larger_epsilon(model):
        for module in model.modules():
            if hasattr(module, "variance_epsilon"):
                module.variance_epsilon = 1e-2

    return [
        (f"{other} instead", activate(other, "act_fn"), {}, 1e-3),
        ("places all 0", None, dict(position_ids=torch.zeros_like(inputs["input_ids"])), 1e-3),
        ("slower rotation", slower, {}, 1e-3),
        ("another epsilon", larger_epsilon, {}, 1e-4),
    ]


if __name__ == "__main__":
    golden_cases.RESOURCES = Path(__file__).parents[3] / "consumer" / "olmo2" / "src" / "test" / "resources" / "golden"
    main(Family("olmo2", CASES, config, inputs, targets, mistakes))
