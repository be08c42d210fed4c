"""How people ask in a sentence to be texted no more, in English and Spanish: patterns over plain clauses."""

from __future__ import annotations

import re


def _any(words: str) -> str:
    """One of these words."""
    return "(?:" + "|".join(words.split()) + ")"


SENT = _any(
    "texts? texting txts? txting messag(?:es?|ing) msgs? msging sms reminders? reminding emails? emailing contact "
    "contacting calls calling sending writing bothering harass(?:ing|ment) spam spamming bugging notifications? "
    "alerts? communications? subscriptions?"
)
"""What is sent, and the sending of it."""
FILLING = _any(
    "with these those this the your ur all any my me us of please pls plz more further future so many damn fucking "
    "stupid annoying freaking automated marketing promo promotional getting receiving and to you u it her him get "
    "guys people anyone receive be for from hear hearing texted contacted messaged"
)
BETWEEN = rf"(?:{FILLING} ){{0,4}}"
THESE = r"(?:(?:these|those|this|the|your|all|any|my|further|future|text|sms) ){0,3}"
HALT = _any("stop stopp+ stpo sotp quit cease halt discontinue enough")
NOT = "(?:do not|dont|donot|never)"
NOT_NOW = "(?:do not|dont|donot)"
NUMBER = rf"{_any('this that my his her their our')} (?:\w+ )?{_any('number phone line cell')}"
US = rf"(?:me|us|here|anyone|anybody|my {_any('wife husband mom mother dad father son daughter')}|{NUMBER})"
WRITE = _any("text txt message msg contact write email bother disturb")
LISTS = _any(
    "lists? database system records contacts? files? campaigns? thread texts? messages msgs sms subscription "
    "distribution group"
)
OF_LISTS = _any("your ur the this that all any call text sms mailing contact marketing these those messaging")

SAID = r"(?:(?:i|ive|we|weve) (?:have |already |am )?(?:said|say|asked|asking|told|want|need|would))"
POLITE = _any(
    "please pls plz pleas kindly can could will would you u ok okay just hey hi hello id like to guys all yes no "
    "thanks thank and now so sir maam everyone need must should have ya"
)
AFTERWARDS = _any(
    "it this that now all please pls plz already immediately ok okay asap thanks thank everything contact right "
    "forever you u guys them these sir maam ya bro \U0001f6d1"
)

STOPPING = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:(?:{SAID}|{POLITE}) ){{0,6}}(?:{HALT}|unsubscribe|unsub)(?: {HALT})*(?: {AFTERWARDS}){{0,4}}$",
        r"\b(?:please|pls|plz|interested|thanks|sorry|number|person) stop$",
        r"^(?:please |pls )?stop (?:it|now|already|immediately|2|2end)\b|^stop\d",
        r"^(?:please |pls )?(?:remove|delete|no more|blocked|arret)(?: please| pls| thanks)?$",
        r"^(?:please )?no (?:more )?(?:texts?|texting|sms|messages|msgs|contact)(?: please| pls| thanks| thank you)?$",
        r"^(?:por favor )?(?:ya )?(?:par[ae]n?|parar|detente|detener|basta|alto|no mas)(?: ya)?(?: por favor)?$",
        r"^bloquead[oa]$",
        "\U0001f6d1",
    )
)
"""Clauses that are nothing else than a request to stop."""

LOUD = re.compile(r"(?<!DONT )(?<!not )(?<!t )\bSTOP\b(?! (?:by|in|at|over|off|the|light|sign|taking)\b)", re.ASCII)
"""A STOP in a text that is not written in capitals throughout."""

