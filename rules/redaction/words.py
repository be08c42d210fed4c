"""The words that redaction knows, each with what it may be part of. Lower case; see tokens for what is not a word."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What is redacted; the names are those of the placeholders."""

    SSN = "SSN"
    CARD = "CARD"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    DOB = "DOB"
    MEMBER_ID = "MEMBER_ID"
    ADDRESS = "ADDRESS"


def listed(words: str) -> list[str]:
    return words.split()


ONES = 1 << 0
TEENS = 1 << 1
TENS = 1 << 2
HUNDRED = 1 << 3
THOUSAND = 1 << 4
DIGITS = 1 << 5
TWICE = 1 << 6
ORDINAL = 1 << 7
MONTH = 1 << 8
LETTER = 1 << 9
MIXED = 1 << 10
FILLER = 1 << 11
"""A sound, or a word that parts the groups of one number: it weighs nothing anywhere."""
ACK = 1 << 12
"""What a listener says between two groups."""
LINK = 1 << 13
"""What may stand between "card number" and the number."""
FIX = 1 << 14
"""What announces that the number is said anew."""
UNIT = 1 << 15
"""What a quantity is counted in: the number before it is no identifier."""
DOT = 1 << 16
AT = 1 << 17
TURN = 1 << 18
"""The border of two turns."""
HIDDEN = 1 << 19
"""A placeholder, or words that are about to become one."""
TOPIC = 1 << 20
STREET = 1 << 21
PLAIN = 1 << 22
"""A word so common that it is part of no name, street or mailbox."""
MONEY = 1 << 23
CUE = 1 << 24
"""The word of a phrase, or the letter of an abbreviation, that is worth a closer look."""
NUMERAL = ONES | TEENS | TENS | DIGITS | TWICE

ZEROS = ("zero", "oh", "o", "nought", "naught", "cero")
DIGIT_WORDS = (
    listed("one two three four five six seven eight nine"),
    listed("uno dos tres cuatro cinco seis siete ocho nueve"),
)
TEEN_WORDS = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
TEN_WORDS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
SPOKEN = {
    **dict.fromkeys(ZEROS, "0"),
    **{word: str(at) for words in DIGIT_WORDS for at, word in enumerate(words, 1)},
    **{word: str(at) for at, word in enumerate(TEEN_WORDS, 10)},
    **{word: str(at * 10) for at, word in enumerate(TEN_WORDS, 2)},
    "fourty": "40",
}
TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}

ORDINAL_WORDS = listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS = {**{word: at for at, word in enumerate(ORDINAL_WORDS, 1)}, "thirtieth": 30}
MONTH_WORDS = listed("january february march april may june july august september october november december")
MONTHS = {
    **{word: at for at, word in enumerate(MONTH_WORDS, 1)},
    **{word[:3]: at for at, word in enumerate(MONTH_WORDS, 1)},
    "sept": 9,
}


class Topic(StrEnum):
    """What a number that follows would be."""

    SSN = "ssn"
    CARD = "card"
    CODE = "code"
    """The three or four digits on a card's back."""
    PHONE = "phone"
    CALLING = "calling"
    """Talk of calling: a telephone number may follow, or a time."""
    MEMBER = "member"
    DOB = "dob"
    ZIP = "zip"
    ADDRESS = "address"
    OTHER = "other"
    """A number that anybody may see: an order's, a room's, a price."""


TOPICS = {
    Topic.SSN: "ssn social itin",
    Topic.CARD: "card visa mastercard amex debit credit",
    Topic.CODE: "cvv cvc cvv2 cvc2",
    Topic.PHONE: "phone cell cellphone mobile telephone landline fax whatsapp number numbers callback numero número "
    "teléfono telefono",
    Topic.CALLING: "call called calling texted dialed text texting reach dial contact",
    Topic.MEMBER: "member membership policy subscriber medicare medicaid mrn account claim license licence insurance "
    "insured id medical patient group plan record aetna cigna humana kaiser anthem tricare unitedhealthcare "
    "chart customer loan passport",
    Topic.DOB: "dob birth birthday birthdate born nacimiento",
    Topic.ZIP: "zip zipcode postcode postal",
    Topic.ADDRESS: "address live lives living residence",
    Topic.OTHER: "order confirmation tracking ticket invoice reference version error extension ext room suite exit "
    "route press price cost costs balance deposit total limit copay deductible expires expiration expiry expire serial "
    "model channel booth gate flight lot time times opening openings available appointment reviews score step",
}
TOPIC_OF = {word: topic for topic, words in TOPICS.items() for word in words.split()}

