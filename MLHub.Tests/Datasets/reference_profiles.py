"""Reference figures of the datasets in MLHub.Tests/Data, made with pandas 1.5.3 (Debian's python3-pandas).

Run: /usr/bin/python3 reference_profiles.py ../Data > reference_profiles.json
"""
import json
import pathlib
import sys

import numpy as np
import pandas as pd

folder = pathlib.Path(sys.argv[1])
result = {}
for name in sorted(p.name for p in folder.glob("*.csv")):
    frame = pd.read_csv(folder / name)
    columns = {}
    for column in frame.columns:
        values = frame[column]
        figures = {"missing": int(values.isna().sum()), "distinct": int(values.nunique())}
        if pd.api.types.is_numeric_dtype(values):
            figures.update(
                min=float(values.min()), max=float(values.max()), mean=float(values.mean()), stdDev=float(values.std()),
                p25=float(values.quantile(0.25)), median=float(values.median()), p75=float(values.quantile(0.75)), zeros=int((values == 0).sum()))
            if values.dropna().mod(1).any():
                figures["histogram"] = [int(n) for n in np.histogram(values.dropna(), bins=20)[0]]
        counts = values.value_counts()
        figures["top"] = int(counts.iloc[0]) if len(counts) else 0
        columns[column] = figures
    numeric = frame.select_dtypes("number")
    correlations = numeric.corr() if numeric.shape[1] > 1 else None
    result[name] = {
        "rows": len(frame),
        "columns": columns,
        "correlations": None if correlations is None else {f"{a}|{b}": correlations.loc[a, b] for a in correlations for b in correlations if a < b},
    }
json.dump(result, sys.stdout, indent=1)
