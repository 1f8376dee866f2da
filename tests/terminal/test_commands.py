"""The commands as a person runs them: what they print, where, and how they exit."""

import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.matching.answerer import Answerer
from bot.matching.decision import Origin
from bot.terminal.match import match_lines
from tests.command import FOLDER, SMALL, bot
from tests.conftest import clean_environment
from tests.content.yaml.test_mistakes import GOOD
from tests.patience import PATIENCE


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("is it normal to ask for this", "Is it normal to ask a therapist for a butt massage?"),
        ("does it help sciatica", "Does a butt massage help sciatica?"),
    ],
)
def test_ask_answers_with_the_disclaimer(shipped: Answerer, question: str, heading: str) -> None:
    done = bot("ask", question)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{heading}\n{'=' * len(heading)}\n\n")
    assert " ".join(done.stdout.split()).endswith(shipped.faq.disclaimer)
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_ask_declines_what_is_off_topic(shipped: Answerer) -> None:
    done = bot("ask", "how much does it cost")
    assert done.returncode == 0
    assert done.stdout.startswith("I don't know: my FAQ has no answer to that.")
    assert " ".join(done.stdout.split()).endswith(shipped.faq.disclaimer)


def test_ask_warns(shipped: Answerer) -> None:
    assert shipped.faq.warning_signs is not None
    done = bot("ask", "my groin is numb and I can't hold my pee")
    assert done.returncode == 0
    assert done.stdout.startswith("Please get help now\n")
    assert shipped.faq.warning_signs.message in " ".join(done.stdout.split())


def test_ask_numbers_the_choices_of_an_offer(tmp_path: Path) -> None:
    (tmp_path / "twins.yaml").write_text(TWINS)
    done = bot("ask", "--faq", "twins.yaml", "how do I get the badge", folder=tmp_path)
    assert done.stdout.startswith("I'm not sure which of these you mean. Choose one:\n\n  1. How do I get the ")
    assert "\n  3. None of these\n" in done.stdout


def test_ask_offers_one_entry_alone_as_a_question(tmp_path: Path) -> None:
    (tmp_path / "twins.yaml").write_text(TWINS)
    done = bot("ask", "--faq", "twins.yaml", "who invented kettles", folder=tmp_path)
    assert done.stdout.startswith("Did you mean this?\n\n  1. What is a kettle?\n  2. Something else\n")


TWINS = """\
title: Badges
source: {title: Handbook, author: Somebody}
disclaimer: No guarantee.
entries:
  - {id: red, section: b, question: How do I get the red badge?, also: [earning the red badge], answer: Ask for it.}
  - {id: blue, section: b, question: How do I get the blue badge?, also: [earning the blue badge], answer: Ask for it.}
  - {id: kettle, section: k, question: What is a kettle?, also: [explain kettles], answer: A *pot*.}
  - {id: ladder, section: l, question: What is a ladder?, also: [explain ladders], answer: "Go **up**: rungs."}
"""


def test_without_the_packages_one_line_says_how_to_install_them() -> None:
    command = [sys.executable, "-S", "-m", "bot", "ask", "does it help sciatica"]  # -S: nothing that was installed
    done = subprocess.run(command, cwd=FOLDER, env=clean_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("bot: A package is missing: ")
    assert ".venv/bin/" in line


def test_chat_greets_with_examples_answers_and_ends_with_the_input(shipped: Answerer) -> None:
    done = bot("chat", typed="does it help sciatica\n\nhow much does it cost\n")
    assert (done.returncode, done.stderr) == (0, "")
    greeting, _, rest = done.stdout.partition("You: ")
    assert all(f"- {question}" in greeting for question in shipped.faq.examples(3))
    assert "\nDoes a butt massage help sciatica?\n" in rest
    assert "\nI don't know: " in rest
    assert done.stdout.endswith("Goodbye!\n")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1\n", ["Ask for "]),
        ("3\n", ["Then I don't know"]),
        ("1.\n", ["Ask for it."]),
        ("0\n", ["Please type a number from 1 to 3"]),
        (f"{'9' * 5_000}\n1\n", ["Please type a number from 1 to 3", "Ask for it."]),
        ("what is a ladder\n", ["Go up: rungs."]),
        ("", ["Goodbye!"]),
        ("quit\nwhat is a ladder\n", ["Goodbye!"]),
    ],
)
def test_chat_takes_a_number_or_another_question_after_an_offer(tmp_path: Path, typed: str, shown: list[str]) -> None:
    (tmp_path / "twins.yaml").write_text(TWINS)
    done = bot("chat", "--faq", "twins.yaml", typed=f"how do I get the badge\n{typed}", folder=tmp_path)
    after = done.stdout.partition("Number (1 to 3), or another question: ")[2]
    assert [text for text in shown if text not in after] == []
    assert done.stdout.endswith("Goodbye!\n")
    assert ("rungs" in after) == ("rungs" in shown[0])


