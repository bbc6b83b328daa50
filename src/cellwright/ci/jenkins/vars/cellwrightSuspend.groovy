/**
 * The job that suspends a client, or reinstates it: one key of its file is written and committed, and a run applies
 * what the fleet's layer for suspended cells changes. The plans are shown, and somebody is asked.
 */
def call() {
    String person = cellwrightPerson()
    String name = (params.NAME ?: '').trim()
    String action = params.ACTION ?: 'suspend'
    if (!(action in ['suspend', 'reinstate'])) {
        error('ACTION is none of suspend, reinstate.')
    }
    Map wanted = [name: name, reinstate: action == 'reinstate', reason: params.REASON ?: '']
    String run = cellwrightNode(actor: person) {
        cellwrightBegin.suspension(wanted)
    }
    if (!run) {
        echo('The settings say so now, and nothing is to be applied.')
        return
    }
    cellwrightRun(run, [actor: person, ask: "${action.capitalize()} ${name}".toString()])
}
