import groovy.json.JsonSlurperClassic

/**
 * Makes all jobs from the fleet: what its forms offer is what the fleet has now.
 *
 * It reads settings only, so it runs where pull requests are checked, without the right to change anything.
 */
def call() {
    String document = cellwrightNode(label: env.CELLWRIGHT_CHECK_LABEL ?: 'cellwright-check') {
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
