"""
Builds SentencePiece's precompiled map of characters: a length, a double-array trie of 32-bit units
over the bytes to be replaced, and the replacements, each closed by a zero byte.

A unit of the trie: bits 0-7 the byte that leads to it, bit 8 whether a replacement ends here, bits
10-30 the distance to its children (XOR), bit 31 set where the unit is a replacement's place.
"""

import struct

# What NFKC does, for a few characters, and blanks as SentencePiece makes them.
RULES = {
    "\t": " ",
    "\n": " ",
    "\r": " ",
    "\u00a0": " ",
    "\u3000": " ",
    "\u2028": " ",
    "\x7f": "",
    "\x01": "",
    "\u200b": " ",
    "\ufeff": "",
    "\u00ad": "",
    "\ufb03": "ffi",
    "\u2126": "\u03a9",
    "\u00bd": "1\u20442",
    "\u2460": "1",
    "\uff21": "A",
    "\uff22": "B",
    "\uff23": "C",
    "\u33a1": "m2",
    "\u2026": "...",
    "e\u0301": "\u00e9",
    "\u1112\u1161\u11ab": "\ud55c",
}


def build(rules):
    values, blob = {}, b""
    for source in sorted(rules):
        values[source.encode()] = len(blob)
        blob += rules[source].encode() + b"\0"
    root = {}
    for key, value in values.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = value
    units = _double_array(root)
    trie = b"".join(struct.pack("<I", unit) for unit in units)
    return struct.pack("<I", len(trie)) + trie + blob


def _double_array(root):
    units, used = {0: 0}, {0}
    waiting = [(root, 0)]
    while waiting:
        node, place = waiting.pop(0)
        labels = sorted(0 if label is None else label for label in node)
        offset = 1
        while any((place ^ offset ^ label) in used or place ^ offset == 0 for label in labels):
            offset += 1
        assert offset < 1 << 21
        units[place] |= offset << 10
        for label, child in node.items():
            at = place ^ offset ^ (label or 0)
            used.add(at)
            if label is None:
                units[place] |= 1 << 8
                units[at] = child | 1 << 31
            else:
                units[at] = label
                waiting.append((child, at))
    size = (max(units) | 255) + 1
    return [units.get(i, 0) for i in range(size)]
