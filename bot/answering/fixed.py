"""Texts that are no question for the articles: greetings, thanks, abuse, calls for help, errands, new instructions.

Each kind has a fixed reply (bot/messages.py). A real question must never be taken for one of them, so nearly every
pattern has to match the whole text; the few that look for a phrase inside give way to words that ask. Texts are matched
without marks and capitals, abbreviations written out. docs/experiments.md, "Fixed replies", tells what that was held
against.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.answering.abbreviations import write_out
from corpus.references.view import fold


class Unusable(StrEnum):
    """Why a text cannot be searched for at all, or is not meant to be."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    OTHER_SCRIPT = "other_script"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    PRAISE = "praise"
    ABUSE = "abuse"
    IDENTITY = "identity"
    OFF_TOPIC = "off_topic"
    EMERGENCY = "emergency"
    INSTRUCTIONS = "instructions"


_WORD = re.compile(r"[^\W_]+")
_TO = (
    r"(?:cac ban|moi nguoi|ca nha|cac anh chi|quy vi|tong dai|tro ly|ban|bot|chatbot|ad|admin|anh|chi|em|co|chu"
    r"|bac|chau|shop|minh|toi)"
)
_TAIL = r"(?:nhe|nha|a|oi|nhieu|lam|qua|day|vay|the|ha|hen|luon|da)"
_ASKS = re.compile(
    r"\b(?:gi|nao|ai|dau|sao|may|bao nhieu|bao lau|khi nao|khong|duoc khong|what|which|who|where|when|how|why)\b"
)


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# ------------------------------------------------------------------------------------------------- courtesies

_HELLO = r"(?:xin (?:kinh )?chao|kinh chao|chao(?: buoi (?:sang|trua|chieu|toi))?|hello|helo|hi|hey|alo|a lo)"
_GREETING = _whole(
    rf"(?:da |vang |u )*(?:{_HELLO}|good (?:morning|afternoon|evening)|ok|oke|okie|okay|da|vang|uh|um)"
    rf"(?: (?:{_HELLO}|{_TO}|{_TAIL}|ok))*",
    rf"{_TO} oi(?: {_TAIL})*",
    rf"(?:{_TO} oi )?(?:co ai (?:o (?:do|day) )?khong|{_TO} (?:co )?(?:o )?(?:do|day) khong)(?: {_TAIL})*",
    rf"{_TO} (?:co )?khoe khong(?: {_TAIL})*",
    "how are you(?: doing)?(?: today)?",
)
_THANKS = _whole(
    rf"(?:(?:da|vang|ok|oke|duoc roi|hieu roi|ro roi|{_TO}) )*(?:xin |rat |thanh that )?"
    r"(?:cam on|cam ta|thanks you|thanks|thank you|thank u|thank|tks|biet on)"
    rf"(?: (?:{_TO}|{_TAIL}|rat|vi|da|ho tro|giup do|giup|tra loi|tu van|thong tin|so much|very much|a lot|truoc))*",
)
_GOODBYE = _whole(
    rf"(?:(?:da|ok|vang|thoi) )*(?:chao )?(?:tam biet|bye bye|bye|goodbye|good bye|hen gap lai|chuc ngu ngon|good night"
    rf"|see you(?: later| soon)?)(?: (?:{_TO}|{_TAIL}))*",
)
_GOOD = (
    r"(?:gioi|hay|tuyet voi|tuyet|thong minh|huu ich|chuan|chinh xac|xuat sac|de thuong|dang yeu|tot|nhanh|xin|good"
    r"|great|nice|awesome|excellent|smart|helpful)"
)
_PRAISE = _whole(
    rf"(?:(?:{_TO}|cau tra loi|tra loi|that la|that|rat|kha|very|you are|qua la|chuc nang) )*{_GOOD}"
    rf"(?: (?:qua|lam|ghe|the|that|day|vay|luon|a|nhe|phet|bot|job|{_GOOD}|{_TO}))*",
    "well done",
)
_STRONG = frozenset(
    "ngu dm dmm dcm dkm vcl vkl clgt cmm cmn fuck fucking shit stupid idiot dumb bitch wtf bullshit useless".split()
)
_ABUSE = re.compile(
    r"\b(?:ngu ngoc|oc cho|do cho|cho chet|khon nan|mat day|vo dung|dit me|du ma|me may|cut di|cut xeo|bien di|cam mom"
    r"|im mom|do dien|than kinh|do ngu|ngu nhu (?:bo|cho|lon))\b"
)
_WITH_ABUSE = frozenset(
    """
    do bon lu thang con may bot ban cai nay qua the vay vl vai lam that nhu bo cho lon deo ra gi tra loi chang khong
    biet oi a di chet you are is this so damn off tao chung no nguoi het suc noi lao gai nham nhi roi ad admin
    """.split()
)

