"""Compares .npz files with the first one, which numpy wrote; see npz_test.ts."""

import sys

import numpy as np

theirs = np.load(sys.argv[1])
for path in sys.argv[2:]:
    ours = np.load(path)
    assert sorted(ours) == sorted(theirs), f"{path} holds {sorted(ours)}"
    for key in theirs:
        assert ours[key].dtype == theirs[key].dtype, f"{path}: {key} is {ours[key].dtype}"
        assert np.array_equal(ours[key], theirs[key]), f"{path}: {key} differs"
print("equal")
