"""More texts that people send back, labelled before the rules and never used to improve them: how well they do."""

from __future__ import annotations

OUT = (
    "Pls stop txting me", "kindly stop sending messages", "stop sending me these reminders I dont need them",
    "enough with the texts", "Enough already, stop", "I do not wish to be contacted again", "Plz take me off ur list",
    "please remove me from this text list", "remove my phone number from your database", "get me off this list",
    "dont contact me anymore thx", "do NOT message this number", "You've got the wrong number buddy",
    "this isn't John's number anymore, wrong person", "I'm not Sarah. stop", "STOP MESSAGING THIS NUMBER", "Stop now",
    "quit bothering me please", "can u stop texting", "would you please stop contacting my wife",
    "I'd like to unsubscribe from these messages", "opting out", "Please opt out my number", "no more msgs",
    "I don't want to get texts from you anymore", "i dont wanna receive these",
    "I did not sign up for these messages", "never contact me again", "Never message me again please",
    "Don't send me anything", "stop all communication", "stop all texts and calls", "leave us alone", "piss off",
    "Stop this", "STOP!! wrong person", "end all messages", "Can you delete my number please",
    "por favor no me manden mensajes", "dejen de llamarme", "ya no quiero mensajes", "no me molesten",
    "saquenme de su lista", "pare por favor", "Se equivocó de número, no me escriba", "no quiero que me escriban",
)  # fmt: skip

NOTHING = (
    "I can stop by around noon", "Can someone stop in to sign papers?", "Do I have to stop my blood thinners?",
    "I need to stop and get gas first", "cancel my 4:30", "Need to cancel, my kid is sick", "cancel for today, sorry",
    "Please cancel and refund my deposit", "I'm cancelling my appt", "can you cancel my facial on friday",
    "Is it too late to cancel?", "unfortunately I have to cancel", "Please remove the second appointment",
    "Could you take me off the 10am and move me to 11", "no i'm good for now thanks", "I'm good", "maybe later",
    "Can you text me the address again?", "do not have my insurance card with me",
    "I don't need a reminder call, a text is fine", "I never got a confirmation text", "you didn't text me back",
    "never been there before, where do I park", "The end date is wrong",
    "can I get off the phone list question: price of botox?", "start time?", "Yes start with the lips",
    "yes that works", "Ok sounds good see you then", "What number should I call?", "Wrong date, I booked the 5th",
    "wrong address on my file", "I don't want the laser, only the facial", "don't want filler anymore",
    "I don't like the new doctor", "I want to be removed from Tuesday", "my pain doesn't stop",
    "How long until swelling stops?", "does insurance end in december", "quiero cambiar mi cita",
    "no puedo llegar a las 3", "cancelen mi cita de hoy", "¿me pueden llamar?", "no me llegó el mensaje",
    "a qué hora paran de atender",
)  # fmt: skip
