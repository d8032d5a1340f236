"""Fits scikit-learn's classifiers on three data sets; see classical_test.ts.

Prints for each the standardized training and test parts and what each classifier predicts: the
forest's accuracy by seed.
"""

import json
import sys

from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

result = {}
for load in [load_digits, load_wine, load_breast_cancer]:
    x, y = load(return_X_y=True)
    x, xt, y, yt = train_test_split(x, y, test_size=0.5, random_state=0, stratify=y)
    scaler = StandardScaler().fit(x)
    x, xt = (scaler.transform(part).astype("float32") for part in (x, xt))
    result[load.__name__] = {
        "train": x.tolist(),
        "labels": y.tolist(),
        "test": xt.tolist(),
        "testLabels": yt.tolist(),
        "forest": [
            RandomForestClassifier(random_state=seed).fit(x, y).score(xt, yt) for seed in range(10)
        ],
        "neighbours": KNeighborsClassifier().fit(x, y).predict(xt).tolist(),
        "supportVectors": SVC().fit(x, y).predict(xt).tolist(),
    }
json.dump(result, sys.stdout)
