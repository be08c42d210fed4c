-- What people read stays quick at a million calls: each list has an index that row security leaves in use (equality on
-- text, and nothing that could leak).

-- Where the library puts a call: by the call centre's word where there is one, else by ours, and by its length.
create function shelf_of(disposition text, result text, seconds numeric) returns text
language sql immutable parallel safe as $$
    select case
        when seconds < 30 then 'worst'
        when word in ('failed', 'no answer', 'busy', 'voicemail', 'disconnected', 'rejected') then 'worst'
        when word in ('completed', 'success', 'connected', 'answered') and seconds > 60 then 'best'
        when word <> '' then null
        when result in ('failed', 'no_answer', 'busy', 'voicemail', 'disconnected', 'rejected', 'wrong_number',
                        'dropped', 'called_off', 'transfer_failed') then 'worst'
        when result in ('answered', 'booked', 'rescheduled', 'requested', 'callback', 'transferred')
            and seconds > 60 then 'best'
    end
    from (select translate(lower(btrim(coalesce(disposition, ''))), '_-', '  ')) said(word)
$$;
alter table calls add column shelf text generated always as (shelf_of(disposition, result, duration_seconds)) stored;
create index calls_best on calls (org_id, shelf, qa_score desc nulls last, happened_at desc, id desc)
    where shelf = 'best';
create index calls_worst on calls (org_id, shelf, qa_score asc nulls last, happened_at desc, id desc)
    where shelf = 'worst';

-- The order of contacts: when they were last heard of. One that has not called yet counts from when it became known.
alter table contacts add column heard_at timestamptz not null
    generated always as (coalesce(last_contacted_at, created_at)) stored;
drop index contacts_newest;
create index contacts_heard on contacts (org_id, heard_at desc, id desc);
create index contacts_by_temperature on contacts (org_id, temperature, heard_at desc, id desc);
