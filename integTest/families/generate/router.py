"""Models with a side each for queries and documents, encoded by sentence-transformers itself."""

import json

import torch
from sentence_transformers import SparseEncoder
from sentence_transformers.base.modules import Router
from sentence_transformers.sparse_encoder.modules import SparseStaticEmbedding, SpladePooling

import export
import parity
import splade
import tiny
import vocabularies

PLAIN = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def two_encoders(tokenizer):
    """Efficient SPLADE: a query encoder and a document encoder with weights of their own."""
    family = "router-two-encoders"
    model = parity.folder(family)
    mlms = {"query": tiny.bert_mlm(tokenizer, 11), "document": tiny.bert_mlm(tokenizer, 12)}
    modules = {
        side: [splade.mlm_module(mlm, tokenizer), SpladePooling("max")]
        for side, mlm in mlms.items()
    }
    router = Router.for_query_document(modules["query"], modules["document"])
    SparseEncoder(modules=[router], device="cpu").save_pretrained(str(model))
    splade.published_names(model)
    detected = {}
    for side, mlm in mlms.items():
        graph = f"{side}_0_MLMTransformer/onnx/model.onnx"
        export.transformer(mlm, "logits", "logits", model / graph)
        detected[side] = dict(graph=graph, pooling="max", activation="log1p_relu")
    names = vocabularies.names(tokenizer.backend_tokenizer)
    document, query = parity.sparse_encoder(model, names)
    parity.strip(model)
    parity.write(
        family,
        "Efficient SPLADE (naver/efficient-splade-*): a Router with an encoder for queries and"
        " another for documents",
        parity.SENTENCE_TRANSFORMERS,
        document,
        query,
        detected,
    )


def table(tokenizer, seed, unknown=0.0):
    """A weight for every token, none for special ones but perhaps [UNK]."""
    names = vocabularies.names(tokenizer.backend_tokenizer)
    weights = torch.rand(len(names), generator=torch.Generator().manual_seed(seed)) * 6
    for i, name in enumerate(names):
        if name in PLAIN:
            weights[i] = unknown if name == "[UNK]" else 0
    return weights


def inference_free(
    tokenizer, family, description, seed, activation, old_names=False, at_root=False
):
    model = parity.folder(family)
    mlm = tiny.bert_mlm(tokenizer, seed)
    weights = table(tokenizer, seed, unknown=1.5 if old_names else 0)
    router = Router.for_query_document(
        [SparseStaticEmbedding(tokenizer, weights, frozen=True)],
        [splade.mlm_module(mlm, tokenizer), SpladePooling("max", activation_function=activation)],
    )
    SparseEncoder(modules=[router], device="cpu").save_pretrained(str(model))
    splade.published_names(model)
    graph = "document_0_MLMTransformer/onnx/model.onnx"
    if at_root:
        _at_root(model)
        graph = "onnx/model.onnx"
    export.transformer(mlm, "logits", "logits", model / graph)
    names = vocabularies.names(tokenizer.backend_tokenizer)
    document, query = parity.sparse_encoder(model, names)
    parity.strip(model)
    static = "query_0_SparseStaticEmbedding"
    if old_names:
        _old_names(model, static)
        static = "query_0_IDF"
    relu = {"relu": "log1p_relu", "log1p_relu": "log1p_log1p_relu"}[activation]
    parity.write(
        family,
        description,
        parity.SENTENCE_TRANSFORMERS,
        document,
        query,
        {
            "document": dict(graph=graph, pooling="max", activation=relu),
            "query": dict(table=static + "/model.safetensors"),
        },
    )


def _at_root(model):
    """As OpenSearch publishes it: the transformer is the module with the empty path."""
    module = model / "document_0_MLMTransformer"
    for file in list(module.iterdir()):
        file.rename(model / file.name)
    module.rmdir()
    router = model / "router_config.json"
    router.write_text(router.read_text().replace("document_0_MLMTransformer", ""))


def _old_names(model, static):
    """As development versions saved it: Asym and IDF, the router's settings in config.json."""
    (model / static).rename(model / "query_0_IDF")
    router = (model / "router_config.json").read_text()
    (model / "router_config.json").unlink()
    router = router.replace(static, "query_0_IDF")
    router = router.replace("models.SparseStaticEmbedding", "models.IDF")
    tree = json.loads(router)
    tree["parameters"] = {"default_route": "document", "allow_empty_key": True}
    (model / "config.json").write_text(json.dumps(tree, indent=4) + "\n")
    modules = (model / "modules.json").read_text()
    modules = modules.replace(
        "sentence_transformers.models.Router", "sentence_transformers.models.Asym"
    )
    (model / "modules.json").write_text(modules)


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    two_encoders(tokenizer)
    inference_free(
        tokenizer,
        "inference-free-v2",
        "OpenSearch doc-v1 and doc-v2: a Router whose queries are a table of weights; documents"
        " log(1 + relu), maximum. A query's tokens count once each.",
        13,
        "relu",
    )
    inference_free(
        tokenizer,
        "inference-free-v3",
        "OpenSearch doc-v3: as v2, with log(1 + log(1 + relu)) on documents, which"
        " sentence-transformers calls log1p_relu; the transformer lies in the folder itself (its"
        " module's path is empty), as OpenSearch publishes it",
        14,
        "log1p_relu",
        at_root=True,
    )
    inference_free(
        tokenizer,
        "inference-free-old-names",
        "An inference-free model under the old names Asym and IDF, the router's settings in"
        " config.json. [UNK] has a weight in this table, and sentence-transformers counts it: only"
        " the tokens that the tokenizer adds around a text are left out.",
        15,
        "relu",
        old_names=True,
    )


if __name__ == "__main__":
    main()
