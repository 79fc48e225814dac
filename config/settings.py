"""All settings, read once at the entry points: environment, then `.env`, then `chidao.toml` (first found wins).

Environment names take the prefix CHIDAO_ and two underscores between levels: CHIDAO_TELEGRAM__TOKEN.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from config.errors import SettingsError

TOML_FILE = "chidao.toml"
_PATHS = frozenset({"CHIDAO_HOME", "CHIDAO_GATE__QUESTIONS", "CHIDAO_LLM__API_KEY_FILE"})  # any bytes, on Linux
_PREFIX = "CHIDAO_"


def _ids(entries: str) -> frozenset[int]:
    return frozenset(map(int, re.findall(r"-?\d+", entries)))


def _is_address(value: str) -> bool:
    """Whether it is a web address, as far as its form tells."""
    try:
        parts = urlsplit(value)
        return re.fullmatch(r"https?://[!-~]+", value) is not None and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets of an IPv6 address, or the port
        return False


def _is_host(entry: str) -> bool:
    """Whether an entry is a host, with a port or not, or a network."""
    try:
        if "/" in entry:
            return bool(ip_network(entry, strict=False))
        bare_ipv6 = entry.count(":") > 1 and "[" not in entry
        parts = urlsplit(f"//[{entry}]" if bare_ipv6 else f"//{entry}")
        return bool(parts.hostname) and re.fullmatch(r"[\w.:\[\]-]+", entry) is not None and parts.port != 0
    except ValueError:
        return False


def _stripped(secret: SecretStr | None) -> SecretStr | None:
    """A secret without blanks around it; None where nothing is left."""
    text = secret.get_secret_value().strip() if secret else ""
    return SecretStr(text) if text else None


class WebhookSettings(BaseModel):
    """Updates that Telegram sends, for `chidao bot --webhook`, instead of being asked for them."""

    model_config = ConfigDict(frozen=True)
    url: str | None = Field(
        None, description="the address that Telegram calls, in the form https://bot.city.vn/telegram"
    )
    listen: str = Field("127.0.0.1", description="address to listen at, behind what ends TLS")
    port: int = Field(8080, ge=0, le=65535, description="port to listen at; 0: any that is free")
    secret: SecretStr | None = Field(
        None, description="secret that Telegram sends along (A-Z a-z 0-9 _ -); unset: made of the key of the state"
    )

    @field_validator("url")
    @classmethod
    def _of_the_form(cls, value: str | None) -> str | None:
        value = (value or "").strip() or None
        if value and not _is_address(value):
            raise ValueError("an address of the form https://host/path")
        return value

    @field_validator("secret")
    @classmethod
    def _is_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        value = secret.get_secret_value().strip() if secret else ""
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value):  # Bot API, setWebhook
            raise ValueError("at most 256 of A-Z a-z 0-9 _ -")
        return SecretStr(value) if value else None


class TelegramSettings(BaseModel):
    """The bot's account and server."""

    model_config = ConfigDict(frozen=True)
    token: SecretStr | None = Field(None, description="bot token from @BotFather")
    base_url: str = Field(
        "https://api.telegram.org/bot", description="Bot API server, in the form http://127.0.0.1:8081/bot"
    )
    poll_interval: float = Field(
        0.0, ge=0, le=60, description="seconds between two polls; above 0 only for servers that do not hold a poll"
    )
    concurrency: int = Field(8, ge=1, le=256, description="questions worked on at once")
    admins: str = Field("", description="user ids of those who may add, reload and remove, comma-separated")
    staff: str = Field("", description="user ids, or ids of groups (negative) whose members are staff, comma-separated")
    user_limit: int = Field(20, ge=1, description="messages of one user a minute; more get a friendly word")
    total_limit: int = Field(1200, ge=1, description="messages of all users a minute")
    send_limit: int = Field(
        30, ge=1, le=1000, description="messages sent a second; what Telegram allows a bot that pays nothing is 30"
    )
    timeout: float = Field(10.0, ge=1, le=120, description="seconds that Telegram has for its answer to a call")
    webhook: WebhookSettings = WebhookSettings()

    @field_validator("token")
    @classmethod
    def _stripped_token(cls, token: SecretStr | None) -> SecretStr | None:
        stripped = token.get_secret_value().strip() if token else ""
        return SecretStr(stripped) if stripped else None

    @field_validator("admins", "staff", mode="before")
    @classmethod
    def _readable_ids(cls, entries: object) -> str:
        text = str(entries)  # one id alone comes as a number
        if re.fullmatch(r"[\s,]*(?:-?\d{1,19}[\s,]*)*", text) is None:
            raise ValueError("ids are numbers, separated by commas")
        return text

    @property
    def admin_ids(self) -> frozenset[int]:
        """The admins' user ids."""
        return _ids(self.admins)

    @property
    def staff_ids(self) -> frozenset[int]:
        """User ids of staff, and ids of groups of staff."""
        return _ids(self.staff)


