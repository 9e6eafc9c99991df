"""Writes what transformers takes for a tokenizer's special tokens, and the ids of a whole file.

Run in this directory; the files stand in ligo-text/src/test/resources/golden/tokens.
"""

import json
import pathlib
import shutil
import tempfile

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from transformers.models.auto.tokenization_auto import tokenizer_class_from_name

OUT = pathlib.Path(__file__).parents[4] / "ligo-text/src/test/resources/golden/tokens"
KEYS = ("cls_token", "sep_token", "mask_token", "pad_token", "eos_token", "unk_token")
WORDS = ["dear", "reader", "you", "see"]
GPT2 = {"model_type": "gpt2", "vocab_size": 12}
BERT = {"model_type": "bert", "vocab_size": 12, "pad_token_id": 0}


def words(special, processor=None, unknown=None):
    """Returns a tokenizer of a few words."""
    pieces = special + WORDS
    t = Tokenizer(models.WordLevel({p: i for i, p in enumerate(pieces)}, unk_token=unknown or special[0]))
    t.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    t.add_special_tokens(special)
    if processor:
        t.post_processor = processor
    return t


def template(before, after, ids):
    return processors.TemplateProcessing(
        single=f"{before} $A {after}", special_tokens=[(before, ids[before]), (after, ids[after])]
    )


