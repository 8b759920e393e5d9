"""Writes groups.json: judgements of groups, planes and unusual rows by scikit-learn 1.2.1 (Debian 12's python3-sklearn).

Run:  /usr/bin/python3 make_groups.py > groups.json
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import metrics as m
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest

random = np.random.RandomState(7)


def clustering(name, rows, labels):
    rows, labels = np.asarray(rows, dtype=np.float32), np.asarray(labels)
    case = {"name": name, "columns": rows.shape[1], "rows": rows.ravel().astype(float).tolist(), "labels": labels.tolist()}
    if 1 < len(set(labels)) < len(labels):
        case["silhouette"] = float(m.silhouette_score(rows.astype(float), labels))
        case["daviesBouldin"] = float(m.davies_bouldin_score(rows.astype(float), labels))
    return case


three = np.vstack([random.normal(c, s, (n, 4)) for c, s, n in [(0, 1, 60), (4, 0.5, 40), (9, 2, 20)]])
plane = (random.normal(0, 1, (200, 2)) * [5, 2]) @ random.normal(0, 1, (2, 6)) + random.normal(0, 0.3, (200, 6))
plane = plane.astype(np.float32).astype(float)
pca = PCA(2, svd_solver="full").fit(plane)
rest = np.linalg.norm(plane - pca.inverse_transform(pca.transform(plane)), axis=1)
probabilities = random.dirichlet([1, 1, 1, 1], 250)
classes = random.randint(0, 4, 250)
called = probabilities.argmax(axis=1)

averages = {}
for kind in ["macro", "weighted", "micro"]:
    p, r, f, _ = m.precision_recall_fscore_support(classes, called, average=kind, zero_division=0)
    averages[kind] = [p, r, f]

json.dump({
    "madeWith": f"scikit-learn {sklearn.__version__}",
    "clustering": [
        clustering("three clouds", three, [0] * 60 + [1] * 40 + [2] * 20),
        clustering("labels by chance", three, random.randint(0, 3, 120)),
        clustering("a group of one row", three[:30], [0] * 15 + [1] * 14 + [2]),
        clustering("rows that are equal", np.repeat([[1.0, 2.0], [1.0, 2.0], [5.0, 5.0], [5.0, 5.0]], 3, axis=0), [0] * 6 + [1] * 6),
        clustering("a group number that nobody has", three[:20], [0] * 10 + [3] * 10),
        clustering("one group", three[:20], [0] * 20),
        clustering("every row its own", three[:5], range(5)),
    ],
    "plane": {
        "columns": 6,
        "rows": plane.ravel().tolist(),
        "explained": pca.explained_variance_ratio_.tolist(),
        "places": pca.transform(plane).T.tolist(),
        "mean": pca.mean_.tolist(),
        "directions": pca.components_.tolist(),
        "distances": rest.tolist(),
    },
    "usualDepth": {str(n): float(sklearn.ensemble._iforest._average_path_length([n])[0]) for n in [1, 2, 3, 10, 256, 5000]},
    "averages": {"actual": classes.tolist(), "scores": probabilities.ravel().tolist(), "expected": averages},
}, sys.stdout, indent=1)
