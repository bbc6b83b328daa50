/**
 * The job by which a client leaves. Its name has to be typed twice. What would be destroyed is planned and judged;
 * then the fleet's hold begins, during which nothing is destroyed and the job *offboard* with CANCEL ends it. After it
 * the nightly job goes on.
 */
def call() {
    String person = cellwrightPerson()
    String name = (params.NAME ?: '').trim()
    if (!name || name != (params.NAME_AGAIN ?: '').trim()) {
        error('The two names are not the same, so nothing was begun.')
    }
    cellwrightNode(actor: person) {
        withEnv(["CELLWRIGHT_CLIENT=${name}", "CELLWRIGHT_REASON=${params.REASON ?: ''}"]) {
            if (params.CANCEL == true) {
                sh(label: 'cancel', script: 'cellwright offboard --cancel --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_CLIENT"')
            } else {
                sh(label: 'offboard', script: 'cellwright offboard --yes --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_CLIENT"')
            }
        }
    }
}
