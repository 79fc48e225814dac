import pytest

from corpus.references import find_references
from corpus.references.subjects import subject_span


def subject(text: str) -> str | None:
    span = subject_span(text, find_references(text)[0])
    return text[slice(*span)] if span else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nghị định số 30/2020/NĐ-CP về công tác văn thư.", "công tác văn thư"),
        ("Nghị định 30/2020/NĐ-CP ngày 05/3/2020 của Chính phủ về công tác văn thư;", "công tác văn thư"),
        ("Quyết định số 12/QĐ-UBND về việc ban hành quy chế chợ.", "ban hành quy chế chợ"),
        ("Quyết định số 12/QĐ-UBND ngày 1/2/2020 phê duyệt đề án bến cảng.", "phê duyệt đề án bến cảng"),
        ("Công văn số 12/UBND-VX (V/v tiêm vắc xin sởi) gửi các quận.", "tiêm vắc xin sởi"),
        ("Quyết định số 12/QĐ-UBND về việc ban hành quy chế chợ có hiệu lực từ 1/7.", "ban hành quy chế chợ"),
        ("Nghị định 30/2020/NĐ-CP về công tác văn thư, Sở Nội vụ báo cáo.", "công tác văn thư"),
        ("nghi dinh 30/2020/nd-cp về công tác văn thư", "công tác văn thư"),
        ("Nghị định 30/2020/NĐ-CP nêu rõ.", None),
        ("Nghị định 30/2020/NĐ-CP.", None),
        ("Nghị định 30/2020/NĐ-CP về thi.", None),  # too short to tell anything
        ("Nghị định 30/2020/NĐ-CP. Về việc chợ, thành phố giao quận.", None),  # of another sentence
    ],
)
def test_the_subject_is_what_stands_right_behind_the_reference(text: str, expected: str | None) -> None:
    assert subject(text) == expected


def test_offsets_count_in_the_text_as_it_came() -> None:
    text = f"Họp.\u200b {'Bàn kỹ. ' * 50}Quyết định số 12/QĐ-UBND về việc ban hành quy chế chợ."
    assert subject(text) == "ban hành quy chế chợ"
