"""Graphs and settings beyond SPLADE's: two heads, an autoencoder inside, literal terms, echo."""

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

import bare
import export
import parity
import tiny
import vocabularies
from dense import WIDTH
from texts import DOCUMENTS, QUERIES


def both(weigh):
    """Entries of both sides, by a function of one text that gives "weights", "dense" or both."""
    return [[dict(text=text, **weigh(text)) for text in texts] for texts in (DOCUMENTS, QUERIES)]


class DualHead(torch.nn.Module):
    def __init__(self, mlm):
        super().__init__()
        self.mlm = mlm

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        hidden = self.mlm.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        dense = torch.nn.functional.normalize(hidden[:, 0], dim=-1)
        return self.mlm.cls(hidden), dense


def dual_head(tokenizer):
    family = "dual-head"
    model = parity.folder(family)
    module = DualHead(tiny.bert_mlm(tokenizer, 61)).eval()
    graph = "onnx/model.onnx"
    dense = dict(output="sentence_embedding", pooling="none", normalize=False)
    route = dict(graph=graph, output="logits", pooling="max", dense=dense)
    bare.save(model, tokenizer, settings={"document": route, "query": route})
    export.module(
        module,
        ["logits", "sentence_embedding"],
        model / graph,
        ranks={"sentence_embedding": {0: "batch"}},
    )
    names = bare.names_of(tokenizer)

    def weigh(text):
        with torch.no_grad():
            logits, vector = module(**tokenizer([text], return_tensors="pt"))
        row = torch.log1p(torch.relu(logits[0])).max(dim=0).values
        return dict(
            weights=parity.by_name([row], names)[0],
            dense=[parity.rounded(x) for x in vector[0].tolist()],
        )

    parity.write(
        family,
        "One graph with a sparse and a dense head (BGE-M3 and the like), the dense one pooled and"
        " normalised inside",
        bare.authors("SPLADE and a normalised [CLS]"),
        *both(weigh),
        dict(document=route, query=route),
    )


class Autoencoded(torch.nn.Module):
    """Mean pooling, autoencoder and the eight largest of 64 latents in one graph."""

    def __init__(self, bert, seed):
        super().__init__()
        self.bert = bert
        torch.manual_seed(seed)
        self.encoder = torch.nn.Linear(WIDTH, 64)
        with torch.no_grad():
            self.encoder.weight.normal_(0, 0.5)

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        hidden = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        latents = self.encoder((hidden * mask).sum(dim=1) / mask.sum(dim=1))
        best = torch.topk(latents, 8, dim=-1)
        return torch.relu(torch.zeros_like(latents).scatter(-1, best.indices, best.values))


def csr_in_graph(tokenizer):
    family = "csr-in-graph"
    model = parity.folder(family)
    module = Autoencoded(tiny.bert(tokenizer, 62), 62).eval()
    route = dict(graph="model.onnx", pooling="none", terms="numbers")
    bare.save(model, tokenizer, settings={"document": route, "query": route})
    export.module(
        module,
        ["sentence_embedding"],
        model / "model.onnx",
        ranks={"sentence_embedding": {0: "batch"}},
    )

    def weigh(text):
        with torch.no_grad():
            row = module(**tokenizer([text], return_tensors="pt"))[0]
        return dict(weights=parity.by_name([row], [str(i) for i in range(64)])[0])

    parity.write(
        family,
        "CSR with pooling, autoencoder and top-k inside the graph: [batch, latents]",
        bare.authors("CSR"),
        *both(weigh),
        dict(document=route, query=route),
    )