def case(name, tokenizer, config=None, **files):
    """Writes a directory and what transformers finds in it."""
    d = OUT / name
    d.mkdir()
    tokenizer.save(str(d / "tokenizer.json"))
    if config:
        files["config"] = config
    for stem, content in files.items():
        (d / f"{stem}.json").write_text(json.dumps(content, indent=1) + "\n")
    t = AutoTokenizer.from_pretrained(d)
    expected = {k: getattr(t, k + "_id") for k in KEYS}
    size = tokenizer.get_vocab_size()
    expected = {k: i for k, i in expected.items() if i is not None and i < size}
    ids = t("dear reader")["input_ids"]
    if len(ids) > len(t("dear reader", add_special_tokens=False)["input_ids"]):  # what stands around a text is what transformers puts there
        expected["cls_token"], expected["sep_token"] = ids[0], ids[-1]
    (d / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    print(name, expected)


def fast(**names):
    return {"tokenizer_class": "PreTrainedTokenizerFast", **names}


def special_tokens():
    case("own-end", words(["<bos>", "<eos>", "<pad>"]), {**GPT2, "eos_token_id": 1}, tokenizer_config=fast(eos_token="<eos>"))
    case("upper-end", words(["[BOS]", "[EOS]", "[PAD]"]), {**GPT2, "eos_token_id": 1}, tokenizer_config=fast(eos_token="[EOS]"))
    case("two-ends", words(["<|endoftext|>", "</s>"]), {**GPT2, "eos_token_id": 1}, tokenizer_config=fast(eos_token="</s>"))
    case("stale-id", words(["</s>", "<|endoftext|>"]), {**GPT2, "eos_token_id": 50256}, tokenizer_config=fast(eos_token="<|endoftext|>"))
    case("map-over-config", words(["<a>", "<b>", "<c>"]), GPT2, tokenizer_config=fast(eos_token="<a>", pad_token="<c>"),
         special_tokens_map={"eos_token": "<b>"})
    listed = {str(i): {"content": c, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
              for i, c in enumerate(["<a>", "<b>", "<c>"])}
    case("config-over-map", words(["<a>", "<b>", "<c>"]), GPT2,
         tokenizer_config=fast(eos_token="<a>", pad_token="<c>", added_tokens_decoder=listed), special_tokens_map={"eos_token": "<b>"})
    token = {"content": "<b>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    case("as-object", words(["<a>", "<b>"]), GPT2, tokenizer_config=fast(), special_tokens_map={"eos_token": token, "pad_token": token})
    own = ["<pad>", "<unk>", "<cls>", "<sep>", "<mask>"]
    names = dict(pad_token="<pad>", unk_token="<unk>", cls_token="<cls>", sep_token="<sep>", mask_token="<mask>")
    case("bert-own", words(own, unknown="<unk>"), BERT, tokenizer_config=fast(**names))
    roberta = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "[CLS]", "[SEP]", "[MASK]", "[PAD]"]
    names = dict(bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>")
    case("two-of-each", words(roberta, unknown="<unk>"), {"model_type": "roberta", "vocab_size": 13, "pad_token_id": 1}, tokenizer_config=fast(**names))
    bert = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>"]
    ids = {p: i for i, p in enumerate(bert)}
    names = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    case("post-processor-first", words(bert, template("<s>", "</s>", ids), "[UNK]"), BERT, tokenizer_config=fast(**names))
    case("sequence", words(bert, processors.Sequence([processors.ByteLevel(), template("[CLS]", "[SEP]", ids)]), "[UNK]"), BERT,
         tokenizer_config=fast(**names))
    case("roberta-processing", words(roberta, processors.RobertaProcessing(("</s>", 2), ("<s>", 0)), "<unk>"),
         {"model_type": "roberta", "vocab_size": 13, "pad_token_id": 1}, tokenizer_config=fast(mask_token="<mask>", pad_token="<pad>", unk_token="<unk>"))


def alone():
    """Tokenizers without a tokenizer_config.json, whose class has names for their special tokens."""
    def pairs(special, divided, normalizer=None):
        pieces = [*special, "\u2581", "\u0120", *"ader", "de", "ar"]
        t = Tokenizer(models.BPE({p: i for i, p in enumerate(pieces)}, [("d", "e"), ("a", "r")]))
        t.pre_tokenizer = divided
        if normalizer:
            t.normalizer = normalizer
        t.add_special_tokens(special)
        return t

    marks = normalizers.Replace(" ", "\u2581")
    spaces, level = pre_tokenizers.Split(" ", "merged_with_previous"), pre_tokenizers.ByteLevel(add_prefix_space=False)
    own = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    case("gemma-alone", pairs(own, spaces, marks), {"model_type": "gemma"})
    case("gemma-other-ids", pairs(own, spaces, marks), {"model_type": "gemma3_text", "pad_token_id": 3, "eos_token_id": [2, 1]})
    both = ["[CLS]", "[SEP]", "[PAD]", "[MASK]", "<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    case("roberta-both-alone", pairs(both, level), {"model_type": "roberta", "pad_token_id": 2})
    case("qwen2-alone", pairs(["</s>", "<pad>", "<|endoftext|>"], level, normalizers.NFC()), {"model_type": "qwen2", "eos_token_id": 0})


def remade():
    """What transformers makes of a WordLevel or Unigram, and of names that contradict the post-processor."""
    def loaded(model_type, tokenizer, **tokenizer_config):
        with tempfile.TemporaryDirectory() as d:
            tokenizer.save(d + "/tokenizer.json")
            json.dump({"model_type": model_type}, open(d + "/config.json", "w"))
            if tokenizer_config:
                json.dump(tokenizer_config, open(d + "/tokenizer_config.json", "w"))
            return AutoTokenizer.from_pretrained(d)

    own = {"bert": "WordPiece", "roberta": "BPE", "gpt2": "BPE", "qwen2": "BPE", "qwen3": "BPE", "gemma": "BPE",
           "gemma2": "BPE", "gemma3_text": "BPE", "llama": "WordLevel", "mistral": "WordLevel"}
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "<pad>", "</s>", "<unk>", "<mask>", "dear"]
    ids = {p: i for i, p in enumerate(pieces)}
    for model_type, model in own.items():
        made = loaded(model_type, Tokenizer(models.WordLevel(ids, unk_token="[UNK]")))
        assert type(made.backend_tokenizer.model).__name__ == model, model_type
    for model_type in ("xlm-roberta", "camembert"):
        made = loaded(model_type, Tokenizer(models.Unigram([(p, 0.0) for p in pieces], unk_id=8)))
        assert type(made.backend_tokenizer.model).__name__ == "Unigram", model_type
    framed = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    framed.post_processor = template("[CLS]", "[SEP]", ids)
    names = dict(cls_token="<s>", sep_token="</s>")
    assert loaded("bert", framed, **names)("dear").input_ids[0] == ids["<s>"]
    assert loaded("bert", framed, **fast(**names))("dear").input_ids[0] == ids["[CLS]"]


def rebuilt():
    """What classes make of parts that differ from their own: the refusals of ClassParts rest on it."""
    def made(model_type, tokenizer_class, t, **names):
        with tempfile.TemporaryDirectory() as d:
            t.save(d + "/tokenizer.json")
            json.dump({"model_type": model_type}, open(d + "/config.json", "w"))
            json.dump({"tokenizer_class": tokenizer_class, **names}, open(d + "/tokenizer_config.json", "w"))
            return AutoTokenizer.from_pretrained(d).backend_tokenizer

    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    bpe = Tokenizer(models.BPE({p: i for i, p in enumerate(names)}, []))
    bpe.normalizer = normalizers.Lowercase()
    assert made("gpt2", "GPT2Tokenizer", bpe).normalizer is None
    for cls in "ElectraTokenizer", "DistilBertTokenizer", "LayoutLMTokenizer", "LxmertTokenizer":
        assert issubclass(tokenizer_class_from_name(cls), tokenizer_class_from_name("BertTokenizer")), cls
    for cls in "BartTokenizer", "LEDTokenizer", "LongformerTokenizer", "MvpTokenizer":
        assert tokenizer_class_from_name(cls) is tokenizer_class_from_name("RobertaTokenizer"), cls
    roberta = made("roberta", "RobertaTokenizer", bpe)
    assert roberta.normalizer is None
    assert type(roberta.post_processor).__name__ == "RobertaProcessing"
    bpe.normalizer = None
    bpe.pre_tokenizer = pre_tokenizers.Metaspace(split=True)
    assert "split=False" in str(made("llama", "LlamaTokenizer", bpe).pre_tokenizer)
    pieces = Tokenizer(models.WordPiece({p: i for i, p in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])}, unk_token="[UNK]"))
    pieces.normalizer = normalizers.Sequence([normalizers.Lowercase()])
    pieces.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    bert = made("bert", "BertTokenizer", pieces)
    assert type(bert.normalizer).__name__ == "BertNormalizer"
    assert type(bert.pre_tokenizer).__name__ == "BertPreTokenizer"
    unigram = Tokenizer(models.Unigram([(p, 0.0) for p in names], unk_id=3))
    unigram.normalizer = normalizers.NFKC()
    for model_type, cls in {"xlm-roberta": "XLMRobertaTokenizer", "camembert": "CamembertTokenizer"}.items():
        assert made(model_type, cls, unigram).normalizer is None, cls


def options():
    """Tokenizers whose `tokenizer_config.json` says otherwise than `tokenizer.json`, and their ids of texts."""
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dear", "Dear", "d\u00e9ar", "see", "\u4e2d", "\u6587", "\u4e2d\u6587"]
    texts = ["dear Dear D\u00e9ar d\u00e9ar", "see\u4e2d\u6587", "\u4e2d\u6587"]

    def lower(**said):
        t = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
        t.normalizer = normalizers.BertNormalizer(**{"lowercase": True, **said})
        t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return t

    def bytes_(space):
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        t = Tokenizer(models.BPE({p: i for i, p in enumerate(["<|endoftext|>", *alphabet])}, []))
        t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=space)
        return t

    own = "BertTokenizer"
    cases = {
        "cased-by-argument": (lower(), BERT, dict(tokenizer_class=own, do_lower_case=False)),
        "uncased-by-argument": (lower(lowercase=False), BERT, dict(do_lower_case=True)),
        "uncased-by-default": (lower(lowercase=False), BERT, dict(tokenizer_class=own)),
        "uncased-without-arguments": (lower(lowercase=False), BERT, None),
        "cased-of-plain-class": (lower(lowercase=False), BERT, fast(do_lower_case=True)),
        "accents-kept": (lower(), BERT, dict(tokenizer_class=own, strip_accents=False)),
        "chinese-kept": (lower(), BERT, dict(tokenizer_class=own, tokenize_chinese_chars=False)),
        "space-by-argument": (bytes_(False), GPT2, dict(tokenizer_class="GPT2Tokenizer", add_prefix_space=True)),
        "no-space-by-default": (bytes_(True), GPT2, dict(tokenizer_class="GPT2Tokenizer")),
        "space-of-plain-class": (bytes_(True), GPT2, fast()),
    }
    for name, (tokenizer, config, tokenizer_config) in cases.items():
        d = OUT / "options" / name
        d.mkdir(parents=True)
        tokenizer.save(str(d / "tokenizer.json"))
        (d / "config.json").write_text(json.dumps(config, indent=1) + "\n")
        if tokenizer_config is not None:
            (d / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=1) + "\n")
        t = AutoTokenizer.from_pretrained(d)
        ids = {text: t(text, add_special_tokens=False)["input_ids"] for text in texts}
        (d / "ids.json").write_text(json.dumps(ids, indent=1) + "\n")
        as_it_is = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        print(name, "differs" if as_it_is != list(ids.values()) else "is as tokenizer.json says")


