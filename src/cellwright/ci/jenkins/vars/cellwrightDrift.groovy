/**
 * The job that looks each night for what is not as it was applied. A timer presses this button: the audit trail
 * names the job. Offboardings whose hold is over go on, too.
 */
def call() {
    String actor = cellwrightPerson.known() ?: "${env.JOB_NAME} (by its timer)".toString()
    cellwrightNode(actor: actor) {
        int drift = sh(label: 'drift', returnStatus: true, script: 'cellwright drift run --due --exit-code')
        int offboard = sh(label: 'offboard', returnStatus: true, script: 'cellwright offboard --due')
        if (drift == 3) {
            echo('Something is not as it was applied: see above, or `cellwright drift`.')
            currentBuild.result = 'UNSTABLE'
        }
        if (!(drift in [0, 3]) || offboard != 0) {
            error('A look failed, or an offboarding could not go on: see above.')
        }
    }
}
