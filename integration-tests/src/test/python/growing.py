"""Times how ligo and mergekit deepen a LLaMA by one recipe, in turns; scripts/bench-growing.sh runs it.

    python growing.py --ligo LAUNCHER --work DIR [--layers N] [--rounds N] [--json FILE]

The source is made here: N layers of 2048 units in bfloat16, 88 MB each, and random. Before each
contestant the source leaves the system's cache, as far as the system allows that. A plain copy, which
reads the source and writes as many bytes as the result has, through to the disk, is the floor.
"""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import time

HIDDEN, INTERMEDIATE, HEADS, KEY_HEADS, TOKENS = 2048, 5632, 32, 4, 32000
SHARD_BYTES = 2_000_000_000
BLOCK = 1 << 20


def tensors(layers):
    """Gives the names and shapes of a LLaMA's tensors."""
    keys = HIDDEN // HEADS * KEY_HEADS
    yield "model.embed_tokens.weight", (TOKENS, HIDDEN)
    for layer in range(layers):
        prefix = f"model.layers.{layer}."
        yield prefix + "input_layernorm.weight", (HIDDEN,)
        yield prefix + "mlp.down_proj.weight", (HIDDEN, INTERMEDIATE)
        yield prefix + "mlp.gate_proj.weight", (INTERMEDIATE, HIDDEN)
        yield prefix + "mlp.up_proj.weight", (INTERMEDIATE, HIDDEN)
        yield prefix + "post_attention_layernorm.weight", (HIDDEN,)
        yield prefix + "self_attn.k_proj.weight", (keys, HIDDEN)
        yield prefix + "self_attn.o_proj.weight", (HIDDEN, HIDDEN)
        yield prefix + "self_attn.q_proj.weight", (HIDDEN, HIDDEN)
        yield prefix + "self_attn.v_proj.weight", (keys, HIDDEN)
    yield "model.norm.weight", (HIDDEN,)
    yield "lm_head.weight", (TOKENS, HIDDEN)


def size(shape):
    count = 2
    for extent in shape:
        count *= extent
    return count


def make_source(directory, layers):
    """Writes a checkpoint of random values around 0 in shards."""
    directory.mkdir(parents=True)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": TOKENS,
        "hidden_size": HIDDEN,
        "intermediate_size": INTERMEDIATE,
        "num_hidden_layers": layers,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_HEADS,
        "hidden_act": "silu",
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-5,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    }
    (directory / "config.json").write_text(json.dumps(config, indent=2))
    shards = [{}]
    held = 0
    for name, shape in tensors(layers):
        if held + size(shape) > SHARD_BYTES:
            shards.append({})
            held = 0
        shards[-1][name] = shape
        held += size(shape)
    index = {}
    for number, shard in enumerate(shards):
        file = f"model-{number + 1:05}-of-{len(shards):05}.safetensors"
        header, offset = {}, 0
        for name, shape in shard.items():
            index[name] = file
            end = offset + size(shape)
            header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, end]}
            offset = end
        text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
        text += b" " * (-len(text) % 8)
        with open(directory / file, "wb") as out:
            out.write(struct.pack("<Q", len(text)) + text)
            while offset > 0:
                # Every other byte is the high one: sign, exponent of some hundredths, a digit.
                block = bytearray(os.urandom(min(offset, BLOCK)))
                block[1::2] = bytes(0x3C | (b & 0x80) for b in block[1::2])
                out.write(block)
                offset -= len(block)
    (directory / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": sum(map(size, dict(tensors(layers)).values()))},
                    "weight_map": index})
    )


def hashes(directory):
    """Returns the hash of each tensor of a directory, by its name."""
    found = {}
    for file in sorted(directory.glob("*.safetensors")):
        with open(file, "rb") as content:
            length = struct.unpack("<Q", content.read(8))[0]
            header = json.loads(content.read(length))
            header.pop("__metadata__", None)
            for name, entry in header.items():
                begin, end = entry["data_offsets"]
                content.seek(8 + length + begin)
                digest = hashlib.sha256(f"{entry['dtype']}{entry['shape']}".encode())
                while begin < end:
                    block = content.read(min(BLOCK, end - begin))
                    digest.update(block)
                    begin += len(block)
                found[name] = digest.hexdigest()
    return found


