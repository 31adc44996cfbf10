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
    first, level, searched = int(sources[0]), 0, _searched(graph.indices, graph.indptr)
    if len(sources) > 1:
        # One more node, with a move to each source, so that one search starts at all of them.
        indices = np.concatenate([graph.indices, sources.astype(np.int32)])
        indptr = np.append(graph.indptr, np.int32(len(indices)))
        first, level, searched = count, -1, _searched(indices, indptr)
    order, before = csgraph.breadth_first_order(searched, first)
    place = np.empty(len(before), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    # In the order of a queue the parents come in order too: a level ends where its parents do.
    parents = place[before[order[1:]]]
    begin, end = 0, 1
    while begin < end:
        result[order[begin:end]] = level
        # Of the same type as what is searched, all of which would be converted otherwise.
        begin, end, level = end, 1 + int(parents.searchsorted(np.int32(end))), level + 1
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
    searched = _searched(graph.indices, graph.indptr)
    count, labels = csgraph.connected_components(searched, connection="strong")
    alive = distances(graph.T.tocsr(), np.flatnonzero(held)) >= 0
    sources = np.repeat(labels, np.diff(graph.indptr))
    leaving = (sources != labels[graph.indices]) & alive[graph.indices]
    ends = np.bincount(labels[held], minlength=count) > 0
    ends[sources[leaving]] = False
    return labels, ends


def joined(blocks: Sequence[NDArray[np.int32]]) -> csr_array:
    """Return the graph of nodes given row by row by their moves (`NEVER`: none); its data are the columns."""
    there = [block >= 0 for block in blocks]
    rows = sum(len(block) for block in blocks)
    size = sum(int(np.count_nonzero(mask)) for mask in there)
    indices, columns = np.empty(size, np.int32), np.empty(size, np.uint8)
    indptr = np.zeros(rows + 1, np.int32)
    row = end = 0
    for block, mask in zip(blocks, there, strict=True):
        begin, end = end, end + int(np.count_nonzero(mask))
        indices[begin:end] = block[mask]
        columns[begin:end] = np.broadcast_to(np.arange(block.shape[1], dtype=np.uint8), block.shape)[mask]
        for column in mask.T:  # a sum along rows this short takes several times as long
            indptr[row + 1 : row + 1 + len(block)] += column
        row += len(block)
    np.cumsum(indptr, out=indptr)
    return graph_of(indices, indptr, columns)


def graph_of(indices: NDArray[np.int32], indptr: NDArray[np.int32], columns: NDArray[np.uint8]) -> csr_array:
    """Return the graph of nodes whose moves lead to ``indices``, row by row as ``indptr`` parts them."""
    size = len(indptr) - 1
    return csr_array((columns, indices, indptr), shape=(size, size))


def _searched(indices: NDArray[np.int32], indptr: NDArray[np.int32]) -> csr_array:
    """Return a graph for SciPy's searches, which ask for a float a move and look at none: all are one."""
    size = len(indptr) - 1
    return csr_array((np.broadcast_to(1.0, indices.shape), indices, indptr), shape=(size, size))
