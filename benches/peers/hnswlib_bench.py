"""hnswlib on the vectors, queries and exact answers that the bench `vector_search` left in a folder.

    python -m venv VENV && VENV/bin/pip install hnswlib numpy
    VENV/bin/python benches/peers/hnswlib_bench.py DIR [M] [EF_CONSTRUCTION]

Reports recall@k and process CPU per query on one thread; queries go over in one call, so no time of the
interpreter is counted. Build CPU is one thread's.
"""

import pathlib
import sys
import time

import hnswlib
import numpy

EFS = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256]


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    m = int(sys.argv[2]) if len(sys.argv) > 2 else 16
    ef_construction = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    dim, k = (int(word) for word in (folder / "shape.txt").read_text().split())
    vectors = numpy.fromfile(folder / "vectors.f32", dtype="<f4").reshape(-1, dim)
    queries = numpy.fromfile(folder / "queries.f32", dtype="<f4").reshape(-1, dim)
    truth = numpy.fromfile(folder / "truth.u32", dtype="<u4").reshape(-1, k)

    index = hnswlib.Index(space="cosine", dim=dim)
    index.init_index(max_elements=len(vectors), M=m, ef_construction=ef_construction, random_seed=1)
    start = time.process_time()
    index.add_items(vectors, num_threads=1)
    print(f"hnswlib {len(vectors)} x {dim}, M={m}, ef_construction={ef_construction}:", end=" ")
    print(f"build {time.process_time() - start:.1f} CPU s")
    print("\n| search | recall@10 | CPU us per query |\n|---|---|---|")
    for ef in EFS:
        index.set_ef(ef)
        found, _ = index.knn_query(queries, k=k, num_threads=1)
        recall = sum(len(set(a) & set(b)) for a, b in zip(found, truth)) / truth.size
        seconds, passes = 0.0, 0
        while seconds < 0.5:
            start = time.process_time()
            index.knn_query(queries, k=k, num_threads=1)
            seconds += time.process_time() - start
            passes += 1
        print(f"| hnswlib, ef {ef} | {recall:.4f} | {seconds * 1e6 / passes / len(queries):.1f} |")


if __name__ == "__main__":
    main()