def weights(directory):
    return sorted(directory.glob("*.safetensors"))


def forget(directory):
    """Takes a directory's files out of the system's cache."""
    os.sync()
    for file in weights(directory):
        with open(file, "rb") as content:
            os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def copy(source, destination, count):
    """Reads all of a source and writes so many bytes, through to the disk."""
    destination.mkdir()
    begun = time.monotonic()
    files = weights(source)
    with open(destination / "copy", "wb") as out:
        written = 0
        for file in files:
            with open(file, "rb") as content:
                while block := content.read(BLOCK):
                    last = block
                    if written < count:
                        written += out.write(block)
        while written < count:
            written += out.write(last)
        out.flush()
        os.fsync(out.fileno())
    return time.monotonic() - begun


def run(command, log):
    """Runs a command; returns its seconds and the most memory that it held, in bytes."""
    with open(log, "wb") as out:
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        os.sync()
        seconds = time.monotonic() - begun
    if status != 0:
        sys.exit(f"{command[0]} failed:\n{pathlib.Path(log).read_text()[-2000:]}")
    return seconds, usage.ru_maxrss * 1024


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--ligo", required=True)
    options.add_argument("--work", type=pathlib.Path, required=True)
    options.add_argument("--layers", type=int, default=32)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", type=pathlib.Path)
    chosen = options.parse_args()
    work, layers = chosen.work, chosen.layers
    source = work / "source"
    make_source(source, layers)
    overlap = layers * 3 // 4
    recipe = work / "recipe.yaml"
    recipe.write_text(
        "slices:\n"
        f"- sources:\n  - model: {source}\n    layer_range: [0, {overlap}]\n"
        f"- sources:\n  - model: {source}\n    layer_range: [{layers - overlap}, {layers}]\n"
        "merge_method: passthrough\ndtype: bfloat16\n"
    )
    large = sum(size(s) for _, s in tensors(2 * overlap))
    mergekit = pathlib.Path(sys.executable).with_name("mergekit-yaml")
    out = work / "out"
    contestants = {
        "ligo": [chosen.ligo, "grow", "--recipe", recipe, "--out", out],
        "mergekit": [mergekit, recipe, out, "--lazy-unpickle"],
    }
    best, memory, results = {}, {}, {}
    for _ in range(chosen.rounds):
        for name in ("copy", *contestants):
            forget(source)
            if name == "copy":
                seconds = copy(source, out, large)
            else:
                seconds, held = run(list(map(str, contestants[name])), work / f"{name}.log")
                memory[name] = max(held, memory.get(name, 0))
                results.setdefault(name, hashes(out))
            best[name] = min(seconds, best.get(name, seconds))
            shutil.rmtree(out)
    if results["ligo"] != results["mergekit"]:
        sys.exit("the tensors that ligo and mergekit write differ")
    read = sum(f.stat().st_size for f in weights(source))
    print(f"{layers} layers of {read / 1e9:.1f} GB to {2 * overlap} of {large / 1e9:.1f} GB, "
          f"the best of {chosen.rounds} rounds; equal tensors")
    print(f"copying     {best['copy']:6.1f} s")
    for name in contestants:
        print(f"{name:<11} {best[name]:6.1f} s, {best[name] / best['copy']:.2f} of copying, "
              f"{memory[name] / 1e9:.2f} GB resident")
    print(f"ligo : mergekit  {best['ligo'] / best['mergekit']:.2f} of the time, "
          f"{memory['ligo'] / memory['mergekit']:.2f} of the memory")
    if chosen.json:
        chosen.json.write_text(
            json.dumps({"source_bytes": read, "grown_bytes": large, "seconds": best,
                        "resident_bytes": memory}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
