"""Many people asking the Telegram bot at once, with faults and kills: what is lost, what comes twice, how long it is.

    .venv/bin/python -m bench.telegram_load
    .venv/bin/python -m bench.telegram_load --faults 0.05 --kills 3
    .venv/bin/python -m bench.telegram_load --lost-answers 0.05
    .venv/bin/python -m bench.telegram_load --processes 2 --postgres --kills 3
    .venv/bin/python -m bench.telegram_load --users 60 --questions 5 --seconds 50 --metrics    # and without

`chidao bot` runs as it does for a city, over the sample articles, in processes of its own; the strict Bot API server of
the tests is its Telegram. Each person asks at moments drawn by chance (the same in every run), also before the answer
to the question before has come. An answer replies to the very message it answers and fits one message, so which
questions were answered, and how often, can be told. Limits that would slow the load down are raised: messages of one
person and of all a minute, and messages sent a second (Telegram allows 30, which is the default).

`--faults` is the share of calls, of each kind, that meet 429, 500, silence and garbage, none of which is carried out;
`--lost-answers` the share that is carried out while its answer is lost on the way. Where sending was broken off twice
the bot says that the answer may not have come; such questions count as "told", not as lost. CPU is in shares of one
core, memory in MB, both of all processes of the bot together, in the first, middle and last third of the load.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.botapi.client import Call, Sent, StrictServer
from tests.contract.postgres_server import PostgresServer
from tests.homes import ROOT, SAMPLE, environment, run_chidao

# What is asked, in this order, by each person from a place of their own on: follow-ups follow what they refer to.
QUESTIONS = (
    "Nghị định 61/2018/NĐ-CP có hiệu lực khi nào?",
    "nó thay thế văn bản nào?",
    "còn Nghị định 118/2025/NĐ-CP thì sao",
    "nghi dinh 30/2020 ve viec gi",
    "cong van ky xong thi bao lau phai gui di",
    "Giá vàng hôm nay bao nhiêu?",
    "xin chào",
    "Hồ sơ trễ hạn thì cơ quan có phải xin lỗi dân không?",
    "ho so bi tre duoc hen lai may lan",
    "Đội tuyển nào vô địch bóng đá năm nay?",
    "Một cửa liên thông nghĩa là gì",
    "the con phi",
    "45-NQ/TW",
    "den nam 2045 hai phong phai dat trinh do the nao",
    "cảm ơn nhé",
    "How much is the parking fee?",
    "quyet dinh 9999 ngay 1/1/2031 noi gi",
    "bo phan mot cua cua huyen con lam viec khong",
    "viết cho tôi một bài thơ",
    "Soạn công văn phải dùng font chữ gì?",
)
FAULTS = ("429", "500", "timeout", "garbage")
STARTS_WITHIN = STOPS_WITHIN = 60.0
Asked = dict[tuple[int, int], float]  # when each message was sent, by its chat and id
_FIRST_CHAT = 10_000
_LOOK = 0.5  # seconds between two looks at what was sent
_SAMPLE = 1.0  # seconds between two looks at the processes
_SCRAPE = 5.0  # seconds between two readings of the metrics
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of the bot; `hang` and `patience` in seconds, shares from 0 to 1.

    `patience` is how long after the last message sent those still missing are waited for; it has to be longer than the
    lease of an update (`bot.state.inbox.LEASE`) where a process of several is killed.
    """

    users: int = 200
    questions: int = 20
    seconds: float = 120.0
    faults: float = 0.0
    lost_answers: float = 0.0
    kills: int = 0
    processes: int = 1
    webhook: bool = False
    concurrency: int = 8
    hang: float = 12.0
    patience: float = 50.0
    seed: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """The processes of the bot at a moment: seconds of processor time since they began, MB resident, open files."""

    at: float
    cpu: float
    megabytes: float
    files: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a load. `reasons` say why answers came twice; p50, p95 and `longest` are seconds to sendMessage."""

    asked: int
    answered: int
    told: int
    lost: int
    twice: int
    most: int
    reasons: Mapping[str, int]
    out_of_order: int
    p50: float
    p95: float
    longest: float
    asking: float  # seconds that it took
    answering: float  # seconds from the first question to the last answer
    cpu: tuple[float, ...]
    cpu_each: float  # milliseconds of processor time for one answer, starting again included
    megabytes: tuple[float, ...]
    files: tuple[int, ...]
    server_cpu: float
    violations: int


class Bots:
    """The processes of one bot, started, watched and killed. `log` takes what they print."""

    def __init__(self, home: Path, log: Path, server: StrictServer, load: Load, more: Mapping[str, str]) -> None:
        self._home, self._log, self._server, self._load = home, log, server, load
        self._ports = [_free_port() for _ in range(load.processes)] if load.webhook else []
        self._more = more
        self._running: list[subprocess.Popen[bytes]] = []
        self._spent = 0.0  # processor seconds of those that are gone
        self._lock = threading.Lock()
        self._turn = 0
        self.killed_at: list[float] = []

    def __enter__(self) -> Bots:
        """Starts them, and waits until each has told Telegram how it wants its updates."""
        if self._load.webhook:
            self._server.set_webhook_targets(*map(_address, self._ports))
        self._running = [self._start(n) for n in range(self._load.processes)]
        first = "setWebhook" if self._load.webhook else "getMe"
        try:
            self._server.wait_for(self._load.processes, first, timeout=STARTS_WITHIN)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stops them in an orderly way."""
        self._stop()

    def _stop(self) -> None:
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def kill(self) -> None:
        """Kills the one whose turn it is, as a power cut would, and starts it again at once."""
        at, self._turn = self._turn % len(self._running), self._turn + 1
        process = self._running[at]
        self.killed_at.append(time.time())
        with self._lock:
            self._spent += _processor_seconds(process.pid)
            process.kill()
            process.wait()
            self._running[at] = self._start(at)

    def sample(self) -> Sample:
        """How they are now."""
        with self._lock:
            pids = [process.pid for process in self._running]
            cpu = self._spent + sum(map(_processor_seconds, pids))
            files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
            return Sample(time.time(), cpu, sum(map(_megabytes, pids)), files)

    def _start(self, n: int) -> subprocess.Popen[bytes]:
        settings = {
            "CHIDAO_TELEGRAM__TOKEN": self._server.token,
            "CHIDAO_TELEGRAM__BASE_URL": self._server.base_url,
            "CHIDAO_TELEGRAM__CONCURRENCY": str(self._load.concurrency),
            "CHIDAO_TELEGRAM__USER_LIMIT": "1000",
            "CHIDAO_TELEGRAM__TOTAL_LIMIT": "1000000",
            "CHIDAO_TELEGRAM__SEND_LIMIT": "1000",
            **self._more,
            **self._load.settings,
        }
        command = [sys.executable, "-m", "bot", "bot"]
        if self._load.webhook:
            command.append("--webhook")
            settings["CHIDAO_TELEGRAM__WEBHOOK__URL"] = _address(self._ports[n])
            settings["CHIDAO_TELEGRAM__WEBHOOK__PORT"] = str(self._ports[n])
        with self._log.open("ab") as out:
            return subprocess.Popen(command, cwd=ROOT, env=environment(self._home, **settings), stdout=out, stderr=out)


