"""What the golden scripts of the text families share: how a case is made, and what it must tell apart.

A case is a tiny random checkpoint as `save_pretrained` writes it, and `golden.safetensors` beside it
with the inputs, the outputs and the loss, and `grad/<parameter>`, the loss's gradient for each
parameter of the model; integers are int64, all else float64. The outputs come from the checkpoint
opened again in float64, so they hold for what the file says and are exact enough for a float64 test;
a float32 test needs a tolerance for its own rounding alone.

The same versions give the same bytes on the same machine; on another processor the last digits of
outputs may differ, the checkpoints not.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import torch

from golden_files import draw, open_strictly, relative_deviation, write_golden

RESOURCES = Path(__file__).parent.parent / "resources" / "golden"


def save_plain(model, directory: Path) -> None:
    model.save_pretrained(directory)


@dataclass
class Case:
    name: str
    seed: int
    model_class: type
    config: dict = field(default_factory=dict)
    save: Callable = save_plain


@dataclass
class Family:
    """A family's cases.

    `config(case)` gives a case's config; `inputs(case, generator)` the arrays for the model, with
    `attention_mask`; `targets(case, inputs, generator)` what the loss needs: `labels`, or `R1` and `R2`
    that outputs are weighed with; `mistakes(case, inputs)` a list of (name, change of the model or None,
    inputs to replace, the least deviation that it must cause). `leftover` is part of the names of
    tensors that a file may have and a model not. `attention` is the implementation: where the eager one takes
    its softmax in float32, "sdpa", or what make_golden_decoders.py does, gives float64.
    """

    name: str
    cases: list[Case]
    config: Callable
    inputs: Callable
    targets: Callable
    mistakes: Callable
    leftover: str | None = None
    attention: str = "eager"


def randomize(model, generator) -> None:
    """Draws every parameter so wide that activation, positions and masks show in the result."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            values = draw(generator, parameter.shape)
            norm = "norm" in name.lower() or "ln_" in name
            if norm:
                values = 0.2 * values + (1 if name.endswith("weight") else 0)
            else:
                values = 0.3 * values
            parameter.copy_(values)


def padded(lengths, vocabulary: int, pad: int, generator, left=()) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Random ids that are never the padding's, and a mask; rows in `left` are padded on the left."""
    columns = max(lengths)
    mask = numpy.zeros((len(lengths), columns), dtype=bool)
    for row, length in enumerate(lengths):
        mask[row, columns - length :] = row in left
        mask[row, :length] |= row not in left
    # torch leaves the padding's row out of the embedding's gradient: it stands at padding alone.
    ids = generator.integers(0, vocabulary - 1, mask.shape)
    ids = numpy.where(mask, ids + (ids >= pad), pad)
    return ids, mask


def as_tensors(**arrays) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array.astype(numpy.int64)) for name, array in arrays.items()}


