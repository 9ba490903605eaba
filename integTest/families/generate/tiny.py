"""Tiny transformers with seeded random weights, sharp enough that texts differ in their terms."""

import torch
from transformers import BertConfig, BertForMaskedLM, BertModel
from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForMaskedLM

from texts import SENTENCES

POSITIONS = 128

SHAPE = dict(
    hidden_size=16,
    num_hidden_layers=1,
    num_attention_heads=2,
    intermediate_size=32,
    initializer_range=0.5,
    attn_implementation="eager",
)


def bert_tokenizer(tokenizer):
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=POSITIONS,
    )


def roberta_tokenizer(tokenizer):
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=POSITIONS,
        model_input_names=["input_ids", "attention_mask"],
    )


def bert_mlm(tokenizer, seed, positive=0.02, spread=SHAPE["initializer_range"]):
    """A masked language model; about the share `positive` of its logits is above zero."""
    torch.manual_seed(seed)
    shape = dict(SHAPE, initializer_range=spread)
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, **shape)
    return _sparse(BertForMaskedLM(config).eval(), tokenizer, positive)


def roberta_mlm(tokenizer, seed, positive=0.02):
    torch.manual_seed(seed)
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=POSITIONS + 2,
        type_vocab_size=1,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        **SHAPE,
    )
    return _sparse(RobertaForMaskedLM(config).eval(), tokenizer, positive)


def bert(tokenizer, seed):
    """An encoder without a head."""
    torch.manual_seed(seed)
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=POSITIONS, **SHAPE)
    return BertModel(config, add_pooling_layer=False).eval()


def logits(model, tokenizer, texts):
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        rows = model(**batch).logits
    return rows[batch["attention_mask"].bool()]


def _sparse(model, tokenizer, positive):
    # Shifts the head's bias, to two digits: the same on every machine.
    threshold = torch.quantile(logits(model, tokenizer, SENTENCES), 1 - positive)
    with torch.no_grad():
        model.get_output_embeddings().bias -= round(float(threshold), 2)
    return model
