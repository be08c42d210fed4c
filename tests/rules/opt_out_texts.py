"""Texts that people send back, by what they wish: OUT asks for silence, IN takes that back, NOTHING is anything else.

Written before the rules. Where a text can be read both ways, still texting somebody who asked to stop weighs more;
but whoever cancels an appointment wants to hear of their next one.
"""

from __future__ import annotations

OUT_WORDS = (
    "STOP", "Stop", "stop", "STOP.", "stop!", " Stop ", "'STOP'", '"Stop"', "“STOP”", "STOP\n", "Stop!!!", "STOPALL",
    "stopall", "Stop all", "UNSUBSCRIBE", "Unsubscribe.", "END", "End.", "QUIT", "quit", "CANCEL", "Cancel",
    "cancel.", "REVOKE", "revoke", "OPTOUT", "OptOut", "opt out", "Opt-out", "OPT OUT.", "(stop)", "*STOP*", "ＳＴＯＰ",
    "\u200bSTOP\u200b", "- stop -",
)  # fmt: skip

OUT_REQUESTS = (
    "please stop", "Please stop texting me", "stop texting me", "Stop texting me!!", "STOP TEXTING ME", "Stop please",
    "stop it", "just stop", "Can you please stop?", "Stop. I'm not interested", "STOP I don't know who this is",
    "stop stop stop", "Stoppp", "stop messaging me", "stop sending me messages", "Stop sending these",
    "please stop sending me texts", "stop sending texts to this number", "stop contacting me please",
    "Stop calling and texting me", "quit texting me", "Quit sending me this crap", "stop bothering me",
    "stop harassing me", "stop spamming me", "Stop the texts", "stop these messages", "stop all messages",
    "stop the reminders please", "Please stop with the texts", "cease all contact", "end these messages",
    "cancel these texts", "cancel text messages", "cancel my subscription", "I asked you to stop", "I said stop",
    "I told you guys to stop texting me", "you need to stop texting this number", "how do I stop these messages?",
    "How do i unsubscribe", "unsubscribe me please", "please unsubscribe", "I want to unsubscribe", "unsuscribe",
    "unsubcribe me", "opt me out", "I want to opt out", "I'd like to opt out of these texts",
    "please opt me out of sms", "take me off your list", "Take me off this list please", "take me off the list",
    "take my number off your list", "Please take me off your mailing list", "remove me", "Remove me please",
    "remove me from your list", "please remove my number", "remove this number from your system", "Delete my number",
    "delete me from your contacts", "lose my number", "do not text me", "Do not text me again", "don't text me",
    "dont text me anymore", "Don't text this number again", "don't message me again", "Please do not contact me",
    "DO NOT CONTACT", "do not contact me anymore", "never text me again", "Don't ever text me again",
    "please don't send me texts", "don't send me any more messages", "Don’t text me, call me instead",
    "do not call or text me", "I don't want these texts", "I don't want to receive messages from you",
    "i dont want any more texts", "I do not want to be contacted", "I no longer wish to receive these messages",
    "I don't want to hear from you", "i dont want you texting me", "I never signed up for this", "no more texts",
    "No more messages please", "no more reminders please", "leave me alone", "Leave me alone!!!", "go away",
    "fuck off", "wrong number", "Wrong number, stop", "You have the wrong number", "wrong person",
    "sorry wrong number", "This is not Maria's phone", "This is no longer Maria's number",
    "I revoke my consent to be texted", "I withdraw my consent", "you're blocked, stop", "I'm reporting this as spam",
    "if you don't stop texting me I will sue", "why do you not stop texting me", "Who is this? Stop texting me",
    "My mother passed away. Please stop sending her messages", "🛑", "stop 🛑", "I can't unsubscribe, help",
    "who is this STOP", "Thanks but please stop texting", "not interested, remove me",
    "I already had my appointment, stop texting me", "I cancelled, stop texting me", "no me escriban más",
    "No me escriba mas por favor", "no me manden más mensajes", "no me envíen mensajes", "ya no me escriban",
    "no me contacten", "No me llamen ni me escriban", "dejen de escribirme", "deje de mandarme mensajes",
    "dejen de molestar", "déjenme en paz", "no quiero recibir más mensajes", "No quiero mensajes",
    "quítenme de su lista", "bórrenme de la lista", "elimine mi número", "número equivocado", "numero equivocado",
    "PARAR", "alto", "basta", "darme de baja", "quiero darme de baja", "no más mensajes", "por favor paren",
    "no vuelvan a escribirme",
)  # fmt: skip

