"""Makes the golden files for LLaMA, Mistral, Qwen2, Qwen3 and Gemma 1 to 3, as golden_cases.py says.

    venv/bin/python make_golden_decoders.py [directory]

The directory holds one for each family. transformers computes the norms, the rotary angles and the softmax
of these models in float32 whatever its weights are. While a model is run here, float32 stands for float64,
so that the outputs are exact enough for a float64 test.
"""

import contextlib
import json
import sys
from pathlib import Path

import torch
import transformers

import golden_cases
from golden_cases import Case, Family, activate, as_tensors, chosen_labels, main, padded, save_plain, weights

VOCABULARY = 37
HIDDEN = 16
CLASSES = 3
PAD = 0

# So long that in a window of 4 every token, padding too, sees a token that is not padding.
LENGTHS = (13, 11, 10)

SIZES = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=6,
    intermediate_size=24,
    max_position_embeddings=17,
    rms_norm_eps=1e-4,
    attention_dropout=0.0,
    initializer_range=0.3,
    pad_token_id=PAD,
)

LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=100.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=2.0,
    original_max_position_embeddings=12,
)
LINEAR = dict(rope_type="linear", rope_theta=500.0, factor=2.0)

SLIDING, FULL = "sliding_attention", "full_attention"


def save_sharded(model, directory: Path) -> None:
    model.save_pretrained(directory, max_shard_size="12KB")


def save_half(model, directory: Path) -> None:
    model.to(torch.bfloat16).save_pretrained(directory)


def save_old(model, directory: Path) -> None:
    """Saves with the keys of version 4 of transformers, which has no object for the rotary positions."""
    save_plain(model, directory)
    file = directory / "config.json"
    config = json.loads(file.read_text())
    config["torch_dtype"] = config.pop("dtype")
    rope = config.pop("rope_parameters")
    if FULL in rope:
        config["rope_local_base_freq"] = rope[SLIDING]["rope_theta"]
        config["sliding_window_pattern"] = config["layer_types"].index(FULL) + 1
        rope = rope[FULL]
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config.pop("layer_types", None)
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def case(name: str, seed: int, kind: str, save=save_plain, **config) -> Case:
    return Case(name, seed, kind, config, save)


LM, CLASSIFICATION, BASE = "ForCausalLM", "ForSequenceClassification", "Model"

CASES = {
    "Llama": [
        case("lm", 41, LM),
        case(
            "lm-llama3-old",
            42,
            LM,
            save_old,
            attention_bias=True,
            mlp_bias=True,
            tie_word_embeddings=True,
            rope_parameters=LLAMA3,
            head_dim=4,
        ),
        case("lm-linear-sharded", 43, LM, save_sharded, hidden_act="gelu", rope_parameters=LINEAR),
        case("classification", 44, CLASSIFICATION, num_labels=CLASSES),
        case("base", 45, BASE, num_key_value_heads=1),
        case("lm-half", 59, LM, save_half),
    ],
    "Mistral": [
        case("lm-window", 46, LM, sliding_window=4),
        case("lm", 47, LM, save_old, sliding_window=None, tie_word_embeddings=True),
    ],
    "Qwen2": [
        case(
            "lm-window",
            48,
            LM,
            num_hidden_layers=3,
            use_sliding_window=True,
            sliding_window=4,
            max_window_layers=1,
            tie_word_embeddings=True,
        ),
        case("base-old", 49, BASE, save_old, head_dim=4, use_sliding_window=False, sliding_window=4),
    ],
    "Qwen3": [
        case("lm", 50, LM, tie_word_embeddings=True, attention_bias=True),
        case(
            "lm-window",
            51,
            LM,
            num_hidden_layers=3,
            use_sliding_window=True,
            sliding_window=4,
            layer_types=[FULL, SLIDING, FULL],
        ),
    ],
    "Gemma": [
        case("lm", 52, LM),
        case("lm-untied-linear-old", 53, LM, save_old, tie_word_embeddings=False, rope_parameters=LINEAR),
        case("classification", 54, CLASSIFICATION, num_labels=CLASSES, num_key_value_heads=1),
    ],
    "Gemma2": [
        # Caps so low that they show.
        case(
            "lm",
            55,
            LM,
            num_hidden_layers=3,
            sliding_window=4,
            query_pre_attn_scalar=3,
            attn_logit_softcapping=1.5,
            final_logit_softcapping=2.0,
        ),
        case(
            "lm-uncapped",
            56,
            LM,
            save_half,
            sliding_window=4,
            attention_bias=True,
            tie_word_embeddings=False,
            attn_logit_softcapping=None,
            final_logit_softcapping=None,
        ),
    ],
    "Gemma3Text": [
        case(
            "lm",
            57,
            LM,
            num_hidden_layers=3,
            sliding_window=4,
            query_pre_attn_scalar=9,
            layer_types=[SLIDING, FULL, FULL],
            rope_parameters={FULL: LLAMA3, SLIDING: dict(rope_type="default", rope_theta=50.0)},
        ),
        case(
            "base-old",
            58,
            BASE,
            save_old,
            sliding_window=4,
            layer_types=[SLIDING, FULL],
            rope_parameters={FULL: LINEAR, SLIDING: dict(rope_type="default", rope_theta=50.0)},
        ),
    ],
}


