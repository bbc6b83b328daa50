// The folder and jobs of a fleet, for Job DSL. FORM is what `cellwright job form --json` says; the seed job runs this
// each day, so a new account or tier is offered the day after at the latest, or when somebody starts the seed.
folder(FORM.fleet) {
    description("The fleet ${FORM.fleet}. Its jobs come from code: what is changed here is gone when the seed runs.")
}

def made = { String name, String what, String step, Closure fields = null, String timer = '' ->
    pipelineJob("${FORM.fleet}/${name}") {
        description(what)
        if (fields != null) {
            parameters(fields)
        }
        properties {
            disableConcurrentBuilds()
            if (timer) {
                pipelineTriggers {
                    triggers {
                        cron { spec(timer) }
                    }
                }
            }
        }
        logRotator { numToKeep(1000) }
        definition {
            cps {
                script("${step}()")
                sandbox(true)
            }
        }
    }
}

made('onboard-client', 'Adds a client: a name, an account, a tier, and the button.', 'cellwrightOnboard') {
    stringParam('NAME', '', 'a-z, 0-9 and hyphens.')
    FORM.choices.each { key, values ->
        choiceParam([account: 'ACCOUNT', tier: 'TIER'][key] ?: "SET_${key}".toString(), [''] + values, "The client's ${key}; empty: as the fleet says.".toString())
    }
    textParam('SETTINGS', '', 'What else differs, a line each: stacks.app.replicas=6')
    stringParam('REASON', '', 'Why; for the audit trail.')
    booleanParam('REVIEW', false, 'Show the plans and ask, before anything is made.')
    booleanParam('AGAIN', false, 'A client of this name has left: this one may have its name.')
}

made('apply', 'Plans what differs from the settings, asks, and applies exactly those plans.', 'cellwrightApply') {
    stringParam('SELECTORS', '', 'Which units: client/acme client/*/app; empty: every change.')
    booleanParam('DESTROY', false, 'Also what is switched off or no longer in the fleet.')
    stringParam('REASON', '', 'Why; for the audit trail.')
    stringParam('RUN', '', 'Go on with this run of an earlier build, in place of a new one.')
}

made('approve', 'A second person approves the plans of a run that another one has begun.', 'cellwrightApprove') {
    stringParam('RUN', '', 'Which run; the build that waits says it.')
    stringParam('REASON', '', 'Why; for the audit trail.')
}

made('suspend', 'Suspends a client, or reinstates it: plans, asks, and applies exactly those plans.', 'cellwrightSuspend') {
    stringParam('NAME', '', 'The client.')
    choiceParam('ACTION', ['suspend', 'reinstate'], 'What to do.')
    stringParam('REASON', '', 'Why; for the audit trail.')
}

made('check', 'Checks a pull request, and writes a comment.', 'cellwrightCheck') {
    stringParam('REF', '', 'A branch, or pull/7/head.')
    stringParam('CHANGE', '', 'The number of the pull request.')
}

made('rollout', 'Changes many cells in waves, by a strategy of the fleet.', 'cellwrightRollout') {
    choiceParam('ACTION', ['start', 'go on', 'approve', 'reject', 'pause', 'resume', 'halt', 'cancel', 'retry'], 'What to do.')
    choiceParam('STRATEGY', FORM.strategies ?: [''], 'Which waves; for start.')
    stringParam('ROLLOUT', '', 'Which one; for all but start and go on.')
    stringParam('REASON', '', 'Why; for the audit trail.')
}

made('offboard', 'A client leaves: plans that are shown, its name asked for, a hold, an export, the destruction.', 'cellwrightOffboard') {
    stringParam('NAME', '', 'The client.')
    choiceParam('ACTION', ['offboard', 'agree', 'cancel'], 'agree: as another person, where one is demanded; cancel: it stays.')
    stringParam('REASON', '', 'Why; for the audit trail.')
}

made('drift', 'Looks each night for what is not as it was applied; offboardings go on.', 'cellwrightDrift', null, 'H 2 * * *')
