"""A Glimpse classifier in Python: onnxruntime and NumPy alone, with scikit-learn's methods.

    python glimpse_classifier.py runs/mine/classifier_uint8.onnx images.npz labels.csv
"""

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
        metadata = self.session.get_modelmeta().custom_metadata_map
        self.classes_ = np.array([int(label) for label in metadata["classes"].split(",")])
        names = json.loads(metadata.get("class_names", "[]"))
        self.class_names_ = [
            names[label] if label < len(names) else str(label) for label in self.classes_
        ]

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


if __name__ == "__main__":
    model, source, target = sys.argv[1:]
    classifier = GlimpseClassifier(model)
    labels = classifier.predict(np.load(source)["images"])
    names = dict(zip(classifier.classes_, classifier.class_names_))
    with open(target, "w") as file:
        file.write("Predicted_Label\n")
        file.writelines(f"{names[label]}\n" for label in labels)