NO_CALLS = re.compile(
    rf"\b{NOT}(?: (?:ever|please|you|u))? call(?: (?:{US}|again|anymore)\b|$)|^no (?:more )?calls\b"
    r"|\bno (?:me|nos) (?:llamen?|llames|marquen?|hablen?)\b"
)
TEXT_INSTEAD = re.compile(
    r"\b(?:just|only|can|rather|please|better|but|instead) (?:text|txt|message)\b"
    r"|\btext(?:ing)?(?: me| us)?(?: is)? (?:instead|only|fine|ok|better)\b"
    r"|\b(?:escrib|mand|envi)[aeiou]n?(?:me|nos)\b|\bpor (?:texto|mensaje)\b"
)
"""Who wants no calls may want texts."""

AT_OTHER_TIMES = re.compile(
    r"\b(?:before|until|till|unless|at work|at night|(?:this|so) (?:early|late)|antes de|despues de|hasta)\b"
    r"|\bafter (?!this|that|today)"
)
"""Who says when not to be written to, wants to be written to at other times."""

KEPT = re.compile(
    r"(?<!you )(?<!u )(?<!they )\b(?:do not|dont|donot|never|didnt|did not)(?: (?:want|mean|ever|please|you|u|to))*$"
)
"""What turns the request behind it round: "please don't" stop …; but not "if you don't" stop …"""

WAITING = r"(?! from (?:(?:the|your|my|that) )?(?:\w+ )?(?:wait\w*|schedule|appointment|slot|calendar|\w*day|\d\w*)\b)"
"""No list of ours but places in the book: "remove me from the waiting list"."""

OWN_ERROR = (
    r".*\bi (?:\w+ )?(?:called|dialed|dialled|texted|have|got|had|gave|put|entered|typed|wrote|left|used) .*wrong"
)
ASKING = r"(?:is|was) (?:this|that|it)\b|did (?:i|you)\b"
"""Not every wrong number is one that we texted."""