def classes():
    """Tokenizers with parts that their class builds otherwise, or takes as they are: ids of texts, and what is around."""
    def pairs(alphabet, *merges, special=("<pad>", "<s>", "</s>", "<bos>", "<unk>", "<|endoftext|>"), **said):
        pieces = [*special, *alphabet]
        pieces += ["".join(m) for m in merges]
        t = Tokenizer(models.BPE({p: i for i, p in enumerate(pieces)}, list(merges), **said))
        t.add_special_tokens(list(special))
        return t

    def bytes_(divided, normalizer=None, **said):
        t = pairs(sorted(pre_tokenizers.ByteLevel.alphabet()), ("1", "2"), ("a", "1"), ("a", "b"), ("\u0120", "\u0120"), ("b", "."), **said)
        t.pre_tokenizer = divided
        if normalizer:
            t.normalizer = normalizer
        return t

    def characters(normalizer=None, divided=None, fallback=True, **more):
        alphabet = [*"abc12.", "\u2581", *(f"<0x{i:02X}>" for i in range(256))]
        t = pairs(alphabet, ("\u2581", "a"), ("a", "b"), ("b", "\u2581"), byte_fallback=fallback, fuse_unk=True, unk_token="<unk>", **more)
        if normalizer:
            t.normalizer = normalizer
        if divided:
            t.pre_tokenizer = divided
        return t

    def pieces(**said):
        own = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "1", "##b", "##1", "##2", "ab", "."]
        t = Tokenizer(models.WordPiece({p: i for i, p in enumerate(own)}, unk_token="[UNK]", **said))
        t.normalizer = normalizers.BertNormalizer(clean_text=False)
        t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        t.add_special_tokens(own[:5])
        return t

    def unigrams(marks):
        special = ["<s>", "<pad>", "</s>", "<unk>"]
        scored = ["\u2581", "\u2581a", "\u2581ab", "a", "b", "ab", "1", "12", "."]
        t = Tokenizer(models.Unigram([(p, 0.0) for p in special] + [(p, -2.0 - i / 8) for i, p in enumerate(scored)], unk_id=3))
        t.normalizer = normalizers.Strip()
        t.pre_tokenizer = marks
        t.add_special_tokens(special)
        return t

    def begun(t, token):
        t.post_processor = processors.TemplateProcessing(single=f"{token} $A", special_tokens=[(token, t.token_to_id(token))])
        return t

    def listed(**tokens):
        said = dict(lstrip=True, rstrip=False, normalized=False, single_word=False, special=True)
        return {str(i): {"content": content, **said} for i, content in enumerate(tokens.values())}

    level = pre_tokenizers.ByteLevel
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), level(add_prefix_space=False)])
    three = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"[^\p{N}]+|\p{N}{1,3}"), "isolated"), level(add_prefix_space=False, use_regex=False)])
    replaced = normalizers.Replace(" ", "\u2581")
    prepended = normalizers.Sequence([normalizers.Prepend("\u2581"), replaced])
    marked = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    never = pre_tokenizers.Metaspace(prepend_scheme="never")
    roberta = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    texts = ["ab a1 12ab12", "  ab  b. ", "aab \u00e9 <s> b", "e\u0301b\tab\u4e2dAB", "b a b\x00a",
             "a [MASK] b <mask>b [CLS]a", "<|endoftext|>a <pad> </s>b<unk> <eos><bos>", ""]
    for name, model_type, cls, t, said in [
        ("gpt2-digits", "gpt2", "GPT2Tokenizer", bytes_(digits), {}),
        ("gpt2-whole", "gpt2", "GPT2TokenizerFast", bytes_(level(add_prefix_space=False, use_regex=False)), {}),
        ("qwen3-digits", "qwen3", "Qwen2Tokenizer", bytes_(three, normalizers.NFC()), {}),
        ("gemma-whole", "gemma", "GemmaTokenizer", characters(replaced), {}),
        ("llama-prepended", "llama", "LlamaTokenizer", characters(prepended), {}),
        ("llama-legacy", "llama", "LlamaTokenizer", characters(prepended), dict(legacy=True)),
        ("llama-no-space", "llama", "LlamaTokenizerFast", characters(None, marked), dict(add_prefix_space=False)),
        ("llama-no-fallback", "llama", "LlamaTokenizer", characters(None, marked, False), {}),
        ("llama-bytes", "llama", "LlamaTokenizer", bytes_(digits), {}),
        ("mistral-prepended", "mistral", "LlamaTokenizer", characters(prepended), {}),
        ("bert-unframed", "bert", "BertTokenizer", pieces(), {}),
        ("bert-prefix", "bert", "BertTokenizer", pieces(continuing_subword_prefix="#"), {}),
        ("bert-electra", "bert", "ElectraTokenizerFast", pieces(continuing_subword_prefix="#"), {}),
        ("gemma-unnamed", "gemma", None, characters(replaced), {}),
        ("llama-unnamed", "llama", None, bytes_(level(add_prefix_space=True)), {}),
        ("mistral-unnamed", "mistral", None, bytes_(level(add_prefix_space=True)), {}),
        ("qwen2-unnamed", "qwen2", None, bytes_(three, normalizers.NFC()), {}),
        ("qwen2-misnamed", "qwen2", "PreTrainedTokenizerFast", bytes_(three, normalizers.NFC()), {}),
        ("bert-alone", "bert", None, pieces(continuing_subword_prefix="#"), None),
        ("bert-begun", "bert", "BertTokenizer", begun(pieces(), "[CLS]"), {}),
        ("bert-listed", "bert", None, pieces(), dict(added_tokens_decoder=listed(a="[PAD]", b="[MASK]", c="12"))),
        ("bert-more", "bert", "BertTokenizer", pieces(), dict(additional_special_tokens=["<new>", "ab"], cls_token="[PAD]")),
        ("plain-more", "bert", "PreTrainedTokenizerFast", pieces(), dict(pad_token="<pad>", mask_token="ab")),
        ("roberta-unframed", "roberta", "RobertaTokenizer", bytes_(digits, special=roberta), {}),
        ("roberta-alone", "roberta", None, bytes_(digits, special=roberta), None),
        ("gpt2-alone", "gpt2", None, bytes_(digits, special=("</s>",)), None),
        ("neox-begun", "gpt_neox", "GPTNeoXTokenizer", begun(bytes_(digits), "<s>"), {}),
        ("gemma-lacking", "gemma", "GemmaTokenizer", characters(replaced, special=("<pad>", "<unk>")), {}),
        ("xlm-roberta-never", "xlm-roberta", "XLMRobertaTokenizer", unigrams(never), {}),
        ("camembert-alone", "camembert", None, unigrams(never), None),
        ("qwen2-llama", "qwen2", "LlamaTokenizerFast", bytes_(three, normalizers.NFC()), {}),
    ]:
        d = OUT / "classes" / name
        d.mkdir(parents=True)
        t.save(str(d / "tokenizer.json"))
        named = dict(tokenizer_class=cls) if cls else {}
        files = dict(config={"model_type": model_type})
        if said is not None:
            files["tokenizer_config"] = {**named, **said}
        for stem, content in files.items():
            (d / f"{stem}.json").write_text(json.dumps(content) + "\n")
        made = AutoTokenizer.from_pretrained(d)
        ids = {text: made(text, add_special_tokens=False)["input_ids"] for text in texts}
        framed = {text: made(text)["input_ids"] for text in texts}
        (d / "ids.json").write_text(json.dumps(ids) + "\n")
        (d / "framed.json").write_text(json.dumps(framed) + "\n")
        cut = {text: made(text, truncation=True, max_length=6)["input_ids"] for text in texts}
        (d / "cut.json").write_text(json.dumps(cut) + "\n")
        same = [t.encode(text, add_special_tokens=False).ids for text in texts] == list(ids.values())
        print(name, type(made).__name__, "as it is" if same else "differs")