def run_load(home: Path, log: Path, load: Load, more: Mapping[str, str] | None = None) -> Report:
    """Puts a load on a bot over a loaded home; `more` are further settings, such as where the state is."""
    with StrictServer() as server, Bots(home, log, server, load, more or {}) as bots, _sampling(bots) as samples:
        server.set_settings(hang_seconds=load.hang)
        shares = dict.fromkeys(FAULTS, load.faults) | {"lost": load.lost_answers}
        server.set_faults({kind: share for kind, share in shares.items() if share}, seed=load.seed)
        before = _processor_seconds(server.pid)
        began = time.time()
        asked = _ask(server, bots, load)
        ended = time.time()
        server_cpu = (_processor_seconds(server.pid) - before) / (ended - began)
        calls = _wait(server, asked, load.patience)
        answering = max(call.at for call in calls) - began
        spent = [sample.cpu for sample in samples if began <= sample.at <= began + answering + _SAMPLE]
        return Report(
            **_outcome(asked, calls, bots.killed_at),
            **_waits(asked, calls),
            **_thirds(samples, began, ended),
            asking=ended - began,
            answering=answering,
            cpu_each=1000 * (spent[-1] - spent[0]) / len(asked),
            server_cpu=server_cpu,
            violations=len(server.violations()),
        )


