-- Number and tag together name what an agent is to run: a number alone may mean something else in a database that was put back.
ALTER TABLE agent_target_numbers ADD COLUMN tag UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
