"""A Glimpse classifier in Python: onnxruntime and NumPy alone, with scikit-learn's methods.

    python glimpse_classifier.py runs/mine/classifier_uint8.onnx images.npz labels.csv
"""

import csv
import json
import sys

import numpy as np
import onnxruntime as ort


class GlimpseClassifier:
    """Classifies bytes of shape [images, height, width] or with channels behind."""

    def __init__(self, path, threads=1, batch_size=1000):
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.batch_size = batch_size
        self.image_shape_ = self.session.get_inputs()[0].shape[1:]
        metadata = self.session.get_modelmeta().custom_metadata_map
        labels = [int(label) for label in metadata["classes"].split(",")]
        names = json.loads(metadata.get("class_names", "[]"))
        self.classes_ = np.array(labels)
        self.class_names_ = [names[label] if label < len(names) else str(label) for label in labels]

    def _run(self, images, output):
        images = np.asarray(images)
        if images.dtype != np.uint8:
            raise ValueError(f"Cannot classify {images.dtype}: bytes from 0 to 255 are needed")
        if images.ndim == 3:
            images = images[..., None]
        parts = [
            self.session.run([output], {"images": images[start : start + self.batch_size]})[0]
            for start in range(0, len(images), self.batch_size)
        ]
        return np.concatenate(parts)

    def predict(self, images):
        """The label of each image, [images]."""
        return self._run(images, "label")

    def predict_proba(self, images):
        """The probability of each class, [images, classes]."""
        return self._run(images, "probabilities")

    def score(self, images, labels):
        """The share of images with their label."""
        return float(np.mean(self.predict(images) == labels))

    def write_labels(self, images, path):
        """Writes the name of each image's class, as `deno task classify` does."""
        names = dict(zip(self.classes_, self.class_names_))
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["Predicted_Label"])
            writer.writerows([names[label]] for label in self.predict(images))


if __name__ == "__main__":
    model, source, target = sys.argv[1:]
    GlimpseClassifier(model).write_labels(np.load(source)["images"], target)
