"""Which of the dates on a page is that of publishing. Each page has a date that is none beside the one that is."""

import pytest

from corpus.models import Raw
from corpus.parse.html import parse_html

LEAD = "Ủy ban nhân dân phường mời bà con dự buổi đối thoại về quy hoạch khu tái định cư."
PROSE = "Bà con gửi câu hỏi trước cho tổ trưởng dân phố; câu hỏi gửi sau vẫn được nêu trực tiếp tại buổi đối thoại."
BODY = f"<div class='noi-dung'><p>{LEAD}</p><p>{PROSE}</p></div>"
TITLE = "<h1>Mời dự đối thoại về khu tái định cư</h1>"
MENU = "<ul class='menu'><li><a href='/'>Trang chủ</a></li><li><a href='/tin'>Tin tức</a></li></ul>"
FOOT = "<div class='footer'><p>Cơ quan chủ quản: UBND phường</p></div>"


def page(article: str = TITLE + BODY, *, head: str = "", top: str = "", bottom: str = "") -> str:
    return (
        f"<html><head><meta charset='utf-8'><title>Phường Bến Lội</title>{head}</head><body><div class='wrapper'>"
        f"{top}{MENU}<div class='giua'><div class='chitiet'>{article}</div>{bottom}</div>{FOOT}</div></body></html>"
    )


def published(markup: str) -> str | None:
    moment = parse_html(Raw(markup.encode(), "1.html", "https://p.example.vn/tin/1.html")).published
    return moment.isoformat()[:16] if moment else None


TODAY = "<div class='ngay'>Thứ Ba, 25/11/2025 10:30:11</div>"
AT_TITLE = [
    ("Thứ Năm, 12/03/2020, 08:15 (GMT+7)", "2020-03-12T08:15"),
    ("08:15 | 12/03/2020", "2020-03-12T08:15"),
    ("Ngày đăng: 12/03/2020", "2020-03-12T00:00"),
    ("Cập nhật lúc 08:15, 12/03/2020", "2020-03-12T08:15"),
    ("12/03/2020 08:15:00 SA", "2020-03-12T08:15"),
    ("Đăng lúc: 08:15 - 12/03/2020", "2020-03-12T08:15"),
    ("(12/03/2020)", "2020-03-12T00:00"),
    ("12-03-2020", "2020-03-12T00:00"),
    ("2020/03/12", "2020-03-12T00:00"),
    ("Thứ 5, ngày 12 tháng 3 năm 2020", "2020-03-12T00:00"),
    ("Publish Date: 12/03/2020", "2020-03-12T00:00"),
    ("Posted on 12/03/2020 by admin in Thông báo", "2020-03-12T00:00"),
    ("Được gửi bởi vanphong vào T5, 12/03/2020 - 08:15", "2020-03-12T08:15"),
    ("12/03/2020 | Lượt xem: 345", "2020-03-12T00:00"),
    ("<span class='date'>12/03/2020</span><span> | Lượt xem: 345</span> <a href='#'>A+</a>", "2020-03-12T00:00"),
    ("Ngày đăng: 12/03/2020, 08:15 | Người đăng: Ban biên tập | Lượt xem: 612 | A+ A-", "2020-03-12T08:15"),
    ("Người gửi: Trần Lực - Ngày gửi: 12/03/2020", "2020-03-12T00:00"),
    ("Minh Hà 12/03/2020 08:15", "2020-03-12T08:15"),
    ("Nguồn: Báo Thành phố • 12/03/2020 08:15 • 3 phút đọc", "2020-03-12T08:15"),
    ("<a href='/tb'>Thông báo</a> | 12/03/2020", "2020-03-12T00:00"),
    ("<i class='fa'></i> 12 Tháng Ba, 2020", "2020-03-12T00:00"),
    ("Tháng Ba 12, 2020 lúc 8:15 sáng", "2020-03-12T08:15"),
    ("Thursday, March 12, 2020 8:15 PM", "2020-03-12T20:15"),
    ("<time datetime='2020-03-12T08:15:00+07:00'>12 phút trước</time>", "2020-03-12T08:15"),
    ("Đăng <time datetime='2020-03-12T08:15'>12/3</time> <time class='updated' datetime='2020-04-01'>1/4</time>",
     "2020-03-12T08:15"),
    ("Sửa <time class='updated' datetime='2020-04-01'>1/4</time> đăng <time datetime='2020-03-12T08:15'>12/3</time>",
     "2020-03-12T08:15"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "moment"), AT_TITLE)
