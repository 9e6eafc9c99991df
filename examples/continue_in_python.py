"""Goes on with a grown model, and with the moments that AdamW's state was grown to, in plain PyTorch.

    python examples/continue_in_python.py GROWN BATCHES [--learning-rate X] [--warmup N] [--against METRICS]

GROWN is what `ligo grow --optimizer-state` wrote. BATCHES is a safetensors file with the tensors
I/input_ids and so on of batch I, which `WriteBatches.java` beside this script makes: one step each, of a
rate that rises over the steps of --warmup and then falls in a straight line, as that of `ligo pretrain`.

METRICS is the metrics.jsonl of a `ligo pretrain --optimizer-state` from the same model on the same
batches. Both losses are then printed for each step, and the script fails if they differ by more than
TOLERANCE of their size. They can be the same only if the config's rates of dropout are 0.

`grown_adamw` alone is what a loop of your own needs, or the `optimizers` of a `Trainer`.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file

# Two engines add the same numbers in another order, in float32.
TOLERANCE = 1e-5


def grown_adamw(model, directory: Path, **options) -> torch.optim.AdamW:
    """Returns AdamW for a model, with the moments in a directory that `ligo grow` or `pretrain` wrote.

    `options` are those of `torch.optim.AdamW`. Weight decay reaches matrices and tables, as in ligo. A
    parameter whose moments are not there, such as those of a fresh head, begins without.
    """
    options = {"eps": 1e-6, "weight_decay": 0.01} | options
    parameters = dict(model.named_parameters())
    groups = [
        {"params": [p for p in parameters.values() if p.ndim > 1]},
        {"params": [p for p in parameters.values() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, **options)
    with safe_open(directory / "optimizer.safetensors", "pt") as file:
        for name, steps in json.loads(file.metadata()["ligo.steps"]).items():
            parameter = parameters[name]
            optimizer.state[parameter] = {
                "step": torch.tensor(float(steps)),
                "exp_avg": file.get_tensor(f"first/{name}").to(parameter.device),
                "exp_avg_sq": file.get_tensor(f"second/{name}").to(parameter.device),
            }
    return optimizer


def rate(step: int, steps: int, warmup: int) -> float:
    """Returns the share of the highest rate that a step has, counted from 1; none has a rate of 0."""
    return step / warmup if step <= warmup else 1 - (step - warmup) / (steps + 1 - warmup)


def loss_of(model, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Returns the mean cross-entropy of what a batch asks for: next tokens, or masked ones."""
    seen = {n: batch[n].long() for n in ("input_ids", "attention_mask", "token_type_ids") if n in batch}
    rows = model(**seen).logits.flatten(0, 1)
    if "next_ids" in batch:
        labels, weights = batch["next_ids"].flatten(), batch["next_weights"].flatten()
    else:
        rows = rows[batch["masked_positions"].flatten().long()]
        labels, weights = batch["masked_labels"].flatten(), batch["masked_weights"].flatten()
    losses = torch.nn.functional.cross_entropy(rows, labels.long(), reduction="none")
    return (losses * weights).sum() / weights.sum()


def batches_in(file: Path) -> list[dict[str, torch.Tensor]]:
    batches: dict[int, dict[str, torch.Tensor]] = {}
    for name, values in load_file(file).items():
        index, tensor = name.split("/")
        batches.setdefault(int(index), {})[tensor] = values
    return [batches[i] for i in sorted(batches)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("grown", type=Path)
    arguments.add_argument("batches", type=Path)
    arguments.add_argument("--learning-rate", type=float, default=1e-4)
    arguments.add_argument("--warmup", type=int, help="default: a tenth of the steps")
    arguments.add_argument("--against", type=Path, metavar="METRICS")
    given = arguments.parse_args()

    config = transformers.AutoConfig.from_pretrained(given.grown)
    model = getattr(transformers, config.architectures[0]).from_pretrained(given.grown, dtype=torch.float32)
    model.train()
    optimizer = grown_adamw(model, given.grown, lr=given.learning_rate)
    batches = batches_in(given.batches)
    steps = len(batches)
    warmup = steps // 10 if given.warmup is None else given.warmup
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: rate(done + 1, steps, warmup))

    theirs = {}
    if given.against:
        lines = [json.loads(line) for line in given.against.read_text().splitlines()]
        theirs = {line["step"]: line["loss"] for line in lines if "loss" in line}
    largest = 0.0
    for step, batch in enumerate(batches, 1):
        loss = loss_of(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        difference = ""
        if theirs:
            share = abs(loss.item() - theirs[step]) / theirs[step]
            largest = max(largest, share)
            difference = f"   ligo {theirs[step]:.6f}   {share:.1e} apart"
        print(f"step {step}: loss {loss.item():.6f}{difference}")
    if largest > TOLERANCE:
        sys.exit(f"the losses differ by {largest:.1e} of their size, more than {TOLERANCE:.0e}")


if __name__ == "__main__":
    main()
