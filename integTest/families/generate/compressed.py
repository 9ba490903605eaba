"""SPLADE in eight and sixteen bits. The weights expected are those of the graph in full."""

import numpy
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

import bare
import export
import parity
import tiny
import vocabularies
from texts import DOCUMENTS, QUERIES

TOLERANCE = 1e-2


def of_graph(file, tokenizer, texts):
    """The same arithmetic upon the compressed graph's logits."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    rows = []
    for text in texts:
        ids = numpy.array([tokenizer(text)["input_ids"]], dtype=numpy.int64)
        feed = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
        logits = torch.tensor(session.run(None, feed)[0].astype(numpy.float32))[0]
        rows.append(torch.log1p(torch.relu(logits)).max(dim=0).values)
    return torch.stack(rows)


def write(tokenizer, family, seed, description, compress, scale=1.0, spread=0.5):
    model = parity.folder(family)
    mlm = tiny.bert_mlm(tokenizer, seed, spread=spread)
    with torch.no_grad():
        # Smaller logits of the same order: smaller differences too.
        mlm.get_output_embeddings().bias *= scale
        mlm.cls.predictions.transform.LayerNorm.weight *= scale
        mlm.cls.predictions.transform.LayerNorm.bias *= scale
    bare.save(model, tokenizer, mlm)
    file = model / "onnx/model.onnx"
    export.transformer(mlm, "logits", "logits", file)
    compress(file)
    names = bare.names_of(tokenizer)
    sides, difference = {}, 0.0
    for side, texts in dict(document=DOCUMENTS, query=QUERIES).items():
        rows = bare.splade(mlm, tokenizer, texts)
        difference = max(difference, float((of_graph(file, tokenizer, texts) - rows).abs().max()))
        sides[side] = parity.entries(texts, parity.by_name(rows, names))
    assert difference < 0.7 * TOLERANCE, difference
    route = dict(graph="onnx/model.onnx", pooling="max", activation="log1p_relu")
    parity.write(
        family,
        f"{description}; off by {difference:.1e} at most under onnxruntime {onnxruntime.__version__}",
        bare.authors("SPLADE, upon the weights in 32 bits"),
        sides["document"],
        sides["query"],
        dict(document=route, query=route),
        tolerance=TOLERANCE,
    )


def int8(file):
    quantize_dynamic(file, file, weight_type=QuantType.QInt8, per_channel=True)


def fp16(file):
    onnx.save(convert_float_to_float16(onnx.load(file)), file)


def main():
    tokenizer = tiny.bert_tokenizer(vocabularies.wordpiece())
    write(tokenizer, "int8", 71, "SPLADE quantised dynamically to eight bits", int8, 0.5, 0.05)
    write(tokenizer, "fp16", 72, "SPLADE in 16-bit floats, its output too", fp16, 1.0, 0.1)


if __name__ == "__main__":
    main()