@pytest.mark.parametrize("where", ["under", "above"])
def test_the_line_at_the_title_wins_over_todays_clock_and_leaves_no_trace(line, moment, where):
    stamp = f"<div class='thong-tin'>{line}</div>"
    article = TITLE + stamp + BODY if where == "under" else stamp + TITLE + BODY
    markup = page(article, top=TODAY)
    assert published(markup) == moment
    assert parse_html(Raw(markup.encode(), "1.html", "1.html")).text == f"{LEAD}\n{PROSE}"


NOT_PUBLISHED = [
    page(top=TODAY),
    page(top="<div id='dongho'><span>Thứ Ba, 25/11/2025</span></div>"),
    page(top="<p>Hôm nay: 25/11/2025</p>"),
    page("<span id='dongho'>Thứ Ba, 25/11/2025</span>" + TITLE + BODY),
    page(bottom="<h4>Thông báo khác</h4><a href='/1'>Thông báo nghỉ làm việc để diễn tập phòng thủ</a> 02/11/2022"),
    page(bottom="<h4>Ý kiến bạn đọc (1)</h4><p>Gửi lúc 09:40 13/3/2020</p><p>Mong phường làm sớm cho bà con.</p>"),
    page(TITLE + f"<p>{LEAD}</p><p>Thời gian: 14:00 ngày 18/11/2022</p><p>Địa điểm: nhà văn hóa</p><p>{PROSE}</p>"),
    page(TITLE + f"<p>Thời gian: 14:00 ngày 18/11/2022</p><p>Địa điểm: nhà văn hóa</p><p>{LEAD}</p><p>{PROSE}</p>"),
    page(TITLE + "<p>Hạn nộp: 18/11/2022 17:00</p>" + BODY),
    page(TITLE + "<p>Ngày ban hành: 18/11/2022</p>" + BODY),
    page(TITLE + "<p>Hội nghị ngày 18/11/2022</p>" + BODY),
    page(TITLE + BODY + "<p>25/11/2025</p>"),
    page(head="<meta property='article:modified_time' content='2020-04-01T09:00:00+07:00'>"),
    page(head="<meta name='last-modified' content='2020-04-01'>"),
    page(head='<script type="application/ld+json">{"@type":"WebPage","dateModified":"2020-04-01"}</script>'),
    page(head='<script type="application/ld+json">{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle",'
         '"datePublished":"2020-04-01"}]}</script>'),
]  # fmt: skip


@pytest.mark.parametrize("markup", NOT_PUBLISHED)
def test_none_is_better_than_another_date(markup):
    assert published(markup) is None


SCRIPT, DATE = '<script type="application/ld+json">', '"datePublished":"2020-03-12T08:15:00+07:00"'
STATED = [
    '<meta itemprop="datePublished" content="2020-03-12T08:15:00+07:00">',
    '<meta name="pubdate" content="2020-03-12T08:15:00+07:00">',
    '<meta name="DC.date" content="2020-03-12 08:15">',
    '<meta name="article.published" content="2020-03-12T08:15:00.000+07:00">',
    '<meta property="article:published_time" content="2020-03-12T8:15+07:00">',
    '<meta name="pubdate" content="Thu, 12 Mar 2020 01:15:00 GMT">',
    '<meta name="pubdate" content="12/03/2020 08:15">',
    f'{SCRIPT}{{"@graph":[{{"@type":"WebSite"}},{{"@type":"WebPage",{DATE},"dateModified":"2020-04-01"}}]}}</script>',
    f'{SCRIPT}//<![CDATA[\n{{"@type":"NewsArticle","description":"hai\ndòng",{DATE}}}\n//]]></script>',
]


