import pytest

from bot.answering.expected import Expected, expected_type, fit


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Số điện thoại của phường là gì?", Expected.PHONE),
        ("Cấp lại thẻ hết bao nhiêu tiền?", Expected.MONEY),
        ("Lệ phí cấp thẻ là bao nhiêu?", Expected.MONEY),
        ("Giá nước sạch năm nay bao nhiêu", Expected.MONEY),
        ("Lương của Phó Giám đốc bao nhiêu?", Expected.MONEY),
        ("Kinh phí làm đường là bao nhiêu?", Expected.MONEY),
        ("Kinh phí chiếm bao nhiêu ngân sách?", Expected.PERCENTAGE),  # a share of it, no amount
        ("Giá trị của giấy là bao nhiêu năm", Expected.DURATION),
        ("Hộ nghèo chiếm bao nhiêu?", Expected.PERCENTAGE),
        ("Diện tích thành phố là bao nhiêu?", Expected.AREA),
        ("Mấy giờ thì mở cửa", Expected.HOUR),
        ("Thời gian làm việc của bộ phận một cửa", Expected.HOUR),
        ("Làm trong bao lâu?", Expected.DURATION),
        ("Luật có hiệu lực từ ngày nào?", Expected.TIME),
        ("Nghị định nào thay nghị định cũ?", Expected.DOCUMENT),
        ("Phường có mấy khu phố?", Expected.NUMBER),
        ("Máy tính nào dùng được?", Expected.ANY),
        ("Ai ký quyết định?", Expected.PERSON),
        ("Cơ quan nào cấp giấy?", Expected.PERSON),
        ("Nộp hồ sơ ở đâu?", Expected.PLACE),
        ("Hồ sơ gồm những gì?", Expected.ANY),
    ],
)
def test_type_is_read_from_the_question_words(question, expected):
    assert expected_type(question, marked=True) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("lam the het bao nhieu tien", Expected.MONEY),
        ("so luong ho so la bao nhieu", Expected.NUMBER),  # lượng, not lương
        ("kinh phi lam duong bao nhieu", Expected.MONEY),
        ("mat may ngay", Expected.DURATION),
        ("dung may tinh the nao", Expected.ANY),  # máy, not mấy
        ("can giay nao", Expected.ANY),  # giấy, not giây
    ],
)
def test_type_is_read_without_marks(question, expected):
    assert expected_type(question, marked=False) is expected


@pytest.mark.parametrize(
    ("expected", "sentence", "value"),
    [
        (Expected.PHONE, "Gọi 0225 3747 747 để hỏi.", 1),
        (Expected.PHONE, "Trung tâm ở tầng 2.", 0),
        (Expected.MONEY, "Lệ phí là 50.000 đồng.", 1),
        (Expected.MONEY, "Hộ nghèo được miễn lệ phí.", 1),
        (Expected.MONEY, "Giải quyết trong 07 ngày.", 0),
        (Expected.PERCENTAGE, "Đạt 30% GDP.", 1),
        (Expected.AREA, "Rộng 8 m2 sàn.", 1),
        (Expected.AREA, "Diện tích do tỉnh quy định.", 0),
        (Expected.HOUR, "Báo trước 23 giờ.", 1),
        (Expected.HOUR, "Trả ngay tại cơ sở.", 0),
        (Expected.DURATION, "Trong 07 ngày làm việc.", 1),
        (Expected.DURATION, "Trong ba năm.", 1),
        (Expected.DURATION, "Gồm 7 chương.", 0),
        (Expected.TIME, "Có hiệu lực từ 01/7/2025.", 1),
        (Expected.TIME, "Trả khi đủ giấy tờ.", 0.5),
        (Expected.DOCUMENT, "Theo Quyết định số 12/QĐ-UBND.", 1),
        (Expected.DOCUMENT, "Theo luật mới.", 0.5),
        (Expected.NUMBER, "Có 25 tổ.", 1),
        (Expected.NUMBER, "Có hai cách.", 0.5),
        (Expected.PERSON, "Do ông Trần Văn An ký.", 1),
        (Expected.PERSON, "Do người khác ký.", 0),
        (Expected.PLACE, "Nộp tại phường.", 1),
        (Expected.ANY, "Bất kỳ câu nào.", 0.5),
    ],
)
def test_fit_of_a_sentence(expected, sentence, value):
    assert fit(expected, sentence) == value
