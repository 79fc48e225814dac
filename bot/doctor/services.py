"""The services that settings name: Telegram, its webhook, the running bot, a model's server; and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.doctor.models import Finding, failed, good, warning

_SECONDS = 10.0  # that a service has to answer
MOST_SKEW = 60.0  # seconds that a clock may be wrong by
MOST_PENDING = 100  # updates that may wait at Telegram
_OF_A_TOKEN = frozenset({401, 404})  # what Telegram answers where it does not know a token


@dataclass(frozen=True, slots=True)
class Account:
    """The bot's account; `hook` is the webhook's address where the bot is run with one. The token is a secret."""

    token: str = field(repr=False)
    base_url: str
    hook: str | None = None


def look_at_telegram(account: Account | None) -> Iterator[Finding]:
    """Findings on the token, the webhook and the clock. Never shows the token."""
    if account is None:
        yield warning(
            "Telegram",
            ("chưa đặt mã bot", "no bot token is set"),
            ("chạy chidao bot để xem cách lấy mã", "run chidao bot to see how to get one"),
        )
        return
    try:
        with httpx.Client(timeout=_SECONDS) as client:
            told = client.get(f"{account.base_url}{account.token}/getMe")
            yield _bot(told)
            yield from _clock(told.headers.get("Date"))
            if told.status_code == httpx.codes.OK:
                yield _webhook(client.get(f"{account.base_url}{account.token}/getWebhookInfo"), account.hook)
    except (httpx.HTTPError, httpx.InvalidURL) as error:  # its text holds the URL, and so the token
        yield failed(
            "Telegram",
            (f"không kết nối được ({type(error).__name__})", f"cannot be reached ({type(error).__name__})"),
            ("xem mạng, tường lửa và CHIDAO_TELEGRAM__BASE_URL", "see network, firewall and CHIDAO_TELEGRAM__BASE_URL"),
        )


def _bot(told: httpx.Response) -> Finding:
    result = _result(told)
    if result is None and told.status_code in _OF_A_TOKEN:
        return failed(
            "Telegram",
            (f"không nhận mã bot ({told.status_code})", f"does not accept the token ({told.status_code})"),
            ("xem lại mã do @BotFather cấp", "look the token up with @BotFather"),
        )
    if result is None:
        return failed(
            "Telegram",
            (f"trả lời lỗi ({told.status_code})", f"answers with an error ({told.status_code})"),
            ("thử lại sau; xem CHIDAO_TELEGRAM__BASE_URL", "try again later; see CHIDAO_TELEGRAM__BASE_URL"),
        )
    name = f"@{result.get('username', '?')}"
    return good("Telegram", name, name)


def _webhook(told: httpx.Response, wanted: str | None) -> Finding:
    what, info = "webhook", _result(told) or {}
    url, pending = str(info.get("url", "")), int(info.get("pending_update_count", 0))
    if wanted and url != wanted:
        return warning(
            what,
            (
                f"Telegram {f'gọi «{url}»' if url else 'không gọi ai'}, cài đặt là «{wanted}»",
                f"Telegram calls {f'«{url}»' if url else 'nobody'}, not «{wanted}»",
            ),
            ("chạy: chidao bot --webhook", "run: chidao bot --webhook"),
        )
    if url and not wanted:
        return warning(
            what,
            (f"đang đặt webhook {url}", f"a webhook is set: {url}"),
            ("chidao bot sẽ xoá nó khi chạy", "chidao bot removes it when it starts"),
        )
    if problem := info.get("last_error_message"):
        return warning(
            what,
            (f"lần gọi gần nhất lỗi: {problem}", f"the last call failed: {problem}"),
            (
                "xem proxy, chứng chỉ; bot có đang chạy?",
                "see the proxy and its certificate; does the bot run?",
            ),
        )
    if pending > MOST_PENDING:
        return warning(
            what,
            (f"{pending} tin đang chờ", f"{pending} updates wait"),
            ("bot có đang chạy không?", "does the bot run?"),
        )
    return good(what, url or "không dùng", url or "not used")


def _clock(date: str | None) -> Iterator[Finding]:
    try:
        there = parsedate_to_datetime(date) if date else None
    except ValueError:
        there = None
    if there is None:
        return
    skew = abs((datetime.now(UTC) - there.astimezone(UTC)).total_seconds())
    if skew > MOST_SKEW:
        yield warning(
            "clock",
            (f"lệch {skew:.0f} giây", f"wrong by {skew:.0f} seconds"),
            ("bật đồng bộ giờ (NTP)", "switch time synchronisation on (NTP)"),
        )
    else:
        yield good("clock", "đúng giờ", "right")


def _result(told: httpx.Response) -> dict[str, Any] | None:
    try:
        body = told.json()
    except ValueError:
        return None
    result = body.get("result") if isinstance(body, dict) and body.get("ok") else None
    return result if isinstance(result, dict) else None


def look_at_bot(listen: str, port: int | None) -> Iterator[Finding]:
    """Whether the bot that settings let be looked at runs here and is ready; nothing where they do not."""
    if not port:
        return
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen, listen)  # noqa: S104  nothing listens here
    try:
        url = httpx.URL(scheme="http", host=host, port=port, path="/readyz")
        told = httpx.get(url, timeout=_SECONDS, trust_env=False)  # no proxy: it is this machine
        lacking = [str(each) for each in told.json()["lacking"]]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        kind = type(error).__name__
        yield warning(
            "bot",
            (f"không trả lời ở cổng {port} ({kind})", f"does not answer at port {port} ({kind})"),
            ("chạy: chidao bot; xem CHIDAO_METRICS__PORT", "run: chidao bot; see CHIDAO_METRICS__PORT"),
        )
    except (ValueError, TypeError, KeyError):
        yield warning(
            "bot",
            (f"ở cổng {port} là chương trình khác", f"another program answers at port {port}"),
            ("xem CHIDAO_METRICS__PORT", "see CHIDAO_METRICS__PORT"),
        )
    else:
        yield _readiness(lacking)


def _readiness(lacking: list[str]) -> Finding:
    if not lacking:
        return good("bot", "đang chạy, sẵn sàng", "runs, and is ready")
    parts = ", ".join(lacking)
    return failed(
        "bot",
        (f"đang chạy, chưa sẵn sàng: {parts}", f"runs, and is not ready: {parts}"),
        ("xem nhật ký của bot và docs/operations.md", "see the bot's log and docs/operations.md"),
    )


def look_at_model_server(base_url: str | None) -> Finding:
    """Whether the server of LLM mode answers at all; no token is spent."""
    if base_url is None:
        return good("LLM", "tắt", "off")
    try:
        told = httpx.get(f"{base_url.rstrip('/')}/models", timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return warning(
            "LLM",
            (f"không kết nối được ({type(error).__name__})", f"cannot be reached ({type(error).__name__})"),
            (
                "trả lời bằng câu trích; xem CHIDAO_LLM__BASE_URL",
                "answers are quotes; see CHIDAO_LLM__BASE_URL",
            ),
        )
    return good("LLM", f"có trả lời ({told.status_code})", f"answers ({told.status_code})")
