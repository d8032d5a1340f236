"""scikit-learn's classifiers on the points that classical.ts writes; a line asks for one fit."""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

folder, features = sys.argv[1], int(sys.argv[2])
x, tested = (
    np.fromfile(f"{folder}/{name}", np.float32).reshape(-1, features) for name in ("x", "tested")
)
labels, truth = (np.fromfile(f"{folder}/{name}", np.int32) for name in ("labels", "truth"))
classifiers = {
    "forest": lambda seed: RandomForestClassifier(random_state=seed),
    "neighbours": lambda seed: KNeighborsClassifier(),
    "supportVectors": lambda seed: SVC(),
}


def fit(name, count, seed):
    start = time.perf_counter()
    fitted = classifiers[name](seed).fit(x[:count], labels[:count])
    predicted = fitted.predict(tested)
    return {
        "seconds": time.perf_counter() - start,
        "accuracy": float((predicted == truth).mean()),
    }


print(json.dumps({"version": sklearn.__version__}), flush=True)
for line in sys.stdin:
    name, count, seed = line.split()
    print(json.dumps(fit(name, int(count), int(seed))), flush=True)