def literal_residual(tokenizer):
    family = "literal-residual"
    model = parity.folder(family)
    mlm = tiny.bert_mlm(tokenizer, 63)
    graph = "onnx/model.onnx"
    document = dict(graph=graph, literal=0.5)
    bare.save(model, tokenizer, mlm, settings={"document": document, "query": {"table": 1}})
    export.transformer(mlm, "logits", "logits", model / graph)
    names = bare.names_of(tokenizer)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    ones = {name: 1.0 for name in names if name not in special}
    documents = parity.by_name(bare.splade(mlm, tokenizer, DOCUMENTS), names)
    for text, weights in zip(DOCUMENTS, documents):
        for token in sorted(set(tokenizer.tokenize(text)) - set(special)):
            weights[token] = parity.rounded(weights.get(token, 0) + 0.5)
    parity.write(
        family,
        "PROSPER: SPLADE and, for every token of the text itself, 0.5 more, once, after the"
        " activation, special tokens not; a query's tokens weigh 1",
        bare.authors("SPLADE, and the residual of model.json"),
        parity.entries(DOCUMENTS, documents),
        parity.entries(QUERIES, bare.table_weights(tokenizer, QUERIES, ones)),
        {
            "document": dict(graph=graph, pooling="max", activation="log1p_relu", literal=0.5),
            "query": dict(table=1),
        },
    )


class Causal(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(
            input_ids=input_ids, attention_mask=attention_mask, use_cache=False
        ).logits


TEMPLATES = {
    "document": "Document:{text}\nDocument again:{text}",
    "query": "Instruct: find passages\nQuery:{text}\nQuery again:{text}",
}


def pieces(tokenizer, template, text):
    """The ids of template and text, each piece alone, and where the second copy lies."""
    before, between, after = template.split("{text}")
    assert after == ""
    parts = [
        tokenizer(part, add_special_tokens=False)["input_ids"]
        for part in (before, text, between, text)
    ]
    ids = [tokenizer.bos_token_id] + sum(parts, [])
    return ids, slice(len(ids) - len(parts[-1]), len(ids))


def echo():
    family = "echo"
    model = parity.folder(family)
    special = ("<unk>", "<s>", "</s>")
    backend = vocabularies.byte_level_bpe(special, bos="<s>", eos=None, merges=40)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="</s>",
        model_max_length=512,
    )
    torch.manual_seed(64)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.5,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    causal = Causal(LlamaForCausalLM(config).eval()).eval()
    graph = "onnx/model.onnx"
    routes = {
        side: dict(graph=graph, pooling="max", activation="log1p_relu", template=template)
        for side, template in TEMPLATES.items()
    }
    # Sharper: of a tied head's logits only what is far above the mean.
    shift = 4.8

    class Shifted(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.causal = causal

        def forward(self, input_ids, attention_mask):
            return self.causal(input_ids, attention_mask) - shift

    module = Shifted().eval()
    bare.save(model, tokenizer, settings=routes)
    config.save_pretrained(str(model))
    export.module(module, ["logits"], model / graph, inputs=tuple(export.INPUTS[:2]))
    names = vocabularies.names(backend)

    def weigh(side):
        def of(text):
            ids, second = pieces(tokenizer, TEMPLATES[side], text)
            whole = tokenizer(TEMPLATES[side].replace("{text}", text))["input_ids"]
            assert ids == whole, text
            batch = torch.tensor([ids])
            with torch.no_grad():
                rows = module(batch, torch.ones_like(batch))[0, second]
            row = torch.log1p(torch.relu(rows)).max(dim=0).values
            return dict(weights=parity.by_name([row], names)[0])

        return of

    parity.write(
        family,
        "Echo embeddings and Echo-Mistral-SPLADE: a decoder reads the text twice, and the positions"
        " of the second copy's own tokens are pooled (each predicts the token after it), not those of"
        " the template. The authors tokenise template and copies each alone; with these texts the"
        " whole gives the same tokens.",
        bare.authors("jakespringer/echo-embeddings' EchoParser, with SPLADE's maximum"),
        [dict(text=t, **weigh("document")(t)) for t in DOCUMENTS],
        [dict(text=t, **weigh("query")(t)) for t in QUERIES],
        routes,
    )


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    dual_head(tokenizer)
    csr_in_graph(tokenizer)
    literal_residual(tokenizer)
    echo()


if __name__ == "__main__":
    main()
