-- Who submitted a revision; empty where that was before this column. Brokers of the version before leave it empty too.

ALTER TABLE deployment_objects ADD COLUMN created_by VARCHAR(253) NOT NULL DEFAULT '';
