import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * Follows a run to its end: it is carried out on an agent, or by a server where CELLWRIGHT_SERVER names one.
 *
 * Where plans wait, the agent is given back and somebody is asked. Their answer counts for the plans that were
 * shown and no others; it counts in Cellwright's ledger, under their name. Aborting the build cancels the run,
 * and the audit trail says who did.
 *
 * given.actor: who acts; given.ask: what the question begins with; given.again: what to do if it does not end well.
 */
def call(String run, Map given) {
    return ended(run, given, followed(run, given))
}

/** Follows a run until it is over, however it ends. */
Map followed(String run, Map given) {
    int after = 0
    try {
        while (true) {
            Map found = follow(run, given, after)
            after = found.progress
            if (!found.waiting) {
                return found
            }
            answered(run, given, found)
        }
    } catch (FlowInterruptedException interrupted) {
        left(run, given, interrupted)
        throw interrupted
    }
}

Map follow(String run, Map given, int after) {
    return cellwrightNode(actor: given.actor) {
        withEnv(["CELLWRIGHT_RUN=${run}", "CELLWRIGHT_AFTER=${after}"]) {
            int status = sh(
                label: 'follow',
                returnStatus: true,
                script: 'cellwright job follow --after "$CELLWRIGHT_AFTER" --out cellwright-run.json -- "$CELLWRIGHT_RUN"'
            )
            if (!(status in [0, 1, 3]) || !fileExists('cellwright-run.json')) {
                error("Run ${run} could not be followed (${status}). ${again(run, given)}".toString())
            }
            return read(readFile('cellwright-run.json'))
        }
    }
}

/** Asks, and passes the answer on. Outside of any node: nobody's agent is held while somebody thinks. */
void answered(String run, Map given, Map found) {
    Map answer
    try {
        answer = input(
            id: 'Plans',
            message: "${given.ask}: ${found.waiting.size()} plan(s) of run ${run} wait. They are shown above.".toString(),
            ok: 'Approve these plans',
            submitter: env.CELLWRIGHT_APPROVERS ?: '',
            submitterParameter: 'APPROVER',
            parameters: [string(name: 'REASON', defaultValue: '', description: 'Why; for the audit trail.')]
        )
    } catch (FlowInterruptedException refused) {
        String person = whose(refused, 'Rejection')
        if (person) {
            reject(run, person)
        }
        throw refused
    }
    String approver = cellwrightPerson.named(answer.APPROVER)
    if (!approver) {
        cancel(run, given.actor, 'an approval in Jenkins named nobody')
        error("Jenkins does not say who has approved, so nothing is applied: run ${run} was cancelled.".toString())
    }
    approve(run, approver, found, answer.REASON ?: '')
}

void approve(String run, String approver, Map found, String reason) {
    cellwrightNode(actor: approver) {
        writeFile(file: 'cellwright-seen.json', text: JsonOutput.toJson(found))
        withEnv(["CELLWRIGHT_RUN=${run}", "CELLWRIGHT_REASON=${reason}"]) {
            int status = sh(
                label: 'approve',
                returnStatus: true,
                script: 'cellwright job approve --plans cellwright-seen.json --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_RUN"'
            )
            if (status != 0) {
                echo('The approval does not count, as is said above: what still waits is asked again.')
            }
        }
    }
}

void reject(String run, String person) {
    cellwrightNode(actor: person) {
        withEnv(["CELLWRIGHT_RUN=${run}", "CELLWRIGHT_REASON=rejected in ${env.BUILD_URL ?: env.BUILD_TAG}"]) {
            sh(
                label: 'reject',
                returnStatus: true,
                script: 'cellwright reject --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_RUN"'
            )
        }
    }
}

/** Stops a run, and sees that it has ended: what was begun is brought to its end, nothing else is begun. */
void cancel(String run, String actor, String reason) {
    cellwrightNode(actor: actor) {
        withEnv(["CELLWRIGHT_RUN=${run}", "CELLWRIGHT_REASON=${reason}"]) {
            sh(
                label: 'cancel',
                returnStatus: true,
                script: 'cellwright cancel --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_RUN"'
            )
            sh(label: 'follow', returnStatus: true, script: 'cellwright job follow -- "$CELLWRIGHT_RUN"')
        }
    }
}

/** Somebody aborted the build, or nobody answered in time: the run ends, too, and says why. */
void left(String run, Map given, FlowInterruptedException interrupted) {
    String person = whose(interrupted, 'UserInterruption') ?: whose(interrupted, 'Rejection')
    boolean late = false
    for (cause in interrupted.causes) {
        late = late || cause.class.simpleName == 'ExceededTimeout'
    }
    if (!person && !late) {
        echo("This build ends without its run. ${again(run, given)}".toString())
        return
    }
    String why = person ? "aborted in Jenkins by ${person}" : 'nobody answered in time'
    cancel(run, person ?: given.actor, "${why}: ${env.BUILD_URL ?: env.BUILD_TAG}".toString())
}

/** Gives the person behind an interruption of this kind; empty if there is none. */
String whose(FlowInterruptedException interrupted, String kind) {
    for (cause in interrupted.causes) {
        if (cause.class.simpleName == kind) {
            return cellwrightPerson.named(kind == 'Rejection' ? cause.user?.id : cause.userId)
        }
    }
    return ''
}

Map ended(String run, Map given, Map found) {
    if (found.run.status != 'succeeded') {
        error("Run ${run} ${found.run.status == 'cancelled' ? 'was' : 'has'} ${found.run.status}: see above. ${again(run, given)}".toString())
    }
    return found
}

/** Says what to do; by itself none but the job *apply* takes a run. */
String again(String run, Map given) {
    return given.again ?: "To go on, start the job apply with RUN=${run}.".toString()
}

@NonCPS
Map read(String text) {
    return (Map) new JsonSlurperClassic().parseText(text)
}
