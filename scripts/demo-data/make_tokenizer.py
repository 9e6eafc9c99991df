#!/usr/bin/env python3
"""Trains the demo's WordPiece vocabulary on train.txt.gz and writes tokenizer.json beside it.

    python3 -m venv build/venv
    build/venv/bin/pip install -r scripts/demo-data/requirements.txt
    build/venv/bin/python scripts/demo-data/make_tokenizer.py

BERT's own pipeline, lower-cased. Neither truncation nor padding is set: a length is the caller's to
choose. The same text and the same release of `tokenizers` give the same file.
"""

import argparse
import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"  # before the import, which reads it

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.trainers import WordPieceTrainer

DEMO = "ligo-cli/src/main/resources/dev/ligo/cli/demo"
VOCABULARY = 4096
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")  # a piece's place is its id


def lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as text:
        for line in text:
            if line := line.strip():
                yield line


def pipeline(model: models.WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    return tokenizer


def continuations(tokenizer: Tokenizer, path: Path) -> list[str]:
    """The characters that some word goes on with, as pieces, sorted."""
    found: set[str] = set()
    for line in lines(path):
        normal = tokenizer.normalizer.normalize_str(line)
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal):
            found.update(word[1:])
    return ["##" + character for character in sorted(found)]


def vocabulary(path: Path) -> dict[str, int]:
    """Trains the pieces.

    The trainer numbers the one-character continuations in the order of a hash map seeded anew each
    time, and breaks ties between merges by those numbers. Named as special pieces they are numbered
    first and in the order given, which makes the whole vocabulary the same each time.
    """
    tokenizer = pipeline(models.WordPiece(unk_token="[UNK]"))
    first = [*SPECIAL, *continuations(tokenizer, path)]
    trainer = WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=first, show_progress=False)
    tokenizer.train_from_iterator(lines(path), trainer)
    return tokenizer.get_vocab()


def train(path: Path) -> Tokenizer:
    """A new tokenizer around the pieces trained, where only SPECIAL are special."""
    tokenizer = pipeline(models.WordPiece(vocab=vocabulary(path), unk_token="[UNK]"))
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(piece, SPECIAL.index(piece)) for piece in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def check(tokenizer: Tokenizer) -> None:
    if tokenizer.get_vocab_size() != VOCABULARY:
        raise ValueError(f"{tokenizer.get_vocab_size()} pieces, expected {VOCABULARY}")
    for number, piece in enumerate(SPECIAL):
        if tokenizer.token_to_id(piece) != number:
            raise ValueError(f"{piece} is {tokenizer.token_to_id(piece)}, expected {number}")


def describe(tokenizer: Tokenizer, path: Path) -> str:
    """Words are what spaces separate; [CLS] and [SEP] are not counted."""
    words = pieces = unknown = longest = 0
    for line in lines(path):
        ids = tokenizer.encode(line, add_special_tokens=False).ids
        words += len(line.split())
        pieces += len(ids)
        unknown += ids.count(SPECIAL.index("[UNK]"))
        longest = max(longest, len(ids))
    return (
        f"{path.name}: {words} words, {pieces} pieces, {pieces / words:.4f} a word, "
        f"{unknown} unknown, longest paragraph {longest}"
    )


def main() -> None:
    demo = Path(__file__).resolve().parents[2] / DEMO
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=demo, help=f"default: {DEMO}")
    parser.add_argument("--output", type=Path, help="default: tokenizer.json in the corpus folder")
    arguments = parser.parse_args()
    output = arguments.output or arguments.corpus / "tokenizer.json"

    tokenizer = train(arguments.corpus / "train.txt.gz")
    check(tokenizer)
    text = tokenizer.to_str(pretty=True) + "\n"
    part = output.with_name(output.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, output)
    finally:
        part.unlink(missing_ok=True)
    print(f"{output.name}: sha256 {hashlib.sha256(text.encode()).hexdigest()}")
    for name in ("train.txt.gz", "validation.txt.gz"):
        print(describe(tokenizer, arguments.corpus / name))


if __name__ == "__main__":
    main()
