-- A package may tell what is no well-formed text: a NUL, or half a character where it cut an answer off. Type jsonb refuses
-- that, and with it all else that was to be kept; as json it is kept as it was told.
alter table scorm_states alter column cmi type json;

-- Which version of the module a player was opened with. Null: it was opened before this was kept.
alter table launches add column module_version integer;
