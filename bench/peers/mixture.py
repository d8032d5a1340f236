"""Times EM in scikit-learn: reads one line for each measurement, answers with one of JSON.

Arguments: a file of float64 rows, their number of features, a file of float64 starting means.
"""

import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
features = int(sys.argv[2])
x = np.fromfile(sys.argv[1]).reshape(-1, features)
means = np.fromfile(sys.argv[3]).reshape(-1, features)
k = len(means)


def fit(covariance_type, iterations):
    identity = {
        "full": np.stack([np.eye(features)] * k),
        "tied": np.eye(features),
        "diag": np.ones((k, features)),
        "spherical": np.ones(k),
    }[covariance_type]
    mixture = GaussianMixture(
        k,
        covariance_type=covariance_type,
        tol=0,
        max_iter=iterations,
        weights_init=np.full(k, 1 / k),
        means_init=means,
        precisions_init=identity,
    )
    start = time.perf_counter()
    mixture.fit(x)
    return time.perf_counter() - start, mixture.lower_bound_


print(json.dumps({"version": sklearn.__version__}), flush=True)
for line in sys.stdin:
    covariance_type, iterations = line.split()
    seconds, bound = fit(covariance_type, int(iterations))
    print(json.dumps({"seconds": seconds, "bound": bound}), flush=True)
