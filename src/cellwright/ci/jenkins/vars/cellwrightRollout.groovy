import groovy.json.JsonSlurperClassic

/**
 * The job that changes many cells in waves: begins a rollout, answers for what it waits for, steers it. Cellwright
 * decides who is next; each build carries out what may be done now and ends where a person is needed, so that none
 * holds an agent for days. The next one goes on.
 *
 * Where an agent is lost, the block is run again: a rollout names the build that has started it and is not started
 * twice, and what is refused the second time may have been done the first time.
 */
def call() {
    String person = cellwrightPerson()
    String action = params.ACTION ?: 'start'
    String command = commandOf(action)
    if (!command) {
        error('ACTION is none of start, approve, reject, pause, resume, halt, cancel, retry, go on.')
    }
    String mark = "(build ${env.BUILD_URL ?: env.BUILD_TAG})".toString()
    String reason = action == 'start' ? "${params.REASON ?: ''} ${mark}".trim() : params.REASON ?: ''
    int tries = 0
    cellwrightNode(actor: person) {
        tries = tries + 1
        withEnv(["CELLWRIGHT_STRATEGY=${params.STRATEGY ?: ''}", "CELLWRIGHT_ROLLOUT=${(params.ROLLOUT ?: '').trim()}", "CELLWRIGHT_REASON=${reason}"]) {
            boolean done = tries > 1 && action == 'start' && isStarted(mark)
            if (!done && sh(label: 'rollout', returnStatus: true, script: command) != 0) {
                if (tries == 1) {
                    error('Nothing was changed: see above.')
                }
                echo('This was refused, as is said above: the agent that was lost may have done it before.')
                currentBuild.result = 'UNSTABLE'
            }
            if (!env.CELLWRIGHT_SERVER) {
                sh(label: 'carry out', script: 'cellwright worker --once')
            }
            sh(label: 'status', script: 'cellwright rollout status')
        }
    }
}

/** Tells whether this build has started its rollout already. */
boolean isStarted(String mark) {
    return names(sh(label: 'look', returnStdout: true, script: 'cellwright rollout status --json'), mark)
}

@NonCPS
boolean names(String document, String mark) {
    return new JsonSlurperClassic().parseText(document).rollouts.any { it.reason?.endsWith(mark) }
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
