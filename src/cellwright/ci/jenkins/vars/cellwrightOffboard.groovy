import groovy.json.JsonOutput
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/**
 * The job by which a client leaves. What would be destroyed is planned, judged, shown and archived; then whoever has
 * started the build is asked for the client's name, and what they have seen is carried out, or refused if it is out of
 * date. Until the name is typed nothing of the offboarding is begun. Then the fleet's hold begins, during which nothing
 * is destroyed; after it the nightly job goes on.
 *
 * ACTION *agree* is that of another person, where the fleet demands one; *cancel* ends the offboarding in its hold.
 */
def call() {
    String person = cellwrightPerson()
    String name = (params.NAME ?: '').trim()
    String action = params.ACTION ?: 'offboard'
    if (!(action in ['offboard', 'agree', 'cancel'])) {
        error('ACTION is none of offboard, agree, cancel.')
    }
    currentBuild.displayName = "#${currentBuild.number} ${name}".toString()
    if (action == 'offboard') {
        offboard(person, name)
    } else if (action == 'agree') {
        agree(person, name)
    } else {
        cellwrightNode(actor: person) {
            withEnv(["CELLWRIGHT_CLIENT=${name}", "CELLWRIGHT_REASON=${params.REASON ?: ''}"]) {
                sh(label: 'cancel', script: 'cellwright offboard --cancel --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_CLIENT"')
            }
        }
    }
}

void offboard(String person, String name) {
    Map wanted = [name: name, reason: params.REASON ?: '']
    String run = cellwrightNode(actor: person) {
        cellwrightBegin.offboarding(wanted)
    }
    cellwrightRun.followed(run, [actor: person, again: 'Nothing was begun: start this job again.'])
    Map seen = shown(person, name, run)
    String what = seen.offboarding ? "${name} is being offboarded already" : "${seen.told}: this destroys all infrastructure of ${name}"
    Map answer = asked(person, "${what}. The plans are shown above. Type its name to go on.".toString(), 'Offboard', [
        string(name: 'NAME', defaultValue: '', description: "The client's name."),
        string(name: 'REASON', defaultValue: params.REASON ?: '', description: 'Why; for the audit trail.')
    ])
    cellwrightNode(actor: person) {
        writeFile(file: 'cellwright-seen.json', text: JsonOutput.toJson(seen))
        withEnv(["CELLWRIGHT_TYPED=${answer.NAME ?: ''}", "CELLWRIGHT_REASON=${answer.REASON ?: ''}"]) {
            sh(label: 'offboard', script: 'cellwright job offboard --seen cellwright-seen.json --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_TYPED"')
        }
    }
}

void agree(String person, String name) {
    Map seen = shown(person, name, '')
    Map answer = asked(person, "${name} is to leave: ${seen.told}. The plans are shown above.".toString(), 'Agree', [
        string(name: 'REASON', defaultValue: params.REASON ?: '', description: 'Why; for the audit trail.')
    ])
    cellwrightNode(actor: person) {
        withEnv(["CELLWRIGHT_CLIENT=${name}", "CELLWRIGHT_REASON=${answer.REASON ?: ''}"]) {
            sh(label: 'agree', script: 'cellwright offboard --approve --reason="$CELLWRIGHT_REASON" -- "$CELLWRIGHT_CLIENT"')
        }
    }
}

/** Shows and archives what would be destroyed; gives it. Ends the build where nobody can confirm it. */
Map shown(String person, String name, String run) {
    return cellwrightNode(actor: person) {
        withEnv(["CELLWRIGHT_CLIENT=${name}", "CELLWRIGHT_RUN=${run}"]) {
            int status = sh(
                label: 'look',
                returnStatus: true,
                script: 'cellwright job offboard-look --run "$CELLWRIGHT_RUN" --out cellwright-offboard.json -- "$CELLWRIGHT_CLIENT" > cellwright-offboard.txt'
            )
            echo(readFile('cellwright-offboard.txt'))
            archiveArtifacts(artifacts: 'cellwright-offboard.*')
            if (!(status in [0, 1]) || !fileExists('cellwright-offboard.json')) {
                error('The plans could not be shown, so nothing was begun: see above.')
            }
            Map found = cellwrightRun.read(readFile('cellwright-offboard.json'))
            if (status != 0) {
                error("Nothing was begun (${found.told}): what to do before this job is started again is said above, and in cellwright-offboard.txt.".toString())
            }
            return found
        }
    }
}

/** Asks whoever has started the build, and nobody else: Jenkins signs for them alone. No agent is held meanwhile. */
Map asked(String person, String question, String ok, List fields) {
    Map answer
    try {
        answer = input(id: 'Leave', message: question, ok: ok, submitter: person, submitterParameter: 'APPROVER', parameters: fields)
    } catch (FlowInterruptedException interrupted) {
        echo('Nobody has confirmed it, so nothing was begun.')
        throw interrupted
    }
    if (cellwrightPerson.named(answer.APPROVER) != person) {
        error('Somebody else has answered than who started this build, so nothing was begun.')
    }
    return answer
}
