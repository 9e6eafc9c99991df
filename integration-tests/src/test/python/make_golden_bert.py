"""Makes the golden files for BERT: tiny random checkpoints with what transformers computes on them.

    python3.11 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python make_golden_bert.py [directory]

Writes `<case>/` for each of CASES (by default below ../resources/golden/bert): the checkpoint as
`save_pretrained` writes it, and `golden.safetensors` with

- the inputs `input_ids`, `attention_mask`, `token_type_ids` and, with a head, `labels`: int64;
- the outputs `last_hidden_state`, `logits` or `pooler_output`, and `loss`: float64. Without a head the
  loss is sum(last_hidden_state * R1) + sum(pooler_output * R2), with `R1` and `R2` stored as well;
- `grad/<parameter>`, the loss's gradient for each parameter of the model: float64.

The outputs come from the checkpoint opened again in float64, so they hold for what the file says and
are exact enough for a float64 test; a float32 test needs a tolerance for its own rounding alone.
Two gradients to know of:

- `attention.self.key.bias`: it moves all scores of a query alike, which softmax does not see, so what
  stands here is rounding around zero. Compare it on the scale of the other gradients, not of its own.
- In `mlm-gelu-new`, untied, transformers 5 holds two biases of the prediction head: it adds
  `cls.predictions.decoder.bias` and never reads `cls.predictions.bias`, whose gradient is zero. They
  differ here, to show which is used. (transformers 4 makes them one and saves `cls.predictions.bias`
  alone; so a reader takes `decoder.bias` where there is one. In a tied model they are one in both.)

Prints how far plausible mistakes move the result, and fails where one would hide: a test with a
tolerance of 1e-5 must see each of them. The same versions give the same bytes on the same machine;
on another processor the last digits of outputs may differ, the checkpoints not.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import safetensors.torch
import torch
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification, BertModel

from golden_files import draw, open_strictly, relative_deviation, write_golden

GOLDEN = Path(__file__).parent.parent / "resources" / "golden" / "bert"

# Vocabulary, width, intermediate size, positions and sequence all differ, and the intermediate size is
# not the usual 4 x width: what mixes two of them up fails.
SIZES = dict(
    vocab_size=61,
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=40,
    max_position_embeddings=19,
    type_vocab_size=2,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
LENGTHS = (13, 9, 6)  # tokens of each row of the batch; the rest is padding
CLASSES = 3


def save_plain(model, directory: Path) -> None:
    model.save_pretrained(directory)


def save_legacy(model, directory: Path) -> None:
    """Saves as files from 2018 are: F16, LayerNorm's gamma and beta, the positions as a buffer."""
    model.half().save_pretrained(directory)
    file = directory / "model.safetensors"
    tensors = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in safetensors.torch.load_file(file).items()
    }
    tensors["bert.embeddings.position_ids"] = torch.arange(SIZES["max_position_embeddings"])[None]
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})


def save_sharded(model, directory: Path) -> None:
    model.save_pretrained(directory, max_shard_size="25KB")


@dataclass
class Case:
    name: str
    seed: int
    model_class: type
    config: dict = field(default_factory=dict)
    save: Callable = save_plain


CASES = [
    Case("mlm-gelu", 1, BertForMaskedLM),
    Case(
        "mlm-gelu-new",
        2,
        BertForMaskedLM,
        dict(hidden_act="gelu_new", layer_norm_eps=1e-3, tie_word_embeddings=False),
    ),
    Case("base", 3, BertModel),
    Case("classification", 4, BertForSequenceClassification, dict(num_labels=CLASSES)),
    Case("mlm-relu-legacy", 5, BertForMaskedLM, dict(hidden_act="relu"), save_legacy),
    Case("mlm-sharded", 6, BertForMaskedLM, save=save_sharded),
]


