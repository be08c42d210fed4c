-- What a call meant: transcripts, analyses with their evidence, services and prices, daily figures, recordings' storage.

alter table organizations
    add column keeps_originals boolean not null default false,
    add column openai_enabled boolean not null default false,
    add column openai_budget_per_day numeric(12, 4) not null default 5 check (openai_budget_per_day >= 0),
    add column qa_weights jsonb not null default '{}',
    add column recording_retention_days integer check (recording_retention_days >= 0);

-- The newest results, beside what events state. What a call counts for in the daily figures is kept with it.
alter table calls
    add column booking text,
    add column result text,
    add column result_sentence text,
    add column fault text,
    add column temperature text check (temperature in ('hot', 'warm', 'cold')),
    add column service text,
    add column interested boolean,
    add column qa_score integer check (qa_score between 0 and 100),
    add column reason_primary text,
    add column reason_secondary text,
    add column risk_flags text[] not null default '{}',
    add column stated jsonb not null default '{}',
    add column corrected text[] not null default '{}',
    add column has_transcript boolean not null default false,
    add column counted jsonb;
-- What events stated of columns that results fill as well stays apart: whatever is shown, it is not lost.
do $$
begin
    set local role aftercall_system;
    update calls c set stated = (
        select coalesce(jsonb_object_agg(e.key, case when e.key = 'sentiment_score' then to_jsonb(e.value #>> '{}')
                                                     else e.value end), '{}')
        from jsonb_each(to_jsonb(c)) e
        where c.stamps ? e.key and e.value <> 'null'
          and e.key in ('sentiment', 'sentiment_label', 'sentiment_score', 'sentiment_summary', 'sentiment_urgency',
                        'outcome_summary', 'booking_confirmed'));
    reset role;
end $$;
create index calls_changed on calls (org_id, updated_at, id);

-- What a person has set is not overwritten by what calls lead to.
alter table contacts
    add column lead_status_held boolean not null default false,
    add column temperature_held boolean not null default false;
create index contacts_newest on contacts (org_id, last_contacted_at desc nulls last, id desc);

-- Redacted, as turns; the untouched words only where the organization keeps them, encrypted. `weight` tells which of
-- several transcripts of a call stands: the greatest, in whatever order they arrive.
create table transcripts (
    org_id uuid not null references organizations,
    call_id uuid not null,
    language text,
    engine text not null,
    turns jsonb not null,
    tools jsonb not null default '[]',
    redacted jsonb not null default '{}',
    translated_text text,
    original bytea,
    weight text[] not null,
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, call_id),
    foreign key (org_id, call_id) references calls (org_id, id) on delete cascade
);
alter table transcripts alter column original set storage external;
select guard_tenant_table('transcripts');

-- Every result with its version: nothing is overwritten. Of one kind a person's word wins (until withdrawn: a null
-- value), then the provider's, openai's, and the rules'; of the same engine the greatest version.
create table analyses (
    org_id uuid not null references organizations,
    call_id uuid not null,
    kind text not null,
    version integer not null check (version > 0),
    engine text not null check (engine in ('rules', 'provider', 'openai', 'person')),
    rule_version text not null,
    value jsonb,
    evidence jsonb not null default '[]',
    author text,
    created_at timestamptz not null default clock_timestamp(),
    primary key (org_id, call_id, kind, version),
    foreign key (org_id, call_id) references calls (org_id, id) on delete cascade
);
select guard_tenant_table('analyses', 'select, insert, update');

create table services (
    org_id uuid not null references organizations,
    id uuid not null default gen_random_uuid(),
    name text not null check (name <> ''),
    price numeric(12, 4) not null check (price >= 0),
    price_version integer not null default 1,
    keywords text[] not null default '{}',
    deleted_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, id)
);
create unique index services_by_name on services (org_id, lower(name)) where deleted_at is null;
select guard_tenant_table('services', 'select, insert, update');

