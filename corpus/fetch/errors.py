"""What fetching says when it cannot go on. Hosts are named, never whole URLs, which may bear a person's name.

InputError
├── StatusError   the server answered that it has no such page, or not for us
└── PassingError  may heal by itself: the same URL is asked again when a run is resumed
    └── ComeBackError  the server named a time, before which the rest of the run cannot be had
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.errors import InputError


class StatusError(InputError):
    """The server refused with a status that asking again will not change."""


class PassingError(InputError):
    """The page could not be had now, and perhaps later."""


class ComeBackError(PassingError):
    """The server wants to be left alone until later; the run is cut short."""


def bad_url(reason: str) -> InputError:
    """The URL cannot be read or is of a kind that is not fetched."""
    return InputError(
        f"địa chỉ không dùng được ({reason}); cần dạng https://cong.gov.vn/bai-viet",
        f"the URL cannot be used ({reason}); it must look like https://portal.gov.vn/article",
    )


def with_password() -> InputError:
    """The URL carries a user name."""
    return InputError(
        "địa chỉ chứa tên đăng nhập (phần trước @), sẽ bị lưu cùng bài; hãy bỏ phần đó hoặc lưu trang thành tệp",
        "the URL holds a user name (before the @), which would be stored with the article; drop it or save the page",
    )


def private_address(host: str, address: str) -> InputError:
    """The host is, or resolves to, an address that is not public."""
    what = host if host == address else f"{host} ({address})"
    return InputError(
        f"địa chỉ {what} là mạng nội bộ; nếu cố ý, đặt CHIDAO_FETCH__ALLOWED_HOSTS={host}",
        f"the address {what} is not public; if it is meant, set CHIDAO_FETCH__ALLOWED_HOSTS={host}",
    )


def odd_port(host: str, port: int) -> InputError:
    """The port is not one that web sites use."""
    return InputError(
        f"cổng {port} không phải cổng web (80, 443); nếu cố ý, đặt CHIDAO_FETCH__ALLOWED_HOSTS={host}:{port}",
        f"port {port} is not a web port (80, 443); if it is meant, set CHIDAO_FETCH__ALLOWED_HOSTS={host}:{port}",
    )


def unknown_host(host: str) -> InputError:
    """No address belongs to the name."""
    return InputError(
        f"không có máy chủ nào tên {host}; kiểm tra lại địa chỉ", f"there is no server named {host}; check the URL"
    )


def no_answer(host: str) -> PassingError:
    """Connection refused, reset or silent, after all attempts."""
    return PassingError(
        f"máy chủ {host} không trả lời hoặc ngắt giữa chừng sau nhiều lần thử; hãy thử lại sau",
        f"the server {host} did not answer or broke off, tried several times; try again later",
    )


def bad_certificate(host: str) -> InputError:
    """TLS: the certificate is not for this host or not trusted."""
    return InputError(
        f"chứng thư bảo mật của {host} không hợp lệ; báo cho quản trị cổng, hoặc tự lưu trang thành tệp rồi thêm tệp",
        f"the certificate of {host} is not valid; tell the site's administrator, or save the page and add the file",
    )


def too_slow(host: str, seconds: float) -> PassingError:
    """The page did not end within its time."""
    return PassingError(
        f"máy chủ {host} gửi chưa xong trang sau {seconds:g} giây; thử lại sau hoặc tăng CHIDAO_FETCH__TOTAL",
        f"the server {host} had not sent the page after {seconds:g} seconds; try later or raise CHIDAO_FETCH__TOTAL",
    )


def too_large(limit: int) -> InputError:
    """The page is, or says it is, larger than allowed."""
    return InputError(
        f"trang lớn hơn {limit / 1e6:g} MB; nếu đúng là một bài, tăng CHIDAO_FETCH__MAX_BYTES",
        f"the page is larger than {limit / 1e6:g} MB; if it is one article, raise CHIDAO_FETCH__MAX_BYTES",
    )


def unknown_coding(coding: str) -> InputError:
    """The body is compressed in a way nobody asked for."""
    return InputError(
        f"máy chủ nén trang theo cách không được yêu cầu («{coding}»); hãy lưu trang thành tệp rồi thêm tệp",
        f"the server compressed the page in a way not asked for («{coding}»); save the page and add the file",
    )


def bad_status(status: int) -> StatusError:
    """An answer that is no page."""
    if status in (404, 410):
        return StatusError(
            f"trang không còn ở địa chỉ này ({status}); kiểm tra lại địa chỉ",
            f"the page is not there ({status}); check the URL",
        )
    return StatusError(
        f"máy chủ từ chối ({status}); nếu mở được bằng trình duyệt, hãy lưu trang thành tệp rồi thêm tệp",
        f"the server refused ({status}); if a browser can open it, save the page and add the file",
    )


def server_trouble(host: str, status: int) -> PassingError:
    """429 or 5xx, after all attempts."""
    return PassingError(
        f"máy chủ {host} đang có sự cố hoặc quá tải ({status}) sau nhiều lần thử; hãy thử lại sau",
        f"the server {host} is in trouble or overloaded ({status}), tried several times; try again later",
    )


def come_back(host: str, seconds: float) -> ComeBackError:
    """The server asked for a longer wait than a run takes."""
    when = datetime.now(UTC) + timedelta(seconds=min(seconds, 31_536_000))
    local = f"{when.astimezone():%H:%M %d/%m/%Y}"
    return ComeBackError(
        f"máy chủ {host} yêu cầu chờ đến {local}; hãy chạy lại lệnh này sau lúc đó",
        f"the server {host} asks to wait until {local}; run this again after that",
    )


def too_many_redirects(host: str) -> InputError:
    """A loop, or a long chain."""
    return InputError(
        f"máy chủ {host} chuyển hướng vòng quanh; mở trang bằng trình duyệt rồi chép địa chỉ cuối cùng",
        f"the server {host} redirects in circles; open the page in a browser and copy the last address",
    )


def downgrade(host: str) -> InputError:
    """From https a redirect leads to http: what comes then could have been changed on the way."""
    return InputError(
        f"{host} chuyển từ https sang http, nội dung có thể bị sửa trên đường; nếu chấp nhận, hãy đưa thẳng "
        "địa chỉ http",
        f"{host} redirects from https to http, where a page can be changed on its way; if you accept that, give the "
        "http address itself",
    )


def robots_refuse(host: str) -> InputError:
    """robots.txt forbids the page."""
    return InputError(
        f"robots.txt của {host} không cho tải hàng loạt trang này; nếu cần, hãy thêm riêng từng địa chỉ",
        f"robots.txt of {host} does not let programs fetch this page; if it is needed, add its URL alone",
    )


def robots_unread(host: str, cause: InputError) -> PassingError:
    """robots.txt could not be had, which forbids everything (RFC 9309, 2.3.1.4)."""
    return PassingError(
        f"không đọc được robots.txt của {host} nên không tải hàng loạt ({cause.vi})",
        f"robots.txt of {host} could not be read, so nothing is fetched in bulk ({cause.en})",
    )


def page_limit(pages: int) -> PassingError:
    """The run has had its pages."""
    return PassingError(
        f"đã tải đủ {pages} trang một lượt; chạy lại lệnh này để tải tiếp, hoặc tăng CHIDAO_FETCH__MAX_PAGES",
        f"{pages} pages were fetched, the limit of a run; run this again to go on, or raise CHIDAO_FETCH__MAX_PAGES",
    )


def empty_list() -> InputError:
    """A feed or sitemap that cannot be read, or names nothing."""
    return InputError(
        "nguồn tin (RSS, Atom) hay sitemap hỏng hoặc không nêu bài nào; báo quản trị cổng, hoặc đưa danh sách địa chỉ",
        "the feed or sitemap is damaged or names no page; tell the site's administrator, or give a list of URLs",
    )


def long_feed(limit: int) -> InputError:
    """A feed longer than any that people read."""
    return InputError(
        f"nguồn tin dài hơn {limit / 1e6:g} MB; hãy dùng sitemap của cổng hoặc đưa danh sách địa chỉ",
        f"the feed is longer than {limit / 1e6:g} MB; use the site's sitemap or give a list of URLs",
    )


def nothing_listed() -> InputError:
    """A section in which no article was found."""
    return InputError(
        "không thấy đường dẫn tới bài viết nào trên trang này; nếu trang là một bài, hãy thêm mà không dùng --follow",
        "no links to articles on this page; if the page is an article, add it without --follow",
    )
