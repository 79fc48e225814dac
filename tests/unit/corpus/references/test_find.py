import pytest

from corpus.references import find_references


@pytest.mark.parametrize(
    ("text", "kind", "number", "date"),
    [
        # the seed's own two
        ("Quyết định số 3482/QĐ-UBND ngày 27/12/2018", "Quyết định", "3482/QĐ-UBND", "2018-12-27"),
        ("Nghị Quyết số 45-NQ/TW ngày 24/1/2019", "Nghị quyết", "45-NQ/TW", "2019-01-24"),
        ("da bi thay the boi quyet dinh 10/2022 roi a", "Quyết định", "10/2022", None),
        ("sửa đổi Điều 6 của Quyết định 33 trong năm nay", "Quyết định", "33", None),
        ("NĐ15/2020", "Nghị định", "15/2020", None),
        # kind told by the symbol alone
        ("3482/QĐ-UBND", "Quyết định", "3482/QĐ-UBND", None),
        ("05-CTr/TU", "Chương trình", "05-CTr/TU", None),
        ("16/CT-TTg", "Chỉ thị", "16/CT-TTg", None),
        ("12/NQ-HĐND", "Nghị quyết", "12/NQ-HĐND", None),
        ("120/TTr-SYT", "Tờ trình", "120/TTr-SYT", None),
        ("07/KH-UBND", "Kế hoạch", "07/KH-UBND", None),
        ("03/VBHN-BTP", "Văn bản hợp nhất", "03/VBHN-BTP", None),
        # with the year inside
        ("30/2020/NĐ-CP", "Nghị định", "30/2020/NĐ-CP", None),
        ("31/2024/QH15", "Luật", "31/2024/QH15", None),
        ("1669/NQ-UBTVQH15", "Nghị quyết", "1669/NQ-UBTVQH15", None),
        ("09/2010/TTLT-BTP-BNV", "Thông tư liên tịch", "09/2010/TTLT-BTP-BNV", None),
        # kind told by words
        ("Luật Đất đai số 31/2024/QH15", "Luật", "31/2024/QH15", None),
        ("Công văn số: 123/UBND-VX", "Công văn", "123/UBND-VX", None),
        ("Bộ luật 91/2015/QH13", "Bộ luật", "91/2015/QH13", None),
        ("công văn 123/SYT", "Công văn", "123/SYT", None),
        # spelling brought to the normal form
        ("3482/QÐ-UBND", "Quyết định", "3482/QĐ-UBND", None),  # Icelandic Ð
        ("3482 / QĐ – UBND", "Quyết định", "3482/QĐ-UBND", None),  # spaces, long dash
        ("16/CT-TTG", "Chỉ thị", "16/CT-TTg", None),  # capitals
        ("05-CTR/TU", "Chương trình", "05-CTr/TU", None),
        ("45–NQ/TW", "Nghị quyết", "45-NQ/TW", None),  # dash of the party form
        ("45-NQ/TƯ", "Nghị quyết", "45-NQ/TW", None),  # Trung ương, the other abbreviation
        ("12a/QĐ-UBND", "Quyết định", "12a/QĐ-UBND", None),  # serial with a letter
        ("12∕QĐ-UBND", "Quyết định", "12/QĐ-UBND", None),  # a fraction's slash
        ("2345 /QĐ-\nUBND", "Quyết định", "2345/QĐ-UBND", None),  # line break after a dash
        ("Quyết định\nsố\n2345/QĐ-UBND", "Quyết định", "2345/QĐ-UBND", None),
        ("quyet dinh so 2345/qd-ubnd", "Quyết định", "2345/QĐ-UBND", None),  # typed without marks
        ("QUYẾT ĐỊNH SỐ 2345/QĐ-UBND", "Quyết định", "2345/QĐ-UBND", None),
        ("nghi quyet 18-nq/tw", "Nghị quyết", "18-NQ/TW", None),
        ("Nghị định15/2020/NĐ-CP", "Nghị định", "15/2020/NĐ-CP", None),  # a blank is lost
        ("số15/2020/NĐ-CP", "Nghị định", "15/2020/NĐ-CP", None),
        ("Quyết định 5/QĐ-UBNDngày 1/2/2020", "Quyết định", "5/QĐ-UBND", "2020-02-01"),
        # old forms
        ("Nghị định 08/CP", "Nghị định", "08/CP", None),
        ("Quyết định 718/2004/QĐUB", "Quyết định", "718/2004/QĐUB", None),
        ("Sắc lệnh số 15/SL", "Sắc lệnh", "15/SL", None),
        ("Nghị quyết 19-2017/NQ-CP", "Nghị quyết", "19-2017/NQ-CP", None),
        ("Quyết định 217/HĐBT", "Quyết định", "217/HĐBT", None),
        # official letters, whose symbols name offices
        ("1234/UBND-KSTTHC", "Công văn", "1234/UBND-KSTTHC", None),
        ("văn bản số 3344/SYT-NVY", "Công văn", "3344/SYT-NVY", None),
        ("Công văn hỏa tốc số 999/UBND-KGVX", "Công văn", "999/UBND-KGVX", None),
        ("cv 456/UBND-TCKH", "Công văn", "456/UBND-TCKH", None),
        ("123-CV/TU", "Công văn", "123-CV/TU", None),
        # what stands between type and number
        ("Chương trình hành động số 26-CTr/TU", "Chương trình", "26-CTr/TU", None),
        ("Quyết định xử phạt vi phạm hành chính số 1085/QĐ-XPVPHC", "Quyết định", "1085/QĐ-XPVPHC", None),
        ("Thông báo kết luận số 312/TB-VPCP", "Thông báo", "312/TB-VPCP", None),  # not a Kết luận
        ("Quy định số 37-QĐ/TW", "Quy định", "37-QĐ/TW", None),  # the word, not the symbol
        ("Thông tri số 05-TT/TW", "Thông tri", "05-TT/TW", None),
        ("Lệnh số 05/2024/L-CTN", "Lệnh", "05/2024/L-CTN", None),
        # a type with a bare serial number
        ("Quyết định số 3482", "Quyết định", "3482", None),
        ("Nghị định 61", "Nghị định", "61", None),
        ("Nghị định 61/2018", "Nghị định", "61/2018", None),
        ("nd 168", "Nghị định", "168", None),
        ("Nghị quyết số 01", "Nghị quyết", "01", None),  # serials keep their zeros
        ("CV 1234", "Công văn", "1234", None),
        ("quyết định 1234 của UBND", "Quyết định", "1234", None),
        ("Kế hoạch số 12", "Kế hoạch", "12", None),
        ("Thông báo số 23/TB", "Thông báo", "23/TB", None),
        ("Thông tư 80 năm 2021", "Thông tư", "80", None),
        # dates
        ("30/2020/NĐ-CP ngày 05 tháng 3 năm 2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP, ngày 5-3-2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP (ngày 5.3.2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP ban hành ngày 05/3/2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        ("30/2020/NĐ-CP ngày 31/6/2020", "Nghị định", "30/2020/NĐ-CP", None),  # no such day
        ("30/2020/NĐ-CP ngày 5/3", "Nghị định", "30/2020/NĐ-CP", None),  # no year
        ("30/2020/NĐ-CP (05/3/2020", "Nghị định", "30/2020/NĐ-CP", "2020-03-05"),
        (
            "30/2020/NĐ-CP ngày năm tháng ba năm hai nghìn không trăm hai mươi",
            "Nghị định",
            "30/2020/NĐ-CP",
            "2020-03-05",
        ),
        ("12/QĐ-UBND của UBND tỉnh ngày 3/4/2019", "Quyết định", "12/QĐ-UBND", "2019-04-03"),
        ("08-NQ/TW của Bộ Chính trị, ngày 16/1/2017", "Nghị quyết", "08-NQ/TW", "2017-01-16"),
        ("12/QĐ-UBND có hiệu lực từ ngày 3/4/2019", "Quyết định", "12/QĐ-UBND", None),  # not the day of issue
        ("12/QĐ-UBND họp ngày 3/4/2019", "Quyết định", "12/QĐ-UBND", None),
    ],
)
def test_a_reference_is_found_in_its_normal_form(text, kind, number, date):
    [found] = find_references(f"Căn cứ {text}.")
    assert (found.kind, found.number, found.date) == (kind, number, date)


@pytest.mark.parametrize(
    ("text", "label", "date"),
    [
        ("Luật Đất đai năm 2013", "Luật Đất đai 2013", None),
        ("luat dat dai 2024", "Luật dat dai 2024", None),
        ("BLDS 2015", "Bộ luật Dân sự 2015", None),
        ("blhs nam 2015", "Bộ luật Hình sự 2015", None),
        ("Luật Thủ đô (sửa đổi) năm 2024", "Luật Thủ đô 2024", None),
        ("Hiến pháp năm 2013", "Hiến pháp 2013", None),
        ("Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015", "Luật Tổ chức Chính phủ 2015", "2015-06-19"),
        ("Nghị quyết này", None, None),
        ("nghị định này", None, None),
        ("thong tu nay", None, None),
        ("Quyết định này", None, None),
    ],
)
def test_what_has_no_number_is_found_by_its_name_or_as_itself(text, label, date):
    [found] = find_references(f"Căn cứ {text} để làm.")
    assert (found.text, found.number, found.label, found.date) == (text, None, label, date)
    assert found.is_self is (label is None)


@pytest.mark.parametrize(
    "text",
    [
        "mở cửa 24/7",  # hours a day
        "7/8/2019",  # date
        "ngày 27/12/2018 họp",
        "km 12/QL5",  # road
        "số nhà 12/34 Lê Lợi",  # address
        "12/A4 Lạch Tray",
        "Số 12/C-D phố Huế",
        "0225.3842555/3842556",  # telephone
        "0912-345-678",
        "STK 0123/BIDV-HN",
        "biển số 43A-123/45",
        "tỷ lệ 3/4",  # fraction
        "5-10 ngày",  # range
        "giai đoạn 2021-2025",  # years
        "https://haiphong.gov.vn/2019/QĐ-UBND",  # a path
        "https://vbpl.vn/12/2020/ND-CP.html",
        "12_QD-UBND.pdf",
        "12/2020/NĐ-CP.pdf",  # a file
        "COVID-19/SARS",  # a name
        "Mẫu số 02/ĐK-KS",
        "Hợp đồng số 15/HĐ-UBND",
        "Biên bản số 12/BB-VPHC",
        "Giấy phép xây dựng số 99/GPXD-UBND",
        "Bản án số 12/2022/DS-PT",
        "hóa đơn số 12/HD-AB",
        "TCVN 5738:2021, QCVN 06:2022/BXD",
        "Vé số 12/XS-KT",
        "Cáo trạng số 33/CT-VKS-P1",  # the prosecutors'
        "Quyết định số .../QĐ-UBND",  # a form to fill in
        "A4-12/QĐ-UBND",
        "Đề án 06",  # names of programmes
        "Chương trình 135",
        "Kế hoạch 135 của xã",
        "quyết định 5 vấn đề",  # verbs and counts
        "Thông báo 12 trường hợp dương tính",
        "Chúng tôi quyết định 1234 người",
        "Nghị quyết 5 năm",
        "kết luận 2 bị cáo",
        "Báo cáo 6 tháng đầu năm 2024",
        "Luật Đất đai",  # neither year, date nor number
        "Luật Đất đai có hiệu lực năm 2014",
        "Luật sư Nguyễn Văn A sinh năm 1980",
        "kỷ luật năm 2020",
        "Nghị quyết Trung ương 4 khóa XII",
        "chương trình này",
        "quyết định này",  # a noun
        "quyết định nay",
        "",
    ],
)
def test_what_is_no_reference_is_left_alone(text):
    assert find_references(text) == ()


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        # "văn bản số", "số", "các", "Điều 5 khoản 2" stay outside
        ("văn bản số 3344/SYT-NVY", ["3344/SYT-NVY"]),
        ("Theo Điều 5 khoản 2 Nghị định 91/2015/NĐ-CP", ["Nghị định 91/2015/NĐ-CP"]),
        ("(Quyết định số 3482/QĐ-UBND (ngày 27/12/2018))", ["Quyết định số 3482/QĐ-UBND (ngày 27/12/2018"]),
        ("“Quyết định số 3482/QĐ-UBND”", ["Quyết định số 3482/QĐ-UBND"]),
        ("Luật Khám bệnh, chữa bệnh số 15/2023/QH15.", ["Luật Khám bệnh, chữa bệnh số 15/2023/QH15"]),
        (
            "Quyết định số 12/QĐ-UBND của UBND tỉnh ngày 3/4/2019",
            ["Quyết định số 12/QĐ-UBND của UBND tỉnh ngày 3/4/2019"],
        ),
        ("Quyết định số 12/QĐ-UBND của UBND tỉnh", ["Quyết định số 12/QĐ-UBND"]),
        (
            "các Nghị định số 30/2020/NĐ-CP, 61/2018/NĐ-CP và 45/2020/NĐ-CP",
            ["Nghị định số 30/2020/NĐ-CP", "61/2018/NĐ-CP", "45/2020/NĐ-CP"],
        ),
        (
            "các Quyết định: số 11/2015/QĐ-UBND, số 12/2016/QĐ-UBND",
            ["Quyết định: số 11/2015/QĐ-UBND", "12/2016/QĐ-UBND"],
        ),
        ("Nghị quyết số 01, 02 và 03 của HĐND", ["Nghị quyết số 01", "02", "03"]),
        ("các nghị định 100, 123 và 168 của Chính phủ", ["nghị định 100", "123", "168"]),
        ("các nghị định 100, 123 người bị phạt", ["nghị định 100"]),  # a count
        ("3482/QĐ-UBND.Nghị định 5/2020/NĐ-CP", ["3482/QĐ-UBND", "Nghị định 5/2020/NĐ-CP"]),
    ],
)
def test_a_reference_reaches_from_its_type_to_its_date(text, spans):
    assert [found.text for found in find_references(text)] == spans