def test_chat_survives_a_line_that_is_no_text() -> None:
    done = bot("chat", typed=b"\xff\xfe\ndoes it help sciatica\n")
    assert done.returncode == 0
    assert "Does a butt massage help sciatica?" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_chat_ends_with_ctrl_c() -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bot", "chat"],
        cwd=FOLDER,
        env={**clean_environment(), "FAQ_PATH": str(SMALL), "MODEL_PATH": "no"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    read = ""
    while not read.endswith("You: "):
        assert process.poll() is None, "the conversation ended before it began"
        read += process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, errors) == (0, "\nGoodbye!\n", "")


def test_match_answers_line_by_line() -> None:
    done = bot("match", typed='{"text": "does it help sciatica"}\nnot json\n')
    first, second = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    assert (first["text"], first["decision"], first["entries"]) == ("does it help sciatica", "answer", ["sciatica"])
    assert [list(match) for match in first["ranked"]] == [["entry", "score"]] * 5
    assert first["ranked"][0]["entry"] == "sciatica"
    scores = [match["score"] for match in first["ranked"]]
    assert scores == sorted(scores, reverse=True)
    assert list(second) == ["error"]


@pytest.mark.parametrize(
    "line",
    [
        b"not json", b"", b"[]", b"1", b"null", b'"text"', b"{}", b'{"text": 1}', b'{"text": null}', b'{"txt": "a"}',
        b"\xff", b"[" * 100_000, b'{"text": "a"', b"9" * 10_000, b"\xef\xbb\xbf{}",
    ],
)  # fmt: skip
def test_match_reports_a_line_that_is_no_question_and_goes_on(shipped: Answerer, line: bytes) -> None:
    output = io.StringIO()
    match_lines(shipped, Origin.ASK, io.BytesIO(line + b'\n{"text": "does it help sciatica"}'), output)
    first, second = map(json.loads, output.getvalue().splitlines())
    assert list(first) == ["error"]
    assert second["entries"] == ["sciatica"]


def test_match_takes_a_line_with_a_byte_order_mark(shipped: Answerer) -> None:
    output = io.StringIO()
    match_lines(shipped, Origin.ASK, io.BytesIO(b'\xef\xbb\xbf{"text": "does it help sciatica"}'), output)
    assert json.loads(output.getvalue())["entries"] == ["sciatica"]


@pytest.mark.parametrize("text", ["", "\ud800", "\u0000", "a\nb\u2028c", "\U0001f351", "x" * 100_000])
def test_match_takes_any_text_and_gives_it_back(shipped: Answerer, text: str) -> None:
    output = io.StringIO()
    match_lines(shipped, Origin.ASK, io.BytesIO(json.dumps({"text": text, "more": 1}).encode()), output)
    assert output.getvalue().count("\n") == 1
    assert json.loads(output.getvalue())["text"] == text