def _ask(server: StrictServer, bots: Bots, load: Load) -> Asked:
    """Asks all questions, killing in between."""
    chance = random.Random(load.seed)
    moments = [
        (moment, user, n)
        for user in range(load.users)
        for n, moment in enumerate(sorted(chance.uniform(0, load.seconds) for _ in range(load.questions)))
    ]
    kills = [(load.seconds * (n + 1) / (load.kills + 1), -1, n) for n in range(load.kills)]
    asked: Asked = {}
    began = time.monotonic()
    for moment, user, n in sorted(moments + kills):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        if user < 0:
            bots.kill()
            continue
        at = time.time()
        sent: Sent = server.send_text(QUESTIONS[(user + n) % len(QUESTIONS)], chat_id=_FIRST_CHAT + user)
        asked[sent.chat_id, sent.message_id] = at
    return asked


def _wait(server: StrictServer, asked: Asked, patience: float) -> list[Call]:
    """All messages sent, once each question has been answered or told of, or nothing has come for long."""
    calls: list[Call] = []
    since, last = 0, time.monotonic()
    while time.monotonic() - last < patience:
        if new := server.calls("sendMessage", since=since):
            since, last = new[-1].n + 1, time.monotonic()
            calls += [call for call in new if call.ok]
        if len(calls) >= len(asked) and not _outcome(asked, calls, ())["lost"]:
            break
        time.sleep(_LOOK)
    time.sleep(2 * _LOOK)  # one sent twice may come a little later
    return calls + [call for call in server.calls("sendMessage", since=since) if call.ok]


def _replied_to(call: Call) -> int | None:
    found = call.parameters.get("reply_parameters")
    return int(found["message_id"]) if found else None


def _outcome(asked: Asked, calls: Sequence[Call], killed_at: Sequence[float]) -> dict[str, Any]:
    """What became of each question."""
    chats: dict[int | None, list[Call]] = defaultdict(list)
    for call in calls:
        chats[call.chat_id].append(call)
    answers = _answers(calls)
    unanswered = asked.keys() - answers.keys()
    told = sum(_was_told(chats[chat], message) for chat, message in unanswered)
    repeated = [each for each in answers.values() if len(each) > 1]
    return {
        "asked": len(asked),
        "answered": len(answers),
        "told": told,
        "lost": len(unanswered) - told,
        "twice": len(repeated),
        "most": max(map(len, answers.values()), default=0),
        "reasons": Counter(_why_twice(each, killed_at) for each in repeated),
        "out_of_order": sum(map(_out_of_order, chats.values())),
    }


def _answers(calls: Sequence[Call]) -> dict[tuple[int, int], list[Call]]:
    """The replies to each message, by its chat and id."""
    answers: dict[tuple[int, int], list[Call]] = defaultdict(list)
    for call in calls:
        if call.chat_id is not None and (to := _replied_to(call)):
            answers[call.chat_id, to].append(call)
    return answers


def _waits(asked: Asked, calls: Sequence[Call]) -> dict[str, Any]:
    waits = sorted(each[0].at - asked[key] for key, each in _answers(calls).items())
    return {"p50": statistics.median(waits), "p95": waits[int(0.95 * (len(waits) - 1))], "longest": waits[-1]}


def _was_told(calls: Sequence[Call], message: int) -> bool:
    """Whether a message without a reply stands between the replies to what was asked before this one and after it."""
    before = max((n for n, call in enumerate(calls) if 0 < (_replied_to(call) or 0) < message), default=-1)
    after = min((n for n, call in enumerate(calls) if (_replied_to(call) or 0) > message), default=len(calls))
    return any(_replied_to(call) is None for call in calls[before + 1 : after])


def _why_twice(answers: Sequence[Call], killed_at: Sequence[float]) -> str:
    if any(call.fault == "lost" for call in answers[:-1]):
        return "Telegram's answer was lost"
    if any(answers[0].at <= moment <= answers[-1].at for moment in killed_at):
        return "killed before it was noted as done"
    return "unexplained"


def _out_of_order(calls: Sequence[Call]) -> int:
    """How many first replies of a chat come after one to a later message."""
    firsts = list(dict.fromkeys(to for call in calls if (to := _replied_to(call))))
    return sum(later < before for before, later in itertools.pairwise(firsts))


