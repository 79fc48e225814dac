"""Which words can be Vietnamese: an initial, a rime and a tone that the spelling allows together.

Vietnamese writes every syllable by itself and has few of them, so a rule tells its words from noise without a
dictionary. The rule is lenient where usage is: "hoà" and "hòa", "kỹ" and "kĩ", "Đắk Lắk" and "Đăk" all pass.
"""

import unicodedata
from functools import cache, lru_cache

_INITIALS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
_RIMES = """
a ac ach ai ak am an ang anh ao ap at au ay ă ăc ăk ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oe oem oen oeo oet oi ok om on ong ooc oong op ot oc
oăc oăm oăn oăng oăt ô ôc ôi ôk ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui uk um un ung up ut uâc uân uâng uât uây uê uêch uên uênh uêu uôc uôi uôm uôn uông uôt uơ uơn uơt
uy uya uych uyn uynh uyp uyt uyu uyên uyêt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y ych ynh yt yêm yên yêng yêt yêu
""".split()
_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook, dot
_SHARP_OR_HEAVY = "\u0301\u0323"
_STOPS = ("c", "ch", "k", "p", "t")
_LONGEST = 7  # nghiêng


@lru_cache(maxsize=1 << 16)
def is_syllable(word: str) -> bool:
    """Whether `word` is spelt like one Vietnamese syllable; without any marks ("quyet") is spelt too.

    The case of its letters does not matter. Tones are taken wherever they stand.
    """
    if word.isascii():
        return len(word) <= _LONGEST and word.lower() in _unmarked()
    letters = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in letters if mark in _TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    if bare not in _toneless():
        return False
    return not tones or tones[0] in _SHARP_OR_HEAVY or not bare.endswith(_STOPS)


@cache
def _toneless() -> frozenset[str]:
    """Every syllable without its tone: about five thousand, more than are in use."""
    joined = {f"{initial}{rime}" for initial in _INITIALS for rime in _RIMES if _join(initial, rime)}
    return frozenset(joined | set(_RIMES) | {"gi", "giêc", "giêng", "giêt", "giên", "gin"})


@cache
def _unmarked() -> frozenset[str]:
    return frozenset(map(without_marks, _toneless()))


def without_marks(word: str) -> str:
    """The word as it is typed without marks: "Điện" is "Dien"."""
    letters = unicodedata.normalize("NFD", word).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _join(initial: str, rime: str) -> bool:
    """c, g and ng stand before other vowels than k, gh and ngh; qu and gi have swallowed a vowel of their own."""
    front = rime[0] in "eêiy"
    if initial in {"c", "g", "ng"}:
        return not front
    if initial in {"k", "gh", "ngh"}:
        return front or (initial == "k" and rime[0] in "ao")  # Kon Tum, Kar
    if initial == "qu":
        return rime[0] not in "uoư" or rime == "ôc"
    return initial != "gi" or rime[0] not in "iy"
