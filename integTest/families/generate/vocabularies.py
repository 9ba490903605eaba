"""Small tokenizers, made from our own sentences without any chance."""

import collections
import json
import math
import string

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import processors

import charsmap
from texts import SENTENCES

BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
WORDS = 170
MERGES = 90


def words():
    """The words of the sentences, the most frequent first."""
    counts = collections.Counter()
    for sentence in SENTENCES:
        counts.update(w.strip(string.punctuation) for w in sentence.lower().split())
    return sorted((w for w in counts if w), key=lambda w: (-counts[w], w))


def wordpiece(more=()):
    """A BERT tokenizer; `more` are further vocabulary entries at its end."""
    frequent = words()[:WORDS]
    letters = sorted(set(string.ascii_lowercase + string.digits))
    pieces = ["##s", "##ing", "##ed", "##er", "##ly"] + ["##" + c for c in letters]
    vocabulary = list(BERT_SPECIAL)
    for token in list(".,;:!?-&()$#@%'") + letters + pieces + frequent + list(more):
        if token not in vocabulary:
            vocabulary.append(token)
    ids = {token: i for i, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    tokenizer.add_special_tokens(BERT_SPECIAL)
    return tokenizer


def byte_level_bpe(special=tuple(ROBERTA_SPECIAL), bos="<s>", eos="</s>", merges=MERGES):
    """A byte-level BPE tokenizer as GPT-2 and RoBERTa have it; eos may be None (decoders)."""
    vocabulary = list(special) + sorted(pre_tokenizers.ByteLevel.alphabet())
    learned = _merges(merges)
    vocabulary += ["".join(pair) for pair in learned]
    ids = {token: i for i, token in enumerate(dict.fromkeys(vocabulary))}
    tokenizer = Tokenizer(models.BPE(ids, learned))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    markers = [(t, ids[t]) for t in (bos, eos) if t is not None]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=" ".join([bos, "$A"] + ([eos] if eos else [])), special_tokens=markers
    )
    tokenizer.add_special_tokens(
        [AddedToken(t, lstrip=t == "<mask>", special=True) for t in special]
    )
    return tokenizer


def _merges(count):
    """The most frequent pairs, ties by spelling: what byte pair encoding learns."""
    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    counts = collections.Counter()
    for sentence in SENTENCES:
        counts.update(piece for piece, _ in split.pre_tokenize_str(sentence))
    parts = {word: list(word) for word in counts}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, symbols in parts.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[word]
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for symbols in parts.values():
            i = 0
            while i + 1 < len(symbols):
                if (symbols[i], symbols[i + 1]) == best:
                    symbols[i : i + 2] = ["".join(best)]
                i += 1
    return merges


def unigram(precompiled=False):
    """
    A Unigram tokenizer as SentencePiece models are converted: Metaspace, and NFKC or a small
    compiled map of characters as SentencePiece stores it.
    """
    counts = collections.Counter()
    for sentence in SENTENCES:
        for word in sentence.split():
            marked = "\u2581" + word
            for length in (1, 2, 3, len(marked)):
                counts.update(marked[i : i + length] for i in range(len(marked) - length + 1))
    total = sum(counts.values())
    chosen = sorted(counts, key=lambda p: (-counts[p] * len(p), p))[:300]
    letters = set("\u2581" + string.ascii_letters + string.digits + string.punctuation)
    chosen = sorted(letters | set(chosen), key=lambda p: (-counts[p], p))
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(piece, round(math.log(max(counts[piece], 0.5) / total), 6)) for piece in chosen]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    characters = [normalizers.Nmt(), normalizers.NFKC()]
    if precompiled:
        characters = [normalizers.Precompiled(charsmap.build(charsmap.RULES))]
    tokenizer.normalizer = normalizers.Sequence(
        characters + [normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    return tokenizer


def names(tokenizer):
    """The raw token of every id."""
    ids = json.loads(tokenizer.to_str())["model"]["vocab"]
    if isinstance(ids, list):
        return [piece for piece, _ in ids]
    return [token for token, _ in sorted(ids.items(), key=lambda entry: entry[1])]
