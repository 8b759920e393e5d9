"""What pandas 1.5.3, numpy 1.24 and scikit-learn 1.2.1 (Debian's packages) make of the datasets in MLHub.Tests/Data, step by step.

Run: /usr/bin/python3 reference_recipes.py ../Data > reference_recipes.json
"""
import json
import math
import pathlib
import sys

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

folder = pathlib.Path(sys.argv[1])
files = {
    "airquality.csv": pd.read_csv(folder / "airquality.csv"),
    "BreastCancer.csv": pd.read_csv(folder / "BreastCancer.csv"),
    "diamonds.csv": pd.read_csv(folder / "diamonds.csv"),
    "penguins.json": pd.read_json(folder / "penguins.json"),
    "movies.json": pd.read_json(folder / "movies.json"),
}
files["movies.json"]["Title"] = files["movies.json"]["Title"].astype(str)
cases = []


def plain(value):
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (np.integer,)):
        return int(value)
    if isinstance(value, (np.floating,)):
        return None if np.isnan(value) else float(value)
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    return value


def case(name, file, steps, result):
    """result: a frame with the columns to compare, in the order of the rows that come out."""
    step = max(1, len(result) // 80)
    rows = list(range(0, len(result), step))
    cases.append({
        "name": name, "file": file, "steps": steps, "count": len(result), "rows": rows,
        "columns": {c: [plain(v) for v in result[c].iloc[rows].tolist()] for c in result.columns},
    })


def step(name, /, **parameters):
    return {"step": name, "parameters": parameters}


air, cancer, diamonds, penguins, movies = (files[f] for f in ("airquality.csv", "BreastCancer.csv", "diamonds.csv", "penguins.json", "movies.json"))
sizes = ["Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"]

for method, strategy in (("mean", "mean"), ("median", "median"), ("mode", "most_frequent")):
    columns = ["Ozone", "Solar.R"]
    filled = pd.DataFrame(SimpleImputer(strategy=strategy).fit_transform(air[columns]), columns=columns)
    case(f"fill {method}", "airquality.csv", [step("fill_missing", columns=columns, method=method)], filled)
case("fill text mode", "penguins.json", [step("fill_missing", columns=["Sex"], method="mode")], penguins[["Sex"]].fillna(penguins["Sex"].mode()[0]))
case("fill constant", "airquality.csv", [step("fill_missing", columns=["Ozone"], method="constant", value="-1")], air[["Ozone"]].fillna(-1))
for method in ("mean", "median"):
    by = air.copy()
    by["Ozone"] = by["Ozone"].fillna(by.groupby("Month")["Ozone"].transform(method))
    case(f"fill {method} by group", "airquality.csv", [step("fill_missing", columns=["Ozone"], method=method, by=["Month"])], by[["Ozone"]])
case("fill forward", "airquality.csv", [step("fill_missing", columns=["Ozone", "Solar.R"], method="forward")], air[["Ozone", "Solar.R"]].ffill())
by = air.copy()
by["Solar.R"] = by.groupby("Month")["Solar.R"].ffill()
case("fill forward by group", "airquality.csv", [step("fill_missing", columns=["Solar.R"], method="forward", by=["Month"])], by[["Solar.R"]])

case("drop missing any", "airquality.csv", [step("drop_missing")], air.dropna())
case("drop missing all", "airquality.csv", [step("drop_missing", columns=["Ozone", "Solar.R"], how="all")], air.dropna(subset=["Ozone", "Solar.R"], how="all"))
for keep in ("first", "last"):
    case(f"dedupe {keep}", "BreastCancer.csv", [step("drop_duplicates", columns=["Id"], keep=keep)], cancer.drop_duplicates(subset=["Id"], keep=keep))
case("dedupe none", "BreastCancer.csv", [step("drop_duplicates", columns=["Id"], keep="none")], cancer.drop_duplicates(subset=["Id"], keep=False))
case("dedupe all columns", "BreastCancer.csv", [step("drop_duplicates")], cancer.drop_duplicates())
case("dedupe with missing", "movies.json", [step("drop_duplicates", columns=["Director", "Major Genre"])], movies.drop_duplicates(subset=["Director", "Major Genre"])[["Title", "Director"]])
case("filter", "diamonds.csv", [step("filter_rows", filter="carat >= 2 and cut = 'Ideal'")], diamonds[(diamonds["carat"] >= 2) & (diamonds["cut"] == "Ideal")])
case("sort", "diamonds.csv", [step("sort", columns=["cut", "price"], descending=["price"])], diamonds.sort_values(["cut", "price"], ascending=[True, False], kind="stable"))
case("sort missing last", "airquality.csv", [step("sort", columns=["Ozone"])], air.sort_values("Ozone", kind="stable"))

for name, scaler, parameters, file, frame, columns in (
    ("standardise", StandardScaler(), {}, "diamonds.csv", diamonds, ["carat", "depth", "price", "z"]),
    ("standardise", StandardScaler(), {}, "airquality.csv", air, ["Ozone", "Solar.R", "Wind"]),
    ("standardise", StandardScaler(with_mean=False), {"centre": False}, "diamonds.csv", diamonds, ["carat"]),
    ("standardise", StandardScaler(with_std=False), {"stretch": False}, "diamonds.csv", diamonds, ["carat"]),
    ("min_max", MinMaxScaler(), {}, "diamonds.csv", diamonds, ["carat", "price", "x"]),
    ("min_max", MinMaxScaler((-1, 3)), {"lower": -1, "upper": 3}, "penguins.json", penguins, sizes),
    ("robust_scale", RobustScaler(), {}, "diamonds.csv", diamonds, ["carat", "price", "y"]),
    ("robust_scale", RobustScaler(quantile_range=(10, 90)), {"lowerQuantile": 0.1, "upperQuantile": 0.9}, "penguins.json", penguins, sizes),
):
    scaled = pd.DataFrame(scaler.fit_transform(frame[columns]), columns=columns)
    case(f"{name} {parameters} {file}", file, [step(name, columns=columns, **parameters)], scaled)

for bins, strategy, method in ((4, "uniform", "equal_width"), (10, "uniform", "equal_width"), (5, "quantile", "quantile"), (20, "quantile", "quantile")):
    columns = ["carat", "price", "table"]
    binned = pd.DataFrame(KBinsDiscretizer(n_bins=bins, encode="ordinal", strategy=strategy, subsample=None).fit_transform(diamonds[columns]), columns=columns)
    case(f"bin {bins} {strategy}", "diamonds.csv", [step("bin", columns=columns, method=method, bins=bins)], binned)
edges = [0, 0.5, 1, 2, 6]
case("bin edges", "diamonds.csv", [step("bin", columns=["carat"], method="edges", edges=edges)], pd.cut(diamonds["carat"], edges, right=False, labels=False).to_frame())

hot = OneHotEncoder(handle_unknown="ignore")
encoded = pd.DataFrame(hot.fit_transform(diamonds[["cut", "color"]]).toarray(), columns=hot.get_feature_names_out())
case("one-hot", "diamonds.csv", [step("one_hot", columns=["cut", "color"])], encoded)
first = OneHotEncoder(drop="first")
encoded = pd.DataFrame(first.fit_transform(cancer[["Class"]]).toarray(), columns=first.get_feature_names_out())
case("one-hot without first", "BreastCancer.csv", [step("one_hot", columns=["Class"], dropFirst=True)], encoded)
dummies = pd.get_dummies(penguins[["Sex"]], dummy_na=True).rename(columns={"Sex_nan": "Sex_missing"})
case("one-hot with missing", "penguins.json", [step("one_hot", columns=["Sex"], missing=True)], dummies)
case("ordinal", "diamonds.csv", [step("ordinal", columns=["cut", "clarity"])], pd.DataFrame(OrdinalEncoder().fit_transform(diamonds[["cut", "clarity"]]), columns=["cut", "clarity"]))
order = ["Fair", "Good", "Very Good", "Premium", "Ideal"]
case("ordinal order", "diamonds.csv", [step("ordinal", columns=["cut"], order=order)], pd.DataFrame(OrdinalEncoder(categories=[order]).fit_transform(diamonds[["cut"]]), columns=["cut"]))
case("ordinal missing", "penguins.json", [step("ordinal", columns=["Sex"])], pd.DataFrame({"Sex": penguins["Sex"].map({c: i for i, c in enumerate(sorted(penguins["Sex"].dropna().unique()))})}))

counts = movies["Distributor"].value_counts()
total = counts.sum()
for parameters, kept in (({"method": "count", "count": 20}, counts[counts >= 20].index), ({"method": "share", "share": 0.05}, counts[counts >= 0.05 * total].index), ({"method": "top", "top": 4}, counts.index[:4])):
    grouped = movies["Distributor"].where(movies["Distributor"].isin(kept) | movies["Distributor"].isna(), "Other")
    case(f"group rare {parameters}", "movies.json", [step("group_rare", columns=["Distributor"], **parameters)], grouped.to_frame())

q1, q3 = (np.nanquantile(air["Ozone"], q) for q in (0.25, 0.75))
case("clip iqr", "airquality.csv", [step("clip_outliers", columns=["Ozone"], factor=1)], air[["Ozone"]].clip(q1 - (q3 - q1), q3 + (q3 - q1)))
low, high = np.quantile(diamonds["price"], [0.02, 0.9])
case("clip quantile", "diamonds.csv", [step("clip_outliers", columns=["price"], method="quantile", lowerQuantile=0.02, upperQuantile=0.9)], diamonds[["price"]].clip(low, high))
case("clip bounds to missing", "diamonds.csv", [step("clip_outliers", columns=["x"], method="bounds", lower=4, upper=7, action="missing")], diamonds[["x"]].where((diamonds["x"] >= 4) & (diamonds["x"] <= 7)))

case("log1p", "diamonds.csv", [step("log", columns=["price", "carat"])], np.log1p(diamonds[["price", "carat"]]))
case("log natural", "airquality.csv", [step("log", columns=["Ozone"], kind="natural")], np.log(air[["Ozone"]]))
case("log10", "diamonds.csv", [step("log", columns=["price"], kind="log10")], np.log10(diamonds[["price"]]))
case("log2", "diamonds.csv", [step("log", columns=["price"], kind="log2")], np.log2(diamonds[["price"]]))
case("square root", "diamonds.csv", [step("power", columns=["price"])], np.sqrt(diamonds[["price"]]))
case("cube", "diamonds.csv", [step("power", columns=["carat"], exponent=3)], diamonds[["carat"]] ** 3)
case("round 1", "diamonds.csv", [step("round", columns=["carat", "depth"], digits=1)], diamonds[["carat", "depth"]].round(1))
case("round -1", "airquality.csv", [step("round", columns=["Wind"], digits=-1)], air[["Wind"]].round(-1))
case("round 0", "airquality.csv", [step("round", columns=["Wind"])], air[["Wind"]].round(0))

day = pd.to_datetime(movies["Release Date"], format="%b %d %Y", errors="coerce")
case("dates by format", "movies.json", [step("cast", columns=["Release Date"], type="date", format="%b %d %Y")], day.to_frame("Release Date"))
parts = pd.DataFrame({
    "Release Date_year": day.dt.year, "Release Date_quarter": day.dt.quarter, "Release Date_month": day.dt.month, "Release Date_week": day.dt.isocalendar().week.astype("float"),
    "Release Date_day": day.dt.day, "Release Date_weekday": day.dt.dayofweek + 1, "Release Date_day_of_year": day.dt.dayofyear})
case("parts of a date", "movies.json", [step("cast", columns=["Release Date"], type="date", format="%b %d %Y"), step("date_parts", column="Release Date", parts=[c.split("_", 1)[1] for c in parts.columns])], parts)
days = (pd.Timestamp("2000-01-01") - day).dt.total_seconds() / 86400
case("days to a day", "movies.json", [step("cast", columns=["Release Date"], type="date", format="%b %d %Y"), step("date_difference", **{"from": "Release Date", "day": "2000-01-01", "unit": "days", "name": "age"})], days.to_frame("age"))

case("replace part", "movies.json", [step("replace", columns=["Title"], find="The ", **{"with": ""})], movies[["Title"]].apply(lambda c: c.str.replace("The ", "", regex=False)))
case("replace regex", "movies.json", [step("replace", columns=["Title"], find="([aeiou])([a-z])", **{"with": "\\2\\1", "match": "regex"})], movies[["Title"]].apply(lambda c: c.str.replace("([aeiou])([a-z])", r"\2\1", regex=True)))
case("replace whole", "penguins.json", [step("replace", columns=["Island"], find="Dream", **{"with": "Traum", "match": "whole"})], penguins[["Island"]].replace("Dream", "Traum"))
case("lower", "movies.json", [step("change_case", columns=["Title"], to="lower")], movies[["Title"]].apply(lambda c: c.str.lower()))
case("upper", "movies.json", [step("change_case", columns=["Director"], to="upper")], movies[["Director"]].apply(lambda c: c.str.upper()))
case("extract", "movies.json", [step("extract_text", column="Title", pattern="([0-9]+)", name="n")], movies["Title"].str.extract("([0-9]+)")[0].to_frame("n"))
split = movies["Director"].str.split(" ", n=1, expand=True)
case("split", "movies.json", [step("split_column", column="Director", separator=" ", names=["first", "rest"], trim=False)], split.rename(columns={0: "first", 1: "rest"}))
case("map", "penguins.json", [step("map_values", column="Sex", values={"MALE": "m", "FEMALE": "f"}, others="missing")], penguins["Sex"].map({"MALE": "m", "FEMALE": "f"}).to_frame())

ratio = diamonds["price"] / diamonds["carat"] / np.maximum(diamonds["depth"], 60)
case("formula", "diamonds.csv", [step("derive_column", name="r", expression="price / carat / max(depth, 60)")], ratio.to_frame("r"))
size = np.select([diamonds["carat"] < 0.5, diamonds["carat"] < 1], ["small", "medium"], "large")
case("formula case", "diamonds.csv", [step("derive_column", name="s", expression="case when carat < 0.5 then 'small' when carat < 1 then 'medium' else 'large' end")], pd.DataFrame({"s": size}))
long = [
    step("drop_duplicates", columns=["Id"]), step("filter_rows", filter='"Cl.thickness" > 1'), step("fill_missing", columns=["Bare.nuclei"], method="median"),
    step("derive_column", name="sum", expression='"Cell.size" + "Cell.shape" * 2'), step("standardise", columns=["sum"]), step("clip_outliers", columns=["sum"], method="bounds", upper=1.5),
    step("one_hot", columns=["Class"]), step("drop_columns", columns=["Id"]), step("sort", columns=["Mitoses"], descending=["Mitoses"]),
]
t = cancer.drop_duplicates(subset=["Id"])
t = t[t["Cl.thickness"] > 1].copy()
t["Bare.nuclei"] = t["Bare.nuclei"].fillna(t["Bare.nuclei"].median())
t["sum"] = t["Cell.size"] + t["Cell.shape"] * 2
t["sum"] = StandardScaler().fit_transform(t[["sum"]])[:, 0]
t["sum"] = t["sum"].clip(upper=1.5)
t = pd.get_dummies(t, columns=["Class"]).drop(columns=["Id"]).sort_values("Mitoses", ascending=False, kind="stable")
case("nine steps", "BreastCancer.csv", long, t)

json.dump(cases, sys.stdout)
