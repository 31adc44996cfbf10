"""What sprite networks are trained on: sprites seen anew, of which a part is hidden."""

import numpy as np
import torch
from sprite_balls import BALLS, WORDS, ball

from playloom.kernels import oklab
from playloom_train.kinds.sprite import batches_augment as augment
from playloom_train.kinds.sprite.batches import PALETTE, Batches
from playloom_train.kinds.sprite.batches_masks import SOLID, TRANSPARENT, UNKNOWN, hidden


def test_what_is_hidden_is_asked_and_nothing_else() -> None:
    random, one = np.random.default_rng(0), ball(3)
    colours = 8
    opaque, truth = one.tokens > 0, one.tokens.astype(int) - 1
    kinds = set()
    for _ in range(200):
        whole, shown, alpha, colour = hidden(one.tokens, colours, random)
        assert np.array_equal(whole, np.where(opaque, truth, colours + TRANSPARENT))
        hides, solid = shown == colours + UNKNOWN, shown == colours + SOLID
        assert np.array_equal(alpha >= 0, hides)
        assert np.array_equal(alpha[hides], opaque[hides])
        assert np.array_equal(colour >= 0, (hides | solid) & opaque)
        assert np.array_equal(colour[colour >= 0], truth[colour >= 0])
        assert opaque[solid].all()
        assert np.array_equal(shown[~hides & ~solid], whole[~hides & ~solid])
        kinds.add((bool(hides.all()), bool(hides.any()), bool(solid.any()), bool((shown < colours).any())))
    # Everything, a part, all colours in a silhouette, some of these.
    some = {(True, True, False, False), (False, True, False, True)}
    assert some | {(False, False, True, False), (False, False, True, True)} <= kinds


def test_batches_keep_the_sprite_whatever_is_done_to_its_colours() -> None:
    batches = Batches(BALLS, WORDS, 3)
    for side in (16, 24, 32, 48):
        for tokens, colours, names in batches.seen(30, side):
            assert tokens.shape == (side, side)
            assert 0 < (tokens > 0).mean() < 0.9
            assert tokens.max() <= len(colours) <= PALETTE
            assert names == [] or f"size:{side}" in names
            assert len(np.unique(colours, axis=0)) == len(colours)


def test_batches_depend_on_the_seed_alone_and_hold_as_many_pixels() -> None:
    one, same = (Batches(BALLS, WORDS, 5).draw(4, 16) for _ in range(2))
    other = Batches(BALLS, WORDS, 6).draw(4, 16)
    assert torch.equal(one.whole, same.whole)
    assert torch.equal(one.tokens, same.tokens)
    assert torch.equal(one.palette, same.palette)
    assert not torch.equal(one.whole, other.whole)
    assert one.whole.shape == one.tokens.shape == (16, 16, 16)


def test_a_sprite_of_many_colours_is_learned_with_fewer() -> None:
    before = ball(1, colours=30)
    batches = Batches([before], WORDS, 0, plain=True)
    ((tokens, colours, _),) = batches.seen(1, 32)
    assert len(colours) <= 16
    lost = oklab.oklab(before.colours[before.tokens[16, 8:24] - 1]) - oklab.oklab(
        colours[tokens[16, 8:24] - 1]
    )
    assert np.abs(lost).max() < 0.08


def test_scale2x_smooths_stairs_and_keeps_straight_edges() -> None:
    stairs = np.tri(4, dtype=np.uint8)
    twice = augment.scale2x(stairs)
    assert twice[:4, :4].tolist() == [[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    block = np.zeros((6, 6), np.uint8)
    block[:, 3:] = 1
    assert np.array_equal(augment.scale2x(block), block.repeat(2, 0).repeat(2, 1))


def test_distractors_stay_away_from_a_sprites_own_colours() -> None:
    own = np.array([[10, 10, 10], [200, 30, 30]], np.uint8)
    others = np.array([[12, 10, 9], [30, 200, 30], [202, 31, 30], [30, 30, 200]], np.uint8)
    assert augment.with_others(own, others, 20)[2:].tolist() == [[30, 200, 30], [30, 30, 200]]
    assert len(augment.with_others(own, others, 3)) == 3
