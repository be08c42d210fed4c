-- What the pages of contacts and appointments ask for: people found by any word's beginning and any part of a number,
-- and the appointments that a call led to.
create index appointments_of_call on appointments (org_id, call_id) where call_id is not null;

-- A document holds each word of names and addresses, '#555' '#550' for each three digits of the number, and '!<org>':
-- whose it is, so that the one index of all organizations yields one organization's rows. Beside the contacts, since
-- they change with every call and this hardly ever.
create table contact_search (
    org_id uuid not null,
    contact_id uuid not null,
    document tsvector not null default '',
    primary key (org_id, contact_id),
    foreign key (org_id, contact_id) references contacts (org_id, id) on delete cascade
);
alter table contact_search alter column document set storage main;
create index contact_search_by_word on contact_search using gin (document) with (gin_pending_list_limit = 1024);
select guard_tenant_table('contact_search');

create function contact_document(org uuid, said text, number text) returns tsvector
language plpgsql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
declare
    digits text := left(regexp_replace(coalesce(number, ''), '[^0-9]', '', 'g'), 20);
begin
    return array_to_tsvector(array_remove(
        array['!' || org] || regexp_split_to_array(search_folded(left(said, 400)), '[^[:alnum:]]+')
        || array(select '#' || substr(digits, place, 3) from generate_series(1, length(digits) - 2) place), ''));
end $$;

create function index_contact_names() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    insert into contact_search as s (org_id, contact_id, document)
        values (new.org_id, new.id, contact_document(
            new.org_id, concat_ws(' ', new.name, new.first_name, new.last_name, new.email), new.phone))
    on conflict (org_id, contact_id) do update set document = excluded.document
        where s.document is distinct from excluded.document;
    return null;
end $$;
create trigger contact_names_sought after insert on contacts for each row execute function index_contact_names();
create trigger contact_names_changed after update on contacts for each row
    when ((new.name, new.first_name, new.last_name, new.email, new.phone)
          is distinct from (old.name, old.first_name, old.last_name, old.email, old.phone))
    execute function index_contact_names();

-- The contacts that fit, those last heard of first. What many have is found among the newest `depth`; what few have, by
-- the index. `digits`, where given, stand in the number one after the other.
create function search_contacts(org uuid, wanted tsquery, digits text, of_status text, of_temperature text,
                                before timestamptz, before_id uuid, depth integer, at_most integer) returns uuid[]
language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '32MB' as $$
declare
    found_ids uuid[];
begin
    if org is distinct from nullif(current_setting('app.org_id', true), '')::uuid then
        return '{}';
    end if;
    select array_agg(k.id) into found_ids from (
        select c.id from (
            select n.* from contacts n where n.org_id = org and (n.heard_at, n.id) < (before, before_id)
            order by n.heard_at desc, n.id desc limit depth) c
        join contact_search s on s.org_id = org and s.contact_id = c.id
        where s.document @@ wanted and (digits is null or strpos(c.phone, digits) > 0)
          and (of_status is null or c.lead_status = of_status)
          and (of_temperature is null or c.temperature = of_temperature)
        order by c.heard_at desc, c.id desc limit at_most) k;
    if cardinality(found_ids) = at_most then
        return found_ids;
    end if;
    select array_agg(k.id) into found_ids from (
        select c.id from contact_search s join contacts c on c.org_id = org and c.id = s.contact_id
        where s.org_id = org and s.document @@ (('''!' || org || '''')::tsquery && wanted)
          and (c.heard_at, c.id) < (before, before_id) and (digits is null or strpos(c.phone, digits) > 0)
          and (of_status is null or c.lead_status = of_status)
          and (of_temperature is null or c.temperature = of_temperature)
        order by c.heard_at desc, c.id desc limit at_most) k;
    return coalesce(found_ids, '{}');
end $$;

grant create on schema public to aftercall_system;
alter function search_contacts(uuid, tsquery, text, text, text, timestamptz, uuid, integer, integer)
    owner to aftercall_system;
revoke all on function search_contacts(uuid, tsquery, text, text, text, timestamptz, uuid, integer, integer) from public;
grant execute on function search_contacts(uuid, tsquery, text, text, text, timestamptz, uuid, integer, integer)
    to aftercall_app, aftercall_read;
revoke create on schema public from aftercall_system;

do $$
begin
    set local role aftercall_system;
    insert into contact_search (org_id, contact_id, document)
        select k.org_id, k.id, contact_document(
            k.org_id, concat_ws(' ', k.name, k.first_name, k.last_name, k.email), k.phone) from contacts k;
    reset role;
end $$;
