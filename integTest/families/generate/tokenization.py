"""A thousand odd lines, and the ids that Python's tokenizers give for them."""

import gzip
import json
import random

import tokenizers

import parity
import vocabularies
from texts import SENTENCES

FOLDER = parity.FAMILIES / "tokenization"
LINES = 1000

RANGES = [
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x100, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x4FF),
    (0x5D0, 0x5EA),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0xE00, 0xE7F),
    (0x1100, 0x11FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20D0, 0x20F0),
    (0x2100, 0x214F),
    (0x2460, 0x24FF),
    (0x2600, 0x27BF),
    (0x3000, 0x30FF),
    (0x3400, 0x34FF),
    (0x4E00, 0x4FFF),
    (0xAC00, 0xAD00),
    (0xE000, 0xE010),
    (0xF900, 0xF9FF),
    (0xFB00, 0xFB4F),
    (0xFDD0, 0xFDEF),
    (0xFE00, 0xFE0F),
    (0xFF00, 0xFFEF),
    (0xFFF9, 0xFFFF),
    (0x10400, 0x1044F),
    (0x1D400, 0x1D4FF),
    (0x1F1E6, 0x1F1FF),
    (0x1F300, 0x1F6FF),
    (0x1F900, 0x1F9FF),
    (0x20000, 0x20100),
    (0x2F800, 0x2F81F),
    (0x1FFFE, 0x1FFFF),
    (0xE0020, 0xE007F),
    (0xF0000, 0xF0010),
    (0x10FFFE, 0x10FFFF),
]

CLUSTERS = [
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f1e9\U0001f1ea\U0001f1ef\U0001f1f5",
    "\U0001f44d\U0001f3fd",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "e\u0301\u0323\u0308",
    "Z\u0351\u036b\u0343a\u0328l\u0340g\u0335o\u0321",
    "\u0915\u094d\u0937\u093f",
    "\u1112\u1161\u11ab",
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
    "\u202e\u0627\u0644\u0633\u0644\u0627\u0645\u202c",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u034f",
    "\t",
    "\n",
    "\r\n",
    "\x0b",
    "\x0c",
    "\x01",
    "\x1b[0m",
    "\x7f",
    "\x85",
    "\u00a0",
    "\u2028",
    "\u3000",
    "\ufb03",
    "\u0130",
    "\u0131",
    "\u1e9e",
    "\u00df",
    "\u03a3\u03c2",
    "\u01c5",
    "\u2126",
    "\u00bd",
    "\u2460",
    "\uff21\uff22\uff23",
    "\u33a1",
    "\ufdfa",
    "...",
    "\u2026",
    "--",
    "''",
    "``",
    "$1,000.50",
    "it's",
    "can't",
    "##ing",
    "[CLS]",
    "[MASK]",
    "</s>",
    "<s>",
    "\u2581",
    "\u0120the",
    "http://a.b/?c=d&e",
]


def _piece(chance):
    kind = chance.randrange(10)
    if kind < 3:
        return chance.choice(chance.choice(SENTENCES).split())
    if kind < 5:
        return chance.choice(CLUSTERS)
    if kind == 5:
        return chance.choice(chance.choice(SENTENCES).split()).upper()
    low, high = chance.choice(RANGES)
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, 6)))


def lines():
    chance = random.Random(81)
    result = []
    while len(result) < LINES - 4:
        joint = chance.choice([" ", " ", " ", "", "  ", "\t", "-"])
        result.append(joint.join(_piece(chance) for _ in range(chance.randint(1, 9))))
    result.append("a" * 99 + " " + "a" * 100 + " " + "a" * 101)  # WordPiece gives up above 100
    result.append("\u00fc" * 5_000)
    result.append("energy" * 1_000)
    result.append("")
    return result


def main():
    made = {
        "wordpiece": vocabularies.wordpiece(),
        "bpe": vocabularies.byte_level_bpe(),
        "unigram": vocabularies.unigram(),
        "unigram-precompiled": vocabularies.unigram(precompiled=True),
    }
    FOLDER.mkdir(exist_ok=True)
    odd = lines()
    (FOLDER / "lines.json").write_text(json.dumps(odd, indent=0) + "\n", encoding="ascii")
    for name, tokenizer in made.items():
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        ids = [tokenizer.encode(line, add_special_tokens=False).ids for line in odd]
        content = json.dumps(ids, separators=(",", ":")).encode()
        (folder / "ids.json.gz").write_bytes(gzip.compress(content, mtime=0))
        print(name, sum(map(len, ids)), "ids by tokenizers", tokenizers.__version__)


if __name__ == "__main__":
    main()