def test_members_of_a_list_have_the_type_of_the_list():
    found = find_references("các Kế hoạch số 45/KH-UBND, 46/KH-UBND và 47")
    assert [(each.kind, each.number) for each in found] == [("Kế hoạch", "45/KH-UBND"), ("Kế hoạch", "46/KH-UBND")]
    assert {each.kind for each in find_references("các Quyết định số 12/CP, 64/CP")} == {"Quyết định"}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Kế hoạch 45/KH-UBND và Kế hoạch 46/KH-UBND cùng ngày 02/01/2024", ["2024-01-02", "2024-01-02"]),
        ("Kế hoạch 45/KH-UBND và Kế hoạch 46/KH-UBND ngày 02/01/2024", [None, "2024-01-02"]),
        ("Ngày 27/12/2018, UBND thành phố ban hành Quyết định số 3482/QĐ-UBND", ["2018-12-27"]),
        ("Ngày 3/5/2024, tỉnh ký Kế hoạch 1/KH-UBND và Công văn 34/UBND-TH", ["2024-05-03", "2024-05-03"]),
        ("Từ ngày 15/3/2024, Quyết định số 789/QĐ-UBND có hiệu lực", [None]),
        ("Đến ngày 3/5/2024 đã ban hành Kế hoạch số 120/KH-UBND", [None]),
        ("Cuộc họp ngày 15/3/2024 thông qua Quyết định số 789/QĐ-UBND", [None]),
        ("Ngày 27/12/2018, họp; sau có Quyết định số 3482/QĐ-UBND", [None]),  # another clause
    ],
)
def test_the_day_of_issue_may_be_told_once_or_before(text, dates):
    assert [found.date for found in find_references(text)] == dates


