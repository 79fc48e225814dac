import json
import re
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.extraction import PAGES, pages, scores
from bench.large_pages import SHAPES, large_page
from config.errors import InputError
from corpus.clean import tidy
from corpus.models import Article, Raw
from corpus.parse.html import parse_html

SHARED = Path(__file__).parents[4] / "shared" / "data" / "html"
FLOOR = 0.97  # of precision and of recall, in words
OWN = list(pages(PAGES))
BODY = (
    "Sáng 7/8, Ủy ban nhân dân thành phố họp phiên thường kỳ, nghe báo cáo về thực hiện Nghị định số 30/2020/NĐ-CP.",
    "Các sở, ngành rà soát văn bản đã ban hành và báo cáo trước ngày 30/9, không để tồn đọng hồ sơ của người dân.",
)
ADDRESS = "https://cong.example.vn/tin/1.html"


def markup(*, head: str = "", above: str = "", below: str = "", body: tuple[str, ...] = BODY) -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Thành phố họp thường kỳ</title>{head}</head><body>"
        f"<div class='bai'><h1>Thành phố họp thường kỳ</h1>{above}<div class='noi-dung'>{paragraphs}</div>{below}</div>"
        "</body></html>"
    )


def read(page: str | bytes, *, charset: str | None = None, source: str = ADDRESS) -> Article:
    data = page if isinstance(page, bytes) else page.encode()
    return parse_html(Raw(data, "1.html", source, charset=charset))


# ------------------------------------------------------------------------------------------------- pages with gold


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.name)
def test_body_title_and_date_of_every_shape_of_portal(page):
    article = parse_html(page.raw)
    precision, recall = scores(article.text, page)
    assert (article.title, article.published and article.published.isoformat()) == (page.title, page.published)
    assert precision >= FLOOR, article.text
    assert recall >= FLOOR, article.text


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.name)
def test_issuer_source_and_attachments_of_every_shape_of_portal(page):
    article = parse_html(page.raw)
    gold = json.loads((PAGES / f"{page.name}.json").read_text(encoding="utf-8"))
    assert article.issuer == gold["issuer"]
    assert article.source == gold["source"]
    assert [{"name": one.name, "url": one.url} for one in article.attachments] == gold["attachments"]


@pytest.mark.parametrize("page", OWN, ids=lambda page: page.name)
def test_paragraphs_stay_lines(page):
    lines = parse_html(page.raw).text.split("\n")
    gold = json.loads((PAGES / f"{page.name}.json").read_text(encoding="utf-8"))["body"]
    assert [line for line in lines if line in gold] == gold


def shared_pages():
    return list(pages(SHARED)) if SHARED.exists() else []


@pytest.mark.parametrize("page", shared_pages(), ids=lambda page: page.name)
def test_saved_portal_pages_keep_their_floor(page):
    article = parse_html(page.raw)
    assert article.title == page.title
    assert min(scores(article.text, page)) >= FLOOR


@pytest.mark.parametrize("name", ["hanoi_sotttt_liferay_index.html", "hanoi_sotttt_liferay_chi-dao-dieu-hanh.html"])
def test_saved_home_page_and_section_are_refused_as_lists(name):
    if not (SHARED / name).exists():
        pytest.skip(f"the saved page is not here ({SHARED})")
    with pytest.raises(InputError, match=r"list of links.*add --follow"):
        read((SHARED / name).read_bytes())


# -------------------------------------------------------------------------------------------------------- encoding

VIETNAMESE = markup()
ENCODED = [
    (VIETNAMESE.encode(), "iso-8859-1"),  # valid UTF-8 wins over what the server says
    (VIETNAMESE.replace("utf-8", "windows-1252").encode(), None),  # and over what the page says
    (VIETNAMESE.encode("utf-8-sig"), "windows-1258"),  # a byte order mark wins over all
    (VIETNAMESE.encode("utf-16"), None),
    (VIETNAMESE.encode("utf-16-le"), "utf-16le"),
    (
        VIETNAMESE.encode().replace("thường kỳ, nghe".encode(), "thường kỳ, nghe".encode() + b"\xe1"),
        "utf-8",
    ),  # cut letter
]


