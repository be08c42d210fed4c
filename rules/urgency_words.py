"""The phrases by which rules/urgency hears that somebody is needed, and how badly."""

from __future__ import annotations

from enum import StrEnum
from itertools import product

from rules.phrases import Lexicon, word_set


class Need(StrEnum):
    DANGER = "danger"
    """Enough by itself."""
    AILMENT = "ailment"
    """What hurts, or what is broken; wants somebody soon."""
    WORSE = "worse"
    """What makes an ailment urgent."""
    NOW = "now"
    """Somebody is wanted at once."""
    HINT = "hint"
    """The same, when somebody is asked for in the same breath."""
    SOON = "soon"
    CALM = "calm"
    """The caller says that there is time."""
    NOTHING = "nothing"
    """A longer phrase in which the words say nothing of the kind."""


def _each(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(words) for words in product(*parts))


TEETH = ("bracket", "wire", "crown", "filling", "veneer", "denture", "retainer", "implant", "tooth", "bridge", "cap")
LOST = (
    "broke",
    "broke off",
    "cracked",
    "came off",
    "came out",
    "came loose",
    "fell out",
    "fell off",
    "chipped",
    "snapped",
    "is loose",
    "popped off",
    "just broke",
    "is broken",
)
THINGS = (
    "furnace",
    "heater",
    "heat",
    "ac",
    "air conditioner",
    "boiler",
    "fridge",
    "refrigerator",
    "freezer",
    "oven",
    "stove",
    "dishwasher",
    "washer",
    "dryer",
    "toilet",
    "sink",
    "shower",
    "pipe",
    "pump",
    "garage door",
    "roof",
)
FAILED = (
    "broke",
    "died",
    "quit",
    "went out",
    "is out",
    "stopped working",
    "isnt working",
    "is not working",
    "wont turn on",
    "is broken",
    "is leaking",
    "is clogged",
    "is overflowing",
    "wont start",
    "doesnt work",
    "broke down",
    "just died",
)
FACE = ("face", "lip", "lips", "throat", "tongue", "mouth", "eye", "eyes", "neck")
SWELLING = ("swelling", "swelling up", "is swelling", "are swelling", "is swollen", "are swollen", "swelled up")
PHRASES: dict[Need, tuple[str, ...]] = {
    Need.DANGER: (
        *_each(FACE, SWELLING),
        *_each(("my", "her", "his"), FACE, ("swelling up",)),
        "chest pain", "chest pains", "chest hurts", "blood in", "doubled over", "caving in", "caved in",
        "collapsing", "collapsed", "cant stand up", "cant keep anything down", "in labor", "broke in",
        "broken into", "intruder", "unresponsive", "not responding", "isnt responding", "lips are blue",
        "turning purple", "bad reaction", "puffed up", "live wire", "wire down", "power line", "downed line",
        "pass out", "passing out", "heart is racing", "hearts racing", "left arm", "arm is numb", "arms numb",
        "cant move", "cant swallow", "even swallow", "hard to swallow", "something burning", "smell burning",
        "burning smell", "smell smoke", "smells like smoke", "incision opened", "wound opened", "stitches opened",
        "stitches came open", "through the bandage", "throwing up blood", "coughing up blood", "vomiting blood",
        "blacked out", "slurring", "slurred", "concussion", "hit his head", "hit her head", "hit my head",
        "electrocuted", "stopped breathing", "choking", "fell off the roof", "fell off a ladder",
        "fell off the ladder", "down the stairs", "hurt myself", "want to die", "hurt himself", "cut really deep",
        "fever of a hundred and", "hundred and three", "hundred and four", "hundred and five", "fever of 103",
        "fever of 104", "just burst", "water everywhere", "contractions", "my water broke", "sticking out",
        "really deep", "too deep", "arms broken", "arm is broken", "legs broken", "leg is broken", "broke my arm",
        "broke my leg", "swollen shut", "cant see", "chest is tight", "cant breathe", "cannot breathe",
        "trouble breathing", "hard to breathe", "difficulty breathing", "short of breath", "throat is closing",
        "throat feels tight", "throat is tight", "not breathing", "passed out", "fainted", "unconscious",
        "wont wake up", "heart attack", "having a stroke", "seizure", "seizures", "overdose", "overdosed",
        "too many of my pills", "too many pills", "bottle of pills", "kill myself", "end my life", "suicidal",
        "dont want to live", "wont stop bleeding", "hasnt stopped bleeding", "cant stop the bleeding",
        "bleeding a lot", "bleeding heavily", "bleeding really bad", "bleeding bad", "bleeding everywhere",
        "blood everywhere", "gushing", "bleeding through", "knocked out", "knocked my tooth out",
        "allergic reaction", "anaphylaxis", "cant see out", "lost vision", "lost my vision", "cant feel my face",
        "face is drooping", "cant move my", "gas leak", "smell gas", "smells like gas", "carbon monoxide",
        "on fire", "caught fire", "sparks", "sparking", "smoke coming", "water pouring", "pouring through",
        "water coming through", "water is coming", "pipe burst", "burst pipe", "pipe just burst", "flooding",
        "is flooded", "sewage", "ceiling collapsed", "ceiling is coming down", "hole in the roof", "tree fell on",
        "tree just fell", "911", "nine one one", "ambulance", "its an emergency", "this is an emergency",
        "is an emergency", "have an emergency", "got an emergency", "like an emergency", "emergency situation",
        "please hurry", "severe pain", "unbearable", "excruciating", "pain is a ten", "worst pain", "so much pain",
        "a lot of pain", "terrible pain", "in agony", "locked out with", "pus coming", "turning black",
        "turned black", "turning blue",
    ),
    Need.AILMENT: (
        *_each(TEETH, LOST),
        *_each(THINGS, FAILED),
        "pain", "pains", "painful", "hurts", "hurting", "hurt", "ache", "aches", "aching", "toothache",
        "tooth ache", "headache", "migraine", "throbbing", "sore", "bleeding", "swelling", "swollen", "infection",
        "infected", "fever", "rash", "pus", "abscess", "numb", "numbing still", "dizzy", "vomiting", "throwing up",
        "wound", "oozing", "blister", "blisters", "fever of", "high fever", "stepped on a nail", "dog bite",
        "got bit", "bitten", "stung", "kind of red", "overflowing", "overflowed", "wont flush", "keeps tripping",
        "keeps shutting off", "stuck open", "wont close", "wont lock", "isnt helping", "not helping",
        "arent helping", "puffy", "be seen this week", "threw my back", "threw out my back", "pulled a muscle",
        "sprained", "twisted my ankle", "coughing", "earache", "ear infection", "sinus infection", "pink eye",
        "strep", "poking", "irritated", "uncomfortable", "discomfort", "discharge", "itchy", "itching", "itches",
        "hives", "inflamed", "cramps", "cramping", "nauseous", "dripping", "seeping", "water damage", "going bad",
        "chipped my tooth", "chipped a tooth", "furnace went out", "heat went out", "power went out", "ac went out",
        "went out last night", "quit on me", "fell out", "lost my crown", "lost my filling", "havent slept",
        "burning", "burned", "crown came off", "crown that came off", "crown fell off", "crown fell out",
        "filling fell out", "filling came out", "tooth broke", "broke a tooth", "broke my tooth", "cracked a tooth",
        "cracked my tooth", "broken tooth", "lost a filling", "lost a crown", "red and warm", "stitches",
        "stitch came", "itches like crazy", "spreading", "lump", "no heat", "no hot water", "no water", "no power",
        "no ac", "no air conditioning", "quit working", "stopped working", "isnt working", "not working",
        "wont turn on", "wont start", "backed up", "clogged", "leak", "leaking", "leaks", "broke down", "out of my",
        "ran out of", "locked out of my house", "locked out of my car", "fell off the", "fell down", "had a fall",
        "cut my", "cut his", "cut her",
    ),
    Need.WORSE: (
        "getting worse", "burning up", "and fever", "and a fever", "and he has a fever", "and she has a fever",
        "and i have a fever", "and ive got a fever", "gets worse", "got worse", "worse and worse", "worse every",
        "getting bigger", "spreading fast", "cant sleep", "couldnt sleep", "up all night", "not slept", "no sleep",
        "nights in a row", "cant eat", "cant walk", "cant chew", "cant open my mouth", "really bad", "really badly",
        "real bad", "so bad", "very bad", "killing me", "cant take it", "cant stand it", "really hurts", "hurts so",
        "hurts really", "hurts a lot", "high fever", "fever of", "got an infection", "bad infection", "just fell",
        "im scared", "really scared", "really scary",
    ),
    Need.NOW: (
        "right away", "asap", "as soon as possible", "as soon as you can", "soon as possible", "at once", "urgent",
        "urgently", "its urgent", "this is urgent", "emergency", "how fast can you", "straight away", "someone now",
        "somebody now", "come now", "in now", "within the hour", "quickly as possible", "cant wait until",
        "cant wait that long", "cant wait till", "cant wait any longer", "cant wait for", "this minute",
    ),
    Need.HINT: (
        "right now", "today", "tonight", "this morning", "this afternoon", "immediately",
    ),
    Need.SOON: (
        "tomorrow morning if", "short notice", "last minute", "by tomorrow", "before the weekend",
        "get me in tomorrow", "fit me in tomorrow", "squeeze me in", "end of today", "by the end of the day",
        "end of the day", "wedding this", "wedding on", "wedding is on", "wedding tomorrow", "event this",
        "event on", "leaving tomorrow", "flying out", "going out of town", "earliest you have", "earliest you can",
        "earliest available", "soonest", "the soonest", "sooner the better", "as early as possible",
        "should i be worried", "is that normal", "is this normal", "im worried", "really worried", "very worried",
        "newborn", "only bathroom", "business somewhere else", "going somewhere else", "taking my business",
        "take my business", "switch to another", "going to leave", "cancel everything", "sue you", "running out",
        "almost out of", "expires tomorrow", "expires today", "due tomorrow", "due today", "deadline",
        "just see me this week", "see me this week", "time sensitive", "or im leaving", "or ill leave",
        "or im going to", "or im canceling", "my lawyer will", "my attorney will", "hear from my lawyer",
        "call my lawyer", "or im cancelling", "im switching", "switching companies", "if you dont fix", "fly out",
        "sooner", "kind of urgent", "almost out",
    ),
    Need.CALM: (
        "no rush", "no hurry", "not urgent", "isnt urgent", "not in a hurry", "not in a rush", "not an emergency",
        "isnt an emergency", "nothing urgent", "not a big deal", "whenever you have", "whenever you can",
        "whenever is fine", "whenever works", "at your convenience", "next month is", "take your time",
        "no emergency", "not that urgent", "not super urgent", "not in pain", "doesnt hurt", "it can wait",
        "can wait",
    ),
    Need.NOTHING: (
        "emergency room", "locked out of my account", "locked out of my online", "emergency contact",
        "emergency line", "emergency number", "emergency exit", "emergency fund", "urgent care", "in an emergency",
        "emergency services", "emergency plumber", "emergency dentist", "pain in the", "pain management",
        "pain clinic", "pain doctor", "pain medication", "pain meds", "pain medicine", "pain relief",
        "ambulance bill", "ambulance ride", "ambulance coverage", "fever blister", "stroke of", "hurt my feelings",
        "get hurt", "nobody was hurt", "no one was hurt", "no one got hurt", "hurt anybody", "hurt to ask",
        "hurt to try", "burning question", "fat burning", "burning fat", "it hurts to", "sparks plumbing",
        "right now im", "not right now", "im good right now", "right now is", "special right now",
        "specials right now", "available right now", "as soon as possible if", "knocked out the", "stitches out",
        "stitches removed", "sore loser", "flooding insurance", "flood insurance", "leak detection",
        "numbing cream", "numb the", "are you open today", "open today", "calling today", "lump sum", "lumpy",
        "out of my way", "out of my mind", "out of my house", "out of my network", "out of my budget",
        "out of my price", "reschedule right now", "bit of a headache with", "fire sale", "wound up",
        "hurt his feelings", "heads up", "ran out of time", "burned out", "no power of",
    ),
}  # fmt: skip

PAST = word_set("ago history used previously")
PERIODS: Lexicon[bool] = Lexicon(
    (phrase, True)
    for phrase in (
        "last year", "last month", "last summer", "years ago", "months ago", "when i was", "in the past", "back in",
        "all better", "its better now", "is better now", "went away", "gone now", "fixed now", "healed",
        "long time ago", "a while ago", "a while back",
    )
)  # fmt: skip
