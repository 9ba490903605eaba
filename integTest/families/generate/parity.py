"""Writes a family's folder: the model as its authors publish it, and what they make of texts."""

import json
import pathlib
import shutil

import sentence_transformers

from texts import DOCUMENTS, QUERIES

FAMILIES = pathlib.Path(__file__).resolve().parent.parent
SENTENCE_TRANSFORMERS = "sentence-transformers " + sentence_transformers.__version__

# What a plugin never reads.
UNREAD = ["model.safetensors", "pytorch_model.bin", "README.md", ".gitattributes"]


def folder(family):
    """A family's empty `model/` folder."""
    model = FAMILIES / family / "model"
    shutil.rmtree(model.parent, ignore_errors=True)
    model.mkdir(parents=True)
    return model


def write(family, description, authors, document, query, detected, tolerance=1e-4):
    """Writes parity.json; document and query are lists of {"text", "weights"?, "dense"?}."""
    assert document and query
    tree = dict(
        description=description,
        authors=authors,
        tolerance=tolerance,
        document=document,
        query=query,
        detected=detected,
    )
    text = json.dumps(tree, ensure_ascii=False, indent=1)
    (FAMILIES / family / "parity.json").write_text(text + "\n", encoding="utf-8")
    size = sum(f.stat().st_size for f in (FAMILIES / family).rglob("*") if f.is_file())
    terms = [len(entry.get("weights", ())) for entry in document + query]
    print(f"{family}: {size / 1024:.0f} KB, {sum(terms) / len(terms):.0f} terms a text")


def rounded(value):
    return float(f"{value:.7g}")


def by_name(rows, names):
    """Weights above zero, by name, the texts' rows given as arrays over the dimensions."""
    return [{names[i]: rounded(w) for i, w in enumerate(row.tolist()) if w > 0} for row in rows]


def entries(texts, weights=None, dense=None):
    result = [{"text": text} for text in texts]
    for i, entry in enumerate(result):
        if weights is not None:
            entry["weights"] = weights[i]
        if dense is not None:
            entry["dense"] = [rounded(x) for x in dense[i].tolist()]
    return result


def sparse_encoder(model, names):
    """Both sides as sentence_transformers.SparseEncoder gives them for a saved folder."""
    encoder = sentence_transformers.SparseEncoder(str(model), device="cpu")
    document = encoder.encode_document(DOCUMENTS, convert_to_sparse_tensor=False)
    query = encoder.encode_query(QUERIES, convert_to_sparse_tensor=False)
    return (
        entries(DOCUMENTS, by_name(document, names)),
        entries(QUERIES, by_name(query, names)),
    )


def strip(model):
    """Deletes what a plugin never reads, but no table and no autoencoder."""
    for name in UNREAD:
        for file in model.rglob(name):
            kept = ("SparseStaticEmbedding", "SparseAutoEncoder", "IDF")
            if any(part.endswith(kept) for part in file.parts):
                continue
            file.unlink()
