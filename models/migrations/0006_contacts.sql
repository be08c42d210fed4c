-- Contacts and their calls stay quick, for the worker as for people: at a million contacts, and at 50,000 calls of one.

-- The newest calls of a person: when they were last on the line, and where they stand.
drop index calls_of_contact;
create index calls_of_contact on calls (org_id, contact_id, happened_at desc, id desc);

create index contacts_by_lead_status on contacts (org_id, lead_status, heard_at desc, id desc);
-- Small, since equal keys are kept together: all contacts are counted in it without a look at one of them.
create index contacts_counted on contacts (org_id, temperature);