class ServerSettings(BaseModel):
    """An OpenAI-compatible server, where one is set, and the key that it wants; `LEVEL` is that of its variables."""

    model_config = ConfigDict(frozen=True)
    LEVEL: ClassVar[str]
    base_url: str | None = Field(None, description="an OpenAI-compatible server, in the form https://host/v1")
    api_key: SecretStr | None = Field(None, description="the server's key, if it wants one; or see the next setting")
    api_key_file: Path | None = Field(None, description="a file that holds the key and nothing else")
    model: str | None = None

    @field_validator("base_url", "model")
    @classmethod
    def _none_if_blank(cls, value: str | None) -> str | None:
        return (value or "").strip() or None

    @field_validator("base_url")
    @classmethod
    def _of_the_form(cls, value: str | None) -> str | None:
        if value and not _is_address(value):
            raise ValueError("an address of the form https://host/v1")
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.base_url and not self.model:
            raise ValueError(f"CHIDAO_{self.LEVEL}__BASE_URL needs CHIDAO_{self.LEVEL}__MODEL beside it")
        return self

    def key(self) -> str | None:
        """The key, of the file where one is named.

        Raises:
            SettingsError: the file cannot be read, or what it holds is no key; never shows any of it.
        """
        name = f"CHIDAO_{self.LEVEL}__API_KEY"
        key = self.api_key.get_secret_value() if self.api_key else ""
        if self.api_key_file:
            try:
                key = self.api_key_file.read_text(encoding="utf-8-sig")
            except (OSError, ValueError) as error:
                raise SettingsError(
                    f"không đọc được tệp khoá trong {name}_FILE ({type(error).__name__})",
                    f"cannot read the key file in {name}_FILE ({type(error).__name__})",
                ) from None
        key = key.strip()
        if not re.fullmatch("[!-~]*", key):
            raise SettingsError(
                f"khoá phải là một dòng chữ ASCII không dấu cách ({name} hoặc {name}_FILE)",
                f"the key must be one line of ASCII without blanks ({name} or {name}_FILE)",
            )
        return key or None


class EncoderSettings(ServerSettings):
    """The sentence encoder: on this machine, or at a server with OpenAI's `/embeddings`."""

    LEVEL = "ENCODER"
    model: str | None = Field(
        None,
        description="sentence-transformers folder or hub name; unset: the model that comes along"
        "; with a server, the model's name there",
    )
    query_prompt: str | None = Field(None, description="put before each question; unset: the model's or its family's")
    passage_prompt: str | None = Field(None, description="put before each passage; unset: the model's or its family's")


class RetrievalSettings(BaseModel):
    """Fusion of the two indexes; the defaults were measured (docs/experiments.md, "Fusion weights")."""

    model_config = ConfigDict(frozen=True)
    dense_weight: float = Field(0.5, ge=0, le=1, description="share of the dense score; the rest is lexical")


class RerankerSettings(BaseModel):
    """A cross-encoder that reads the first hits again."""

    model_config = ConfigDict(frozen=True)
    model: str | None = Field(None, description="cross-encoder folder or hub name; unset: hits stay as they are fused")
    top: int = Field(20, ge=2, le=100, description="hits read again")


class IndexSettings(BaseModel):
    """The generations that are kept, and where they are served from."""

    model_config = ConfigDict(frozen=True)
    backend: Literal["faiss", "pgvector"] = Field(
        "faiss",
        description="where questions are looked up: faiss (files in the home) or pgvector (a PostgreSQL server)",
    )
    url: SecretStr | None = Field(
        None, description="the server of pgvector, or a replica of it for bots; unset: CHIDAO_DATABASE__URL"
    )
    shards: SecretStr | None = Field(
        None, description="further servers that hold shares of the index, URLs separated by blanks; for who reloads"
    )
    keep: int = Field(5, ge=3, description="generations kept, the one in use among them; at least 3")

    @field_validator("url", "shards")
    @classmethod
    def _none_if_blank(cls, value: SecretStr | None) -> SecretStr | None:
        return _stripped(value)


