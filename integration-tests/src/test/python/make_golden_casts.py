"""Makes the golden file for dtypes: what torch makes of numbers of float64.

    venv/bin/python make_golden_casts.py

Writes `torch-casts.tsv` of ligo-core. A line has the bits, in hexadecimal, of a number in float64, of what
`.to(torch.float32)` makes of it, and of what `.to(torch.float16)` and `.to(torch.bfloat16)` make of that
float32. From float64 straight to 16 bits torch goes through float32, too, and so rounds twice; ligo rounds
once. The two agree where the float32 is exact, which the numbers of one column in two are.
"""

from pathlib import Path

import numpy
import torch

OUT = (
    Path(__file__).parents[4]
    / "ligo-core" / "src" / "test" / "resources" / "dev" / "ligo" / "core" / "checkpoint" / "torch-casts.tsv"
)  # fmt: skip


def chosen() -> list[float]:
    """Numbers at which roundings, overflows and subnormals of each type begin."""
    found = [0.0, 1.0, 1 / 3, 0.1, numpy.pi, numpy.inf, 1e300, 5e-324]
    # (digits of the fraction, the least exponent, the largest one) of float32, float16 and bfloat16
    for digits, least, most in (23, -126, 127), (10, -14, 15), (7, -126, 127):
        unit = 2.0**-digits
        for n in 0, 1, 2, 3:  # ties of normal numbers go to the even neighbour
            found += [1 + (n + 0.5) * unit, 1 + (n + 0.5) * unit * (1 + 2**-8), 1 + (n + 0.5) * unit * (1 - 2**-8)]
        small = 2.0 ** (least - digits)  # the least subnormal
        for n in 0.25, 0.5, 0.75, 1, 1.5, 2.5, 3, 2**digits - 0.5, 2**digits:
            found += [n * small, n * small * (1 + 2**-9), n * small * (1 - 2**-9)]
        largest = (2 - unit) * 2.0**most
        tie = (2 - unit / 2) * 2.0**most  # from here on there is infinity
        found += [largest, tie, numpy.nextafter(tie, 0), tie * (1 - 2**-22), tie * (1 + 2**-9)]
    return found


def drawn() -> list[float]:
    """Numbers of all sizes, half of them exact in float32."""
    generator = numpy.random.default_rng(1)
    numbers = generator.standard_normal(120) * 10.0 ** generator.integers(-46, 39, 120)
    return [*numbers[:60], *numbers[60:].astype(numpy.float32)]


def main() -> None:
    numbers = torch.tensor([n * sign for n in chosen() + drawn() for sign in (1, -1)], dtype=torch.float64)
    numbers = torch.cat([numbers, torch.tensor([numpy.nan], dtype=torch.float64)])
    single = numbers.to(torch.float32)
    columns = [
        (numbers.view(torch.int64), 64),
        (single.view(torch.int32), 32),
        (single.to(torch.float16).view(torch.int16), 16),
        (single.to(torch.bfloat16).view(torch.int16), 16),
    ]
    lines = (
        "\t".join(f"{int(c[i]) & (2**bits - 1):0{bits // 4}x}" for c, bits in columns) for i in range(len(numbers))
    )
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(lines) + "\n")
    once = numbers.to(torch.float16), numbers.to(torch.bfloat16)
    for direct, through in zip(once, (single.to(torch.float16), single.to(torch.bfloat16))):
        same = (direct == through) | direct.isnan()
        print(f"{direct.dtype}: straight from float64 {int((~same).sum())} of {len(numbers)} differ")


if __name__ == "__main__":
    main()
