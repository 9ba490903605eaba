"""Folders without modules.json: the graph's outputs and files such as idf.json tell what they are."""

import json

import torch

import export
import parity
import tiny
import vocabularies
from texts import DOCUMENTS, QUERIES

AUTHORS = "PyTorch %s by the arithmetic of %s"


def authors(program):
    return AUTHORS % (torch.__version__, program)


def names_of(tokenizer):
    return vocabularies.names(tokenizer.backend_tokenizer)


def save(model, tokenizer, mlm=None, settings=None):
    """tokenizer.json, and config.json and model.json where there are any."""
    tokenizer.save_pretrained(str(model))
    if mlm is not None:
        mlm.config.save_pretrained(str(model))
    if settings is not None:
        text = json.dumps(settings, indent=2, ensure_ascii=False)
        (model / "model.json").write_text(text + "\n", encoding="utf-8")


def splade(mlm, tokenizer, texts, activation=lambda x: torch.log1p(torch.relu(x))):
    """[texts, vocabulary]: the maximum over each text's own tokens, one text at a time."""
    rows = []
    for text in texts:
        rows.append(activation(tiny.logits(mlm, tokenizer, [text])).max(dim=0).values)
    return torch.stack(rows)


def without(weights, names):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    return [{t: w for t, w in row.items() if t not in special} for row in weights]


def splade_bare(tokenizer):
    model = parity.folder("splade-bare")
    mlm = tiny.bert_mlm(tokenizer, 31)
    save(model, tokenizer, mlm)
    export.transformer(mlm, "logits", "logits", model / "onnx/model.onnx")
    names = names_of(tokenizer)
    route = dict(graph="onnx/model.onnx", pooling="max", activation="log1p_relu")
    parity.write(
        "splade-bare",
        "A masked language model as exported, without modules.json: naver/splade-*, OpenSearch v1",
        authors("naver/splade"),
        parity.entries(DOCUMENTS, parity.by_name(splade(mlm, tokenizer, DOCUMENTS), names)),
        parity.entries(QUERIES, parity.by_name(splade(mlm, tokenizer, QUERIES), names)),
        dict(document=route, query=route),
    )


def table_weights(tokenizer, texts, table):
    result = []
    for text in texts:
        tokens = set(tokenizer.tokenize(text))
        result.append({t: table[t] for t in sorted(tokens) if table.get(t, 0) > 0})
    return result


def inference_free_idf(tokenizer):
    family = "inference-free-idf"
    model = parity.folder(family)
    mlm = tiny.bert_mlm(tokenizer, 32)
    names = names_of(tokenizer)
    generator = torch.Generator().manual_seed(32)
    drawn = (torch.rand(len(names), generator=generator) * 6).tolist()
    # Not every token is in the published tables.
    table = {t: round(w, 4) for t, w in zip(names, drawn) if t[0] != "[" and w > 0.5}
    save(model, tokenizer, mlm, {"document": {"special_tokens": False, "graph": "onnx/model.onnx"}})
    (model / "idf.json").write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    lines = [f"{t}\t{w}\n" for t, w in table.items()]
    (model / "query_token_weights.txt").write_text("".join(lines))
    export.transformer(mlm, "logits", "logits", model / "onnx/model.onnx")
    weights = parity.by_name(splade(mlm, tokenizer, DOCUMENTS), names)
    parity.write(
        family,
        "OpenSearch doc-v1 and doc-v2 without modules.json: idf.json for queries. The model card's"
        " program sets the special tokens of documents to zero, which model.json says here.",
        authors("the model cards of OpenSearch"),
        parity.entries(DOCUMENTS, without(weights, names)),
        parity.entries(QUERIES, table_weights(tokenizer, QUERIES, table)),
        {
            "document": dict(graph="onnx/model.onnx", pooling="max", special_tokens=False),
            "query": dict(table="idf.json"),
        },
    )


