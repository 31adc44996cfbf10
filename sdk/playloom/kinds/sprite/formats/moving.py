"""GIF previews of sprites and animations; colours of their palette, bytes that depend on the pixels alone."""

from playloom.kernels import gif
from playloom.kinds.sprite.content import Animation
from playloom.kinds.sprite.formats.picture import enlarged
from playloom.provenance.terms import TRAINED, source_uri


def encode(animation: Animation, stem: str, *, scale: int = 4) -> dict[str, bytes]:
    """Return one GIF file of all frames.

    Raises:
        RequestInvalid: If ``scale`` is no whole number from 1 to 32.
    """
    frames = [enlarged(frame.pixels, scale) for frame in animation.frames]
    table = animation.frames[0].table[:, :3]
    shown = max(2, round(animation.milliseconds / 10))
    made = any(frame.evidence for frame in animation.frames)
    comment = f"Playloom {source_uri(TRAINED)}" if made else ""
    data = gif.encode(frames, table, clear=0, centiseconds=shown, comment=comment)
    return {f"{stem}.gif": data}
