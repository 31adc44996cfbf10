"""Archives of arrays: NumPy's own are read, ours are the same on every machine."""

import hashlib
import io

import numpy as np
import pytest
from hostile_archives import npy, npz

from playloom.errors import PackageInvalid
from playloom.npz import read_npz, write_npz

ARRAYS = {
    "0/tokens": np.arange(12, dtype=np.int64).reshape(3, 4),
    "0/logits": np.linspace(-1, 1, 5, dtype=np.float32),
    "turned": np.arange(6, dtype=np.uint8).reshape(2, 3).T,
    "scalar": np.array(2.5),
    "empty": np.zeros((0, 3), np.float16),
    "flags": np.array([True, False]),
}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_what_numpy_saves_is_read(save: object) -> None:
    buffer = io.BytesIO()
    save(buffer, **ARRAYS)  # type: ignore[operator]
    found = read_npz(buffer.getvalue(), "here")

    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)


def test_what_we_write_numpy_reads() -> None:
    with np.load(io.BytesIO(write_npz(ARRAYS)), allow_pickle=False) as found:
        assert all(np.array_equal(found[name], array) for name, array in ARRAYS.items())


def test_what_we_write_never_changes() -> None:
    digest = hashlib.sha256(write_npz({"0/x": np.arange(6, dtype=np.float32)})).hexdigest()

    assert digest == hashlib.sha256(write_npz({"0/x": np.arange(6, dtype=np.float32)})).hexdigest()
    assert digest[:16] == "727e0c1745beb6da"


def test_a_damaged_entry_is_a_typed_error() -> None:
    good = npz({"0/x.npy": npy(shape="(64,)", data=bytes(256))})
    bent = good.replace(bytes(256), bytes(255) + b"\1")

    with pytest.raises(PackageInvalid, match="Bad CRC-32"):
        read_npz(bent, "here")
