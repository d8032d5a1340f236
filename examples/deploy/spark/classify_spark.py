"""Classifies shards of images with PySpark, on as many executors as the cluster has.

    python classify_spark.py runs/mine/classifier_uint8.onnx shards/ labels/

Shards are .parquet files with a column `image` of bytes (height x width x channels each), or .npz files
with an array `images`. Each shard becomes one CSV of its name in the folder of labels, written under
another name and renamed: a job that is started again does only the shards that are missing.
"""

import argparse
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession


def classify_shards(paths, model, target):
    """Runs in an executor: classifies the shards of a partition with one session."""
    import numpy as np
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    shape = session.get_inputs()[0].shape[1:]
    for path in paths:
        if path.endswith(".npz"):
            images = np.load(path)["images"]
        else:
            import pyarrow.parquet as parquet

            rows = parquet.read_table(path, columns=["image"])["image"].to_pylist()
            images = np.frombuffer(b"".join(rows), np.uint8)
        images = images.reshape(-1, *shape)
        labels = np.concatenate([
            session.run(["label"], {"images": images[i : i + 1000]})[0]
            for i in range(0, len(images), 1000)
        ])
        done = Path(target) / f"{Path(path).stem}.csv"
        partial = done.with_suffix(f".{os.getpid()}.tmp")
        partial.write_text("Predicted_Label\n" + "".join(f"{label}\n" for label in labels))
        partial.rename(done)
        yield len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("shards")
    parser.add_argument("target")
    parser.add_argument("--master", default="local[*]", help="such as local[2] or spark://host:7077")
    options = parser.parse_args()
    os.makedirs(options.target, exist_ok=True)
    model, target = os.path.abspath(options.model), os.path.abspath(options.target)
    shards = sorted(str(path.absolute()) for path in Path(options.shards).iterdir())
    missing = [path for path in shards if not (Path(target) / f"{Path(path).stem}.csv").exists()]
    print(f"{len(missing)} of {len(shards)} shards to do")
    if not missing:
        return
    # Executors on this machine take this very Python.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master(options.master).appName("glimpse").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    # A partition a shard: whichever executor is free takes the next one.
    paths = session.sparkContext.parallelize(missing, len(missing))
    images = paths.mapPartitions(lambda part: classify_shards(part, model, target)).sum()
    print(f"{images} images classified")
    session.stop()


if __name__ == "__main__":
    main()
