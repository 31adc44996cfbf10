"""Layers whose arithmetic is exact on every machine (the dyadic grid of the design).

Every activation is a whole number 0..127 and every weight a multiple of
1/128 or of a finer step, so that sums stay below 2**24 steps of the grid and fp32 adds them
exactly in any order. Training sees the rounding and passes gradients
straight through it (Bengio et al. 2013).
"""

import math
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

GRID = 128  # weight steps to the unit, where not said otherwise
TOP = 127  # highest activation and highest weight step
EXACT = 1 << 24  # whole numbers below are exact in fp32
INPUT_SCALE = 32.0  # embeddings and biases are learned in units of this many activation steps
LOGITS_PER_NAT = 32.0
_PACE, _LEAST = 0.02, 0.1  # of the running statistics of a batch; added to a variance
_EDGE = 0.001  # the gradient passes at both ends of the range, themselves included


class _Through(torch.autograd.Function):
    """The sum ``soft + (exact - soft)`` would miss ``exact`` by a last bit where the two are far apart."""

    @staticmethod
    def forward(ctx: Any, exact: Tensor, soft: Tensor) -> Tensor:
        return exact.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[None, Tensor]:
        return None, grads[0]


def through(exact: Tensor, soft: Tensor) -> Tensor:
    """Value of ``exact``, gradient of ``soft``."""
    return cast(Tensor, _Through.apply(exact, soft))  # type: ignore[no-untyped-call]  # torch's own


class _Rounded(torch.autograd.Function):
    """Multiples of 1/grid, at most 127 of them unless ``clipped`` is False.

    The gradient goes straight through.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, grid: int, clipped: bool) -> Tensor:
        steps = (x * grid).round_()
        if clipped:
            steps.clamp_(-TOP, TOP)
        return steps.mul_(1 / grid)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        return grads[0], None, None


def _rounded(x: Tensor, grid: int, *, clipped: bool = True) -> Tensor:
    return cast(Tensor, _Rounded.apply(x, grid, clipped))  # type: ignore[no-untyped-call]  # torch's own


def fitting_grid(inputs: int) -> int:
    """Return the grid, a power of two, on which weights of sums of so many inputs are about 30 steps."""
    return GRID << max(0, round(math.log2(20 * inputs**0.5 / GRID)))


class DyadicConv(nn.Module):
    """Convolution with weights on the grid; kernel 1 or 3 with padding, or 2 with stride 2."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, gain: float = 1.0, *, grid: int = GRID
    ) -> None:
        """Begin with random weights.

        Args:
            inputs: Channels.
            outputs: Channels.
            kernel: Side of the window.
            gain: Of the first weights.
            grid: Weight steps to the unit; weights lie within 127 of them.
        """
        super().__init__()
        self.grid = grid
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.weight.data *= gain * (2.0 / (inputs * kernel * kernel)) ** 0.5
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.stride, self.padding = (2, 0) if kernel == 2 else (1, kernel // 2)

    def grid_weight(self) -> Tensor:
        """Weights in steps of the grid, whole numbers -127..127."""
        return (self.weight * self.grid).round().clamp(-TOP, TOP)

    def grid_bias(self) -> Tensor:
        """Bias in steps of the grid, whole numbers."""
        return (self.bias * (INPUT_SCALE * self.grid)).round()

    def forward(self, x: Tensor) -> Tensor:
        """Return the exact sums, multiples of 1/grid."""
        weight = _rounded(self.weight, self.grid)
        bias = _rounded(self.bias * INPUT_SCALE, self.grid, clipped=False)
        return F.conv2d(x, weight, bias, self.stride, self.padding)

    def widest_sum(self) -> int:
        """Return the largest sum of whole activations, in grid steps, that any channel can reach."""
        sums = self.grid_weight().abs().sum((1, 2, 3)) * TOP + self.grid_bias().abs()
        return int(sums.detach().max())


class FoldingConv(DyadicConv):
    """A convolution that learns in plain floating point, normalised over the batch, until it is folded.

    Nothing else keeps the activations of a deep network within 0..127, and while they do not stay there
    channels die or saturate. `fold` multiplies the normalisation (Ioffe and Szegedy 2015) into weights and
    bias and puts them on the finest grid that holds them; from then on it is a `DyadicConv`.
    """

    mean: Tensor
    variance: Tensor

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        gain: float = 1.0,
        *,
        normed: bool = True,
        bias: float = 0.0,
    ) -> None:
        """Begin with random weights.

        Args:
            inputs: Channels.
            outputs: Channels.
            kernel: Side of the window.
            gain: Of what comes out, in units of `INPUT_SCALE`, where it is normalised; else of the weights.
            normed: Normalise. Not for sums that hold for a whole picture, of which a batch has too few.
            bias: The first one.
        """
        super().__init__(inputs, outputs, kernel, 1.0 if normed else gain)
        self.normed, self.folded = normed, False
        nn.init.constant_(self.bias, bias)
        if normed:
            self.gain = nn.Parameter(torch.full((outputs,), gain))
            self.register_buffer("mean", torch.zeros(outputs))
            self.register_buffer("variance", torch.full((outputs,), 1e3))

    def forward(self, x: Tensor) -> Tensor:
        """Return sums; multiples of 1/grid once it is folded."""
        if self.folded:
            return super().forward(x)
        bias = self.bias * INPUT_SCALE
        if not self.normed:
            return F.conv2d(x, self.weight, bias, self.stride, self.padding)
        sums = F.conv2d(x, self.weight, None, self.stride, self.padding)
        gain = self.gain * INPUT_SCALE
        return F.batch_norm(sums, self.mean, self.variance, gain, bias, self.training, _PACE, _LEAST)

    def fold(self) -> None:
        """Become a plain convolution on a grid of its own."""
        with torch.no_grad():
            if self.normed:
                scale = self.gain * INPUT_SCALE / (self.variance + _LEAST).sqrt()
                self.weight.mul_(scale[:, None, None, None])
                self.bias.sub_(self.mean * scale / INPUT_SCALE)
                del self.gain, self.mean, self.variance
            self.put_on_grid(_finest_grid(self.weight))

    def put_on_grid(self, grid: int) -> None:
        """Be folded, on this grid or the finest coarser one on which sums leave room to be added up."""
        self.normed, self.folded, self.grid = False, True, grid
        while self.widest_sum() >= EXACT // 2 and self.grid > 1:
            self.grid //= 2


