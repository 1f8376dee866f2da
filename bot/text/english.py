"""Lists of English chat abbreviations and irregular forms, which neither the stemmer nor the spelling can find."""

from typing import Final


def _table(rows: str) -> dict[str, str]:
    """Return the rows `key: value` of a table in order, between which semicolons stand."""
    return {key.strip(): value for key, value in (row.split(": ") for row in rows.strip().split(";"))}


# Abbreviations with their meaning. Texts have no apostrophes when they are looked up.
CHAT: Final = _table("""
abt: about; bc: because; cuz: because; doc: doctor; em: them; gonna: going to; gotta: got to; idk: i dont know; k: ok;
kinda: kind of; ppl: people; pls: please; plz: please; probs: problems; r: are; rly: really; smth: something;
tho: though; thru: through; u: you; ur: your; w: with; wanna: want to; wat: what; y: why; ya: you
""")

# Lemmas with their irregular forms. Forms that are also other words, such as "left" and "saw", are left out.
_FORMS: Final = _table("""
be: am is are was were been being; have: has had having; do: does did done doing; go: goes went gone;
bad: worse worst; begin: began begun; break: broke broken; bring: brought; build: built; buy: bought; catch: caught;
child: children kid kids; choose: chose chosen; come: came; drive: drove driven; eat: ate eaten; fall: fell fallen;
feel: felt; find: found; foot: feet; forget: forgot forgotten; get: got gotten; give: gave given; good: better best;
grow: grew grown; hear: heard; hold: held; keep: kept; know: knew known; lose: lost; make: made; man: men;
mean: meant; meet: met; pay: paid; person: people; run: ran; say: said; see: seen; sell: sold; send: sent; sit: sat;
sleep: slept; speak: spoke spoken; spend: spent; stand: stood; steal: stole stolen; take: took taken; teach: taught;
tell: told; think: thought; throw: threw thrown; tooth: teeth; wake: woke woken; wear: wore worn; win: won;
woman: women; write: wrote written
""")

IRREGULAR: Final = {form: word for word, forms in _FORMS.items() for form in forms.split()}  # such as "felt": "feel"
