"""The lexical index: what it finds, what it ranks first, and its scores against BM25 written out."""

import math
import threading
import unicodedata
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Literal

import numpy as np
import pytest
import tantivy
from hypothesis import assume, given
from hypothesis import strategies as st

from config.errors import DamagedError
from retrieval import lexical
from retrieval.lexical import FOLDER, LexicalIndex, write_lexical
from retrieval.tokens import index_terms, is_marked, terms

TEXTS = [
    "Các sở phói hợp với công an thành phố",  # "phối" mistyped, as articles do
    "Thủ tục cấp giấy phép xây dựng nhà ở",
    "Quyết định số 3482/QĐ-UBND về phân công nhiệm vụ",
    "Quyết định số 3483/QĐ-UBND về thu hồi đất",
    "Lễ hội Hoa Phượng Đỏ 24/01/2019",
]


def index_of(folder: Path, texts: list[str]) -> LexicalIndex:
    write_lexical(folder, texts)
    return LexicalIndex(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> LexicalIndex:
    return index_of(tmp_path_factory.mktemp("index"), TEXTS)


FOUND = [
    ("phối hợp với công an", 0),  # the source is mistyped, its folded form is not
    ("giấy phép xây dựng", 1),
    ("giay phep xay dung", 1),  # no marks
    ("GIẤY PHÉP XÂY DỰNG", 1),
    (unicodedata.normalize("NFD", "giấy phép xây dựng"), 1),  # decomposed, as some keyboards type
    ("3482/QĐ-UBND", 2),  # a document number, not its neighbour's
    ("quyet dinh 3483/qd-ubnd", 3),
    ("hoa phuong", 4),
    ("ngày 24 tháng 1 năm 2019 có gì", 4),  # the same date in other figures
]


@pytest.mark.parametrize(("question", "row"), FOUND)
def test_the_passage_meant_is_found_first(index, question, row):
    assert index.search(question, 3)[0][0] == row


NOTHING = [
    "máy bay trực thăng",  # no word in common
    "",
    "?!…",
    "🙂",
]


@pytest.mark.parametrize("question", NOTHING)
def test_nothing_in_common_finds_nothing(index, question):
    assert index.search(question, 3) == []


def test_a_marked_question_prefers_exact_marks(tmp_path):
    """Folded, all four are equal; the marks of the question decide."""
    texts = ["họa sĩ", "hoa sĩ", "hòa sĩ", "hoà sĩ"]
    found = index_of(tmp_path, texts).search("hòa sĩ", 4)
    assert [row for row, _ in found][:2] == [2, 3]  # two spellings of one syllable
    assert found[0][1] == found[1][1] > found[2][1]


def test_an_unmarked_question_does_not_judge_marks(tmp_path):
    found = index_of(tmp_path, ["họa sĩ", "hoa sĩ", "hòa sĩ"]).search("hoa si", 3)
    assert len({score for _, score in found}) == 1


def test_no_more_than_k_are_given_best_first(index):
    (row, best), (_, second) = index.search("quyết định về xây dựng nhà ở", 2)
    assert row == 1
    assert best > second


def test_a_very_long_question_and_a_very_long_word_are_searched(tmp_path):
    index = index_of(tmp_path, ["a" * 100_000 + " xây dựng", "khác"])
    assert index.search("a" * 100_000, 3) == []  # longer than Tantivy keeps a term
    assert index.search("xây dựng " * 5_000, 3)[0][0] == 0


def test_an_empty_index_finds_nothing(tmp_path):
    assert index_of(tmp_path, []).search("xây dựng", 3) == []


def test_opening_and_searching_leave_the_folder_alone(tmp_path):
    """A generation may lie on a read-only disk. Root may write all the same, so the listing is compared too."""
    write_lexical(tmp_path, TEXTS)
    folder = tmp_path / FOLDER
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    folder.chmod(0o555)
    try:
        assert LexicalIndex(tmp_path).search("xây dựng", 1)
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    finally:
        folder.chmod(0o755)


class LockingTantivy:
    """Stands for `tantivy.Index`; like a thread of Tantivy's, locks on in each folder until it finds it no more."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def __call__(self, schema: tantivy.Schema, path: str) -> tantivy.Index:
        self._lock_on(path)
        return tantivy.Index(schema, path=path)

    def open(self, path: str) -> tantivy.Index:
        self._lock_on(path)
        return tantivy.Index.open(path)

    def _lock_on(self, path: str) -> None:
        def lock_on() -> None:
            with suppress(FileNotFoundError):
                while True:
                    Path(path, ".tantivy-meta.lock").touch()

        self.threads.append(threading.Thread(target=lock_on, daemon=True))
        self.threads[-1].start()


def test_locks_taken_late_do_no_harm(tmp_path, monkeypatch):
    """Tantivy locks once more some time after opening: about one open in a thousand failed to remove its folder."""
    locking = LockingTantivy()
    monkeypatch.setattr(lexical, "tantivy", SimpleNamespace(**vars(tantivy) | {"Index": locking}))
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert index_of(folder, TEXTS).search("xây dựng", 1)
        for thread in locking.threads:
            thread.join(timeout=5)
            assert not thread.is_alive()
        assert list(folder.iterdir()) == [folder / FOLDER]
        assert not list((folder / FOLDER).glob("*.lock"))


def test_a_rarer_term_weighs_more_and_an_unknown_one_most(index):
    assert index.idf("quyet_dinh") < index.idf("phuong") < index.idf("khong_co")


# ------------------------------------------------------------------------------------------------- BM25 written out
K1, B = 1.2, 0.75


def bm25(documents: list[list[str]], question: list[str]) -> list[float]:
    """The score of every document, slow and obvious."""
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts = Counter(document)
        score = 0.0
        for term in dict.fromkeys(question):
            holding = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            length = 1 - B + B * len(document) / average if average else 1.0
            score += idf * counts[term] * (K1 + 1) / (counts[term] + K1 * length)
        scores.append(score)
    return scores


def twin(texts: list[str], question: str) -> dict[int, float]:
    """What the index should find: rows and scores above zero."""
    forms: list[Literal["folded", "marked"]] = ["folded", "marked"] if is_marked(question) else ["folded"]
    by_form = [
        bm25([index_terms(terms(text), form) for text in texts], index_terms(terms(question), form)) for form in forms
    ]
    totals = map(sum, zip(*by_form, strict=True))
    return {row: score for row, score in enumerate(totals) if score > 0}


EXACT_LENGTH = 40  # Tantivy keeps a field's length in one byte, exact up to so many terms
SYLLABLES = ["thủ", "thu", "tục", "hoà", "hòa", "hoa", "đất", "dat", "đai", "quý", "2019", "06/QĐ-TTg"]
short_texts = st.lists(st.sampled_from(SYLLABLES), max_size=9).map(" ".join)


@given(st.lists(short_texts, min_size=1, max_size=8), short_texts)
def test_scores_are_those_of_bm25_written_out(texts, question):
    assume(all(len(index_terms(terms(text), "folded")) <= EXACT_LENGTH for text in texts))
    expected = twin(texts, question)
    with TemporaryDirectory() as folder:
        found = index_of(Path(folder), texts).search(question, len(texts))
    assert dict(found) == pytest.approx(expected, rel=1e-4)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))  # so the ranking is the twin's, up to float ties


# ------------------------------------------------------------------------------------------------ within given rows
@pytest.fixture(scope="module")
def mixed(tmp_path_factory) -> LexicalIndex:
    """A few hundred texts of few words, so that most match and many scores are equal."""
    words = ["xây", "dựng", "nhà", "đất", "hồ", "sơ", "phí"]
    chance = np.random.default_rng(3)
    texts = [" ".join(chance.choice(words, chance.integers(1, 9))) for _ in range(300)]
    return index_of(tmp_path_factory.mktemp("mixed"), texts)


@pytest.mark.parametrize("runs", [0, 5, 1000])  # never by range, for a few runs, always
@given(
    question=st.sampled_from(["xây dựng nhà", "ho so dat", "phí", "lễ hội"]),
    within=st.sets(st.integers(0, 299)) | st.builds(range, st.integers(0, 200), st.integers(100, 300)),
    k=st.integers(1, 40),
)
def test_within_any_rows_the_best_of_them_are_found_with_their_scores(mixed, runs, question, within, k):
    rows = sorted(within)
    expected = [hit for hit in mixed.search(question, 300) if hit[0] in rows][:k]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_RUNS", runs)
        found = mixed.search(question, k, np.array(rows, dtype=np.int64))
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-5)
    assert {row for row, _ in found} <= set(rows)
    assert [row for row, _ in found] == [row for row, _ in expected]


@pytest.mark.parametrize("ending", [".term", ".idx", ".fast", ".pos", "meta.json"])
@pytest.mark.parametrize("byte", [0, 255])
def test_files_of_nonsense_are_named_and_end_nothing(tmp_path, ending, byte):
    """Tantivy panics over some of them, which is no Exception."""
    folder = tmp_path / "000007"
    folder.mkdir()
    write_lexical(folder, TEXTS)
    [file] = (folder / FOLDER).glob(f"*{ending}")
    data = file.read_bytes()
    for at in range(0, len(data), max(len(data) // 7, 1)):
        file.write_bytes(data[:at] + bytes([byte]) + data[at + 1 :])
        with suppress(DamagedError):
            LexicalIndex(folder).search("giấy phép xây dựng", 3)
    file.write_bytes(bytes([byte]) * len(data))
    with pytest.raises(DamagedError, match="generation 000007 is damaged at lexical"):
        LexicalIndex(folder).search("giấy phép xây dựng", 3)
