"""Shards of images, for the jobs of Ray Data and PySpark: files that are classified one by one.

A shard is a .parquet file with a column `image` of bytes (height x width x channels each), or an .npz file
with an array `images`. Its labels are a CSV of its name, written under another name and renamed: it is
there whole or not at all, so that a job that is started again does only the shards that are missing.
"""

import os
from pathlib import Path

import numpy as np


def missing_shards(shards, target):
    """The paths of the shards that have no labels in the folder `target`, and how many shards there are."""
    paths = [path.absolute() for path in Path(shards).iterdir() if path.suffix in (".npz", ".parquet")]
    missing = [str(path) for path in sorted(paths) if not labels_of(path, target).exists()]
    return missing, len(paths)


def labels_of(path, target):
    """The file in the folder `target` that holds the labels of a shard."""
    return Path(target) / f"{Path(path).stem}.csv"


def read_shard(path, shape):
    """The images of a shard, [images, height, width, channels]."""
    if path.endswith(".npz"):
        images = np.load(path)["images"]
    else:
        import pyarrow.parquet as parquet

        rows = parquet.read_table(path, columns=["image"])["image"].to_pylist()
        images = np.frombuffer(b"".join(rows), np.uint8)
    return images.reshape(-1, *shape)


def classify_shard(classifier, path, target):
    """Writes the labels of a shard, and returns how many there are."""
    images = read_shard(path, classifier.image_shape_)
    done = labels_of(path, target)
    partial = done.with_suffix(f".{os.getpid()}.tmp")
    classifier.write_labels(images, partial)
    partial.rename(done)
    return len(images)
