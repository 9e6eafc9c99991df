"""Counts the parameters of the published models that the paper grows, by transformers itself.

    venv/bin/python count_parameters.py [text.json]

Builds each model on the meta device, without memory, and writes for each its config and
`num_parameters()`; BERT-Small and RoBERTa-Small are the paper's: 6 layers of 512 with 8 heads.
"""

import json
import sys
from pathlib import Path

import torch
import transformers

COUNTS = Path(__file__).parent.parent / "resources" / "golden" / "counts" / "text.json"

SMALL = dict(num_hidden_layers=6, hidden_size=512, num_attention_heads=8, intermediate_size=2048)
LARGE = dict(num_hidden_layers=24, hidden_size=1024, num_attention_heads=16, intermediate_size=4096)
ROBERTA = dict(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5)
MEDIUM = dict(n_layer=24, n_embd=1024, n_head=16)

MODELS = {
    "bert-small": ("BertForMaskedLM", SMALL),
    "bert-base": ("BertForMaskedLM", {}),
    "bert-large": ("BertForMaskedLM", LARGE),
    "roberta-small": ("RobertaForMaskedLM", ROBERTA | SMALL),
    "roberta-base": ("RobertaForMaskedLM", ROBERTA),
    "roberta-large": ("RobertaForMaskedLM", ROBERTA | LARGE),
    "gpt2": ("GPT2LMHeadModel", {}),
    "gpt2-medium": ("GPT2LMHeadModel", MEDIUM),
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


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else COUNTS
    counts = {name: count(*model) for name, model in MODELS.items()}
    path.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    for name, found in counts.items():
        print(f"{name:16}{found['parameters']:>14,}")


if __name__ == "__main__":
    main()