def splade_doc(tokenizer):
    model = parity.folder("splade-doc")
    mlm = tiny.bert_mlm(tokenizer, 33)
    save(model, tokenizer, mlm, {"query": {"table": 1}})
    export.transformer(mlm, "logits", "logits", model / "onnx/model.onnx")
    names = names_of(tokenizer)
    ones = {name: 1.0 for name in names if name[0] != "["}
    parity.write(
        "splade-doc",
        "SPLADE-doc: documents as SPLADE, every token of a query weighs 1, once; naver/splade leaves"
        " the special tokens of queries out",
        authors("naver/splade"),
        parity.entries(DOCUMENTS, parity.by_name(splade(mlm, tokenizer, DOCUMENTS), names)),
        parity.entries(QUERIES, table_weights(tokenizer, QUERIES, ones)),
        {
            "document": dict(graph="onnx/model.onnx", pooling="max", activation="log1p_relu"),
            "query": dict(table=1),
        },
    )


class Pooled(torch.nn.Module):
    """SPLADE with its pooling inside: [batch, vocabulary]."""

    def __init__(self, mlm):
        super().__init__()
        self.mlm = mlm

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        rows = self.mlm(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).logits
        return torch.log1p(torch.relu(rows) * attention_mask.unsqueeze(-1)).max(dim=1).values


def elser_like(tokenizer):
    family = "elser-like"
    model = parity.folder(family)
    mlm = tiny.bert_mlm(tokenizer, 34)
    save(model, tokenizer, mlm)
    export.module(Pooled(mlm), ["output"], model / "model.onnx", ranks={"output": {0: "batch"}})
    names = names_of(tokenizer)
    route = dict(graph="model.onnx", pooling="none", special_tokens=False)
    parity.write(
        family,
        "ELSER and others that pool in the graph: [batch, vocabulary]; special tokens are left out",
        authors("SPLADE"),
        parity.entries(
            DOCUMENTS, without(parity.by_name(splade(mlm, tokenizer, DOCUMENTS), names), names)
        ),
        parity.entries(
            QUERIES, without(parity.by_name(splade(mlm, tokenizer, QUERIES), names), names)
        ),
        dict(document=route, query=route),
    )


class Ids(torch.nn.Module):
    """Anserini's exports: what is above zero of ONE text, both outputs without a batch."""

    def __init__(self, mlm):
        super().__init__()
        self.pooled = Pooled(mlm)

    def forward(self, input_ids, token_type_ids, attention_mask):
        weights = self.pooled(input_ids, attention_mask, token_type_ids)[0]
        ids = torch.nonzero(weights).squeeze(1)
        return ids, weights[ids]


def anserini_ids(tokenizer):
    family = "anserini-ids"
    model = parity.folder(family)
    mlm = tiny.bert_mlm(tokenizer, 35)
    save(model, tokenizer)
    export.module(
        Ids(mlm),
        ["output_idx", "output_weights"],
        model / "model.onnx",
        inputs=("input_ids", "token_type_ids", "attention_mask"),
        ranks={"output_idx": {0: "n"}, "output_weights": {0: "n"}},
        batch=1,
    )
    names = names_of(tokenizer)
    # Anserini drops the ids 101, 102 and 0, which are BERT's [CLS], [SEP] and [PAD].
    dropped = {"[CLS]", "[SEP]", "[PAD]"}
    entries = {}
    for side, texts in dict(document=DOCUMENTS, query=QUERIES).items():
        weights = parity.by_name(splade(mlm, tokenizer, texts), names)
        entries[side] = parity.entries(
            texts, [{t: w for t, w in row.items() if t not in dropped} for row in weights]
        )
    route = dict(
        graph="model.onnx", output="output_weights", ids_output="output_idx", pooling="none"
    )
    parity.write(
        family,
        "Anserini's SPLADE++ and SPLADE-v3 exports: output_idx and output_weights, each [n], for a"
        " batch of one text. SpladePlusPlusEncoder drops [CLS], [SEP] and [PAD] and keeps [UNK].",
        authors("Anserini's SpladePlusPlusEncoder, before it rounds"),
        entries["document"],
        entries["query"],
        dict(document=route, query=route),
    )


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    splade_bare(tokenizer)
    inference_free_idf(tokenizer)
    splade_doc(tokenizer)
    elser_like(tokenizer)
    anserini_ids(tokenizer)


if __name__ == "__main__":
    main()
