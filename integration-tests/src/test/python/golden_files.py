"""What the golden scripts share: opening a checkpoint strictly, and writing a golden file."""

import json
from pathlib import Path

import numpy
import safetensors.torch
import torch
import transformers

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
torch.set_num_threads(1)  # so that sums are taken in one order
torch.use_deterministic_algorithms(True)


def open_strictly(model_class, directory: Path, allowed: str | None = None, attention: str = "eager"):
    """Opens a checkpoint in float64, for evaluation.

    Every tensor must be found and used, in its own shape; only names that contain `allowed` may be
    missing or left over. `attention` is the implementation; the eager one of the vision models takes
    its softmax in float32.
    """
    model, report = model_class.from_pretrained(
        directory,
        dtype=torch.float64,  # widening is exact, so the file's weights are the model's
        attn_implementation=attention,
        output_loading_info=True,
    )
    for problem, names in report.items():
        names = sorted(str(n) for n in names if allowed is None or allowed not in str(n))
        if names:
            raise ValueError(f"opening {directory}: {problem}: {names}")
    return model.eval()


def write_golden(path: Path, tensors: dict[str, torch.Tensor], **metadata) -> None:
    """Writes tensors with metadata, the versions of the tools included.

    safetensors writes the metadata in an order that changes from run to run, so the header is
    written again with its keys sorted: the same content is then the same bytes.
    """
    metadata = {name: str(value) for name, value in metadata.items()} | {
        "format": "pt",
        "torch": torch.__version__.split("+")[0],  # without the build, cpu or cu132
        "transformers": transformers.__version__,
    }
    file = safetensors.torch.save({n: t.detach().contiguous() for n, t in tensors.items()}, metadata)
    start = 8
    end = start + int.from_bytes(file[:start], "little")
    header = json.dumps(json.loads(file[start:end]), sort_keys=True, separators=(",", ":"))
    path.write_bytes(file[:start] + header.encode().ljust(end - start) + file[end:])


def relative_deviation(actual: torch.Tensor, expected: torch.Tensor) -> float:
    """The largest absolute difference, divided by the largest absolute expected value."""
    actual, expected = actual.detach().double(), expected.detach()
    return float((actual - expected).abs().max() / expected.abs().max())


def draw(generator: numpy.random.Generator, shape) -> torch.Tensor:
    """Standard normal numbers; from numpy, whose stream does not depend on the processor."""
    return torch.from_numpy(generator.standard_normal(tuple(shape)))
