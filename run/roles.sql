-- The four roles, run once by whoever administers the Postgres cluster (CREATEROLE suffices, PostgreSQL 15 or later).
-- It may run again without harm. Passwords are set apart: alter role … password '…'.

do $$
declare
    wanted text;
begin
    foreach wanted in array array['aftercall_owner', 'aftercall_app', 'aftercall_read', 'aftercall_system'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
        execute format('alter role %I login nocreatedb nocreaterole', wanted);
    end loop;
    -- Only a superuser may say these two, and only a superuser could have made them otherwise.
    if (select rolsuper from pg_roles where rolname = current_user) then
        foreach wanted in array array['aftercall_owner', 'aftercall_app', 'aftercall_read', 'aftercall_system'] loop
            execute format('alter role %I nosuperuser nobypassrls', wanted);
        end loop;
    end if;
end $$;

-- The dashboard cannot write even where a grant was given by mistake.
alter role aftercall_read set default_transaction_read_only = on;

-- Migrations, run by the owner, hand the functions that cross organizations to the system role.
grant aftercall_system to aftercall_owner with admin option;
