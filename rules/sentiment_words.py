"""What rules/sentiment changes in VADER's lexicon, because callers are no writers of film reviews.

VADER was made for posts on the web. On the phone, words of courtesy and assent, words of the trade (medicine,
insurance, repairs) and words without feeling weigh too much, and some words of a quarrel too little.
"""

from __future__ import annotations

from rules.phrases import word_set

COURTESY = word_set(
    "please yes yeah yep yup yay ok okay sure alright fine no nope nah hello hi hey welcome sorry apologize "
    "apologies excuse pardon unfortunately afraid kindly dear honey god goodness haha lol certain certainly "
    "definitely honest honestly true truly truth agree luck lucky cheers congratulations congrats respectfully thx "
    "bless hope hopes hoping hopefully hopeful wish wishes pleasure pleasant help helping helps helped well ill "
    "hell yea nevermind lets gosh kidding joking joke seriously"
)
"""Said whatever the mood; "ill" and "hell" are "I'll" and "he'll" without their apostrophes."""
TRADE = word_set(
    "pain pains painful ache aches aching hurt hurts hurting sore cancer cancerous disease infection infected "
    "infections flu rash injury injuries injured wound wounded bleeding numb sick sickness fever emergency "
    "emergencies urgent severe critical serious acute kill kills killed killing killer die dies died dying dead "
    "death deaths suicide cut cuts burn burns burned shot shots shock attack attacks trauma damage damages damaged "
    "broken broke break breaks crack cracked leak leaking leaked fire flood flooded crash crashed accident "
    "accidents accidental wreck theft stolen steal fraud loss losses lost liability liable claim claims risk risks "
    "risky dispute disputed complaint complaints complain complaining lawsuit sue suing attorney legal debt debts "
    "owe owed owes charge charged charges fee fees bill tax pay paid fine payment penalty cancel canceled cancelled "
    "canceling cancelling cancels cancellation stop stopped stops freeze freezing frozen ugly fat wrinkle wrinkles "
    "scar scars scarred acne depression depressed anxiety anxious stress stressed panic suffer suffering suffers "
    "allergic allergy drop drops dropped low lower weak weakness irritation irritated discomfort uncomfortable "
    "swelling drunk drug drugs gun violence victim abuse divorce divorced funeral cruel pressure tension dizzy "
    "negative positive error errors failure failed fails fail missing miss missed problem problems trouble troubles "
    "issue issues worse poison poisoned danger dangerous hazard safe safely safety secure security insurance "
    "insured protect protection protected benefit benefits coverage care cares caring treat treatment treatments "
    "support healthy health strong strength natural beauty smile smiles friend friends friendship party fresh clean "
    "cleaner clear clearly straight gift gifts free freedom credit value valued save saved saving savings share "
    "profit success successful successfully relax relaxing relaxation relaxer peel fit fitness energy energetic "
    "agony heart hearts dread dreading dreaded easiest quickest closest nicer safest cheapest agreeable desire "
    "desired eviction evicted stuck winner intelligent ideal promise promising holidays ensure committed alert "
    "favor favorable acceptable satisfactory conflict rob jewels bliss chic divine wells helpers slash approve "
    "approved approval accept accepts accepted allow agreement confident confidence comfort comfortable toothache "
    "toothaches headache headaches migraine migraines cough cold knee knees tooth teeth back shoulder allergies "
    "breath weather traffic storm gentle sunny bright active vitality radiant radiance glow youth"
)
"""What the caller wants treated, insured or repaired is a subject and no mood: "I'm in pain", "how safe is it"."""
FLAT = word_set(
    "fight fighting like likes liked want wants wanted interest interested interesting number matter matters kind "
    "hand hands reach reached leave left forget forgot alone hard difficult pretty ready top tops best better "
    "chance advanced special easy easily easier grand united won win solid original play playing played prize "
    "create created creative dream dreams smart vision grant ability able feeling join novel ease fun hesitate "
    "hesitant bother bothers avoid block blocked doubt doubts confusing confused unsure curious desperate "
    "opportunity recommend recommended recommends wise sharp fault shame blame cool warm calm wow super heavy "
    "demand demands reject rejected refuse refused worry worrying nerves tough odd weird strange silly lol weirdly "
    "crazy mess messed short sadly shoot dark lone lonely tired bored boring kill grace graves mia joy faith hope l "
    "n1 fu x o d p k b c"
)
"""Too general to say anything by themselves; the phrases below take back those that do in company."""

