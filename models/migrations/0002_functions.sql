-- The few functions that must look across organizations before one is known. They belong to the system role and pass
-- row level security by its policies; the run-time role may call them and nothing more.

-- What organization do these names lead to? `named` holds kind:value, weightiest first. Kinds are those of routes, and
-- two for our own metadata: meta:<org>|<from>|<to> counts only where a call of that organization proves it;
-- claims:<org>, the last of all, proves nothing, but where it contradicts what was found otherwise the answer is null: never a guess.
-- The same goes for two known names of one call that lead to different organizations.
create function resolve_organization(named text[]) returns uuid
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

-- Is a call among these names known to be another organization's?
create function calls_of_another(org uuid, named text[]) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return exists (
        select from unnest(named) given(word) join routes r on r.kind = 'call' and r.value = substr(given.word, 6)
        where given.word like 'call:%' and r.org_id <> org);
end $$;

-- Do these names claim an organization of ours other than this one? What is no organization of ours is the customer's
-- own business.
create function claims_another(org uuid, named text[]) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return exists (
        select from unnest(named) given(word)
        where (select o.org_id from organizations o
               where o.org_id = case when given.word like 'claims:%' then substr(given.word, 8)::uuid end)
              not in (org, '00000000-0000-0000-0000-000000000000'));
end $$;

-- Metadata travels through the provider and through browsers: it is believed only if that organization has a call
-- between the same two numbers from the last day.
create function prove_metadata(claimed text) returns uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    claimed_org uuid;
begin
    begin
        claimed_org := split_part(claimed, '|', 1)::uuid;
    exception when invalid_text_representation then
        return null;
    end;
    perform 1 from calls c
        where c.org_id = claimed_org and c.happened_at > now() - interval '1 day'
          and c.from_number = split_part(claimed, '|', 2) and c.to_number = split_part(claimed, '|', 3);
    return case when found then claimed_org end;
end $$;

-- Does any of these names belong to another organization than this one? (Asked of each name by a subquery: a join is
-- planned with a cache that takes longer to set up than all look-ups together.)
create function names_another(org uuid, named text[]) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return claims_another(org, named) or exists (
        select from unnest(named) given(word)
        where (select r.org_id from routes r where r.kind = split_part(given.word, ':', 1)
               and r.value = substr(given.word, strpos(given.word, ':') + 1)) <> org);
end $$;

