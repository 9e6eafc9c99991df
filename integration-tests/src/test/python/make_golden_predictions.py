"""Makes what the public transformers predict of single texts and pictures.

    venv/bin/python make_golden_predictions.py [SMOLLM2]

A case is a directory in golden/predictions. Its files, laid over the checkpoint that expected.json
names, are the checkpoint that is asked; expected.json has the inputs and what transformers makes of
them: the tokens that greedy generation adds, the five best of a fill-mask pipeline, all classes of a
text-classification pipeline. Weights are opened in float64.

SMOLLM2 is the directory that scripts/fetch-smollm2.sh makes. With it the file golden/smollm2.json is
made alone: what the real model goes on with.
"""

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import torch
import transformers
from PIL import Image
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSequenceClassification
from transformers import PreTrainedTokenizerFast, ViTForImageClassification

import golden_files

GOLDEN = Path(__file__).parent.parent / "resources" / "golden"
OUT = GOLDEN / "predictions"
MOST = 64

# Greedy decoding in float32 must not depend on roundings: so far apart are the two best logits.
MARGIN = 2e-4


@dataclass
class Case:
    name: str
    checkpoint: str
    kind: str
    inputs: list[str]
    files: dict = field(default_factory=dict)


def words(size: int, special: list[str], frame: tuple, names: dict[str, str]) -> tuple[Tokenizer, dict]:
    """A tokenizer of the special tokens and of words w5, w6 and so on, each of which has its number for id."""
    pieces = special + [f"w{i}" for i in range(len(special), size)]
    tokenizer = Tokenizer(models.WordLevel({p: i for i, p in enumerate(pieces)}, unk_token=names["unk_token"]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens([AddedToken(p, special=True, lstrip=p == "<mask>") for p in special])
    if frame:
        before, after = frame
        tokenizer.post_processor = processors.TemplateProcessing(
            single=" ".join(p for p in (before, "$A", after) if p),
            pair=" ".join(p for p in (before, "$A", after, "$B", after) if p),
            special_tokens=[(p, pieces.index(p)) for p in frame if p],
        )
    return tokenizer, {"tokenizer_class": "PreTrainedTokenizerFast", **names}


def tokenizer_of(family: str, size: int) -> tuple[Tokenizer, dict]:
    if family == "bert":
        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        keys = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
        return words(size, special, ("[CLS]", "[SEP]"), dict(zip(keys, special, strict=True)))
    if family == "roberta":
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        names = dict(cls_token="<s>", pad_token="<pad>", sep_token="</s>", unk_token="<unk>", mask_token="<mask>")
        return words(size, special, ("<s>", "</s>"), names)
    if family == "gpt2":
        end = "<|endoftext|>"
        return words(size, [end], (), dict(eos_token=end, unk_token=end, pad_token=end))
    special = ["<pad>", "<s>", "</s>", "<unk>"]
    keys = ("pad_token", "bos_token", "eos_token", "unk_token")
    return words(size, special, ("<s>", ""), dict(zip(keys, special, strict=True)))


def directory(case: Case) -> Path:
    """Writes the case's own files; returns a directory of the checkpoint with them laid over it."""
    own = OUT / case.name
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    family = case.checkpoint.split("/")[0]
    if case.kind != "image":
        tokenizer, config = tokenizer_of(family, config_of(case.checkpoint)["vocab_size"])
        tokenizer.save(str(own / "tokenizer.json"))
        case.files.setdefault("tokenizer_config", config)
    for stem, content in case.files.items():
        (own / f"{stem}.json").write_text(json.dumps(content, indent=1) + "\n")
    whole = OUT / ".whole"
    shutil.rmtree(whole, ignore_errors=True)
    shutil.copytree(GOLDEN / case.checkpoint, whole)
    shutil.copytree(own, whole, dirs_exist_ok=True)
    return whole


def continuations(whole: Path, inputs: list[str], most: int = MOST) -> list[dict]:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(whole)
    model = golden_files.open_strictly(AutoModelForCausalLM, whole, "masked_bias")
    found = []
    for text in inputs:
        ids = tokenizer(text, return_tensors="pt").input_ids
        room = model.config.max_position_embeddings - ids.shape[1] + 1
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=min(most, room),
            output_logits=True,
            return_dict_in_generate=True,
        )
        for logits in out.logits:
            best = logits[0].topk(2).values
            if best[0] - best[1] < MARGIN:
                raise ValueError(f"{text}: the two best are {best} and might change places")
        new = out.sequences[0, ids.shape[1] :]
        found.append(dict(tokens=new.tolist(), text=after(tokenizer, ids[0], out.sequences[0])))
    return found


def after(tokenizer, prompt, whole) -> str:
    """What follows the prompt; decoded with it, since a space between words stands in neither."""
    before, all_of_it = (tokenizer.decode(ids, skip_special_tokens=True) for ids in (prompt, whole))
    return all_of_it.removeprefix(before)


def fillings(whole: Path, inputs: list[str]) -> list[dict]:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(whole)
    model = golden_files.open_strictly(AutoModelForMaskedLM, whole)
    fill = transformers.pipeline("fill-mask", model=model, tokenizer=tokenizer, top_k=5)
    found = []
    for text in inputs:
        masks = fill(text)
        masks = masks if isinstance(masks[0], list) else [masks]
        found.append(dict(masks=[[dict(id=c["token"], name=c["token_str"], probability=c["score"]) for c in m] for m in masks]))
    return found


def classes(whole: Path, inputs: list[str]) -> list[dict]:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(whole)
    model = golden_files.open_strictly(AutoModelForSequenceClassification, whole)
    classify = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer, top_k=None)
    return [dict(classes=[named(model, c["label"], c["score"]) for c in classify([text])[0]]) for text in inputs]