class GridLinear(nn.Module):
    """A matrix without bias that learns in plain floating point until it is folded."""

    def __init__(self, inputs: int, outputs: int, gain: float = 1.0) -> None:
        """Begin with random weights: what comes out is ``gain`` times the size of what goes in."""
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * gain * inputs**-0.5)
        self.grid, self.folded = GRID, False

    def forward(self, x: Tensor) -> Tensor:
        """Return (..., outputs) for (..., inputs); multiples of 1/grid once it is folded."""
        return F.linear(x, _rounded(self.weight, self.grid) if self.folded else self.weight)

    def grid_weight(self) -> Tensor:
        """Weights in steps of the grid, whole numbers -127..127."""
        return (self.weight * self.grid).round().clamp(-TOP, TOP)

    def widest_sum(self) -> int:
        """Return the largest sum of whole activations, in grid steps, that an output can reach."""
        return int(self.grid_weight().detach().abs().sum(1).max()) * TOP

    def fold(self) -> None:
        """Stay on a grid of its own from now on."""
        self.put_on_grid(_finest_grid(self.weight))

    def put_on_grid(self, grid: int) -> None:
        """Be folded, on this grid or the finest coarser one on which sums leave room to be added up."""
        self.folded, self.grid = True, grid
        while self.widest_sum() >= EXACT // 2 and self.grid > 1:
            self.grid //= 2


def _finest_grid(weight: Tensor) -> int:
    """Return the grid on which all but one weight in two thousand fit, so that the others are not coarse."""
    size = weight.detach().abs().flatten()
    top = float(size.kthvalue(max(1, int(0.9995 * size.numel())))[0])
    return 1 << max(4, min(13, math.floor(math.log2(TOP / max(top, 1e-3)))))


def foldable(net: nn.Module) -> list[FoldingConv | GridLinear]:
    """Return the layers of a network that are folded at some time."""
    return [module for module in net.modules() if isinstance(module, FoldingConv | GridLinear)]


def grids_of(net: nn.Module) -> list[int]:
    """Return the grids of what `foldable` returns, which the weights do not say."""
    return [layer.grid for layer in foldable(net)]


def put_on_grids(net: nn.Module, grids: Sequence[int]) -> None:
    """Set the grids that `grids_of` returned."""
    for layer, grid in zip(foldable(net), grids, strict=True):
        layer.grid = grid


def fold(net: nn.Module) -> None:
    """Fold every layer of a network that can be folded."""
    for layer in foldable(net):
        if not layer.folded:
            layer.fold()


class _Squash(torch.autograd.Function):
    """Fewer passes over memory than `through` takes; on a CPU these cost as much as the convolutions."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return (x + 0.5).floor_().clamp_(0, TOP)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return cast(Tensor, torch.ops.aten.hardtanh_backward(grads[0], x, -_EDGE, TOP + _EDGE))


def squash(x: Tensor) -> Tensor:
    """Round half up and clip to 0..127."""
    return cast(Tensor, _Squash.apply(x))  # type: ignore[no-untyped-call]  # torch's own


def whole(x: Tensor) -> Tensor:
    """Round half up."""
    return through(torch.floor(x + 0.5), x)