@pytest.mark.parametrize(
    ("text", "asked", "overheard"),
    [
        ("does it help sciatica", "answer", "answer"),
        ("how much does it cost", "decline", "silence"),
        ("my groin is numb", "warning", "warning"),
    ],
)
def test_match_decides_as_for_asked_or_overheard(shipped: Answerer, text: str, asked: str, overheard: str) -> None:
    for origin, expected in ((Origin.ASK, asked), (Origin.WATCHED, overheard)):
        output = io.StringIO()
        match_lines(shipped, origin, io.BytesIO(json.dumps({"text": text}).encode()), output)
        assert json.loads(output.getvalue())["decision"] == expected


def test_match_overheard_from_the_command_line() -> None:
    done = bot("match", "--overheard", typed='{"text": "how much does it cost"}\n')
    assert json.loads(done.stdout)["decision"] == "silence"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell's pipe")
def test_match_ends_quietly_when_nobody_reads_on() -> None:
    lines = '{"text": "does it help sciatica"}\n' * 2_000
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "match"],
        cwd=FOLDER,
        env={**clean_environment(), "FAQ_PATH": str(SMALL), "MODEL_PATH": "no"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(lines.encode()[:60_000])
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.close()
    assert process.wait(timeout=PATIENCE) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_check_names_what_is_in_a_good_file() -> None:
    done = bot("check", FAQ_PATH="")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{Path('faq') / 'faq.yaml'} is fine: 28 entries with " in done.stdout


@pytest.mark.parametrize("arguments", [["mine.yaml"], ["--faq", "mine.yaml"]])
def test_check_shows_every_problem(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("id: one", "id: One").replace("answer: It", "answr: It"))
    done = bot("check", *arguments, folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        'mine.yaml:5:5: entry "One": an entry has no "answer". Add a line "answer: …".',
        'mine.yaml:8:5: entry "One": the key "answr" is not known. Did you mean "answer"?',
        'mine.yaml:9:5: entry "two": an entry has no "answer". Add a line "answer: …".',
        'mine.yaml:13:5: entry "two": the key "answr" is not known. Did you mean "answer"?',
        "",
        "4 problems found. The bot does not load this file until it is mended.",
    ]


@pytest.mark.parametrize("command", ["ask", "chat", "match", "check", "evaluate"])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    arguments = ["hello"] if command == "ask" else []
    done = bot(command, *arguments, "--faq", "folder.yaml", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("bot: folder.yaml cannot be read: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["ask", "chat", "match", "evaluate"])
def test_a_broken_file_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("id: one", "id: One"))
    arguments = ["hello"] if command == "ask" else []
    done = bot(command, *arguments, "--faq", "mine.yaml", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        'bot: mine.yaml:5:9: entry "One": the id "One" is not made of lower-case words and hyphens. '
        'Write it like "is-it-normal".\n'
    )


def test_a_question_too_long_for_discord_is_refused_but_measured(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD.replace("What is one?", "x" * 101))
    assert bot("ask", "--faq", "mine.yaml", "hello", folder=tmp_path).returncode == 1
    done = bot("match", "--faq", "mine.yaml", typed='{"text": "what is two"}\n', folder=tmp_path)
    assert json.loads(done.stdout)["ranked"][0]["entry"] == "two"


def test_evaluate_shows_figures_and_mistakes(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(
        "- {text: does it help sciatica, accept: [sciatica]}\n- {text: what is sciatica, accept: []}\n"
    )
    done = bot("evaluate", "q.yaml", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "1 question in scope, 1 off topic"
    assert "the best entry is right                       100.0%" in lines
    assert "  answered, though nothing answers it         100.0%     100.0%" in lines
    assert '- "what is sciatica"' in lines
    assert any("answered from what-is-sciatica" in line and "wanted: no answer" in line for line in lines)

    assert any(line.startswith("  because of: sciatica +") for line in lines)


def test_evaluate_takes_the_questions_beside_the_faq_by_default(tmp_path: Path) -> None:
    assert bot("evaluate", FAQ_PATH="").stdout.startswith("252 questions in scope, 150 off topic\n")
    (tmp_path / "mine.yaml").write_text(GOOD)
    none = bot("evaluate", "--faq", "mine.yaml", folder=tmp_path)
    said = "bot: There are no known questions beside the FAQ: write questions.yaml, as faq/README.md says.\n"
    assert (none.returncode, none.stdout, none.stderr) == (2, "", said)
    (tmp_path / "questions.yaml").write_text("- {text: what is two, accept: [two]}\n")
    said = bot("evaluate", "--faq", "mine.yaml", folder=tmp_path).stdout
    assert said.startswith("1 question in scope, 0 off topic\n")
    assert "threshold" not in said  # there is nothing off topic that a threshold could let pass


def test_evaluate_gives_the_same_figures_to_a_program(tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(
        "- {text: does it help sciatica, accept: [sciatica]}\n- {text: what is sciatica, accept: []}\n"
    )
    done = bot("evaluate", "q.yaml", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(done.stdout)
    assert (figures["in_scope"], figures["off_topic"]) == (1, 1)
    assert (figures["top_1"], figures["top_3"]) == (1.0, 1.0)
    assert (figures["asked"]["right"], figures["asked"]["answered"], figures["asked"]["declined"]) == (1.0, 1.0, 0.0)
    assert figures["overheard"]["offered"] == 0.0
    assert list(figures["right_at_false"]) == ["0.01", "0.02", "0.05", "0.1"]
    assert 0.3 < figures["calibration_error"] < 0.7  # one of two sure answers is wrong
    [mistake] = figures["mistakes"]
    assert (mistake["text"], mistake["accept"], mistake["answered"]) == ("what is sciatica", [], "what-is-sciatica")
    assert mistake["rule"].endswith(".")
    assert {word["typed"] for word in mistake["words"]} == {"what", "is", "sciatica"}
    assert mistake["wordings"][0]["text"] == "What is sciatica?"


def test_ask_says_why() -> None:
    done = bot("ask", "--why", "dose it hlep my siatic nerve", MODEL_PATH="")
    assert (done.returncode, done.stderr) == (0, "")
    reply, _, why = done.stdout.partition("\nWhy\n")
    assert reply.startswith("Does a butt massage help sciatica?\n")
    lines = why.splitlines()
    assert re.fullmatch(r"Rule: Its score of [01]\.\d{3} reaches 0\.75\.", lines[0])
    assert re.fullmatch(r"  [01]\.\d\d  sciatica: Does a butt massage help sciatica\?", lines[3])
    assert any(re.fullmatch(r"  (?: \+\d|\+\d\d)\.\d\d  siatic nerve \(as “sciatica”\)", line) for line in lines)
    assert any(re.fullmatch(r"   \+0\.\d\d  hlep \(as “help”\)", line) for line in lines)
    assert any(re.match(r"  (?: [+-]\d|[+-]\d\d)\.\d\d  its meaning as a whole", line) for line in lines)
    assert "Its wordings, and sentences of its answer, that are nearest in meaning, in 0 to 1:" in lines
    assert "Off-topic lines that are nearest in meaning, in 0 to 1:" in lines
    assert "Its wordings whose words are most like the question's, in 0 to 1:" in lines
    assert "Off-topic lines whose words are most like the question's, in 0 to 1:" in lines


@pytest.mark.parametrize("question", ["🍑", "qwxz", "my groin is numb"])
def test_ask_says_why_where_it_did_not_answer_too(question: str) -> None:
    done = bot("ask", "--why", question)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nWhy\nRule: The " in done.stdout


def test_evaluate_refuses_questions_for_another_faq(tmp_path: Path) -> None:
    (tmp_path / "twins.yaml").write_text(TWINS)
    (tmp_path / "q.yaml").write_text("- {text: a, accept: [red]}\n- {text: b, accept: [rde]}\n")
    done = bot("evaluate", "q.yaml", "--faq", "twins.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        'bot: q.yaml:2:1: the FAQ has no entry "rde". Correct the id, or measure this FAQ on questions of its own.\n'
    )


def test_the_faq_that_the_settings_name_is_used_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(TWINS.replace("title: Badges", "title: 1").replace("disclaimer", "disclamer"))
    (tmp_path / ".env").write_text("FAQ_PATH=mine.yaml\n")
    done = bot("ask", "hello", folder=tmp_path, FAQ_PATH="")
    assert done.stderr == (
        'bot: mine.yaml:1:1: the file has no "disclaimer". Add a line "disclaimer: …". '
        "(2 more: `python -m bot check mine.yaml` shows all.)\n"
    )
    assert bot("check", folder=tmp_path, FAQ_PATH="").stdout.startswith("mine.yaml:1:1: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "check"],
            cwd=FOLDER,
            env=clean_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"bot: The output cannot be written: No space left on device.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize(
    ("command", "code", "errors"),
    [("match", 2, "bot: There is no standard input to read questions from.\n"), ("chat", 0, "")],
)
def test_no_standard_input_at_all(command: str, code: int, errors: str) -> None:
    line = f"{sys.executable} -m bot {command} <&-"
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=FOLDER,
        env={**clean_environment(), "FAQ_PATH": str(SMALL), "MODEL_PATH": "no"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, errors)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_to_itself_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    done = bot("check", "loop", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("bot: loop cannot be read: ")


def test_an_empty_question_is_one_line() -> None:
    done = bot("ask", "  ")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        'bot: The question is empty. Write it in quotes: python -m bot ask "does it help sciatica"\n'
    )


@pytest.mark.parametrize("arguments", [[], ["dance"], ["ask"], ["match", "--loud"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    done = bot(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: python -m bot" in done.stderr


def test_help_names_every_command() -> None:
    done = bot("--help")
    assert done.returncode == 0
    assert all(f"    {name} " in done.stdout for name in ("ask", "chat", "match", "check", "evaluate", "run"))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_cannot_show_a_character_gets_an_escape(encoding: str) -> None:
    environment = {**clean_environment(), "PYTHONIOENCODING": encoding, "FAQ_PATH": str(SMALL), "MODEL_PATH": "no"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "does it help sciatica"],
        capture_output=True,
        cwd=FOLDER,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"unwind and relax" in done.stdout.replace(b"\n", b" ").replace(b"\r", b"")


@pytest.mark.parametrize(
    ("question", "by_the_model"),
    [
        ("Does a butt massage help sciatica?", False),  # a wording, word for word
        ("could my sciatic nerve be soothed that way, you reckon", True),
    ],
)
def test_an_answer_loads_and_leaves_no_more_than_it_needs(tmp_path: Path, question: str, by_the_model: bool) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "bot", "ask", question]
    environment = {**clean_environment(), "DATA_PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode == 0
    assert "bot.matching.matcher" in loaded
    assert ("onnxruntime" in loaded) is by_the_model
    assert loaded.isdisjoint({"discord", "aiohttp", "PIL"})
    assert list(tmp_path.iterdir()) == []  # above all, the model is not made ready, which takes 0.5 s


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell what a process cost")
@pytest.mark.parametrize(
    ("question", "most"),
    [("Does a butt massage help sciatica?", 1.5), ("does it help sciatica", 2.0)],
    ids=["a wording needs no model", "another question does"],
)
def test_an_answer_costs_little_work_from_a_cold_start(tmp_path: Path, question: str, most: float) -> None:
    """Also the first one of all, with nothing in the data folder."""
    import resource

    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    environment = {**clean_environment(), "DATA_PATH": str(tmp_path)}
    environment.pop("COVERAGE_PROCESS_CONFIG", None)  # to find out which lines it reaches costs as much again
    command = [sys.executable, "-m", "bot", "ask", question]
    before = spent()
    done = subprocess.run(command, capture_output=True, cwd=FOLDER, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert spent() - before < most  # processor seconds, beside other tests; where it is quiet, two thirds of that