def sentencepiece():
    """XLM-RoBERTa's and CamemBERT's: SentencePiece's unigrams as a tokenizer.json, with scores for pieces."""
    text = "Le lecteur lit. The reader reads, et tout le monde est là; they go on reading."
    for name, special in {
        "xlm-roberta": ["<s>", "<pad>", "</s>", "<unk>"],
        "camembert": ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>"],
    }.items():
        pieces = ["\u2581", "\u2581le", "\u2581the", "\u2581read", "er", "ing", "s", "\u2581e", "t", "\u2581l", "i", ".", ",", "c", "u"]
        vocab = [(p, 0.0) for p in special] + [(p, -2.0 - i / 8) for i, p in enumerate(pieces)] + [("<mask>", 0.0)]
        t = Tokenizer(models.Unigram(vocab, unk_id=3, byte_fallback=False))
        t.normalizer = normalizers.Lowercase()
        t.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
        t.decoder = decoders.Metaspace()
        marks = ["<s>", "<pad>", "</s>", "<unk>"]
        t.add_special_tokens([AddedToken(m, special=True) for m in marks])
        t.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
        ids = {p: t.token_to_id(p) for p in marks}
        t.post_processor = template("<s>", "</s>", ids)
        names = dict(bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>")
        config = {"model_type": name, "vocab_size": len(vocab), "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
        case(name, t, config, tokenizer_config=fast(**names))
        cls = {"xlm-roberta": "XLMRobertaTokenizer", "camembert": "CamembertTokenizer"}[name]
        d = OUT / name
        (d / "text.txt").write_text(text, encoding="utf-8")
        ids = AutoTokenizer.from_pretrained(d)(text)["input_ids"]
        (d / "ids.json").write_text(json.dumps(ids) + "\n")
        print(name, ids)
        of_class(d / "of-class", t, config, dict(tokenizer_class=cls, **names))


def of_class(d, t, config, tokenizer_config):
    """The same, where the tokenizer's class divides words at white space before it marks them."""
    d.mkdir()
    t.normalizer = None
    t.save(str(d / "tokenizer.json"))
    text = "le lecteur\nlit  the <mask>\treader,\n\nle<mask>"
    (d / "text.txt").write_text(text, encoding="utf-8")
    for stem, content in dict(config=config, tokenizer_config=tokenizer_config).items():
        (d / f"{stem}.json").write_text(json.dumps(content, indent=1) + "\n")
    made = AutoTokenizer.from_pretrained(d)
    assert type(made).__name__ == tokenizer_config["tokenizer_class"]
    ids = made(text)["input_ids"]
    assert ids != t.encode(text).ids
    (d / "ids.json").write_text(json.dumps(ids) + "\n")
    print(d, ids)


def whole_file():
    """A file as one document: its text as Python reads it, tokenized in one piece."""
    lines = ["Dear reader,", "", "you see  two spaces ", "\tand a tab.", "", "", "It's 1850;   they'll go on", "", " indented", "end", "", ""]
    text = "\n".join(lines) + "and " * 9000 + "so on.\n\n"
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(
        [text] * 3,
        trainers.BpeTrainer(vocab_size=300, show_progress=False, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()),
    )
    d = OUT / "whole-file"
    d.mkdir()
    t.save(str(d / "tokenizer.json"))
    (d / "text.txt").write_text(text)
    ids = PreTrainedTokenizerFast(tokenizer_object=t)((d / "text.txt").read_text())["input_ids"]
    (d / "ids.json").write_text(json.dumps(ids) + "\n")
    print("whole-file", len(ids))
    begun_by_a_space(text)


def begun_by_a_space(text):
    """The same text by tokenizers that put a space before a text, or do not divide it."""
    def tokenizer(split):
        t = Tokenizer(models.BPE())
        t.pre_tokenizer = split
        special = ["<|endoftext|>"]
        t.train_from_iterator([text] * 3, trainers.BpeTrainer(vocab_size=90, show_progress=False, special_tokens=special))
        return t

    metaspace = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    prepend = tokenizer(metaspace)  # as that of LLaMA 2
    prepend.pre_tokenizer = None
    prepend.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    # Where nothing divides a text tokens reach across spaces.
    joined = tokenizer(pre_tokenizers.Split("\n", "isolated"))
    joined.pre_tokenizer = None
    for name, t in {
        "metaspace": tokenizer(metaspace),
        "first": tokenizer(pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="first")),
        "prepend": prepend,
        "joined": joined,
        "prefix-space": tokenizer(pre_tokenizers.ByteLevel(add_prefix_space=True)),
    }.items():
        d = OUT / "whole-file" / name
        d.mkdir()
        t.save(str(d / "tokenizer.json"))
        ids = PreTrainedTokenizerFast(tokenizer_object=t)(text)["input_ids"]
        (d / "ids.json").write_text(json.dumps(ids) + "\n")
        print("whole-file", name, len(ids))


if OUT.exists():
    shutil.rmtree(OUT)
OUT.mkdir(parents=True)
special_tokens()
alone()
options()
classes()
remade()
rebuilt()
sentencepiece()
whole_file()
