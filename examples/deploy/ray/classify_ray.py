"""Classifies shards of images with Ray Data, on as many workers as the cluster has.

    python classify_ray.py runs/mine/classifier_uint8.onnx shards/ labels/

../python/shards.py says what shards are, and that a job that is started again does what is missing.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import ray

MODULES = str(Path(__file__).parent.parent / "python")
sys.path.append(MODULES)
from shards import missing_shards  # noqa: E402


class Classify:
    """Holds the model; Ray makes one in each worker."""

    def __init__(self, model, target):
        from glimpse_classifier import GlimpseClassifier

        self.classifier = GlimpseClassifier(model)
        self.target = target

    def __call__(self, batch):
        from shards import classify_shard

        counts = [classify_shard(self.classifier, path, self.target) for path in batch["path"]]
        return {"path": batch["path"], "images": np.array(counts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("shards")
    parser.add_argument("target")
    parser.add_argument("--workers", type=int, default=0, help="0 takes one a processor")
    options = parser.parse_args()
    os.makedirs(options.target, exist_ok=True)
    missing, count = missing_shards(options.shards, options.target)
    print(f"{len(missing)} of {count} shards to do")
    if not missing:
        return
    # Every worker gets a copy of the folder with the modules.
    ray.init(log_to_driver=False, runtime_env={"working_dir": MODULES})
    workers = options.workers or int(ray.cluster_resources()["CPU"])
    # A block a shard: whichever worker is free takes the next one.
    paths = ray.data.from_items([{"path": path} for path in missing], override_num_blocks=len(missing))
    done = paths.map_batches(
        Classify,
        fn_constructor_args=[os.path.abspath(options.model), os.path.abspath(options.target)],
        compute=ray.data.ActorPoolStrategy(size=min(workers, len(missing))),
        batch_size=1,
    )
    print(f"{sum(row['images'] for row in done.take_all())} images classified")


if __name__ == "__main__":
    main()
