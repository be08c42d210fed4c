-- What is sent: messages and the checks before them, the appointments that they follow, calls that we place, tools.

-- From which number an organization sends texts, and through which of Twilio's accounts: its own or the deployment's.
-- People may be written to from send_from until send_until of their own day.
alter table organizations
    add column sms_number text,
    add column sms_account text,
    add column alert_number text,
    add column send_from time not null default '08:00',
    add column send_until time not null default '21:00',
    add column reminder_minutes integer[] not null default '{1440,120}',
    add column reminder_methods text[] not null default '{sms}',
    add constraint organizations_window check (send_from < send_until),
    add constraint organizations_sender check ((sms_number is null) = (sms_account is null));
create index organizations_by_sender on organizations (sms_number, sms_account) where sms_number is not null;

-- With which assistant, and from which of its lines, an organization calls people back: one of each.
alter table assistants
    add column is_outbound boolean not null default false,
    add column updated_at timestamptz not null default now();
create unique index assistants_outbound on assistants (org_id) where is_outbound;
alter table phone_numbers
    add column is_outbound boolean not null default false,
    add constraint phone_numbers_outbound check (not is_outbound or vapi_phone_number_id is not null);
create unique index phone_numbers_outbound_one on phone_numbers (org_id) where is_outbound;

-- Where somebody lives, if that was said; else their number tells, or the organization.
alter table contacts add column timezone text;
create index contacts_with_email on contacts (org_id, email) where email is not null;

-- `version` counts moves: what was planned for another version is not sent.
alter table appointments
    add column title text not null default 'Appointment',
    add column notes text,
    add column confirmation_sent boolean not null default false,
    add column confirmation_sent_at timestamptz,
    add column cancelled_at timestamptz,
    add constraint appointments_status check (status in ('booked', 'cancelled', 'completed', 'no_show'));
create index appointments_by_time on appointments (org_id, starts_at, id);
create index appointments_of_contact on appointments (org_id, contact_id, starts_at);

-- Every message is its own intent: the row stands as sending before anybody outside hears of it, and at most once.
-- `plans` counts how often it was planned, and so names the job that is owed for the newest plan.
create table messages (
    org_id uuid not null references organizations,
    id uuid not null,
    direction text not null check (direction in ('outbound', 'inbound')),
    method text not null check (method in ('sms', 'email')),
    purpose text check (purpose in ('followup', 'reminder', 'hot_lead', 'share', 'system')),
    status text not null check (status in
        ('planned', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'skipped', 'unknown', 'received')),
    reason text,
    recipient text not null,
    sender text,
    subject text,
    content text not null,
    contact_id uuid,
    call_id uuid,
    appointment_id uuid,
    appointment_version integer,
    intent_key text not null,
    requested_by text not null,
    service_provider text,
    service_account text,
    external_message_id text,
    attempts integer not null default 0,
    looks integer not null default 0,
    plans integer not null default 1,
    send_at timestamptz not null default clock_timestamp(),
    slot_at timestamptz,
    claimed_at timestamptz,
    sent_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, id),
    unique (org_id, intent_key),
    foreign key (org_id, contact_id) references contacts (org_id, id),
    foreign key (org_id, call_id) references calls (org_id, id),
    foreign key (org_id, appointment_id) references appointments (org_id, id)
) with (fillfactor = 80);
create unique index messages_by_external on messages (org_id, service_provider, external_message_id)
    where external_message_id is not null;
create index messages_newest on messages (org_id, created_at desc, id desc);
create index messages_by_status on messages (org_id, status, created_at desc, id desc);
create index messages_of_call on messages (org_id, call_id, created_at) where call_id is not null;
create index messages_of_contact on messages (org_id, contact_id, created_at) where contact_id is not null;
create index messages_open on messages (org_id) where status in ('planned', 'sending', 'unknown');
create index messages_asked_for on messages (org_id, recipient, created_at);
create index messages_of_appointment on messages (org_id, appointment_id) where appointment_id is not null;
create index messages_at_provider on messages (external_message_id) where external_message_id is not null;
-- Whose answers a person's texts are.
create index messages_of_person on messages (recipient, sender) where claimed_at is not null;
-- How often somebody was written to lately, and who wrote to them last.
create index messages_to on messages (org_id, recipient, claimed_at desc) where claimed_at is not null;
select guard_tenant_table('messages', 'select, insert, update');