def test_a_day_that_does_not_exist_is_kept_as_it_is_written():
    [found] = find_references("Quyết định số 99/QĐ-UBND ngày 29/2/2023")
    assert (found.date, found.date_text) == (None, "29/2/2023")


def test_the_words_of_the_kind_and_the_date_belong_to_the_text_of_a_reference():
    [found] = find_references("Theo Quyết định số 3482/QĐ-UBND ngày 27/12/2018 của UBND")
    assert found.text == "Quyết định số 3482/QĐ-UBND ngày 27/12/2018"


def test_references_come_in_reading_order():
    text = "Nghị quyết 45-NQ/TW; Quyết định 3482/QĐ-UBND và 12/KH-UBND"
    assert [r.number for r in find_references(text)] == ["45-NQ/TW", "3482/QĐ-UBND", "12/KH-UBND"]


def test_a_kind_is_a_whole_word():
    [found] = find_references("Mệnh lệnhlệnh 12/2019/XYZ")
    assert (found.text, found.kind) == ("12/2019/XYZ", None)


def test_a_date_that_runs_into_the_next_number_is_not_taken_for_one():
    found = find_references("Quyết định 1/QĐ-UBND ngày 5 tháng 3/2019/NĐ-CP")
    assert [(r.number, r.date) for r in found] == [("1/QĐ-UBND", None), ("3/2019/NĐ-CP", None)]


