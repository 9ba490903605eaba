"""One weight for every token of the text: uniCOIL, DeepImpact, DeepCT."""

import string

import torch

import bare
import export
import parity
import tiny
import vocabularies
from texts import DOCUMENTS, QUERIES


class TokenWeights(torch.nn.Module):
    """[batch, sequence, 1]: relu of a projection of every hidden state."""

    def __init__(self, bert, seed, relu=True):
        super().__init__()
        torch.manual_seed(seed)
        self.bert = bert
        self.projection = torch.nn.Linear(tiny.SHAPE["hidden_size"], 1)
        self.relu = relu
        with torch.no_grad():
            self.projection.bias.fill_(1.0)

    def forward(self, input_ids, attention_mask=None, token_type_ids=None):
        if attention_mask is None:  # as the authors' uniCOIL does without one
            attention_mask = (input_ids != 0).long()
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        weights = self.projection(hidden)
        return torch.relu(weights) if self.relu else weights

    def of(self, tokenizer, text):
        """(token, weight) of one text, special tokens included."""
        ids = tokenizer(text)["input_ids"]
        with torch.no_grad():
            weights = self(torch.tensor([ids]))[0, :, 0].tolist()
        return list(zip(tokenizer.convert_ids_to_tokens(ids), weights))


def positive(weights):
    return {t: parity.rounded(w) for t, w in weights.items() if w > 0}


def unicoil_weights(pairs, repeats, dropped):
    weights = {}
    for token, weight in pairs:
        if token in dropped:
            continue
        if token not in weights:
            weights[token] = weight
        elif repeats == "sum":
            weights[token] += weight
        else:
            weights[token] = max(weights[token], weight)
    return positive(weights)


def unicoil(tokenizer, family, seed, inputs, description):
    model = parity.folder(family)
    module = TokenWeights(tiny.bert(tokenizer, seed), seed).eval()
    graph = "model.onnx"
    settings = {
        side: dict(graph=graph, pooling="token", repeats=repeats, special_tokens=["[MASK]", "[SEP]", "[UNK]"])
        for side, repeats in (("document", "max"), ("query", "sum"))
    }
    bare.save(model, tokenizer, settings=settings)
    export.module(module, ["weights"], model / graph, inputs=inputs)
    dropped = ["[CLS]", "[PAD]"]
    entries = {}
    for side, texts in dict(document=DOCUMENTS, query=QUERIES).items():
        entries[side] = parity.entries(
            texts,
            [
                unicoil_weights(module.of(tokenizer, text), settings[side]["repeats"], dropped)
                for text in texts
            ],
        )
    parity.write(
        family,
        description,
        bare.authors("Pyserini's _unicoil.py, before it rounds"),
        entries["document"],
        entries["query"],
        settings,
    )


def words(tokenizer, text):
    """The words of a text as BERT's own normaliser and splitter give them."""
    backend = tokenizer.backend_tokenizer
    normal = backend.normalizer.normalize_str(text)
    return [word for word, _ in backend.pre_tokenizer.pre_tokenize_str(normal)]


def joined(pairs, dropped=("[CLS]", "[SEP]", "[UNK]")):
    """Pieces joined to words, each with the weight of its first piece."""
    result = []
    for token, weight in pairs:
        if token.startswith("##"):
            result[-1][0] += token[2:]
        else:
            result.append([token, weight])
    return [(w, x) for w, x in result if w not in dropped]


def deepimpact(tokenizer):
    family = "deepimpact"
    model = parity.folder(family)
    module = TokenWeights(tiny.bert(tokenizer, 43), 43).eval()
    rules = dict(words=True, punctuation=False)
    route = dict(graph="model.onnx", pooling="token", repeats="first", **rules)
    query = dict(table=1, **rules)
    bare.save(model, tokenizer, settings={"document": route, "query": query})
    export.module(module, ["weights"], model / "model.onnx")
    punctuation = set(string.punctuation)
    documents, queries = [], []
    for text in DOCUMENTS:
        weights = {}
        for word, weight in joined(module.of(tokenizer, text)):
            weights.setdefault(word, weight)
        documents.append(positive(weights))
    for text in QUERIES:
        known = {w for w, _ in joined((t, 1.0) for t in tokenizer.tokenize(text))}
        assert known <= set(words(tokenizer, text))
        queries.append({w: 1.0 for w in sorted(known)})
    # The authors leave punctuation out of both sides.
    documents = [{t: w for t, w in d.items() if t not in punctuation} for d in documents]
    queries = [{t: w for t, w in q.items() if t not in punctuation} for q in queries]
    parity.write(
        family,
        "DeepImpact and DeeperImpact: one weight a word, its first piece's, where the word is first;"
        " every word of a query weighs 1. Single characters of ASCII punctuation are no words. The"
        " authors also keep words that the vocabulary cannot spell, under their own letters, with the"
        " weight at [UNK]; here they are left out.",
        bare.authors("basnetsoyuj/improving-learned-index"),
        parity.entries(DOCUMENTS, documents),
        parity.entries(QUERIES, queries),
        {"document": route, "query": query},
    )


def deepct(tokenizer):
    family = "deepct"
    model = parity.folder(family)
    module = TokenWeights(tiny.bert(tokenizer, 44), 44, relu=False).eval()
    rules = dict(words=True, special_tokens=["[UNK]"])
    route = dict(graph="model.onnx", pooling="token", repeats="max", activation="relu", **rules)
    query = dict(table=1, **rules)
    bare.save(model, tokenizer, settings={"document": route, "query": query})
    export.module(module, ["logits"], model / "model.onnx")
    documents, queries = [], []
    for text in DOCUMENTS:
        weights = {}
        for word, weight in joined(module.of(tokenizer, text), ("[CLS]", "[SEP]")):
            weights[word] = max(weight, weights.get(word, 0))
        documents.append(positive(weights))
    for text in QUERIES:
        known = {w for w, _ in joined(((t, 1.0) for t in tokenizer.tokenize(text)), ())}
        queries.append({w: 1.0 for w in sorted(known)})
    parity.write(
        family,
        "DeepCT: one weight a word, its first piece's, the largest where a word is repeated; the"
        " head is linear, and what is not above zero is dropped (the authors drop what rounds to no"
        " occurrence). [CLS] and [SEP] alone are skipped.",
        bare.authors("AdeDZY/DeepCT's bert_term_sample_to_json.py, before it rounds"),
        parity.entries(DOCUMENTS, documents),
        parity.entries(QUERIES, queries),
        {"document": route, "query": query},
    )


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    unicoil(
        tokenizer,
        "unicoil",
        41,
        tuple(export.INPUTS[:2]),
        "uniCOIL: one weight a token; Pyserini takes the largest of a repeated token in documents and"
        " the sum in queries. It drops [CLS] and [PAD] alone, so that [SEP] adds to every score.",
    )
    unicoil(
        tokenizer,
        "unicoil-anserini",
        42,
        ("inputIds",),
        "Anserini's uniCOIL export: the one input is called inputIds, and the graph finds padding by"
        " itself; otherwise as uniCOIL",
    )
    deepimpact(tokenizer)
    deepct(tokenizer)


if __name__ == "__main__":
    main()