-- Who wants no more messages: kept for ever, also when they changed their mind. `recipient`: a number or an address.
create table opt_outs (
    org_id uuid not null references organizations,
    recipient text not null,
    is_out boolean not null,
    source text not null check (source in ('word', 'request', 'carrier', 'provider', 'person')),
    changed_at timestamptz not null default clock_timestamp(),
    primary key (org_id, recipient)
);
select guard_tenant_table('opt_outs', 'select, insert, update');

-- Words with variables. A follow-up's `after_results`: the results of calls after which it is sent by itself.
create table message_templates (
    org_id uuid not null references organizations,
    id uuid not null,
    name text not null check (name <> ''),
    purpose text not null check (purpose in ('followup', 'reminder', 'hot_lead')),
    method text not null check (method in ('sms', 'email')),
    subject text,
    body text not null check (body <> ''),
    after_results text[] not null default '{}',
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, id)
);
create unique index message_templates_by_name on message_templates (org_id, lower(name));
select guard_tenant_table('message_templates');

-- How a provider fares with an organization: open_until while it is left alone, probe_until while one is trying it,
-- next_slot_at when the next message may leave.
create table provider_health (
    org_id uuid not null references organizations,
    provider text not null,
    failures integer not null default 0,
    open_until timestamptz,
    probe_until timestamptz,
    next_slot_at timestamptz,
    failed_at timestamptz,
    last_error text,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, provider)
) with (fillfactor = 70);
select guard_tenant_table('provider_health', 'select, insert, update');

-- A connection in its making: each step's state is for people to see, and a failed one is tried again alone.
create table connection_steps (
    org_id uuid not null references organizations,
    provider text not null,
    step text not null,
    position smallint not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
    error text,
    details jsonb not null default '{}',
    attempts integer not null default 0,
    revision integer not null default 1,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, provider, step)
);
select guard_tenant_table('connection_steps');

-- What waits to be checked stands beside what works; `account` is its public name, by which a signature finds its key.
alter table org_credentials
    alter column encrypted_config drop not null,
    alter column key_id drop not null,
    add column pending_config bytea,
    add column pending_key_id smallint,
    add column account text,
    drop constraint org_credentials_provider_check,
    add constraint org_credentials_provider_check
        check (provider in ('convoso', 'twilio', 'resend', 'openai', 'elevenlabs', 'google_calendar'));
create index org_credentials_by_account on org_credentials (provider, account) where account is not null;
grant select (account) on org_credentials to aftercall_read;

-- A call that somebody asked us to place: it stands as dialling before Vapi hears of it, and dials at most once.
create table placed_calls (
    org_id uuid not null references organizations,
    id uuid not null,
    call_id uuid not null,
    contact_id uuid not null,
    phone text not null,
    assistant_id text not null,
    phone_number_id text not null,
    intent_key text not null,
    requested_by text not null,
    status text not null default 'planned'
        check (status in ('planned', 'dialling', 'placed', 'failed', 'skipped', 'unknown')),
    reason text,
    vapi_call_id text,
    attempts integer not null default 0,
    looks integer not null default 0,
    plans integer not null default 1,
    claimed_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, id),
    unique (org_id, intent_key),
    foreign key (org_id, call_id) references calls (org_id, id) on delete cascade,
    foreign key (org_id, contact_id) references contacts (org_id, id)
);
create index placed_calls_of_contact on placed_calls (org_id, contact_id, created_at desc);
create index placed_calls_of_call on placed_calls (org_id, call_id);
create index placed_calls_open on placed_calls (org_id) where status in ('planned', 'dialling', 'unknown');
select guard_tenant_table('placed_calls', 'select, insert, update');

