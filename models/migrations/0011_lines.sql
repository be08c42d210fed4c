-- What is registered by whom: a line is an organization's own once somebody who can know has said so: Twilio, the operator, or a super admin.
-- What an organization has only stated leads nobody's calls anywhere. What stood before was registered by operators.
alter table phone_numbers add column verified_at timestamptz default now();
alter table phone_numbers alter column verified_at drop default;

-- What is proven goes before what was only stated: another organization's unverified line loses this number at Vapi.
create function outrank_unverified(claiming uuid, vapi_id text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    loser uuid := (select r.org_id from routes r
                   where r.kind = 'vapi_number' and r.value = vapi_id and r.org_id <> claiming);
    line uuid;
begin
    update phone_numbers n set vapi_phone_number_id = null, is_outbound = false
        where n.org_id = loser and n.vapi_phone_number_id = vapi_id and n.verified_at is null returning n.id into line;
    if line is not null then
        delete from routes where kind = 'vapi_number' and value = vapi_id and org_id = loser;
        insert into audit_log (org_id, actor, action, subject, details)
            values (loser, 'rule:proven_line', 'numbers.change', line::text, '{"changed": ["vapi_phone_number_id"]}');
    end if;
end $$;

-- Whether any organization has this assistant: one that nobody has is left as it was before us.
create function is_assistant_of_somebody(vapi_id text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from routes r where r.kind = 'vapi_assistant' and r.value = vapi_id)
$$;

grant create on schema public to aftercall_system;
alter function outrank_unverified(uuid, text) owner to aftercall_system;
alter function is_assistant_of_somebody(text) owner to aftercall_system;
revoke create on schema public from aftercall_system;
revoke all on function outrank_unverified(uuid, text), is_assistant_of_somebody(text) from public;
grant execute on function outrank_unverified(uuid, text), is_assistant_of_somebody(text) to aftercall_app;
