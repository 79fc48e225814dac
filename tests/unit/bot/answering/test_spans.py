"""The answer within a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.spans import answer_span
from bot.answering.understand import Question, read_question


def asked(text: str) -> Question:
    question = read_question(text)
    assert isinstance(question, Question)
    return question


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Sở đã ban hành bao nhiêu văn bản?", "Sở đã ban hành 1.803 văn bản, tiếp nhận 3.977 văn bản.", "1.803"),
        ("Sở tiếp nhận bao nhiêu văn bản?", "Sở đã ban hành 1.803 văn bản, tiếp nhận 3.977 văn bản.", "3.977"),
        ("le phi cap phep bao nhieu tien", "Lệ phí cấp phép là 75.000 đồng/lần.", "75.000 đồng/lần"),
        ("Khi nào diễn ra lễ hội?", "Lễ hội diễn ra ngày 10/5/2025 tại quảng trường.", "ngày 10/5/2025"),
        ("Năm 2024 lễ hội mở khi nào?", "Năm 2024 lễ hội mở ngày 5 tháng 4 năm 2024.", "ngày 5 tháng 4 năm 2024"),
        ("Ai chủ trì cuộc họp?", "Đồng chí Nguyễn Văn An chủ trì cuộc họp.", "Nguyễn Văn An"),
        ("Số điện thoại đường dây nóng?", "Xin gọi 0225.3842.368.", "0225.3842.368"),
        ("Giải quyết trong bao lâu?", "Thời hạn giải quyết là 15 ngày làm việc.", "15 ngày làm việc"),
        ("Theo quyết định nào?", "Theo Quyết định 3482/QĐ-UBND, dự án dừng.", "Quyết định 3482/QĐ-UBND"),
        ("Tỷ lệ hộ nghèo là bao nhiêu phần trăm?", "Tỷ lệ hộ nghèo còn 1,2% vào cuối năm.", "1,2%"),
        ("Diện tích công viên bao nhiêu?", "Công viên rộng 3,5 ha.", "3,5 ha"),
        ("Mấy giờ mở cửa?", "Nhà văn hóa mở cửa lúc 7 giờ 30 phút.", "7 giờ 30 phút"),
        ("Mấy giờ mở cửa?", "Chợ mở cửa lúc 5 giờ sáng mỗi ngày.", "5 giờ"),  # no blank behind it
        ("Vì sao đóng cửa?", "Đóng cửa từ 5/8 vì sửa chữa.", None),  # no type that has a form
        ("Bao nhiêu trường?", "Có nhiều trường.", None),
    ],
)  # fmt: skip
def test_the_thing_asked_for_is_found(question, sentence, answer):
    span = answer_span(asked(question), sentence)
    assert (sentence[slice(*span)] if span else None) == answer


@given(st.sampled_from(["Bao nhiêu tiền?", "Khi nào?", "Ai ký?", "Số điện thoại?", "Mấy giờ?"]), st.text(max_size=200))
def test_in_any_sentence_it_stands_within(question, sentence):
    span = answer_span(asked(question), sentence)
    assert span is None or 0 <= span[0] < span[1] <= len(sentence)