REWEIGHED = {
    "thank": 0.25, "thanks": 0.25, "great": 0.4, "good": 0.3, "perfect": 0.5, "awesome": 0.5, "nice": 0.4,
    "excellent": 0.6, "wonderful": 0.6, "lovely": 0.7, "happy": 1.0, "glad": 0.8, "appreciate": 0.6,
    "appreciated": 0.6, "helpful": 1.0, "sweet": 0.7, "love": 1.4, "loved": 2.0, "loves": 1.8, "enjoy": 0.4,
    "wrong": -0.4, "bad": -0.45, "nobody": -0.45, "worse": -0.3, "best": 0.4, "worried": -0.4, "nervous": -0.3,
    "terrific": 1.0, "unfair": -2.2, "heartbroken": -2.2, "patronizing": -2.4, "condescending": -2.4,
    "nasty": -2.2, "snippy": -2.2, "dismissive": -2.4, "shoddy": -2.4, "lousy": -2.2, "unreliable": -2.2,
    "appalled": -2.6, "appalling": -2.6, "insulting": -2.4, "insulted": -2.4, "misleading": -2.0,
    "crooks": -2.8, "thieves": -2.8, "aggravated": -2.2, "aggravating": -2.2, "overpriced": -1.6,
    "scamming": -2.6, "scammed": -2.6, "cheated": -2.4, "choppy": -1.4, "blotchy": -1.4, "patchy": -1.4,
    "crooked": -1.4, "polite": 1.0, "courteous": 1.2, "adore": 2.2, "heavenly": 2.4, "tickled": 1.8,
    "favorite": 1.0, "worst": -3.0, "unacceptable": -3.0, "ridiculous": -2.6, "useless": -2.6,
    "incompetent": -3.0, "unprofessional": -3.0, "disrespectful": -3.0, "rude": -2.8, "awful": -2.4,
    "horrible": -2.6, "terrible": -2.4, "disgusting": -2.8, "pathetic": -2.8, "outrageous": -2.8,
    "insane": -1.6, "nonsense": -2.2, "ripoff": -2.8, "scam": -2.6, "scammers": -3.0, "liar": -3.0,
    "liars": -3.0, "lied": -2.4, "lying": -1.6, "sloppy": -2.2, "botched": -3.0, "lopsided": -2.0,
    "uneven": -1.6, "lumpy": -1.4, "droopy": -1.4, "scared": -1.8, "scary": -1.6, "terrified": -2.2,
    "frustrated": -2.4, "frustrating": -2.4, "annoyed": -2.2, "annoying": -2.2, "upset": -2.2,
    "upsetting": -2.2, "furious": -3.2, "livid": -3.2, "pissed": -3.2, "mad": -2.0, "angry": -2.6,
    "fuming": -3.0, "disappointed": -2.4, "disappointing": -2.4, "disappointment": -2.4, "miserable": -2.2,
    "nightmare": -2.6, "ugh": -1.4, "ridiculously": -1.4, "unbelievable": -2.0, "bullshit": -3.2, "crap": -2.0,
    "damn": -1.6, "shitty": -3.0, "obsessed": 2.4, "lifesaver": 2.8, "thrilled": 2.8, "ecstatic": 3.0,
    "relieved": 2.2, "relief": 1.8, "painless": 1.6, "incredible": 2.4, "stunning": 2.4, "flawless": 2.4,
    "excited": 1.8, "grateful": 2.2, "thankful": 2.0, "amazing": 2.4, "gorgeous": 2.4, "beautiful": 1.8,
    "fantastic": 2.2, "fabulous": 2.2, "delighted": 2.6, "impressed": 2.2, "sad": -1.6, "crying": -1.6,
    "cried": -1.4, "cry": -1.4, "tears": -1.4, "robbery": -2.2, "jerk": -2.6, "hate": -1.2, "overcharged": -2.4,
    "clueless": -2.4, "neglected": -2.2, "ignored": -2.2, "ignoring": -2.2, "careless": -2.2, "shady": -2.2,
    "dishonest": -2.6, "misled": -2.4, "disrespected": -2.6, "humiliated": -2.8, "embarrassing": -1.2,
}  # fmt: skip
"""In phone calls "great" closes a sentence, and "unacceptable" (which VADER does not know) opens a quarrel."""

BOOSTING = {"super": 0.3, "real": 0.2, "such": 0.2, "pretty": 0.1, "just": 0.0, "too": 0.2, "truly": 0.3}
"""Words that strengthen the next one, beside VADER's own."""
