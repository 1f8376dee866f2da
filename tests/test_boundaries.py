"""The house: which folder may look at which, how large each may get, and that no command pays for what it needs not."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, clean_environment

ROOMS = ("text", "content", "matching", "data", "live", "chat", "ops", "terminal")
PURE = {"discord", "aiohttp", "dotenv", "random", "socket", "bot.settings"}


def all_rooms_but(*allowed: str) -> set[str]:
    return {f"bot.{room}" for room in ROOMS if room not in allowed}


# What no module in a folder may import, at run time or for its types.
FORBIDDEN = {
    "bot/text": PURE | all_rooms_but("text"),
    "bot/content": PURE | all_rooms_but("text", "content"),
    "bot/matching": PURE | all_rooms_but("text", "content", "matching"),
    "bot/data": {"discord", "aiohttp"} | all_rooms_but("text", "content", "matching", "data"),
    "bot/live": {"discord", "aiohttp"} | all_rooms_but("text", "content", "matching", "data", "live"),
    "bot/chat": {"bot.terminal"},
    "bot/chat/members": {"bot.chat.curators", "bot.chat.staff", "bot.chat.client", "bot.chat.app"},
    "bot/chat/curators": {"bot.chat.members", "bot.chat.staff", "bot.chat.client", "bot.chat.app"},
    "bot/chat/staff": {"bot.chat.members", "bot.chat.client", "bot.chat.app"},
    "bot/terminal": {"discord", "aiohttp", "bot.chat", "bot.data", "bot.live", "bot.ops"},
}
MOST_AT_THE_TOP, MOST_IN_A_FOLDER, MOST_LINES = 8, 14, 300


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


def modules() -> list[Path]:
    return sorted((ROOT / "bot").rglob("*.py"))


def test_only_the_composition_root_takes_the_client() -> None:
    """A class that takes the client could reach everything by it."""
    takers = {
        str(path.relative_to(ROOT))
        for path in modules()
        for made in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(made, ast.ClassDef)
        for each in ast.walk(made)
        if isinstance(each, ast.arg | ast.AnnAssign) and each.annotation is not None
        if ast.unparse(each.annotation).strip("'\"").split(".")[-1] in ("Client", "FaqClient")
    }
    assert takers <= {"bot/chat/app.py"}


def test_only_run_and_the_composition_root_know_the_client() -> None:
    knowing = {str(path.relative_to(ROOT)) for path in modules() if "bot.chat.client" in imports_of(path)}
    assert knowing <= {"bot/chat/app.py", "bot/chat/run.py", "bot/ops/doctor/discord.py", "bot/ops/doctor/servers.py"}


def test_no_private_name_of_a_library_is_used() -> None:
    private = [
        f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__")
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "rare"))  # its own class
        if ast.unparse(node) != "os._exit"  # public, in spite of its name
    ]
    assert private == []


def test_folders_and_files_stay_small() -> None:
    top = [path for path in (ROOT / "bot").iterdir() if path.name != "__pycache__"]
    assert sum(path.is_dir() for path in top) <= MOST_AT_THE_TOP
    assert sum(path.is_file() for path in top) <= MOST_AT_THE_TOP
    crowded = [
        path for path in (ROOT / "bot").rglob("*") if path.is_dir() and len(list(path.glob("*.py"))) > MOST_IN_A_FOLDER
    ]
    long = [path for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES]
    assert (crowded, long) == ([], [])


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