@contextmanager
def _sampling(bots: Bots) -> Iterator[list[Sample]]:
    """Looks at the processes every second until the end of the block."""
    samples: list[Sample] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(_SAMPLE):
            samples.append(bots.sample())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()


@contextmanager
def _scraped() -> Iterator[dict[str, str]]:
    """Settings that switch metrics on; until the end of the block they are read, as Prometheus does."""
    port, done = _free_port(), threading.Event()

    def scrape() -> None:
        while not done.wait(_SCRAPE):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=_SCRAPE) as page:
                page.read()

    thread = threading.Thread(target=scrape)
    thread.start()
    try:
        yield {"CHIDAO_METRICS__PORT": str(port)}
    finally:
        done.set()
        thread.join()


def _thirds(samples: Sequence[Sample], began: float, ended: float) -> dict[str, Any]:
    """CPU, memory and files in each third: the share of the third, what is resident and open at its end."""
    cpu, megabytes, files = [], [], []
    for n in range(3):
        first, last = began + (ended - began) * n / 3, began + (ended - began) * (n + 1) / 3
        within = [sample for sample in samples if first <= sample.at <= last]
        seconds = within[-1].at - within[0].at
        cpu.append((within[-1].cpu - within[0].cpu) / seconds if seconds else 0.0)
        megabytes.append(within[-1].megabytes)
        files.append(within[-1].files)
    return {"cpu": tuple(cpu), "megabytes": tuple(megabytes), "files": tuple(files)}


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS  # utime and stime, proc(5)


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}/telegram"


def table(report: Report) -> str:
    """A report as a Markdown table of names and values."""
    rows = {
        "asked": f"{report.asked} in {report.asking:.0f} s",
        "answered": f"{report.answered} in {report.answering:.0f} s",
        "told that the answer may not have come": report.told,
        "lost": report.lost,
        "answered twice (most for one question)": f"{report.twice} ({report.most})",
        **{f"– {why}": count for why, count in sorted(report.reasons.items())},
        "out of order": report.out_of_order,
        "seconds to sendMessage: p50, p95, longest": f"{report.p50:.2f}, {report.p95:.2f}, {report.longest:.2f}",
        "CPU by thirds": ", ".join(f"{share:.0%}" for share in report.cpu),
        "CPU for one answer, ms": f"{report.cpu_each:.0f}",
        "memory by thirds, MB": ", ".join(f"{size:.0f}" for size in report.megabytes),
        "open files by thirds": ", ".join(map(str, report.files)),
        "CPU of the test's server": f"{report.server_cpu:.0%}",
        "calls against the documentation": report.violations,
    }
    return "| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows.items())


def main() -> None:
    """Reads the command line, loads a home, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = Load()
    for name in ("users", "questions", "kills", "processes", "concurrency", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    for name in ("seconds", "faults", "lost-answers", "hang", "patience"):
        parser.add_argument(f"--{name}", type=float, default=getattr(usual, name.replace("-", "_")))
    parser.add_argument("--webhook", action="store_true", help="in place of polling; so are several processes always")
    parser.add_argument("--postgres", action="store_true", help="the state in PostgreSQL, in place of a file")
    parser.add_argument("--metrics", action="store_true", help="on, and read every five seconds; of one process")
    parser.add_argument("--log", type=Path, help="where what the bot prints is kept")
    parser.add_argument("--json", action="store_true")
    options = vars(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # not without the processes it has started
    as_json, log, postgres = options.pop("json"), options.pop("log"), options.pop("postgres")
    metrics = options.pop("metrics")
    options["webhook"] |= options["processes"] > 1
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        home = place / "home"
        for command in (("add", str(SAMPLE)), ("reload",)):
            run_chidao(home, *command).check_returncode()
        more = {}
        if postgres:
            url = stack.enter_context(PostgresServer()).url.replace("+psycopg", "")
            more = {"CHIDAO_DATABASE__URL": url, "CHIDAO_DATABASE__KEY": "a key of no worth after the run"}
        if metrics:
            more |= stack.enter_context(_scraped())
        report = run_load(home, log or place / "log", Load(**options), more)
    sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False) + "\n" if as_json else table(report))


if __name__ == "__main__":
    main()
