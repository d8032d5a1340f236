"""Scores labels with scikit-learn, or images with scikit-image; see metrics_test.ts."""

import json
import sys

import numpy as np
from skimage.metrics import mean_squared_error, structural_similarity
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support


def score_labels(actual, predicted):
    result = {
        "accuracy": accuracy_score(actual, predicted),
        "counts": confusion_matrix(actual, predicted).tolist(),
    }
    for name, average in [("macro", "macro"), ("micro", "micro"), ("perClass", None)]:
        scores = precision_recall_fscore_support(
            actual, predicted, average=average, zero_division=0
        )
        result[name] = [np.asarray(score).tolist() for score in scores[:3]]
    return result


def score_images(a, b, shape):
    a, b = (np.array(values).reshape(-1, *shape) for values in (a, b))
    return {
        "ssim": [structural_similarity(x, y, data_range=1, channel_axis=-1) for x, y in zip(a, b)],
        "mse": mean_squared_error(a, b),
    }


score = {"labels": score_labels, "images": score_images}[sys.argv[1]]
json.dump(score(*json.load(sys.stdin)), sys.stdout)
