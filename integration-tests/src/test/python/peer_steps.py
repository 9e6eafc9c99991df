"""Training steps of Hugging Face's models, one at a time on demand: what ligo's steps are held
against. scripts/bench-peers.sh starts it.

    peer_steps.py CHECKPOINT BATCHES THREADS LEARNING_RATE WEIGHT_DECAY

CHECKPOINT is a directory that `from_pretrained` opens, BATCHES a safetensors file with the arrays of
each batch, named INDEX/NAME. For each line of standard input, the name of a way to train, it makes
the next step of that way and prints its loss and the seconds that it took. A path after the name is
a file for a trace of the step, in Chrome's format.

    plain     the loop that one would write down first: the model's own loss, AdamW as it comes
    eager     the loss at the scored positions alone, and torch's fused AdamW
    compiled  the same under torch.compile
"""

import contextlib
import sys
import time

import torch
import transformers
from safetensors.torch import load_file

CLASSES = {
    "bert": transformers.BertForMaskedLM,
    "gpt2": transformers.GPT2LMHeadModel,
    "llama": transformers.LlamaForCausalLM,
    "vit": transformers.ViTForImageClassification,
}
IGNORED = -100


def loss_of(model, kind, batch):
    """The loss as the model's own class computes it."""
    if kind == "bert":
        labels = torch.full_like(batch["input_ids"], IGNORED).view(-1)
        labels[batch["masked_positions"]] = batch["masked_labels"]
        return model(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            labels=labels.view_as(batch["input_ids"]),
        ).loss
    if kind == "vit":
        return model(pixel_values=batch["pixel_values"], labels=batch["labels"]).loss
    return model(input_ids=batch["input_ids"], labels=batch["input_ids"]).loss


def scored_loss_of(model, kind, batch):
    """The same loss, computed where it is scored alone."""
    if kind == "bert":
        hidden = model.bert(input_ids=batch["input_ids"])[0]
        scored = hidden.reshape(-1, hidden.shape[-1])[batch["masked_positions"]]
        return torch.nn.functional.cross_entropy(model.cls(scored), batch["masked_labels"])
    return loss_of(model, kind, batch)


class Training:
    def __init__(self, way, model, kind, batches, rate, decay):
        self.model, self.kind, self.batches, self.steps = model, kind, batches, 0
        loss = loss_of if way == "plain" else scored_loss_of
        self.loss = torch.compile(loss) if way == "compiled" else loss
        decayed = [p for p in model.parameters() if p.dim() > 1]
        others = [p for p in model.parameters() if p.dim() <= 1]
        groups = [{"params": decayed, "weight_decay": decay}, {"params": others, "weight_decay": 0}]
        self.optimizer = torch.optim.AdamW(
            groups, lr=rate, eps=1e-6, fused=None if way == "plain" else True
        )

    def step(self):
        batch = self.batches[self.steps % len(self.batches)]
        self.steps += 1
        loss = self.loss(self.model, self.kind, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.item()


def main():
    checkpoint, file, threads, rate, decay = sys.argv[1:6]
    torch.set_num_threads(int(threads))
    kind = transformers.AutoConfig.from_pretrained(checkpoint).model_type
    arrays = load_file(file)
    count = 1 + max(int(name.split("/")[0]) for name in arrays)
    batches = [
        {
            name.split("/")[1]: a if a.is_floating_point() else a.long()
            for name, a in arrays.items()
            if int(name.split("/")[0]) == i
        }
        for i in range(count)
    ]
    trainings = {}
    for line in sys.stdin:
        way, *trace = line.strip().split(" ", 1)
        if way not in trainings:
            model = CLASSES[kind].from_pretrained(checkpoint, dtype=torch.float32).train()
            trainings[way] = Training(way, model, kind, batches, float(rate), float(decay))
        begun = time.perf_counter()
        with torch.profiler.profile() if trace else contextlib.nullcontext() as profiler:
            loss = trainings[way].step()
        seconds = time.perf_counter() - begun
        if trace:
            profiler.export_chrome_trace(trace[0])
        print(loss, seconds, flush=True)


if __name__ == "__main__":
    main()