@pytest.mark.parametrize("head", STATED)
def test_what_the_head_states_wins_over_what_is_shown(head):
    assert published(page(TITLE + "<p>Cập nhật: 01/04/2020</p>" + BODY, head=head, top=TODAY)) == "2020-03-12T08:15"


def test_an_unnamed_date_in_the_head_stands_in_where_none_is_shown():
    head = '<meta name="date" content="2020-03-12">'
    assert published(page(head=head)) == "2020-03-12T00:00"
    assert published(page(TITLE + "<p>10/03/2020</p>" + BODY, head=head)) == "2020-03-10T00:00"


BELOW = [
    ("<p>Ngày đăng: 12/03/2020</p>", "", "2020-03-12T00:00"),
    ("<p>Cập nhật: 01/04/2020</p><p>Ngày đăng: 12/03/2020</p>", "", "2020-03-12T00:00"),
    ("<p>Thứ Năm, 12/03/2020</p>", TODAY, "2020-03-12T00:00"),  # today's is another, as the page's head shows
    ("<p>Cập nhật: 12/03/2020</p>", TODAY, "2020-03-12T00:00"),
]


@pytest.mark.parametrize(("line", "top", "moment"), BELOW)
def test_a_date_under_the_body_counts_where_it_cannot_be_todays(line, top, moment):
    assert published(page(TITLE + BODY + line, top=top)) == moment


def test_a_date_between_summary_and_body_counts_where_it_is_called_so():
    article = f"{TITLE}<p>{LEAD}</p><div class='date'>12/03/2020</div><p>{PROSE}</p>"
    made = parse_html(Raw(page(article).encode(), "1.html", "1.html"))
    assert made.published is None or made.published.isoformat().startswith("2020-03-12")
    assert made.text == f"{LEAD}\n{PROSE}"
    article = f"{TITLE}<p>{LEAD}</p><p>Đăng ngày: 12/03/2020</p><p>{PROSE}</p>"
    assert published(page(article)) == "2020-03-12T00:00"


def test_a_timetable_begins_with_its_first_day_and_a_table_of_data_keeps_its_dates():
    days = (
        "<p>Thứ Hai, 16/03/2020</p><p>Tiếp công dân</p><p>Thứ Ba, 17/03/2020</p><p>Lịch này thay giấy mời dự họp.</p>"
    )
    made = parse_html(Raw(page(f"{TITLE}<p>13/03/2020</p>{days}").encode(), "1.html", "1.html"))
    assert made.published is not None
    assert made.published.isoformat().startswith("2020-03-13")
    assert made.text.startswith("Thứ Hai, 16/03/2020\nTiếp công dân\nThứ Ba, 17/03/2020")
    rows = "<tr><td>Số</td><td>88/HD-KT</td></tr><tr><td>Ngày ban hành</td><td>05/05/2020</td></tr>"
    made = parse_html(Raw(page(f"{TITLE}<table>{rows}</table>{BODY}").encode(), "1.html", "1.html"))
    assert made.text.startswith("Số | 88/HD-KT\nNgày ban hành | 05/05/2020\n")


def test_the_days_of_a_timetable_stay_in_the_body():
    days = "<p>Thứ Hai, 16/03/2020</p><p>Tiếp công dân tại phường</p><p>Thứ Ba, 17/03/2020</p><p>Họp giao ban tuần.</p>"
    made = parse_html(Raw(page(f"{TITLE}<p>{LEAD}</p>{days}").encode(), "1.html", "1.html"))
    assert made.text.split("\n")[1:] == [
        "Thứ Hai, 16/03/2020", "Tiếp công dân tại phường", "Thứ Ba, 17/03/2020", "Họp giao ban tuần.",
    ]  # fmt: skip
    assert made.published is None