@pytest.mark.parametrize(
    "text",
    [
        "xe lưu thông từ 6h đến 20h",  # no Thông tư: the marks differ
        "bỏ phiếu cho dự luật, AFP dẫn lời ông nói ngày 27/6",
        "Luật sư của ông, vào ngày 6/7/2018, cho biết",
        "chỉ tiêu của ĐH Luật Hà Nội năm 2019",
        "thông qua luật thuế vào cuối năm 2017",
        "mời thầu gói thầu số 03/XL-2024",
        "Kết quả xét nghiệm số 2207/XN-BVVT",
        "Lịch công tác số 12/LCT-UBND",
    ],
)
def test_words_that_only_look_like_a_type_name_no_directive(text):
    assert find_references(text) == ()


@pytest.mark.parametrize(
    ("text", "number", "date"),
    [
        ("Nghị định số 64-CP ngày 27-9-1993", "64-CP", "1993-09-27"),
        ("do Quyết định 2907 phê duyệt", "2907", None),
        ("Nghị định 45/2019/N Đ-CP", "45/2019/NĐ-CP", None),
        ("UBND thành phố Hải Phòng số 3482/QĐ-UBND", "3482/QĐ-UBND", None),  # Phòng is no room here
        ("VĂN PHÒNG\nSố: 55/TB-VP", "55/TB-VP", None),
        ("Sở Kinh tế và Hạ tầng số 12/BC-SKTHT", "12/BC-SKTHT", None),
        ("Quyết định số ３４８２/QĐ-UBND", "3482/QĐ-UBND", None),
        ("Quyết định số 5/QĐ-UBND của UBND TP. Hải Phòng ngày 1/2/2020", "5/QĐ-UBND", "2020-02-01"),
        ("luat dat dai 45/2013 quy dinh gi", "45/2013", None),
        ("Nghị quyết số 22/2003 của Quốc hội (khóa XI) ngày 28/11/2003", "22/2003", "2003-11-28"),
    ],
)
def test_older_and_shorter_forms_are_found(text, number, date):
    [found] = find_references(text)
    assert (found.number, found.date) == (number, date)


def test_a_law_with_its_number_keeps_its_name():
    [found] = find_references("Luật Đất đai năm 2024 số 31/2024/QH15")
    assert (found.number, found.name) == ("31/2024/QH15", "Đất đai")


def test_serials_of_a_list_are_told_by_their_like():
    assert [r.number for r in find_references("ban hành Quyết định 935, 936 của Thành ủy")] == ["935", "936"]


def test_one_day_before_a_list_counts_for_all_of_it():
    found = find_references("ký ba quyết định cùng ngày 02/01/2024, gồm Quyết định số 11/QĐ-UBND, số 12/QĐ-UBND")
    assert [r.date for r in found] == ["2024-01-02", "2024-01-02"]


@pytest.mark.parametrize(
    "text", ["Luật Đầu tư số 61/2020/QH14", "Luật Đầu tư công số 39/2019/QH14", "Luật Khiếu nại năm 2011"]
)
def test_a_law_is_found_with_its_whole_name_whatever_stands_before_it(text):
    assert [r.text for r in find_references(f"quán triệt nội dung {text}")] == [text]
