import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * The job that suspends a client, or reinstates it: one key of its file is written and committed, and a run applies
 * what the fleet's layer for suspended cells changes. The plans are shown, and somebody is asked. The file says it
 * whatever they answer: a build whose plans nobody approves says how that is taken back.
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
    String other = action == 'suspend' ? 'reinstate' : 'suspend'
    String again = "The file of ${name} is committed and stays, so the next apply does what it says. To take it back, start this job with ACTION ${other}; to go on, with ACTION ${action}.".toString()
    try {
        cellwrightRun(run, [actor: person, ask: "${action.capitalize()} ${name}".toString(), again: again])
    } catch (FlowInterruptedException interrupted) {
        echo(again)
        throw interrupted
    }
}
