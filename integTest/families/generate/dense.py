"""Dense encoders and sparse autoencoders upon them, encoded by sentence-transformers itself."""

import tempfile

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer, SparseEncoder
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from sentence_transformers.sparse_encoder.modules import SparseAutoEncoder

import export
import parity
import tiny
import vocabularies
from texts import DOCUMENTS, QUERIES

WIDTH = tiny.SHAPE["hidden_size"]


def transformer_module(model, tokenizer):
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return Transformer(folder, model_kwargs={"attn_implementation": "eager"})


def embedding(tokenizer, family, mode, seed, prompts=None):
    model = parity.folder(family)
    bert = tiny.bert(tokenizer, seed)
    modules = [transformer_module(bert, tokenizer), Pooling(WIDTH, mode), Normalize()]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save_pretrained(str(model))
    graph = "onnx/model.onnx"
    export.transformer(bert, "last_hidden_state", "last_hidden_state", model / graph)
    encoder = SentenceTransformer(str(model), device="cpu")
    document = encoder.encode_document(DOCUMENTS, convert_to_tensor=True)
    query = encoder.encode_query(QUERIES, convert_to_tensor=True)
    parity.strip(model)
    route = dict(graph=graph, dense=dict(pooling=mode, normalize=True))
    parity.write(
        family,
        f"sentence-transformers dense encoders: {mode} of the last hidden states, normalised",
        parity.SENTENCE_TRANSFORMERS,
        parity.entries(DOCUMENTS, dense=document),
        parity.entries(QUERIES, dense=query),
        dict(document=route, query=route),
    )


def _own_name(file):
    """The encoder's matrix under its own name: safetensors keeps one name of a shared tensor."""
    tensors = load_file(file)
    tensors["encoder.weight"] = tensors.pop("decoder.linear.weight")
    save_file(tensors, file)


def csr(tokenizer, family, seed, normalize):
    model = parity.folder(family)
    bert = tiny.bert(tokenizer, seed)
    torch.manual_seed(seed)
    auto = SparseAutoEncoder(WIDTH, hidden_dim=64, k=8, k_aux=16, normalize=normalize)
    with torch.no_grad():
        auto.pre_bias.normal_(0, 0.3)
        auto.latent_bias.normal_(0, 0.3)
        # Many latents are negative, so that some of the eight largest are too.
        auto.latent_bias -= 0.8
    modules = [transformer_module(bert, tokenizer), Pooling(WIDTH, "mean"), auto]
    SparseEncoder(modules=modules, device="cpu").save_pretrained(str(model))
    if normalize:
        _own_name(model / "2_SparseAutoEncoder/model.safetensors")
    graph = "onnx/model.onnx"
    export.transformer(bert, "last_hidden_state", "last_hidden_state", model / graph)
    document, query = parity.sparse_encoder(model, [str(i) for i in range(64)])
    parity.strip(model)
    route = dict(
        graph=graph,
        pooling="mean",
        autoencoder="2_SparseAutoEncoder/model.safetensors",
        top_k=8,
        terms="numbers",
    )
    parity.write(
        family,
        "CSR: mean pooling, then a sparse autoencoder: encoder.weight (x - pre_bias) + latent_bias,"
        " the k largest, relu. The matrix is called "
        + ("encoder.weight" if normalize else "decoder.linear.weight, the tied decoder's name")
        + (
            "; normalize: x minus its mean, by its standard deviation (n - 1) + 1e-5, before"
            " pre_bias"
            if normalize
            else ""
        ),
        parity.SENTENCE_TRANSFORMERS,
        document,
        query,
        dict(document=route, query=route),
    )


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    embedding(tokenizer, "dense-mean", "mean", 21)
    embedding(tokenizer, "dense-cls", "cls", 22)
    csr(tokenizer, "csr", 23, normalize=False)
    csr(tokenizer, "csr-normalize", 24, normalize=True)


if __name__ == "__main__":
    main()