def randomize(model, generator) -> None:
    """Draws every parameter so wide that activation, positions and masks show in the result."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = draw(generator, parameter.shape)
            if "LayerNorm" in name:
                values = 0.2 * values + (1 if name.endswith("weight") else 0)
            else:
                values = 0.3 * values
            parameter.copy_(values)


def make_inputs(generator) -> dict[str, torch.Tensor]:
    rows, columns = len(LENGTHS), max(LENGTHS)
    length = numpy.array(LENGTHS)[:, None]
    column = numpy.arange(columns)[None]
    mask = column < length
    # 0 is the padding, and only that: torch leaves the padding's row out of the embedding's gradient.
    ids = generator.integers(1, SIZES["vocab_size"], (rows, columns)) * mask
    types = (column >= length // 2) & mask
    arrays = dict(input_ids=ids, attention_mask=mask, token_type_ids=types)
    return {name: torch.from_numpy(array.astype(numpy.int64)) for name, array in arrays.items()}


def make_targets(case: Case, inputs, generator) -> dict[str, torch.Tensor]:
    """What the loss needs: labels or, without a head, what to weigh the outputs with."""
    shape = inputs["input_ids"].shape
    mask = inputs["attention_mask"]
    if case.model_class is BertForMaskedLM:
        tokens = torch.from_numpy(generator.integers(1, SIZES["vocab_size"], tuple(shape)))
        chosen = torch.zeros(mask.numel(), dtype=torch.bool)
        real = mask.flatten().nonzero().flatten().numpy()
        chosen[generator.choice(real, size=len(real) // 4, replace=False)] = True
        return dict(labels=tokens.where(chosen.view(shape), -100))
    if case.model_class is BertForSequenceClassification:
        return dict(labels=torch.from_numpy(generator.integers(0, CLASSES, len(LENGTHS))))
    hidden = SIZES["hidden_size"]
    return dict(
        # No weight on padding: its row of the word embeddings must stay without a gradient (see make_inputs).
        R1=draw(generator, (*shape, hidden)) * mask[:, :, None],
        R2=draw(generator, (shape[0], hidden)),
    )


def run(model, inputs, targets) -> dict[str, torch.Tensor]:
    """The outputs and the loss, by name."""
    labels = {"labels": targets["labels"]} if "labels" in targets else {}
    out = model(**inputs, **labels, output_hidden_states=True)
    outputs = {"last_hidden_state": out.hidden_states[-1]}
    if labels:
        return outputs | {"logits": out.logits, "loss": out.loss}
    loss = (out.last_hidden_state * targets["R1"]).sum() + (out.pooler_output * targets["R2"]).sum()
    return outputs | {"pooler_output": out.pooler_output, "loss": loss}


def gradients(model, loss) -> dict[str, torch.Tensor]:
    loss.backward()
    return {
        # A parameter that the loss does not reach has no gradient in torch: zero, as a number.
        f"grad/{name}": torch.zeros_like(p) if p.grad is None else p.grad
        for name, p in model.named_parameters()
    }


def make(case: Case, directory: Path) -> list[tuple[str, float, float]]:
    """Makes one case; returns what each mistake would do to it: its name, the deviation, the least allowed."""
    generator = numpy.random.default_rng(case.seed)
    model = case.model_class(BertConfig(**SIZES, **case.config))
    randomize(model, generator)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    case.save(model, directory)

    model = open_strictly(case.model_class, directory)
    inputs = make_inputs(generator)
    targets = make_targets(case, inputs, generator)
    outputs = run(model, inputs, targets)
    tensors = inputs | targets | outputs | gradients(model, outputs["loss"])
    write_golden(directory / "golden.safetensors", tensors, case=case.name, seed=case.seed)
    return measure_mistakes(case, directory, inputs, targets, outputs)


def measure_mistakes(case: Case, directory: Path, inputs, targets, right) -> list[tuple[str, float, float]]:
    real = inputs["attention_mask"].bool()
    compared = [name for name in ("logits", "last_hidden_state", "pooler_output") if name in right]

    def at_tokens(output):
        return output[real] if output.shape[:2] == real.shape else output

    def deviation(change=None, **wrong_inputs) -> float:
        model = open_strictly(case.model_class, directory)
        if change:
            change(model)
        with torch.no_grad():
            wrong = run(model, inputs | wrong_inputs, targets)
        # The least over the outputs, each at real tokens alone: a test of any one of them must see it.
        return min(relative_deviation(at_tokens(wrong[name]), at_tokens(right[name])) for name in compared)

    def activate(name):
        def change(model):
            function = dict(gelu=torch.nn.GELU(), gelu_new=torch.nn.GELU("tanh"))[name]
            for module in model.modules():
                for attribute in ("intermediate_act_fn", "transform_act_fn"):
                    if hasattr(module, attribute):
                        setattr(module, attribute, function)

        return change

    def set_eps(model):
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.eps = 1e-5

    other = "gelu_new" if case.config.get("hidden_act", "gelu") == "gelu" else "gelu"
    positions = torch.arange(real.shape[1])[None] + 1
    return [
        (f"{other} instead", deviation(activate(other)), 2e-4),
        ("positions one later", deviation(position_ids=positions), 1e-3),
        ("no attention mask", deviation(attention_mask=torch.ones_like(inputs["attention_mask"])), 1e-3),
        ("no token types", deviation(token_type_ids=torch.zeros_like(inputs["token_type_ids"])), 1e-3),
        ("layer norm eps 1e-5", deviation(set_eps), 0),  # for the reader: what a tolerance can tell
        ("float32", deviation(lambda model: model.float()), 0),
    ]


def main() -> None:
    golden = Path(sys.argv[1]) if len(sys.argv) > 1 else GOLDEN
    hidden = []
    for case in CASES:
        print(f"{case.name}: relative deviation from the golden outputs")
        for mistake, deviation, least in make(case, golden / case.name):
            print(f"  {mistake:22}{deviation:9.1e}")
            if deviation < least:
                hidden.append(f"{case.name}: {mistake}: {deviation:.1e} < {least:.0e}")
    if hidden:
        sys.exit("mistakes that a test might not see:\n" + "\n".join(hidden))


if __name__ == "__main__":
    main()
