CREATE TABLE cellwright_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT cellwright_version_pkc PRIMARY KEY (version_num)
)
--
CREATE TABLE heads (
	unit TEXT NOT NULL,
	fingerprint TEXT,
	failed TEXT,
	lineage TEXT,
	serial BIGINT,
	CONSTRAINT pk_heads PRIMARY KEY (unit)
)
 WITHOUT ROWID
--
CREATE TABLE units (
	unit TEXT NOT NULL,
	source_digest TEXT NOT NULL,
	source_label TEXT NOT NULL,
	backend_digest TEXT NOT NULL,
	inputs TEXT NOT NULL,
	recipe TEXT NOT NULL,
	terraform_version TEXT NOT NULL,
	run TEXT NOT NULL,
	fleet_commit TEXT,
	applied_at TEXT NOT NULL, product TEXT,
	CONSTRAINT pk_units PRIMARY KEY (unit),
	CONSTRAINT fk_units_heads FOREIGN KEY(unit) REFERENCES heads (unit) ON DELETE CASCADE
)
--
CREATE TABLE outputs (
	unit TEXT NOT NULL,
	outputs TEXT NOT NULL,
	CONSTRAINT pk_outputs PRIMARY KEY (unit),
	CONSTRAINT fk_outputs_heads FOREIGN KEY(unit) REFERENCES heads (unit) ON DELETE CASCADE
)
--
CREATE TABLE runs (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	actor TEXT NOT NULL,
	reason TEXT NOT NULL,
	started TEXT NOT NULL,
	finished TEXT,
	fleet_commit TEXT,
	unit_count INTEGER NOT NULL,
	outcomes TEXT, waited FLOAT,
	CONSTRAINT pk_runs PRIMARY KEY (id)
)
--
CREATE TABLE run_units (
	run TEXT NOT NULL,
	unit TEXT NOT NULL,
	ordinal INTEGER NOT NULL,
	operation TEXT NOT NULL,
	wave INTEGER NOT NULL,
	state TEXT NOT NULL,
	outcome TEXT,
	attempt INTEGER NOT NULL,
	started TEXT,
	finished TEXT,
	seconds FLOAT NOT NULL,
	resources TEXT,
	diagnostics TEXT,
	intent TEXT, "plan" TEXT,
	CONSTRAINT pk_run_units PRIMARY KEY (run, unit),
	CONSTRAINT fk_run_units_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
)
--
CREATE TABLE leases (
	unit TEXT NOT NULL,
	fencing BIGINT NOT NULL,
	host TEXT,
	process_id BIGINT,
	process_started TEXT,
	run TEXT,
	expires BIGINT,
	CONSTRAINT pk_leases PRIMARY KEY (unit)
)
--
CREATE TABLE bindings (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	CONSTRAINT pk_bindings PRIMARY KEY (name)
)
--
CREATE TABLE events (
	sequence INTEGER NOT NULL,
	time TEXT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	previous TEXT NOT NULL,
	hash TEXT NOT NULL,
	CONSTRAINT pk_events PRIMARY KEY (sequence)
)
--
CREATE INDEX ix_events_subject_sequence ON events (subject, sequence)
--
CREATE TABLE chain (
	id INTEGER NOT NULL,
	sequence BIGINT NOT NULL,
	hash TEXT NOT NULL,
	CONSTRAINT pk_chain PRIMARY KEY (id)
)
--
CREATE TRIGGER events_UPDATE BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
--
CREATE TRIGGER events_DELETE BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
--
CREATE TABLE approvals (
	run TEXT NOT NULL,
	unit TEXT NOT NULL,
	plan_digest TEXT NOT NULL,
	asked_at TEXT NOT NULL,
	decision TEXT,
	answered_by TEXT,
	answered_at TEXT,
	reason TEXT,
	how TEXT,
	CONSTRAINT pk_approvals PRIMARY KEY (run, unit, plan_digest),
	CONSTRAINT fk_approvals_run_units FOREIGN KEY(run, unit) REFERENCES run_units (run, unit) ON DELETE CASCADE
)
--
CREATE TABLE cancel_requests (
	run TEXT NOT NULL,
	requested_by TEXT NOT NULL,
	requested_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	CONSTRAINT pk_cancel_requests PRIMARY KEY (run),
	CONSTRAINT fk_cancel_requests_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
)
--
CREATE TABLE blocks (
	first TEXT NOT NULL,
	block TEXT NOT NULL,
	pool TEXT NOT NULL,
	cell TEXT NOT NULL,
	released_at TEXT,
	CONSTRAINT pk_blocks PRIMARY KEY (first)
)
--
CREATE TRIGGER events_INSERT BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
--
CREATE TABLE queue_runs (
	run TEXT NOT NULL,
	task TEXT NOT NULL,
	served BIGINT NOT NULL,
	account TEXT NOT NULL,
	paused_by TEXT,
	paused_at TEXT, paused_reason TEXT, paused_until BIGINT, priority INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_queue_runs PRIMARY KEY (run),
	CONSTRAINT fk_queue_runs_runs FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE
)
--
CREATE TABLE queue_units (
	run TEXT NOT NULL,
	unit TEXT NOT NULL,
	ordinal INTEGER NOT NULL,
	wave INTEGER NOT NULL,
	account TEXT NOT NULL,
	labels TEXT NOT NULL,
	missing INTEGER NOT NULL,
	state TEXT NOT NULL,
	not_before BIGINT,
	worker TEXT,
	fencing BIGINT,
	claims INTEGER NOT NULL,
	place TEXT,
	place_until BIGINT,
	CONSTRAINT pk_queue_units PRIMARY KEY (run, unit),
	CONSTRAINT fk_queue_units_queue_runs FOREIGN KEY(run) REFERENCES queue_runs (run) ON DELETE CASCADE
)
--
CREATE INDEX ix_queue_units_ready ON queue_units (run, account, ordinal) WHERE state = 'ready'
--
CREATE INDEX ix_queue_units_claimed ON queue_units (worker) WHERE state = 'claimed'
--
CREATE INDEX ix_queue_units_delayed ON queue_units (not_before) WHERE state = 'delayed'
--
CREATE INDEX ix_queue_units_run_wave ON queue_units (run, wave)
--
CREATE TABLE queue_edges (
	run TEXT NOT NULL,
	upstream TEXT NOT NULL,
	downstream TEXT NOT NULL,
	CONSTRAINT pk_queue_edges PRIMARY KEY (run, upstream, downstream),
	CONSTRAINT fk_queue_edges_queue_runs FOREIGN KEY(run) REFERENCES queue_runs (run) ON DELETE CASCADE
)
--
CREATE TABLE workers (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	host TEXT NOT NULL,
	process_id BIGINT NOT NULL,
	process_started TEXT NOT NULL,
	labels TEXT NOT NULL,
	parallel INTEGER NOT NULL,
	started TEXT NOT NULL,
	seen BIGINT NOT NULL,
	drain_requested_by TEXT,
	drain_requested_at TEXT,
	CONSTRAINT pk_workers PRIMARY KEY (id)
)
--
CREATE TABLE run_progress (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	run TEXT NOT NULL,
	unit TEXT,
	time TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	kind TEXT NOT NULL,
	detail TEXT NOT NULL
)
--
CREATE INDEX ix_run_progress_run_id ON run_progress (run, id)
--
CREATE TABLE people (
	id TEXT NOT NULL,
	login TEXT NOT NULL,
	name TEXT NOT NULL,
	email TEXT,
	kind TEXT NOT NULL,
	created_at TEXT NOT NULL,
	created_by TEXT NOT NULL,
	disabled_at TEXT,
	CONSTRAINT pk_people PRIMARY KEY (id)
)
--
CREATE UNIQUE INDEX ix_people_login ON people (login)
--
CREATE UNIQUE INDEX ix_people_email ON people (email)
--
CREATE TABLE grants (
	id TEXT NOT NULL,
	person TEXT NOT NULL,
	role TEXT NOT NULL,
	scope TEXT NOT NULL,
	origin TEXT NOT NULL,
	granted_at TEXT NOT NULL,
	granted_by TEXT NOT NULL,
	reason TEXT NOT NULL,
	expires BIGINT,
	CONSTRAINT pk_grants PRIMARY KEY (id),
	CONSTRAINT fk_grants_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_grants_person ON grants (person)
--
CREATE TABLE passwords (
	person TEXT NOT NULL,
	hash TEXT NOT NULL,
	changed_at TEXT NOT NULL,
	CONSTRAINT pk_passwords PRIMARY KEY (person),
	CONSTRAINT fk_passwords_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE TABLE sessions (
	digest TEXT NOT NULL,
	id TEXT NOT NULL,
	person TEXT NOT NULL,
	method TEXT NOT NULL,
	created BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	proved BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	address TEXT NOT NULL,
	agent TEXT NOT NULL,
	CONSTRAINT pk_sessions PRIMARY KEY (digest),
	CONSTRAINT fk_sessions_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE UNIQUE INDEX ix_sessions_id ON sessions (id)
--
CREATE INDEX ix_sessions_person ON sessions (person)
--
CREATE TABLE one_time_links (
	digest TEXT NOT NULL,
	purpose TEXT NOT NULL,
	person TEXT,
	created_at TEXT NOT NULL,
	created_by TEXT NOT NULL,
	expires BIGINT NOT NULL,
	CONSTRAINT pk_one_time_links PRIMARY KEY (digest),
	CONSTRAINT fk_one_time_links_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_one_time_links_person ON one_time_links (person)
--
CREATE TABLE tokens (
	id TEXT NOT NULL,
	digest TEXT NOT NULL,
	person TEXT NOT NULL,
	name TEXT NOT NULL,
	limits TEXT,
	act_for INTEGER NOT NULL,
	created_at TEXT NOT NULL,
	created_by TEXT NOT NULL,
	expires BIGINT NOT NULL,
	used BIGINT,
	revoked_at TEXT,
	CONSTRAINT pk_tokens PRIMARY KEY (id),
	CONSTRAINT fk_tokens_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_tokens_person ON tokens (person)
--
CREATE TABLE passkeys (
	id TEXT NOT NULL,
	person TEXT NOT NULL,
	public_key TEXT NOT NULL,
	sign_count BIGINT NOT NULL,
	transports TEXT NOT NULL,
	name TEXT NOT NULL,
	created_at TEXT NOT NULL,
	used BIGINT,
	CONSTRAINT pk_passkeys PRIMARY KEY (id),
	CONSTRAINT fk_passkeys_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_passkeys_person ON passkeys (person)
--
CREATE TABLE totp_secrets (
	person TEXT NOT NULL,
	secret TEXT NOT NULL,
	created_at TEXT NOT NULL,
	confirmed_at TEXT,
	last_step BIGINT NOT NULL,
	CONSTRAINT pk_totp_secrets PRIMARY KEY (person),
	CONSTRAINT fk_totp_secrets_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE TABLE recovery_codes (
	person TEXT NOT NULL,
	digest TEXT NOT NULL,
	CONSTRAINT pk_recovery_codes PRIMARY KEY (person, digest),
	CONSTRAINT fk_recovery_codes_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE TABLE identities (
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	person TEXT NOT NULL,
	linked_at TEXT NOT NULL,
	used BIGINT,
	CONSTRAINT pk_identities PRIMARY KEY (issuer, subject),
	CONSTRAINT fk_identities_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_identities_person ON identities (person)
--
CREATE TABLE sign_in_steps (
	digest TEXT NOT NULL,
	kind TEXT NOT NULL,
	person TEXT,
	content TEXT NOT NULL,
	expires BIGINT NOT NULL,
	CONSTRAINT pk_sign_in_steps PRIMARY KEY (digest),
	CONSTRAINT fk_sign_in_steps_people FOREIGN KEY(person) REFERENCES people (id) ON DELETE CASCADE
)
--
CREATE TABLE attempts (
	subject TEXT NOT NULL,
	count BIGINT NOT NULL,
	since BIGINT NOT NULL,
	last BIGINT NOT NULL,
	CONSTRAINT pk_attempts PRIMARY KEY (subject)
)
--
CREATE TABLE webhooks (
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	url TEXT NOT NULL,
	form TEXT NOT NULL,
	actions TEXT NOT NULL,
	secret TEXT NOT NULL,
	enabled INTEGER NOT NULL,
	seen BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	created_at TEXT NOT NULL,
	CONSTRAINT pk_webhooks PRIMARY KEY (id)
)
--
CREATE TABLE deliveries (
	id TEXT NOT NULL,
	webhook TEXT NOT NULL,
	event BIGINT NOT NULL,
	state TEXT NOT NULL,
	made_at TEXT NOT NULL,
	due BIGINT NOT NULL,
	claim TEXT,
	claimed_until BIGINT,
	attempts TEXT NOT NULL,
	CONSTRAINT pk_deliveries PRIMARY KEY (id),
	CONSTRAINT fk_deliveries_webhooks FOREIGN KEY(webhook) REFERENCES webhooks (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_deliveries_state_due ON deliveries (state, due)
--
CREATE INDEX ix_deliveries_webhook_made_at ON deliveries (webhook, made_at)
--
CREATE TABLE request_keys (
	who TEXT NOT NULL,
	"key" TEXT NOT NULL,
	request TEXT NOT NULL,
	made BIGINT NOT NULL,
	status INTEGER,
	answer TEXT,
	CONSTRAINT pk_request_keys PRIMARY KEY (who, "key")
)
--
CREATE TABLE rollouts (
	id TEXT NOT NULL,
	strategy TEXT NOT NULL,
	fleet_commit TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	"plan" TEXT NOT NULL,
	task TEXT NOT NULL,
	status TEXT NOT NULL,
	state TEXT NOT NULL,
	look_at BIGINT,
	changed_at TEXT NOT NULL,
	CONSTRAINT pk_rollouts PRIMARY KEY (id)
)
--
CREATE INDEX ix_rollouts_status ON rollouts (status)
--
CREATE TABLE rollout_cells (
	rollout TEXT NOT NULL,
	place INTEGER NOT NULL,
	cell TEXT NOT NULL,
	held TEXT,
	phase TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	run TEXT NOT NULL,
	begun BIGINT NOT NULL,
	ended BIGINT NOT NULL,
	why TEXT NOT NULL,
	CONSTRAINT pk_rollout_cells PRIMARY KEY (rollout, place),
	CONSTRAINT fk_rollout_cells_rollouts FOREIGN KEY(rollout) REFERENCES rollouts (id) ON DELETE CASCADE
)
--
CREATE UNIQUE INDEX ix_rollout_cells_held ON rollout_cells (held)
--
CREATE INDEX ix_rollout_cells_run ON rollout_cells (run)
--
CREATE INDEX ix_rollout_cells_cell ON rollout_cells (cell)
--
CREATE TABLE rollout_steps (
	rollout TEXT NOT NULL,
	stage INTEGER NOT NULL,
	moment TEXT NOT NULL,
	place INTEGER NOT NULL,
	state TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	answered_by TEXT NOT NULL,
	why TEXT NOT NULL,
	claimed_until BIGINT,
	CONSTRAINT pk_rollout_steps PRIMARY KEY (rollout, stage, moment, place),
	CONSTRAINT fk_rollout_steps_rollouts FOREIGN KEY(rollout) REFERENCES rollouts (id) ON DELETE CASCADE
)
--
CREATE TABLE rollout_shapes (
	rollout TEXT NOT NULL,
	shape TEXT NOT NULL,
	answered_by TEXT NOT NULL,
	answered_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	CONSTRAINT pk_rollout_shapes PRIMARY KEY (rollout, shape),
	CONSTRAINT fk_rollout_shapes_rollouts FOREIGN KEY(rollout) REFERENCES rollouts (id) ON DELETE CASCADE
)
--
CREATE INDEX ix_run_units_run_outcome_state_wave_unit ON run_units (run, outcome, state, wave, unit)
--
CREATE TABLE drift_units (
	unit TEXT NOT NULL,
	result TEXT NOT NULL,
	looked_at TEXT NOT NULL,
	looked_run TEXT NOT NULL,
	why TEXT NOT NULL,
	shape TEXT NOT NULL,
	digest TEXT NOT NULL,
	counts TEXT,
	since TEXT,
	seen TEXT,
	run TEXT,
	times INTEGER NOT NULL,
	CONSTRAINT pk_drift_units PRIMARY KEY (unit)
)
--
CREATE INDEX ix_drift_units_since ON drift_units (since)
--
CREATE INDEX ix_drift_units_result_looked_at ON drift_units (result, looked_at)
--
CREATE TABLE drift_resources (
	unit TEXT NOT NULL,
	address TEXT NOT NULL,
	first_seen TEXT NOT NULL,
	action TEXT NOT NULL,
	repaired INTEGER NOT NULL,
	paths TEXT NOT NULL,
	digest TEXT NOT NULL,
	first_run TEXT NOT NULL,
	last_seen TEXT NOT NULL,
	last_run TEXT NOT NULL,
	times INTEGER NOT NULL,
	closed_at TEXT,
	closed_run TEXT,
	closed_how TEXT,
	CONSTRAINT pk_drift_resources PRIMARY KEY (unit, address, first_seen)
)
--
CREATE INDEX ix_drift_resources_closed_at ON drift_resources (closed_at)
--
CREATE TABLE drift_acknowledged (
	id TEXT NOT NULL,
	unit TEXT NOT NULL,
	resource TEXT NOT NULL,
	shape TEXT NOT NULL,
	digest TEXT NOT NULL,
	reason TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at TEXT NOT NULL,
	until BIGINT NOT NULL,
	ended_at TEXT,
	ended_by TEXT,
	CONSTRAINT pk_drift_acknowledged PRIMARY KEY (id)
)
--
CREATE TABLE drift_windows (
	schedule TEXT NOT NULL,
	begins BIGINT NOT NULL,
	ends BIGINT NOT NULL,
	run TEXT NOT NULL,
	opened_at TEXT NOT NULL,
	units INTEGER NOT NULL,
	left_out INTEGER NOT NULL,
	CONSTRAINT pk_drift_windows PRIMARY KEY (schedule, begins)
)
--
CREATE TABLE drift_begun (
	run TEXT NOT NULL,
	unit TEXT NOT NULL,
	claims INTEGER NOT NULL,
	account TEXT NOT NULL,
	begun BIGINT NOT NULL,
	CONSTRAINT pk_drift_begun PRIMARY KEY (run, unit, claims)
)
--
CREATE INDEX ix_drift_begun_account_begun ON drift_begun (account, begun)
--
CREATE TABLE clients (
	cell TEXT NOT NULL,
	state TEXT NOT NULL,
	since TEXT NOT NULL,
	moved_by TEXT NOT NULL,
	reason TEXT NOT NULL,
	run TEXT NOT NULL,
	CONSTRAINT pk_clients PRIMARY KEY (cell)
)
--
CREATE INDEX ix_clients_state ON clients (state)
--
CREATE TABLE legal_holds (
	id TEXT NOT NULL,
	cell TEXT NOT NULL,
	reason TEXT NOT NULL,
	laid_by TEXT NOT NULL,
	laid_at TEXT NOT NULL,
	lifted_by TEXT,
	lifted_at TEXT,
	lift_reason TEXT,
	CONSTRAINT pk_legal_holds PRIMARY KEY (id)
)
--
CREATE INDEX ix_legal_holds_cell_lifted_at ON legal_holds (cell, lifted_at)
--
CREATE TABLE offboardings (
	id TEXT NOT NULL,
	cell TEXT NOT NULL,
	held TEXT,
	phase TEXT NOT NULL,
	phase_since TEXT NOT NULL,
	requested_by TEXT NOT NULL,
	requested_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	back_to TEXT NOT NULL,
	task TEXT NOT NULL,
	hold_seconds BIGINT NOT NULL,
	hold_until BIGINT,
	approvals_needed INTEGER NOT NULL,
	plan_run TEXT NOT NULL,
	run TEXT NOT NULL,
	export TEXT,
	why TEXT NOT NULL,
	archived_to TEXT NOT NULL,
	ended_by TEXT,
	ended_at TEXT,
	CONSTRAINT pk_offboardings PRIMARY KEY (id)
)
--
CREATE UNIQUE INDEX ix_offboardings_held ON offboardings (held)
--
CREATE INDEX ix_offboardings_cell_requested_at ON offboardings (cell, requested_at)
--
CREATE TABLE offboarding_approvals (
	offboarding TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	identity TEXT NOT NULL,
	CONSTRAINT pk_offboarding_approvals PRIMARY KEY (offboarding, approved_by),
	CONSTRAINT fk_offboarding_approvals_offboardings FOREIGN KEY(offboarding) REFERENCES offboardings (id) ON DELETE CASCADE
)
--
CREATE TABLE offboarding_units (
	offboarding TEXT NOT NULL,
	unit TEXT NOT NULL,
	record TEXT NOT NULL,
	state_place TEXT NOT NULL,
	state_digest TEXT NOT NULL,
	archived_as TEXT NOT NULL,
	state_after TEXT NOT NULL,
	looked_at TEXT NOT NULL,
	CONSTRAINT pk_offboarding_units PRIMARY KEY (offboarding, unit),
	CONSTRAINT fk_offboarding_units_offboardings FOREIGN KEY(offboarding) REFERENCES offboardings (id) ON DELETE CASCADE
)
--
CREATE TABLE offboarding_resources (
	offboarding TEXT NOT NULL,
	unit TEXT NOT NULL,
	address TEXT NOT NULL,
	type TEXT NOT NULL,
	provider TEXT NOT NULL,
	provider_id TEXT NOT NULL,
	facts TEXT NOT NULL,
	finding TEXT NOT NULL,
	detail TEXT NOT NULL,
	looked_at TEXT NOT NULL,
	CONSTRAINT pk_offboarding_resources PRIMARY KEY (offboarding, unit, address),
	CONSTRAINT fk_offboarding_resources_offboardings FOREIGN KEY(offboarding) REFERENCES offboardings (id) ON DELETE CASCADE
)
--
CREATE TABLE removed_resources (
	unit TEXT NOT NULL,
	run TEXT NOT NULL,
	attempt INTEGER NOT NULL,
	place INTEGER NOT NULL,
	resource TEXT NOT NULL,
	plan_digest TEXT NOT NULL,
	begun_at TEXT NOT NULL,
	ended_at TEXT,
	ended TEXT,
	CONSTRAINT pk_removed_resources PRIMARY KEY (unit, run, attempt, place)
)
--
CREATE TABLE certificates (
	digest TEXT NOT NULL,
	cell TEXT NOT NULL,
	number INTEGER NOT NULL,
	kind TEXT NOT NULL,
	open_points INTEGER NOT NULL,
	last_date TEXT,
	facts TEXT NOT NULL,
	made_at TEXT NOT NULL,
	made_by TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	document TEXT NOT NULL,
	signature TEXT NOT NULL,
	CONSTRAINT pk_certificates PRIMARY KEY (digest)
)
--
CREATE UNIQUE INDEX ix_certificates_cell_number ON certificates (cell, number)
--
CREATE TABLE placements (
	cell TEXT NOT NULL,
	place TEXT NOT NULL,
	uses TEXT NOT NULL,
	claimed_at TEXT NOT NULL,
	CONSTRAINT pk_placements PRIMARY KEY (cell)
)
--
CREATE TABLE moves (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	target TEXT NOT NULL,
	phase TEXT NOT NULL,
	begun_by TEXT NOT NULL,
	begun_at TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	CONSTRAINT pk_moves PRIMARY KEY (id)
)
--
CREATE UNIQUE INDEX ix_moves_subject ON moves (subject)
--
CREATE INDEX ix_events_given_up ON events (sequence) WHERE action IN ('cell.renamed', 'client.offboarded')
--
INSERT INTO cellwright_version VALUES ('0025')
--
INSERT INTO chain VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000')