@pytest.mark.parametrize(("data", "charset"), ENCODED)
def test_the_bytes_decide_the_encoding_not_the_label(data, charset):
    assert read(data, charset=charset).text == "\n".join(BODY)


def test_an_unknown_encoding_is_refused():
    with pytest.raises(InputError, match="encoding of the HTML is not recognised"):
        read(markup(body=("日本語の文書です。" * 30,)).encode("shift_jis", "replace"))


# -------------------------------------------------------------------------------------------------------- metadata

DATES = [
    ('<meta property="article:published_time" content="2019-08-07T07:37:00Z">', "", "", "2019-08-07T14:37:00+07:00"),
    ('<meta itemprop="datePublished" content="2019-08-07">', "", "", "2019-08-07T00:00:00+07:00"),
    ('<script type="application/ld+json">[{"@type":["NewsArticle"],"datePublished":"2019-08-07T14:37+07:00"}]</script>',
     "", "", "2019-08-07T14:37:00+07:00"),
    # JSON-LD that is broken is passed over
    ('<script type="application/ld+json">{"@type":</script>', "<p>07/08/2019</p>", "", "2019-08-07T00:00:00+07:00"),
    ("", '<p>Đăng <time datetime="2019-08-07T14:37:00+07:00">hôm qua</time></p>', "", "2019-08-07T14:37:00+07:00"),
    ("", "", "<p>Ngày đăng: 7/8/2019</p>", "2019-08-07T00:00:00+07:00"),  # under the body, with its label
    # what was published, not what was changed
    ("", "<p>Cập nhật: 9/8/2019</p><p>Ngày đăng: 7/8/2019</p>", "", "2019-08-07T00:00:00+07:00"),
    ("", "", "", None),  # dates in the prose are about something else
    ("", "", "<p>24/11/2025</p>", None),  # a bare date under the body may be today's
    ("", "<p>Ngày ban hành: 7/8/2019</p>", "", None),  # the directive's date
]  # fmt: skip


@pytest.mark.parametrize(("head", "above", "below", "moment"), DATES)
def test_the_date_of_publishing_is_found_or_none(head, above, below, moment):
    published = read(markup(head=head, above=above, below=below)).published
    assert (published and published.isoformat()) == moment


SOURCES = [
    ('<link rel="canonical" href="/tin/1">', ADDRESS, "https://cong.example.vn/tin/1"),  # relative
    ('<link rel="canonical" href="https://khac.example.vn/tin/1">', ADDRESS, ADDRESS),  # another host
    ('<link rel="canonical" href="https://cong.example.vn/">', ADDRESS, ADDRESS),  # the home page
    ('<link rel="canonical" href="https://[cong">', ADDRESS, ADDRESS),  # no address at all
    ('<link rel="canonical" href="https://cong.example.vn/tin/1">', "bai.html", "https://cong.example.vn/tin/1"),
    ("", "bai.html", "bai.html"),
]


@pytest.mark.parametrize(("head", "given_source", "source"), SOURCES)
def test_the_source_is_the_canonical_address_on_the_same_host(head, given_source, source):
    assert read(markup(head=head), source=given_source).source == source


ISSUERS = [
    ("", "<p>Nguồn: Sở Y tế</p>", "Sở Y tế"),
    ("", "<p>Nguồn: chinhphu.vn</p>", None),  # a site is no body
    ("", "<div class='footer'>Cơ quan chủ quản: UBND quận Lê Chân</div>", "UBND quận Lê Chân"),
    ('<meta property="og:site_name" content="Sở Xây dựng">', "", "Sở Xây dựng"),
    ("", "", None),
]


