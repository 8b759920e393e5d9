"""Reference figures of the JSON files in MLHub.Tests/Data, made with Python's json module alone.

Run: python3 reference_json.py ../Data > reference_json.json
"""
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
result = {}
for name in sorted(p.name for p in folder.glob("*.json")):
    records = json.loads((folder / name).read_text())
    keys = []
    for record in records:
        keys += [k for k in record if k not in keys]
    columns = {}
    for key in keys:
        values = [r.get(key) for r in records]
        filled = [v for v in values if v is not None]
        figures = {"null": len(values) - len(filled)}
        if filled and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in filled):
            figures.update(sum=float(sum(filled)), min=float(min(filled)), max=float(max(filled)), whole=all(isinstance(v, int) for v in filled))
        columns[key] = figures
    result[name] = {"rows": len(records), "columns": columns}
json.dump(result, sys.stdout, indent=1)