# --------------------------------------------------------------------------------------------- who, what else

_IDENTITY = _whole(
    rf"(?:{_TO}|may) la ai(?: {_TAIL})*",
    rf"(?:ban|bot|chatbot|ad|admin) (?:ten (?:la )?gi|la (?:cai )?gi|bao nhieu tuoi|la con gi)(?: {_TAIL})*",
    r"(?:ban|bot|chatbot|ad|admin|may|day) (?:co phai )?(?:la )?(?:nguoi that|con nguoi|nguoi|robot|chatbot|bot|may|ai"
    rf"|tri tue nhan tao|chatgpt|gpt|gemini)(?: (?:a|ha|hay|la|may|robot|bot|ai|nguoi|that|phai|khong|{_TAIL}))*",
    rf"ai (?:da )?(?:tao|lam|lap trinh|viet|xay dung|sinh)(?: ra)? (?:ban|bot|may)(?: {_TAIL})*",
    r"(?:ban|bot|chatbot) (?:co the |co )?(?:lam|giup|tra loi|biet|ho tro|biet lam)(?: duoc)?(?: (?:toi|em|minh))?"
    rf" (?:gi|nhung gi|viec gi|duoc gi|cai gi|duoc nhung gi)(?: {_TAIL})*",
    "(?:who|what) are you",
    "are you (?:a |an )?(?:bot|robot|human|person|ai|real|chatgpt|machine)(?: person)?",
    "what (?:can|do) you do|what is your name|who (?:made|created|built|programmed) you|how old are you",
)
_DAY = r"(?:hom nay|ngay mai|sang mai|mai|toi nay|chieu nay|sang nay|hien tai|bay gio|tuan nay|tuan toi|cuoi tuan)"
_WEATHER = _whole(
    r"(?:du bao |xem |cho (?:toi|em|minh) (?:biet|hoi) )?(?:thoi tiet|nhiet do)"
    rf"(?: (?:o|tai))?(?: \w+){{0,2}}(?: {_DAY})+"
    r"(?: (?:o|tai|\w+ \w+))?(?: (?:the nao|nhu the nao|ra sao|bao nhieu do|co (?:mua|nang|dep) khong|a|vay))*",
    r"(?:du bao )?thoi tiet(?: the nao| ra sao)?",
    rf"{_DAY} (?:o \w+ \w+ |hai phong |ha noi )?(?:troi )?(?:co )?(?:mua|nang|nong|lanh)(?: to)?(?: khong| the nao)?"
    rf"(?: {_TAIL})*",
    r"(?:what is |what s |how is |how s )?the weather(?: like)?(?: \w+){0,4}",
    r"weather (?:forecast|today|tomorrow)(?: \w+){0,3}",
)
_LOTTERY = _whole(
    rf"(?:xem |ket qua |kq |soi cau |cho (?:toi|em|minh) )*(?:xo so|xsmb|xsmn|xsmt|kqxs|lo de|so de)"
    rf"(?: (?:mien (?:bac|nam|trung)|{_DAY}|hom qua|thu \w+|the nao|(?:ra |ve )?con gi|bao nhieu|truc tiep|ra sao))*",
    rf"(?:{_DAY} )?(?:nen )?danh (?:lo|de|con)(?: {_DAY})?(?: con)? (?:gi|nao|so may|so gi)(?: {_TAIL})*",
)
_LOVE = _whole(
    rf"(?:{_TO} )?(?:co )?(?:yeu|thich|nho|ghet) (?:{_TO}|may)(?: khong| chua| nhieu| lam|(?: {_TAIL}))*",
    rf"{_TO} (?:co|da co) (?:nguoi yeu|vo|chong|ban gai|ban trai)(?: chua| khong)(?: {_TAIL})*",
    r"(?:hay )?(?:lam|cuoi|hen ho voi) (?:nguoi yeu |ban gai |ban trai )?(?:cua )?(?:toi|em|minh|anh)"
    r"(?: (?:di|duoc khong|nhe|nha))+",
    "i love you(?: so much)?|do you love me|marry me|be my (?:girl|boy)friend",
)
_PLEASE = r"(?:(?:hay|ban|bot|em|ad|nho|vui long|lam on|xin|co the|please|can you|could you|oi|giup (?:toi|em|minh)) )*"
_FOR_ME = r"(?: (?:giup|ho|cho|dum|gium|me))(?: (?:toi|em|minh|anh|chi|con|chau))?"
_PIECE = (
    r"(?: (?:mot|1|bai|doan|cau|vai|it|a|an|some|short|cai))* (?:tho|van|luan|tieu luan|code|ham python|chuong trinh"
    r"|bai hat|hat|truyen|truyen ngan|ca khuc|rap|status|caption|script|poem|essay|story|song|joke|program|python)\b"
)
_ERRAND = re.compile(
    rf"{_PLEASE}(?:(?:viet|lam|sang tac|soan|ke|doc|write|compose|generate|make|tell)(?:{_FOR_ME})?{_PIECE}"
    r"|(?:ke|tell)(?: (?:cho|toi|em|minh|me|nghe))* (?:mot |1 |cau |vai |a |some )*(?:chuyen|truyen|joke|story)"
    r"|hat (?:cho|mot|1|di|bai)\b|choi game|(?:code|lap trinh) (?:giup|ho|cho)\b"
    r"|giai (?:giup|ho)(?: \w+)? bai (?:toan|tap))"
)