FILLERS = listed(
    "uh um uhh umm er erm eh ah hmm mm mhm like well dash hyphen slash space then please so minus let's wait hold "
    "let me see check area code plus s"
)
ACKS = listed(
    "okay ok yes yeah yep yup right sure got it alright great perfect thanks thank you go on ahead huh correct uh-huh "
    "good hm mmhmm mhmm and-then continue next cool"
)
LINKS = listed(
    "is are was be it's its it that's that this the my your our his her their would will i'm we're number numbers digits "
    "id no of on here there here's have has file one's which as with called says it'll that'll for record actually think "
    "first under listed and security last old new current back full ends ending what what's can could may do you give "
    "read get tell need i spell there's being reads goes starts begins side front patient patient's who's we us"
)
FIXES = listed("no wait sorry mean actually or correction rather oops scratch make not i")
UNITS = listed(
    "dollar dollars buck bucks cent cents euro euros pound pounds percent mg milligram milligrams mcg ml milliliter "
    "milliliters cc ccs cc's gram grams kilo kilos unit units syringe syringes year years month months week weeks day "
    "days hour hours minute minutes second seconds mile miles feet foot inch inches degrees old times people patients "
    "tablets pills grand k stars reviews blocks block sessions percentile am pm a.m p.m o'clock oclock dollar's off "
    "weekly monthly plus-tax gauge ounces lbs kg stone calories questions procedures visits treatments dólares"
)
RESTATING = frozenset(listed("it it's its that's that think i so is should be the end at"))
"""What may stand between "no" and the number that is said anew."""
AMENDING = frozenset(listed("wait sorry mean correction rather oops scratch make not"))
"""What says that the digits just given were wrong, where "no" alone may answer a question."""
LETTER_NAMES = dict(
    zip(
        listed("zee zed gee pee bee cee dee eff aitch jay kay ell cue queue ess tee vee ar"),
        "zzgpbcdfhjklqqstvr",
        strict=True,
    )
)
"""Letters as a speech engine writes their names."""
STREETS = listed(
    "street st avenue ave av road rd lane ln drive dr boulevard blvd court ct circle cir way parkway pkwy place pl "
    "terrace ter highway hwy trail square loop crescent close row alley plaza"
)
COMMON_STREETS = frozenset(
    listed("drive dr way place pl court ct square st circle loop trail close row terrace plaza ter")
)
"""Words that mean other things more often: a house number of one digit does not make them a street."""
COMPASS = frozenset(listed("north south east west n s e w ne nw se sw northeast northwest southeast southwest"))
UNITS_OF_HOUSES = frozenset(listed("apartment apt unit suite ste floor number"))

PLAINS = listed(
    "a an the and or but if so to too of in on at by for from with about after before between until till since during "
    "per each every into over under out up down off around near me us him her them it you your yours he she we they my "
    "our his their i i'm i'll i've i'd is it's its that's this that these those there here be am are was were been has "
    "have had do does did done will would can could should may might must not no yes yeah yep okay ok sure well just "
    "only also then than as what what's when where which who whom why how please thanks thank email emails mail e-mail "
    "address mailbox send sent reach contact call text write message go going come came visit check see look looking "
    "find meet be being get got give say said tell ask word words case lower upper letters all one's again always more "
    "most some any other another both same let let's like know think want need make made take took put best better good "
    "great right correct wrong new old down site website online account page clinic office actually really still back "
    "way more dinner lunch breakfast work home school available open closed free next last via using minute minutes "
    "hour hours mine or maybe uh um er hmm try use spelled works"
)
PROVIDERS = frozenset(
    listed(
        "gmail yahoo hotmail outlook icloud aol protonmail proton comcast msn live verizon att sbcglobal ymail googlemail "
        "mac gmx zoho"
    )
)
ENDINGS = frozenset(
    listed(
        "com net org edu gov mil co io us uk info biz me ca au de fr es it nl ie nz in mx br eu app dev health clinic "
        "example test invalid tv"
    )
)
CUES = ("n", "b", "r", "d", "code", "digits", "last", "ending", "ends", "end", "and")
STATES = frozenset(
    listed(
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa "
        "ri sc sd tn tx ut vt va wa wv wi wy dc alabama alaska arizona arkansas california colorado connecticut delaware "
        "florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan "
        "minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah "
        "vermont virginia washington wisconsin wyoming york jersey mexico hampshire carolina dakota"
    )
)
PAST = frozenset(
    listed(
        "surgery operation procedure since visit visited last ago done appointment insurance married retired started began "
        "graduated until expires expired ended seen came scheduled installed injury injured accident happened founded "
        "effective moved bought built pain diagnosed hired passed died deceased wedding anniversary divorced"
    )
)
"""Words that make a full date in the past something else than a day of birth."""


def _flags() -> dict[str, int]:
    table: dict[str, int] = {}
    groups = (
        (ZEROS, ONES),
        (DIGIT_WORDS[0], ONES),
        (DIGIT_WORDS[1], ONES),
        (TEEN_WORDS, TEENS),
        ([*TEN_WORDS, "fourty"], TENS),
        (["hundred"], HUNDRED),
        (["thousand"], THOUSAND),
        (TIMES, TWICE),
        (ORDINALS, ORDINAL),
        (MONTHS, MONTH),
        (FILLERS, FILLER),
        (ACKS, ACK),
        (LINKS, LINK),
        (FIXES, FIX),
        (UNITS, UNIT),
        (["dot", "point", "period"], DOT),
        (["at", "@"], AT),
        (TOPIC_OF, TOPIC),
        ([*STREETS, "box"], STREET),
        (CUES, CUE),
        (PLAINS, PLAIN),
        (["$", "£", "€"], MONEY),
        (["%", "°"], UNIT),
        (["+", "#"], FILLER),
        (["\x1e"], TURN),
    )
    for words, flag in groups:
        for word in words:
            table[word] = table.get(word, 0) | flag
    return table


FLAGS = _flags()
