"""Tables, tenancy, migrations and the named queries: the only room that speaks SQL."""
