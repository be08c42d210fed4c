-- The tables of the spine. Every tenant table leads its keys with org_id and is guarded by row level security.

-- Guards one tenant table: no organization set, no rows; the system role passes by a policy of its own.
create function guard_tenant_table(tenant_table regclass, privileges text default 'select, insert, update, delete')
returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', tenant_table);
    execute format('alter table %s force row level security', tenant_table);
    execute format(
        'create policy tenant on %s to aftercall_app, aftercall_read '
        'using (org_id = (select nullif(current_setting(''app.org_id'', true), '''')::uuid)) '
        'with check (org_id = (select nullif(current_setting(''app.org_id'', true), '''')::uuid))', tenant_table);
    execute format('create policy system on %s to aftercall_system using (true) with check (true)', tenant_table);
    execute format('grant %s on %s to aftercall_app', privileges, tenant_table);
    execute format('grant select on %s to aftercall_read', tenant_table);
    execute format('grant select, insert, update, delete on %s to aftercall_system', tenant_table);
end $$;
revoke all on function guard_tenant_table(regclass, text) from public;

create table organizations (
    org_id uuid primary key,
    name text not null check (name <> ''),
    timezone text not null default 'America/New_York',
    convoso_timezone text not null default 'America/Los_Angeles',
    convoso_fields jsonb not null default '{}',
    default_region text not null default 'US',
    body_retention_days integer not null default 30 check (body_retention_days >= 0),
    webhook_limit_per_minute integer check (webhook_limit_per_minute > 0),
    created_at timestamptz not null default now()
);
insert into organizations (org_id, name) values ('00000000-0000-0000-0000-000000000000', 'Nobody: quarantine and global jobs');
select guard_tenant_table('organizations', 'select, update');

create table users (
    id uuid primary key,
    email text not null check (email = lower(email)),
    name text not null default '',
    password_hash text,
    is_super_admin boolean not null default false,
    sessions_valid_from timestamptz not null default now(),
    created_at timestamptz not null default now(),
    unique (email)
);
grant select, insert, update on users to aftercall_app, aftercall_system;
grant select (id, email, name, is_super_admin) on users to aftercall_read;

create table memberships (
    org_id uuid not null references organizations,
    user_id uuid not null references users,
    role text not null check (role in ('viewer', 'analyst', 'operator', 'admin', 'owner')),
    created_at timestamptz not null default now(),
    primary key (org_id, user_id)
);
create index memberships_of_user on memberships (user_id);
select guard_tenant_table('memberships');

-- What finds an organization before one is known: kind is token (hash), vapi_assistant, vapi_number, line (E.164) or
-- call (provider:ref). Its primary key makes it impossible that two organizations register the same one.
create table routes (
    kind text not null,
    value text not null,
    org_id uuid not null references organizations,
    created_at timestamptz not null default now(),
    primary key (kind, value)
);
create index routes_of_org on routes (org_id, kind);
select guard_tenant_table('routes');

create table webhook_tokens (
    org_id uuid not null references organizations,
    id uuid not null,
    endpoint_type text not null,
    token_hash text not null,
    token_sealed bytea not null,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    deactivated_at timestamptz,
    last_used_at timestamptz,
    primary key (org_id, id),
    unique (org_id, token_hash)
);
select guard_tenant_table('webhook_tokens');

create table assistants (
    org_id uuid not null references organizations,
    id uuid not null,
    vapi_assistant_id text not null,
    name text not null default '',
    created_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, vapi_assistant_id)
);
select guard_tenant_table('assistants');

-- Lines that an organization owns: who calls from one (a clinic's forwarded phone) is that organization.
create table phone_numbers (
    org_id uuid not null references organizations,
    id uuid not null,
    number text not null,
    label text not null default '',
    assistant_number text,
    assistant_id uuid,
    vapi_phone_number_id text,
    created_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, number),
    foreign key (org_id, assistant_id) references assistants (org_id, id)
);
select guard_tenant_table('phone_numbers');

create table contacts (
    org_id uuid not null references organizations,
    id uuid not null,
    lead_id text,
    phone text,
    name text,
    first_name text,
    last_name text,
    email text,
    campaign text,
    status text,
    source text,
    lead_status text not null default 'new' check (lead_status in ('new', 'contacted', 'booked', 'lost')),
    temperature text check (temperature in ('hot', 'warm', 'cold')),
    lead_score integer,
    services_interested text,
    last_contacted_at timestamptz,
    stamps jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id)
);
create unique index contacts_by_lead on contacts (org_id, lead_id) where lead_id is not null;
create unique index contacts_by_phone on contacts (org_id, phone) where lead_id is null and phone is not null;
create index contacts_with_phone on contacts (org_id, phone);
select guard_tenant_table('contacts');

