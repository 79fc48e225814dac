"""`chidao ref`, `chidao check` and `chidao status --missing`, as staff and other programs rely on them."""

import csv
import json
import unicodedata
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml.html import document_fromstring

from tests.documents import docx, pdf_page, text_at, word_paragraph, word_xml
from tests.homes import Chidao, run_chidao
from tests.registers import decision

ARTICLES = {
    "quyet-dinh.txt": decision(
        place="THÀNH PHỐ HẢI PHÒNG",
        body="Điều 1. Quyết định này thay thế Quyết định số 100/QĐ-UBND ngày 05/01/2018 của UBND thành phố Hải Phòng.",
    ),
    "tin.txt": (
        "Thành phố họp\n\nHội nghị bàn Nghị định số 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư. "
        "Nghị quyết số 45-NQ/TW ngày 24/01/2019 được quán triệt. Luật Đất đai năm 2013 được nhắc tới."
    ),
    "tin-hai.txt": "Trí thức\n\nNghị quyết số 45-NQ/TW ngày 24/11/2023 của Ban Chấp hành Trung ương bàn về trí thức.",
}
KNOWN = "Nghị định số 30/2020/NĐ-CP ngày 05/3/2020"
UNKNOWN = "Quyết định số 9999/QĐ-UBND"
DRAFT = f"Căn cứ {KNOWN};\nCăn cứ {UNKNOWN}; Quyết định số 100/QĐ-UBND."
RESOLUTION = {"query", "verdict", "directive", "mentions", "related"}
MENTION = {"article_id", "title", "published", "start", "end", "quote", "date"}
REFERENCE = {"text", "start", "end", "kind", "number", "date", "verdict", "note"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with ARTICLES, only to be read."""
    folder = tmp_path_factory.mktemp("staff")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert run_chidao(folder / "data", "add", *(str(folder / name) for name in ARTICLES)).returncode == 0
    assert run_chidao(folder / "data", "reload").returncode == 0
    return folder / "data"


def asked(home: Path, query: str) -> Any:
    result = run_chidao(home, "ref", query, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def checked(home: Path, file: Path | str, stdin: str = "") -> list[Any]:
    result = run_chidao(home, "check", str(file), "--json", stdin=stdin)
    assert result.returncode == 0, result.stderr
    made = json.loads(result.stdout)
    assert made.keys() == {"references"}
    return list(made["references"])


def verdicts(found: list[Any]) -> list[tuple[str, str]]:
    return [(each["number"], each["verdict"]) for each in found]


IN_DRAFT = [("30/2020/NĐ-CP", "exact"), ("9999/QĐ-UBND", "not_found"), ("100/QĐ-UBND", "superseded")]


class TestRef:
    def test_json_has_the_contract_and_offsets_of_the_stored_article(self, home: Path) -> None:
        made = asked(home, "nghi dinh 30/2020 ngay 5/3/2020")
        assert made.keys() >= RESOLUTION | {"candidates", "did_you_mean", "note", "generation"}
        assert (made["verdict"], made["directive"]["number"], made["generation"]) == (
            "exact",
            "30/2020/NĐ-CP",
            "000001",
        )
        [mention] = made["mentions"]
        assert mention.keys() >= MENTION
        article = json.loads(run_chidao(home, "show", mention["article_id"], "--json").stdout)
        assert article["text"][mention["start"] : mention["end"]] == mention["quote"]
        assert mention["title"] == article["title"] == "Thành phố họp"

    @pytest.mark.parametrize(
        ("query", "verdict"),
        [
            ("3482/QĐ-UBND ngày 27/12/2018", "exact"),
            ("3482", "number_only"),
            ("3482/QĐ-UBND ngày 28/12/2018", "date_differs"),
            ("45-NQ/TW", "ambiguous"),
            ("100/QĐ-UBND", "superseded"),
            ("luat dat dai 2013", "cited_only"),
            ("chuong trinh cong tac nam 2019", "number_only"),
            ("3428/QĐ-UBND", "not_found"),
            ("", "not_found"),
            ("   ", "not_found"),
            ("a" * 10_000, "not_found"),
            ("\U0001f600", "not_found"),
            ("'; DROP TABLE mentions; --", "not_found"),
            ("b\udce0i", "not_found"),  # no UTF-8
        ],
    )
    def test_any_query_gets_a_verdict(self, home: Path, query: str, verdict: str) -> None:
        assert asked(home, query)["verdict"] == verdict

    def test_a_decision_tells_what_it_replaced_and_is_held(self, home: Path) -> None:
        made = asked(home, "3482/QĐ-UBND")
        assert made["directive"]["held"]
        assert [(each["relation"], each["directive"]) for each in made["related"]] == [("replaces", "100/QĐ-UBND")]

    def test_people_read_the_mark_the_reason_and_the_quote(self, home: Path) -> None:
        result = run_chidao(home, "ref", "100/QĐ-UBND")
        assert result.stdout.startswith("⚠ 100/QĐ-UBND: bị thay thế bởi 3482/QĐ-UBND")
        assert "“Điều 1. Quyết định này thay thế" in result.stdout
        english = run_chidao(home, "ref", "3428/QĐ-UBND", CHIDAO_LANGUAGE="en").stdout
        assert "did you mean: 3482/QĐ-UBND" in english

    def test_nothing_asked_is_a_usage_error(self, home: Path) -> None:
        assert run_chidao(home, "ref").returncode == 2


class TestCheck:
    def test_every_reference_of_a_text_is_marked(self, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "du-thao.txt"
        file.write_text(DRAFT, encoding="utf-8")
        found = checked(home, file)
        assert verdicts(found) == IN_DRAFT
        assert all(each.keys() >= REFERENCE for each in found)
        assert all(DRAFT[each["start"] : each["end"]] == each["text"] for each in found)
        result = run_chidao(home, "check", str(file))
        assert [line[:1] for line in result.stdout.splitlines() if line[:1] in "✓⚠✗"] == ["✓", "✗", "⚠", "✓"]
        assert result.stdout.splitlines()[-1] == "✓ 1 · ⚠ 1 · ✗ 1"

    @pytest.mark.parametrize(
        "text",
        [
            unicodedata.normalize("NFD", DRAFT),
            DRAFT.replace("\n", "\r\n"),
            DRAFT.replace("30/", "3\u200b0/").replace("QĐ", "Q\u00adĐ"),
            f"\n\n  {DRAFT}\n",
        ],
    )
    def test_offsets_count_the_characters_of_the_file(self, home: Path, tmp_path: Path, text: str) -> None:
        for mark in ("", "\ufeff"):
            (tmp_path / "a.txt").write_bytes(f"{mark}{text}".encode())
            found = checked(home, tmp_path / "a.txt")
            assert verdicts(found) == IN_DRAFT
            assert all(text[each["start"] : each["end"]] == each["text"] for each in found)

    def test_standard_input_is_a_draft_too(self, home: Path) -> None:
        found = checked(home, "-", stdin=DRAFT)
        assert verdicts(found) == IN_DRAFT
        assert all(DRAFT[each["start"] : each["end"]] == each["text"] for each in found)

    @pytest.mark.parametrize("text", ["", "   \n", "\U0001f600", "Sáng nay họp.", "a" * 10_000])
    def test_a_draft_without_references_is_no_error(self, home: Path, text: str) -> None:
        assert checked(home, "-", stdin=text) == []
        assert run_chidao(home, "check", "-", stdin=text, CHIDAO_LANGUAGE="en").stdout == "no reference was found\n"

    def test_word_files_are_read_their_first_line_too(self, home: Path, tmp_path: Path) -> None:
        """The first line of a DOCX without a letterhead is the title of the article it would make."""
        lines = (f"Góp ý dự thảo theo {KNOWN}", f"Căn cứ {UNKNOWN};", "Căn cứ Quyết định số 100/QĐ-UBND.")
        (tmp_path / "a.docx").write_bytes(docx(word_xml("".join(map(word_paragraph, lines)))))
        assert verdicts(checked(home, tmp_path / "a.docx")) == IN_DRAFT

    def test_the_title_that_a_letterhead_makes_is_not_counted(self, home: Path, tmp_path: Path) -> None:
        lines = decision("55/QĐ-UBND", body=f"Căn cứ {UNKNOWN};").split("\n")
        (tmp_path / "a.docx").write_bytes(docx(word_xml("".join(map(word_paragraph, filter(None, lines))))))
        assert verdicts(checked(home, tmp_path / "a.docx")) == [("55/QĐ-UBND", "exact"), ("9999/QĐ-UBND", "not_found")]

    def test_web_pages_and_pdfs_are_read(self, home: Path, tmp_path: Path) -> None:
        page = f"<html><head><title>Họp</title></head><body><h1>Họp</h1><p>Căn cứ {KNOWN} họp bàn.</p></body></html>"
        (tmp_path / "a.html").write_text(page, encoding="utf-8")
        assert verdicts(checked(home, tmp_path / "a.html")) == IN_DRAFT[:1]
        content = text_at((50, 700, "Thanh pho hop"), (50, 650, "Can cu Quyet dinh so 9999/QD-UBND hop ban ve cho."))
        (tmp_path / "a.pdf").write_bytes(pdf_page(content))
        assert verdicts(checked(home, tmp_path / "a.pdf")) == IN_DRAFT[1:2]

    def test_a_file_that_cannot_be_read_is_named_in_one_line(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "wide.txt").write_bytes(DRAFT.encode("utf-16"))
        for file in (tmp_path / "none.txt", tmp_path, tmp_path / "wide.txt"):
            result = run_chidao(home, "check", str(file))
            assert (result.returncode, result.stderr.count("\n"), result.stdout) == (1, 1, "")
            assert result.stderr.startswith("chidao: ")

    @pytest.mark.parametrize("arguments", [[], ["a.txt", "--batch", "-"], ["--batch", "-", "--out", "a.html"]])
    def test_one_file_or_a_batch_but_not_both(self, home: Path, arguments: list[str]) -> None:
        assert run_chidao(home, "check", *arguments).returncode == 2


class TestBatch:
    def test_lines_come_back_in_order_and_bad_ones_are_named(self, home: Path) -> None:
        rows = [json.dumps({"_id": 7, "text": DRAFT}), "not json", '{"_id": "b"}', "", '{"_id": "c", "text": ""}']
        result = run_chidao(home, "check", "--batch", "-", stdin="\n".join(rows))
        first, second, third, fourth = (json.loads(line) for line in result.stdout.splitlines())
        assert result.returncode == 1
        assert first["_id"] == 7
        assert verdicts(first["references"]) == IN_DRAFT
        assert all(DRAFT[each["start"] : each["end"]] == each["text"] for each in first["references"])
        assert ("error" in second, "error" in third, second["line"]) == (True, True, 2)
        assert fourth == {"_id": "c", "references": []}

    def test_good_lines_alone_are_no_error(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").write_text(json.dumps({"_id": "a", "text": "\udfff " + DRAFT}) + "\n", encoding="utf-8")
        result = run_chidao(home, "check", "--batch", str(tmp_path / "a.jsonl"), "--json")
        assert result.returncode == 0, result.stderr
        assert verdicts(json.loads(result.stdout)["references"]) == IN_DRAFT

    def test_a_file_that_is_not_there_is_a_usage_error(self, home: Path) -> None:
        assert run_chidao(home, "check", "--batch", "nowhere.jsonl").returncode == 2


class TestOut:
    def test_a_page_for_reading(self, home: Path, tmp_path: Path) -> None:
        out = tmp_path / "a.html"
        result = run_chidao(home, "check", "-", "--out", str(out), stdin=DRAFT)
        assert (result.returncode, str(out) in result.stderr) == (0, True)
        page = document_fromstring(out.read_bytes())
        assert [each.get("class") for each in page.xpath("//mark")] == ["good", "bad", "look"]

    def test_a_word_file_with_comments(self, home: Path, tmp_path: Path) -> None:
        document = Document()
        for line in ("Dự thảo", *DRAFT.split("\n")):
            document.add_paragraph(line)
        document.save(str(tmp_path / "a.docx"))
        result = run_chidao(home, "check", str(tmp_path / "a.docx"), "--out", str(tmp_path / "b.docx"))
        assert result.returncode == 0, result.stderr
        marked = Document(BytesIO((tmp_path / "b.docx").read_bytes()))
        assert sorted(each.text[:1] for each in marked.comments) == ["⚠", "✓", "✗"]
        assert [each.text for each in marked.paragraphs] == [each.text for each in document.paragraphs]

    @pytest.mark.parametrize("name", ["a.pdf", "a", "a.docx", "none/a.html"])  # the draft is no .docx
    def test_what_cannot_be_written_is_named(self, home: Path, tmp_path: Path, name: str) -> None:
        result = run_chidao(home, "check", "-", "--out", str(tmp_path / name), stdin=DRAFT)
        assert (result.returncode, result.stderr.count("\n")) == (1, 1)
        assert not list(tmp_path.iterdir())


class TestMissing:
    def test_the_ledger_is_a_csv_for_spreadsheets(self, home: Path, tmp_path: Path) -> None:
        out = tmp_path / "thieu.csv"
        result = run_chidao(home, "status", "--missing", str(out), "--json")
        assert result.returncode == 0, result.stderr
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        numbers = [row["number"] for row in rows]
        assert sorted(numbers) == sorted(["45-NQ/TW", "45-NQ/TW", "30/2020/NĐ-CP", "100/QĐ-UBND", "Luật Đất đai 2013"])
        assert json.loads(result.stdout)["missing"]["count"] == len(rows)

    def test_the_line_for_people_names_the_most_cited(self, home: Path) -> None:
        assert "thiếu toàn văn" in run_chidao(home, "status").stdout

    def test_an_empty_home_has_an_empty_ledger(self, chidao: Chidao, tmp_path: Path) -> None:
        assert chidao("status", "--missing", str(tmp_path / "a.csv")).returncode == 0
        assert len((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()) == 1

    def test_a_place_that_cannot_be_written_is_told_without_a_traceback(self, chidao: Chidao, tmp_path: Path) -> None:
        result = chidao("status", "--missing", str(tmp_path / "none" / "a.csv"))
        assert result.returncode in {1, 2}
        assert "Traceback" not in result.stderr
        assert "a.csv" in result.stderr


class TestBeforeAnyReload:
    @pytest.mark.parametrize("arguments", [["ref", "3482/QĐ-UBND"], ["check", "-"], ["check", "--batch", "-"]])
    def test_it_is_said_how_to_begin(self, chidao: Chidao, arguments: list[str]) -> None:
        result = chidao(*arguments)
        assert result.returncode == 1
        assert "chidao reload" in result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["ref", "check", "status"])
def test_every_command_explains_itself_in_both_languages(chidao: Chidao, command: str) -> None:
    result = chidao(command, "--help")
    assert result.returncode == 0
    assert " / " in result.stdout


def test_a_removed_article_is_gone_from_the_register(chidao: Chidao, tmp_path: Path) -> None:
    for name in ("tin.txt", "tin-hai.txt"):
        (tmp_path / name).write_text(ARTICLES[name], encoding="utf-8")
        chidao("add", str(tmp_path / name))
    chidao("reload")
    [mention] = json.loads(chidao("ref", "30/2020/NĐ-CP", "--json").stdout)["mentions"]
    chidao("remove", mention["article_id"])
    chidao("reload")
    assert json.loads(chidao("ref", "30/2020/NĐ-CP", "--json").stdout)["verdict"] == "not_found"
    proof = json.loads(chidao("remove", mention["article_id"], "--json").stdout)
    assert proof["clean"] is True
    [references] = [each for each in proof["checked"] if each["what"] == "references"]
    assert (references["looked_at"], references["found"]) == (1, 0)
