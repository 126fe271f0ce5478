-- Whoever of those who are in does not stand in the file of an import stands below its rows, where somebody wants them out:
-- seen, done and undone as the others are (B2, B4).
alter type import_fate add value 'missing';
alter table imports
  add column deactivates_missing boolean not null default false,
  add column unread integer not null default 0;        -- rows whose e-mail cannot be read: nobody is missing for certain
alter table import_rows add column is_missing boolean not null default false;
