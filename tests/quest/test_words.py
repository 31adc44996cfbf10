"""The word filter: what people hide is found, what only looks like it passes; with the rates."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playloom.errors import RequestInvalid
from playloom.kinds.quest.words import blocked_word, check_rating, check_words

# Disguises of a word that the strictest rating keeps out ("damn"), so that this page stays readable.
DISGUISES = [
    "damn", "DAMN", "Damn,", "daaamn", "damnnn", "d4mn", "d@mn", "D4MN", "dámn", "dämn", 'd\u200bamn',
    'da\xadmn', 'd\u0336a\u0336m\u0336n', "dаmn", "ԁamn", "dɑmn", "ｄａｍｎ", "𝓭𝓪𝓶𝓷", "𝖉𝖆𝖒𝖓", "ⓓⓐⓜⓝ", "🅳🅰🅼🅽",
    "ᴅᴀᴍɴ", "d.a.m.n", "d-a-m-n", "d_a_m_n", "da.mn", "d·a·m·n", "d*mn", "da*n", "d#mn", "'damn'",
    "goddamn", "g0ddamn", "damnit",
]  # fmt: skip
# Stronger words in disguise, in rot13. Not found: letters in another order, a word cut in odd places.
STRONGER = (
    "shpx|SHPX|shhhhpx|s.h.p.x|s-h-p-x|s_h_p_x|s h p x|s*px|s**x|sh.px|sh px|ƒhpx|sυpx|ｆｕｃｋ|s\u200bhpx|"
    "𝓯𝓾𝓬𝓴|súpx|s\u0336h\u0336p\u0336x|sipx|shсx|fu1g|$uvg|5u1g|f u v g|f.u.v.g|fu!g|fu*g|ohyyfuvg|"
    "o1gpu|o!gpu|ov7pu|o v g p u|n$$|@ff|n55|q1px|q!px|p0px|p-b-p-x|phag|p*ag|ⓒⓤⓝⓣ|🅲🆄🅽🆃|a1ttre|avtt3e|"
    "a v t t r e|av.tt.re|zbgureshpxre|zbgure shpxre|z0gureshpxre|sphx|cuhpx|shx|ju0er|fyig|f1hg|en.cr|"
    "e4cr|e n c r|xlf|xvyy lbhefrys|x1yy lbhefrys|n f f|@$$|n.f.f|c0ea|ce0a|qnza|q4za|Qаza|tbqqnza|"
    "penc|pe@c|c!ff|ß1gpu|oіgpu|ʙɪᴛᴄʜ|shсxеe|nffubyr|n$$ubyr|qvpxurnq|nff ubyr|xphs|s h px|cuhdhr|"
    "snttbg|s4ttbg|ergneq|e3gneq|a n m v|juber"
)
SPACED = ("d a m n", "d. a. m. n.", "D A M N", "d  a  m  n", "da mn")
CLEAN = """Scunthorpe lies to the east.
The stubborn ass will not move.
Your asses are in my barley.
The assassin waits in Assam.
A classic bass, a brass lamp, molasses.
The therapist drapes a grapevine.
Uranus rises over Penistone.
A cockatrice in the cockpit, a peacock on the roof.
The cock crows thrice.
Moby Dick and Dick Turpin.
A blue tit and two tits sing.
Essex, Sussex, Middlesex.
Shiitake for the Matsushita household.
He sniggered at the niggardly old miser.
A bastard sword under the pussy willow.
Hell hath no fury like a hellhound.
He'll, she'll, we'll be there.
A chink in the armour.
The dyke burst in the night.
A raccoon and a Maine coon.
Spic and span it was.
The kitchen-cum-parlour smelled of cumin.
Cucumbers, documents, circumstance.
Arsenal and arsenic.
Sh! It's here. Hush, it is late.
As silly as it sounds.
A hoarse, coarse, sparse verse.
Condemned to adamant Amsterdam.
The Damned Souls of the barrow.
Rappers rapped and wrapped.
Spicy, suspicious, despicable.
The pen is mightier.
J. R. R. Tolkien and E. T. A. Hoffmann.
A b c d e f g.
Wish it well and push it shut.
Fuchs, Vukovar, Fukushima.
A game of craps.
The horny toad blinked.
Kitty, Titus, Virginia, Regina.
He is at it again.
Mr. Hancock of Cockburn Street.
Мира идёт домой.
日本語の名前
Ωμέγα και Άλφα""".splitlines()


@pytest.mark.parametrize("word", [*DISGUISES, *SPACED])
def test_a_disguised_word_is_found_in_a_sentence(word: str) -> None:
    assert blocked_word(f"Take this {word} to Mira, friend.") is not None


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_passes(text: str) -> None:
    assert blocked_word(text) is None


def test_of_stronger_words_in_disguise_nearly_all_are_found() -> None:
    words = codecs.decode(STRONGER, "rot13").split("|")
    missed = [word for word in words if blocked_word(f"Take this {word} to Mira.") is None]

    assert len(words) >= 90
    assert len(missed) <= 4, len(missed)  # 87 of 91 found when this was written


def test_the_find_is_shown_as_it_was_written() -> None:
    assert blocked_word("Oh, D4MN it.") == "D4MN"


def test_a_word_that_may_be_said_is_kept_out_where_somebody_hid_it() -> None:
    assert blocked_word("The ass brays.") is None
    assert blocked_word("The @ss brays.") == "@ss"
    assert blocked_word("The аss brays.") == "аss"  # a Cyrillic letter


def test_ratings_let_more_be_said_and_never_less() -> None:
    assert blocked_word("damn", "everyone") is not None
    assert blocked_word("damn", "teen") is None
    assert blocked_word("damn", "mature") is None


@given(st.text(max_size=80))
def test_any_text_can_be_judged(text: str) -> None:
    blocked_word(text)


@given(st.lists(st.sampled_from(["", ".", "-", "*", "\u200b", "\u0301"]), min_size=3, max_size=3))
def test_signs_between_the_letters_hide_nothing(between: list[str]) -> None:
    letters = "d" + "".join(f"{sign}{letter}" for sign, letter in zip(between, "amn", strict=True))

    assert blocked_word(letters) is not None


def test_a_refusal_says_where_and_which_word() -> None:
    with pytest.raises(RequestInvalid, match=r"player: 'damn' is kept out at rating 'everyone'"):
        check_words("damn", "everyone", "player")


def test_an_unknown_rating_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="choose everyone, teen, mature"):
        check_rating("adult")
