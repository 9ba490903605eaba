"""Dimensions that are not the tokenizer's vocabulary: keyphrases, numbers, more than 65,536."""

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import bare
import export
import parity
import tiny
import vocabularies
from dense import WIDTH
from texts import DOCUMENTS, QUERIES

KEYPHRASES = [
    "solar energy",
    "search engine",
    "natural language processing",
    "blood circulation",
    "moon landing",
    "bread baking",
    "river bank",
    "learned sparse retrieval",
    "Zustandsgr\u00f6\u00dfe",
    "heat transfer",
]
LARGE = 70_001


class Extended(torch.nn.Module):
    """Logits over the vocabulary and the keyphrases after it."""

    def __init__(self, mlm, seed):
        super().__init__()
        self.mlm = mlm
        torch.manual_seed(seed)
        self.phrases = torch.nn.Linear(WIDTH, len(KEYPHRASES))
        with torch.no_grad():
            self.phrases.weight.normal_(0, 0.5)
            self.phrases.bias.fill_(-1.5)

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        batch = dict(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        hidden = self.mlm.bert(**batch).last_hidden_state
        return torch.cat([self.mlm.cls(hidden), self.phrases(hidden)], dim=-1)


def casper(tokenizer):
    family = "casper"
    model = parity.folder(family)
    module = Extended(tiny.bert_mlm(tokenizer, 51), 51).eval()
    names = bare.names_of(tokenizer) + KEYPHRASES
    route = dict(graph="onnx/model.onnx", pooling="max", terms="terms.txt")
    bare.save(model, tokenizer, settings={"document": route, "query": route})
    (model / "terms.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    export.module(module, ["logits"], model / "onnx/model.onnx")
    entries = {}
    for side, texts in dict(document=DOCUMENTS, query=QUERIES).items():
        rows = torch.stack([_max(module, tokenizer, text) for text in texts])
        entries[side] = parity.entries(texts, parity.by_name(rows, names))
    parity.write(
        family,
        "CASPER: SPLADE over the vocabulary and keyphrases, which the tokenizer does not know;"
        " terms.txt names every dimension",
        bare.authors("SPLADE"),
        entries["document"],
        entries["query"],
        dict(document=route, query=route),
    )


def _max(module, tokenizer, text):
    with torch.no_grad():
        rows = module(**tokenizer([text], return_tensors="pt"))[0]
    return torch.log1p(torch.relu(rows)).max(dim=0).values


def _direction(name, factor, modulus):
    """Nodes that make [1, LARGE] floats of integers alone, the same on every machine."""
    return [
        helper.make_node("Mul", ["dimensions", name + "_factor"], [name + "_product"]),
        helper.make_node("Mod", [name + "_product", name + "_modulus"], [name + "_rest"]),
        helper.make_node("Cast", [name + "_rest"], [name + "_float"], to=TensorProto.FLOAT),
        helper.make_node("Div", [name + "_float", name + "_divisor"], [name + "_share"]),
        helper.make_node("Sub", [name + "_share", "half"], [name]),
    ], [
        numpy_helper.from_array(numpy.int64(factor), name + "_factor"),
        numpy_helper.from_array(numpy.int64(modulus), name + "_modulus"),
        numpy_helper.from_array(numpy.float32(modulus), name + "_divisor"),
    ]


def casper_large(tokenizer):
    """Logits over 70,001 dimensions from two numbers a token: the graph computes its matrix."""
    family = "casper-large"
    model = parity.folder(family)
    names = bare.names_of(tokenizer)
    tokens = numpy.random.default_rng(52).normal(0, 1, (len(names), 2))
    # Every token's largest score is close to 2, as the matrix is within -0.5 to 0.5.
    tokens = (4 * tokens / numpy.abs(tokens).sum(axis=1, keepdims=True)).astype(numpy.float32)
    directions = {"x": (7919, 251), "y": (104_729, 509)}
    threshold = 1.985
    nodes, constants = [], []
    for name, (factor, modulus) in directions.items():
        made = _direction(name, factor, modulus)
        nodes += made[0]
        constants += made[1]
    nodes = [helper.make_node("Range", ["zero", "large", "one"], ["dimensions"])] + nodes
    nodes += [
        helper.make_node("Concat", ["x_row", "y_row"], ["matrix"], axis=0),
        helper.make_node("Gather", ["tokens", "input_ids"], ["hidden"]),
        helper.make_node("MatMul", ["hidden", "matrix"], ["scores"]),
        helper.make_node("Sub", ["scores", "threshold"], ["logits"]),
    ]
    nodes[-4:-4] = [helper.make_node("Unsqueeze", [d, "axis"], [d + "_row"]) for d in directions]
    constants += [
        numpy_helper.from_array(numpy.int64(0), "zero"),
        numpy_helper.from_array(numpy.int64(1), "one"),
        numpy_helper.from_array(numpy.int64(LARGE), "large"),
        numpy_helper.from_array(numpy.array([0], dtype=numpy.int64), "axis"),
        numpy_helper.from_array(numpy.float32(0.5), "half"),
        numpy_helper.from_array(numpy.float32(threshold), "threshold"),
        numpy_helper.from_array(tokens, "tokens"),
    ]
    graph = helper.make_graph(
        nodes,
        "large",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "sequence", LARGE])],
        constants,
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(proto)
    onnx.save(proto, model / "model.onnx")
    route = dict(graph="model.onnx", pooling="max", terms="numbers")
    bare.save(model, tokenizer, settings={"document": route, "query": route})
    dimensions = numpy.arange(LARGE, dtype=numpy.int64)
    matrix = numpy.stack([(dimensions * f % m) / m - 0.5 for f, m in directions.values()])
    entries = {}
    for side, texts in dict(document=DOCUMENTS, query=QUERIES).items():
        weights = []
        for text in texts:
            hidden = tokens[tokenizer(text)["input_ids"]].astype(numpy.float64)
            row = numpy.log1p(numpy.maximum(hidden @ matrix - threshold, 0)).max(axis=0)
            weights.append({str(i): parity.rounded(row[i]) for i in numpy.nonzero(row > 0)[0]})
        entries[side] = parity.entries(texts, weights)
    parity.write(
        family,
        "More dimensions than 16 bits count (multilingual vocabularies, keyphrases): 70,001, called"
        " by their numbers",
        "NumPy %s, in double precision" % numpy.__version__,
        entries["document"],
        entries["query"],
        dict(document=route, query=route),
    )