# ------------------------------------------------------------------------------------------------- emergencies

_HELP = (
    r"(?: (?:roi|qua|lon|to|gap|khan cap|voi|oi|nhanh|nhanh len|lam on|ngay|a|nang|trong nha|cuu|cuu voi|lam sao"
    r"|phai lam sao|lam the nao|bay gio|goi (?:ai|so nao|so may|dau)|giup (?:toi|em|minh)|ho tro"
    r"))*(?: (?:o|tai|gan)(?: (?!dau|nao)\w+){1,8})?"
)
_MINE = r"(?:toi|em|minh|chau|anh|chi|ong|ba|bo|me|vo|chong|con|hang xom|ben canh|nguoi nha|nguoi than|ai do|nguoi)"
_HURT = (
    r"(?:tai nan|ngat|ngat xiu|dot quy|duoi nuoc|dien giat|dam|thuong nang|ngo doc|chay mau|dau tim|co giat|kho tho"
    r"|bat tinh|danh|cuop|giet|hiep|bat coc|truy sat|mac ket)"
)
_CALL = r"(?:(?:troi oi|oi|help|cuu voi|cuu|alo|khan cap|gap|nguy cap) )*"
_EMERGENCY = _whole(
    rf"{_CALL}(?:(?:co )?chay nha|co (?:dam |vu )?chay|dam chay|(?:co )?hoa hoan|dang chay nha"
    rf"|nha (?:{_MINE} )*(?:dang |bi )*(?:boc )?chay|(?:ro ri|xi|no) (?:khi )?gas?){_HELP}",
    rf"{_CALL}(?:(?:co |bi |xay ra )*(?:vu )?tai nan(?: giao thong)?(?: nghiem trong)?(?: can)?(?: goi)? cap cuu"
    rf"|(?:can |goi |can goi |xe )?cap cuu){_HELP}",
    rf"{_CALL}(?:co (?:nguoi|em be|chau be) |(?:{_MINE} ){{1,2}})(?:dang |vua |moi )*bi {_HURT}(?: {_HURT})*{_HELP}",
    rf"{_CALL}(?:cuu (?:toi|em|voi|chau|minh|nguoi)|co (?:trom|cuop|ke gian|danh nhau|dam chem|nguoi cam dao)){_HELP}",
    rf"(?:{_MINE} )?(?:muon (?:chet|tu tu|tu sat|tu van)|khong muon song(?: nua)?){_HELP}",
    r"(?:help )?(?:my|the|our) (?:house|home|building) is on fire(?: \w+){0,4}"
    r"|(?:call|need|i need) an ambulance(?: \w+){0,3}"
    r"|(?:help )?(?:it is an |this is an )?emergency|i want to (?:die|kill myself)|(?:there is a )?fire|help me",
)

