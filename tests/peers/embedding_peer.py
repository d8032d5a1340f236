"""scikit-learn's t-SNE of digits, and the scores of it and of a given layout; see embedding_test.ts."""

import json
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import KNeighborsClassifier

x, y = load_digits(return_X_y=True)
x, y = x[:1000].astype("float32"), y[:1000]


def scores(layout):
    near = KNeighborsClassifier(10).fit(layout, y).kneighbors(return_distance=False)
    right = sum(np.bincount(y[row]).argmax() == label for row, label in zip(near, y))
    return {
        "trustworthiness": trustworthiness(x, layout, n_neighbors=10),
        "neighbourAccuracy": right / len(y),
    }


if sys.argv[1] == "data":
    layout = TSNE(random_state=0).fit_transform(x)
    result = {"points": x.tolist(), "classes": y.tolist(), "layout": layout.tolist()}
else:
    layout = np.array(json.load(sys.stdin))
    result = {}
json.dump({**result, **scores(layout)}, sys.stdout)