def chosen_labels(inputs, vocabulary: int, generator, share: int, low: int = 0) -> torch.Tensor:
    """Random labels at one of `share` real tokens, -100 elsewhere."""
    mask = inputs["attention_mask"]
    tokens = torch.from_numpy(generator.integers(low, vocabulary, tuple(mask.shape)))
    chosen = torch.zeros(mask.numel(), dtype=torch.bool)
    real = mask.flatten().nonzero().flatten().numpy()
    chosen[generator.choice(real, size=len(real) // share, replace=False)] = True
    return tokens.where(chosen.view(mask.shape), -100)


def weights(inputs, hidden: int, generator) -> dict[str, torch.Tensor]:
    """What outputs without a head are weighed with: nothing at padding."""
    mask = inputs["attention_mask"]
    return dict(
        R1=draw(generator, (*mask.shape, hidden)) * mask[:, :, None],
        R2=draw(generator, (mask.shape[0], hidden)),
    )


def run(model, inputs, targets) -> dict[str, torch.Tensor]:
    """The outputs and the loss, by name."""
    labels = {"labels": targets["labels"]} if "labels" in targets else {}
    out = model(**inputs, **labels, output_hidden_states=True)
    outputs = {"last_hidden_state": out.hidden_states[-1]}
    if labels:
        return outputs | {"logits": out.logits, "loss": exact_loss(out, targets["labels"])}
    loss = (out.last_hidden_state * targets["R1"]).sum()
    if getattr(out, "pooler_output", None) is None:
        return outputs | {"loss": loss}
    loss = loss + (out.pooler_output * targets["R2"]).sum()
    return outputs | {"pooler_output": out.pooler_output, "loss": loss}


def exact_loss(out, labels) -> torch.Tensor:
    """The model's loss; where it computes that in float32 whatever its weights are, the same again."""
    if out.loss.dtype == out.logits.dtype:
        return out.loss
    shifted = torch.nn.functional.cross_entropy(out.logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())
    if relative_deviation(out.loss, shifted) > 1e-6:
        raise ValueError(f"the loss {out.loss} is not the cross-entropy of the next token, {shifted}")
    return shifted


def gradients(model, loss) -> dict[str, torch.Tensor]:
    loss.backward()
    return {
        # A parameter that the loss does not reach has no gradient in torch: zero, as a number.
        f"grad/{name}": torch.zeros_like(p) if p.grad is None else p.grad
        for name, p in model.named_parameters()
    }


def make(family: Family, case: Case, directory: Path) -> list[tuple[str, float, float]]:
    """Makes one case; returns what each mistake would do to it: its name, the deviation, the least allowed."""
    generator = numpy.random.default_rng(case.seed)
    model = case.model_class(family.config(case))
    randomize(model, generator)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    case.save(model, directory)

    model = open_strictly(case.model_class, directory, family.leftover, family.attention)
    inputs = family.inputs(case, generator)
    targets = family.targets(case, inputs, generator)
    outputs = run(model, inputs, targets)
    tensors = inputs | targets | outputs | gradients(model, outputs["loss"])
    write_golden(directory / "golden.safetensors", tensors, case=case.name, seed=case.seed)
    return measure(family, case, directory, inputs, targets, outputs)


def measure(family: Family, case: Case, directory: Path, inputs, targets, right) -> list[tuple[str, float, float]]:
    real = inputs["attention_mask"].bool()
    compared = [name for name in ("logits", "last_hidden_state", "pooler_output") if name in right]

    def at_tokens(output):
        return output[real] if output.shape[:2] == real.shape else output

    def deviation(change, wrong_inputs) -> float:
        model = open_strictly(case.model_class, directory, family.leftover, family.attention)
        if change:
            change(model)
        with torch.no_grad():
            wrong = run(model, inputs | wrong_inputs, targets)
        # The least over the outputs, each at real tokens alone: a test of any one of them must see it.
        return min(relative_deviation(at_tokens(wrong[name]), at_tokens(right[name])) for name in compared)

    mistakes = [*family.mistakes(case, inputs), ("float32", lambda model: model.float(), {}, 0)]
    return [(name, deviation(change, wrong), least) for name, change, wrong, least in mistakes]


def activate(name: str, *attributes: str) -> Callable:
    """A mistake: another activation under the attributes that hold it."""
    functions = dict(gelu=torch.nn.GELU(), gelu_new=torch.nn.GELU("tanh"), relu=torch.nn.ReLU())

    def change(model):
        for module in model.modules():
            for attribute in attributes:
                if hasattr(module, attribute):
                    setattr(module, attribute, functions[name])

    return change


def main(family: Family) -> None:
    golden = Path(sys.argv[1]) if len(sys.argv) > 1 else RESOURCES / family.name
    hidden = []
    for case in family.cases:
        print(f"{case.name}: relative deviation from the golden outputs")
        for mistake, deviation, least in make(family, case, golden / case.name):
            print(f"  {mistake:22}{deviation:9.1e}")
            if deviation < least:
                hidden.append(f"{case.name}: {mistake}: {deviation:.1e} < {least:.0e}")
    if hidden:
        sys.exit("mistakes that a test might not see:\n" + "\n".join(hidden))
