"""The settings, read once from environment variables; `.env.example` explains each."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.errors import BotError

SHIPPED_FAQ: Final = Path(__file__).resolve().parent.parent / "faq" / "faq.yaml"
SHIPPED_QUESTIONS: Final = SHIPPED_FAQ.with_name("questions.yaml")
MOST_DAYS: Final = 365
LOG_LEVELS: Final = ("debug", "info", "warning", "error")


class SettingsError(BotError):
    """Settings that are missing or wrong, all named in one line."""


@dataclass(frozen=True)
class Settings:
    """How the bot runs. The variable of each field is its name in capitals."""

    discord_token: str = field(repr=False)
    faq_path: Path = SHIPPED_FAQ
    data_path: Path = Path("data")  # what outlives a restart
    model_path: Path | None = None  # of a sentence model of one's own, or "no"; None: that of the extra `meaning`
    message_content: bool = False  # whether to ask Discord for the text of all messages, for watched channels
    home_server: int | None = None  # where curators edit; None: the only server, if there is one
    curator_role: int | None = None  # who has it is a curator, as is who may manage the home server
    staff_channel: int | None = None  # where the bot reports to
    inbox_days: int = 30  # for which questions without an answer are kept for curators; 0: none is
    log_level: str = "info"
    discord_api_url: str | None = None  # None: Discord's own

    @classmethod
    def read(cls, environment: Mapping[str, str], **given: Any) -> "Settings":
        """Return the settings in `environment`, whose empty variables count as unset; values that are `given` by name
        override them. Raises SettingsError, which names all that is wrong at once.
        """
        problems: list[str] = []
        values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        for name in (each for each in _PARSERS if each not in values):
            text = environment.get(name.upper(), "").strip()
            try:
                if text or name == "discord_token":
                    values[name] = _PARSERS[name](text)
            except ValueError as error:
                problems.append(f"{name.upper()} {error}")
        if problems:
            raise SettingsError("; ".join(problems) + ".")
        return cls(**values)


def environment() -> Mapping[str, str]:
    """Return the variables of the process, and those of `.env` in the current folder that the process lacks. Raises
    SettingsError if `.env` cannot be read.
    """
    of_process = {name: value for name, value in os.environ.items() if value.strip()}
    if not Path(".env").is_file():
        return of_process
    from dotenv import dotenv_values  # only if there is such a file

    try:
        of_file = dotenv_values(".env")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The file .env cannot be read: {error}.") from error
    return {name: value for name, value in of_file.items() if value is not None} | of_process


def faq_path(given: Path | None) -> Path:
    """Return the FAQ file that is given, else the one that FAQ_PATH names, else the shipped one."""
    return given or _path(environment().get("FAQ_PATH", "").strip() or str(SHIPPED_FAQ))


def data_path() -> Path:
    """Return the data folder that DATA_PATH names, else the default one."""
    return _path(environment().get("DATA_PATH", "").strip() or str(Settings.data_path))


def model_path() -> Path | None:
    """Return the folder of the sentence model that MODEL_PATH names, if it names one."""
    given = environment().get("MODEL_PATH", "").strip()
    return _model(given) if given else None


def _path(text: str) -> Path:
    return Path(text).expanduser()


def _model(text: str) -> Path:
    """Return a model's folder, or "no", in whatever case that is typed."""
    return Path("no") if text.lower() == "no" else _path(text)


def _token(text: str) -> str:
    """Return a token's text. No error repeats it: it may be a real token with a slip."""
    if not text:
        raise ValueError("is not set: put the bot's token into the file .env (README.md says where)")
    if text.lower().startswith("bot "):
        raise ValueError('should be the token alone, without "Bot " before it')
    if len(text.split()) != 1 or not text.isascii():
        raise ValueError("should be one word of letters, digits, dots, hyphens and underscores")
    return text


def _switch(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError(f'should be yes or no, and is "{text}"')
    return text.lower() == "yes"


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f'should be one of {", ".join(LOG_LEVELS)}, and is "{text}"')
    return text.lower()


def _id(text: str) -> int:
    if not re.fullmatch(r"\d{17,20}", text):
        where = "Discord: Settings, Advanced, Developer Mode; then right-click and Copy ID"
        raise ValueError(f'should be an id, 17 to 20 digits, and is "{text}" ({where})')
    return int(text)


def _days(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text) or int(text) > MOST_DAYS:
        raise ValueError(f'should be a number of days from 0 (keep none) to {MOST_DAYS}, and is "{text}"')
    return int(text)


def _api_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise ValueError(f'should be an address like https://discord.com/api/v10, and is "{text}"')
    return text.rstrip("/")


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "discord_token": _token,
    "faq_path": _path,
    "data_path": _path,
    "model_path": _model,
    "message_content": _switch,
    "home_server": _id,
    "curator_role": _id,
    "staff_channel": _id,
    "inbox_days": _days,
    "log_level": _log_level,
    "discord_api_url": _api_url,
}