IN = (
    "START", "start", "Start.", "UNSTOP", "unstop", "'START'", " Start! ",
)  # fmt: skip

NOTHING = (
    "", " ", "?", "👍", "HELP", "INFO", "help", "info", "YES", "yes", "Y", "no", "NO", "C", "ok", "thanks!",
    "Thank you", "Yes I'll be there", "Confirmed", "confirm", "No", "no thanks", "not interested", "See you tomorrow",
    "I want to cancel my appointment", "Please cancel my appointment", "cancel my appointment", "Cancel appointment",
    "Cancel please", "please cancel", "Can I cancel?", "I need to cancel", "I have to cancel tomorrow",
    "Cancel tomorrow at 3", "CANCEL MY APPOINTMENT", "I'd like to cancel and rebook for next week",
    "Cancel. I'll call to reschedule", "cancel it", "cancel my appt pls",
    "I need to cancel my 3pm, please text me new times", "please don't cancel my appointment", "Don't cancel!",
    "did you cancel my appointment?", "I didn't cancel", "cancel the botox but keep the facial",
    "I want to stop the treatment", "stop the botox treatment", "Should I stop taking ibuprofen before?",
    "when do I stop eating before surgery", "Do I need to stop smoking?", "don't stop by before 5",
    "can you stop by?", "can I stop by today?", "I'll stop by after work", "I will stop in at 4",
    "is there a bus stop nearby", "We had to stop for gas, running late", "the bleeding won't stop",
    "it won't stop hurting", "I can't stop smiling, thank you", "please don't stop texting me, I like the reminders",
    "Don't stop the reminders", "don't unsubscribe me", "please don't remove me from the list",
    "don't take me off your list", "At the end of the month", "end of the day works", "what time does it end?",
    "weekend is better", "I quit smoking last year", "I might quit my job so I need an earlier slot",
    "Can you remove moles?", "remove the stitches on Friday?", "Can you remove me from the 3pm slot and put me at 4",
    "take me off the waitlist, I found a time", "take me off the schedule for Tuesday",
    "remove me from the waiting list", "delete my 2pm appointment", "can I opt out of the massage?",
    "I'd rather opt out of the numbing cream", "you did not call me back", "why didn't you text me?",
    "You never called me", "I did not get your text", "I didn't receive any messages",
    "I don't have your messages anymore", "text me anytime", "Call me", "please text me the address",
    "Don't call, just text me", "please don't call me, text me instead", "Don't text me before 9am please",
    "please do not text me after 9pm", "no need to call me", "I called the wrong number sorry",
    "I have the wrong number for your office, what is it?", "wrong number of syringes on my invoice",
    "I don't want botox", "I don't want to miss my appointment", "I don't want to reschedule",
    "No more than 3 syringes", "I have no more questions", "do not forget my discount", "don't worry about it",
    "never mind", "Stop light was out, 5 min late", "Start at 3?", "When does it start?", "can we start earlier",
    "I want to get started", "yes please", "Yes, stop by anytime", "Is this spam?", "Who is this?",
    "Which number is this?", "I lost my number card", "leave it alone for 24 hours?",
    "my skin won't leave me in peace lol", "Can you send me your price list?", "add me to your list",
    "Put me on the waiting list", "I got off work late", "quiero cancelar mi cita", "Cancelar mi cita por favor",
    "cancelar", "necesito cancelar la cita de mañana", "no puedo ir mañana", "no me llamaron",
    "no me mandaron la dirección", "no me llamen, escríbanme por mensaje", "no me escriban antes de las 9",
    "sí, gracias", "para mañana", "¿para qué hora es mi cita?", "no quiero botox", "me equivoqué de número",
    "quíteme de la lista de espera", "mi cita es la próxima semana", "alta", "no me mandes al buzón",
)  # fmt: skip
