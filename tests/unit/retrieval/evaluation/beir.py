"""Small question sets in BEIR form."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

DOCUMENTS = {
    "cho": "Chợ Sắt mở cửa lúc năm giờ sáng.",
    "cau": "Cầu Rào được xây dựng năm 1980.",
    "phep": "Hồ sơ cấp giấy phép xây dựng nộp tại bộ phận một cửa.",
}
QUESTIONS = {"q1": "Chợ Sắt mở cửa lúc mấy giờ?", "q2": "Nộp hồ sơ giấy phép xây dựng ở đâu?"}
RELEVANT = {"q1": {"cho": 1}, "q2": {"phep": 1}}


def beir_folder(
    folder: Path,
    documents: Mapping[str, str] = DOCUMENTS,
    questions: Mapping[str, str] = QUESTIONS,
    relevant: Mapping[str, Mapping[str, int]] = RELEVANT,
    titles: Mapping[str, str] | None = None,
) -> Path:
    """Writes a set; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus = ({"_id": key, "title": (titles or {}).get(key, ""), "text": text} for key, text in documents.items())
    write_lines(folder / "corpus.jsonl", map(json.dumps, corpus))
    write_lines(folder / "queries.jsonl", (json.dumps({"_id": key, "text": text}) for key, text in questions.items()))
    rows = (f"{question}\t{key}\t{gain}" for question, gains in relevant.items() for key, gain in gains.items())
    write_lines(folder / "qrels.tsv", ["query-id\tcorpus-id\tscore", *rows])
    return folder


def write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
