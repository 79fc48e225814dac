"""What the register takes from articles, and that it holds nothing else."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.models import Article, Relation
from corpus.references import find_references
from corpus.register import Mention, Register, key_of, mentions_of, number_key, write_register
from corpus.resolve import resolve_query
from corpus.sealed import SealedFile
from tests.factories import article
from tests.registers import all_mentions, by_id, decision, register_of

CITED = "Căn cứ Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của UBND tỉnh Đắk Nông. Sở Y tế báo cáo."


def of_number(found: list[Mention], number: str) -> Mention:
    [mention] = [each for each in found if each.number == number and not each.own]
    return mention


def own_of(text: str, *, title: str = "Thành phố họp") -> Mention | None:
    return next((each for each in mentions_of(article(text, title=title)) if each.own), None)


def test_a_mention_tells_the_reference_and_the_sentence_around_it() -> None:
    [mention] = mentions_of(article(CITED))
    assert CITED[mention.start : mention.end] == "Quyết định số 3482/QĐ-UBND ngày 27/12/2018"
    assert CITED[mention.quote_start : mention.quote_end] == CITED.removesuffix(" Sở Y tế báo cáo.")
    told = (mention.kind, mention.number, mention.serial, mention.date, mention.issuer, mention.own)
    assert told == ("Quyết định", "3482/QĐ-UBND", "3482", "2018-12-27", "UBND tỉnh Đắk Nông", False)


def test_of_a_very_long_sentence_the_words_around_the_reference_are_quoted() -> None:
    text = f"{'họp bàn ' * 200}theo Nghị định số 30/2020/NĐ-CP và {'triển khai ' * 200}xong."
    [mention] = mentions_of(article(text))
    quote = text[mention.quote_start : mention.quote_end]
    assert "Nghị định số 30/2020/NĐ-CP" in quote
    assert len(quote) <= 500
    assert text[mention.quote_start - 1] == text[mention.quote_end] == " "  # whole words


def test_a_self_reference_is_no_mention() -> None:
    assert list(mentions_of(article("Nghị quyết này có hiệu lực từ hôm nay."))) == []


def test_the_subject_behind_a_reference_is_kept() -> None:
    [mention] = mentions_of(article("Theo Nghị định số 30/2020/NĐ-CP của Chính phủ về công tác văn thư."))
    assert mention.subject == "công tác văn thư"


class TestOwnText:
    def test_a_letterhead_tells_number_day_issuer_and_subject(self) -> None:
        own = own_of(decision())
        assert own
        told = (own.number, own.kind, own.date, own.issuer, own.subject)
        assert told == (
            "3482/QĐ-UBND", "Quyết định", "2018-12-27", "ỦY BAN NHÂN DÂN TỈNH ĐẮK NÔNG",
            "ban hành chương trình công tác năm 2019",
        )  # fmt: skip

    def test_the_own_number_is_quoted_where_it_stands(self) -> None:
        text = decision()
        own = own_of(text)
        assert own
        assert text[own.start : own.end].endswith("3482/QĐ-UBND")

    @pytest.mark.parametrize("written", ["0012/QĐ-UBND", "12 /QĐ-UBND", "12/QĐ – UBND"])
    def test_the_own_number_is_found_whatever_name_stands_above_it_and_however_it_is_spaced(self, written: str) -> None:
        text = decision(written, place="THÀNH PHỐ HẢI PHÒNG")
        own = own_of(text)
        assert own
        assert text[own.start : own.end].endswith(written)

    def test_a_first_line_that_became_the_title_counts_as_part_of_the_letterhead(self) -> None:
        first, _, rest = decision().partition("\n")
        own = own_of(rest, title=first)
        assert own
        assert own.issuer == "ỦY BAN NHÂN DÂN TỈNH ĐẮK NÔNG"

    def test_a_title_that_names_it_over_numbered_articles_makes_it_that_directive(self) -> None:
        title = "Quyết định số 77/QĐ-UBND ngày 01/02/2015 của UBND tỉnh Đắk Nông về việc quản lý chợ"
        own = own_of("Điều 1. Ban hành quy chế chợ.\nĐiều 2. Chánh Văn phòng thi hành.", title=title)
        assert own
        told = (own.number, own.date, own.issuer, own.subject)
        assert told == ("77/QĐ-UBND", "2015-02-01", "UBND tỉnh Đắk Nông", "quản lý chợ")

    def test_a_title_that_names_it_over_news_does_not(self) -> None:
        assert own_of("Sáng nay Sở Y tế họp.", title="Quyết định số 77/QĐ-UBND về việc quản lý chợ") is None

    def test_a_title_with_other_words_before_the_number_does_not(self) -> None:
        assert own_of("Điều 1. Họp.", title="Triển khai Quyết định số 77/QĐ-UBND") is None


class TestActor:
    def test_what_a_decision_does_is_done_by_its_own_number(self) -> None:
        body = "Điều 1. Ban hành quy chế.\nĐiều 2. Quyết định này thay thế Quyết định số 100/QĐ-UBND."
        done = of_number(list(mentions_of(article(decision(body=body)))), "100/QĐ-UBND")
        assert (done.relation, done.actor) == (Relation.REPLACES, "3482/QĐ-UBND")

    def test_a_title_that_opens_with_a_number_tells_who_does_it(self) -> None:
        made = article("Nghị định này thay thế Nghị định số 110/2004/NĐ-CP.", title="Nghị định 30/2020/NĐ-CP: điểm mới")
        done = of_number(list(mentions_of(made)), "110/2004/NĐ-CP")
        assert (done.relation, done.actor) == (Relation.REPLACES, "30/2020/NĐ-CP")

    def test_the_one_named_beside_it_goes_before_the_title(self) -> None:
        text = "Nghị định 110/2004/NĐ-CP đã được thay thế bởi Nghị định 30/2020/NĐ-CP."
        done = of_number(list(mentions_of(article(text, title="Nghị định 1/2021/NĐ-CP"))), "110/2004/NĐ-CP")
        assert done.actor == "30/2020/NĐ-CP"

    def test_what_is_only_cited_has_no_actor(self) -> None:
        [mention] = mentions_of(article("Căn cứ Nghị định 110/2004/NĐ-CP.", title="Nghị định 30/2020/NĐ-CP"))
        assert (mention.relation, mention.actor) == (Relation.CITES, None)


class TestTakingOver:
    OLD = (article(CITED), article("Nghị định 30/2020/NĐ-CP nêu rõ.", title="Văn thư"), article("Không nêu gì."))

    def write(self, path: Path, *articles: Article, previous: Path | None = None) -> list[Mention]:
        write_register(path, articles, previous)
        with closing(Register(SealedFile(path))) as register:
            return all_mentions(register)

    def test_mentions_taken_over_make_the_same_register_as_a_fresh_one(self, tmp_path: Path) -> None:
        new = (*self.OLD, article(decision()))
        self.write(tmp_path / "1", *self.OLD)
        taken = self.write(tmp_path / "2", *new, previous=tmp_path / "1")
        assert taken == self.write(tmp_path / "3", *new)

    def test_unchanged_articles_are_not_read_again(self, tmp_path, monkeypatch) -> None:
        self.write(tmp_path / "1", *self.OLD)
        monkeypatch.setattr("corpus.register.mentions_of", lambda _: pytest.fail("read again"))
        assert self.write(tmp_path / "2", *self.OLD, previous=tmp_path / "1")

    def test_another_finder_reads_every_article_again(self, tmp_path, monkeypatch) -> None:
        self.write(tmp_path / "1", *self.OLD)
        monkeypatch.setattr("corpus.register.FINDER", -1)
        monkeypatch.setattr("corpus.register.mentions_of", lambda _: iter(()))
        assert self.write(tmp_path / "2", *self.OLD, previous=tmp_path / "1") == []

    def test_an_article_that_is_gone_leaves_no_trace(self, tmp_path: Path) -> None:
        self.write(tmp_path / "1", *self.OLD)
        gone, *kept = self.OLD
        left = self.write(tmp_path / "2", *kept, previous=tmp_path / "1")
        assert gone.id not in {each.article_id for each in left}
        data = (tmp_path / "2").read_bytes()
        assert gone.id.encode() not in data
        assert "3482/QĐ-UBND".encode() not in data

    def test_a_previous_register_that_is_not_there_does_not_matter(self, tmp_path: Path) -> None:
        assert self.write(tmp_path / "2", *self.OLD, previous=tmp_path / "none")


class TestReading:
    def test_counts_are_of_all_or_of_some_articles(self) -> None:
        cited, other = article(CITED), article("Nghị định 30/2020/NĐ-CP và Nghị quyết 45-NQ/TW.")
        with register_of(cited, other) as register:
            assert register.count() == 3
            assert register.count([other.id]) == 2
            assert register.count(["0" * 16]) == 0

    def test_what_is_not_held_is_listed_by_the_articles_that_name_it(self) -> None:
        with register_of(
            decision(), CITED, "Nghị quyết 45-NQ/TW.", "Nghị quyết 45-NQ/TW; Nghị định 1/2020/NĐ-CP."
        ) as r:
            assert r.not_held() == ["45-nq/tw", "1/2020/nd-cp"]

    def test_mentions_are_found_by_serial_whatever_follows(self) -> None:
        with register_of("Quyết định 12/QĐ-UBND và Kế hoạch 12/KH-UBND, Quyết định 123/QĐ-UBND.") as register:
            assert {each.number for each in register.with_serial("12")} == {"12/QĐ-UBND", "12/KH-UBND"}

    def test_labels_are_of_known_keys_only(self) -> None:
        with register_of(CITED) as register:
            assert register.labels(["3482/qd-ubnd", "1/qd-ubnd"]) == ["3482/QĐ-UBND"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("06/QĐ-TTg", "6/qd-ttg"),
        ("3482/QĐ-UBND", "3482/QÐ-UBND"),  # Icelandic Ð
        ("45-NQ/TW", "45–nq/tw"),
        ("0030/2020/NĐ-CP", "30/2020/NĐ-CP"),
    ],
)
def test_spellings_of_one_number_have_one_key(one: str, other: str) -> None:
    assert number_key(one) == number_key(other)


@pytest.mark.parametrize(("one", "other"), [("30/2020/NĐ-CP", "30/2021/NĐ-CP"), ("12/QĐ-UBND", "12a/QĐ-UBND")])
def test_different_numbers_have_different_keys(one: str, other: str) -> None:
    assert number_key(one) != number_key(other)


def test_a_law_is_known_by_its_name_and_year_with_and_without_marks() -> None:
    keys = {key_of(find_references(text)[0]) for text in ("Luật Đất đai năm 2013", "luat dat dai 2013")}
    assert len(keys) == 1
    assert key_of(find_references("Luật Đất đai năm 2024")[0]) not in keys
    assert key_of(find_references("Nghị quyết này")[0]) is None


PIECES = (
    "Quyết định số 3482/QĐ-UBND ngày 27/12/2018", "của UBND tỉnh Đắk Nông", "Nghị quyết 45-NQ/TW", "qd 12/qd-ubnd",
    "Luật Đất đai năm 2013", "Nghị quyết này", "thay thế", "bãi bỏ", "đã được thay thế bởi", "Số: 12/KH-UBND",
    "về việc ban hành quy chế", "công văn số 5, 6 và 7", "Công văn số 88/SGDĐT-VP", "ngày 31/02/2019", ". ", "\n", "; ",
    "Điều 1. ", "\u200b", decision(), "họp " * 300,
)  # fmt: skip
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(PIECES),
    ),
    max_size=12,
).map(" ".join)


@given(texts=st.lists(TEXTS, max_size=3), title=TEXTS)
def test_every_mention_slices_back_and_its_quote_holds_the_reference(texts: list[str], title: str) -> None:
    articles = by_id(*(article(text, title=title) for text in texts))
    with register_of(*articles.values()) as register:
        for each in all_mentions(register):
            text = articles[each.article_id].text
            assert 0 <= each.quote_start <= each.start <= each.end <= each.quote_end <= len(text)
            assert text[each.start : each.end] in text[each.quote_start : each.quote_end]
            if not each.own:
                assert find_references(text)  # of the text, not of the title
                assert text[each.start : each.end].strip()
            assert register.named(each.key)


@given(texts=st.lists(TEXTS, max_size=2), query=st.one_of(TEXTS, st.text()))
def test_no_query_is_too_odd_to_be_resolved(texts: list[str], query: str) -> None:
    with register_of(*texts) as register:
        found = resolve_query(register, query)
        assert found.verdict
        assert all(each.label for each in found.candidates)


@pytest.mark.parametrize(
    "query", ["", " \n", "\ud800", "\udfff 3482/QĐ-UBND", "\x00", "9" * 5000, "'; DROP TABLE", "%_", "²"]
)
def test_odd_queries_find_nothing(query: str) -> None:
    with register_of("Nghị định 30/2020/NĐ-CP nêu rõ.") as register:
        assert resolve_query(register, query).verdict == "not_found"
        assert register.count() == 1