@pytest.mark.parametrize(("head", "below", "issuer"), ISSUERS)
def test_the_issuer_is_named_by_the_page_or_none(head, below, issuer):
    assert read(markup(head=head, below=below)).issuer == issuer


def test_an_archives_prefix_is_taken_off_a_files_address():
    link = "<p>Tệp đính kèm: <a href='/web/20190809id_/http://cong.example.vn/a.pdf'>Kế hoạch</a></p>"
    (attachment,) = read(markup(below=link)).attachments
    assert (attachment.name, attachment.url) == ("Kế hoạch", "http://cong.example.vn/a.pdf")


# ------------------------------------------------------------------------------------------------------------- text


def test_a_sentence_with_a_link_to_a_file_stays_in_the_body():
    linked = BODY[1].replace("văn bản", "<a href='/vb.pdf'>văn bản</a>")
    article = read(markup(body=(BODY[0], linked)))
    assert article.text == "\n".join(BODY)
    assert [one.url for one in article.attachments] == ["https://cong.example.vn/vb.pdf"]


def test_the_name_of_the_site_is_no_title():
    name = "TRANG THÔNG TIN ĐIỆN TỬ QUẬN BẮC"
    title = "<p class='tieude-tin'>Quận họp thường kỳ</p><p>Tin trong quận - 07/08/2019 (lượt xem: 88)</p>"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
    banner = f"<title>{name}</title></head><body><h1>{name}</h1><p><a href='/'>Trang chủ</a> | <a href='/t'>Tin</a></p>"
    made = read(f"<html><head>{banner}<div>{title}{body}</div></body></html>")
    assert (made.title, made.text) == ("Quận họp thường kỳ", "\n".join(BODY))


def test_a_title_repeated_in_the_body_is_left_out():
    assert read(markup(body=("Thành phố họp thường kỳ", *BODY))).text == "\n".join(BODY)


def test_hidden_parts_are_left_out():
    assert read(markup(below="<p style='display: none'>Phần soạn thảo của quản trị viên</p>")).text == "\n".join(BODY)