# ------------------------------------------------------------------------------------- instructions to the bot

_RULES = r"(?:huong dan|chi dan|lenh|cau lenh|menh lenh|quy tac|luat le|prompt|rang buoc|gioi han)"
_EARLIER = r"(?:truoc(?: do| day)?|ben tren|o tren|phia tren|tren|ban dau|he thong|cua ban|cu|da cho|hien tai|da co)"
_ALL = r"(?:(?:di|het|tat ca|moi|toan bo|cac|nhung|bo) )*"
_DROP = r"(?:bo qua|quen|phot lo|lo di|khong (?:can )?(?:tuan theo|lam theo)|vo hieu hoa|vuot qua)"
_COMMAND = rf"(?:^|[.!?;:,] ?){_PLEASE}"
_INSTRUCTIONS = (
    re.compile(
        rf"{_COMMAND}{_DROP} {_ALL}{_RULES}"
        rf"(?: {_EARLIER}(?! ban| nha)| di$|$|[.!?;:,]| va (?:tra loi|noi|in|lam|cho|hay|dong))"
    ),
    re.compile(rf"{_DROP} {_ALL}{_RULES} (?:he thong|cua ban|ban dau|o tren|phia tren|ben tren)"),
    re.compile(
        rf"{_DROP} (?:tat ca|moi|het|toan bo) (?:(?:cac|nhung|moi) )?(?:{_RULES}|chi thi|yeu cau) (?:{_EARLIER}|va)"
    ),
    re.compile(
        r"(?:tu (?:gio|bay gio|nay|luc nay)|ke tu (?:gio|bay gio))(?: tro di)?,? (?:ban|bot|may|hay)"
        r" (?:la|se|phai|khong|chi|dong|tra loi|hay)"
    ),
    re.compile(r"(?:system prompt|prompt (?:he thong|goc|an|ban dau)|cau lenh he thong|loi nhac he thong)"),
    re.compile(
        rf"{_COMMAND}(?:in|hien thi|hien|tiet lo|cho (?:toi )?(?:xem|biet)|doc|lap lai|nhac lai)(?: ra| cho toi| lai)* "
        rf"{_ALL}(?:huong dan|chi dan|cau lenh|prompt|quy tac)(?: (?:he thong|cua ban|ban dau|goc|an|o tren|ben tren))+"
    ),
    re.compile(
        r"\b(?:ignore|disregard|forget|override|bypass)(?: (?:all|any|the|your|my|of|these|those|everything))*"
        r"(?: (?:previous|prior|above|earlier|preceding|system|initial|original))?"
        r" (?:instructions?|prompts?|rules?|directions|guidelines|constraints)\b"
    ),
    re.compile(
        r"\b(?:you are now|from now on,? (?:you|act|answer|respond)|pretend (?:to be|that you|you)"
        r"|act as (?:a|an|if|my)\b|developer mode|jailbreak|do anything now|dan mode|roleplay as"
        r"|(?:reveal|print|show|repeat|output)(?: me)?"
        r" (?:your|the) (?:(?:system|hidden|initial) )?(?:prompt|instructions))"
    ),
)
_PLAYS = re.compile(rf"{_COMMAND}(?:dong vai|nhap vai|gia vo|gia lam|gia su ban la|hay tuong tuong ban la)\b(?! tro\b)")
_SENTENCES = re.compile(r"\s*([.!?;:,])\s*")

