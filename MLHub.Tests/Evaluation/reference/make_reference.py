"""Writes reference.json: metrics of made-up predictions by scikit-learn 1.2.1 (Debian 12's python3-sklearn).

Run:  /usr/bin/python3 make_reference.py > reference.json
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m

warnings.filterwarnings("ignore")
random = np.random.RandomState(20)


def binary(name, actual, scores):
    actual, scores = np.asarray(actual), np.asarray(scores, dtype=float)
    called = (scores >= 0.5).astype(int)
    expected = {
        "accuracy": m.accuracy_score(actual, called),
        "precision": m.precision_score(actual, called, zero_division=0),
        "recall": m.recall_score(actual, called, zero_division=0),
        "f1": m.f1_score(actual, called, zero_division=0),
        "log_loss": m.log_loss(actual, scores, labels=[0, 1]),
    }
    if len(set(actual)) == 2:
        expected["auc"] = m.roc_auc_score(actual, scores)
        expected["auprc"] = m.average_precision_score(actual, scores)
    return {"name": name, "actual": actual.tolist(), "scores": scores.tolist(), "expected": expected,
            "confusion": m.confusion_matrix(actual, called, labels=[0, 1]).tolist()}


def multiclass(name, classes, actual, scores):
    actual, scores = np.asarray(actual), np.asarray(scores, dtype=float)
    called = scores.argmax(axis=1)
    expected = {
        "accuracy": m.accuracy_score(actual, called),
        "macro_f1": m.f1_score(actual, called, average="macro", zero_division=0),
        "micro_f1": m.f1_score(actual, called, average="micro", zero_division=0),
        "macro_precision": m.precision_score(actual, called, average="macro", zero_division=0),
        "macro_recall": m.recall_score(actual, called, average="macro", zero_division=0),
        "log_loss": m.log_loss(actual, scores, labels=list(range(classes))),
    }
    each = m.precision_recall_fscore_support(actual, called, labels=list(range(classes)), zero_division=0)
    rest = [m.roc_auc_score(actual == c, scores[:, c]) if 0 < (actual == c).sum() < len(actual) else None
            for c in range(classes)]
    return {"name": name, "classes": classes, "actual": actual.tolist(), "scores": scores.ravel().tolist(),
            "expected": expected, "confusion": m.confusion_matrix(actual, called, labels=list(range(classes))).tolist(),
            "precision": each[0].tolist(), "recall": each[1].tolist(), "f1": each[2].tolist(), "aucPerClass": rest}


def regression(name, actual, predicted):
    actual, predicted = np.asarray(actual, dtype=float), np.asarray(predicted, dtype=float)
    expected = {
        "rmse": m.mean_squared_error(actual, predicted, squared=False),
        "mae": m.mean_absolute_error(actual, predicted),
        "mape": m.mean_absolute_percentage_error(actual, predicted),
    }
    if len(actual) > 1:
        expected["r2"] = m.r2_score(actual, predicted)
    return {"name": name, "actual": actual.tolist(), "scores": predicted.tolist(), "expected": expected}


def shares(rows, classes):
    raw = random.gamma(1.0, size=(rows, classes))
    return raw / raw.sum(axis=1, keepdims=True)


truth = random.randint(0, 2, 400)
good = np.clip(truth * 0.3 + random.uniform(0, 0.7, 400), 0, 1)
many = random.randint(0, 4, 300)

json.dump({
    "madeWith": f"scikit-learn {sklearn.__version__}",
    "binary": [
        binary("ordinary", truth, good),
        binary("many ties", truth, np.round(good, 1)),
        binary("all scores equal", truth[:50], np.full(50, 0.3)),
        binary("scores of exactly 0 and 1, some wrong", [0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 0]),
        binary("exactly at the threshold", [0, 1, 0, 1], [0.5, 0.5, 0.4999999, 0.5000001]),
        binary("nothing called positive", [0, 1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4, 0.05]),
        binary("only positives", [1, 1, 1], [0.9, 0.2, 0.7]),
        binary("only negatives", [0, 0, 0], [0.9, 0.2, 0.7]),
        binary("rare positives", np.arange(500) % 100 == 7, random.uniform(0, 1, 500)),
        binary("perfect", [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
    ],
    "multiclass": [
        multiclass("ordinary", 4, many, shares(300, 4)),
        multiclass("a class absent from the truth", 3, random.randint(0, 2, 60), shares(60, 3)),
        multiclass("a class absent from truth and predictions", 3, [0, 1, 0, 1], [[.8, .2, 0], [.1, .9, 0], [.3, .7, 0], [.4, .6, 0]]),
        multiclass("a class never predicted", 3, [0, 1, 2, 2], [[.8, .1, .1], [.1, .8, .1], [.6, .3, .1], [.2, .5, .3]]),
        multiclass("ties between classes", 3, [0, 1, 2, 0], [[.4, .4, .2], [.4, .4, .2], [.2, .4, .4], [1 / 3, 1 / 3, 1 / 3]]),
        multiclass("certain and wrong", 3, [0, 1, 2], [[1, 0, 0], [0, 0, 1], [0, 0, 1]]),
    ],
    "regression": [
        regression("ordinary", random.normal(100, 20, 200), random.normal(100, 20, 200)),
        regression("constant target, not hit", [5, 5, 5], [5, 6, 5]),
        regression("constant target, hit", [5, 5, 5], [5, 5, 5]),
        regression("zeros in the target", [0, 1, 2, 0], [0.5, 1, 2, 0]),
        regression("one row", [3], [4]),
        regression("large numbers", 1e12 + random.normal(0, 1e6, 100), 1e12 + random.normal(0, 1e6, 100)),
        regression("worse than the mean", [1, 2, 3], [3, 2, 1]),
    ],
}, __import__("sys").stdout, indent=1)
