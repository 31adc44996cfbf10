"""Searches in a graph of moves: distances, and the parts that no move leaves.

They are SciPy's breadth-first search and strong components. Nothing of theirs is used but sets and distances,
so that nothing can depend on how a version of it breaks ties.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array


def distances(graph: csr_array, sources: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return the fewest moves from any of ``sources`` to each node, shape (R,); -1 where no way leads."""
    count = graph.shape[0]
    result = np.full(count + 1, -1, np.int32)
    if not len(sources):
        return result[:count]
    # One more node, with a move to each source, so that one search starts at all of them.
    indptr = np.append(graph.indptr, graph.indptr[-1] + len(sources))
    order, before = csgraph.breadth_first_order(
        graph_of(np.concatenate([graph.indices, sources]), indptr), count
    )
    place = np.empty(count + 1, np.int64)
    place[order] = np.arange(len(order))
    # In the order of a queue the parents come in order too: a level ends where its parents do.
    parents = place[before[order[1:]]]
    begin, end, level = 0, 1, -1
    while begin < end:
        result[order[begin:end]] = level
        begin, end, level = end, 1 + int(np.searchsorted(parents, end)), level + 1
    return result[:count]


def ends_of(graph: csr_array, held: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the strong component of each node (R,), and which components are ends, (C,).

    An end is a component that no move leaves but to certain death, and where the player stays alive. The
    numbers of components are SciPy's own affair: nothing may depend on their order.

    Args:
        graph: Every move, (R, R).
        held: Shape (R,): nodes in which the player is held, and so may wait.
    """
    graph = graph.copy()
    graph.sum_duplicates()  # SciPy's search for strong components does not end on moves listed twice
    count, labels = csgraph.connected_components(graph, connection="strong")
    alive = distances(graph.T.tocsr(), np.flatnonzero(held)) >= 0
    sources = np.repeat(labels, np.diff(graph.indptr))
    leaving = (sources != labels[graph.indices]) & alive[graph.indices]
    ends = np.bincount(labels[held], minlength=count) > 0
    ends[sources[leaving]] = False
    return labels, ends


def graph_of(indices: NDArray[np.integer], indptr: NDArray[np.integer]) -> csr_array:
    """Return the graph of nodes whose moves lead to ``indices``, row by row as ``indptr`` parts them."""
    size = len(indptr) - 1
    arrays = (np.ones(len(indices)), indices.astype(np.int32), indptr.astype(np.int32))
    return csr_array(arrays, shape=(size, size))


def joined(blocks: Sequence[NDArray[np.integer]]) -> tuple[csr_array, NDArray[np.uint8]]:
    """Return the graph of nodes given row by row by their moves (`NEVER`: none), and each move's column."""
    there = [block >= 0 for block in blocks]
    indices = np.concatenate([block[mask] for block, mask in zip(blocks, there, strict=True)])
    indptr = np.append(0, np.cumsum(np.concatenate([mask.sum(axis=1) for mask in there])))
    columns = np.concatenate([np.nonzero(mask)[1] for mask in there])
    return graph_of(indices, indptr), columns.astype(np.uint8)
