"""The phrases by which agents offer, make, move, refuse and put off an appointment.

Written in the patterns of `rules.booking.patterns`, over words as `rules.booking.reading` leaves them: contractions
opened, every object pronoun and name "you", `@` for a day, a date or an hour, `#` for a lone number, `&` for any word
that means an appointment.
"""

AGENT = """
made: I have? PUT|confirmed|saved you|it|that|this|these|those ~1 SLOT|for|with|at|into|@
made: I have? confirmed|booked|reserved|scheduled|secured|saved|held you|it|that|this|the|your|an|a|both|one|all
made: I have? made|created|placed|arranged|set DET &
made: I have? set|signed|got you up|in|down
made: I have got? you ~2 SLOT|BOOKED
made: I have got? you SLOT|BOOKED|set|for|at|with|@
made: I have got? DET & BOOKED|set|down|made
made: I have got? got you ~1 SLOT|BOOKED|set|@
made: got you ~2 SLOT|BOOKED|set
made: have you down|set
nothing: have you ~1 BOOKED
made: I will ~3 ADD you|it|that|this|these ~1 SLOT|into
settled: I will ~3 hold|keep it|that|the
made: I will ~3 book|reserve|schedule|save|confirm it|that|this|you|the|your|an
made: I am PUTTING you|it|that|this ~1 SLOT|for|at
made: PUTTING you SLOT
made: you will? be|are|is? all? BOOKED|confirmed
settled: you are|is? all? set
made: you are all? set|booked|down|in|on for|at|with|@
made: you are in|down
made: you are on for|@
made: you are good to go
made: you are on the schedule|calendar|books
made: BOOKED you SLOT|for|at|with|@
made: &|booking ~1 is|was|has been? ~1 DONE
made: & are|were|have been? ~1 DONE
made: & for|with|at|on ~6 is|are|was|were|has|have been? ~1 DONE
made: THING ~2 is|are|has|have been? ~1 DONE
made: I have? DONE ~4 THING
made: &|booking successfully? DONE|confirmed
made: @ ~4 is|are BOOKED
made: it|that|they is|are|was|has|have been? ~1 BOOKED
nothing: I have? BOOKED it|that to
nothing: it is BOOKED to
nothing: I will ~1 put ~1 in|on DET ~1 note|notes|chart|file|message|record
made: IT has|have been ~1 DONE|made
made: successfully DONE|make|book
made: able to BOOK|get it|that|this|your|you|the|an
made: confirmation|booking|reference|& number|code is
made: went through
made: gone ahead and ~1 DONE|PUT
made: it|that worked
made: is|are yours
made: I can confirm @|DET
made: BOOKED
made: I have? BOOKED ~1 @
made: BOOKED ~1 @
made: is|are ~1 confirmed|enrolled|scheduled|registered|reserved|secured
made: booking confirmed
settled: all? set
settled: I|WHO will ~2 get|squeeze|fit|work you ~1 in
settled: send|sending you ~1 somebody|someone|tech|guy
settled: I am sending
settled: good to go
settled: all done|fixed|sorted
settled: IT is|has? been? all? done|set|settled|sorted|yours|good
settled: done
settled: IT is been? taken care of
settled: taken care of
settled: take care of IT
settled: see|seeing|meet|meeting|expect|expecting|welcome you
settled: see|c ya|yous
later: expect|expecting ~2 call
settled: expect|expecting ~2 call ~1 @|#
settled: talk|speak to|with|then you|soon|@
settled: I|WHO will ~1 see|meet you ~3 at? @|#
settled: will ~1 CALL you at @|#
settled: WHO will ~1 CALL you at @|#
settled: looking|look forward
settled: come on? in|by|then|over|down|at|@
settled: you are ~1 fixed|sorted|covered
settled: bring ~2 in at|by|@
settled: bring your|a|the|some
settled: I|WHO will ~1 be there|calling|out|meeting|waiting
settled: I|WHO will ~1 see|meet you ~1 at|@
settled: drop it|you|that off
settled: all taken care of
settled: plan on
settled: confirmation email|text|message|details
settled: email|text|message confirmation
settled: send|sending over? you? a|the|your|an|over ~1 confirmation|forms|form|address
settled: send|sending over? you? a|the|your|an|over ~1 details|invite|reminder|paperwork
settled: email|text|send|shoot|get you ~2 invite|invitation
settled: email|text|send you ~1 forms|form|address|confirmation|details|invite|reminder|paperwork|intake
settled: get|receive|getting|receiving a|an|your|the ~2 reminder|confirmation|email|text|message
settled: @ it is
settled: you got it
settled: there you go
settled: ask for
settled: arrive @|#|a|about|at|early|by
settled: hold|save|saving|holding DET|it table|spot|seat|for
settled: works for me
settled: @|# is|works|will|would? ~1 GOOD
settled: moved|taken ~3 off
moved: I have? MOVED you|it|that|this|your|the|to|both|everything
moved: you|it|that|this|&|@|# have|has|are|is been? MOVED
moved: I will ~2 MOVE you|it|that|this|your|to
moved: I am moving|switching|changing|rescheduling|pushing you|it|that|this|your|to
moved: your? new & is|time|will
moved: you are|have|got all? MOVED
moved: you are now at|on|scheduled|booked|set|down|in
moved: & is now
dropped: GONE
dropped: cancelling|canceling|cancel
dropped: I will|have|am|can? ~2 take|took|taken|taking you|it|that|this|the|your|DET ~2 off|out|down
dropped: I will|have|am|can? ~2 scratch|pull|pulled|remove you|it|that|this|the|your|DET ~2 off|out|down
dropped: I take|took|taken off|out
dropped: I will|have|am|can? ~2 scrap|free|remove|delete|pull|kill you|it|that|this|the|your|DET
dropped: scrap|free the|that|your|it
dropped: is off DET books|schedule|calendar|list|board
dropped: took|take|taking|taken you|it|that|this off|out
dropped: I have? removed|scratched|deleted|pulled you|it|that|this|the|your
check: please|kindly|can|could you|me|i|we? ~1 confirm|verify|ensure|review|recheck ~1 DET|that|you|&|@|details
check: would|let|to|need you|me|i|we? ~1 confirm|verify|ensure|review|recheck ~1 DET|that|you|&|@|details
check: please|kindly|can|could you|me|i|we? ~1 confirm|verify|ensure|review|recheck ~1 this|booking|i|if|it|back|all
check: would|let|to|need you|me|i|we? ~1 confirm|verify|ensure|review|recheck ~1 this|booking|i|if|it|back|all
check: please|kindly|pls|plz ~1 confirm|verify|ensure|review
check: confirming|conform|confirm|reconfirm
check: to recap|summarize|clarify
check: to confirm
check: make|making sure
check: check the details
check: is|are IT|these|those|they all? ~1 right|correct|accurate|okay|ok|good|fine|alright
check: is you? sure
check: that|this right|correct
check: you would|want|wanted|like ~2 @|&
check: you would|want|wanted|need|like to? ~1 BOOK
check: you are wanting|looking
check: should|shall|can|could|may I|you|me ~2 BOOK|put|go|proceed|move|change|get|hold|reserve
check: would|do you like|want|prefer|wish|need ~4 BOOK|&|appointment|proceed|MOVE|reserve|set
check: would|do you like|want|prefer|wish|need one|it|that|@|to? go|me
check: want|like me to ~1 BOOK|put|go|hold|MOVE|set
check: does|do IT|@ ~1 work|sound|suit
check: sound good|right|correct|okay|alright
nothing: can|could|may i|we get|have|take|grab your|a ~2 name|number|phone|email|birthday|birth|address|card|information
nothing: is|was this|now|it a? good time|moment
check: would|are you ~1 open|interested|willing to|in|for
check: say yes
check: & ~3 will be
check: I will|am|are ~3 making|booking|scheduling|reserving|setting ~1 &|appointment
check: I will ~1 BOOK ~3 &
check: should|shall|can|could I find you
check: so i book|schedule|reserve|make
when: what|which|specific|preferred|exact|certain ~2 day|days|time|times|date
when: when would|do|should|can|could|were|are|is|will|did
when: any ~1 day|days|time|times better|best|work|works|prefer|preferred
when: what works|time|day|date
when: morning|mornings or afternoon|afternoons
when: prefer|like mornings|morning|afternoon|afternoons
when: with anybody|anyone
no_room: fully|completely|totally|all|solidly|pretty|kind|already BOOKED|committed|full|slammed|packed
no_room: time|slot|spot|day|one is|was BOOKED|taken|gone|full
no_room: slots|openings|times|spots|appointments|& ~3 are|were BOOKED|taken|full|gone
no_room: booked up|solid|full|out|through|till|until|over|into
no_room: all booked up|solid
no_room: booking ~2 out|into
no_room: I|WHO|everyone|everybody|rose|doctor are|is ~1 booked|full|packed|slammed|swamped|jammed
no_room: there is|are|was not|no ~3 openings|opening|availability|available|&|slots|room|spots|tables|time
no_room: no ~2 openings|opening|availability|available|&|slots|spots|tables
no_room: do|does|did not ~1 have|see|got any|anything|an|a|that|one|available|open|it|openings|&|much|@
no_room: nothing ~1 at|today|tomorrow|open|available|next|left|until|till|sooner|@|free|before|on|for
no_room: have|got nothing
no_room: nothing i|we can
no_room: is|are|was|been|got|IT ~1 taken|gone|unavailable|full
no_room: is|are|was NOT ~2 available|open|free|an|in|here|working|on|possible
no_room: NOT available|open
no_room: unavailable
no_room: took|grabbed|snagged it|that|@
no_room: sold out
no_room: no longer
no_room: closed
no_room: tough|impossible
no_room: no|nah|nope sorry|unfortunately|man|love|i|we|not
no_room: I|you can not ~1 hold|do|get|fit|see|take|put|pencil|help|until|give|squeeze
no_room: do not take|accept ~1 &
info: not need ~2 &|appointment
info: not have to ~2 &|book|schedule
info: stop|come|swing|drop|pop on? by|in any|anytime|whenever
info: no & needed|necessary
info: close|closing|closed at
failed: unable|able|impossible|failed to|in ~1 BOOK|get|process|complete|secure|finish
failed: NOT be? able to? BOOK|get|process|complete|find|do|secure|make|be
failed: unable
failed: can|could|did|was|is|were|am|has|have|would|will NOT ~1 be|been|get|BOOK|find|complete|do|create|go
failed: can|could|did|was|is|were|am|has|have|would|will NOT ~1 booked|made|successful|able
failed: can|could|did|was|is|were|am|has|have|would|will NOT ~1 process|booking|let|happen|allow
failed: can|could|did|was|is|has|have NOT ~2 BOOKED|BOOK|successful|available
failed: did|does|do|is NOT go|going|work
failed: booking|reservation|&|request|attempt|it|that has|have|was? failed|unsuccessful
failed: was|is|been|were ~1 unsuccessful
failed: failed
failed: have|having|had ~2 trouble|issue|issues|problem|problems|difficulty|difficulties
failed: went wrong
failed: problem|trouble|issue|error|difficulty ~1 BOOK|booking|with|scheduling|reserving|making
failed: there was|is|seems ~4 problem|issue|error
failed: system|calendar|computer|computers|booking is|are ~2 down
failed: can not BOOK ~3
failed: not BOOKED
owed: have ~2 CALL you ~1 to|and ~3 BOOK|BOOKED|schedule|confirm|set
owed: I|WHO will|can ~2 CALL ~1 you ~2 to|and ~2 BOOK|schedule|confirm|finalize|discuss|set
owed: will|to|and|can|gonna|should CALL ~1 you ~2 to|and ~2 BOOK|schedule|confirm|finalize|discuss|set
owed: will|to|and reach|get|follow out|back|up ~3 to|and ~2 BOOK|schedule|confirm|finalize|set
owed: will|to|and get|be back|in ~1 to|with|touch you? to|and ~2 BOOK|schedule|confirm|finalize|set
settled: I|WHO|driver|tech|guy will ~2 CALL you ~3 when|before|once|# ~3 on|heading|headed|close|there
settled: I|WHO|driver|tech|guy will ~2 CALL you ~3 when|before|once|# ~3 arrive|arrives|get|gets|minutes
settled: will be ~1 there|out
settled: give you a call|ring|buzz ~1 when|before|once|# ~3 way|heading|headed|close|there|arrives|gets|minutes|away
settled: CALL you ~1 when ~2 on|heading|headed|close|arrive|arrives|there
settled: CALL you ~3 before ~2 get|come|arrive|head|heads|gets|comes|arrives
owed: CALL you ~2 to|and get you ~1 BOOKED|in|set|down
owed: give you a call|ring|buzz|shout ~2 to|and get you ~1 BOOKED|in|set|down
owed: give you a call|ring|buzz|shout ~2 to|and ~2 BOOK|schedule|confirm|finalize|set|get
later: CALL ~1 you back
later: call|text|email back|shortly|soon
nothing: you|please ~1 call back
later: can|could|may I|WHO|you ~3 CALL you
later: will ~1 CALL you
later: I|WHO|who will|to|can|gonna|going ~2 CALL you
later: I|WHO|to will be? ~2 CALL|reply|reach|respond ~2 to|you|out|with|by|back|up
later: I|WHO|to will be? ~2 confirm|follow|calling|contacting|reaching ~2 to|you|out|with|by|back|up
later: have|has|had|let|ask ~4 CALL|reach you|out
later: reach|reaching|follow out|up|back
later: get|gets|getting back to|with? you
later: give you a call|ring|shout|buzz
later: I|WHO will let you know
nothing: I will let them know
later: hear from|back
later: sent|send|sending|forward|forwarded|submitted ~3 request|preference|information|info|message
later: submit|put|pass|passed|take|noted|note ~3 request|preference|information|info|message
later: emailed ~2 request
later: on the ~1 list|waitlist
later: waiting|wait|cancellation list
later: waitlist
later: I will|would|have ~2 need|to|gotta|will? ~1 check|see|ask|look|talk|speak ~1 with|to|if|and|first|the|what
later: I will ~1 ask
later: check with the|my|our
later: check and CALL
later: send|text|shoot|email you ~3 link|times|days|quote|options|dates
later: be in touch
later: once|after you|it|she|he|they|we|i ~1 is|has|have|are|been|pay|sign|approve|fill|get|review|hear
later: before|until I|you can|could
later: WHO will|has|have ~2 confirm|approve|review
later: have an answer
later: make a note
later: keep you posted
later: need|needs|has|have to ~1 approve|review|check|clear|see|go|run ~3 first
later: I will ~2 try you
later: first and then we|the
closing: anything|something|nothing|any|what|somewhere ~2 else|more|further|additional|other
closing: any ~1 assistance|help|questions
closing: do for you
closing: help|assist ~2 with
closing: have|enjoy a|your|the|rest ~1 day|one|evening|weekend|night|afternoon|rest
closing: further|additional assistance|help
shift: need|have|had|like|want to ~1 MOVE ~1 &|it|you|our|your
shift: did|do|would you ~2 want|like|need to ~1 reschedule
shift: let us ~1 MOVE you|it|that|your
shift: missed your|the|an &
shift: @ instead
shift: come ~2 @ instead
shift: could|can|would you come|do|make|move ~3 instead
shift: is|are|called out sick
shift: running behind
reminder: remind|reminding|reminder you? ~1 of|about|for|call|that
reminder: calling|call|reaching|calls out? to? confirm|about|regarding ~2 &|@
reminder: you have|had DET ~1 &
reminder: about|regarding your|@|the ~2 &|visit
keep: leave|keep|leaving|keeping it|that|as|your|the|you
keep: as it is
keep: as scheduled
keep: will not cancel
info: pick|picking|picked it|you|that up
info: pick|picking up
info: ready
info: @|# to|through @|#
info: open|here|there until|till|from
info: first come
info: you can ~1 book|schedule|do|request|order ~3 online|website|app
no_room: transferring|connecting|directing you
no_room: transfer|connect you to|over
info: results
info: walk|walking in|ins
info: take walk
info: finishing|finish
info: due
nothing: cancellation|cancelation|cancellations fee|policy|fees
nothing: I|you can|to|if|need ~3 cancel
nothing: no cancel|cancellation
nothing: may|shall|should I call|ring|phone|contact you again|in|next
nothing: you are in the? system|luck|network|pain|town|touch|time
nothing: you are on the? phone|hold|line
nothing: find|get|pick|look you|it|for ~1 something|another|anything ~1 else|time|day
nothing: anything to|before|i|you|like|about
nothing: feel free
nothing: get|getting|help you BOOKED|BOOK|set
nothing: I see your|that|it|you|an
nothing: cancel or reschedule|move
nothing: confirm|verify ~2 email|phone|number|address|spelling|name|birth|birthday|insurance|card
nothing: confirm ~1 spelling of
nothing: see you|what|if|when soon? on|about? tv
nothing: BOOKED online
nothing: have you ever? been|had
nothing: what is|are ~2 name|number|birth|address
nothing: until it is
nothing: have ~1 question|questions
nothing: ask you
nothing: help you ~1 with? today|you
nothing: how can|may I help
nothing: what can I do for you
nothing: call|contact them|you at @|#
nothing: you|they can ~2 contact|reach|call
nothing: available services
"""

OFFERS = """
offer: how|what about|is ~1 @|#
offer: how|what about
offer: can|could ~2 meet|see|do|take|squeeze|fit|give|offer|get|come|bring|put|make|send|swing|stop
offer: can|could ~2 have|be|arrive|start|show|schedule|book|move|set|work
offer: have|has got? ~3 @|#|time|room|opening|slot|spot|gap
offer: got @|#|a|an
offer: opening|openings|slot|slots|spot|available|availability|free|open
offer: next|earliest|soonest|first one|available|opening|&|slot|thing|appointment
offer: there is|are
offer: @|# or @|#
offer: would|does|will|is|do @|#|IT ~1 work|be|good|okay|better|fine|alright|possible
offer: works|work|better|prefer
nothing: feel|feeling|get|gets|getting better
offer: come in? @|at|by|tomorrow
offer: bring you|it in? at|by|@
offer: why do not I|you
time: in|within ~3 hour|hours|minutes|minute
offer: let us say|do|try|start
offer: wants|like to see you
"""
