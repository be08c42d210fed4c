-- Recordings as they are fetched, and the credentials that organizations connect their providers with.

-- owed_at: when looking for it began, or began again; note: what was odd about a recording that was kept all the same.
alter table recordings
    add column owed_at timestamptz not null default clock_timestamp(),
    add column note text;

-- Each field of the config is sealed for its organization, provider and field; key_id is the version of its key.
create table org_credentials (
    org_id uuid not null references organizations,
    provider text not null check (provider in ('convoso', 'twilio')),
    encrypted_config bytea not null,
    key_id smallint not null,
    is_active boolean not null default true,
    last_verified_at timestamptz,
    verification_error text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (org_id, provider)
);
select guard_tenant_table('org_credentials');
revoke select on org_credentials from aftercall_read;
grant select (org_id, provider, is_active, last_verified_at, verification_error, created_at, updated_at)
    on org_credentials to aftercall_read;
