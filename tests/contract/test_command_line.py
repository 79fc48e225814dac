"""The command line and its JSON, as other programs rely on them: every command in a process of its own."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from tests.homes import SAMPLE, Chidao, run_chidao, run_fresh

SEED = Path(__file__).parents[3] / "shared" / "seed"
needs_seed = pytest.mark.skipif(not SEED.is_dir(), reason="the seed article (../shared/seed) is not here")
COUNTED = "7 tháng đầu năm 2019 Sở Thông tin và Truyền thông ban hành bao nhiêu văn bản?"
COUNTED_UNMARKED = "7 thang dau nam 2019 so thong tin va truyen thong ban hanh bao nhieu van ban"
TICKETS = "Giá vé\n\nGiá vé tham quan Đảo Dấu là hai mươi nghìn đồng mỗi người. Trẻ em vào cửa tự do."
ANSWER_KEYS = set(
    "question status text citations nearest generation receipt elapsed_ms differing asked options mode claims".split()
)
CITATION_KEYS = {"n", "article_id", "title", "source", "published", "start", "end", "quote", "answer"}


def said(result: Any) -> Any:
    """The JSON a command printed; its standard error when it printed none."""
    assert result.stdout, result.stderr
    return json.loads(result.stdout)


def added(result: Any) -> list[Any]:
    """What `add --json` said of each input."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def text_of(folder: Path, text: str, name: str = "bai.txt") -> Path:
    """A text file; its name is used again for the next one."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def add_text(chidao: Chidao, folder: Path, text: str) -> str:
    """Adds an article; returns its id."""
    [result] = added(chidao("add", str(text_of(folder, text)), "--json"))
    return str(result["id"])


@needs_seed
class TestMainRoad:
    def test_it_starts_in_an_interpreter_of_its_own(self, tmp_path: Path) -> None:
        assert run_fresh(tmp_path / "data", "add", str(SEED)).returncode == 0
        assert run_fresh(tmp_path / "data", "reload").returncode == 0
        asked = run_fresh(tmp_path / "data", "ask", "--batch", "-", stdin=json.dumps({"_id": "1", "text": COUNTED}))
        assert "1.803" in json.loads(asked.stdout)["text"]
        assert run_fresh(tmp_path / "data", "ask").returncode == 2

    def test_the_seed_article_answers_a_question_with_its_quote(self, chidao: Chidao) -> None:
        [added] = [json.loads(line) for line in chidao("add", str(SEED), "--json").stdout.splitlines()]
        assert added["published"] == "2019-08-07T14:37:00+07:00"
        assert added["references"] == 2
        assert chidao("reload").returncode == 0
        article = said(chidao("show", added["id"], "--json"))
        for question in (COUNTED, COUNTED_UNMARKED):
            answer = said(chidao("ask", question, "--json"))
            assert answer.keys() == ANSWER_KEYS
            assert answer["status"] == "answered"
            [citation] = answer["citations"]
            assert citation.keys() == CITATION_KEYS
            assert "1.803" in citation["quote"]
            assert article["text"][citation["start"] : citation["end"]] == citation["quote"] == answer["text"]

    def test_what_it_does_not_hold_is_not_found(self, chidao: Chidao) -> None:
        chidao("add", str(SEED))
        chidao("reload")
        answer = said(chidao("ask", "Giá vàng hôm nay bao nhiêu?", "--json"))
        assert answer["status"] == "not_found"
        assert answer["citations"] == []
        assert "1022" in answer["text"]


class TestAdd:
    def test_bad_files_are_named_and_the_good_ones_stored(self, chidao: Chidao, tmp_path: Path) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "good.txt").write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.", encoding="utf-8")
        (folder / "empty.txt").touch()
        (folder / "wide.txt").write_bytes("Chợ Sắt".encode("utf-16"))
        result = chidao("add", str(folder), str(tmp_path / "nowhere"), "--json")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert result.returncode == 1
        assert [("error" in line) for line in lines] == [True, False, True, True]
        assert all("\n" not in line["error"] for line in lines if "error" in line)
        assert len(said(chidao("list", "--json"))) == 1

    def test_adding_twice_stores_once(self, chidao: Chidao) -> None:
        chidao("add", str(SAMPLE))
        again = chidao("add", str(SAMPLE), "--json")
        assert not any(json.loads(line)["new"] for line in again.stdout.splitlines())

    def test_nothing_to_add_is_a_usage_error(self, chidao: Chidao) -> None:
        assert chidao("add").returncode == 2


class TestReload:
    def test_an_empty_home_says_what_to_do(self, chidao: Chidao) -> None:
        result = chidao("reload")
        assert result.returncode == 1
        assert "chidao add" in result.stderr

    def test_only_what_is_new_is_encoded(self, chidao: Chidao, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.", encoding="utf-8")
        chidao("add", str(file))
        assert said(chidao("reload", "--json"))["encoded"] == 1
        file.write_text("Cầu Rào\n\nCầu Rào được xây năm 1980.", encoding="utf-8")
        chidao("add", str(file))
        second = said(chidao("reload", "--json"))
        assert second["encoded"] == 1
        assert second["articles"] == 2
        assert [added["title"] for added in second["added"]] == ["Cầu Rào"]
        assert said(chidao("reload", "--json"))["new"] is False

    def test_a_dry_run_tells_and_a_gate_blocks_until_forced(self, chidao: Chidao, tmp_path: Path) -> None:
        market = add_text(chidao, tmp_path, "Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.")
        golden = tmp_path / "data" / "golden.jsonl"
        golden.write_text('{"_id": "cho", "text": "Chợ Sắt mở cửa lúc mấy giờ?", "answer": "5 giờ"}', encoding="utf-8")
        dry = said(chidao("reload", "--dry-run", "--json"))
        assert (dry["dry_run"], dry["new"], dry["gate"]["right"]) == (True, False, 1)
        assert said(chidao("status", "--json"))["generation"] is None
        assert said(chidao("reload", "--json"))["gate"]["passed"] is True
        chidao("remove", market)
        blocked = chidao("reload", "--json")
        assert blocked.returncode == 1
        assert said(blocked)["blocked"] is True
        assert said(blocked)["gate"]["lost"] == [{"_id": "cho", "text": "Chợ Sắt mở cửa lúc mấy giờ?"}]
        assert said(chidao("status", "--json"))["blocked"] is True
        forced = said(chidao("reload", "--force", "--json"))
        assert (forced["new"], forced["gate"]["forced"], forced["articles"]) == (True, True, 0)
        assert said(chidao("ask", "Chợ Sắt mở cửa lúc mấy giờ?", "--json"))["status"] == "not_found"

    def test_a_bad_golden_question_is_named_by_its_line(self, chidao: Chidao, tmp_path: Path) -> None:
        add_text(chidao, tmp_path, "Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.")
        questions = tmp_path / "q.jsonl"
        questions.write_text("\nnot json\n", encoding="utf-8")
        result = chidao("reload", CHIDAO_GATE__QUESTIONS=str(questions))
        assert result.returncode == 1
        assert "q.jsonl, dòng 2" in result.stderr


class TestVersions:
    def test_a_corrected_article_takes_the_place_of_the_older_which_stays_readable(
        self, chidao: Chidao, tmp_path: Path
    ) -> None:
        older = add_text(chidao, tmp_path, TICKETS)
        chidao("reload")
        [result] = added(chidao("add", str(text_of(tmp_path, TICKETS.replace("hai mươi", "ba mươi"))), "--json"))
        assert result["supersedes"] == older
        assert [each["id"] for each in said(chidao("list", "--json"))] == [result["id"]]
        shown = said(chidao("show", result["id"], "--json"))
        assert [version["id"] for version in shown["versions"]] == [older]
        assert said(chidao("show", older, "--json"))["superseded_by"] == result["id"]
        assert "các bản cũ:" in chidao("show", result["id"]).stdout
        changed = [{"id": result["id"], "title": "Giá vé", "before": older}]
        assert said(chidao("status", "--json"))["pending"] == {"added": [], "changed": changed, "removed": []}
        assert said(chidao("reload", "--json"))["changed"] == changed
        [citation] = said(chidao("ask", "Giá vé tham quan Đảo Dấu là bao nhiêu?", "--json"))["citations"]
        assert (citation["article_id"], "ba mươi" in citation["quote"]) == (result["id"], True)
        assert said(chidao("status", "--json"))["pending"] == {"added": [], "changed": [], "removed": []}

    def test_a_rollback_serves_the_one_before_and_says_what_a_reload_would_do_again(
        self, chidao: Chidao, tmp_path: Path
    ) -> None:
        add_text(chidao, tmp_path, TICKETS)
        chidao("reload")
        assert chidao("rollback").returncode == 1
        bridge = add_text(chidao, tmp_path, "Cầu Rào\n\nCầu Rào được xây năm 1980.")
        chidao("reload")
        back = said(chidao("rollback", "--json"))
        assert (back["left"], back["generation"]) == ("000002", "000001")
        assert [each["id"] for each in back["pending"]["added"]] == [bridge]
        state = said(chidao("status", "--json"))
        assert (state["generation"], state["withdrawn"]) == ("000001", ["000002"])
        again = said(chidao("reload", "--json"))
        assert (again["generation"], again["new"]) == ("000003", True)


class TestRemove:
    def test_an_article_is_taken_back_with_a_proof_and_older_generations_are_purged(
        self, chidao: Chidao, tmp_path: Path
    ) -> None:
        add_text(chidao, tmp_path, "Cầu Rào\n\nCầu Rào được xây năm 1980.")
        kept = said(chidao("list", "--json"))
        tickets = add_text(chidao, tmp_path, TICKETS)
        chidao("reload")
        removal = chidao("remove", tickets, "--json")
        assert removal.returncode == 0
        assert said(removal)["removed"] == [{"id": tickets, "title": "Giá vé"}]
        assert said(removal)["clean"] is False
        refused = chidao("purge")
        assert (refused.returncode, "chidao reload" in refused.stderr) == (1, True)
        assert said(chidao("reload", "--json"))["removal"]["held_by"] == ["000001"]
        proof = said(chidao("remove", tickets, "--json"))
        assert (proof["removed"], proof["clean"], proof["held_by"]) == ([], True, ["000001"])
        assert {check["what"] for check in proof["checked"]} >= {"passages", "vectors", "lexical entries", "references"}
        assert said(chidao("purge", "--json")) == {"purged": ["000001"]}
        assert said(chidao("purge", "--json")) == {"purged": []}
        assert said(chidao("list", "--json")) == kept
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        assert not [path for path in files if "tham quan Đảo Dấu".encode() in path.read_bytes()]

    @pytest.mark.parametrize("damage", [b"", b"no database at all, whatever its name may say"])
    def test_a_damaged_cache_does_not_stand_in_the_way(self, chidao: Chidao, tmp_path: Path, damage: bytes) -> None:
        tickets = add_text(chidao, tmp_path, TICKETS)
        chidao("reload")
        (tmp_path / "data" / "encoded.sqlite").write_bytes(damage)
        result = chidao("remove", tickets)
        assert result.returncode == 0, result.stderr
        assert chidao("reload").returncode == 0
        assert said(chidao("remove", tickets, "--json"))["clean"] is True

    def test_what_was_never_reloaded_is_gone_at_once(self, chidao: Chidao, tmp_path: Path) -> None:
        tickets = add_text(chidao, tmp_path, TICKETS)
        removal = said(chidao("remove", tickets, "--json"))
        assert (removal["generation"], removal["clean"]) == (None, True)
        assert chidao("reload", "--dry-run").returncode == 1
        assert "chidao add" in chidao("reload").stderr

    @pytest.mark.parametrize("identity", ["0" * 16, "b\udce0i"])  # the second is no UTF-8
    def test_an_unknown_id_says_where_to_find_them(self, chidao: Chidao, identity: str) -> None:
        result = chidao("remove", identity)
        assert result.returncode == 1
        assert "chidao list" in result.stderr
        assert "Traceback" not in result.stderr


class TestPages:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[str]:
        """A portal on this machine: /1.txt."""
        text_of(tmp_path / "site", TICKETS, "1.txt")
        handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()

    def test_a_page_is_added_from_a_host_that_is_allowed(self, chidao: Chidao, site: str) -> None:
        allowed = {"CHIDAO_FETCH__ALLOWED_HOSTS": site.removeprefix("http://")}
        [result] = added(chidao("add", f"{site}/1.txt", "--json", **allowed))
        assert (result["new"], result["source"]) == (True, f"{site}/1.txt")
        [again] = added(chidao("add", f"{site}/1.txt", "--json", **allowed))
        assert (again["new"], again["id"]) == (False, result["id"])
        chidao("remove", result["id"])
        [anew] = added(chidao("add", f"{site}/1.txt", "--json", **allowed))
        assert anew["new"]  # asked for anew, though the server says that nothing changed

    def test_a_host_of_this_machine_is_refused_by_default(self, chidao: Chidao, site: str) -> None:
        result = chidao("add", f"{site}/1.txt")
        assert result.returncode == 1
        assert "CHIDAO_FETCH__ALLOWED_HOSTS" in result.stdout


class TestAsk:
    def test_before_any_reload_it_says_how_to_begin(self, chidao: Chidao) -> None:
        result = chidao("ask", "thủ tục một cửa là gì")
        assert result.returncode == 1
        assert "chidao reload" in result.stderr
        assert "Traceback" not in result.stderr

    def test_a_program_gets_json_also_when_nothing_can_be_asked(self, chidao: Chidao) -> None:
        result = chidao("ask", "thủ tục một cửa là gì", "--json")
        answer = json.loads(result.stdout)
        assert (result.returncode, answer.keys(), answer["status"]) == (1, ANSWER_KEYS, "unavailable")
        assert "chidao reload" in result.stderr

    def test_a_batch_survives_a_byte_order_mark_and_brackets_without_end(self, sample_home: Path) -> None:
        rows = [
            '\ufeff{"_id": 1, "text": "nghi dinh 30/2020 ve viec gi"}',
            "[" * 200_000,
            '{"_id": 3, "text": "xin chào"}',
        ]
        result = run_chidao(sample_home, "ask", "--batch", "-", stdin="\n".join(rows))
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert [line.get("status", "error") for line in lines] == ["answered", "error", "out_of_scope"]

    def test_a_batch_answers_line_by_line_and_names_bad_lines(self, sample_home: Path) -> None:
        rows = ['{"_id": "a", "text": "nghi dinh 30/2020 ve viec gi"}', "not json", '{"_id": 7, "text": ""}', ""]
        result = run_chidao(sample_home, "ask", "--batch", "-", stdin="\n".join(rows))
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        assert result.returncode == 1
        assert lines[0]["_id"] == "a"
        assert lines[0]["status"] == "answered"
        assert "error" in lines[1]
        assert (lines[2]["_id"], lines[2]["status"]) == (7, "out_of_scope")

    @pytest.mark.parametrize("question", ["", "?!…", "a" * 10_000, "你好", "\U0001f600", "\x00\x07", "«»"])
    def test_odd_questions_get_a_fitting_reply(self, sample_home: Path, question: str) -> None:
        row = json.dumps({"_id": 1, "text": question})
        result = run_chidao(sample_home, "ask", "--batch", "-", stdin=row)
        answer = json.loads(result.stdout)
        assert result.returncode == 0
        assert answer["status"] == "out_of_scope"
        assert len(answer["text"]) > 20

    def test_a_number_of_two_documents_comes_with_options_that_can_be_asked(self, sample_home: Path) -> None:
        answer = said(run_chidao(sample_home, "ask", "Nghị quyết 45-NQ/TW về việc gì?", "--json"))
        assert (answer["status"], len(answer["options"]), len(answer["citations"])) == ("reference", 2, 2)
        rows = [json.dumps({"_id": option["label"], "text": option["question"]}) for option in answer["options"]]
        result = run_chidao(sample_home, "ask", "--batch", "-", stdin="\n".join(rows))
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        assert all(each["citations"] and not each["options"] for each in answers)
        assert [("trí thức" in each["text"]) == ("2023" in each["_id"]) for each in answers] == [True, True]

    def test_english_is_understood_and_told(self, sample_home: Path) -> None:
        answer = said(run_chidao(sample_home, "ask", "What is decree 30/2020 about?", "--json"))
        assert answer["asked"] == "nghị định 30/2020 về việc gì"
        assert "công tác văn thư" in answer["text"]

    def test_half_a_surrogate_pair_comes_back_as_its_escape(self, sample_home: Path) -> None:
        result = run_chidao(sample_home, "ask", "--batch", "-", stdin=r'{"_id": "\ud800", "text": "\udfff abc"}')
        answer = json.loads(result.stdout)
        assert (answer["_id"], answer["question"]) == ("\ud800", "\udfff abc")

    def test_question_or_batch_but_not_both(self, chidao: Chidao) -> None:
        assert chidao("ask").returncode == 2


class TestShowListStatus:
    def test_status_counts_what_is_stored_and_served(self, sample_home: Path) -> None:
        state = json.loads(run_chidao(sample_home, "status", "--json").stdout)
        articles = len(list(SAMPLE.glob("*.txt")))
        assert (state["stored"], state["articles"], state["generation"]) == (articles, articles, "000001")

    def test_status_of_an_empty_home_is_no_error(self, chidao: Chidao) -> None:
        state = said(chidao("status", "--json"))
        assert (state["stored"], state["generation"]) == (0, None)

    def test_references_of_a_shown_article_slice_back(self, sample_home: Path) -> None:
        first = json.loads(run_chidao(sample_home, "list", "--json").stdout)[0]
        article = json.loads(run_chidao(sample_home, "show", first["id"], "--json").stdout)
        assert article["references"]
        for found in article["references"]:
            assert article["text"][found["start"] : found["end"]] == found["text"]

    def test_an_unknown_id_says_where_to_find_them(self, chidao: Chidao) -> None:
        result = chidao("show", "ffff")
        assert result.returncode == 1
        assert "chidao list" in result.stderr


class TestChat:
    def test_the_sample_conversation_runs_in_an_empty_home(self, chidao: Chidao) -> None:
        said_lines = "nghi dinh 30/2020 ve viec gi\n\n/help\n/quit\n"
        result = chidao("chat", "--sample", stdin=said_lines)
        assert result.returncode == 0, result.stderr
        assert "công tác văn thư" in result.stdout
        assert "Tạm biệt" in result.stdout

    def test_the_sample_leaves_a_filled_home_alone(self, chidao: Chidao, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.", encoding="utf-8")
        chidao("add", str(tmp_path / "a.txt"))
        chidao("chat", "--sample", stdin="/quit\n")
        assert len(said(chidao("list", "--json"))) == 1

    def test_the_sample_is_not_mixed_with_articles_that_wait_for_a_reload(self, chidao: Chidao, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.", encoding="utf-8")
        chidao("add", str(tmp_path / "a.txt"))
        result = chidao("chat", "--sample")
        assert "chidao reload" in result.stderr
        assert said(chidao("status", "--json"))["generation"] is None

    def test_a_terminal_that_lacks_the_letters_does_not_end_the_conversation(self, sample_home: Path) -> None:
        result = run_chidao(sample_home, "chat", stdin="nghi dinh 30/2020\n", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
        assert result.returncode == 0, result.stderr
        assert "30/2020/N" in result.stdout

    def test_english_messages_when_set(self, chidao: Chidao) -> None:
        assert "nothing has been reloaded yet" in chidao("chat", CHIDAO_LANGUAGE="en").stderr


class TestBotAndSettings:
    def test_without_a_token_it_says_how_to_get_and_set_one(self, chidao: Chidao) -> None:
        result = chidao("bot")
        assert result.returncode == 2
        for hint in ("@BotFather", "/newbot", "CHIDAO_TELEGRAM__TOKEN="):
            assert hint in result.stderr

    def test_a_bad_setting_is_named_without_its_value(self, chidao: Chidao) -> None:
        result = chidao("status", CHIDAO_RETRIEVAL__DENSE_WEIGHT="secret-ish")
        assert result.returncode == 2
        assert "CHIDAO_RETRIEVAL__DENSE_WEIGHT" in result.stderr
        assert "secret-ish" not in result.stderr

    def test_an_unknown_model_is_named_with_the_way_out(self, chidao: Chidao, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Chợ Sắt\n\nChợ Sắt mở cửa lúc 5 giờ sáng.", encoding="utf-8")
        chidao("add", str(tmp_path / "a.txt"))
        result = chidao("reload", CHIDAO_ENCODER__MODEL=str(tmp_path / "no-model"))
        assert result.returncode == 1
        assert "CHIDAO_ENCODER__MODEL" in result.stderr

    def test_every_command_explains_itself_in_both_languages(self, chidao: Chidao) -> None:
        helped = chidao("add", "--help")
        assert (helped.returncode, " / " in helped.stdout) == (0, True)
        for name in cli.commands:  # in this process: starting a dozen more takes half a minute
            result = CliRunner().invoke(cli, [name, "--help"])
            assert (result.exit_code, " / " in result.output) == (0, True), name


def test_the_machine_is_measured_and_the_home_left_alone(chidao: Chidao, tmp_path: Path) -> None:
    measured = said(chidao("bench", "--passages", "60", "--json"))
    assert measured["passages"] >= 40
    assert measured["p50_ms"] <= measured["p95_ms"]
    assert min(measured[name] for name in ("passages_per_second", "index_mb", "load_seconds", "memory_mb")) > 0
    assert not (tmp_path / "data").exists()
    assert chidao("bench", "--passages", "0").returncode == 2
