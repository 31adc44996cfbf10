"""Godot 4.4+ resources: SpriteFrames for AnimatedSprite2D, that load with no import step.

The sheet travels inside the resource as raw pixels, each frame is a region of it.
"""

import base64

from playloom.kinds.sprite.content import Animation
from playloom.kinds.sprite.formats.evidence import evidence_line
from playloom.kinds.sprite.formats.sheet import columns_of, sheet


def encode(animation: Animation, stem: str) -> dict[str, bytes]:
    """Return one .tres file with an animation for each clip."""
    first = animation.frames[0]
    columns = columns_of(animation)
    picture = first.table[sheet(animation)]
    data = base64.b64encode(picture.tobytes()).decode()
    parts = [
        '[gd_resource type="SpriteFrames" format=4]',
        '[sub_resource type="Image" id="image"]\ndata = {\n'
        f'"data": PackedByteArray("{data}"),\n"format": "RGBA8",\n"height": {picture.shape[0]},\n'
        f'"mipmaps": false,\n"width": {picture.shape[1]}\n}}',
        '[sub_resource type="ImageTexture" id="texture"]\nimage = SubResource("image")',
    ]
    for place in range(len(animation.frames)):
        row, column = divmod(place, columns)
        region = f"{column * first.width}, {row * first.height}, {first.width}, {first.height}"
        parts.append(
            f'[sub_resource type="AtlasTexture" id="frame_{place}"]\natlas = SubResource("texture")\n'
            f"region = Rect2({region})"
        )
    speed = round(1000 / animation.milliseconds, 6)
    clips = []
    for clip in animation.named_clips:
        frames = ", ".join(
            f'{{\n"duration": 1.0,\n"texture": SubResource("frame_{place}")\n}}'
            for place in range(clip.first, clip.last + 1)
        )
        clips.append(
            f'{{\n"frames": [{frames}],\n"loop": {str(clip.loop).lower()},\n"name": &{_text(clip.name)},\n'
            f'"speed": {speed}\n}}'
        )
    lines = [f"[resource]\nanimations = [{', '.join(clips)}]"]
    lines += [
        f"metadata/playloom_evidence_{place} = {_text(line)}"
        for place, frame in enumerate(animation.frames)
        if (line := evidence_line(frame))
    ]
    parts.append("\n".join(lines))
    return {f"{stem}.tres": ("\n\n".join(parts) + "\n").encode()}


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
