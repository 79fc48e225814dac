"""`chidao why`, `chidao gaps` and `chidao status`, as staff and other programs rely on them."""

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

from tests.homes import Chidao

OPENING = "Chợ Sắt mở cửa lúc mấy giờ?"
UNKNOWN = "Chợ Sắt bán mặt hàng gì, gọi 0912345678?"


def said(result: Any) -> Any:
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def load(chidao: Chidao, folder: Path, text: str) -> None:
    page = folder / f"{abs(hash(text))}.txt"
    page.write_text(text, encoding="utf-8")
    assert chidao("add", str(page)).returncode == 0
    assert chidao("reload").returncode == 0


def load_market(chidao: Chidao, folder: Path) -> None:
    load(chidao, folder, "Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng mỗi ngày.")


def test_an_answer_is_looked_into_by_its_receipt_also_after_the_next_reload(chidao: Chidao, tmp_path: Path) -> None:
    load_market(chidao, tmp_path)
    answer = said(chidao("ask", OPENING, "--json"))
    load(chidao, tmp_path, "Giờ chợ Sắt\n\nTừ tháng 5, Chợ Sắt mở cửa lúc 6 giờ sáng mỗi ngày.")
    told = said(chidao("why", answer["receipt"], "--json"))
    assert (told["question"], told["status"], told["generation"]) == (OPENING, "answered", answer["generation"])
    assert told["replay"]["same"] is True
    assert told["replay"]["hits"] == told["hits"]
    assert [each["quote"] for each in told["citations"]] == [each["quote"] for each in answer["citations"]]
    assert told["decision"]["support"] >= told["decision"]["enough"]
    lines = chidao("why", answer["receipt"]).stdout
    assert "GIỐNG" in lines
    assert answer["citations"][0]["quote"] in lines


def test_what_ask_prints_names_the_receipt(chidao: Chidao, tmp_path: Path) -> None:
    load_market(chidao, tmp_path)
    last = chidao("ask", OPENING).stdout.splitlines()[-1]
    assert chidao(*last.rpartition("chidao ")[2].rstrip(")").split()).returncode == 0
    assert "why" not in chidao("ask", OPENING, CHIDAO_RECEIPTS__DAYS="0").stdout


def test_the_question_can_be_left_out_and_receipts_too(chidao: Chidao, tmp_path: Path) -> None:
    load_market(chidao, tmp_path)
    without = said(chidao("ask", OPENING, "--json", CHIDAO_RECEIPTS__TEXT="false"))["receipt"]
    told = said(chidao("why", without, "--json", CHIDAO_LANGUAGE="en"))
    assert (told["question"], told["replay"], len(told["hits"])) == (None, None, 1)
    assert "was not kept" in told["not_replayed"]
    assert told["citations"][0]["quote"]
    none = said(chidao("ask", OPENING, "--json", CHIDAO_RECEIPTS__DAYS="0"))["receipt"]
    refused = chidao("why", none, CHIDAO_LANGUAGE="en")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "receipts are kept for 30 days (CHIDAO_RECEIPTS__DAYS)" in refused.stderr


def test_unanswered_questions_are_counted_and_their_text_is_kept_only_with_leave(
    chidao: Chidao, tmp_path: Path
) -> None:
    load_market(chidao, tmp_path)
    assert said(chidao("gaps", "--json"))["total"] == 0
    assert said(chidao("ask", UNKNOWN, "--json", CHIDAO_RECEIPTS__DAYS="0"))["status"] == "not_found"
    assert said(chidao("status", "--json"))["unanswered"] == {"count": 1, "days": 30}
    found = said(chidao("gaps", "--json"))
    assert (found["total"], found["text"], found["questions"]) == (1, False, [])
    assert "CHIDAO_GAPS__TEXT=true" in chidao("gaps").stdout
    assert not any("mặt hàng".encode() in file.read_bytes() for file in (tmp_path / "data").glob("asked*"))


def test_the_gap_list_groups_masks_and_says_what_is_covered_now(chidao: Chidao, tmp_path: Path) -> None:
    load_market(chidao, tmp_path)
    batch = "".join(
        json.dumps({"_id": str(n), "text": text}) + "\n"
        for n, text in enumerate(["Cầu Rào xây năm nào?", "cau rao xay nam nao", UNKNOWN])
    )
    assert chidao("ask", "--batch", "-", stdin=batch, CHIDAO_GAPS__TEXT="true").returncode == 0
    load(chidao, tmp_path, "Cầu Rào\n\nCầu Rào được xây năm 1980.")
    table = tmp_path / "gaps.csv"
    found = said(chidao("gaps", "--json", "--out", str(table), CHIDAO_GAPS__TEXT="true"))
    first, second = found["questions"]
    assert (first["question"], first["count"], first["covered"]) == ("Cầu Rào xây năm nào?", 2, True)
    assert (second["count"], second["covered"]) == (1, False)
    assert "[điện thoại]" in second["question"]
    header, *rows = csv.reader(table.read_text(encoding="utf-8-sig").splitlines())
    assert header[:5] == ["question", "count", "first", "last", "covered"]
    assert [row[4] for row in rows] == ["yes", "no"]
    assert not any(b"0912345678" in file.read_bytes() for file in (tmp_path / "data").glob("asked*"))


def test_what_is_kept_can_be_deleted_at_any_time(chidao: Chidao, tmp_path: Path) -> None:
    load_market(chidao, tmp_path)
    chidao("ask", OPENING)
    (tmp_path / "data" / "asked.sqlite").unlink()
    answer = said(chidao("ask", OPENING, "--json"))
    assert said(chidao("why", answer["receipt"], "--json"))["replay"]["same"] is True


def test_the_columns_that_are_kept_are_these_and_no_identity_is_among_them(chidao: Chidao, tmp_path: Path) -> None:
    """A column that is added has to be thought about: docs/privacy.md says what is kept."""
    load_market(chidao, tmp_path)
    chidao("ask", OPENING)
    db = sqlite3.connect(tmp_path / "data" / "asked.sqlite")
    columns = {
        table: [column for _, column, *_ in db.execute(f"PRAGMA table_info({table})")]
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    [(body,)] = db.execute("SELECT body FROM receipts")
    db.close()
    assert columns == {
        "receipts": ["id", "moment", "body"],
        "unanswered_days": ["day", "count"],
        "unanswered_texts": ["day", "text", "count"],
    }
    assert json.loads(body).keys() <= {
        "id", "moment", "generation", "status", "elapsed_ms", "question", "hits", "decision", "citations"
    }  # fmt: skip
