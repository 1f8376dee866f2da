"""The table of mistakes: each kind of broken FAQ file, with the exact problems that the check reports."""

import time

import pytest

from bot.content.yaml.read import read_faq

GOOD = """\
title: T
source: {title: S, author: A}
disclaimer: D
entries:
  - id: one
    section: s
    question: What is one?
    answer: It is one.
  - id: two
    section: s
    question: What is two?
    also: [the second]
    answer: It is two.
"""


def changed(old: str, new: str) -> str:
    """The good file with one place changed, the first of its kind."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def extended(lines: str) -> str:
    """The good file with further lines at its end."""
    return GOOD + lines


LIGATURES = "\ufdfa" * 4_000  # each of these becomes 18 letters when it is compared

MISTAKES = {
    "empty file": (
        "",
        ["1:1: the file is empty. Write into it what belongs there, or take the shipped file back."],
    ),
    "only comments": (
        "# nothing yet\n",
        ["1:1: the file is empty. Write into it what belongs there, or take the shipped file back."],
    ),
    "not a mapping": (
        "- a\n- b\n",
        ["1:1: the file should be a mapping, and is a list. Give it the keys title, source, disclaimer, entries."],
    ),
    "a text alone": (
        "hello\n",
        ["1:1: the file should be a mapping, and is a text. Give it the keys title, source, disclaimer, entries."],
    ),
    "not UTF-8": (
        GOOD.replace("It is one.", "It is one \xe9.").encode("latin-1"),
        ["8:23: the byte 0xe9 is not UTF-8. Save the file with the encoding UTF-8."],
    ),
    "UTF-16": (
        GOOD.encode("utf-16"),
        ["1:1: the byte 0xff is not UTF-8. Save the file with the encoding UTF-8."],
    ),
    "a control character": (
        changed("It is one.", "It is \x07one."),
        ["8:19: the character U+0007 cannot be printed. Remove it."],
    ),
    "unknown key in the file": (
        changed("title: T", "titel: T"),
        [
            '1:1: the key "titel" is not known. Did you mean "title"?',
            '1:1: the file has no "title". Add a line "title: …".',
        ],
    ),
    "unknown key in an entry": (
        changed("    answer: It is one.", "    answr: It is one."),
        [
            '5:5: entry "one": an entry has no "answer". Add a line "answer: …".',
            '8:5: entry "one": the key "answr" is not known. Did you mean "answer"?',
        ],
    ),
    "unknown key like no other": (
        changed("    answer: It is one.", "    answer: It is one.\n    zzz: 1"),
        [
            '9:5: entry "one": the key "zzz" is not known. The keys here are id, section, question, answer, also, caution, related, reviewed.'
        ],
    ),
    "unknown key in source": (
        changed("author: A", "autor: A"),
        [
            '2:9: "source" has no "author". Add a line "author: …".',
            '2:20: the key "autor" is not known. Did you mean "author"?',
        ],
    ),
    "a key twice on one line": (
        changed("{title: S, author: A}", "{title: S, title: Z, author: A}"),
        ['2:20: the key "title" stands here for the second time; the first is in line 2. Keep one of the two.'],
    ),
    "a second byte order mark": (
        "\ufeff\ufeff" + GOOD,
        ["1:1: the character U+FEFF cannot be printed. Remove it."],
    ),
    "missing disclaimer": (
        changed("disclaimer: D\n", ""),
        ['1:1: the file has no "disclaimer". Add a line "disclaimer: …".'],
    ),
    "empty disclaimer": (
        changed("disclaimer: D", 'disclaimer: ""'),
        ['3:13: "disclaimer" is empty. Write the text.'],
    ),
    "blank disclaimer": (
        changed("disclaimer: D", 'disclaimer: "  "'),
        ['3:13: "disclaimer" is empty. Write the text.'],
    ),
    "disclaimer without a value": (
        changed("disclaimer: D", "disclaimer:"),
        [
            '3:12: "disclaimer" should be a text, and is nothing. Write the text. Put a text that starts with # in double quotes.'
        ],
    ),
    "missing answer": (
        changed("    answer: It is one.\n", ""),
        ['5:5: entry "one": an entry has no "answer". Add a line "answer: …".'],
    ),
    "missing id": (
        changed("  - id: one\n    section", "  - section"),
        ['5:5: an entry has no "id". Add a line "id: …".'],
    ),
    "an entry that is a text": (
        changed("  - id: one\n    section: s\n    question: What is one?\n    answer: It is one.\n", "  - one\n"),
        ["5:5: an entry should be a mapping, and is a text. Give it the keys id, section, question, answer."],
    ),
    "no entries": (
        "title: T\nsource: {title: S, author: A}\ndisclaimer: D\nentries: []\n",
        ["4:10: the FAQ has no entries. Add at least one."],
    ),
    "entries that are a mapping": (
        "title: T\nsource: {title: S, author: A}\ndisclaimer: D\nentries: {one: two}\n",
        [
            '4:10: "entries" should be a list, and is a mapping. Put each item on a line of its own with a dash before it.'
        ],
    ),
    "a number for a text": (
        changed("What is one?", "42"),
        ['7:15: entry "one": "question" should be a text, and is a number. Put it in double quotes: "42".'],
    ),
    "a yes for a wording": (
        changed("[the second]", "[the second, yes]"),
        ['12:24: entry "two": an item of "also" should be a text, and is a yes or no. Put it in double quotes: "yes".'],
    ),
    "a date for a section": (
        changed("section: s", "section: 2026-11-22"),
        ['6:14: entry "one": "section" should be a text, and is a date. Put it in double quotes: "2026-11-22".'],
    ),
    "a list for a text": (
        changed("It is one.", "[It, is]"),
        [
            '8:13: entry "one": "answer" should be a text, and is a list. Write one text; put it in double quotes where it holds ": ", or starts with [ or {.'
        ],
    ),
    "a text for a list": (
        changed("[the second]", "the second"),
        [
            '12:11: entry "two": "also" should be a list, and is a text. Put each item on a line of its own with a dash before it.'
        ],
    ),
    "an empty wording": (
        changed("[the second]", "\n      - the second\n      -"),
        [
            '14:8: entry "two": an item of "also" should be a text, and is nothing. Write the text, or remove the line. Put a text that starts with # in double quotes.'
        ],
    ),
    "a bad date": (
        changed("    answer: It is one.", "    answer: It is one.\n    reviewed: 2026-02-30"),
        ['9:15: entry "one": "reviewed" is not a date. Write it as year-month-day, such as 2026-11-22.'],
    ),
    "an id in capitals": (
        changed("id: one", "id: One Two"),
        [
            '5:9: entry "One Two": the id "One Two" is not made of lower-case words and hyphens. Write it like "is-it-normal".'
        ],
    ),
    "an id too long": (
        changed("id: one", "id: " + "a" * 41),
        [
            '5:9: entry "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": the id has 41 characters; at most 40 fit. Shorten it.'
        ],
    ),
    "two entries with one id": (
        changed("id: two", "id: one"),
        ['9:9: entry "one": the id "one" is used by two entries. Give one of them another id.'],
    ),
    "an unknown related id": (
        changed("    answer: It is one.", "    answer: It is one.\n    related: [three]"),
        ['9:15: entry "one": the related entry "three" does not exist. Use an id of this file, or remove it.'],
    ),
    "an entry related to itself": (
        changed("    answer: It is one.", "    answer: It is one.\n    related: [one]"),
        ['9:15: entry "one": the entry is related to itself. Remove this id.'],
    ),
    "a related id twice": (
        changed("    answer: It is one.", "    answer: It is one.\n    related: [two, two]"),
        ['9:20: entry "one": the related entry "two" is named twice. Keep one of the two.'],
    ),
    "a wording in two entries": (
        changed("[the second]", "[WHAT IS  one]"),
        [
            '12:12: entry "two": "WHAT IS one" stands in the entry "one" too. Keep it where its answer is, and remove the other.'
        ],
    ),
    "a wording in another entry in chat spelling": (
        changed("[the second]", "[wat is one, wat is two]"),
        [
            '12:12: entry "two": "wat is one" stands in the entry "one" too. Keep it where its answer is, and remove the other.'
        ],
    ),
    "a wording twice in an entry": (
        changed("[the second]", "[the second, The Second!]"),
        ['12:24: entry "two": "The Second!" stands here twice. Keep one of the two.'],
    ),
    "a wording that is off topic too": (
        extended("off_topic: [what is two]\n"),
        ['14:13: "what is two" stands in the entry "two" too. Keep it where its answer is, and remove the other.'],
    ),
    "a wording without words": (
        changed("[the second]", '["???"]'),
        ['12:12: entry "two": "???" has no words. Write a question in words, or remove the line.'],
    ),
    "a question too long": (
        changed("What is one?", "x" * 101),
        ['7:15: entry "one": "question" has 101 characters; at most 100 fit. Shorten it.'],
    ),
    "a wording too long": (
        changed("the second", "x" * 301),
        ['12:12: entry "two": an item of "also" has 301 characters; at most 300 fit. Shorten it.'],
    ),
    "an answer too long": (
        changed("It is one.", "x" * 1501),
        ['8:13: entry "one": "answer" has 1,501 characters; at most 1,500 fit. Shorten it.'],
    ),
    "a caution too long": (
        changed("    answer: It is one.", "    answer: It is one.\n    caution: " + "x" * 401),
        ['9:14: entry "one": "caution" has 401 characters; at most 400 fit. Shorten it.'],
    ),
    "a disclaimer too long": (
        changed("disclaimer: D", "disclaimer: " + "x" * 501),
        ['3:13: "disclaimer" has 501 characters; at most 500 fit. Shorten it.'],
    ),
    "an anchor": (
        changed("What is one?", "&a What is one?"),
        ['7:15: "&a" is an anchor. Remove it, and write texts out where they belong.'],
    ),
    "an alias": (
        changed("What is one?", "*a"),
        ['7:15: "*a" refers to another place. Write the text out here.'],
    ),
    "a tag": (
        changed("What is one?", "!!str What is one?"),
        ['7:15: "!!str" is a YAML tag. Remove it; put a text that starts with an exclamation mark in double quotes.'],
    ),
    "a Python object": (
        changed("What is one?", "!!python/object/apply:os.system [id]"),
        [
            '7:15: "!!python/object/apply:os.system" is a YAML tag. Remove it; put a text that starts with an exclamation mark in double quotes.'
        ],
    ),
    "an expanding file": (
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
        ['1:4: "&a" is an anchor. Remove it, and write texts out where they belong.'],
    ),
    "nested lists": (
        "title: " + "[" * 100_000,
        ["1:15: lists are nested too deeply here. A FAQ file needs four levels at most."],
    ),
    "nested mappings": (
        "title: " + "{a: " * 100_000,
        ["1:33: lists are nested too deeply here. A FAQ file needs four levels at most."],
    ),
    "nested blocks": (
        "\n".join(" " * depth + "a:" for depth in range(2_000)),
        ["8:8: lists are nested too deeply here. A FAQ file needs four levels at most."],
    ),
    "nested dashes": (
        "title:\n" + "- " * 50_000,
        ["2:15: lists are nested too deeply here. A FAQ file needs four levels at most."],
    ),
    "a repeated key": (
        changed("    answer: It is one.", "    answer: It is one.\n    answer: It is two."),
        ['9:5: the key "answer" stands here for the second time; the first is in line 8. Keep one of the two.'],
    ),
    "two documents": (
        extended("---\ntitle: U\n"),
        ["14:1: a second document starts here. Remove the line with the three dashes."],
    ),
    "a key that is a list": (
        "? [a, b]\n: c\n",
        ["1:3: a list or mapping stands where a key should. Write a word and a colon."],
    ),
    "a tab for indentation": (
        changed("    section: s", "\tsection: s"),
        ["6:1: a tab is used to indent. Indent with spaces instead of tabs."],
    ),
    "a colon in a text": (
        changed("What is one?", "One: what is it?"),
        [
            '7:18: a colon followed by a space is read as "key: value" here. Put the whole text in double quotes, or check that this line is indented like the keys above it, and that they have a space behind the colon.'
        ],
    ),
    "an unclosed quotation mark": (
        changed("What is one?", '"What is one?'),
        ["7:15: a quotation mark is opened and never closed. Close it at the end of the text."],
    ),
    "a text after quotation marks": (
        changed("What is one?", '"What" is one?'),
        [
            "7:22: this does not continue what stands before it. Check that the line is indented like its neighbours, and that a text with quotation marks in it is quoted as a whole."
        ],
    ),
    "an unclosed list": (
        changed("[the second]", "[the second"),
        [
            '12:11: a list opened with "[" is not closed. Close it with "]", or write the items on lines of their own with a dash before each.'
        ],
    ),
    "an unknown escape": (
        changed("What is one?", '"What \\is one?"'),
        [
            "7:21: a backslash in double quotes is followed by a character that means nothing there. Write the backslash twice, or use single quotes."
        ],
    ),
    "a text that starts with @": (
        changed("What is one?", "@everyone what is one?"),
        [
            "7:15: a text cannot start with this character. Indent with spaces instead of tabs; put a text that starts with @, %, ` or the like in double quotes."
        ],
    ),
    "wrong indentation": (
        changed("    section: s\n    question: What is one?", "    section: s\n   question: What is one?"),
        [
            "7:4: this line stands between the items of a list, but does not start with a dash. Put a dash before it, or indent it like the line that it belongs to."
        ],
    ),
    "a line without a colon": (
        changed("disclaimer: D", "disclaimer: D\njust words"),
        [
            "4:1: a key is not followed by a colon. Write it as `key: value`, or indent the text so that it belongs to the line above."
        ],
    ),
    "a lost dash": (
        changed("[the second]", "\n      - the second\n      third: x\n      - fourth"),
        [
            "14:7: this line stands between the items of a list, but does not start with a dash. Put a dash before it, or indent it like the line that it belongs to."
        ],
    ),
    "synonyms that are a text": (
        extended("synonyms: butt\n"),
        [
            '14:11: "synonyms" should be a list, and is a text. Put each item on a line of its own with a dash before it.'
        ],
    ),
    "one synonym alone": (
        extended("synonyms:\n  - [butt]\n"),
        ["15:5: a list of synonyms has fewer than two. Add another, or remove it."],
    ),
    "a synonym in two lists": (
        extended("synonyms:\n  - [butt, bum]\n  - [Bum, rear]\n"),
        [
            '16:6: "Bum" stands in two lists of synonyms, endings aside. Keep it in one: a word is one concept to the matcher.'
        ],
    ),
    "warning signs without a message": (
        extended("warning_signs: {phrases: [numb]}\n"),
        ['14:16: "warning_signs" has no "message". Add a line "message: …".'],
    ),
    "warning signs without phrases": (
        extended("warning_signs: {message: M, phrases: []}\n"),
        ['14:38: "phrases" has no items. Add how people describe an emergency.'],
    ),
    "a text that starts with an asterisk": (
        changed("It is one.", "**Yes.** It is one."),
        [
            '8:14: a text cannot start with this character. Put the text in double quotes, or write it on lines of its own below "key: |".'
        ],
    ),
    "text behind the mark of a block": (
        changed("It is one.", "> It is one."),
        [
            '8:15: text stands behind ">" or "|" on the same line. Write the text on the lines below; put a text that starts with ">" or "|" in double quotes.'
        ],
    ),
    "a text that starts with a dash": (
        changed("It is one.", "- It is one."),
        [
            '8:13: a dash behind "key:" on the same line cannot start a list. Put each item on a line of its own below, or a text that starts with a dash in double quotes.'
        ],
    ),
    "an equals sign for a text": (
        changed("[the second]", "[=]"),
        [
            '12:12: entry "two": an item of "also" should be a text, and is an equals sign. Put it in double quotes: "=".'
        ],
    ),
    "a disclaimer that nobody can see": (
        changed("disclaimer: D", 'disclaimer: "\u200b\u3164"'),
        ['3:13: "disclaimer" is empty. Write the text.'],
    ),
    "a control character written as an escape": (
        changed("It is one.", '"It is \\0one."'),
        ['8:13: entry "one": "answer" has the character U+0000, which cannot be printed. Remove it.'],
    ),
    "a question of two lines": (
        changed("What is one?", '"What\\nis one?"'),
        ['7:15: entry "one": "question" has more than one line. Write it on one line.'],
    ),
    "a date written together": (
        changed("    answer: It is one.", "    answer: It is one.\n    reviewed: 20261122"),
        ['9:15: entry "one": "reviewed" is not a date. Write it as year-month-day, such as 2026-11-22.'],
    ),
    "synonyms that differ in endings alone": (
        extended("synonyms:\n  - [massage, rub]\n  - [massages, knead]\n"),
        [
            '16:6: "massages" stands in two lists of synonyms, endings aside. Keep it in one: a word is one concept to the matcher.'
        ],
    ),
    "a warning phrase of small words": (
        extended("warning_signs: {message: M, phrases: [I am so very]}\n"),
        [
            '14:39: "I am so very" would be found in messages that are no emergency. Add a word that tells it apart, on both sides of each +.'
        ],
    ),
    "a warning phrase with nothing behind its plus": (
        extended("warning_signs: {message: M, phrases: [numb +]}\n"),
        [
            '14:39: "numb +" would be found in messages that are no emergency. Add a word that tells it apart, on both sides of each +.'
        ],
    ),
    "a file too large": (
        "#" * (16 * 1024 * 1024 + 1),
        ["1:1: the file is larger than 16,777,216 bytes. Check that it is the FAQ file, and shorten it."],
    ),
}


@pytest.mark.parametrize(("content", "problems"), MISTAKES.values(), ids=MISTAKES.keys())
def test_each_mistake_is_reported_with_its_place_and_remedy(content: str | bytes, problems: list[str]) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    started = time.perf_counter()
    found = read_faq(data)
    assert [str(problem) for problem in found.problems] == problems
    assert time.perf_counter() - started < 1.0  # no input makes it hang


def test_too_many_items_are_refused() -> None:
    found = read_faq(extended("off_topic:\n" + "  - a\n" * 200_000).encode())
    assert [problem.what for problem in found.problems] == ["the file has more than 200,000 texts and lists"]


@pytest.mark.parametrize(
    "content",
    [
        GOOD + "    related: [" + "two, " * 60_000 + "two]\n",
        GOOD + "".join(f"    key{number}: x\n" for number in range(60_000)),
        GOOD + "x" * 15_000_000 + ": x\n",
        GOOD + "off_topic:\n" + "".join(f"  - {LIGATURES} {number}\n" for number in range(1_000)),
    ],
    ids=["many related ids", "many unknown keys", "a key without end", "texts without end"],
)
def test_very_many_mistakes_do_not_make_it_hang(content: str) -> None:
    started = time.process_time()
    assert 1 <= len(read_faq(content.encode()).problems) <= 201
    assert time.process_time() - started < 5.0  # minutes, where the work grows with the square of the mistakes


def test_the_good_file_has_no_problem() -> None:
    found = read_faq(GOOD.encode())
    assert found.problems == ()
    assert found.faq is not None
    assert [entry.wordings for entry in found.faq.entries] == [("What is one?",), ("What is two?", "the second")]


def test_all_problems_are_reported_at_once() -> None:
    broken = GOOD.replace("title: T", "titel: T").replace("id: one", "id: 1").replace("[the second]", "the second")
    assert [str(problem) for problem in read_faq(broken.encode()).problems] == [
        '1:1: the key "titel" is not known. Did you mean "title"?',
        '1:1: the file has no "title". Add a line "title: …".',
        '5:9: entry "1": "id" should be a text, and is a number. Put it in double quotes: "1".',
        '12:11: entry "two": "also" should be a list, and is a text. '
        "Put each item on a line of its own with a dash before it.",
    ]


def test_very_many_problems_are_cut_and_counted() -> None:
    lines = "".join(f"  - {number}\n" for number in range(1_000))
    problems = read_faq(extended(f"off_topic:\n{lines}").encode()).problems
    assert len(problems) == 201
    assert problems[-1].what == "800 more problems not shown"


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "# a comment\n", "---\n"])
def test_what_editors_add_to_a_file_is_no_mistake(start: str, ending: str) -> None:
    assert read_faq((start + GOOD).replace("\n", ending).encode()).problems == ()


def test_a_question_too_long_for_discord_can_still_be_measured() -> None:
    found = read_faq(changed("What is one?", "x" * 101).encode())
    assert found.problems
    assert found.faq is not None
