import pytest

from corpus.references import find_references

CITES, REPLACES, AMENDS, REPEALS = "cites", "replaces", "amends", "repeals"


@pytest.mark.parametrize(
    ("text", "relations"),
    [
        # a verb and what follows it
        ("Nghị quyết này thay thế Nghị quyết số 22/2020/NQ-HĐND.", [CITES, REPLACES]),
        ("Quyết định này thay cho Quyết định số 5/QĐ-UBND", [CITES, REPLACES]),
        ("nghi dinh nay thay the nghi dinh 100/2019/nd-cp", [CITES, REPLACES]),
        ("Kế hoạch này thay thế Kế hoạch số 12/KH-UBND ngày 15/01/2026.", [CITES, REPLACES]),  # no plan to replace it
        ("Chấm dứt hiệu lực thi hành của Chỉ thị số 16/CT-UBND", [REPEALS]),
        # cancelled; no name and no command
        ("Hủy Quyết định số 12/QĐ-UBND; hủy hiệu lực của Thông báo số 3/TB-UBND", [REPEALS, REPEALS]),
        ("Quyết định số 12/QĐ-UBND bị hủy bởi Quyết định số 15/QĐ-UBND", [REPEALS, CITES]),
        ("Ban chỉ huy Quyết định số 12/QĐ-UBND, phát huy Nghị quyết số 5/NQ-HĐND", [CITES, CITES]),
        # parts with their titles; "từ ngày" is no word of a text
        (
            "Thông tư này thay thế Thông tư 7/1998/TT-QP về A và Chương III Tiếp công dân của Thông tư 2/2013/TT-BQP",
            [CITES, REPLACES, AMENDS],
        ),
        ("Các văn bản sau hết hiệu lực thi hành kể từ ngày 01/01/2022:\n- Quyết định số 9/QĐ-UBND;", [REPEALS]),
        # what sounds like a plan, a passive, a denial and is none
        ("Căn cứ kết quả rà soát, UBND tỉnh bãi bỏ Quyết định số 9/QĐ-UBND", [REPEALS]),
        ("Do sơ suất trong khâu soạn thảo, UBND đính chính Quyết định số 9/QĐ-UBND", [AMENDS]),
        ("Thông tư 36/2012/TT-NHNN về trang bị máy (đã được sửa đổi tại Thông tư 20/2016/TT-NHNN)", [AMENDS, CITES]),
        ("Thông tư 15/2021/TT-BGTVT ngoài việc sửa đổi Thông tư 35/2016/TT-BGTVT, còn quy định rõ", [CITES, AMENDS]),
        ("Nghị định 8/2022/NĐ-CP bãi bỏ hàng loạt quy định, trong đó có Nghị định 18/2015/NĐ-CP", [CITES, REPEALS]),
        ("Bộ đã trình Nghị định về cổ phần hóa (thay thế Nghị định số 59/2011/NĐ-CP)", [CITES]),
        ("Quyết định 2840/QĐ-BTC công bố danh mục văn bản hết hiệu lực toàn bộ", [CITES]),
        # who does it stands within the passive; "thay thế bằng" names what comes instead
        (
            "Quyết định 9/2019/QĐ-UBND đã được UBND thành phố thay thế bằng Quyết định 48/2024/QĐ-UBND",
            [REPLACES, CITES],
        ),
        # a table read line by line
        (
            """DANH MỤC\nVĂN BẢN HẾT HIỆU LỰC\nSTT\nTên\n1\nQuyết định 8/2010/QĐ-UBND về A\n01/01/2022\n2
Chỉ thị 11/2009/CT-UBND về B, bị bãi bỏ bởi Quyết định 20/2022/QĐ-UBND
Sở Tư pháp theo dõi việc thi hành.\nQuyết định 5/QĐ-UBND giao việc""",
            [REPEALS, REPEALS, CITES, CITES],
        ),
        ("Nghị định 168/2025/NĐ-CP thế chỗ cho Nghị định 01/2021/NĐ-CP", [CITES, REPLACES]),
        ("Riêng Thông tư liên tịch số 8/2007/TTLT-BYT-BNV thì đã bị bãi bỏ từ ngày 20/02/2023", [REPEALS]),
        ("Quyết định số 29/2018/QĐ-UBND hết hiệu lực Điều 6 và khoản 2 Điều 9", [AMENDS]),
        # told in the next sentence of the one just named
        (
            "Nghị định 61/2018/NĐ-CP đã cũ. Nghị định này đã bị thay thế bởi Nghị định 118/2025/NĐ-CP.",
            [REPLACES, CITES, CITES],
        ),
        ("Dự thảo sửa đổi bổ sung: Nghị định 86/2014/NĐ-CP. Sau khi sửa đổi nghị định này, xe đông.", [CITES, CITES]),
        # a list behind a lead-in that names the document itself, behind a colon, in numbered lines
        (
            "Các văn bản sau hết hiệu lực từ ngày Nghị định này hiệu lực:\na) Nghị định 1/2006/NĐ-CP;\nb) 2/KH-UBND.",
            [CITES, REPEALS, REPEALS],
        ),
        (
            "Thông tư 4/2019/TT-BTC bãi bỏ các văn bản sau:\nThông tư số 61/2010/TT-BTC;\nThông tư số 11/2012/TT-BTC.",
            [CITES, REPEALS, REPEALS],
        ),
        ("Danh mục hết hiệu lực của tỉnh:\n1. Nghị quyết số 41/2013/NQ-HĐND\n2. 18/2017/QĐ-UBND", [REPEALS, REPEALS]),
        ("Hủy bỏ Thông báo số 5/TB-UBND; Nghị quyết 33-NQ/ĐU không liên quan.", [REPEALS, CITES]),
        # what a numbered directive does is done, whatever is planned before it; what a body will do is not
        ("Theo đề nghị của Sở, Nghị định 9/2024/NĐ-CP sửa đổi Nghị định 8/2020/NĐ-CP", [CITES, AMENDS]),
        ("Ngân hàng Nhà nước sẽ sửa đổi Thông tư 43/2016/TT-NHNN", [CITES]),
        ("Thông tư này sẽ sửa đổi Thông tư 76/2014/TT-BTC", [CITES, AMENDS]),
        ("Trình Nghị định 1/2024/NĐ-CP, dự thảo Nghị định thay thế Nghị định số 159/2013/NĐ-CP", [CITES, CITES]),
        ("Quốc hội thảo luận dự án Luật sửa đổi, bổ sung một số điều của Bộ luật Hình sự số 100/2015/QH13", [CITES]),
        ("mong Thủ tướng sớm sửa đổi Quyết định số 9/2007/QĐ-TTg", [CITES]),
        ("đất thuộc diện điều chỉnh của Quyết định 150", [CITES]),  # no verb
        ("Thực hiện Chỉ thị 23/2006/CT-TTg, hệ thống văn bản đã được bổ sung.", [CITES]),  # another subject
        ("thông tư 9/2016/tt-btp đã hết hiệu lực? ai biết chỉ giúp", [CITES]),  # asked
        (
            "Sửa đổi một số điều của Quy chế thực hiện Chương trình A ban hành kèm theo Quyết định số 7/2010/QĐ-TTg",
            [AMENDS],
        ),
        ("Bãi bỏ toàn bộ Thông tư số 05/2018/TT-BNV.", [REPEALS]),
        ("Hủy bỏ Quyết định số 12/QĐ-UBND ngày 1/2/2020.", [REPEALS]),
        ("Chấm dứt hiệu lực của Quyết định số 12/QĐ-UBND", [REPEALS]),
        ("Đính chính Quyết định số 12/QĐ-UBND", [AMENDS]),
        ("Điều chỉnh, bổ sung Quyết định số 12/QĐ-UBND.", [AMENDS]),
        ("Thông tư số 80/2021/TT-BTC sửa đổi Thông tư số 156/2013/TT-BTC", [CITES, AMENDS]),
        ("Nghị quyết số 1/NQ-HĐND có hiệu lực từ ngày ký và thay thế Nghị quyết số 9/NQ-HĐND.", [CITES, REPLACES]),
        # a directive that is still to come does nothing
        ("Bộ tập trung xây dựng các văn bản, đặc biệt là nghị định thay thế Nghị định 86/2014/NĐ-CP", [CITES]),
        ("Chính phủ vừa ban hành nghị định thay thế Nghị định 86/2014/NĐ-CP", [REPLACES]),
        ("Nghị định số 163 và các văn bản sửa đổi, bổ sung Nghị định số 163", [CITES, AMENDS]),
        (
            "Dự thảo Thông tư thay thế Thông tư số 15/2014/TT-BXD có điều khoản bãi bỏ Thông tư 11/2009/TT-BXD",
            [CITES, CITES],
        ),
        ("Tờ trình: bãi bỏ Nghị quyết 5/NQ-HĐND; nếu được thông qua sẽ áp dụng từ đầu năm sau.", [CITES]),
        # a title
        ("Nghị định 107/2021/NĐ-CP sửa đổi, bổ sung một số điều của Nghị định 61/2018/NĐ-CP", [CITES, AMENDS]),
        ("Quyết định số 12/QĐ-UBND về việc bãi bỏ Quyết định số 10/QĐ-UBND", [CITES, REPEALS]),
        # parts
        ("Bãi bỏ Điều 5 Quyết định số 22/2019/QĐ-UBND.", [AMENDS]),
        ("Bổ sung khoản 3 vào Điều 5 Quyết định số 12/QĐ-UBND", [AMENDS]),
        ("Thay thế mẫu số 01 ban hành kèm theo Quyết định số 12/QĐ-UBND", [AMENDS]),
        ("Thay thế Quy chế ban hành kèm theo Quyết định số 12/QĐ-UBND", [REPLACES]),  # all there is of it
        ("Bãi bỏ Nghị quyết số 44/2012/NQ-HĐND và một phần Nghị quyết số 46/2012/NQ-HĐND.", [REPEALS, AMENDS]),
        ("Bãi bỏ những quy định liên quan khác về nuôi con nuôi tại Nghị định số 69/2006/NĐ-CP", [AMENDS]),
        ("Nghị định này có hiệu lực, Mục 3 Chương II Nghị định số 158/2013/NĐ-CP hết hiệu lực.", [CITES, AMENDS]),
        ("Mục 3 Nghị định 158/2013/NĐ-CP và các khoản 1, 2 Điều 3 Nghị định 28/2017/NĐ-CP hết hiệu lực.", [AMENDS] * 2),
        ("Quyết định 3482/QĐ-UBND đã hết hiệu lực thi hành một phần.", [AMENDS]),
        ("Quyết định số 37/2018/QĐ-UBND - Khoản 2 Điều 6 - Bị bãi bỏ bởi Quyết định 20/2022/QĐ-UBND.", [AMENDS, CITES]),
        ('Thay thế cụm từ "A" tại các Quyết định số 12/2019/QĐ-UBND, 31/2020/QĐ-UBND và 8/2023/QĐ-UBND', [AMENDS] * 3),
        ("Bổ sung 17 dự án vào Nghị quyết số 103/NQ-HĐND", [AMENDS]),
        # told in a bracket
        ("thi hành Bộ luật Hình sự số 100/2015/QH13 (đã sửa đổi, bổ sung) và các luật", [AMENDS]),
        ("thi hành Luật Đất đai số 31/2024/QH15 (sửa đổi)", [CITES]),  # its name
        # lists
        (
            "Bãi bỏ các nghị quyết sau:\n1. Nghị quyết 7/NQ-HĐND.\n2. Nghị quyết 9/NQ-HĐND.\nĐiều 2. Theo 5/CT-TTg",
            [REPEALS, REPEALS, CITES],
        ),
        (
            "1. Bãi bỏ Nghị quyết số 7/2009/NQ-HĐND.\n2. Nghị quyết số 19/2010/NQ-HĐND áp dụng đến hết năm.",
            [REPEALS, CITES],
        ),
        ("Bãi bỏ một phần Quyết định 50/QĐ-UBND (Điều 5) và toàn bộ Quyết định 23/QĐ-UBND.", [AMENDS, REPEALS]),
        ("Bãi bỏ Chỉ thị số 5/CT-UBND; riêng Chỉ thị số 6/CT-UBND chưa bãi bỏ.", [REPEALS, CITES]),
        (
            "Các luật sau hết hiệu lực: Luật số 1/2003/QH11; Luật sửa đổi Luật 2/2005/QH11; Luật số 39/2013/QH13.",
            [REPEALS, AMENDS, REPEALS],
        ),
        ("Luật sửa đổi một số điều của Luật Thuế thu nhập cá nhân và Nghị định số 65/2013/NĐ-CP", [CITES]),
        # who does it stands between the reference and the verb
        ("còn QĐ 33/2021/QĐ-UBND của tỉnh thì bị NQ 9/2024/NQ-HĐND thay thế.", [REPLACES, CITES]),
        ("QĐ 33/2021/QĐ-UBND có phải đã bị NQ 9/2024/NQ-HĐND thay thế không?", [CITES, CITES]),
        ("Công điện số 6/CĐ-UBND được thay bằng Công điện số 7/CĐ-UBND", [REPLACES, CITES]),
        (
            "Nghị quyết 11/NQ-HĐND thực hiện đến hết năm 2022 thì được thay thế bởi Nghị quyết 27/NQ-HĐND",
            [REPLACES, CITES],
        ),
        # what has happened has, whatever is planned beside it
        ("Đề nghị không áp dụng Công văn 1902/SGDĐT-GDTrH, vì công văn này đã được thay thế", [REPLACES]),
        (
            "Đề nghị ban hành Nghị định thay thế Nghị định 99/2016/NĐ-CP, từng đã thay thế Nghị định 58/2001/NĐ-CP",
            [CITES, REPLACES],
        ),
        ("Nếu được ban hành, Thông tư số 9/2019/TT-BXD sẽ được sửa đổi ở 12 điều.", [CITES]),
        ("trong tháng 8 hoàn thành sửa đổi Nghị định 91/2015/NĐ-CP", [CITES]),
        # what loses effect is another paper
        ("Quyết định số 578/QĐ-UBND về việc chấm dứt hiệu lực giấy phép khai thác", [CITES]),
        ("Quyết định này thay thế các Quyết định số 1/QĐ-UBND, 2/QĐ-UBND và 3/QĐ-UBND.", [CITES, *[REPLACES] * 3]),
        (
            "Bãi bỏ: a) Thông tư 1/2010/TT-BTC; b) Điều 3 Thông tư 2/2011/TT-BTC; c) Thông tư 3/2012/TT-BTC.",
            [REPEALS, AMENDS, REPEALS],
        ),
        ("Các văn bản sau hết hiệu lực: Nghị quyết 1/NQ-HĐND; Nghị quyết 2/NQ-HĐND.", [REPEALS, REPEALS]),
        (
            "Nghị định này thay thế Nghị định 100/2019/NĐ-CP và bãi bỏ Thông tư 1/2020/TT-BCA.",
            [CITES, REPLACES, REPEALS],
        ),
        ("Bãi bỏ Quyết định 12/QĐ-UBND; giao Sở Tư pháp thực hiện theo Luật Đất đai năm 2013.", [REPEALS, CITES]),
        # the passive
        ("Thông tư 05/2018/TT-BNV hết hiệu lực kể từ ngày 1/7/2024.", [REPEALS]),
        ("Quyết định số 12/QĐ-UBND không còn hiệu lực.", [REPEALS]),
        ("Nghị quyết 1/NQ-HĐND và Nghị quyết 2/NQ-HĐND bị bãi bỏ.", [REPEALS, REPEALS]),
        ("Nghị định 24/2014/NĐ-CP đã được sửa đổi, bổ sung bởi Nghị định 107/2020/NĐ-CP.", [AMENDS, CITES]),
        ("Nghị định 24/2014/NĐ-CP (được sửa đổi bởi Nghị định 107/2020/NĐ-CP)", [AMENDS, CITES]),
        (
            "Nghị định 91/2015/NĐ-CP (sửa đổi tại Nghị định 32/2018/NĐ-CP, Nghị định 140/2020/NĐ-CP)",
            [AMENDS, CITES, CITES],
        ),
        ("Luật Viên chức năm 2010 được sửa đổi, bổ sung năm 2019", [AMENDS]),
        ("Nghị quyết 1/NQ-HĐND sẽ được thay thế bằng Nghị quyết 5/NQ-HĐND.", [REPLACES, CITES]),
        # planned, proposed, denied, asked, conditional
        ("Đề nghị bãi bỏ Quyết định số 77/QĐ-UBND.", [CITES]),
        ("Sở lấy ý kiến dự thảo Quyết định thay thế Quyết định số 77/2020/QĐ-UBND.", [CITES]),
        ("de nghi bai bo quyet dinh so 77/qd-ubnd", [CITES]),
        ("Nghị định 34/2016/NĐ-CP chưa bị thay thế.", [CITES]),
        ("Không sửa đổi Nghị quyết số 1/2010/NQ-HĐND.", [CITES]),
        ("Việc sửa đổi Thông tư số 156/2013/TT-BTC là cần thiết.", [CITES]),
        ("Đã có văn bản nào thay thế Thông tư 1/2010/TT-BTC chưa?", [CITES]),
        ("Quyết định số 5/QĐ-UBND hết hiệu lực khi nào?", [CITES]),
        ("Nghị định 61/2018/NĐ-CP đã bị thay thế chưa? theo em là rồi", [CITES]),
        ("Nếu Quyết định số 5/QĐ-UBND được sửa đổi thì báo", [CITES]),
        ("Trước khi Nghị định 5/2020/NĐ-CP hết hiệu lực", [CITES]),
        # other deeds
        ("Bổ sung kinh phí theo Quyết định số 12/QĐ-UBND.", [CITES]),
        ("Điều chỉnh quy hoạch được phê duyệt tại Quyết định số 12/QĐ-UBND.", [CITES]),
        ("Quyết định 12/QĐ-UBND thay thế ông A bằng ông B.", [CITES]),
        ("Thông tư 05/2018/TT-BNV có hiệu lực từ ngày 1/7/2018.", [CITES]),
        ("Ông A bị sửa đổi. Theo Quyết định số 12/QĐ-UBND", [CITES]),  # another sentence
    ],
)
def test_what_is_done_to_a_directive(text, relations):
    assert [str(found.relation) for found in find_references(text)] == relations


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Thông tư 80/2021/TT-BTC sửa đổi Thông tư 156/2013/TT-BTC", [None, 0]),
        ("Nghị định 24/2014/NĐ-CP được sửa đổi bởi Nghị định 107/2020/NĐ-CP.", [1, None]),
        ("Nghị định 91/2015/NĐ-CP (sửa đổi tại Nghị định 32/2018/NĐ-CP)", [1, None]),
        ("Nghị quyết này thay thế Nghị quyết số 22/2020/NQ-HĐND.", [None, None]),  # the text's own document
    ],
)
def test_who_does_it_is_told(text, by):
    assert [found.by for found in find_references(text)] == by


ROWS = "1 | Quyết định 1/QĐ-UBND | 5/5/2015\n2 | Quyết định 2/QĐ-UBND | 6/6/2016"


@pytest.mark.parametrize(
    ("heading", "relation"),
    [
        ("Danh mục văn bản hết hiệu lực", REPEALS),
        ("DANH MỤC VĂN BẢN BÃI BỎ", REPEALS),
        ("Danh mục văn bản còn hiệu lực", CITES),
        ("Bãi bỏ các văn bản sau.", CITES),  # a sentence, no heading
        ("", CITES),
    ],
)
def test_the_heading_of_a_table_tells_of_its_rows(heading, relation):
    assert [str(found.relation) for found in find_references(f"{heading}\n{ROWS}\n")] == [relation, relation]


def test_a_sentence_may_have_more_references_than_fit_near_its_verb():
    listed = ";\n".join(
        f"Quyết định số {i}/QĐ-UBND ngày 1/2/2020 của UBND thành phố về việc rà soát" for i in range(1, 60)
    )
    found = find_references(f"Bãi bỏ các văn bản sau:\n{listed}.")
    assert {str(each.relation) for each in found} == {REPEALS}
    assert len(found) == 59
