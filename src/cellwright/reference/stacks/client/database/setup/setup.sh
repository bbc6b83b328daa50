set -eu
# RDS shows a certificate of its own authority, which no image knows.
wget -q -O "$PGSSLROOTCERT" "$AUTHORITIES"
printf '%s\n' "$STATEMENTS" | psql --no-psqlrc --quiet --single-transaction --set ON_ERROR_STOP=1 \
  --set service_user="$SERVICE_USER" --set schema="$SCHEMA" --set extensions="$EXTENSIONS" --file -
echo "The database is set up."
