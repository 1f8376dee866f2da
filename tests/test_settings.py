"""Settings: read from variables, all mistakes at once, and the token never shown."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.content import limits
from bot.content.model import Entry, Faq, Source, WarningSigns
from bot.content.yaml.read import read_faq
from bot.settings import SHIPPED_FAQ, Settings, SettingsError
from tests.conftest import ROOT

TOKEN = "a-secret.to-ken.of_mine"


def test_defaults() -> None:
    assert Settings.read({"DISCORD_TOKEN": TOKEN}) == Settings(
        TOKEN, SHIPPED_FAQ, Path("data"), message_content=False, log_level="info", discord_api_url=None
    )


def test_all_variables_are_read_and_empty_ones_count_as_unset() -> None:
    read = Settings.read(
        {
            "DISCORD_TOKEN": f" {TOKEN} ",
            "FAQ_PATH": "mine.yaml",
            "DATA_PATH": "elsewhere",
            "MESSAGE_CONTENT": "Yes",
            "HOME_SERVER": "1574152641166967172",
            "CURATOR_ROLE": "1574152641166967173",
            "STAFF_CHANNEL": "1574152641166967174",
            "LOG_LEVEL": "DEBUG",
            "DISCORD_API_URL": "http://127.0.0.1:8080/api/v10/",
        }
    )
    assert read == Settings(
        TOKEN,
        Path("mine.yaml"),
        Path("elsewhere"),
        message_content=True,
        home_server=1574152641166967172,
        curator_role=1574152641166967173,
        staff_channel=1574152641166967174,
        log_level="debug",
        discord_api_url="http://127.0.0.1:8080/api/v10",
    )
    assert Settings.read({"DISCORD_TOKEN": TOKEN, "LOG_LEVEL": " ", "FAQ_PATH": ""}) == Settings(TOKEN)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MESSAGE_CONTENT", "maybe", 'MESSAGE_CONTENT should be yes or no, and is "maybe".'),
        ("HOME_SERVER", "#home", "HOME_SERVER should be an id, 17 to 20 digits"),
        ("CURATOR_ROLE", "12", "CURATOR_ROLE should be an id"),
        ("STAFF_CHANNEL", "staff", "STAFF_CHANNEL should be an id"),
    ],
)
def test_values_that_make_no_sense_are_refused_with_what_would(variable: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"DISCORD_TOKEN": TOKEN, variable: value})
    assert str(caught.value).startswith(said)


def test_what_is_given_by_hand_wins() -> None:
    read = Settings.read({"DISCORD_TOKEN": TOKEN, "FAQ_PATH": "mine.yaml"}, faq_path=Path("yours.yaml"))
    assert read.faq_path == Path("yours.yaml")


@pytest.mark.parametrize("token", [f"Bot {TOKEN}", f"{TOKEN} {TOKEN}", f"{TOKEN}é", "", "  "])
def test_a_token_that_cannot_be_one_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN") as caught:
        Settings.read({"DISCORD_TOKEN": token})
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(caught.value)


def test_the_token_is_not_in_the_settings_text() -> None:
    assert TOKEN not in repr(Settings(TOKEN))
    assert TOKEN not in str(Settings(TOKEN))


def page(name: str) -> str:
    """The text of a file for people."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_example_and_the_readme_list_every_variable() -> None:
    variables = {each.name.upper() for each in fields(Settings)}
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", page(".env.example"), re.MULTILINE)) == variables
    readme = page("README.md")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE)) == variables


def test_what_must_pass_runs_the_readmes_test_command() -> None:
    command = next(line for line in page("README.md").splitlines() if line.endswith("-m pytest"))
    assert command in page(".ci/run").splitlines()


def test_service_and_container_install_as_the_readme_does() -> None:
    first = next(line for line in page("README.md").splitlines() if line.startswith("python3 -m venv"))
    install = first.removesuffix(" && .venv/bin/python -m bot chat")
    assert install != first
    assert f'sudo -u faq-bot sh -c "{install}"\n' in page("docs/operate.md")
    assert f"RUN {install} && " in page("Dockerfile")


def test_the_container_starts_and_is_looked_at_by_commands_that_there_are() -> None:
    dockerfile = page("Dockerfile")
    health, run = (json.loads(found) for found in re.findall(r"^(?:HEALTHCHECK .*CMD|CMD) (\[.*\])$", dockerfile, re.M))
    entry = json.loads(re.findall(r"^ENTRYPOINT (\[.*\])$", dockerfile, re.M)[0])
    for command in (health, entry + run):
        assert command[:3] == [".venv/bin/python", "-m", "bot"]
        with pytest.raises(SystemExit) as ended:
            main([*command[3:], "--help"])
        assert ended.value.code == 0


def test_the_moderators_example_of_a_faq_is_fine() -> None:
    whole, lists = re.findall(r"```yaml\n(title:.*?|off_topic:.*?)```", page("faq/README.md"), re.DOTALL)
    assert read_faq((whole + lists).encode()).problems == ()


def test_the_moderators_page_names_every_key_of_the_file_with_its_longest_text() -> None:
    """A new key, or another limit, has to be explained to moderators, too."""
    rows = re.findall(r"^\| `([a-z_.]+)` \|.*\| ([0-9,]*) \|$", page("faq/README.md"), re.MULTILINE)
    longest = {key: int(number.replace(",", "")) for key, number in rows if number}
    assert longest == {
        "title": limits.TITLE,
        "source.title": limits.TITLE,
        "source.author": limits.TITLE,
        "disclaimer": limits.DISCLAIMER,
        "warning_signs.message": limits.WARNING_MESSAGE,
        "warning_signs.phrases": limits.WARNING_PHRASE,
        "synonyms": limits.SYNONYM,
        "off_topic": limits.WORDING,
        "id": limits.ID,
        "section": limits.SECTION,
        "question": limits.QUESTION,
        "answer": limits.ANSWER,
        "also": limits.WORDING,
        "caution": limits.CAUTION,
    }
    explained = {part for key, _ in rows for part in key.split(".")}
    assert explained == {each.name for record in (Faq, Source, WarningSigns, Entry) for each in fields(record)}


def test_the_exact_versions_satisfy_the_bounds() -> None:
    def number(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in version.split("."))

    constraints = page("constraints.txt").lower()
    pinned = dict(re.findall(r"^([a-z0-9_.-]+)==([0-9.]+)", constraints, re.MULTILINE))
    project = page("pyproject.toml").lower()
    bounded = re.findall(r'^    "([a-z0-9_.-]+)>=([0-9.]+),<([0-9.]+)"', project, re.MULTILINE)
    assert {"discord.py", "numpy", "pyyaml", "rapidfuzz", "pytest", "mypy", "ruff"} <= {name for name, _, _ in bounded}
    outside = [name for name, low, high in bounded if not number(low) <= number(pinned[name]) < number(high)]
    assert outside == []
