"""Classifies shards of images with Ray Data, on as many workers as the cluster has.

    python classify_ray.py runs/mine/classifier_uint8.onnx shards/ labels/

Shards are .parquet files with a column `image` of bytes (height x width x channels each), or .npz files
with an array `images`. Each shard becomes one CSV of its name in the folder of labels, written under
another name and renamed: a job that is started again does only the shards that are missing.
"""

import argparse
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import ray


def read_shard(path, shape):
    """The images of a shard, [images, height, width, channels]."""
    if path.endswith(".npz"):
        images = np.load(path)["images"]
    else:
        import pyarrow.parquet as parquet

        rows = parquet.read_table(path, columns=["image"])["image"].to_pylist()
        images = np.frombuffer(b"".join(rows), np.uint8)
    return images.reshape(-1, *shape)


class Classify:
    """Holds the model; Ray makes one in each worker."""

    def __init__(self, model, target):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.shape = self.session.get_inputs()[0].shape[1:]
        self.target = Path(target)

    def __call__(self, batch):
        counts = []
        for path in batch["path"]:
            images = read_shard(path, self.shape)
            labels = np.concatenate([
                self.session.run(["label"], {"images": images[i : i + 1000]})[0]
                for i in range(0, len(images), 1000)
            ])
            done = self.target / f"{Path(path).stem}.csv"
            partial = done.with_suffix(f".{os.getpid()}.tmp")
            partial.write_text("Predicted_Label\n" + "".join(f"{label}\n" for label in labels))
            partial.rename(done)
            counts.append(len(labels))
        return {"path": batch["path"], "images": np.array(counts)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("shards")
    parser.add_argument("target")
    parser.add_argument("--workers", type=int, default=0, help="0 takes one a processor")
    options = parser.parse_args()
    os.makedirs(options.target, exist_ok=True)
    shards = sorted(str(path) for path in Path(options.shards).iterdir())
    missing = [
        {"path": os.path.abspath(path)}
        for path in shards
        if not (Path(options.target) / f"{Path(path).stem}.csv").exists()
    ]
    print(f"{len(missing)} of {len(shards)} shards to do")
    if not missing:
        return
    ray.init(ignore_reinit_error=True, log_to_driver=False)
    workers = options.workers or int(ray.cluster_resources()["CPU"])
    done = ray.data.from_items(missing, override_num_blocks=len(missing)).map_batches(
        Classify,
        fn_constructor_args=[os.path.abspath(options.model), os.path.abspath(options.target)],
        compute=ray.data.ActorPoolStrategy(size=min(workers, len(missing))),
        batch_size=1,
    )
    print(f"{sum(row['images'] for row in done.take_all())} images classified")


if __name__ == "__main__":
    main()
