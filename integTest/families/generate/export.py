"""Modules to ONNX graphs, with dynamic batch and sequence."""

import warnings

import onnx
import torch

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


class _Head(torch.nn.Module):
    """Names the part of a transformer's answer that becomes the graph's output."""

    def __init__(self, model, part):
        super().__init__()
        self.model = model
        self.part = part

    def forward(self, *tensors):
        names = INPUTS[: len(tensors)]
        return getattr(self.model(**dict(zip(names, tensors))), self.part)


def transformer(model, part, output, file, inputs=tuple(INPUTS)):
    """Exports a Hugging Face model; `part` is "logits" or "last_hidden_state"."""
    module(_Head(model, part).eval(), [output], file, inputs)


def module(torch_module, outputs, file, inputs=tuple(INPUTS), ranks=None, batch=2):
    """Exports any module of (input_ids, attention_mask, token_type_ids), or fewer of them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    example = torch.tensor([[5, 6, 7, 8, 9]] * batch)
    values = {name: torch.ones_like(example) for name in INPUTS}
    values["input_ids"] = values["inputIds"] = example
    values["token_type_ids"] = torch.zeros_like(example)
    axes = {name: {0: "batch", 1: "sequence"} for name in inputs}
    for output in outputs:
        axes[output] = (ranks or {}).get(output, {0: "batch", 1: "sequence"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            torch_module.eval(),
            tuple(values[name] for name in inputs),
            str(file),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    # The exporter notes where the code lay on this machine.
    model = onnx.load(file)
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    onnx.save(model, file)
