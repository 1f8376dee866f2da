"""What may import what: most rooms have never heard of Discord, and no command pays for what it doesn't need."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, clean_environment

_PURE = {"discord", "aiohttp", "dotenv", "random", "socket", "bot.settings"}

# What no module in a folder may import, at run time or for its types.
FORBIDDEN = {
    "bot/text": _PURE | {f"bot.{room}" for room in ("content", "matching", "data", "live", "chat", "ops", "terminal")},
    "bot/content": _PURE | {f"bot.{room}" for room in ("data", "live", "chat", "ops", "terminal")},
    "bot/matching": _PURE | {f"bot.{room}" for room in ("data", "live", "chat", "ops", "terminal")},
    "bot/data": {"discord", "aiohttp"} | {f"bot.{room}" for room in ("live", "chat", "ops", "terminal")},
    "bot/live": {"discord", "aiohttp"} | {f"bot.{room}" for room in ("chat", "ops", "terminal")},
    "bot/chat/members": {"bot.chat.curators"},
    "bot/terminal": {"discord", "aiohttp", "bot.chat", "bot.data", "bot.live"},
}


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, with the packages that it lies in."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return {".".join(name.split(".")[:depth]) for name in found for depth in range(1, name.count(".") + 2)}


@pytest.mark.parametrize(
    ("path", "forbidden"),
    [(path, names) for folder, names in FORBIDDEN.items() for path in sorted((ROOT / folder).rglob("*.py"))],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_a_module_keeps_to_its_side(path: Path, forbidden: set[str]) -> None:
    assert imports_of(path) & forbidden == set()


def test_each_file_says_in_its_first_line_what_it_is_for() -> None:
    silent = [
        path
        for folder in ("bot", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["ask", "does it help sciatica"], {"discord", "aiohttp", "dotenv"}),
        (["match"], {"discord", "aiohttp", "dotenv"}),
        (["check"], {"discord", "aiohttp", "dotenv", "numpy", "rapidfuzz"}),
        (["run", "--faq", "nowhere.yaml", "--help"], {"discord", "numpy", "yaml"}),
    ],
)
def test_a_command_does_not_load_what_it_does_not_need(
    tmp_path: Path, arguments: list[str], unwanted: set[str]
) -> None:
    script = (
        "import sys\nfrom bot.__main__ import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('loaded:', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        input="",
        check=True,
    )
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert loaded & unwanted == set()
    assert "bot" in loaded


def test_importing_the_package_does_nothing() -> None:
    script = "import sys; before = set(sys.modules); import bot; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == ["bot"]
    assert done.stderr == ""
