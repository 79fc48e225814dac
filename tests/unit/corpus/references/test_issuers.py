import pytest

from corpus.references import find_references
from corpus.references.issuers import BODY_OF_SYMBOL, issuer_after, issuer_of_symbol
from corpus.references.view import view_of


@pytest.mark.parametrize(
    ("behind", "issuer"),
    [
        (" của UBND thành phố Hải Phòng về việc", "UBND thành phố Hải Phòng"),
        (" của Ủy ban nhân dân quận Lê Chân.", "Ủy ban nhân dân quận Lê Chân"),
        (", của Hội đồng nhân dân thành phố", "Hội đồng nhân dân thành phố"),
        (" do Bộ Y tế ban hành", "Bộ Y tế"),
        (" của Sở Kế hoạch và Đầu tư về", "Sở Kế hoạch và Đầu tư"),
        (" của bộ giáo dục và đào tạo", "bộ giáo dục và đào tạo"),
        (" cua bo y te ve", "bo y te"),
        (" của Chủ tịch UBND tỉnh quy định", "Chủ tịch UBND tỉnh"),
        (" của Ban Chấp hành Trung ương", "Ban Chấp hành Trung ương"),
        (" của Bộ Chính trị khóa XI", "Bộ Chính trị khóa XI"),
        (" của Thủ tướng Chính phủ phê duyệt", "Thủ tướng Chính phủ"),
        (" của Bộ Nội vụ và Bộ Tài chính", "Bộ Nội vụ và Bộ Tài chính"),
        (" của ông A", None),  # no body
        (" về việc", None),
        ("", None),
    ],
)
def test_the_issuer_is_named_behind(behind, issuer):
    view = view_of(behind)
    named = issuer_after(view, 0, len(behind))
    assert (named[0] if named else None) == issuer


@pytest.mark.parametrize("body", [name for name in BODY_OF_SYMBOL.values() if name != "Trung ương Đảng"])
def test_every_body_that_a_symbol_names_is_read_to_its_end(body):
    view = view_of(f" của {body} về việc")
    assert issuer_after(view, 0, len(view.text)) == (body, 5 + len(body))


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("30/2020/NĐ-CP", "Chính phủ"),
        ("45-NQ/TW", "Trung ương Đảng"),
        ("31/2024/QH15", "Quốc hội"),
        ("09/2010/TTLT-BTP-BNV", None),  # several
        ("3482/QĐ-UBND", None),  # which?
        ("3482", None),
    ],
)
def test_a_symbol_names_a_body_where_there_is_one_only(number, issuer):
    assert issuer_of_symbol(number) == issuer


@pytest.mark.parametrize(
    ("text", "issuers"),
    [
        ("Nghị quyết 12/NQ-HĐND của HĐND thành phố và Quyết định 5/QĐ-UBND", ["HĐND thành phố", None]),
        ("Nghị quyết 49-NQ/TW của Bộ Chính trị và Nghị quyết 111/2015/QH13", ["Bộ Chính trị", "Quốc hội"]),
        ("(Quyết định 12/QĐ-UBND ngày 1/2/2020) của UBND huyện An Lão", ["UBND huyện An Lão"]),
        ("Nghị định 30/2020/NĐ-CP của Chính phủ", ["Chính phủ"]),
    ],
)
def test_each_reference_has_its_own_issuer(text, issuers):
    assert [found.issuer for found in find_references(text)] == issuers
