"""The tokenizer of a GGUF file as a tokenizer.json: byte-level BPE that takes digits one by one."""

from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from playloom.errors import FileInvalid

_CONTROL = 3  # token_type of what is no text
_KINDS = {("gpt2", "smollm")}  # model and pre-tokenizer, as llama.cpp names them


def tokenizer_of(fields: dict[str, Any], where: str) -> str:
    """Return tokenizer.json for the metadata of a GGUF file.

    Raises:
        FileInvalid: If it is of another kind.
    """
    kind = (fields["tokenizer.ggml.model"], fields["tokenizer.ggml.pre"])
    if kind not in _KINDS:
        raise FileInvalid(f"{where}: its tokenizer is {kind}; only that of SmolLM2 can be written")
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    merges = [tuple(pair.split(" ")) for pair in fields["tokenizer.ggml.merges"]]
    made = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\p{N}"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    made.decoder = decoders.ByteLevel()
    kinds = fields["tokenizer.ggml.token_type"]
    control = [token for token, kind in zip(tokens, kinds, strict=True) if kind == _CONTROL]
    made.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in control])
    return str(made.to_str(pretty=True))
