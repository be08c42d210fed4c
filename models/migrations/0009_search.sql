-- What people search: the words of calls, names, and any part of a number. A call has one row of facts (names, number,
-- summary), written as often as they change, and one of its transcript, which is longer and written once.
--
-- A document holds, beside the words as they are spoken (no stems, no stop words: names and two languages are in them),
--   '@maria'       a word of a name: those who may not read transcripts search these only
--   '#555' '#550'  each three digits of the number, in their order: a run of them is any part of the number
--   '!<org>'       whose it is: with it the one index of all organizations yields one organization's rows
create table call_search (
    org_id uuid not null,
    call_id uuid not null,
    part text not null check (part in ('facts', 'words')),
    happened_at timestamptz not null,
    document tsvector not null default '',
    primary key (org_id, call_id, part),
    foreign key (org_id, call_id) references calls (org_id, id) on delete cascade
);
-- Looked at by the thousand when a common word is sought: a row in its page is read faster than one beside it.
alter table call_search alter column document set storage main;
create index call_search_by_word on call_search using gin (document) with (gin_pending_list_limit = 1024);
select guard_tenant_table('call_search');

-- As it is sought: in small letters, without accents.
create function search_folded(said text) returns text language sql immutable parallel safe as $$
    select lower(case when octet_length(said) = length(said) then said
                      else regexp_replace(normalize(said, nfd), '[\u0300-\u036f]', '', 'g') end)
$$;

-- Every word with its place. The parser would take what has these signs within for an address, a path or a number of
-- its own kind: they are spaces. So would it take 4e2b for the number 4e2 with something behind it: an e between digits
-- begins a word. At most so many letters: a document has a limit, and nobody says more on a telephone.
create function search_words(said text) returns tsvector language sql immutable parallel safe as $$
    select coalesce(to_tsvector('pg_catalog.simple', regexp_replace(
        replace(replace(replace(replace(replace(replace(replace(replace(
        search_folded(left(said, 100000)), '.', ' '), '-', ' '), '/', ' '), '@', ' '), '_', ' '), '+', ' '), '<', ' '),
        '&', ' '), '([0-9])e(?=[0-9])', '\1 e', 'g')), '')
$$;

create function search_names(names text) returns tsvector
language plpgsql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
declare
    word text;
    place integer := 0;
    marked text := '';
begin
    foreach word in array regexp_split_to_array(search_folded(left(names, 300)), '[^[:alnum:]]+') loop
        place := place + 1;
        if word <> '' then
            marked := marked || '''@' || left(word, 60) || ''':' || place || ' ';
        end if;
    end loop;
    return marked::tsvector || search_words(names);
end $$;

create function search_number(number text) returns tsvector
language plpgsql immutable parallel safe as $$
declare
    digits text := left(regexp_replace(coalesce(number, ''), '[^0-9]', '', 'g'), 20);
    grams text := '';
begin
    for place in 1 .. length(digits) - 2 loop
        grams := grams || '''#' || substr(digits, place, 3) || ''':' || place || ' ';
    end loop;
    return grams::tsvector;
end $$;

