"""Classifies 500,000 images by one process, Ray Data and PySpark, and fits the model of docs/scale.md.

    python bench/scale.py runs/mine/classifier_uint8.onnx images.npz scratch/ > scale.json

`images.npz` holds `images`, bytes of the size of the run; they are repeated with noise in shards of
.npz and Parquet. Each job is also started again when some shards are missing. Last, a simulated cluster
reads from a store whose bandwidth its workers share, beside what the model predicts for it.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

DEPLOY = Path(__file__).parent.parent / "examples" / "deploy"
sys.path.append(str(DEPLOY / "python"))
from glimpse_classifier import GlimpseClassifier  # noqa: E402
from shards import classify_shard, labels_of  # noqa: E402

COUNT, SHARD = 500_000, 12_500


def make_shards(source, folder):
    """Shards of 12,500 images, every other one in Parquet, the noise by the number of the shard."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    images = np.load(source)["images"]
    folder.mkdir(parents=True, exist_ok=True)
    for shard in range(COUNT // SHARD):
        random = np.random.default_rng(shard)
        some = images[random.integers(0, len(images), SHARD)]
        noise = random.integers(-8, 9, some.shape, dtype=np.int16)
        noisy = np.clip(some + noise, 0, 255).astype(np.uint8)
        path = folder / f"{shard:03}"
        if shard % 2 == 0:
            np.savez(f"{path}.npz", images=noisy)
        else:
            table = pa.table({"image": [image.tobytes() for image in noisy]})
            parquet.write_table(table, f"{path}.parquet", compression="none")
    return sorted(folder.iterdir())


def one_process(model, shards, target):
    """Seconds of one process over all shards."""
    target.mkdir(exist_ok=True)
    classifier = GlimpseClassifier(model)
    start = time.perf_counter()
    for path in shards:
        classify_shard(classifier, str(path), target)
    return time.perf_counter() - start


def job(script, model, folder, target, *flags):
    """Seconds of a job, its start included, and how many shards it did."""
    start = time.perf_counter()
    words = [sys.executable, DEPLOY / script, model, folder, target, *flags]
    ended = subprocess.run(words, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(ended.stderr)
    return time.perf_counter() - start, int(ended.stdout.split()[0])


def differing(shards, one, other):
    """How many labels differ between two folders."""
    total = 0
    for path in shards:
        rows = [labels_of(path, folder).read_text().splitlines()[1:] for folder in (one, other)]
        assert len(rows[0]) == len(rows[1]) == SHARD
        total += sum(a != b for a, b in zip(*rows))
    return total


# A shard of the simulated cluster: seconds in the line of the store, which all workers share, and
# seconds of decoding, which is slept so that eight workers fit on any machine.
LINE, DECODE = 0.5, 2.0
SIMULATED = 16


def simulated_shard(line):
    """Reads a shard through the store and decodes it."""
    import fcntl

    with open(line, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        time.sleep(LINE)
    time.sleep(DECODE)


def simulate(line, workers):
    """Seconds of a cluster of so many workers, and what the model of docs/scale.md predicts."""
    with ProcessPoolExecutor(workers) as pool:
        # Workers start before the clock does.
        list(pool.map(time.sleep, [0.2] * workers))
        start = time.perf_counter()
        list(pool.map(simulated_shard, [line] * SIMULATED))
        seconds = time.perf_counter() - start
    rounds = -(-SIMULATED // workers)
    return {"seconds": seconds, "predicted": max(rounds * (LINE + DECODE), SIMULATED * LINE + DECODE)}


def main():
    model, source, scratch = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    folder = scratch / "shards"
    shards = make_shards(source, folder)
    found = {"load": os.getloadavg()[0], "processors": os.cpu_count()}
    seconds = one_process(model, shards, scratch / "one")
    found["one process"] = {"seconds": seconds, "images a second": COUNT / seconds}
    for name, script, flag, form in [
        ("Ray Data", "ray/classify_ray.py", "--workers", "{}"),
        ("PySpark", "spark/classify_spark.py", "--master", "local[{}]"),
    ]:
        for workers in (1, 2):
            target = scratch / f"{name}-{workers}"
            seconds, done = job(script, model, folder, target, flag, form.format(workers))
            wrong = differing(shards, scratch / "one", target)
            found[f"{name}, {workers}"] = {
                "seconds": seconds, "images a second": COUNT / seconds, "shards": done,
                "labels that differ": wrong,
            }
        before = {path: labels_of(path, target).stat().st_mtime_ns for path in shards}
        for path in shards[10:15]:
            labels_of(path, target).unlink()
        _, done = job(script, model, folder, target, flag, form.format(2))
        kept = sum(labels_of(p, target).stat().st_mtime_ns == before[p] for p in shards)
        found[f"{name}, started again"] = {
            "shards done": done, "left alone": kept,
            "labels that differ": differing(shards, scratch / "one", target),
        }
    for workers in (1, 2, 4, 8):
        found[f"simulated, {workers}"] = simulate(scratch / "line", workers)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
