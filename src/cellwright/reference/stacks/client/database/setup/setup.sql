-- What a database needs before the client's services can use it. psql runs it as the master user, in one transaction,
-- and may run it again at any time: what is there already stays. Its variables: service_user, schema, extensions.

SELECT set_config('setup.signs_in_with_tokens', pg_has_role(current_user, 'rds_iam', 'USAGE')::text, true) \g /dev/null

SELECT format('CREATE EXTENSION IF NOT EXISTS %I', name)
FROM unnest(string_to_array(:'extensions', ',')) AS name
WHERE name <> ''
\gexec

-- The services' user: no password, a token of IAM is what it signs in with.
SELECT format('CREATE ROLE %I', :'service_user')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service_user')
\gexec
ALTER ROLE :"service_user" LOGIN PASSWORD NULL;
GRANT rds_iam TO :"service_user";

-- Who isn't named gets in no more. The services make their tables in a schema of their own, which stays the master
-- user's.
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"DBNAME" TO :"service_user";
CREATE SCHEMA IF NOT EXISTS :"schema";
GRANT USAGE, CREATE ON SCHEMA :"schema" TO :"service_user";
ALTER ROLE :"service_user" IN DATABASE :"DBNAME" SET search_path TO :"schema", public;

-- RDS refuses the password of whoever inherits rds_iam. If the master user has become a member of the services' user,
-- it would be locked out: then all of the above is taken back.
DO $$
BEGIN
  IF pg_has_role(current_user, 'rds_iam', 'USAGE') AND NOT current_setting('setup.signs_in_with_tokens')::boolean THEN
    RAISE EXCEPTION 'the master user would inherit rds_iam and could not sign in with its password any more; nothing was changed'
      USING HINT = 'Take the services'' user away from the master user: REVOKE <service_user> FROM <administrator>;';
  END IF;
END
$$;