-- The tools registered once for the whole deployment, and which of an organization's assistants has which.
create table vapi_tools (
    tool_name text primary key,
    vapi_tool_id text not null,
    definition_hash text not null,
    updated_at timestamptz not null default clock_timestamp()
);
grant select, insert, update, delete on vapi_tools to aftercall_app, aftercall_system;
grant select on vapi_tools to aftercall_read;
create table org_tools (
    org_id uuid not null references organizations,
    vapi_assistant_id text not null,
    tool_name text not null,
    vapi_tool_id text not null,
    definition_hash text not null,
    state text not null default 'linked' check (state in ('linked', 'failed')),
    error text,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, vapi_assistant_id, tool_name),
    foreign key (org_id, vapi_assistant_id) references assistants (org_id, vapi_assistant_id) on delete cascade
);
select guard_tenant_table('org_tools');

-- Whose texts these are: who writes from the number now, and who has written to this person from it. `among`: whom
-- the signature speaks for, where it is that of organizations' own account.
create function owners_of_text(account text, our_number text, person text, among uuid[]) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select org_id from (
        select o.org_id from organizations o where o.sms_number = our_number and o.sms_account = account
        union
        select m.org_id from messages m where m.recipient = person and m.sender = our_number
            and m.service_account = account and m.claimed_at is not null) owner
    where among is null or owner.org_id = any (among) order by org_id
$$;

-- Whom a text is for that came to one of our numbers: its owner, of several the one who last wrote to that person.
-- Nobody's id says that several share the number and none of them wrote: their opt-outs are recorded, its words not.
create function organization_of_text(account text, our_number text, person text, among uuid[]) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    owners uuid[] := array(select owners_of_text(account, our_number, person, among));
begin
    if cardinality(owners) < 2 then
        return owners[1];
    end if;
    return coalesce((
        select m.org_id from unnest(owners) owner(org) cross join lateral (
            select w.org_id, w.claimed_at from messages w
            where w.org_id = owner.org and w.recipient = person and w.claimed_at is not null
              and w.sender = our_number and w.purpose is distinct from 'system'
              and w.status in ('sending', 'sent', 'delivered', 'undelivered', 'unknown')
            order by w.claimed_at desc limit 1) m
        order by m.claimed_at desc limit 1), '00000000-0000-0000-0000-000000000000');
end $$;

-- The sealed connections of the organizations that have this account at the provider: a signature is checked with them.
create function credentials_of_account(provider_name text, account_name text)
returns table (org uuid, config bytea)
language sql stable security definer set search_path = public, pg_temp as $$
    select c.org_id, c.encrypted_config from org_credentials c
    where c.provider = provider_name and c.account = account_name and c.is_active and c.encrypted_config is not null
$$;

-- The sealed connection of one organization, for the proof of a sender that names it.
create function credential_for_proof(org_claimed uuid, provider_name text) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select c.encrypted_config from org_credentials c
    where c.org_id = org_claimed and c.provider = provider_name and c.is_active
$$;

-- A person's word holds for every organization that writes, or wrote to them, from the number which they answered; of
-- two words the later one counts, and of the same moment the one that asks for silence. Whoever is about to write to
-- that person holds the same lock: what is claimed after this has seen it. Returns for whom it was news; those of them
-- that this transaction is not about learn of it from their audit trail.
create function opt_out(account text, our_number text, person text, out_now boolean, by_source text,
                        said_at timestamptz, among uuid[]) returns setof uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    here uuid := nullif(current_setting('app.org_id', true), '')::uuid;
    owner_org uuid;
begin
    for owner_org in select owners_of_text(account, our_number, person, among) loop
        perform pg_advisory_xact_lock(hashtextextended('recipient:' || owner_org || ':' || person, 0));
        if note_wish(owner_org, person, out_now, by_source, said_at) then
            if owner_org is distinct from here then
                insert into audit_log (org_id, actor, action, details)
                    values (owner_org, 'rule:opt_out', case when out_now then 'opt_out.set' else 'opt_out.undo' end,
                            jsonb_build_object('source', by_source));
            end if;
            return next owner_org;
        end if;
    end loop;
end $$;

-- What somebody wants from one organization from then on; whether that is news.
create function note_wish(org uuid, person text, out_now boolean, by_source text, said_at timestamptz) returns boolean
language plpgsql set search_path = public, pg_temp as $$
declare
    stood boolean := (select o.is_out from opt_outs o where o.org_id = org and o.recipient = person);
