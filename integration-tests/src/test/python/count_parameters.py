"""Counts the parameters of published models, by transformers itself.

    venv/bin/python count_parameters.py [directory]

Builds each model on the meta device, without memory, and writes for each its config and
`num_parameters()`. `text.json` has the models that the paper grows, of which BERT-Small and
RoBERTa-Small are its own: 6 layers of 512 with 8 heads. `decoders.json` has today's decoders, with the
sizes of their published configs; the counts must be those that their publishers give.
"""

import json
import sys
from pathlib import Path

import torch
import transformers

COUNTS = Path(__file__).parent.parent / "resources" / "golden" / "counts"

SMALL = dict(num_hidden_layers=6, hidden_size=512, num_attention_heads=8, intermediate_size=2048)
LARGE = dict(num_hidden_layers=24, hidden_size=1024, num_attention_heads=16, intermediate_size=4096)
ROBERTA = dict(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5)
MEDIUM = dict(n_layer=24, n_embd=1024, n_head=16)

TEXT = {
    "bert-small": ("BertForMaskedLM", SMALL),
    "bert-base": ("BertForMaskedLM", {}),
    "bert-large": ("BertForMaskedLM", LARGE),
    "roberta-small": ("RobertaForMaskedLM", ROBERTA | SMALL),
    "roberta-base": ("RobertaForMaskedLM", ROBERTA),
    "roberta-large": ("RobertaForMaskedLM", ROBERTA | LARGE),
    "gpt2": ("GPT2LMHeadModel", {}),
    "gpt2-medium": ("GPT2LMHeadModel", MEDIUM),
}

LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=500000.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=8192,
)


def sizes(layers: int, hidden: int, heads: int, key_heads: int, intermediate: int, vocabulary: int, **more) -> dict:
    return dict(
        num_hidden_layers=layers,
        hidden_size=hidden,
        num_attention_heads=heads,
        num_key_value_heads=key_heads,
        intermediate_size=intermediate,
        vocab_size=vocabulary,
        **more,
    )


TIED = dict(tie_word_embeddings=True)
SMOL = dict(rms_norm_eps=1e-5, max_position_embeddings=8192)

# The class, the sizes, and the published number of parameters.
DECODERS = {
    "smollm2-135m": ("LlamaForCausalLM", sizes(30, 576, 9, 3, 1536, 49152, **SMOL, **TIED), 134515008),
    "smollm2-360m": ("LlamaForCausalLM", sizes(32, 960, 15, 5, 2560, 49152, **SMOL, **TIED), 361821120),
    "smollm2-1.7b": ("LlamaForCausalLM", sizes(24, 2048, 32, 32, 8192, 49152, **SMOL, **TIED), 1711376384),
    "llama-3.2-1b": (
        "LlamaForCausalLM",
        sizes(16, 2048, 32, 8, 8192, 128256, head_dim=64, rope_parameters=LLAMA3 | dict(factor=32.0), **TIED),
        1235814400,
    ),
    "llama-3.1-8b": (
        "LlamaForCausalLM",
        sizes(32, 4096, 32, 8, 14336, 128256, rope_parameters=LLAMA3 | dict(factor=8.0)),
        8030261248,
    ),
    "mistral-7b": ("MistralForCausalLM", sizes(32, 4096, 32, 8, 14336, 32000), 7241732096),
    "qwen2.5-0.5b": ("Qwen2ForCausalLM", sizes(24, 896, 14, 2, 4864, 151936, **TIED), 494032768),
    "qwen2.5-7b": ("Qwen2ForCausalLM", sizes(28, 3584, 28, 4, 18944, 152064), 7615616512),
    "qwen3-0.6b": ("Qwen3ForCausalLM", sizes(28, 1024, 16, 8, 3072, 151936, **TIED), 596049920),
    "qwen3-8b": ("Qwen3ForCausalLM", sizes(36, 4096, 32, 8, 12288, 151936), 8190735360),
    "gemma-2b": ("GemmaForCausalLM", sizes(18, 2048, 8, 1, 16384, 256000), 2506172416),
    "gemma-2-2b": ("Gemma2ForCausalLM", sizes(26, 2304, 8, 4, 9216, 256000), 2614341888),
    "gemma-3-1b": ("Gemma3ForCausalLM", sizes(26, 1152, 4, 1, 6912, 262144, sliding_window=512), 999885952),
}


def count(class_name: str, sizes: dict) -> dict:
    model_class = getattr(transformers, class_name)
    config = model_class.config_class(**sizes)
    with torch.device("meta"):
        model = model_class(config)
    model.tie_weights()
    described = json.loads(config.to_json_string(use_diff=True))
    described["architectures"] = [class_name]
    del described["transformers_version"]
    return dict(config=described, parameters=model.num_parameters())


def write(path: Path, counts: dict) -> None:
    path.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    for name, found in counts.items():
        print(f"{name:16}{found['parameters']:>14,}")


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else COUNTS
    write(directory / "text.json", {name: count(*model) for name, model in TEXT.items()})
    decoders = {name: count(class_name, sizes) for name, (class_name, sizes, _) in DECODERS.items()}
    for name, (_, _, published) in DECODERS.items():
        if decoders[name]["parameters"] != published:
            sys.exit(f"{name}: {decoders[name]['parameters']} parameters, published are {published}")
    write(directory / "decoders.json", decoders)


if __name__ == "__main__":
    main()
