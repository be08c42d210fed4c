-- What operations looks at is small, and each organization's own.

-- Events that somebody may want to look for among a million that went well; what goes well is never in it.
create index webhook_events_aside on webhook_events (org_id, state, received_at desc, id desc)
    where state in ('refused', 'quarantined', 'dead');

-- Done jobs are listed, as they are tidied away, by organization.
drop index jobs_done;
create index jobs_done on jobs (org_id, finished_at desc, id desc) where state = 'done';

-- How many organizations leave a provider alone for now, and how many do not: for readiness, without anybody's name.
create function provider_circuits() returns table (provider text, open bigint, closed bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select h.provider, count(*) filter (where h.open_until > now()),
           count(*) filter (where h.open_until is null or h.open_until <= now())
    from provider_health h group by h.provider order by h.provider
$$;
grant create on schema public to aftercall_system;
alter function provider_circuits() owner to aftercall_system;
revoke create on schema public from aftercall_system;
revoke all on function provider_circuits() from public;
grant execute on function provider_circuits() to aftercall_app;