begin
    insert into opt_outs (org_id, recipient, is_out, source, changed_at)
        values (org, person, out_now, by_source, said_at)
    on conflict (org_id, recipient) do update
        set is_out = excluded.is_out, source = excluded.source, changed_at = excluded.changed_at
        where (excluded.changed_at, excluded.is_out) > (opt_outs.changed_at, opt_outs.is_out);
    return found and out_now is distinct from coalesce(stood, false);
end $$;
revoke all on function note_wish(uuid, text, boolean, text, timestamptz) from public;
grant execute on function note_wish(uuid, text, boolean, text, timestamptz) to aftercall_app, aftercall_system;

-- Is this message at the provider none of any organization's but, at most, this one? Who asks has it to themselves.
create function is_free_at_provider(provider_name text, external_id text, own uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('external:' || provider_name || ':' || external_id, 0));
    return not exists (select from messages m where m.external_message_id = external_id
                       and m.service_provider = provider_name and m.id <> own);
end $$;

create or replace function resolve_organization(named text[]) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    name text;
    name_kind text;
    name_value text;
    found_org uuid;
begin
    foreach name in array named loop
        name_kind := split_part(name, ':', 1);
        name_value := substr(name, length(name_kind) + 2);
        if name_kind = 'meta' then
            found_org := prove_metadata(name_value);
        elsif name_kind = 'text' then
            found_org := organization_of_text(split_part(name_value, '|', 1), split_part(name_value, '|', 2),
                split_part(name_value, '|', 3),
                string_to_array(nullif(split_part(name_value, '|', 4), ''), ',')::uuid[]);
        elsif name_kind <> 'claims' then
            select r.org_id into found_org from routes r where r.kind = name_kind and r.value = name_value;
        end if;
        if found_org is not null then
            return case name_kind
                when 'call' then case when not calls_of_another(found_org, named) then found_org end
                when 'meta' then case when not names_another(found_org, named) then found_org end
                else case when named[cardinality(named)] not like 'claims:%' or not claims_another(found_org, named)
                          then found_org end
            end;
        end if;
    end loop;
    return null;
end $$;

-- As before, but for what several organizations share: nobody's own, and worked on at once.
create or replace function accept_webhook(
    event_id uuid, provider_name text, endpoint_name text, event_kind text, event_key text,
    token_hash text,          -- of the token or secret that came along, null without one
    fixed_org uuid,           -- an organization that the deployment's configuration names
    is_trusted boolean,       -- the deployment's own secret or signature was proven
    must_be_known boolean,    -- true where an unknown sender is refused instead of quarantined
    named_routes text[], own_refs text[],
    kept_headers jsonb, sealed_body bytea, body_bytes integer,
    complaint text, complaint_status smallint, is_handled boolean
) returns table (verdict text, org uuid, event uuid, job uuid, customs jsonb)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    owner_org uuid := (select o.org_id from organizations o where o.org_id = fixed_org);
    token record;
    is_routed boolean := false;
    is_for_all boolean;
    new_state text;
    allowed integer;
    own_customs jsonb;
