"""Lays out the neighbours that `cargo bench --bench map -- DIR --dump OUT` wrote with umap-learn, and measures the share
of neighbours kept, as that bench does.

Needs: pip install umap-learn. Use: python benches/peers/umap_bench.py OUT
CPU is that of the second of two runs, so that compiling (numba) is not in it; neighbours are handed over ready.
"""

import sys
import time

import numpy as np
import umap
from sklearn.neighbors import NearestNeighbors


def main():
    raw = open(sys.argv[1], "rb").read()
    n, dim, k = np.frombuffer(raw, "<u4", 3)
    vectors = np.frombuffer(raw, "<f4", n * dim, 12).reshape(n, dim)
    rows = np.frombuffer(raw, "<u4", 2 * n * k, 12 + 4 * n * dim).reshape(n, 2, k)
    ids = rows[:, 0, :].astype(np.int64)
    cosines = np.ascontiguousarray(rows[:, 1, :]).view("<f4")
    usable = (ids[:, -1] < n)
    print(f"{n} points, {usable.sum()} with all {k} neighbours")
    # umap-learn wants each point as its own first neighbour.
    own = np.arange(n)[:, None]
    ids_own = np.hstack([own, np.where(ids < n, ids, own)])
    distances = np.hstack([np.zeros((n, 1), "f4"), 1 - cosines]).astype("f4")
    for run in range(2):
        before = time.process_time()
        layout = umap.UMAP(
            n_neighbors=int(k) + 1, metric="cosine", random_state=1, precomputed_knn=(ids_own, distances, None)
        ).fit_transform(vectors)
        cpu = time.process_time() - before
    # Points without neighbours get no place.
    layout[np.isnan(layout)] = 1e6
    found = NearestNeighbors(n_neighbors=int(k) + 1).fit(layout).kneighbors(layout, return_distance=False)[:, 1:]
    kept = [len(set(a) & set(b)) / k for a, b, whole in zip(ids, found, usable) if whole]
    print(f"umap-learn: kept {np.mean(kept):.4f}, {cpu:.1f} CPU s")


main()
