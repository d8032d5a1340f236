"""Classifies shards of images with PySpark, on as many executors as the cluster has.

    python classify_spark.py runs/mine/classifier_uint8.onnx shards/ labels/

../python/shards.py says what shards are, and that a job that is started again does what is missing.
"""

import argparse
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

MODULES = Path(__file__).parent.parent / "python"
sys.path.append(str(MODULES))
from shards import missing_shards  # noqa: E402


def classify_shards(paths, model, target):
    """Runs in an executor: classifies the shards of a partition with one session."""
    from glimpse_classifier import GlimpseClassifier
    from shards import classify_shard

    classifier = GlimpseClassifier(model)
    return [classify_shard(classifier, path, target) for path in paths]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("shards")
    parser.add_argument("target")
    parser.add_argument("--master", default="local[*]", help="such as local[2] or spark://host:7077")
    options = parser.parse_args()
    os.makedirs(options.target, exist_ok=True)
    model, target = os.path.abspath(options.model), os.path.abspath(options.target)
    missing, count = missing_shards(options.shards, target)
    print(f"{len(missing)} of {count} shards to do")
    if not missing:
        return
    # Executors on this machine take this very Python.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = SparkSession.builder.master(options.master).appName("glimpse").getOrCreate()
    context = session.sparkContext
    context.setLogLevel("ERROR")
    for name in ("glimpse_classifier.py", "shards.py"):
        context.addPyFile(str(MODULES / name))
    # A partition a shard: whichever executor is free takes the next one.
    paths = context.parallelize(missing, len(missing))
    images = paths.mapPartitions(lambda part: classify_shards(part, model, target)).sum()
    print(f"{images} images classified")
    session.stop()


if __name__ == "__main__":
    main()