create table service_prices (
    org_id uuid not null references organizations,
    service_id uuid not null,
    version integer not null,
    price numeric(12, 4) not null check (price >= 0),
    valid_from timestamptz not null default clock_timestamp(),
    set_by text not null,
    primary key (org_id, service_id, version),
    foreign key (org_id, service_id) references services (org_id, id)
);
select guard_tenant_table('service_prices', 'select, insert');

-- What a new organization sells until it says otherwise.
create function seed_services(org uuid) returns void language sql set search_path = public, pg_temp as $$
    with made as (
        insert into services (org_id, name, price, keywords) values
            (org, 'Botox', 400, '{botox,wrinkle,injection}'),
            (org, 'Facelift', 8000, '{facelift,face lift}'),
            (org, 'Rhinoplasty', 6000, '{rhinoplasty,nose job}'),
            (org, 'Breast Augmentation', 7500,
             '{breast augmentation,breast implant,breast enlargement,breast enhancement,boob job}'),
            (org, 'Liposuction', 5000, '{liposuction,lipo,fat removal}'),
            (org, 'Fillers', 500, '{filler,dermal filler,lip filler,lip injection,juvederm,restylane}'),
            (org, 'Consultation', 150, '{consultation,consult}')
        on conflict do nothing returning org_id, id, price)
    insert into service_prices (org_id, service_id, version, price, set_by)
        select org_id, id, 1, price, 'default' from made
$$;
revoke all on function seed_services(uuid) from public;
grant execute on function seed_services(uuid) to aftercall_system;
-- The owner is held by row security as well: existing organizations are seeded as the system role.
do $$
begin
    set local role aftercall_system;
    perform seed_services(org_id) from organizations
        where org_id > '00000000-0000-0000-0000-0000000000ff';
    reset role;
end $$;

-- One row a day (in the organization's zone), campaign and agent; '' where a call has none.
create table call_stats_daily (
    org_id uuid not null references organizations,
    day date not null,
    campaign text not null default '',
    agent text not null default '',
    calls integer not null default 0,
    inbound integer not null default 0,
    inbound_bookings integer not null default 0,
    answered integer not null default 0,
    bookings integer not null default 0,
    value numeric(16, 4) not null default 0,
    seconds numeric(16, 3) not null default 0,
    cost numeric(16, 4) not null default 0,
    positive integer not null default 0,
    neutral integer not null default 0,
    negative integer not null default 0,
    qa_sum integer not null default 0,
    qa_count integer not null default 0,
    primary key (org_id, day, campaign, agent)
) with (fillfactor = 70);
select guard_tenant_table('call_stats_daily');

alter table recordings
    add column content_type text,
    add column expires_at timestamptz,
    drop constraint recordings_state_check,
    add constraint recordings_state_check check (state in ('pending', 'processing', 'completed', 'failed', 'expired'));
create index recordings_due on recordings (org_id, next_attempt_at) where state = 'pending';

-- What the outside model was asked and what it cost, by day in the organization's zone.
create table openai_usage (
    org_id uuid not null references organizations,
    day date not null,
    requests integer not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    cost numeric(12, 6) not null default 0,
    primary key (org_id, day)
);
select guard_tenant_table('openai_usage');

-- Ends a job in the exchange of its commit: whoever lost the lease loses the whole transaction.
create function finish_job(org uuid, job uuid, held integer) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    update jobs set state = 'done', finished_at = clock_timestamp(), lease_until = null, last_error = null
        where org_id = org and id = job and fence = held and state = 'ready';
    if not found then
        raise exception 'job % has another owner by now', job using errcode = 'AC001';
    end if;
end $$;

-- May this claim still act? Asked, and held until the commit, before anything is said to the outside.
create function hold_job(org uuid, job uuid, held integer) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
    perform from jobs where org_id = org and id = job and fence = held and state = 'ready' for no key update;
    if not found then
        raise exception 'job % has another owner by now', job using errcode = 'AC001';
    end if;
end $$;
revoke all on function finish_job(uuid, uuid, integer), hold_job(uuid, uuid, integer) from public;
grant execute on function finish_job(uuid, uuid, integer), hold_job(uuid, uuid, integer) to aftercall_app;
