"""The phrases by which rules/qa_factors sees what an agent did."""

from __future__ import annotations

from rules.phrases import Lexicon

GREETING = Lexicon(
    (phrase, kind)
    for kind, phrases in {
        "hello": (
            "hello", "hi", "hey", "good morning", "good afternoon", "good evening", "welcome", "welcome to",
            "thank you for calling", "thanks for calling", "thank you for choosing", "happy to help you today",
        ),
        "offer": (
            "this is", "my name is", "my names", "speaking", "youve reached", "you have reached", "how can i help",
            "how may i help", "how could i help", "how can i assist", "how may i assist", "what can i do for you",
            "what can i help", "how can i direct", "how may i direct", "can i help you", "may i help you",
        ),
    }.items()
    for phrase in phrases
)  # fmt: skip

CLARIFYING = Lexicon(
    (phrase, True)
    for phrase in (
        "are you looking", "were you looking", "are you interested", "what kind", "which", "what type", "what sort",
        "is this for", "is it for", "have you", "do you have", "did you", "what day", "what time", "what date",
        "when would", "how long have", "could you tell", "can you tell", "may i ask", "can i ask", "can i get",
        "can i have", "could i get", "could i have", "may i have", "what brings", "what are you", "tell me more",
        "tell me a", "do you prefer", "do you want", "would you prefer", "where", "how many", "what is your",
        "whats your", "what was your", "do you know", "are you a", "what city", "what area", "is there a",
        "any preference", "wanted to check", "wanted to see if", "checking in",
    )
)  # fmt: skip

RESTATING = Lexicon(
    (phrase, True)
    for phrase in (
        "so youre", "so you are", "so youd", "so you would", "so you want", "so you need", "you said", "you mentioned",
        "i understand", "just to confirm", "let me confirm", "to confirm", "please confirm", "let me make sure",
        "just to make sure", "youre looking for", "youre interested in", "if i understand", "got it", "okay so",
        "did i get that right", "is that correct", "is that right", "i hear you", "i see", "let me repeat",
        "to clarify", "just to clarify", "let me read that back",
    )
)  # fmt: skip

ASKING = Lexicon(
    (phrase, True)
    for phrase in (
        "how much", "how long", "how many", "how soon", "how do", "how does", "how can", "how would", "how late",
        "what time", "what is", "whats", "what are", "what do", "what does", "what kind", "what would", "what if",
        "do you", "does it", "does that", "does the", "can you", "can i", "could i", "could you", "is there",
        "are there", "are you", "is it", "is that", "is the", "will it", "would it", "when can", "when is", "when do",
        "when are", "where is", "where are", "wheres", "which", "was wondering", "like to know", "want to know",
        "wanted to know", "have you got", "why", "tell me", "could somebody", "could someone",
        "can somebody", "can someone",
    )
)  # fmt: skip

EVASIVE = Lexicon(
    (phrase, kind)
    for kind, phrases in {
        "evaded": (
            "i dont know", "i do not know", "im not sure", "i am not sure", "no idea", "cant help", "cannot help",
            "cant answer", "cannot answer", "not able to help", "unable to help", "cant tell you", "cannot tell you",
            "dont have that information", "didnt catch", "did not catch", "didnt understand", "did not understand",
            "could you repeat", "can you repeat", "didnt hear", "say that again", "not something i can",
        ),
        "promised": (
            "let me check", "let me see", "let me look", "let me find out", "i can check", "i will check", "ill check",
            "ill find out", "i can find out", "i will find out", "get back to you", "have someone call",
            "someone will call", "one moment", "just a moment", "hold on", "i can transfer", "let me transfer",
            "let me connect", "ill connect",
        ),
    }.items()
    for phrase in phrases
)  # fmt: skip

NEXT_STEP = Lexicon(
    (phrase, kind)
    for kind, phrases in {
        "offered": (
            "like to book", "like to schedule", "like to make", "like to come in", "like to set up", "like me to",
            "want me to", "want to book", "want to schedule", "want to make", "i can book", "i can schedule",
            "i can set", "we can book", "we can schedule", "get you booked", "get you scheduled", "got you booked",
            "got you scheduled", "got you down", "have you down", "put you down", "get you in", "fit you in",
            "ive booked", "i have booked", "i booked", "ive scheduled", "i have scheduled", "i scheduled",
            "ive made", "i have made", "ive reserved", "i have reserved", "is booked", "is scheduled", "is confirmed",
            "has been booked", "has been scheduled", "has been confirmed", "has been made", "you are booked",
            "youre booked", "you are scheduled", "youre scheduled", "youre all set", "you are all set", "all set",
            "your appointment", "an appointment", "the appointment", "a reservation", "your reservation",
            "see you on", "see you then", "see you at", "seeing you", "ill send", "i will send", "well send",
            "we will send", "send you", "text you", "email you", "call you back", "call you", "someone will call",
            "reach out", "transfer you", "connect you", "put you through", "stop by", "come in", "come by",
            "lets get you", "shall i", "can i book", "set you up", "next step", "next steps", "follow up",
            "day works", "time works", "works best", "when would you", "what day would", "what time would",
            "what time do you", "what day do you",
        ),
        "asked": ("anything else", "something else", "is there anything", "what else can i", "any other questions"),
    }.items()
    for phrase in phrases
)  # fmt: skip

COURTESY = Lexicon(
    (phrase, kind)
    for kind, phrases in {
        "thanks": ("thank you", "thanks", "thank you so much", "appreciate", "thank you for calling", "grateful"),
        "please": ("please",),
        "regret": ("sorry", "apologize", "apologies", "unfortunately"),
        "readiness": (
            "youre welcome", "you are welcome", "my pleasure", "no problem", "of course", "certainly", "absolutely",
            "happy to", "glad to", "be happy", "be glad", "great question", "sure thing", "wonderful", "perfect",
        ),
        "farewell": (
            "great day", "good day", "nice day", "wonderful day", "lovely day", "good one", "great one", "take care",
            "goodbye", "bye", "great weekend", "good weekend", "great evening", "good night",
        ),
    }.items()
    for phrase in phrases
)  # fmt: skip
