"""What callers say in anger or delight, most of it without a word that VADER knows, and what only sounds like it.

Weights are on VADER's scale, from -4 to 4.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import product


def _each(*parts: tuple[str, ...]) -> tuple[str, ...]:
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


BAD: dict[About, dict[float, tuple[str, ...]]] = {
    About.WAIT: {
        -1.6: (
            *_each(
                ("still dont", "still havent", "still doesnt", "still hasnt"),
                ("have", "gotten", "heard", "work", "come"),
            ),
            *_each(("supposed to",), ("call me", "get a call", "be here", "come out", "come yesterday", "hear back")),
            *_each(
                ("cant get", "couldnt get", "cant reach"),
                ("anybody", "anyone", "somebody", "a hold", "ahold", "through"),
            ),
            "still not done", "still not working", "always a recording", "over a month and", "pushing me back",
            "pushed me back", "bumped me", "dont have time for", "dont have the time for", "have time for games",
            "on hold for", "been on hold", "put on hold", "put me on hold", "keep me on hold", "still waiting",
            "been waiting", "waited over", "waited an hour", "waited two hours", "waited for hours",
            "waited forever", "waiting for an hour", "waiting for hours", "waiting forever", "taking so long",
            "taking forever", "takes forever", "how much longer", "past my appointment", "never showed",
            "never showed up", "no showed", "no one showed up", "nobody showed up", "didnt show up", "nobody came",
            "no one came", "nobody ever came", "still nothing", "still no results", "still no answer",
            "still not fixed", "still isnt fixed", "still havent gotten", "still havent received",
            "still havent heard", "for the third time", "been two weeks", "been three weeks", "been a month",
            "waste of time", "wasting my time", "wasted my time", "waste my time", "just rings", "rings and rings",
            "get through for", "goes to voicemail", "straight to voicemail", "another transfer", "third person",
            "fourth person", "fifth person", "another day off", "dont have all day", "all morning for",
            "all day for",
        ),
    },
    About.SILENCE: {
        -2.0: (
            *_each(
                ("nobody", "no one"),
                ("bothered", "seems to", "knows what", "can give", "can tell", "will help", "wants to help"),
            ),
            *_each(
                ("nobody", "no one"),
                ("ever called", "has called", "got back", "responds", "responded", "returns"),
            ),
            "nobody calls me back", "no one calls me back", "nobody called me back", "no one called me back",
            "nobody ever calls", "no one ever calls", "nobodys called me back", "nobody has called me back",
            "no ones called me back", "never called me back", "never called back", "never call me back",
            "never call back", "nobody answers", "no one answers", "nobody is answering", "no one is answering",
            "nobody ever answers", "nobody picks up", "no one picks up", "should have called me",
            "nobody called me", "no one called me", "nobody calls back", "didnt call me back",
            "nobody got back to me", "no one got back to me", "never got back to me", "never heard back",
            "havent heard back", "if nobody calls me", "third time ive called", "fourth time ive called",
            "third time im calling", "fifth time ive called", "third time calling", "time ive called",
            "left like four messages", "left three messages", "left four messages", "left several messages",
            "called three times", "called four times", "called five times", "keep calling and",
        ),
        -1.2: (
            "called twice", "every time i call", "every single time", "trying to get through", "trying to reach",
            "been calling all", "third time", "fourth time", "fifth time", "i keep calling", "left two messages",
            "called about this already",
        ),
    },
    About.MONEY: {
        -2.2: (
            *_each(("for your", "your", "your guys", "their"), ("mistake", "screw up", "mess up")),
            "charged me twice", "charged twice", "double charged", "charged me for", "charging me for",
            "billed me twice", "billed twice", "billed me for", "rip off", "ripped off", "ripping me off",
            "ripping people off", "highway robbery", "my money back", "want a refund", "want my refund",
            "want my money", "not paying that", "not paying for", "not going to pay", "not gonna pay",
            "im not paying", "taking advantage", "took advantage", "stole my", "stole from me", "hidden fees",
            "never signed up", "without my permission", "never authorized", "didnt authorize", "way too expensive",
            "outrageously priced", "what am i paying for", "get my money", "take my money", "took my money",
            "false advertising", "bait and switch", "money grab", "for no reason", "not what i was quoted",
            "not what you quoted",
        ),
        -1.6: ("billed me three times", "charged me three times", "overbilled", "went up again", "stop the auto"),
    },
    About.WORK: {
        -2.0: (
            *_each(
                ("already",),
                (
                    "leaning", "peeling", "chipping", "fading", "leaking", "cracked", "failing", "coming off",
                    "came off", "fell off",
                ),
            ),
            *_each(("completely", "totally"), ("fried", "ruined", "wrong", "destroyed")),
            "bigger than the other", "self conscious", "not happy with", "not pleased with", "not satisfied",
            "not what i asked for", "not what i wanted", "not what i paid for", "looks bad", "look bad",
            "looks awful", "look awful", "looks horrible", "look horrible", "did a bad job", "bad job",
            "terrible job", "poor job", "ruined my", "ruined", "messed up my", "messed it up", "you messed up",
            "they messed up", "fell apart", "already broke", "already broken", "already cracking",
            "already falling", "didnt work at all", "doesnt work at all", "made it worse", "made things worse",
            "doing it wrong", "did it wrong", "done wrong", "not fixed", "isnt fixed", "damaged my", "broke my",
            "scratched my", "cracked my", "destroyed my", "left a mess", "supposed to be fixed", "way bigger than",
            "i regret", "nothing but trouble", "nothing but problems", "nothing but issues", "waste of money",
            "wasted my money", "cancelled on me", "canceled on me", "regret it", "regret doing",
            "look like a clown", "look like a freak",
        ),
        -1.2: ("expected better", "you need to fix this", "needs to fix this", "want it fixed", "fix it now"),
    },
    About.TREATMENT: {
        -2.4: (
            *_each(
                ("you keep", "they keep", "you guys keep", "keep"),
                ("saying", "telling", "changing", "pushing", "cancelling"),
            ),
            *_each(("to complain about", "have a complaint", "got a complaint", "calling to complain"),),
            *_each(("yelling", "yelled", "screaming", "screamed", "cussed", "swore"), ("at", "at me", "at her")),
            *_each(("dont", "do not", "didnt", "did not"), ("appreciate",)),
            *_each(("lost", "losing"), ("a customer", "my business", "a patient")),
            *_each(("not", "never", "wont be", "wont"), ("doing business", "using you", "do business")),
            *_each(("dont", "doesnt"), ("seem to care", "patronize", "respect")),
            *_each(("not", "isnt", "is that", "that"), ("fair",)),
            *_each(("talk to", "talked to", "talking to", "spoken to", "speak to"), ("me like", "like that")),
            *_each(("hear from", "call", "calling", "talk to"), ("my lawyer", "my attorney")),
            "my lawyer will", "my attorney will", "youre wrong", "you are wrong", "at fault here",
            "tired of dealing", "tired of hearing", "tired of calling", "speak to a manager", "talk to a manager",
            "speak to your manager", "talk to your manager", "speak to the manager", "talk to the manager",
            "want a manager", "get me a manager", "your supervisor", "a supervisor", "file a complaint",
            "make a complaint", "want to complain", "better business bureau", "bad review", "one star",
            "leave a review you", "never coming back", "not coming back", "never going back", "not going back",
            "never come back", "wont be back", "wont be coming back", "be coming back", "business somewhere else",
            "going somewhere else", "taking my business", "take my business", "done with you",
            "done with this place", "im done with", "im so done", "nobody cares", "no one cares", "you dont care",
            "they dont care", "doesnt care", "dont even care", "not listening", "listening to me",
            "are you even listening", "listen to me", "you people", "sick of this", "sick of it", "sick and tired",
            "tired of this", "tired of being", "fed up", "had it with", "had enough", "last straw", "passed around",
            "the runaround", "the run around", "different answer", "different story", "same story",
            "excuse after excuse", "full of it", "how dare you", "this is a joke", "what a joke", "is a joke",
            "not acceptable", "isnt acceptable", "not okay", "isnt okay", "not ok", "dont trust you",
            "dont trust them", "wants to take responsibility", "take responsibility", "hung up on", "hang up on me",
            "yelled at", "yelled at me", "talked down to", "treated me like", "treated like", "lied to",
            "been lied to", "made me feel", "made her cry", "almost in tears", "no excuse",
            "knows what theyre doing", "know what youre doing", "what is wrong with you", "whats wrong with you",
            "what the hell", "what the heck", "go to hell", "are you serious", "are you kidding", "you kidding me",
            "unbelievable", "shame on you", "sue you", "take you to court", "report you", "just forget it",
            "forget this", "why is this so hard", "how hard is it", "how hard can it", "so mad", "so angry",
            "not what i was told", "not what you said", "not what you told me", "you promised",
            "you told me it would", "just change my", "without telling me", "without asking me", "he denies it",
            "what are you going to do about it", "lack of respect", "straight answer", "cant believe",
            "just great now", "thats just great", "oh thats just great", "in charge", "if you dont fix",
            "if this isnt fixed", "or im leaving", "or im cancelling", "or im canceling", "or im going",
            "or im done", "im switching", "switching companies", "didnt even", "never even", "couldnt even",
            "wouldnt even", "cant even get", "bad service", "bad experience", "bad attitude", "terrible service",
            "poor service", "dont want to hear",
        ),
        -1.6: (
            "asked you five times", "asked you three times", "asked you twice", "told you twice",
            "told you already", "told you three times", "i already told you", "ive told you", "ive asked you",
            "how many times", "been transferred", "rushed through", "no way", "come on man", "you said someone",
            "you said it would", "you said itd be", "you cant just", "transferred five times", "keep getting",
            "keep getting passed",
        ),
    },
    About.CALLS: {
        -2.6: (
            "stop calling", "stop calling me", "quit calling", "quit calling me", "take me off",
            "take me off your list", "take me off this list", "remove me from your list", "take my number off",
            "dont call me again", "do not call me again", "dont call me anymore", "dont call here",
            "dont call this number", "dont ever call", "do not call this number", "how did you get this number",
            "leave me alone", "lose my number", "what part of no", "stop harassing", "harassing me",
            "stop bothering me", "told you people", "keep calling me", "calling me every day",
        ),
    },
    About.MACHINE: {
        -1.8: (
            "to a machine", "to a robot", "to a computer", "hate these things", "hate this thing",
            "hate these machines", "stupid machine", "stupid robot", "get me a person", "dumb robot",
        ),
    },
    About.FEAR: {
        -1.6: (
            "im scared", "im so scared", "im really scared", "im afraid of", "scared to death", "freaking out",
            "freaking me out", "really scary", "im terrified", "im panicking", "im desperate", "so worried about",
            "really worried", "very worried", "im miserable", "cant sleep", "cant take it anymore",
            "at my wits end", "dont know what to do anymore", "i dont even want to go", "so stressed",
        ),
    },
}  # fmt: skip
GOOD: dict[About, dict[float, tuple[str, ...]]] = {
    About.THANKS: {
        2.0: (
            *_each(
                ("so", "very", "really", "super", "incredibly"),
                ("kind", "patient", "gentle", "sweet", "helpful", "friendly"),
            ),
            *_each(
                ("good", "great", "wonderful", "excellent", "amazing"),
                ("care of me", "care of us", "care of my", "care of her"),
            ),
            *_each(("so glad i", "so happy i", "glad we"), ("found you", "called", "came to you", "found you guys")),
            "lifesaver", "life saver", "saved my life", "saved me", "made my day", "made my week", "means a lot",
            "means so much", "means the world", "cant believe how great", "cant believe how good",
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
            *_each(
                ("great", "good", "beautiful", "fantastic", "excellent", "nice", "amazing", "wonderful"),
                ("job on", "work on"),
            ),
            *_each(("a beautiful", "a fantastic", "an excellent", "a nice", "an amazing", "a wonderful"), ("job",)),
            *_each(("could not", "couldnt"), ("be more", "be better")),
            *_each(
                ("came out", "turned out"),
                ("so good", "so nice", "great", "perfect", "beautiful", "amazing", "better", "even better"),
            ),
            "even better than", "made this so easy", "love it", "i love it", "love the results", "love the",
            "love my", "i love how", "we love", "absolutely love", "so happy with", "really happy with",
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
    "no problem", "no problems", "not a problem", "no worries", "no worry", "dont worry", "dont worry about it",
    "not bad", "not too bad", "not bad at all", "not so bad", "thats not bad", "all good", "im good",
    "im good thanks", "no im good", "were good", "good morning", "good afternoon", "good evening", "good day",
    "good night", "good to know", "sounds good", "that sounds good", "sounds great", "that sounds great",
    "great thanks", "great thank you", "okay great", "ok great", "oh great", "okay good", "oh good", "okay perfect",
    "good question", "good idea", "good bye", "nice day", "great day", "good one", "nice to meet you",
    "happy birthday", "happy to", "be happy to", "would love to", "id love to", "love to", "would appreciate",
    "id appreciate", "appreciate if", "be great", "be perfect", "be awesome", "be wonderful", "be lovely",
    "be nice", "be good", "be better", "be best", "best time", "best price", "best way", "best number", "best day",
    "best option", "look my best", "wrong number", "wrong with my", "wrong with the", "wrong with it",
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