class GateSettings(BaseModel):
    """What a reload has to pass before it is used."""

    model_config = ConfigDict(frozen=True)
    questions: Path | None = Field(
        None, description="golden questions, a JSONL file; unset: golden.jsonl in the home folder"
    )
    tolerance: float = Field(
        0.0, ge=0, le=1, description="share of the golden questions a reload may lose before it is blocked"
    )


class ReceiptSettings(BaseModel):
    """What is remembered of each answer, so that it can be asked again."""

    model_config = ConfigDict(frozen=True)
    days: int = Field(30, ge=0, le=3650, description="days a receipt is kept, without who asked; 0: none is kept")
    text: bool = Field(
        True, description="whether a receipt holds the question; without it `chidao why` cannot ask it again"
    )


class GapSettings(BaseModel):
    """Questions that found no answer."""

    model_config = ConfigDict(frozen=True)
    days: int = Field(30, ge=0, le=3650, description="days that unanswered questions are counted for; 0: not at all")
    text: bool = Field(
        False, description="whether their text is kept for `chidao gaps`, without telephone and identity numbers"
    )


class DatabaseSettings(BaseModel):
    """The state of the bot: conversations, opinions, watches, receipts, what admins did."""

    model_config = ConfigDict(frozen=True)
    url: SecretStr | None = Field(
        None, description="PostgreSQL, in the form postgresql://name:password@host/database; unset: a file in the home"
    )
    key: SecretStr | None = Field(
        None,
        description="secret of at least 16 characters that people's ids are hashed with; unset: state.key in the home",
    )
    days: int = Field(365, ge=1, le=3650, description="days that opinions and chosen languages are kept")

    @field_validator("url", "key")
    @classmethod
    def _none_if_blank(cls, value: SecretStr | None) -> SecretStr | None:
        return _stripped(value)


