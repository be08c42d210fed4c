"""The shapes of the API's JSON, an area each: what is checked on the way in and promised on the way out."""