create table calls (
    org_id uuid not null references organizations,
    id uuid not null,
    provider text not null,
    provider_call_id text,
    call_sid text,
    direction text not null default 'unknown',
    call_type text,
    status text not null default 'unknown',
    assistant_id text,
    phone_number_id text,
    ended_reason text,
    outcome text,
    from_number text,
    to_number text,
    phone_number text,
    caller_name text not null default 'Unknown Caller',
    contact_id uuid,
    lead_id text,
    agent_id text,
    agent_name text,
    campaign text,
    disposition text,
    started_at timestamptz,
    ended_at timestamptz,
    duration_seconds numeric(12, 3),
    total_cost numeric(12, 4),
    recording_url text,
    recording_status text not null default 'none',
    transfer_to text,
    transfer_time timestamptz,
    transfer_reason text,
    outcome_summary text,
    sentiment text,
    sentiment_label text,
    sentiment_score numeric(5, 4) check (sentiment_score between 0 and 1),
    sentiment_summary text,
    sentiment_urgency text,
    disposition_notes text,
    recording_consent boolean,
    consent_verified_by text,
    escalated boolean,
    escalation_time timestamptz,
    booking_confirmed boolean,
    financial_value numeric(12, 4),
    lead_score integer,
    metadata jsonb not null default '{}',
    analysed_at timestamptz,
    analysed_with text,
    stamps jsonb not null default '{}',
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    happened_at timestamptz not null generated always as (coalesce(started_at, created_at)) stored,
    primary key (org_id, id),
    foreign key (org_id, contact_id) references contacts (org_id, id)
);
create index calls_newest on calls (org_id, happened_at desc, id desc);
create index calls_of_contact on calls (org_id, contact_id);
select guard_tenant_table('calls');

create table call_refs (
    org_id uuid not null references organizations,
    provider text not null,
    ref text not null,
    call_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (org_id, provider, ref),
    foreign key (org_id, call_id) references calls (org_id, id) on delete cascade
);
create index call_refs_of_call on call_refs (org_id, call_id);
select guard_tenant_table('call_refs');

create table webhook_events (
    org_id uuid not null references organizations,
    id uuid not null,
    provider text not null,
    endpoint text not null,
    kind text not null,
    dedupe_key text not null,
    call_ref text,
    named text[] not null default '{}',
    headers jsonb not null default '{}',
    raw bytea,
    raw_bytes integer not null default 0,
    received_at timestamptz not null default clock_timestamp(),
    state text not null,
    attempts integer not null default 0,
    error text,
    answer smallint not null default 200,
    processed_at timestamptz,
    primary key (org_id, id),
    unique (org_id, provider, endpoint, dedupe_key)
);
-- Bodies are compressed before they are encrypted: trying again would only cost time.
alter table webhook_events alter column raw set storage external;
create index webhook_events_newest on webhook_events (org_id, received_at desc);
create index webhook_events_of_call on webhook_events (org_id, call_ref) where call_ref is not null;
create index webhook_events_quarantined on webhook_events (received_at) where state = 'quarantined';
create index webhook_events_with_body on webhook_events (org_id, received_at) where raw is not null;
select guard_tenant_table('webhook_events');

-- The ledger: work that is owed, written in the same transaction as the facts that call for it.
create table jobs (
    org_id uuid not null references organizations,
    id uuid not null default gen_random_uuid(),
    actor text not null,
    key text not null,
    args jsonb not null default '{}',
    run_at timestamptz not null default now(),
    state text not null default 'ready' check (state in ('ready', 'done', 'dead')),
    attempts smallint not null default 0,
    lease_until timestamptz,
    fence integer not null default 0,
    last_error text,
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    primary key (org_id, id),
    unique (org_id, actor, key)
) with (fillfactor = 70);
create index jobs_ready on jobs (run_at) where state = 'ready';
create index jobs_dead on jobs (org_id, finished_at) where state = 'dead';
create index jobs_done on jobs (finished_at) where state = 'done';
select guard_tenant_table('jobs');

create table recordings (
    org_id uuid not null references organizations,
    id uuid not null,
    call_id uuid not null,
    state text not null default 'pending' check (state in ('pending', 'processing', 'completed', 'failed')),
    attempts integer not null default 0,
    phase text not null default 'quick',
    next_attempt_at timestamptz,
    source text,
    storage_key text,
    bytes bigint,
    sha256 text,
    duration_seconds numeric(12, 3),
    error text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (org_id, id),
    unique (org_id, call_id),
    foreign key (org_id, call_id) references calls (org_id, id) on delete cascade
);
select guard_tenant_table('recordings');

create table appointments (
    org_id uuid not null references organizations,
    id uuid not null,
    contact_id uuid,
    call_id uuid,
    resource_id uuid,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    status text not null default 'booked',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (ends_at > starts_at),
    primary key (org_id, id),
    foreign key (org_id, contact_id) references contacts (org_id, id),
    foreign key (org_id, call_id) references calls (org_id, id)
);
select guard_tenant_table('appointments');

-- Append-only: the run-time role may insert and read.
create table audit_log (
    org_id uuid not null references organizations,
    id uuid not null default gen_random_uuid(),
    at timestamptz not null default clock_timestamp(),
    actor text not null,
    action text not null,
    subject text,
    details jsonb not null default '{}',
    primary key (org_id, id)
);
create index audit_log_newest on audit_log (org_id, at desc);
select guard_tenant_table('audit_log', 'select, insert');
revoke update, delete on audit_log from aftercall_system;
