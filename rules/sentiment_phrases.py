"""What feelings are about, the phrases of delight, and those that only sound like feeling.

Weights are on VADER's scale, from -4 to 4.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import product


def each(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every first part with every second one."""
    return tuple(" ".join(words) for words in product(*parts))


class About(StrEnum):
    """What a feeling is about, in the words of the sentence for people; empty where it is not told."""

    WAIT = "about the wait"
    SILENCE = "about not being called back"
    MONEY = "about the money"
    WORK = "about the result"
    TREATMENT = "about how they were treated"
    CALLS = "about being called"
    MACHINE = "about talking to a machine"
    FEAR = "and worried"
    THANKS = "and thankful"
    PLEASED = "with the result"
    ANYTHING = ""


GOOD: dict[About, dict[float, tuple[str, ...]]] = {
    About.THANKS: {
        2.0: (
            *each(
                ("so good", "great", "wonderful", "amazing", "so great", "really good"),
                ("with him", "with her", "with my", "with me", "to me", "to us"),
            ),
            *each(
                ("so", "very", "super", "really"),
                ("professional", "polite", "courteous", "understanding", "accommodating", "thoughtful"),
            ),
            *each(("what a", "such a"), ("great", "wonderful", "nice", "good", "lovely", "pleasure")),
            *each(
                ("thank you for", "thanks for"),
                ("everything", "being so", "all your help", "taking such", "taking care"),
            ),
            *each(
                ("so", "very", "really", "super", "incredibly"),
                ("kind", "patient", "gentle", "sweet", "helpful", "friendly"),
            ),
            *each(
                ("good", "great", "wonderful", "excellent", "amazing"),
                ("care of me", "care of us", "care of my", "care of her"),
            ),
            *each(("so glad i", "so happy i", "glad we"), ("found you", "called", "came to you", "found you guys")),
            "above and beyond", "think the world of", "load off my mind", "weight off my", "cant say enough",
            "no complaints", "nothing but good things", "took care of everything", "sent two friends",
            "sent a friend", "lifesaver", "life saver", "saved my life", "saved me", "made my day", "made my week",
            "means a lot", "means so much", "means the world", "cant believe how great", "cant believe how good",
            "cant believe how much better", "cant believe how easy", "as always", "makes my day",
            "you guys are the best", "you are the best", "youre the best", "the best experience", "best experience",
            "been so helpful", "been very helpful", "so helpful", "really helpful", "been great", "been wonderful",
            "been amazing", "been so kind", "been so nice", "been so sweet", "super sweet", "so sweet", "so kind",
            "very kind", "that is so kind", "thats so kind", "so nice", "very nice", "really nice", "so friendly",
            "very friendly", "so gentle", "so patient", "so respectful", "took great care", "take such good care",
            "taken good care", "telling all my friends", "told all my friends", "tell everyone", "recommend you to",
            "recommended you to", "definitely recommend", "highly recommend", "definitely be back",
            "cant thank you enough", "you guys rock", "you rock", "god bless you", "bless you", "thank god",
            "thank goodness", "what a relief", "such a relief", "youre an angel", "you are an angel",
            "youre awesome", "you are awesome", "you guys are awesome", "you guys are amazing", "youre amazing",
            "five stars", "love you guys", "so easy", "super easy", "blessed day",
        ),
        1.3: (
            "really appreciate you", "so appreciate", "appreciate it so much", "thank you thank you",
            "thank you from", "just wanted to say thank you", "wanted to say thank you", "so grateful",
            "fit me in last minute", "appreciate you", "went smooth", "went great", "went really well",
            "went so well", "over the moon", "really appreciate it",
        ),
        0.5: (
            "thank you so much", "thank you so so much", "thanks so much", "thank you very much", "thanks a lot",
            "thanks a million", "really appreciate", "appreciate your help", "appreciate that", "thats great",
            "thats wonderful", "thats awesome", "thats perfect", "thats excellent", "thats amazing",
        ),
    },
    About.PLEASED: {
        2.2: (
            *each(
                ("feel", "feeling", "finally feel"),
                ("confident", "beautiful", "like myself", "so good", "so much better", "great"),
            ),
            *each(("loved", "love"), ("it", "her", "him", "you", "coming", "working with")),
            *each(("beyond", "absolutely"), ("happy", "pleased", "thrilled")),
            *each(("exceeded",), ("my", "all my", "our")),
            *each(
                ("great", "good", "beautiful", "fantastic", "excellent", "nice", "amazing", "wonderful"),
                ("job on", "work on"),
            ),
            *each(("a beautiful", "a fantastic", "an excellent", "a nice", "an amazing", "a wonderful"), ("job",)),
            *each(("could not", "couldnt"), ("be more", "be better")),
            *each(
                ("came out", "turned out"),
                ("so good", "so nice", "great", "perfect", "beautiful", "amazing", "better", "even better"),
            ),
            "blown away", "in love with", "night and day", "life changing", "changed my life", "best decision",
            "worth every penny", "money well spent", "like magic", "worked like a charm", "works like a charm",
            "was a breeze", "even better than", "made this so easy", "love it", "i love it", "love the results",
            "love the", "love my", "i love how", "we love", "absolutely love", "so happy with", "really happy with",
            "very happy with", "so pleased", "very pleased", "so much better", "feel great", "feels great",
            "feel amazing", "feel wonderful", "feel like a new", "looks great", "look great", "looks amazing",
            "looks so good", "turned out great", "turned out beautiful", "turned out amazing", "years younger",
            "no pain at all", "didnt hurt at all", "barely felt a thing", "didnt feel a thing",
            "pleasantly surprised", "better than i expected", "better than expected", "couldnt be happier",
            "could not be happier", "couldnt be better", "couldnt ask for", "cant stop looking", "came back clear",
            "great job", "good job", "amazing job", "wonderful job", "did a great", "exactly what i",
        ),
    },
    About.ANYTHING: {
        1.8: (
            "so excited", "really excited", "super excited", "cant wait", "looking forward", "so happy", "so glad",
            "im thrilled", "oh my gosh yes", "dream come true", "too good to be true", "so relieved", "i like it",
            "i really like",
        ),
    },
}  # fmt: skip
NO_FEELING = (
    "cant wait to get this over", "cant wait to be done",
    "not happy or", "happy or unhappy", "would love it", "id love it", "used to it", "what a good time",
    "such a good time", "no problem", "no problems", "not a problem", "no worries", "no worry", "dont worry",
    "dont worry about it", "not bad", "not too bad", "not bad at all", "not so bad", "thats not bad", "all good",
    "im good", "im good thanks", "no im good", "were good", "good morning", "good afternoon", "good evening",
    "good day", "good night", "good to know", "sounds good", "that sounds good", "sounds great",
    "that sounds great", "great thanks", "great thank you", "okay great", "ok great", "oh great", "okay good",
    "oh good", "okay perfect", "good question", "good idea", "good bye", "nice day", "great day", "good one",
    "nice to meet you", "happy birthday", "happy to", "be happy to", "would love to", "id love to", "love to",
    "would appreciate", "id appreciate", "appreciate if", "be great", "be perfect", "be awesome", "be wonderful",
    "be lovely", "be nice", "be good", "be better", "be best", "best time", "best price", "best way", "best number",
    "best day", "best option", "look my best", "wrong number", "wrong with my", "wrong with the", "wrong with it",
    "wrong place", "anything wrong", "something wrong", "whats wrong", "wont hurt", "sorry for your loss",
    "too bad", "feel bad", "my bad", "bad tooth", "bad knee", "bad back", "bad leak", "bad side effects",
    "bad reaction", "not mad", "dont hate it", "i dont hate it", "not interested", "im not upset", "not lying",
    "not gonna lie", "cant complain", "cant wait until", "cant wait that long", "cant wait any longer",
    "cant wait till", "cant wait for that", "killer deal", "to die for", "long story", "go somewhere else",
    "nice and", "good time", "good thing", "works great", "work great", "is perfect", "is good", "works perfect",
    "works perfectly", "works good", "good with", "great so another", "great another", "how lovely",
    "love the hour", "charge you", "hit and run", "good news", "bad news", "tired eyes", "look tired",
    "looking tired", "mad at me", "scared of needles", "scared of the dentist", "no love lost", "crazy busy",
    "terrible with", "terrible at", "bad with", "bad at", "hate to", "hate to bother", "hate needles", "hate shots",
    "hate dentists", "hate going", "nobody else", "nobody here", "nobody was", "the best", "the best for",
    "works best", "work best", "thank you", "thanks",
)  # fmt: skip
"""Phrases in which a word of feeling says nothing of a mood, or only that the caller agrees."""
