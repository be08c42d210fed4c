"""The phrases by which callers ask for an appointment, take it, refuse it, move it and give it up.

Written in the patterns of `rules.booking.patterns`, over words as `rules.booking.reading` leaves them: contractions
opened, every object pronoun and name "you", `@` for a day, a date or an hour, `#` for a lone number, `&` for any word
that means an appointment.
"""

CALLER = """
existing: my|our|his|her|their ~1 &
nothing: ORDER|need|want|get|like|due ~2 my|our|his|her|their|a|an|the ~1 &
existing: double check|checking|verify
existing: what time|day|date ~2 &
nothing: call us|me|back ~1 to schedule|book|confirm
existing: calling|call to remind
existing: had|have|got|has you? DET ~1 & today|tomorrow|at|on|for|with|last|@
existing: had a|an|my|our ~1 &
existing: i|we booked|scheduled|made|cancelled|canceled|called
existing: did i|we|my|he|she ~2 book|schedule|make
existing: was|were coming
existing: still on|good|coming for|@
existing: am|are i|we ~1 on|booked|scheduled|down for|@
existing: said|told ~3 book|schedule
existing: had booked|scheduled|made
existing: was|were|is BOOKED|supposed
existing: has|have|got ~3 BOOKED
existing: i|we|you|he|she am|are|was|were is? supposed to come|be|bring|have
existing: you ~1 are coming
existing: confirm DET &
existing: i|we have|had|got a|an|my|our ~1 &
existing: calling|call|wanted|want to confirm|check ~4 &
existing: i|we had|have something|one|mine ~1 at|on|@|for
existing: you have me|us|you down|for|on|at|in
existing: i was going to bring|come|do
existing: i|we am|are|was|were down|booked|scheduled ~1 for
existing: i am ~1 supposed to
existing: when i am
existing: what time|day was|is|did ~1 @|that|it|my|the|&
existing: for my @|#|&
existing: have|got a? reservation
existing: i|we have|had got? a|an|my ~1 &
existing: i|we am in|on ~2 for|at|@|on
existing: i|we have|had|got a|an|my ~1 @|#
existing: my @|#
existing: I have you|a ~2 at|@ today|for|tomorrow|@
move: reschedule
move: move|change|push|bump|switch|shift|postpone it|my|our|the|that|this|to|out|back|up
move: different|another|other time|day
move: @|#|it|come|do instead
move: instead
nothing: running ~2 late
nothing: stuck in traffic
move: need ~1 another
cancel: cancel
cancel: cancelled|cancelling|canceling
cancel: take|took|pull|get|scratch me|you|us|my|it off|out
cancel: do not need|have to? it|you|that|the|anymore|send|bring|come
cancel: please do not come
cancel: do not want ~1 &|appointment
cancel: decided not to
unable: can|will|could not ~2 make|be|come
unable: not ~1 able|going|coming|gonna|feeling ~1 to|in|come|make|be|well
unable: i|we|he|she can|could|will not ~2 make|be|come
unable: i|we am|are not ~2 make|come|coming
unable: something came up
unable: stuck at|on|in
unable: come|came down with
unable: not feeling
take: @|# please
take: i|we|us will|would|can|could ~2 take|do|go|have|prefer|want|make|get ~2 the|that|it|@|#|with|both|for
take: let us ~1 do|go|take|make|book|try|say
take: put|sign|pencil|mark|lock|count|book|squeeze me|us|you|it down|up|in
take: put|sign|pencil|book|squeeze ~2 down|up|in
take: book|reserve|take|schedule|grab it|that|both|them
take: the @|#|first|second|later|earlier|latter|former one|please|works|is
take: give me the|that|@
yes: yes|yeah|yep|yup|yea|yah|sure|absolutely|definitely|certainly|affirmative|bet|aye|totally|indeed|ya
yes: beautiful|splendid|marvelous|superb|grand|groovy|sweet|dope|bueno
yes: okie|okey doke|dokey
yes: DET first|second|last|later|earlier|morning one|time|slot|appointment
yes: DET afternoon|evening|latter|former|other|early|late one|time|slot|appointment
yes: is|would|will ~1 be? better|easier|best|preferable
coming: on my|our way
yes: do it
yes: by me
coming: i|we|you will be ~1 there|here|home|ready|in
yes: uh huh
yes: of course
yes: @|#|IT|which|they ~1 is|are|works|work|sounds|will|would|looks|seems|s ~2 GOOD|for|me|us|work|works
yes: IT|@|#|which would|will|should|can|could be|work|do|suit ~1 GOOD|for|just|me|us
yes: IT|@|#|both works|work
yes: IT will do
yes: sounds|sound|seems|looks GOOD|like
yes: works for|GOOD|well me|us
yes: works
yes: go ahead|for|with
yes: please do|book|proceed|make|reserve|schedule|confirm
yes: perfect|exactly|correct|excellent|wonderful|awesome|amazing|fantastic|brilliant|lovely|yay|deal|confirm|agreed
yes: that is right|correct|it
yes: you are right|correct
yes: i|we|she|he can ~1 do|make|come|manage|leave|be ~1 that|it|@|then|there|in
yes: i|we can
yes: i|we|she|he|you would love|like that|it
yes: i|we|she|he|you would love to
yes: why not
coming: i|we|us will? be|see|are there|you
coming: i|we are|am coming|on|leaving
coming: am coming|leaving|on
yes: i want it|that
coming: i|we will ~1 bring|leave|come it|you|by? right|at|@|my|in
coming: i|we will come now|over|today|@|then
coming: see you then|@|there|soon|later|tomorrow
coming: see|c ya
yes: no IT|@ is|works|sounds GOOD|for
yes: but GOOD
yes: good with
yes: that is early but
yes: yes please
yes: @|# ~1 GOOD|works
weak_yes: okay|ok|alright|great|fine|good|cool|gotcha|right|nice|alrighty
weak_yes: got it
weak_yes: will do
weak_yes: i guess
no: no|nope|nah|negative
no: do|does|will|is|can|would|did|are NOT ~2 work|good|great|do|make|be|going|possible|available|come|wait|really
no: too ~1 late|early|far|long|soon|much|expensive
no: i|we can not
no: out of town
no: i work late
no: actually
decline: never mind
decline: nevermind
decline: forget IT|about|it
decline: i|we will|am ~2 pass|wait|skip|hold|look|shop|find|go|see
decline: NOT ~1 interested
decline: call|phone|get|ring you ~1 back|again|when|later
decline: give you ~1 a call|ring
decline: call back|again|around|when|later
decline: check|shop|look|ask around
decline: think about|on|over|it
decline: leave it for|there|at
decline: sleep on it
decline: talk ~2 over|husband|wife
decline: i|we will|would ~1 try
decline: try|go|find|call|book|look|already ~1 somewhere|another|someone|elsewhere|somebody
decline: urgent care
decline: NOT right now
decline: not today|yet|now|moment|necessary|needed
decline: not at DET moment|time
decline: do not bother|worry
decline: no thanks|thank
decline: i|we will ~1 do|book|schedule|make it|that|one when|online|myself|later|next
decline: i|we will ~1 call|ring|phone @|you|them|back|around|when
decline: i will let you know
decline: talk|speak|check to|with my husband|wife|mom|mother|partner|boss|boyfriend|girlfriend|parents
decline: no IT is okay|alright|ok thanks|thank
decline: comparing|shopping
decline: wanted to know
decline: only wanted
decline: maybe|some other|another|next|later time|day|week
decline: reach out later
decline: come|swing|stop|pop by
decline: book|do|schedule it|that|this online|myself|later
decline: person|human|representative|operator
decline: can not wait
decline: until|till it|i|we|he|she
decline: out of my|our budget
decline: already ~1 have|booked|went|found|scheduled somewhere|another|elsewhere|with
decline: stop calling
decline: off your|the|this|that|my list
decline: take|remove me|us off|from ~1 list
decline: if i|we were|booked|wanted|schedule|did|decide|book
decline: i moved
pause: let|have|need|got|would me|to ~1 check|ask|see|look|talk|think|call|make|find|confirm|figure
pause: will|would|could? text|call|message you ~1 guys|later|back|when|if
pause: hold on
pause: one|a second|moment|minute
pause: NOT sure
pause: do not know|have
keep: leave|keep it|that|my|as|the|you
keep: do not cancel
keep: make the|it|that @|# work
info: pick|picking|picked ~2 up
info: hours
info: leave|take|give ~2 message
info: is|are you|it|my ~2 ready
info: left my|our|a
nothing: no problem|worries|rush|need|later|earlier|more|longer|matter|doubt|way|kidding|wonder
nothing: not a problem
nothing: see if|what|how|about|whether
nothing: calling ~1 see|find|ask|check if|what|how|about|whether|out|on
nothing: any questions
nothing: thank you
nothing: to find out
nothing: right now|away|here|back
nothing: yes|yeah|yep hi|hello|hey
nothing: make|making|be|not sure
nothing: how much|long|far
nothing: all good
enough: IT is|was|will|would|should be? ~1 all|it|everything
enough: no i am|do GOOD|not
enough: i got|have ~1 all|everything
enough: all i need|needed
enough: i am all? set|done
enough: takes care of
enough: no nothing
enough: nothing else|more
nothing: good morning|afternoon|evening|day
nothing: are you sure
nothing: not in? pain|bad|really
nothing: you cancelled|canceled
nothing: can I|you ~1 cancel later
nothing: if|case|unless i|we|something|she|he|they ~4 cancel|reschedule|move|change
nothing: if|case|unless something ~6 cancel|reschedule|move|change
nothing: if|case|unless i|we|she|he|they can ~1 not make|come|do
nothing: if|case|unless i|we|she|he|they cannot make|come|do
nothing: fee|fees|policy|charge|charged|cost ~3 cancel|cancelling|canceling
nothing: cancel fee|policy|penalty
nothing: see|get my|the results
nothing: do not ~1 take|do
"""

