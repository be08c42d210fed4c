-- How the whole instance stands, as numbers without anybody's name: counted when it is asked for, from partial indexes
-- that hold only what is open, and from one day of each organization's messages.
create function instance_figures() returns table (figure text, label text, value double precision)
language sql stable security definer set search_path = public, pg_temp as $$
    with waiting as (
        select j.actor, count(*) as ready, count(*) filter (where j.run_at <= now()) as due,
               coalesce(extract(epoch from now() - min(j.run_at) filter (where j.run_at <= now())), 0) as oldest
        from jobs j where j.state = 'ready' group by j.actor
    ), lately as (
        select m.status, count(*) as messages from organizations o cross join lateral (
            select w.status from messages w where w.org_id = o.org_id and w.created_at > now() - interval '1 day') m
        group by m.status
    )
    select 'jobs_ready', w.actor, w.ready::float8 from waiting w
    union all select 'jobs_due', w.actor, w.due::float8 from waiting w
    union all select 'oldest_due_seconds', w.actor, w.oldest::float8 from waiting w
    union all select 'jobs_dead', j.actor, count(*)::float8 from jobs j where j.state = 'dead' group by j.actor
    union all select 'events_quarantined', '', count(*)::float8 from webhook_events e where e.state = 'quarantined'
    union all select 'circuits_open', h.provider, count(*) filter (where h.open_until > now())::float8
        from provider_health h group by h.provider
    union all select 'circuits_failing', h.provider, count(*) filter (where h.failures > 0)::float8
        from provider_health h group by h.provider
    union all select 'messages_open', m.status, count(*)::float8 from messages m
        where m.status in ('planned', 'sending', 'unknown') group by m.status
    union all select 'messages_day', l.status, l.messages::float8 from lately l
$$;
grant create on schema public to aftercall_system;
alter function instance_figures() owner to aftercall_system;
revoke create on schema public from aftercall_system;
revoke all on function instance_figures() from public;
grant execute on function instance_figures() to aftercall_app;
