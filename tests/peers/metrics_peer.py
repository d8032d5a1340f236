"""Scores labels with scikit-learn, images with scikit-image, or points with scipy; see metrics_test.ts."""

import json
import sys

import numpy as np
from scipy.linalg import sqrtm
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


def score_points(a, b, features):
    a, b = (np.array(values, np.float32).astype(float).reshape(-1, features) for values in (a, b))
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    shift = np.square(a.mean(0) - b.mean(0)).sum()
    return shift + np.trace(first + second - 2 * sqrtm(first @ second).real)


score = {"labels": score_labels, "images": score_images, "points": score_points}[sys.argv[1]]
json.dump(score(*json.load(sys.stdin)), sys.stdout)
