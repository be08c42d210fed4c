-- A session that was signed out of is over for every copy of its cookie; kept until the cookie would have run out.
create table ended_sessions (
    session_hash text primary key,
    until timestamptz not null
);
create index ended_sessions_over on ended_sessions (until);
grant select, insert, delete on ended_sessions to aftercall_app;
