#!/usr/bin/env python3
"""Writes SmolLM2 as a Hugging Face directory from its GGUF file, with gguf and numpy alone.

    python3 smollm2_from_gguf.py FILE.gguf DIRECTORY

The GGUF file stores the weights in four and eight bits; they are dequantised and rounded to bfloat16,
to nearest even. The same file gives the same bytes.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy

LAYER_TENSORS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
OTHER_TENSORS = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}
CONTROL = 3  # the type of a special token


def field(reader, key):
    return reader.fields[key].contents()


def name(tensor: str) -> str:
    parts = tensor.removesuffix(".weight").split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{LAYER_TENSORS[parts[2]]}.weight"
    return f"{OTHER_TENSORS[parts[0]]}.weight"


def values(tensor, heads: dict[str, int]) -> numpy.ndarray:
    """The tensor in float32, out × in; rotary pairs stand side by side in GGUF, half a head apart here."""
    array = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
    count = heads.get(tensor.name.split(".")[-2])
    if count is None:
        return array
    rows, columns = array.shape
    return array.reshape(count, rows // count // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def bfloat16(array: numpy.ndarray) -> bytes:
    """Rounds finite float32 values to nearest even, little-endian."""
    bits = numpy.ascontiguousarray(array).view(numpy.uint32)
    rounded = bits + 0x7FFF + ((bits >> 16) & 1)
    return (rounded >> 16).astype("<u2").tobytes()


def write_weights(reader, file: Path, config: dict) -> None:
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    tensors = sorted(reader.tensors, key=lambda t: name(t.name))
    header: dict = {"__metadata__": {"format": "pt"}}
    end = 0
    for tensor in tensors:
        shape = [int(n) for n in reversed(tensor.shape)]
        start, end = end, end + 2 * int(numpy.prod(shape))
        header[name(tensor.name)] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text = text.ljust(-(-len(text) // 8) * 8)
    with open(file, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors:
            out.write(bfloat16(values(tensor, heads)))


def config_of(reader) -> dict:
    def llama(key):
        return field(reader, f"llama.{key}")

    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": field(reader, "tokenizer.ggml.bos_token_id"),
        "eos_token_id": field(reader, "tokenizer.ggml.eos_token_id"),
        "hidden_act": "silu",
        "hidden_size": llama("embedding_length"),
        "initializer_range": llama("embedding_length") ** -0.5,
        "intermediate_size": llama("feed_forward_length"),
        "max_position_embeddings": llama("context_length"),
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": llama("attention.head_count"),
        "num_hidden_layers": llama("block_count"),
        "num_key_value_heads": llama("attention.head_count_kv"),
        "pad_token_id": field(reader, "tokenizer.ggml.padding_token_id"),
        "pretraining_tp": 1,
        # GGUF keeps it in float32, a little beside the number that was meant.
        "rms_norm_eps": float(f"{llama('attention.layer_norm_rms_epsilon'):.6g}"),
        "rope_scaling": None,
        "rope_theta": llama("rope.freq_base"),
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "vocab_size": llama("vocab_size"),
    }


def tokenizer_of(reader) -> dict:
    """Byte-level BPE that takes digits one by one, as the public tokenizer of the model does."""
    pieces = field(reader, "tokenizer.ggml.tokens")
    types = field(reader, "tokenizer.ggml.token_type")
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": piece, **flags}
            for i, (piece, kind) in enumerate(zip(pieces, types, strict=True))
            if kind == CONTROL
        ],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "Digits", "individual_digits": True}, byte_level],
        },
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {piece: i for i, piece in enumerate(pieces)},
            "merges": [merge.split(" ") for merge in field(reader, "tokenizer.ggml.merges")],
        },
    }


def tokenizer_config_of(reader, config: dict) -> dict:
    pieces = field(reader, "tokenizer.ggml.tokens")
    return {
        "add_prefix_space": False,
        "bos_token": pieces[config["bos_token_id"]],
        "chat_template": field(reader, "tokenizer.chat_template"),
        "clean_up_tokenization_spaces": False,
        "eos_token": pieces[config["eos_token_id"]],
        "model_max_length": config["max_position_embeddings"],
        "pad_token": pieces[config["pad_token_id"]],
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": pieces[field(reader, "tokenizer.ggml.unknown_token_id")],
    }


def main(source: str, destination: str) -> None:
    reader = gguf.GGUFReader(source)
    directory = Path(destination)
    config = config_of(reader)
    files = {
        "config": config,
        "generation_config": {key: config[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")},
        "tokenizer": tokenizer_of(reader),
        "tokenizer_config": tokenizer_config_of(reader, config),
    }
    for stem, content in files.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (directory / f"{stem}.json").write_text(text, encoding="utf-8")
    write_weights(reader, directory / "model.safetensors", config)


if __name__ == "__main__":
    main(*sys.argv[1:])