ASKS = """
nothing: in|on the|your book|books|schedule
nothing: i|we am in|on the|your book|books|schedule
nothing: i|we have got? a|an|my ~1 &
nothing: did i|we|my|he|she ~2 book|schedule|make
nothing: said|told ~3 book|schedule
nothing: call us|me|back ~2 to schedule|book|reschedule|confirm
nothing: like|want|need|wanted|wanting|calling to ~1 make sure
nothing: i? am? calling ~1 see|find|ask|check if|what|how|about|whether|out|on
ask: if|whether|when I|you|she|he can|could ~3 come|get|see|bring|have|drop|do|take|look|fit|in|send|squeeze
ask: about|of|for scheduling|booking|making|setting|getting ~2
ask: i|we would|want|need|wanna|am|was|have|had ~4 ORDER|see|come|visit|find|get|schedule|try
ask: i|we would|want|need|wanna ~4 &
ask: like|want|need|wanted|wanting to|for|if|about ~3 ORDER|get|see|come|visit|bring|have|be|do|&
ask: trying|hoping|looking|love|wondering|calling to|for|if|about ~3 ORDER|get|see|come|visit|bring|have|be|do|&
ask: ORDER|need|want|get|like|have|find|arrange|for me|us? ~2 &
ask: book|schedule|reserve
ask: make|set ~2 &
ask: put|fit|squeeze|sign|get|pencil me|us|you|it|both|in ~2 in|for|up|down|at
ask: do|does|got|have|is|are|any|anything|something ~3 openings|opening|availability|available|open
ask: do|does|got|have|is|are|any|anything|something ~3 anything|something|room|&|appointments|time
ask: anything|something ~1 today|tomorrow|this|next|on|for|around|@|sooner|earlier|in|at
ask: is|are there|it|they|you ~3 available|possible|chance|free|open|today|@
ask: any chance
ask: can|could|may I|you|my|she|he ~3 come|get|see|bring|have|drop|do|take|look|fit|in|send|squeeze|give|go
ask: can|could somebody|someone|anybody|anyone|they ~3 come|get|see|do|look|fit|send|squeeze|give|go
need: need|want|wanna|like|wants ~1 DET|to|get|some|somebody|someone|new
need: i|we|it|my need|want|needs|wanna
need: looking|calling|here|interested for|in|about|because
ask: it is time for
need: is|are|will|does not
need: lost|broke|broken|chipped|hurts|fever|cough|noise
need: leaking|backed|throwing|light|blowing|fell|ache|toothache|grinding
ask: table for
ask: supposed to start
ask: need to be seen
ask: how about|soon
time: in|within ~3 hour|hours|minutes|minute
"""
