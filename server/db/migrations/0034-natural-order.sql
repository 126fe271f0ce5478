-- Names are listed as people expect them, whatever the locale of the database: "ärzte" among the As, "Group 2" before
-- "Group 10". Said of the column, so that no list can forget it.
create collation natural_order (provider = icu, locale = 'und-u-kn-true');

alter table departments alter name type text collate natural_order;
alter table groups alter name type text collate natural_order;
alter table custom_fields alter label type text collate natural_order;
alter table courses alter title type text collate natural_order;