ENGLISH = (
    rf"\b{HALT} {BETWEEN}{SENT}\b(?! (?:to voicemail|it|them)\b)",
    rf"\b(?:end|cancel|no more) {THESE}{SENT}\b",
    rf"(?<!\bi )\b{NOT} (?:ever )?(?:please )?{WRITE} (?:{US}|again|any ?more|ever)\b",
    rf"\b{NOT} (?:ever )?(?:call|text|message) (?:or|and) (?:text|call|message) (?:{US}|again|any ?more|ever)\b",
    rf"(?<!\bi )\b{NOT_NOW} {WRITE}$",
    rf"\b{NOT} (?:ever )?send (?:{US} |to )*(?:anything|any ?more|these|this|(?:any )?(?:more )?{SENT})\b",
    rf"\b(?:{NOT_NOW}|no longer) (?:want|wish|need|care|like) {BETWEEN}{SENT}\b",
    rf"\b(?:{NOT_NOW}|no longer) (?:want|wish|like) {BETWEEN}(?:texted|contacted|messaged|bothered|hear from you)\b",
    rf"\b{NOT_NOW} wan(?:na|t to) (?:get|receive|hear from|be (?:texted|contacted|messaged|called))\b",
    (
        r"\b(?:never|didnt|did not) (?:sign(?:ed)? up|subscribed?|opt(?:ed)? in|consent(?:ed)?|ask(?:ed)?) (?:for|to)"
        r" (?:this|these|it|that|your|any|get|be|receive)\b"
    ),
    rf"\b(?:remove|delete|erase) (?:{US}|my (?:\w+ )?(?:number|info|information|details|data|name|contact))\b{WAITING}",
    rf"\b(?:take|get|drop|pull|scratch) (?:{US}|my name) (?:off|out|from)(?: of)?(?: {OF_LISTS}){{0,3}} {LISTS}\b",
    r"\b(?:unsub|unsubscribe|unsubscribed|unsubscribing|unsuscribe|unsubcribe|unsubsribe|desuscrib\w*)\b",
    r"\b(?:take|get) (?:me|my (?:name|number)) off$|\bif (?:you|u) (?:text|message|contact|call) (?:me|us) again\b",
    rf"\b(?:opt(?:ing|ed)? (?:me |us |my number )?|opt)out\b(?! of (?!{BETWEEN}{SENT}))",
    rf"\b(?:{NOT_NOW} want to be on|want (?:out of|off)|get me off) {THESE}{LISTS}\b|\basked to be removed\b",
    rf"\b(?:{HALT} blowing up|get (?:this|these) off) my phone\b",
    r"\b(?:add|put) (?:me|us|my number|this number) (?:to|on) (?:your|the|ur|a) (?:dnc|do not (?:call|contact|text))\b",
    r"^(?:i )?want out$",
    r"\b(?:revoke|withdraw|rescind) (?:\w+ ){0,2}(?:consent|permission|authorization)\b",
    r"\bleave (?:me|us) (?:the \w+ )?alone\b(?! time)|\b(?:lose|forget|block|blocking) (?:my|this) number\b|\bgo away$",
    r"\b(?:fuck|f|piss|bug|buzz|screw) off\b|\bget lost\b|\bblock(?:ing|ed)? (?:you|u|this)\b|\byoure blocked\b",
    r"\breport(?:ing|ed)? (?:you|this|u|it)\b|\bthis is (?:harassment|spam)\b|\bcease and desist\b|\bdo not disturb\b",
    rf"^(?!{OWN_ERROR}|{ASKING})(?:.*\b)?wrong (?:number|person|num)\b(?! of\b)|^wrong$|\bnot the person\b",
    r"\bthis (?:is not|isnt|is no longer) \w+s (?:phone|number|cell)\b",
)
SPANISH = (
    r"\bno (?:me |nos |le )?molest(?:en?|es)\b",
    r"\bno (?:me|nos|le) (?:escriban?|escribas|contact(?:en?|es)|molest(?:en?|es)|texte(?:en?|es)|mensaje(?:en?|es))\b",
    r"\bno (?:me |nos )?vuelv\w+ a (?:escribir|contactar|mandar|enviar|molestar|llamar)(?:me|nos)?\b",
    r"\b(?:par|detenga)(?:en?|ar|n)? (?:los|estos|esos|con los|con estos) (?:mensajes|textos|sms)\b",
    r"\bcancel\w+ (?:los |estos )?(?:mensajes|textos|sms|recordatorios)\b",
    r"\bno (?:mand|envi)(?:en?|es) (?:mas )?mensajes\b|\bnumero incorrecto\b",
    r"\bno (?:me|nos) (?:mand|envi)(?:en?|es)(?: (?:mas|mensajes?|textos?|sms|nada|estos|esos|ningun)\b|$)",
    r"\b(?:dej|par)(?:en?|a|es) (?:ya )?de (?:escrib|mand|envi|llam|molest|text|contact|mensaj|jod|ching)\w*",
    (
        r"\bno (?:quiero|deseo|necesito) (?:(?:mas|recibir|sus|estos|esos|que|me|nos|ya|tantos|ningun|los) ){0,4}"
        r"(?:mensajes?|textos?|sms|llamadas|recordatorios|escriban?|manden?|contacten?|llamen?|envien?)\b"
    ),
    (
        r"\b(?:quit|borr|elimin|saqu|sac|remuev|retir)\w*(?: mi numero)? (?:de|del) (?:(?:la|su|esta|esa|tu) )?"
        r"(?:lista|base|sistema)\b(?! de espera)"
    ),
    r"\b(?:borr|elimin|saqu|quit)\w*(?:me|nos)$|\b(?:borr|elimin|quit)\w* mi (?:numero|telefono)\b",
    r"\b(?:numero|persona) equivocad[oa]\b|\bse equivoc\w+ de (?:numero|persona)\b",
    r"\bdej\w+ en paz\b|\b(?:me|dar|dame|darme|denme|deme) (?:doy )?de baja\b|\bcancel\w+ (?:la |mi )?suscripcion\b",
    r"\bno mas (?:mensajes|textos|sms|llamadas|recordatorios)\b",
)
ASKS_TO_STOP = tuple(re.compile(pattern) for pattern in (*ENGLISH, *SPANISH))