@contextlib.contextmanager
def float32_as_float64():
    kept = torch.float32, torch.float, torch.Tensor.float
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double
    try:
        yield
    finally:
        torch.float32, torch.float, torch.Tensor.float = kept


def model_class(prefix: str, kind: str):
    # The language model of Gemma 3 is the one class of its text model without "Text" in its name.
    name = "Gemma3ForCausalLM" if (prefix, kind) == ("Gemma3Text", LM) else prefix + kind
    return getattr(transformers, name)


def inputs(case: Case, generator):
    ids, mask = padded(LENGTHS, VOCABULARY, PAD, generator)
    return as_tensors(input_ids=ids, attention_mask=mask)


def targets(case: Case, inputs, generator):
    if "CausalLM" in case.model_class.__name__:
        return dict(labels=chosen_labels(inputs, VOCABULARY, generator, 2))
    if "Classification" in case.model_class.__name__:
        return dict(labels=torch.from_numpy(generator.integers(0, CLASSES, len(LENGTHS))))
    return weights(inputs, HIDDEN, generator)


def mistakes(case: Case, inputs):
    other = "relu" if case.config.get("hidden_act") == "gelu" else "gelu"

    def slower(model):
        for module in model.modules():
            for name, buffer in list(module.named_buffers(recurse=False)):
                if name.endswith("inv_freq"):
                    setattr(module, name, buffer / 2)

    def larger_epsilon(model):
        for module in model.modules():
            for name in ("variance_epsilon", "eps"):
                if hasattr(module, name):
                    setattr(module, name, 1e-2)

    return [
        (f"{other} instead", activate(other, "act_fn"), {}, 1e-4),
        ("slower rotation", slower, {}, 1e-3),
        ("another epsilon", larger_epsilon, {}, 1e-4),
    ]


def family(prefix: str, cases: list[Case]) -> Family:
    config_class = getattr(transformers, prefix + "Config")
    for each in cases:
        each.model_class = model_class(prefix, each.model_class)
    return Family(
        config_class.model_type,
        cases,
        lambda each: config_class(**(SIZES | each.config)),
        inputs,
        targets,
        mistakes,
    )


def open_exactly(*arguments):
    """Opens a model, with frequencies and scales of embeddings in float64."""
    model = opened(*arguments)
    with float32_as_float64():
        for parent in list(model.modules()):
            for name, module in list(parent.named_children()):
                if name == "rotary_emb":
                    setattr(parent, name, type(module)(module.config))
                if hasattr(module, "embed_scale"):
                    module.embed_scale = torch.tensor(module.scalar_embed_scale, dtype=torch.float64)
    return model


def run_exactly(*arguments):
    with float32_as_float64():
        return ran(*arguments)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        golden_cases.RESOURCES = Path(sys.argv.pop())
    opened, ran = golden_cases.open_strictly, golden_cases.run
    golden_cases.open_strictly, golden_cases.run = open_exactly, run_exactly
    for prefix, cases in CASES.items():
        main(family(prefix, cases))