_TALK = (
    (Unusable.EMERGENCY, _EMERGENCY),
    (Unusable.THANKS, _THANKS),
    (Unusable.GOODBYE, _GOODBYE),
    (Unusable.GREETING, _GREETING),
    (Unusable.IDENTITY, _IDENTITY),
    (Unusable.PRAISE, _PRAISE),
    (Unusable.OFF_TOPIC, _WEATHER),
    (Unusable.OFF_TOPIC, _LOTTERY),
    (Unusable.OFF_TOPIC, _LOVE),
)
_LONGEST_TALK = 16  # words; a longer text says more, and these patterns may not be tried on one of any length


def fixed_kind(text: str) -> Unusable | None:
    """What kind of text without a question this is, for its fixed reply; None for everything that may be a question."""
    plain = fold(write_out(text))
    words = _WORD.findall(plain)
    joined = " ".join(words)
    if len(words) <= _LONGEST_TALK:
        found = next((kind for kind, pattern in _TALK if pattern.fullmatch(joined)), None)
        if found:
            return found
    if _is_abuse(text, words, joined):
        return Unusable.ABUSE
    if _is_instruction(_SENTENCES.sub(r"\1 ", " ".join(plain.split())), joined):
        return Unusable.INSTRUCTIONS
    if (errand := _ERRAND.match(joined)) and not _ASKS.search(joined, errand.end()):
        return Unusable.OFF_TOPIC
    return None


def _is_abuse(text: str, words: list[str], joined: str) -> bool:
    """Whether nothing but abuse is said; "ngủ" without its mark is not."""
    typed = set(_WORD.findall(text.lower()))
    strong = {word for word in words if word in _STRONG and (word != "ngu" or "ngu" in typed)}
    rest = _ABUSE.sub(" ", joined)
    if not strong and rest == joined:
        return False
    return set(rest.split()) <= _WITH_ABUSE | _STRONG


def _is_instruction(sentences: str, joined: str) -> bool:
    """Whether somebody tells the bot what to be or do; a question about such words is none."""
    if any(pattern.search(sentences) for pattern in _INSTRUCTIONS):
        return True
    return _PLAYS.search(sentences) is not None and not _ASKS.search(joined)


# -------------------------------------------------------------------------------------- greetings before a question

_ASKING = (
    rf"(?:(?:xin|vui long|lam on|nho|{_TO}) )*(?:cho|muon|can|xin)(?: (?:{_TO}|phep|duoc))* hoi\b"
    rf"(?: (?:tham|chut|mot chut|xiu|ti|cai|la|rang|voi|{_TO} oi|a)\b)*\s*[,:.]?\s*"
)
_BEFORE = re.compile(
    rf"\s*(?:(?:da|vang),? )?(?:(?:em|toi|minh|chau) )?(?:{_HELLO}|{_TO} oi)(?: {_TO}(?: oi)?| a| nhe)*"
    rf"(?:\s*[,.!:;]+\s*(?:{_ASKING})?|\s+{_ASKING})"
)
_BEHIND = re.compile(rf"[,.!?]\s*(?:em |toi |minh )?(?:xin )?(?:cam on|thanks|thank you)(?: {_TO}| {_TAIL})*[\s.!]*$")


def without_courtesies(text: str) -> str:
    """The text without a greeting before its question, "chào bạn cho hỏi …", and thanks behind it."""
    plain = fold(text)
    before = _BEFORE.match(plain)
    start = before.end() if before else 0
    behind = _BEHIND.search(plain, start)
    end = behind.start() + (plain[behind.start()] == "?") if behind else len(text)
    return text[start:end] if text[start:end].strip() else text