class LogSettings(BaseModel):
    """What is written to standard error."""

    model_config = ConfigDict(frozen=True)
    format: Literal["text", "json"] = Field("text", description="form of a line: `text` or `json`")
    level: Literal["debug", "info", "warning", "error"] | None = Field(
        None,
        description="least level of our own lines: debug, info, warning, error; unset: info of the bot, else warning",
    )

    @field_validator("level", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.strip().lower() or None if isinstance(value, str) else value


class MetricsSettings(BaseModel):
    """Numbers for Prometheus and the state of health, for `chidao bot`."""

    model_config = ConfigDict(frozen=True)
    listen: str = Field("127.0.0.1", description="address to listen at; nobody is asked who they are there")
    port: int | None = Field(None, ge=0, le=65535, description="port; 0: any that is free; unset: off")


class FetchSettings(BaseModel):
    """Fetching pages over HTTP."""

    model_config = ConfigDict(frozen=True)
    contact: str = Field(
        "", pattern="^[ -~]*$", description="e-mail or web address (ASCII) that servers are told of, beside «chidao»"
    )
    delay: float = Field(1.0, ge=0, le=60, description="seconds between two requests to one host")
    timeout: float = Field(20.0, gt=0, le=600, description="seconds for connecting and for each silence of a server")
    total: float = Field(120.0, gt=0, le=3600, description="seconds for one page")
    max_bytes: int = Field(10_000_000, gt=0, le=100_000_000, description="bytes of one page, unpacked")
    max_pages: int = Field(1_000, gt=0, description="pages of one run; the same command then goes on")
    allowed_hosts: str = Field(
        "",
        description="hosts that may be private or use any port, comma-separated"
        "; names, names with a port, or networks such as 10.1.0.0/16",
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _readable_hosts(cls, entries: str) -> str:
        for place, entry in enumerate(map(str.strip, entries.split(",")), start=1):
            if entry and not _is_host(entry):
                raise ValueError(f"entry {place} is no host, host:port or network")
        return entries

    @field_serializer("allowed_hosts")
    def _entries(self, entries: str) -> tuple[str, ...]:
        return tuple(filter(None, map(str.strip, entries.split(","))))


class LlmSettings(ServerSettings):
    """LLM mode: a model that rewrites what was found, under the claim lock. Off while `base_url` is unset."""

    LEVEL = "LLM"
    model: str | None = Field(None, description="the model to ask for; needed beside the server")
    connect_timeout: float = Field(3.0, gt=0, le=60, description="seconds for connecting")
    timeout: float = Field(10.0, gt=0, le=600, description="seconds for each silence of the server")
    total: float = Field(20.0, gt=0, le=600, description="seconds for one reply, further tries included")
    retries: int = Field(1, ge=0, le=5, description="further tries where the server is not reached, busy or failing")
    concurrency: int = Field(2, ge=1, le=256, description="requests under way at once; one more is not made")
    daily_tokens: int = Field(500_000, ge=0, description="tokens spent a day, prompts included; 0: none")
    max_tokens: int = Field(400, ge=16, le=4096, description="tokens of one reply")


class Settings(BaseSettings):
    """Everything that can be set; each field says what it is for."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        toml_file=TOML_FILE,
        extra="ignore",  # a .env is shared with other programs
        frozen=True,
    )
    home: Path = Field(Path("data"), description="the home folder: articles and generations")
    language: Literal["vi", "en"] = Field("vi", description="language of the command line's messages")
    city: str = Field("Hải Phòng", description="the city whose articles these are; named in greetings")
    contact: str = Field(
        "Tổng đài 1022 của thành phố", description="whom a citizen is told to ask when nothing was found"
    )
    telegram: TelegramSettings = TelegramSettings()
    database: DatabaseSettings = DatabaseSettings()
    encoder: EncoderSettings = EncoderSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    reranker: RerankerSettings = RerankerSettings()
    index: IndexSettings = IndexSettings()
    gate: GateSettings = GateSettings()
    fetch: FetchSettings = FetchSettings()
    llm: LlmSettings = LlmSettings()
    receipts: ReceiptSettings = ReceiptSettings()
    gaps: GapSettings = GapSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the signature is given
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, `.env`, `chidao.toml`, in this order."""
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)


def _check_letters() -> None:
    """Refuses values that are not UTF-8: Python makes halves of surrogate pairs of them, which cannot be sent."""
    for name, value in os.environ.items():
        if name.upper().startswith(_PREFIX) and name.upper() not in _PATHS and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise SettingsError(
                    f"cài đặt sai: {name} không phải UTF-8; hãy đặt lại trong cửa sổ lệnh dùng UTF-8",
                    f"bad settings: {name} is not UTF-8; set it again in a terminal that uses UTF-8",
                ) from None


def unknown_settings() -> list[str]:
    """Names that look like settings and are none, misspelled perhaps: of the environment, `.env` and `chidao.toml`."""
    environment, file = EnvSettingsSource(Settings), DotEnvSettingsSource(Settings)
    given = [*environment.env_vars, *file.env_vars, *_flat(TomlConfigSettingsSource(Settings).toml_data)]
    known = set(_flat(Settings.model_fields))
    return sorted({name.upper() for name in given if name.upper().startswith(_PREFIX)} - known)


def _flat(level: Mapping[str, Any], prefix: str = _PREFIX) -> Iterator[str]:
    """Variables of a level and those below it; a level whose parts are known may be given whole, as JSON."""
    for name, value in level.items():
        variable = prefix + name.upper()
        below = getattr(getattr(value, "annotation", None), "model_fields", value)
        if isinstance(below, Mapping):
            yield from _flat(below, f"{variable}__")
        if not isinstance(value, Mapping):
            yield variable


def load_settings() -> Settings:
    """The settings in force.

    Raises:
        SettingsError: a value does not fit; names the variable, never the value (it may be a secret).
    """
    _check_letters()
    try:
        return Settings()
    except ValidationError as error:
        names = [".".join(map(str, e["loc"])) for e in error.errors()]
        problems = "; ".join(
            f"CHIDAO_{name.upper().replace('.', '__')}: {e['msg']}"
            for name, e in zip(names, error.errors(), strict=True)
        )
        raise SettingsError(f"cài đặt sai: {problems}", f"bad settings: {problems}") from None
    except SourceError as error:  # CHIDAO_TELEGRAM itself, which would be all of its level as JSON
        name = "CHIDAO_" + str(error).partition('"')[2].partition('"')[0].upper()
        raise SettingsError(
            f"cài đặt sai: {name} không phải JSON; hãy đặt từng phần, như {name}__…",
            f"bad settings: {name} is not JSON; set its parts, such as {name}__…",
        ) from None
    except (ValueError, OSError) as error:  # chidao.toml or .env that cannot be parsed
        kind = type(error).__name__
        raise SettingsError(
            f"không đọc được {TOML_FILE} hoặc .env ({kind}); sửa lỗi cú pháp trong tệp đó",
            f"cannot read {TOML_FILE} or .env ({kind}); correct the syntax of that file",
        ) from None
