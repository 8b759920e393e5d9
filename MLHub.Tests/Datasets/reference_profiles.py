"""Reference figures of the datasets in MLHub.Tests/Data, made with pandas 1.5.3 and SciPy 1.10 (Debian's python3-pandas, python3-scipy).

Run: /usr/bin/python3 reference_profiles.py ../Data > reference_profiles.json
"""
import itertools
import json
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy.stats.contingency import association

folder = pathlib.Path(sys.argv[1])


def correlation_ratio(classes, values):
    both = pd.DataFrame({"c": classes, "v": values}).dropna()
    groups = both.groupby("c")["v"]
    between = (groups.size() * (groups.mean() - both["v"].mean()) ** 2).sum()
    return float(np.sqrt(between / ((both["v"] - both["v"].mean()) ** 2).sum()))


result = {}
for name in sorted(p.name for p in folder.glob("*.csv")):
    frame = pd.read_csv(folder / name)
    columns = {}
    for column in frame.columns:
        values = frame[column]
        figures = {"missing": int(values.isna().sum()), "distinct": int(values.nunique())}
        if pd.api.types.is_numeric_dtype(values):
            p25, p75 = values.quantile(0.25), values.quantile(0.75)
            fence = 1.5 * (p75 - p25)
            figures.update(
                min=float(values.min()), max=float(values.max()), mean=float(values.mean()), stdDev=float(values.std()),
                p1=float(values.quantile(0.01)), p5=float(values.quantile(0.05)), p95=float(values.quantile(0.95)), p99=float(values.quantile(0.99)),
                skewness=float(values.skew()), kurtosis=float(values.kurt()), negatives=int((values < 0).sum()),
                outliers=int(((values < p25 - fence) | (values > p75 + fence)).sum()),
                p25=float(p25), median=float(values.median()), p75=float(p75), zeros=int((values == 0).sum()))
            if values.dropna().mod(1).any():
                figures["histogram"] = [int(n) for n in np.histogram(values.dropna(), bins=20)[0]]
        elif column == "date":
            moments = pd.to_datetime(values)
            days = moments.drop_duplicates().sort_values()
            gaps = days.diff()
            figures.update(
                byMonth=[int((moments.dt.month == m).sum()) for m in range(1, 13)],
                byWeekday=[int((moments.dt.weekday == d).sum()) for d in range(7)],
                emptyDays=int((days.max() - days.min()).days + 1 - len(days)),
                longestGapTo=str(days[gaps.idxmax()].date()))
        else:
            lengths = values.dropna().str.len()
            counts = values.value_counts()
            rare = counts[counts * 100 < counts.sum()]
            figures.update(shortest=int(lengths.min()), longest=int(lengths.max()), meanLength=float(lengths.mean()), rareValues=len(rare), rareRows=int(rare.sum()))
        counts = values.value_counts()
        figures["top"] = int(counts.iloc[0]) if len(counts) else 0
        columns[column] = figures
    numeric = frame.select_dtypes("number")
    classes = [c for c in frame.columns if c not in numeric and c != "date" and 1 < frame[c].nunique() <= 50]
    pairs = [(a, b) for a in numeric for b in numeric if a < b]
    small = len(frame) <= 10_000
    result[name] = {
        "rows": len(frame),
        "columns": columns,
        "duplicateRows": int(frame.duplicated().sum()),
        "missingTogether": {"|".join(c for c, m in zip(frame.columns, key) if m): int(n) for key, n in frame.isna().value_counts().items() if any(key)},
        "correlations": {f"{a}|{b}": v for (a, b) in pairs for v in [numeric.corr().loc[a, b]]} if small or len(pairs) < 30 else None,
        "rankCorrelations": {f"{a}|{b}": v for (a, b) in pairs for v in [numeric.corr(method="spearman").loc[a, b]]} if len(numeric.columns) < 12 else None,
        "cramersV": {f"{a}|{b}": float(association(pd.crosstab(frame[a], frame[b]), method="cramer")) for a, b in itertools.combinations(classes, 2)},
        "correlationRatio": {f"{c}|{n}": correlation_ratio(frame[c], frame[n]) for c in classes for n in numeric},
    }
json.dump(result, sys.stdout, indent=1)
