"""Write the JSON Schema of the report from its definition: ``python scripts/make_report_schema.py``."""

import json
from pathlib import Path

from guidekg.reports import json as report

TARGET = Path(report.__file__).with_name("report.schema.json")

if __name__ == "__main__":
    TARGET.write_text(json.dumps(report.schema(), indent=2) + "\n", encoding="utf-8")
    print(f"wrote {TARGET}")
