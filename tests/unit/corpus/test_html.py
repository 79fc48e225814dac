import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.extraction import PAGES, pages, scores
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