class Uhd(torch.nn.Module):
    """Scores of 2,000 dimensions, pooled inside: [batch, 2000]."""

    def __init__(self, bert, seed):
        super().__init__()
        self.bert = bert
        torch.manual_seed(seed)
        self.head = torch.nn.Linear(8, 2000, bias=False)

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        scores = self.head(hidden[..., :8]) - 1.65
        return scores.masked_fill(attention_mask.unsqueeze(-1) == 0, -1e4).max(dim=1).values


def uhd(tokenizer):
    family = "uhd"
    model = parity.folder(family)
    module = Uhd(tiny.bert(tokenizer, 53), 53).eval()
    route = dict(graph="model.onnx", pooling="none", activation="step", top_k=32, terms="numbers")
    bare.save(model, tokenizer, settings={"document": route, "query": route})
    export.module(module, ["scores"], model / "model.onnx", ranks={"scores": {0: "batch"}})
    entries = {}
    for side, texts in dict(document=DOCUMENTS, query=QUERIES).items():
        weights = []
        for text in texts:
            with torch.no_grad():
                row = module(**tokenizer([text], return_tensors="pt"))[0]
            best = torch.topk(row, 33)
            assert best.values[31] - best.values[32] > 1e-5 or best.values[31] < 0, text
            chosen = [i for i in best.indices[:32].tolist() if row[i] > 0]
            weights.append({str(i): 1.0 for i in sorted(chosen)})
        entries[side] = parity.entries(texts, weights)
    parity.write(
        family,
        "Ultra-high-dimensional binary codes: of the pooled scores the 32 largest are chosen, and"
        " of these all above zero weigh 1",
        bare.authors("UHD"),
        entries["document"],
        entries["query"],
        dict(document=route, query=route),
    )


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    casper(tokenizer)
    casper_large(tokenizer)
    uhd(tokenizer)


if __name__ == "__main__":
    main()
