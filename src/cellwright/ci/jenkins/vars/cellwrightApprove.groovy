import groovy.json.JsonOutput

/**
 * The job by which a second person approves what waits in a run, where the fleet demands four eyes: Jenkins signs for
 * this build who has started it, so that person is known, and not only named by the build that waits. They are shown
 * the plans, and asked; nobody else's answer counts here. The build that waits is answered after that, and goes on.
 */
def call() {
    String person = cellwrightPerson()
    String run = (params.RUN ?: '').trim()
    Map found = cellwrightNode(actor: person) {
        withEnv(["CELLWRIGHT_RUN=${run}"]) {
            int status = sh(
                label: 'look',
                returnStatus: true,
                script: 'cellwright job follow --only-follow --out cellwright-run.json -- "$CELLWRIGHT_RUN"'
            )
            if (status != 3 || !fileExists('cellwright-run.json')) {
                error('No plan of this run waits for an answer: see above.')
            }
            return cellwrightRun.read(readFile('cellwright-run.json'))
        }
    }
    Map answer = input(
        id: 'Plans',
        message: "${found.waiting.size()} plan(s) of run ${run} wait. They are shown above.".toString(),
        ok: 'Approve these plans',
        submitter: person,
        submitterParameter: 'APPROVER',
        parameters: [string(name: 'REASON', defaultValue: params.REASON ?: '', description: 'Why; for the audit trail.')]
    )
    if (cellwrightPerson.named(answer.APPROVER) != person) {
        error('Somebody else has answered than who started this build, so nothing is approved.')
    }
    cellwrightNode(actor: person) {
        writeFile(file: 'cellwright-seen.json', text: JsonOutput.toJson(found))
        withEnv(["CELLWRIGHT_RUN=${run}", "CELLWRIGHT_REASON=${answer.REASON ?: ''}"]) {
            sh(
                label: 'approve',
                script: 'cellwright job approve --plans cellwright-seen.json --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_RUN"'
            )
        }
    }
}
