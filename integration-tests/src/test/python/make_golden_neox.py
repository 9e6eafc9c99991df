"""Makes the golden files for GPT-NeoX, a family of another author's, as golden_cases.py says.

    venv/bin/python make_golden_neox.py [directory]

transformers computes the rotary angles and the softmax of this model in float32 whatever its weights
are, so the outputs are good to some 1e-7, and only a float32 test can compare with them.
"""

import json
from pathlib import Path

import torch
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, GPTNeoXModel

import golden_cases
from golden_cases import Case, Family, activate, as_tensors, chosen_labels, main, padded, weights

VOCABULARY = 37
HIDDEN = 32
LENGTHS = (13, 9, 6)

# Of the 16 units of a head 4 are turned: two pairs, so that the second's frequency shows.
SIZES = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    num_hidden_layers=3,
    num_attention_heads=2,
    intermediate_size=40,
    max_position_embeddings=17,
    layer_norm_eps=1e-5,
    rope_parameters=dict(rope_type="default", rope_theta=10.0, partial_rotary_factor=0.25),
)


def save_as_published(model, directory: Path) -> None:
    """Saves with the rotary keys as they stand in the config.json of Pythia's checkpoints."""
    model.save_pretrained(directory)
    file = directory / "config.json"
    config = json.loads(file.read_text())
    rope = config.pop("rope_parameters")
    config |= dict(rotary_emb_base=rope["rope_theta"], rotary_pct=rope["partial_rotary_factor"])
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


CASES = [
    Case("lm", 41, GPTNeoXForCausalLM, dict(), save_as_published),
    # Attention first, then the feed-forward layer; heads turned whole; no biases in attention.
    Case(
        "lm-sequential",
        42,
        GPTNeoXForCausalLM,
        dict(
            use_parallel_residual=False,
            num_attention_heads=4,
            attention_bias=False,
            hidden_act="relu",
            layer_norm_eps=1e-3,
            rope_parameters=dict(rope_type="default", rope_theta=100.0, partial_rotary_factor=1.0),
        ),
    ),
    Case("lm-tied", 43, GPTNeoXForCausalLM, dict(tie_word_embeddings=True)),
    Case("base", 44, GPTNeoXModel),
]


def config(case: Case) -> GPTNeoXConfig:
    return GPTNeoXConfig(**(SIZES | case.config))


def inputs(case: Case, generator):
    ids, mask = padded(LENGTHS, VOCABULARY, 0, generator)
    return as_tensors(input_ids=ids, attention_mask=mask)


def targets(case: Case, inputs, generator):
    if case.model_class is GPTNeoXForCausalLM:
        return dict(labels=chosen_labels(inputs, VOCABULARY, generator, 2))
    return weights(inputs, HIDDEN, generator)


def mistakes(case: Case, inputs):
    other = "gelu" if case.config.get("hidden_act") == "relu" else "gelu_new"

    def slower(model):
        for module in model.modules():
            if hasattr(module, "inv_freq"):
                module.inv_freq = module.inv_freq * torch.tensor([1.0] + [0.5] * (len(module.inv_freq) - 1))

    def larger_epsilon(model):
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.eps = 1e-2

    def other_residual(model):
        for module in model.modules():
            if hasattr(module, "use_parallel_residual"):
                module.use_parallel_residual = not module.use_parallel_residual

    return [
        (f"{other} instead", activate(other, "act"), {}, 1e-4),
        ("places all 0", None, dict(position_ids=torch.zeros_like(inputs["input_ids"])), 1e-3),
        ("slower second pair", slower, {}, 1e-3),
        ("another epsilon", larger_epsilon, {}, 1e-4),
        ("the other residual form", other_residual, {}, 1e-2),
    ]


if __name__ == "__main__":
    golden_cases.RESOURCES = Path(__file__).parents[3] / "consumer" / "neox" / "src" / "test" / "resources" / "golden"
    main(Family("neox", CASES, config, inputs, targets, mistakes))
