"""Fits scikit-learn's GaussianMixture and prints starts, data and fitted values as JSON."""

import json
import sys
import warnings

from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.mixture import GaussianMixture

CASES = {"iris": (load_iris, 3), "wine": (load_wine, 3), "digits": (load_digits, 10)}
ITERATIONS = [1, 2, 10, 25]
warnings.filterwarnings("ignore")


def fitted(mixture):
    return {
        "weights": mixture.weights_.tolist(),
        "means": mixture.means_.tolist(),
        "covariances": mixture.covariances_.tolist(),
        "precisions": mixture.precisions_.tolist(),
        "precisionsCholesky": mixture.precisions_cholesky_.tolist(),
        "nIter": mixture.n_iter_,
        "lowerBounds": [float(bound) for bound in mixture.lower_bounds_],
    }


def fit(x, **options):
    return GaussianMixture(random_state=0, **options).fit(x)


cases = []
for name, (load, k) in CASES.items():
    x = load().data
    for covariance_type in ["full", "tied", "diag", "spherical"]:
        options = {"n_components": k, "covariance_type": covariance_type}
        start = fit(x, max_iter=0, **options)
        init = {
            "weights_init": start.weights_,
            "means_init": start.means_,
            "precisions_init": start.precisions_,
        }
        fits = []
        for iterations in ITERATIONS:
            mixture = fit(x, max_iter=iterations, tol=0, **options, **init)
            fits.append(fitted(mixture))
        fits.append(fitted(fit(x, **options, **init)))
        fits[-1]["default"] = True
        cases.append({
            "data": name,
            "covarianceType": covariance_type,
            "x": x.tolist(),
            "nComponents": k,
            "weightsInit": start.weights_.tolist(),
            "meansInit": start.means_.tolist(),
            "precisionsInit": start.precisions_.tolist(),
            "fits": fits,
            "logDensities": mixture.score_samples(x).tolist(),
            "probabilities": mixture.predict_proba(x).tolist(),
            "labels": mixture.predict(x).tolist(),
            "aic": mixture.aic(x),
            "bic": mixture.bic(x),
        })
json.dump(cases, sys.stdout)
