#!/usr/bin/env python3
"""Trains the byte-level BPE vocabulary of the example models on the demo's corpus.

    python3 -m venv build/venv
    build/venv/bin/pip install -r scripts/demo-data/requirements.txt
    build/venv/bin/python examples/make_tokenizer.py

One file serves RoBERTa and GPT-2: the special tokens are those of both, RoBERTa's where its config
says. The same text and the same release of `tokenizers` give the same file.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"  # before the import, which reads it

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from tokenizers.trainers import BpeTrainer

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "ligo-cli/src/main/resources/dev/ligo/cli/demo"
OUTPUT = CORPUS.parent / "presets/tokenizer.json"
VOCABULARY = 4096
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>")  # a token's place is its id


def lines(name: str) -> Iterator[str]:
    with gzip.open(CORPUS / name, "rt", encoding="utf-8") as text:
        for line in text:
            if line := line.rstrip():
                yield line


def train() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines("train.txt.gz"), trainer)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def check(tokenizer: Tokenizer) -> None:
    if tokenizer.get_vocab_size() != VOCABULARY:
        raise ValueError(f"{tokenizer.get_vocab_size()} pieces, expected {VOCABULARY}")
    for number, token in enumerate(SPECIAL):
        if tokenizer.token_to_id(token) != number:
            raise ValueError(f"{token} is {tokenizer.token_to_id(token)}, expected {number}")
    for line in lines("validation.txt.gz"):
        if tokenizer.decode(tokenizer.encode(line).ids) != line:
            raise ValueError(f"does not come back as it was: {line}")


def main() -> None:
    tokenizer = train()
    check(tokenizer)
    text = tokenizer.to_str() + "\n"
    OUTPUT.write_text(text, encoding="utf-8")
    print(f"{OUTPUT.name}: sha256 {hashlib.sha256(text.encode()).hexdigest()}")
    for name in ("train.txt.gz", "validation.txt.gz"):
        words = pieces = 0
        for line in lines(name):
            words += len(line.split())
            pieces += len(tokenizer.encode(line).ids)
        print(f"{name}: {words} words, {pieces} pieces, {pieces / words:.4f} a word")


if __name__ == "__main__":
    main()
