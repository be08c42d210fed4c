-- What people have put aside of what waits for them. The worklist itself is no table: it follows from calls and messages
-- as they stand, and what is marked here is left out of it. `kind` says why it stood there: what comes up again for a
-- graver reason is shown again.
create table work_marks (
    org_id uuid not null references organizations,
    kind text not null check (kind in ('urgent', 'callback', 'missed', 'reminder', 'unknown', 'message')),
    subject_id uuid not null,
    state text not null check (state in ('done', 'snoozed')),
    snoozed_until timestamptz,
    outcome text check (outcome in ('reached', 'booked', 'no_answer', 'not_needed')),
    marked_by text not null,
    marked_at timestamptz not null default clock_timestamp(),
    check ((state = 'snoozed') = (snoozed_until is not null)),
    primary key (org_id, subject_id, kind)
);
create index work_marks_newest on work_marks (org_id, marked_at desc);
select guard_tenant_table('work_marks');

-- Only what can stand on the worklist: small beside a million calls, and newest first.
create index calls_urgent on calls (org_id, happened_at desc, id desc) where sentiment_urgency = 'high';
create index calls_wanting on calls (org_id, happened_at desc, id desc) where result in ('callback', 'requested');
create index calls_missed on calls (org_id, happened_at desc, id desc)
    where direction = 'inbound' and result in
        ('no_answer', 'busy', 'voicemail', 'dropped', 'called_off', 'failed', 'transfer_failed');
create index messages_to_look_at on messages (org_id, updated_at desc, id desc)
    where status in ('failed', 'undelivered', 'unknown', 'skipped');