begin
    if token_hash is not null then
        select t.org_id, t.id, t.last_used_at into token
            from routes r join webhook_tokens t on t.org_id = r.org_id and t.token_hash = r.value
            where r.kind = 'token' and r.value = accept_webhook.token_hash
              and t.is_active and t.endpoint_type = endpoint_name;
        if found then
            owner_org := token.org_id;
            if token.last_used_at is null or token.last_used_at < now() - interval '1 minute' then
                update webhook_tokens set last_used_at = now()
                    where (org_id, id) = (select t.org_id, t.id from webhook_tokens t
                                          where t.org_id = token.org_id and t.id = token.id for update skip locked);
            end if;
        end if;
    end if;
    if owner_org is null and not is_trusted then
        return query select 'unauthorized', null::uuid, null::uuid, null::uuid, null::jsonb;
        return;
    end if;

    if owner_org is null then
        owner_org := resolve_organization(named_routes);
        is_routed := true;
        if owner_org is null and must_be_known then
            return query select 'unknown_caller', null::uuid, null::uuid, null::uuid, null::jsonb;
            return;
        end if;
    -- A line in a body of Twilio's is only whoever was on the phone: it says nothing against a sender that is proven.
    elsif named_routes <> '{}' and provider_name <> 'twilio' and names_another(owner_org, named_routes) then
        complaint := 'wrong_organization';
        complaint_status := 401;
    end if;
    is_for_all := owner_org is not distinct from nobody;
    owner_org := coalesce(owner_org, nobody);

    -- What somebody answers to a text, and what became of one, is never too much: a lost STOP is a text too many.
    if provider_name not in ('vapi', 'resend') and endpoint_name <> 'twilio_sms' and owner_org <> nobody then
        select o.webhook_limit_per_minute, jsonb_build_object('convoso_timezone', o.convoso_timezone,
                'convoso_fields', o.convoso_fields, 'default_region', o.default_region)
            into allowed, own_customs from organizations o where o.org_id = owner_org;
        if allowed is not null and allowed <= (select count(*) from (select from webhook_events e
                where e.org_id = owner_org and e.received_at > clock_timestamp() - interval '1 minute'
                limit allowed) recent) then
            return query select 'limited', owner_org, null::uuid, null::uuid, own_customs;
            return;
        end if;
    end if;

    new_state := case when complaint is not null then 'refused' when not is_handled then 'ignored'
                      when owner_org = nobody and not is_for_all then 'quarantined' else 'accepted' end;
    if complaint is not null then
        event_key := 'refused:' || event_key;
    end if;
    insert into webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, call_ref, named, headers, raw,
                                raw_bytes, state, error, answer)
        values (owner_org, event_id, provider_name, endpoint_name, event_kind, event_key, substr(own_refs[1], 6),
                -- A text to a number that was nobody's is not for whoever has the number later.
                case when new_state = 'quarantined' and endpoint_name <> 'twilio_sms' then named_routes else '{}' end,
                kept_headers, sealed_body, body_bytes, new_state, complaint, coalesce(complaint_status, 200))
        on conflict do nothing;
    if not found then
        -- The very same id is this event's own second attempt, whose first was stored and its answer lost.
        return query select case when complaint = 'wrong_organization' then complaint
                                 when complaint is not null then 'refused'
                                 when e.id <> accept_webhook.event_id then 'duplicate'
                                 when e.state = 'quarantined' then e.state else 'accepted' end,
                            owner_org, e.id, null::uuid, own_customs
            from webhook_events e where e.org_id = owner_org and e.provider = provider_name
             and e.endpoint = endpoint_name and e.dedupe_key = event_key;
        return;
    end if;
    if new_state in ('refused', 'quarantined') then
        return query select case when complaint = 'wrong_organization' then complaint else new_state end,
                            owner_org, event_id, null::uuid, own_customs;
        return;
    end if;
    -- A token speaks for its own organization only: it may not claim a call before the deployment's own sender names it.
    if is_routed and owner_org <> nobody then
        insert into routes (kind, value, org_id)
            select 'call', substr(own.ref, 6), owner_org from unnest(own_refs) own(ref)
            -- Whoever is about to write the same route writes it for us too: waiting for each other, two groups of events
            -- with the same new calls could wait in a circle.
            where own.ref not like 'call:convoso:%' and pg_try_advisory_xact_lock(hashtextextended(own.ref, 0))
            on conflict do nothing;
    end if;
    return query select 'accepted', owner_org, event_id, owe_processing(owner_org, event_id, new_state), own_customs;
end $$;

grant create on schema public to aftercall_system;
do $$
declare
    signature text;
begin
    foreach signature in array array[
        'owners_of_text(text, text, text, uuid[])', 'organization_of_text(text, text, text, uuid[])',
        'credentials_of_account(text, text)', 'credential_for_proof(uuid, text)',
        'opt_out(text, text, text, boolean, text, timestamptz, uuid[])', 'is_free_at_provider(text, text, uuid)'
    ] loop
        execute 'alter function ' || signature || ' owner to aftercall_system';
        execute 'revoke all on function ' || signature || ' from public';
        execute 'grant execute on function ' || signature || ' to aftercall_app';
    end loop;
end $$;
revoke create on schema public from aftercall_system;
