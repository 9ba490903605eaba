"""SPLADE in its variants, all encoded by sentence-transformers itself."""

import json
import tempfile

from sentence_transformers import SparseEncoder
from sentence_transformers.sparse_encoder.modules import MLMTransformer, SpladePooling

import export
import parity
import tiny
import vocabularies


def mlm_module(model, tokenizer):
    """An MLMTransformer of ours: it only loads from folders."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return MLMTransformer(folder, model_kwargs={"attn_implementation": "eager"})


def published_names(folder):
    """Modules and settings as the first published folders spell them (version 5.0)."""
    for file in [*folder.glob("modules.json"), *folder.glob("router_config.json")]:
        text = file.read_text()
        for now in ("modules.mlm_transformer", "modules.splade_pooling"):
            text = text.replace("sparse_encoder." + now, "sparse_encoder.models")
        text = text.replace(
            "sparse_encoder.modules.sparse_static_embedding", "sparse_encoder.models"
        )
        text = text.replace(
            "sentence_transformers.base.modules.router", "sentence_transformers.models"
        )
        file.write_text(text)
    for file in folder.rglob("sentence_bert_config.json"):
        _json(file, {"max_seq_length": tiny.POSITIONS, "do_lower_case": False})
    for file in folder.rglob("*SpladePooling/config.json"):
        config = json.loads(file.read_text())
        config["word_embedding_dimension"] = config.pop("embedding_dimension")
        _json(file, config)


def _json(file, tree):
    file.write_text(json.dumps(tree, indent=4) + "\n")


def detected(pooling, activation="log1p_relu"):
    route = dict(graph="onnx/model.onnx", pooling=pooling, activation=activation)
    return dict(document=route, query=route)


def write(
    family,
    description,
    tokenizer,
    mlm,
    pooling="max",
    names=True,
    prompts=None,
    inputs=export.INPUTS,
):
    model = parity.folder(family)
    encoder = SparseEncoder(
        modules=[mlm_module(mlm, tokenizer), SpladePooling(pooling)], prompts=prompts, device="cpu"
    )
    encoder.save_pretrained(str(model))
    if names:
        published_names(model)
    export.transformer(mlm, "logits", "logits", model / "onnx/model.onnx", tuple(inputs))
    vocabulary = vocabularies.names(tokenizer.backend_tokenizer)
    document, query = parity.sparse_encoder(model, vocabulary)
    parity.strip(model)
    expected = detected(pooling)
    if prompts:
        expected = {
            side: dict(route, template=prompts[side] + "{text}") for side, route in expected.items()
        }
    parity.write(family, description, parity.SENTENCE_TRANSFORMERS, document, query, expected)


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    write(
        "splade-max",
        "SPLADE v2, ++, v3, OpenSearch v1/v2 bi-encoders: BERT logits, log(1 + relu), maximum over"
        " the tokens, [CLS] and [SEP] among them; special tokens keep weight",
        tokenizer,
        tiny.bert_mlm(tokenizer, 1),
    )
    write(
        "splade-sum",
        "SPLADE v1: BERT logits, log(1 + relu), summed over the tokens",
        tokenizer,
        tiny.bert_mlm(tokenizer, 2, positive=0.01),
        pooling="sum",
    )
    write(
        "splade-prompts",
        "SPLADE with prompts in config_sentence_transformers.json; the prompt's tokens are pooled"
        " as the text's are",
        tokenizer,
        tiny.bert_mlm(tokenizer, 3),
        prompts={"query": "query: ", "document": "passage: "},
    )
    roberta = tiny.roberta_tokenizer(vocabularies.byte_level_bpe())
    write(
        "splade-max-bpe",
        "granite-embedding-30m-sparse: RoBERTa with a byte-level BPE tokenizer and no"
        " token_type_ids, log(1 + relu), maximum over the tokens; positions start at pad + 1, so"
        " max_position_embeddings is two more than the longest input",
        roberta,
        tiny.roberta_mlm(roberta, 4),
        names=False,
        inputs=export.INPUTS[:2],
    )


if __name__ == "__main__":
    main()
