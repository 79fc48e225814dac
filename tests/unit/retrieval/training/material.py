"""A small folder of material to learn from, laid out as the real one."""

import gzip
import json
from pathlib import Path
from typing import Any

from retrieval.training.judged import JUDGED
from retrieval.training.lessons import ARTICLES, MEASURED, NEWS, PROCEDURES, QUESTIONS
from tests.unit.retrieval.evaluation.beir import beir_folder

LEAD = "Sáng 12/3, lãnh đạo thành phố cho biết việc này sẽ được làm xong trong quý hai, sớm hơn dự kiến."


def make_material(folder: Path) -> Path:
    """A small folder laid out as the real one."""
    news = [
        {"title": f"Tin số {number}: cầu mới thông xe", "lead": f"{number}. {LEAD}", "passages": [f"{LEAD} {LEAD}"]}
        for number in range(20)
    ]
    news.append({"title": "UBND phường họp về việc cấp nước", "lead": LEAD, "passages": []})
    (folder / "train").mkdir(parents=True)
    with gzip.open(folder / NEWS, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in news)
    for path in QUESTIONS:
        save(folder / path, [{"text": f"Câu hỏi của {Path(path).stem} về lệ phí thì sao?"}, {"text": "Phí " * 60}])
    law = f"Điều 3 Luật Khiếu nại\n{LEAD * 4}"
    save(
        folder / ARTICLES,
        [
            {"title": "Trình tự khiếu nại", "text": law},
            {"title": "Phạm vi điều chỉnh", "text": law},
            {"title": "Phạm vi điều chỉnh", "text": law},
        ],
    )
    save(folder / PROCEDURES, [{"title": "Thủ tục cấp nước", "text": "THỦ TỤC: cấp nước\nMÃ: 1"}])
    for name in JUDGED:
        beir_folder(folder / "data" / name)
    for name in set(MEASURED) - set(JUDGED):
        save(folder / "data" / name / "queries.jsonl", [{"text": f"câu của {name}"}])
    return folder


def save(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
