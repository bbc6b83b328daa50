/**
 * The job that changes many cells in waves: begins a rollout, answers for what it waits for, steers it. Cellwright
 * decides who is next; each build carries out what may be done now and ends where a person is needed, so that none
 * holds an agent for days. The next one goes on.
 */
def call() {
    String person = cellwrightPerson()
    String command = commandOf(params.ACTION ?: 'start')
    if (!command) {
        error('ACTION is none of start, approve, reject, pause, resume, halt, cancel, retry, go on.')
    }
    cellwrightNode(actor: person) {
        withEnv(["CELLWRIGHT_STRATEGY=${params.STRATEGY ?: ''}", "CELLWRIGHT_ROLLOUT=${(params.ROLLOUT ?: '').trim()}", "CELLWRIGHT_REASON=${params.REASON ?: ''}"]) {
            sh(label: 'rollout', script: command)
            if (!env.CELLWRIGHT_SERVER) {
                sh(label: 'carry out', script: 'cellwright worker --once')
            }
            sh(label: 'status', script: 'cellwright rollout status')
        }
    }
}

/** Each action's command, as it stands here: what the form says is never a part of one. */
String commandOf(String action) {
    switch (action) {
        case 'start': return 'cellwright rollout start --yes --plans-wait --detach --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_STRATEGY"'
        case 'approve': return 'cellwright rollout approve --yes --detach --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'reject': return 'cellwright rollout reject --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'pause': return 'cellwright rollout pause --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'resume': return 'cellwright rollout resume --yes --detach --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'halt': return 'cellwright rollout halt --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'cancel': return 'cellwright rollout cancel --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'retry': return 'cellwright rollout retry --yes --detach --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_ROLLOUT"'
        case 'go on': return 'cellwright rollout status'
    }
    return ''
}
