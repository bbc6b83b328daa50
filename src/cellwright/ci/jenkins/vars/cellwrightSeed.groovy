import groovy.json.JsonSlurperClassic

/**
 * Makes all jobs from the fleet: what its forms offer is what the fleet has now.
 *
 * It reads settings only, so it runs where pull requests are checked, without the right to change anything. A server
 * (CELLWRIGHT_SERVER) is asked from the agents that have a token for it.
 */
def call() {
    String asking = env.CELLWRIGHT_SERVER ? (env.CELLWRIGHT_LABEL ?: 'cellwright') : (env.CELLWRIGHT_CHECK_LABEL ?: 'cellwright-check')
    String document = cellwrightNode(label: asking) {
        sh(label: 'form', returnStdout: true, script: 'cellwright job form --json')
    }
    node(env.CELLWRIGHT_CHECK_LABEL ?: 'cellwright-check') {
        jobDsl(
            scriptText: libraryResource('cellwright/jobs.groovy'),
            additionalParameters: [FORM: form(document)],
            removedJobAction: 'DISABLE',
            removedViewAction: 'IGNORE'
        )
    }
}

@NonCPS
Map form(String document) {
    return (Map) new JsonSlurperClassic().parseText(document)
}
