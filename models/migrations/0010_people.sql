-- The people who look and the programs that ask: keys of the API, invitations, and tries to sign in.

-- A key acts for one organization, by its own role and never as an owner. Only its hash is kept.
create table api_keys (
    org_id uuid not null references organizations,
    id uuid not null,
    name text not null check (name <> ''),
    key_hash text not null,
    role text not null check (role in ('viewer', 'analyst', 'operator', 'admin')),
    expires_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_by text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (org_id, id)
);
create unique index api_keys_by_hash on api_keys (key_hash);
select guard_tenant_table('api_keys', 'select, insert, update');
revoke select on api_keys from aftercall_read;
grant select (org_id, id, name, role, expires_at, last_used_at, revoked_at, created_by, created_at)
    on api_keys to aftercall_read;

-- Accepted once, by whoever proves to have the address; one that waits for each address at most.
create table invitations (
    org_id uuid not null references organizations,
    id uuid not null,
    email text not null check (email = lower(email)),
    name text not null default '',
    role text not null check (role in ('viewer', 'analyst', 'operator', 'admin', 'owner')),
    token_hash text not null,
    invited_by uuid not null references users,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    primary key (org_id, id)
);
create unique index invitations_by_token on invitations (token_hash);
create unique index invitations_waiting on invitations (org_id, email)
    where accepted_at is null and revoked_at is null;
select guard_tenant_table('invitations', 'select, insert, update');
revoke select on invitations from aftercall_read;
grant select (org_id, id, email, name, role, invited_by, expires_at, accepted_at, revoked_at, created_at)
    on invitations to aftercall_read;

-- Tries to sign in by the hash of an address, whether somebody has it or not: it belongs to no organization.
create table sign_in_tries (
    address_hash text primary key,
    tries smallint not null default 1,
    until timestamptz not null
);
create index sign_in_tries_over on sign_in_tries (until);
grant select, insert, update, delete on sign_in_tries to aftercall_app;

-- May this person give this role there, now? An invitation is worth what its sender could still grant.
create function may_grant(org uuid, person uuid, granted text) returns boolean
language sql stable set search_path = public, pg_temp as $$
    select exists (
        select from users u left join memberships m on m.org_id = org and m.user_id = u.id
        where u.id = person and (u.is_super_admin or (m.role in ('admin', 'owner')
              and (m.role = 'owner' or granted <> 'owner'))))
$$;

-- Whose key is this? Its use is noted once a minute, if it may be used.
create function use_api_key(hash text) returns table (
    org_id uuid, id uuid, name text, role text, organization text, timezone text, is_revoked boolean, is_expired boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    update api_keys set last_used_at = clock_timestamp() where (org_id, id) in (
        select k.org_id, k.id from api_keys k
        where k.key_hash = hash and k.revoked_at is null and k.expires_at > now()
          and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
        for update skip locked);
    return query select k.org_id, k.id, k.name, k.role, o.name, o.timezone, k.revoked_at is not null,
                        k.expires_at <= now()
                 from api_keys k join organizations o on o.org_id = k.org_id where k.key_hash = hash;
end $$;

-- The invitation that a token opens; none where it is unknown, used, revoked, over, or its sender could not send it any
-- more. `user_id` is whoever has the address already.
create function open_invitation(hash text) returns table (
    org_id uuid, id uuid, email text, name text, role text, organization text, invited_by text, user_id uuid
) language sql stable security definer set search_path = public, pg_temp as $$
    select i.org_id, i.id, i.email, i.name, i.role, o.name, coalesce(nullif(s.name, ''), s.email), u.id
    from invitations i join organizations o on o.org_id = i.org_id join users s on s.id = i.invited_by
    left join users u on u.email = i.email
    where i.token_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
      and may_grant(i.org_id, i.invited_by, i.role)
$$;

grant create on schema public to aftercall_system;
do $$
declare
    signature text;
begin
    foreach signature in array array['use_api_key(text)', 'open_invitation(text)'] loop
        execute 'alter function ' || signature || ' owner to aftercall_system';
        execute 'revoke all on function ' || signature || ' from public';
        execute 'grant execute on function ' || signature || ' to aftercall_app';
    end loop;
end $$;
revoke create on schema public from aftercall_system;
