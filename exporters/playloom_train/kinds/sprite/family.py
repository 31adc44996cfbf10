"""The networks of a sprite package together: new, or wider for words they have not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import torch

from playloom_train.dyadic import fold, foldable, grids_of, put_on_grids
from playloom_train.kinds.sprite.batches import Vocabulary
from playloom_train.kinds.sprite.gan import Painter
from playloom_train.kinds.sprite.gist import GistEncoder, GistEncoderShape, GistPrior, GistPriorShape
from playloom_train.kinds.sprite.layout import Layout, LayoutShape
from playloom_train.kinds.sprite.networks import Denoiser, DenoiserShape, Encoder, EncoderShape


@dataclass(frozen=True)
class Networks:
    """Those of one package; see `networks`, `gist`, `layout` and `gan`."""

    encoder: Encoder
    denoiser: Denoiser
    gist_encoder: GistEncoder
    gist_prior: GistPrior
    layout: Layout
    painter: Painter | None = None


@dataclass(frozen=True)
class Sizes:
    """Of networks, where they differ from what their shapes say: by name of the network."""

    gist: int = 64
    shapes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Net = TypeVar("Net", Denoiser, GistPrior, Layout, Painter)


def begin(vocabulary: Vocabulary, sizes: Sizes, seed: int) -> Networks:
    """Return networks that know nothing yet."""
    torch.manual_seed(seed)
    condition = len(vocabulary.names)

    def of(name: str) -> dict[str, Any]:
        return dict(sizes.shapes.get(name, {}))

    return Networks(
        Encoder(EncoderShape(**of("encoder"))),
        Denoiser(DenoiserShape(condition, **of("denoiser"))),
        GistEncoder(GistEncoderShape(sizes.gist, **of("gist_encoder"))),
        GistPrior(GistPriorShape(condition, sizes.gist, **of("gist_prior"))),
        Layout(LayoutShape(condition, sizes.gist, **of("layout"))),
    )


def widened(networks: Networks, before: Vocabulary, after: Vocabulary) -> Networks:
    """Return the same networks for a larger vocabulary: words that are new to them change nothing yet."""
    painter = None if networks.painter is None else _widened(networks.painter, before, after)
    return replace(
        networks,
        denoiser=_widened(networks.denoiser, before, after),
        gist_prior=_widened(networks.gist_prior, before, after),
        layout=_widened(networks.layout, before, after),
        painter=painter,
    )


def _widened(net: Net, before: Vocabulary, after: Vocabulary) -> Net:
    places = {name: place for place, name in enumerate(before.names)}
    wider = type(net)(replace(net.shape, condition=len(after.names)))
    state = net.state_dict()
    (name,) = (name for name in state if name.endswith("wanted.weight"))
    none = torch.zeros_like(state[name][:, 0])
    columns = [state[name][:, places[word]] if word in places else none for word in after.names]
    if all(conv.folded for conv in foldable(net)):
        fold(wider)
        put_on_grids(wider, grids_of(net))
    wider.load_state_dict(state | {name: torch.stack(columns, 1)})
    return wider.eval()
