#!/usr/bin/env python3
"""Differences of two tables as pandas and numpy see them: reference_diffs.json and the edited table airquality_v2.csv.

Run in this folder with pandas and numpy installed. The tests compare MLHub's own figures with these.
"""
import json
import numpy as np
import pandas as pd

LEAST = 1e-4


def psi(p, q):
    p, q = np.array(p, float), np.array(q, float)
    p, q = np.maximum(p / p.sum(), LEAST), np.maximum(q / q.sum(), LEAST)
    return float(((q - p) * np.log(q / p)).sum())


def column_psi(old, new):
    if pd.api.types.is_numeric_dtype(old):
        cuts = np.unique(np.quantile(old.dropna(), np.arange(1, 10) / 10))
        counts = lambda s: np.bincount(np.searchsorted(cuts, s.dropna(), side="left"), minlength=len(cuts) + 1).tolist()
        p, q = counts(old), counts(new)
    else:
        by = old.value_counts()
        top = sorted(by.index, key=lambda v: (-by[v], v))[:20]
        p, q = [int((old == v).sum()) for v in top], [int((new == v).sum()) for v in top]
        rest = int(old.notna().sum()) - sum(p), int(new.notna().sum()) - sum(q)
        if sum(rest) > 0:
            p.append(rest[0]), q.append(rest[1])
    missing = int(old.isna().sum()), int(new.isna().sum())
    if sum(missing) > 0:
        p.append(missing[0]), q.append(missing[1])
    return psi(p, q)


def mean(s):
    return float(s.mean()) if pd.api.types.is_numeric_dtype(s) else None


def statistics(old, new):
    return {c: {"psi": column_psi(old[c], new[c]), "missingFrom": int(old[c].isna().sum()), "missingTo": int(new[c].isna().sum()),
                "meanFrom": mean(old[c]), "meanTo": mean(new[c])} for c in old.columns if c in new.columns}


def keyed(old, new, key):
    both = [c for c in old.columns if c in new.columns and c not in key]
    joined = old.merge(new, on=key, how="outer", suffixes=("_old", "_new"), indicator=True)
    pairs = joined[joined["_merge"] == "both"]
    differ = {c: ~((pairs[c + "_old"] == pairs[c + "_new"]) | (pairs[c + "_old"].isna() & pairs[c + "_new"].isna())) for c in both}
    changed = pd.DataFrame(differ).any(axis=1)
    return {"added": int((joined["_merge"] == "right_only").sum()), "removed": int((joined["_merge"] == "left_only").sum()),
            "changed": int(changed.sum()), "same": int((~changed).sum()), "cells": {c: int(d.sum()) for c, d in differ.items()}}


def multiset(old, new):
    columns = list(old.columns)
    a, b = old.groupby(columns, dropna=False).size(), new.groupby(columns, dropna=False).size()
    a, b = a.align(b, fill_value=0)
    return {"added": int((b - a).clip(lower=0).sum()), "removed": int((a - b).clip(lower=0).sum()), "changed": 0, "same": int(np.minimum(a, b).sum())}


air = pd.read_csv("../Data/airquality.csv")
new = air.drop(columns="Solar.R").copy()
new["Temp"] = new["Temp"].astype(float)
new.loc[2, "Temp"] = 74.5
new.loc[[10, 20, 30], "Wind"] += 1.5
new.loc[[4, 25], "Ozone"] = 50
new.loc[50, "Ozone"] = np.nan
new["Ozone"] = new["Ozone"].astype("Int64")
new["Season"] = np.where(new["Month"] < 6, "spring", "summer")
new = new.drop(index=[0, 1, 100, 101, 152])
extra = pd.DataFrame({"Ozone": [11, 12, 13], "Wind": [7.4, 8.0, 9.2], "Temp": [60.0, 61.0, 62.0], "Month": [10] * 3, "Day": [1, 2, 3], "Season": ["autumn"] * 3})
new = pd.concat([new, extra.astype({"Ozone": "Int64"})]).iloc[::-1]
new.to_csv("files/airquality_v2.csv", index=False)
new = pd.read_csv("files/airquality_v2.csv")

gems = pd.read_csv("../Data/diamonds.csv")[["cut", "color", "clarity", "table"]]
before, after = gems.iloc[:30000], gems.iloc[10000:40000]

json.dump({
    "airquality": {"rows": keyed(air, new, ["Month", "Day"]), "statistics": statistics(air, new)},
    "diamonds": {"rows": multiset(before, after), "statistics": statistics(before, after)},
}, open("reference_diffs.json", "w"), indent=1)