-- The edge's one round trip: who sent this, whose is it, store it, remember its call, owe its work.
-- Verdicts: accepted, duplicate, quarantined, refused, unauthorized, wrong_organization, unknown_caller, limited.
create function accept_webhook(
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
        owner_org := coalesce(owner_org, nobody);
    elsif named_routes <> '{}' and names_another(owner_org, named_routes) then
        complaint := 'wrong_organization';
        complaint_status := 401;
    end if;

    if provider_name <> 'vapi' and owner_org <> nobody then
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
                      when owner_org = nobody then 'quarantined' else 'accepted' end;
    if complaint is not null then
        event_key := 'refused:' || event_key;
    end if;
    insert into webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, call_ref, named, headers, raw,
                                raw_bytes, state, error, answer)
        values (owner_org, event_id, provider_name, endpoint_name, event_kind, event_key, substr(own_refs[1], 6),
                case when new_state = 'quarantined' then named_routes else '{}' end,
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

create function owe_processing(owner_org uuid, event_id uuid, event_state text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    job uuid;
begin
    if event_state = 'accepted' then
        insert into jobs (org_id, actor, key, args)
            values (owner_org, 'process_event', event_id::text, jsonb_build_object('event_id', event_id))
            on conflict do nothing returning id into job;
    end if;
    return job;
end $$;

-- Moves quarantined events whose organization has become known to it, and owes their work. Oldest first; the names
-- are asked again each time, so an assistant that is added later finds the calls that waited for it.
create function release_quarantined(at_most integer default 100000, younger_than interval default null,
                                    naming text default null) returns table (org uuid, event uuid, job uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    nobody constant uuid := '00000000-0000-0000-0000-000000000000';
    waiting record;
    owner_org uuid;
begin
    for waiting in
        select e.id, e.named, e.provider, e.endpoint, e.dedupe_key, resolve_organization(e.named) as found_org
        from webhook_events e where e.org_id = nobody and e.state = 'quarantined' and e.named <> '{}'
          and (younger_than is null or e.received_at > now() - younger_than)
          and (naming is null or naming = any (e.named))
        order by e.received_at
    loop
        owner_org := waiting.found_org;
        continue when owner_org is null;
        exit when at_most <= 0;
        at_most := at_most - 1;
        -- Only what moves is locked: the rest may be many, and locking a row writes it.
        perform from webhook_events where org_id = nobody and id = waiting.id and state = 'quarantined'
            for update skip locked;
        continue when not found;
        if exists (select from webhook_events e where e.org_id = owner_org and e.provider = waiting.provider
                   and e.endpoint = waiting.endpoint and e.dedupe_key = waiting.dedupe_key) then
            update webhook_events set state = 'ignored', error = 'the organization has had this event already'
                where org_id = nobody and id = waiting.id;
            continue;
        end if;
        update webhook_events set org_id = owner_org, state = 'accepted', named = '{}'
            where org_id = nobody and id = waiting.id;
        insert into routes (kind, value, org_id)
            select 'call', substr(own.ref, 6), owner_org from unnest(waiting.named) own(ref) where own.ref like 'call:%'
            on conflict do nothing;
        return query select owner_org, waiting.id, owe_processing(owner_org, waiting.id, 'accepted');
    end loop;
end $$;

-- A person's organizations, asked before one of them is chosen.
create function memberships_of(person uuid) returns table (org_id uuid, role text, name text, timezone text)
language sql stable security definer set search_path = public, pg_temp as $$
    select m.org_id, m.role, o.name, o.timezone
    from memberships m join organizations o on o.org_id = m.org_id
    where m.user_id = person order by o.name, m.org_id
$$;

-- The organization whose active token this is; null where it is nobody's.
create function organization_of_token(hash text, endpoint_name text default null) returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select t.org_id from routes r join webhook_tokens t on t.org_id = r.org_id and t.token_hash = r.value
    where r.kind = 'token' and r.value = hash and t.is_active and t.endpoint_type = coalesce(endpoint_name, t.endpoint_type)
$$;

-- The sealed Vapi tokens of the organizations that a signed body may come from: its signature is checked with them.
create function signing_tokens(named text[], endpoint_name text) returns table (org uuid, token_id uuid, sealed bytea)
language sql stable security definer set search_path = public, pg_temp as $$
    select t.org_id, t.id, t.token_sealed from webhook_tokens t
    where t.org_id = resolve_organization(named) and t.is_active and t.endpoint_type = endpoint_name
$$;

-- How long has accepted work been waiting, over all organizations? For readiness.
create function oldest_waiting() returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
    select min(run_at) from jobs where state = 'ready' and run_at <= now()
$$;

grant create on schema public to aftercall_system;
do $$
declare
    signature text;
begin
    foreach signature in array array[
        'resolve_organization(text[])', 'prove_metadata(text)', 'names_another(uuid, text[])', 'claims_another(uuid, text[])',
        'calls_of_another(uuid, text[])',
        'accept_webhook(uuid, text, text, text, text, text, uuid, boolean, boolean, text[], text[], jsonb, bytea, integer, text, smallint, boolean)',
        'owe_processing(uuid, uuid, text)', 'release_quarantined(integer, interval, text)', 'memberships_of(uuid)',
        'organization_of_token(text, text)', 'signing_tokens(text[], text)', 'oldest_waiting()'
    ] loop
        execute 'alter function ' || signature || ' owner to aftercall_system';
        execute 'revoke all on function ' || signature || ' from public';
    end loop;
end $$;
revoke create on schema public from aftercall_system;
grant execute on function
    accept_webhook(uuid, text, text, text, text, text, uuid, boolean, boolean, text[], text[], jsonb, bytea, integer, text, smallint, boolean),
    release_quarantined(integer, interval, text), memberships_of(uuid), organization_of_token(text, text),
    signing_tokens(text[], text), oldest_waiting()
    to aftercall_app;
grant execute on function memberships_of(uuid), oldest_waiting() to aftercall_read;