-- What is sought of a person whichever part of the call is looked at.
create function search_person(org uuid, call calls) returns tsvector
language plpgsql stable set search_path = public, pg_temp as $$
declare
    person record;
    document tsvector := ('''!' || org || '''')::tsvector;
    name text := nullif(call.caller_name, 'Unknown Caller');
begin
    if call.contact_id is not null then
        select k.name, k.phone into person from contacts k where k.org_id = org and k.id = call.contact_id;
        if person.name is distinct from name then
            name := concat_ws(' ', name, person.name);
        end if;
        if person.phone is distinct from call.phone_number then
            document := document || search_number(person.phone);
        end if;
    end if;
    return document || search_number(call.phone_number) || search_names(coalesce(name, ''));
end $$;

create function index_call_facts() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    insert into call_search as s (org_id, call_id, part, happened_at, document)
        values (new.org_id, new.id, 'facts', new.happened_at,
                search_person(new.org_id, new) || search_words(new.outcome_summary))
    on conflict (org_id, call_id, part) do update
        set happened_at = excluded.happened_at, document = excluded.document
        where (s.happened_at, s.document) is distinct from (excluded.happened_at, excluded.document);
    if tg_op = 'UPDATE' and new.happened_at <> old.happened_at then
        update call_search s set happened_at = new.happened_at
            where s.org_id = new.org_id and s.call_id = new.id and s.part = 'words';
    end if;
    return null;
end $$;
create trigger call_facts_sought after insert on calls for each row execute function index_call_facts();
create trigger call_facts_changed after update on calls for each row
    when ((new.caller_name, new.phone_number, new.contact_id, new.outcome_summary, new.started_at, new.created_at)
          is distinct from
          (old.caller_name, old.phone_number, old.contact_id, old.outcome_summary, old.started_at, old.created_at))
    execute function index_call_facts();

create function index_call_words() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    if tg_op <> 'INSERT' then
        delete from call_search s where s.org_id = old.org_id and s.call_id = old.call_id and s.part = 'words'
            and (tg_op = 'DELETE' or new.call_id <> old.call_id);
    end if;
    if tg_op <> 'DELETE' then
        insert into call_search as s (org_id, call_id, part, happened_at, document)
            select new.org_id, new.call_id, 'words', c.happened_at,
                   search_person(new.org_id, c) || search_words(turns_as_text(new.turns))
            from calls c where c.org_id = new.org_id and c.id = new.call_id
        on conflict (org_id, call_id, part) do update
            set happened_at = excluded.happened_at, document = excluded.document;
    end if;
    return null;
end $$;

create function turns_as_text(turns jsonb) returns text language sql immutable parallel safe as $$
    select string_agg(turn.said, ' ' order by turn.place)
    from rows from (jsonb_path_query(turns, '$[*].text')) with ordinality given(text, place),
         lateral (select given.text #>> '{}', given.place) turn(said, place)
$$;
create trigger call_words_sought after insert or delete on transcripts for each row execute function index_call_words();
create trigger call_words_changed after update on transcripts for each row
    when (new.call_id <> old.call_id or new.turns is distinct from old.turns) execute function index_call_words();

-- A person who is named later: the newest calls follow. Older ones keep the name that they were made with, since a
-- contact may have thousands.
create function index_contact() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
    insert into call_search as s (org_id, call_id, part, happened_at, document)
        select c.org_id, c.id, 'facts', c.happened_at, search_person(c.org_id, c) || search_words(c.outcome_summary)
        from (select k.* from calls k where k.org_id = new.org_id and k.contact_id = new.id
              order by k.happened_at desc, k.id desc limit 50) c
    on conflict (org_id, call_id, part) do update set document = excluded.document
        where s.document is distinct from excluded.document;
    return null;
end $$;
create trigger contact_sought after update on contacts for each row
    when ((new.name, new.phone) is distinct from (old.name, old.phone)) execute function index_contact();

-- The next calls by id that were there before all this; the last of them, null where there are no more.
create function index_older_calls(org uuid, after_id uuid, at_most integer) returns uuid
language plpgsql set search_path = public, pg_temp as $$
declare
    last_id uuid;
begin
    with stretch as materialized (
        select c as call from calls c where c.org_id = org and c.id > after_id order by c.id limit at_most
    ), facts as (
        insert into call_search (org_id, call_id, part, happened_at, document)
            select org, (call).id, 'facts', (call).happened_at,
                   search_person(org, call) || search_words((call).outcome_summary) from stretch
        on conflict do nothing
    ), words as (
        insert into call_search (org_id, call_id, part, happened_at, document)
            select org, (call).id, 'words', (call).happened_at,
                   search_person(org, call) || search_words(turns_as_text(t.turns))
            from stretch join transcripts t on t.org_id = org and t.call_id = (call).id
        on conflict do nothing
    ) select (call).id into last_id from stretch order by (call).id desc limit 1;
    return last_id;
end $$;

-- Calls that say what is wanted and in no part what is not, newest first, of the newest so many only: quick where much
-- is found. Where all of those were looked at and less was found, the last one looked at follows, as no hit.
create function search_newest(org uuid, wanted tsquery, unwanted tsquery, before timestamptz, before_id uuid,
                              depth integer, at_most integer)
returns table (id uuid, happened_at timestamptz, is_hit boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    seen integer := 0;
    found_so_far integer := 0;
begin
    if org is distinct from nullif(current_setting('app.org_id', true), '')::uuid then
        return;
    end if;
    for id, happened_at, is_hit in
        select c.id, c.happened_at,
               (select coalesce(bool_or(s.document @@ wanted) and not bool_or(s.document @@ unwanted), false)
                from call_search s where s.org_id = org and s.call_id = c.id)
        from calls c where c.org_id = org and (c.happened_at, c.id) < (before, before_id)
        order by c.happened_at desc, c.id desc limit depth
    loop
        seen := seen + 1;
        if is_hit then
            found_so_far := found_so_far + 1;
            return next;
            exit when found_so_far = at_most;
        end if;
    end loop;
    if seen = depth and not is_hit then
        return next;
    end if;
end $$;

-- The same among all older calls, by the index: quick where little is found.
create function search_older(org uuid, wanted tsquery, unwanted tsquery, before timestamptz, before_id uuid,
                             at_most integer)
returns table (id uuid, happened_at timestamptz)
language sql stable security definer set search_path = public, pg_temp set work_mem = '32MB' as $$
    select s.call_id, s.happened_at from call_search s
    where org = nullif(current_setting('app.org_id', true), '')::uuid
      and s.org_id = org and s.document @@ (('''!' || org || '''')::tsquery && wanted)
      and (s.happened_at, s.call_id) < (before, before_id)
      and (numnode(unwanted) = 0 or not exists (
          select from call_search u where u.org_id = org and u.call_id = s.call_id and u.document @@ unwanted))
    group by s.call_id, s.happened_at order by s.happened_at desc, s.call_id desc limit at_most
$$;

grant create on schema public to aftercall_system;
do $$
declare
    signature text;
begin
    foreach signature in array array[
        'search_newest(uuid, tsquery, tsquery, timestamptz, uuid, integer, integer)',
        'search_older(uuid, tsquery, tsquery, timestamptz, uuid, integer)'
    ] loop
        execute 'alter function ' || signature || ' owner to aftercall_system';
        execute 'revoke all on function ' || signature || ' from public';
        execute 'grant execute on function ' || signature || ' to aftercall_app, aftercall_read';
    end loop;
end $$;
revoke create on schema public from aftercall_system;

-- Calls that are there already are taken up by a job for each organization, some hundreds at a time.
do $$
begin
    set local role aftercall_system;
    insert into jobs (org_id, actor, key, args)
        select o.org_id, 'index_calls', 'all', '{}' from organizations o
        where o.org_id > '00000000-0000-0000-0000-0000000000ff'
          and exists (select from calls c where c.org_id = o.org_id)
    on conflict do nothing;
    reset role;
end $$;