REFUSED = [
    ("<h1>404</h1><p>Trang bạn tìm không tồn tại hoặc đã bị xóa.</p>", "error page"),
    ("<form><h2>Đăng nhập hệ thống</h2><p>Tên <input></p><input type='password'></form>", "login page"),
    ("<div id='root'></div><script>start()</script>", "empty shell"),
    ("<ul>" + "<li><a href='/x'>Hội nghị giao ban công tác tháng bảy của quận</a></li>" * 9 + "</ul>", "list of links"),
    ("<div>" * 5000 + BODY[0], "nested too deep"),
    ("<b></b>" * 250_000, "elements"),
    ("", r"empty|furniture"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_what_is_no_article_is_refused_by_what_it_looks_like(body, message):
    with pytest.raises(InputError, match=message):
        read(f"<html><body>{body}</body></html>")


def test_a_list_of_directives_that_ends_the_body_stays():
    names = (
        "Nghị định số 30/2020/NĐ-CP về công tác văn thư",
        "Quyết định số 12/QĐ-UBND về quy chế làm việc của phường",
    )
    links = "".join(f"<li><a href='/vb/{at}'>{name}</a></li>" for at, name in enumerate(names))
    others = "<li><a href='/tin/9'>Hội nghị giao ban công tác tháng bảy của quận</a></li>"
    for lead, last in (("Các văn bản gồm có:", f"<ul>{links}</ul>"), (BODY[1], f"<ul>{links}</ul><ul>{others}</ul>")):
        article = read(markup(body=(BODY[0], lead, last)))
        assert article.text == "\n".join((BODY[0], lead, *names))


@pytest.mark.parametrize(
    "below",
    [
        "<p>Văn bản liên quan</p><ul><li><a href='/vb/1'>Nghị định số 30/2020/NĐ-CP về công tác văn thư</a></li></ul>",
        "<b>Văn bản chỉ đạo</b><ul><li><a href='/vb/1'>Nghị định số 30/2020/NĐ-CP về công tác văn thư</a></li></ul>",
        "<ul><li><a href='/tin/9'>Hội nghị giao ban công tác tháng bảy của quận</a></li></ul>",
        "<p>Đọc thêm:</p><p><a href='/tin/9'>Hội nghị giao ban công tác tháng bảy của quận</a></p>",
    ],
)
def test_links_to_other_pages_under_the_body_are_left_out(below):
    text = read(markup(below=below)).text
    assert text.startswith("\n".join(BODY))
    assert "/NĐ-CP về công tác văn thư" not in text
    assert "Hội nghị giao ban" not in text


def test_a_short_article_of_sentences_with_long_links_is_no_list():
    body = (
        "Tra cứu kết quả tại <a href='/1'>Cổng thông tin tuyển sinh đầu cấp của thành phố</a> từ 8 giờ ngày 02/7.",
        "Kết quả có ở <a href='/2'>trang thông tin của Sở Giáo dục và Đào tạo thành phố</a> hoặc tại trường.",
        "Phúc khảo theo <a href='/3'>mẫu đơn đề nghị phúc khảo bài thi tuyển sinh lớp 10</a>, đến hết ngày 08/7.",
    )
    assert read(markup(body=body)).text == "\n".join(re.sub("<[^>]+>", "", line) for line in body)


def test_a_short_article_that_lists_its_forms_is_no_list():
    forms = (
        "Mẫu đơn đề nghị cấp lại thẻ căn cước",
        "Mẫu phiếu thu thập thông tin dân cư",
        "Mẫu văn bản ủy quyền nhận thay",
    )
    lines = "".join(f"<p><a href='/mau/{at}'>{form}</a></p>" for at, form in enumerate(forms))
    body = f"<p>Công an phường cấp lại thẻ căn cước vào sáng thứ bảy hằng tuần.</p><p>Các mẫu cần điền:</p>{lines}"
    made = read(
        f"<html><head><title>Cấp thẻ</title></head><body><h1>Cấp lại thẻ căn cước</h1><div>{body}</div></body></html>"
    )
    assert made.text.endswith("\n".join(("Các mẫu cần điền:", *forms)))


# ------------------------------------------------------------------------------------------------------- letterhead

HEAD = (
    "<table><tr><td>ỦY BAN NHÂN DÂN<br><b>XÃ MINH HỌA</b><br>-------<br>Số: 07/QĐ-UBND</td>"
    "<td><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</b><br><b>Độc lập - Tự do - Hạnh phúc</b><br>"
    "<i>Minh Họa, ngày 02 tháng 01 năm 2020</i></td></tr></table>"
)
DECISION = (
    "<p><b>QUYẾT ĐỊNH</b></p><p><b>Về việc lập đội dân phòng</b></p><p><b>CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ</b></p>"
    "<p>Căn cứ Luật Phòng cháy và chữa cháy ngày 29 tháng 6 năm 2001;</p><p>Điều 1. Lập đội dân phòng của xã.</p>"
)


def document(*, title: str = "In ra", above: str = "", head: str = HEAD) -> Article:
    return read(f"<html><head><title>{title}</title></head><body>{above}<div>{head}{DECISION}</div></body></html>")


@pytest.mark.parametrize("above", ["", "<h2>Văn bản mới</h2>", "<div class='menu'><a href='/'>Trang chủ</a></div>"])
def test_a_document_is_named_by_its_letterhead_and_kept_whole(above):
    made = document(above=above)
    assert made.title == "Quyết định số 07/QĐ-UBND: Về việc lập đội dân phòng"
    assert (made.issuer, made.published) == (
        "ỦY BAN NHÂN DÂN XÃ MINH HỌA",
        datetime.fromisoformat("2020-01-02T00:00+07:00"),
    )
    assert made.text.startswith("ỦY BAN NHÂN DÂN\nXÃ MINH HỌA")
    assert made.text.endswith("Điều 1. Lập đội dân phòng của xã.")


def test_a_letterhead_in_paragraphs_names_a_document_too():
    lines = (
        "ỦY BAN NHÂN DÂN",
        "XÃ MINH HỌA",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 07/QĐ-UBND",
    )
    made = document(head="".join(f"<p align='center'><b>{line}</b></p>" for line in lines))
    assert made.title == "Quyết định số 07/QĐ-UBND: Về việc lập đội dân phòng"
    assert made.text.startswith("\n".join(lines))


def test_a_proper_title_of_the_page_and_its_date_come_before_the_letterheads():
    name = "Xã Minh Họa lập đội dân phòng từ đầu năm"
    made = document(title=name, above=f"<h1>{name}</h1><p>Ngày đăng: 05/01/2020</p>")
    assert (made.title, made.published) == (name, datetime.fromisoformat("2020-01-05T00:00+07:00"))
    assert made.text.startswith("ỦY BAN NHÂN DÂN\nXÃ MINH HỌA")


def test_a_banner_with_the_national_heading_is_no_letterhead():
    banner = "<p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p><p>Độc lập - Tự do - Hạnh phúc</p>"
    page = markup().replace("<body>", f"<body>{banner}")
    assert (read(page).title, read(page).text) == ("Thành phố họp thường kỳ", "\n".join(BODY))


def test_the_sample_document_is_named_as_its_pdf_is():
    data = (PAGES.parent / "documents" / "two-pages.html").read_bytes()
    assert read(data).title == (
        "Thông báo số 01/TB-UBND: Về việc trình bày văn bản theo Nghị định số 30/2020/NĐ-CP của Chính phủ về công tác"
        " văn thư"
    )


# ------------------------------------------------------------------------------------------------------------ speed


@pytest.mark.parametrize("shape", SHAPES)
def test_the_time_for_a_page_grows_with_its_size_only(shape):
    """A megabyte takes under a second; where any step compares all lines with all, it takes minutes."""
    data = large_page(shape, 1_000_000).encode()
    begun = time.process_time()
    with suppress(InputError):
        read(data)
    assert time.process_time() - begun < 5


# ------------------------------------------------------------------------------------------------------- properties


def parses_or_refuses(data: bytes) -> None:
    try:
        article = read(data)
    except InputError:
        return
    assert article.text == tidy(article.text)
    assert article.title == tidy(article.title)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    parses_or_refuses(data)


TAGS = "div p table tr td ul li a h1 span br font b script form article time o:p amp-img select video".split()


PIECES = [
    *(f"<{tag}>" for tag in TAGS), *(f"</{tag}>" for tag in TAGS), "<a href='x.pdf'>", "<base href='//['>",
    "07/08/2019", "\x01&#1;&#xffff;", "\u00ad\u0301", "&#769;&shy;&nbsp;", *BODY,
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_markup_is_read_or_refused(parts):
    parses_or_refuses("".join(parts).encode())


@given(st.sampled_from(OWN), st.integers(0, 6000), st.integers(0, 300), st.binary(max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_page_is_read_or_refused(page, at, cut, put):
    parses_or_refuses(page.raw.data[:at] + put + page.raw.data[at + cut :])


def test_the_old_font_encoding_of_a_page_is_converted_before_soft_hyphens_go():
    """U+00AD is the ư of TCVN3: dropped first, "ngời" would be stored for "người"."""
    body = "<p>Ng\u00adêi d©n ph\u00adêng ®\u00adîc biÕt n\u00adíc s¹ch tõ ngµy h«m nay.</p>" * 4
    made = parse_html(Raw(f"<html><body><h1>Tin</h1>{body}</body></html>".encode(), "a.html", "a.html"))
    assert "dân phường được biết nước sạch từ ngày hôm nay." in made.text
