"""URLs: which are read, which are equal, which lines are a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from corpus.fetch import urls_in
from corpus.fetch.urls import normal, parsed


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTP://Cong.VN:80/a", "http://cong.vn/a"),  # scheme, host, default port
        ("https://cong.vn:443", "https://cong.vn/"),
        ("https://cong.vn./a", "https://cong.vn/a"),  # the root's dot
        ("https://cong.vn/a#b", "https://cong.vn/a"),
        ("https://cong.vn/a?utm_source=x&id=1&fbclid=y", "https://cong.vn/a?id=1"),
        ("https://cong.vn/a?utm_source=x", "https://cong.vn/a"),
        ("https://cong.vn/tin tức", "https://cong.vn/tin%20t%E1%BB%A9c"),
        ("https://ví-dụ.vn/", "https://xn--v-d-rma6749a.vn/"),  # IDNA
        ("https://cong.vn/a/../b", "https://cong.vn/b"),
        (" https://cong.vn/a ", "https://cong.vn/a"),
    ],
)
def test_spellings_of_one_url_are_equal(url, same):
    assert normal(url) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://cong.vn/a", "https://cong.vn/a"),
        ("http://cong.vn/a", "http://cong.vn:8080/a"),
        ("http://cong.vn/a?id=1", "http://cong.vn/a?id=2"),
        ("http://cong.vn/a", "http://cong.vn/A"),  # paths may differ by case
        ("http://cong.vn/a?b=1&c=2", "http://cong.vn/a?c=2&b=1"),  # order may matter to a server
    ],
)
def test_what_may_be_two_pages_stays_two(one, other):
    assert normal(one) != normal(other)


@given(
    st.one_of(
        st.text(),
        st.builds(
            "{}://{}{}?{}#{}".format,
            st.sampled_from(["http", "HTTPS", "ftp"]),
            st.sampled_from(["cong.vn", "Cong.VN.", "ví-dụ.vn", "[::1]:80", "127.0.0.1:443", "a@b"]),
            st.text("/.% ăAb;:@", max_size=9),
            st.text("&=%utm_id1 ă", max_size=9),
            st.text(max_size=3),
        ),
    )
)
def test_the_normal_form_of_a_normal_form_is_itself(url):
    assert normal(normal(url)) == normal(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "the URL cannot be used (file://); it must look like https://portal.gov.vn/article"),
        ("ftp://cong.vn/a", "the URL cannot be used (ftp://)"),
        ("//cong.vn/a", "the URL cannot be used (?://)"),
        ("http:///a", "the URL cannot be used (http://)"),
        ("http://", "the URL cannot be used (http://)"),
        ("http://[", "the URL cannot be used (%5B)"),
        ("http://cong.vn\\@10.0.0.5/", "the URL holds a user name"),
        ("http://１２７.0.0.1/", "the URL cannot be used ("),  # full-width digits
        ("http://[fe80::1%25eth0]/", "the URL cannot be used ("),
        ("http://cong.vn:99999/", "the URL cannot be used (:99999)"),
        ("http://cong.vn:x/", "the URL cannot be used (InvalidURL)"),
        ("http://cong.vn/\x00", "the URL cannot be used (InvalidURL)"),
        ("http://cong.vn@10.0.0.5/", "the URL holds a user name (before the @)"),
        ("http://ai:mat@cong.vn/", "the URL holds a user name (before the @)"),
    ],
)
def test_what_is_no_web_address_is_refused(url, message):
    with pytest.raises(InputError) as refused:
        parsed(url)
    assert refused.value.en.startswith(message)
    assert "mat" not in refused.value.vi


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://cong.vn/a\r\n\n# ghi chú\n  http://cong.vn/b", ["https://cong.vn/a", "http://cong.vn/b"]),
        ("# chỉ có ghi chú", None),
        ("", None),
        ("https://cong.vn/a\nMột câu.", None),
        ("https://cong.vn/a là một địa chỉ", None),
        ("cong.vn/a", None),
    ],
)
def test_a_list_is_a_text_whose_every_line_is_a_url(text, urls):
    assert urls_in(text) == urls