def named(model, name: str, probability: float) -> dict:
    return dict(id=model.config.label2id[name], name=name, probability=probability)


def picture_classes(whole: Path, inputs: list[str], own: Path) -> list[dict]:
    model = golden_files.open_strictly(ViTForImageClassification, whole)
    processor = json.loads((whole / "preprocessor_config.json").read_text())
    found = []
    for number, name in enumerate(inputs):
        side = model.config.image_size
        grey = numpy.random.default_rng(number).integers(0, 256, (side, side)).astype(numpy.uint8)
        Image.fromarray(grey).save(own / name)
        seen = numpy.asarray(Image.open(own / name).convert("L"), dtype=numpy.float64) / 255
        pixels = torch.from_numpy((seen - processor["image_mean"]) / processor["image_std"])[None, None]
        with torch.no_grad():
            probabilities = model(pixels).logits[0].softmax(0)
        order = probabilities.argsort(descending=True).tolist()
        found.append(dict(classes=[named(model, model.config.id2label[i], float(probabilities[i])) for i in order]))
    return found


def make(case: Case) -> None:
    whole = directory(case)
    own = OUT / case.name
    if case.kind == "image":
        predictions = picture_classes(whole, case.inputs, own)
    else:
        predictions = dict(causal=continuations, mask=fillings, classes=classes)[case.kind](whole, case.inputs)
    expected = dict(checkpoint=case.checkpoint, kind=case.kind, inputs=case.inputs, predictions=predictions)
    (own / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    print(case.name, json.dumps(predictions)[:300])
    shutil.rmtree(whole)


def config_of(checkpoint: str, **changes) -> dict:
    return json.loads((GOLDEN / checkpoint / "config.json").read_text()) | changes


def real(directory: Path) -> None:
    inputs = ["The capital of France is", "Once upon a time, there was a little", "def fibonacci(n):"]
    expected = dict(inputs=inputs, predictions=continuations(directory, inputs, 32))
    (GOLDEN / "smollm2.json").write_text(json.dumps(expected, indent=1) + "\n")
    print(json.dumps(expected, indent=1))


def main() -> None:
    texts = ["w5 w17 w3", "w41", "w9 w8 w7 w6 w5 w60 w2"]
    masks = ["w5 [MASK] w7 w50", "[MASK] w9 [MASK]"]
    few = ["w5 w17 w30", "w31", "w9 w8 w7 w6 w5 w20 w22"]
    causal = Case("gpt2", "gpt2/lm", "causal", texts)
    make(causal)
    first = json.loads((OUT / "gpt2" / "expected.json").read_text())["predictions"][0]["tokens"]
    # The second of two ends is what the model comes to.
    ends = {"generation_config": dict(eos_token_id=[60, first[3]])}
    for case in [
        Case("gpt2-ends", "gpt2/lm", "causal", texts, ends),
        Case("gpt2-untied", "gpt2/lm-gelu-untied", "causal", texts),
        Case("llama", "llama/lm-llama3-old", "causal", few),
        Case("mistral", "mistral/lm-window", "causal", few),
        Case("qwen2", "qwen2/lm-window", "causal", few),
        Case("qwen3", "qwen3/lm-window", "causal", few),
        Case("gemma", "gemma/lm", "causal", few),
        Case("gemma2", "gemma2/lm", "causal", few),
        Case("gemma3", "gemma3_text/lm", "causal", few),
        Case("bert-masks", "bert/mlm-gelu", "mask", masks),
        Case("roberta-masks", "roberta/mlm", "mask", [m.replace("[MASK]", "<mask>") for m in masks]),
        Case("bert-classes", "bert/classification", "classes", ["w5 w17 w30", "w41"]),
        Case(
            "bert-several-classes",
            "bert/classification",
            "classes",
            ["w5 w17 w30", "w41"],
            {"config": config_of("bert/classification", problem_type="multi_label_classification")},
        ),
        Case("gpt2-classes", "gpt2/classification", "classes", ["w5 w17 w3", "w41"]),
        Case(
            "vit-classes",
            "vit/vit-no-qkv-bias",
            "image",
            ["first.png", "second.png"],
            {"preprocessor_config": dict(do_resize=False, image_mean=[0.4], image_std=[0.3])},
        ),
    ]:
        make(case)


if __name__ == "__main__":
    real(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
